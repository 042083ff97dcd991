# %% [markdown]
# # Hunting a nan
#
# A network is trained, the cost goes down, and suddenly it is `nan`. Every parameter is
# `nan` as well by then, so there is nothing left to look at. In the next ten minutes
# you bring a recurrent network into this state, and ask one question that leads to the
# line and the number where it began.

# %%
import numpy as np

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.debug import BadNumberError, Blame, Layers, Watch, check_gradients

# %% [markdown]
# ## 1. A network with a fault
#
# An LSTM reads a sequence of points and tells at the end how far they went in all. Its
# parameters are four matrices in one, for three gates and a candidate; `E` turns the
# coordinates before that. One thing is unusual: what it puts out is scaled by the
# length of the step that it reads.

# %%
random = np.random.RandomState(0)
width, hidden = 2, 6


def parameter(name, *shape):
    value = random.normal(size=shape) / np.sqrt(shape[0])
    return tg.shared(value, name=name)


E = parameter("E", width, width)
Wx = parameter("Wx", width, 4 * hidden)
Wh = parameter("Wh", hidden, 4 * hidden)
b = parameter("b", 4 * hidden)
Wo = parameter("Wo", hidden)
parameters = [E, Wx, Wh, b, Wo]


def cell(step, h, c):
    z = T.dot(step, Wx) + T.dot(h, Wh) + b
    gates = T.nnet.sigmoid(z[:, : 3 * hidden])
    new = T.tanh(z[:, 3 * hidden :])
    c = gates[:, :hidden] * c + gates[:, hidden : 2 * hidden] * new
    length = T.sqrt((step**2).sum(axis=1, keepdims=True))
    h = gates[:, 2 * hidden :] * T.tanh(c) * length
    return h, c


# %% [markdown]
# `points` has an axis for time, one for the sequences of a batch, and one for the two
# coordinates. The cost is the mean square of the error.

# %%
points, far = T.dtensor3("points"), T.dvector("far")
steps = T.dot(points, E)
nothing = T.zeros((points.shape[1], hidden))
(states, _), _ = tg.scan(cell, sequences=steps, outputs_info=[nothing, nothing])
cost = ((T.dot(states[-1], Wo) - far) ** 2).mean()
cost.name = "cost"

rate = 0.05
gradients = tg.grad(cost, parameters)
updates = [(p, p - rate * g) for p, g in zip(parameters, gradients)]
train = tg.function([points, far], cost, updates=updates)

# %% [markdown]
# ## 2. It goes wrong
#
# One sequence of the data is shorter than the others and was filled up with zeros, as
# one does. The first cost is a number, and nobody would suspect anything.

# %%
data = random.normal(size=(9, 4, width))
data[6:, 2] = 0
wanted = np.sqrt((data**2).sum(axis=2)).sum(axis=0) / 10

start = [p.get_value() for p in parameters]
print("the first cost is finite:", np.isfinite(train(data, wanted)))
print("the second cost is finite:", np.isfinite(train(data, wanted)))

# %% [markdown]
# All numbers were finite that led to the first cost. So something in the *gradient*
# went wrong, in code that none of us wrote, and now it is everywhere:

# %%
for p in parameters:
    print(f"{p.name:3} {np.isnan(p.get_value()).mean():.0%} is nan")

# %% [markdown]
# ## 3. One call
#
# We put the old parameters back, and compile the function in `NanGuardMode`. It runs
# the same program and looks at what comes out, before any parameter changes. Only if
# that is not finite it computes the call again, as it was written, and follows the
# number back to where it arose: here through a loop that walks backwards, into the turn
# in which it happened.

# %%
for p, value in zip(parameters, start):
    p.set_value(value)
guarded = tg.function([points, far], cost, updates=updates, mode="NanGuardMode")
try:
    guarded(data, wanted)
except BadNumberError as error:
    print(error)

# %% [markdown]
# Read it from the top. The line is `length = T.sqrt(...)` in `cell`, which is ours.
# What made the number is not the root itself but its part in the gradient: a division
# by `length`, in which 0 meets 0. And it happened two turns before the last, in the
# filled-up part of the third sequence. The derivative of $\sqrt{x}$ is
# $1 / (2 \sqrt{x})$, infinite at 0; what arrives there from behind is 0; and 0 times
# infinity is nan.
#
# The details tell the whole way to the parameter, in the order in which it went.

# %%
tg.explain("high")

# %% [markdown]
# The parameters are as they were before the call: a guard that stops keeps them.
#
# ## 4. The other direction
#
# `Blame` follows any number back to what it was made of, not only a bad one. This is
# the cost, and what contributed most to it.

# %%
print(Blame(tg.function([points, far], cost), data, wanted))

# %% [markdown]
# `reaches` says which numbers of an input have to do with a number at all. The state
# after the last turn of sequence 0 is made of all the steps of that sequence, and of
# none of the others.

# %%
last = tg.function([points], states[-1])
print(Blame(last, data, at=(0, 3)).reaches(points).any(axis=2).astype(int))

# %% [markdown]
# ## 5. The repair
#
# A length that never gets quite 0 has a slope everywhere. We replace the root under the
# loop, and check the gradient of every parameter against small changes of its values.


# %%
def length_of(step):
    return T.sqrt((step**2).sum(axis=1, keepdims=True) + 1e-6)


def mended(step, h, c):
    z = T.dot(step, Wx) + T.dot(h, Wh) + b
    gates = T.nnet.sigmoid(z[:, : 3 * hidden])
    new = T.tanh(z[:, 3 * hidden :])
    c = gates[:, :hidden] * c + gates[:, hidden : 2 * hidden] * new
    h = gates[:, 2 * hidden :] * T.tanh(c) * length_of(step)
    return h, c


(states, _), _ = tg.scan(mended, sequences=steps, outputs_info=[nothing, nothing])
cost = ((T.dot(states[-1], Wo) - far) ** 2).mean()
report = check_gradients(cost, parameters, {points: data, far: wanted})
assert report.passed
print({one.name: one.passed for one in report})

# %% [markdown]
# ## 6. Watching
#
# Guards are cheap enough to be left on. Other listeners can be added to the same mode:
# `Watch` keeps a number of a value in every call, `Layers` how large the parameters and
# their steps are.

# %%
gradients = tg.grad(cost, parameters)
updates = [(p, p - rate * g) for p, g in zip(parameters, gradients)]
watch, layers = Watch(cost), Layers()
mode = tg.NanGuardMode() + watch + layers
train = tg.function([points, far], cost, updates=updates, mode=mode)
costs = [float(train(data, wanted)) for _ in range(150)]
assert costs[-1] < costs[0] / 2
print(f"less than half of the first cost is left: {costs[-1] < costs[0] / 2}")

# %%
from IPython.display import SVG

SVG(watch.series[0].svg())

# %% [markdown]
# A bare `layers` shows a table of the parameters. The step should be some thousandths
# of the values: much more is wild, and much less is none.

# %%
for layer in layers.layers:
    print(f"{layer.name:3} {layer.shape!s:8} calm: {layer.relative < 0.01}")

# %% [markdown]
# ## Where to go from here
#
# - `NanGuard(everywhere=True)` stops at the first infinity of any node, even one that
#   does no harm.
# - `Breakpoint(cost, lambda c: c > 10)` opens the debugger when it is worth it, and
#   with `action="keep"` keeps the values for a look in the notebook.
# - `Print`, `Shapes` and `Profile` are listeners, too: `tg.Mode() + Shapes()`.
