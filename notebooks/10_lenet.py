# %% [markdown]
# # LeNet: a network that sees
#
# The first network that read handwriting in earnest (LeCun et al., 1998) slides small
# filters over a picture, keeps the largest answers, and does it again. Here it is on
# 1,797 digits of 8 by 8 points, in a minute, with its graph to look at.

# %%
import numpy as np
from sklearn.datasets import load_digits

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## 1. Pictures
#
# A picture is a 4-dimensional tensor: which picture, which channel (there is one), row
# and column. The last 297 are kept apart, to see how well the network does on pictures
# that it has never seen.

# %%
images, labels = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(images))
pictures = (images[order] / 16).astype("float32").reshape(-1, 1, 8, 8)
digits = labels[order].astype("int32")
print(pictures.shape, digits[:10])

# %% [markdown]
# ## 2. The network
#
# `conv2d` slides filters, `pool_2d` keeps the largest of every 2 by 2 answers. Two such
# layers, then two dense ones. What is made in a `tg.name_scope` is a layer of its own
# in every picture of the graph.

# %%
rng = np.random.default_rng(1)
parameters = []


def weights(name, *shape, inputs):
    """A shared variable that training will change; it stays between calls."""
    value = rng.normal(size=shape) / np.sqrt(max(inputs, 1)) * (inputs > 0)
    parameters.append(tg.shared(value.astype("float32"), name))
    return parameters[-1]


def convolution(x, filters, channels):
    """Filters of 3 by 3, pooling of 2 by 2, a bias for each filter, tanh."""
    shape = (filters, channels, 3, 3)
    w = weights("filters", *shape, inputs=9 * channels)
    b = weights("bias", filters, inputs=0)
    y = T.nnet.conv2d(x, w, filter_shape=shape, border_mode="half")
    y = T.signal.pool.pool_2d(y, (2, 2), ignore_border=True)
    return T.tanh(y + b.dimshuffle("x", 0, "x", "x"))


def dense(x, inputs, outputs):
    """A matrix and a bias."""
    w = weights("weights", inputs, outputs, inputs=inputs)
    return T.dot(x, w) + weights("bias", outputs, inputs=0)


x = T.ftensor4("x")
y = T.ivector("y")
with tg.name_scope("edges"):
    edges = convolution(x, 8, 1)
with tg.name_scope("shapes"):
    seen = convolution(edges, 16, 8)
with tg.name_scope("hidden"):
    hidden = T.tanh(dense(seen.flatten(2), 64, 32))
with tg.name_scope("scores"):
    scores = dense(hidden, 32, 10)
print(sum(p.get_value().size for p in parameters), "numbers to be learnt")

# %% [markdown]
# Here it is, layer by layer. In the viewer, `u` closes every layer to one box, and
# Enter opens the one that is selected.

# %%
scores

# %% [markdown]
# ## 3. Learning
#
# The cost is the cross-entropy; one step goes against its gradient. Forward, backward
# and the update of all ten parameters are one function.

# %%
cost = T.nnet.categorical_crossentropy(T.nnet.softmax(scores), y).mean()
rate = np.float32(0.15)
updates = [(p, p - rate * g) for p, g in zip(parameters, T.grad(cost, parameters))]
learn = tg.function([x, y], cost, updates=updates)
wrong = tg.function([x, y], T.neq(T.argmax(scores, axis=1), y).mean())
known, held = slice(0, 1500), slice(1500, None)
print(
    f"before: {wrong(pictures[held], digits[held]):.0%} of the new pictures are misread"
)
for _ in range(12):
    for start in range(0, 1500, 50):
        learn(pictures[start : start + 50], digits[start : start + 50])
print("after: fewer than 5 %:", bool(wrong(pictures[held], digits[held]) < 0.05))

# %% [markdown]
# ## 4. What it sees
#
# Any variable of a graph can be an output: here the class that it chooses, and the
# answers of the first five filters, 4 by 4 after pooling.

# %%
look = tg.function([x], [T.argmax(scores, axis=1), edges])
picture = pictures[held][:1]
chosen, answers = look(picture)
shades = " ░▒▓█"
for row in picture[0, 0]:
    print("".join(shades[int(v * 4.99)] * 2 for v in row))
print("is read as", int(chosen[0]))
for row in (answers[0, :5].transpose(1, 0, 2) + 1) / 2:
    print("   ".join("".join(shades[int(v * 4.99)] * 2 for v in one) for one in row))

# %% [markdown]
# ## 5. What became of it
#
# Nobody wrote a product of matrices for the convolutions, yet that is what runs: each
# filter is a row, each place of the picture a column. The rules that did it, by name:

# %%
rules = {str(getattr(e.rule, "name", e.rule)) for e in learn.history.rewrites()}
print(sorted(r for r in rules if "conv" in r or "patch" in r))
