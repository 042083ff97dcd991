# %% [markdown]
# # A Boltzmann machine that dreams of digits
#
# A restricted Boltzmann machine knows pictures by their energy: low for what it has
# seen, high for what it has not. It learns by dreaming (Hinton, 2002; Tieleman, 2008):
# a chain of Gibbs samples, in a loop, whose states it then calls less likely. Random
# numbers inside a loop are the hard part of this program; here they are ordinary.

# %%
import numpy as np
from sklearn.datasets import load_digits

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## 1. Pictures
#
# 1,797 hand-written digits of 8 by 8 points. A point is on or off.

# %%
pictures = (load_digits().data > 7).astype("float64")
print(pictures.shape)
for row in pictures[0].reshape(8, 8):
    print("".join("██" if point else " ·" for point in row))

# %% [markdown]
# ## 2. The energy
#
# The free energy of a picture $v$ sums over all states of the hidden units:
# $F(v) = -a^T v - \sum_j \log(1 + e^{b_j + W_j^T v})$.

# %%
rng = np.random.default_rng(0)
points, hidden = 64, 48
W = tg.shared(rng.normal(0, 0.05, (points, hidden)), "W")
a = tg.shared(np.log((pictures.mean(0) + 0.01) / (1.01 - pictures.mean(0))), "a")
b = tg.shared(np.zeros(hidden), "b")
parameters = [W, a, b]


def free_energy(v):
    """The free energy of each picture of a batch."""
    return -T.dot(v, a) - T.nnet.softplus(T.dot(v, W) + b).sum(axis=1)


# %% [markdown]
# ## 3. Dreaming
#
# One turn draws the hidden units from the picture, and a picture from them. The loop
# makes many turns. `updates` says how the state of the random stream moves on; it goes
# to the function, or every call would dream the same dream.

# %%
random = tg.RandomStreams(7)


def turn(v):
    """One turn of Gibbs sampling."""
    up = T.nnet.sigmoid(T.dot(v, W) + b)
    h = random.binomial(size=up.shape, n=1, p=up, dtype="float64")
    down = T.nnet.sigmoid(T.dot(h, W.T) + a)
    return random.binomial(size=down.shape, n=1, p=down, dtype="float64")


dream = tg.shared(rng.integers(0, 2, (50, points)).astype("float64"), "dream")
dreams, updates = tg.scan(turn, outputs_info=dream, n_steps=10)
last = dreams[-1]

# %% [markdown]
# ## 4. Learning
#
# The cost falls when pictures get lower energy, and dreams higher. Dreams are samples:
# no gradient goes through them.

# %%
v = T.dmatrix("v")
cost = free_energy(v).mean() - free_energy(last).mean()
gradients = T.grad(cost, parameters, consider_constant=[last])
rate = T.dscalar("rate")
updates += [(p, p - rate * g) for p, g in zip(parameters, gradients)]
updates += [(dream, last)]
learn = tg.function([v, rate], cost, updates=updates)

# %% [markdown]
# How good is the model? The pseudo-likelihood asks it to guess each point from all
# others; an untrained model is right with probability one half.

# %%
flipped = T.set_subtensor(v[:, 0], 1 - v[:, 0])
which = T.lscalar("which")
changed = T.set_subtensor(v[:, which], 1 - v[:, which])
sure = T.nnet.sigmoid(free_energy(changed) - free_energy(v)).mean()
certainty = tg.function([v, which], sure)


def guessed():
    """How likely the model finds a point, given the others; over all points."""
    return np.mean([certainty(pictures[::5], i) for i in range(points)])


before = guessed()
for epoch in range(15):
    order = rng.permutation(len(pictures))
    for start in range(0, len(pictures) - 49, 50):
        learn(pictures[order[start : start + 50]], 0.1 if epoch < 10 else 0.02)
after = guessed()
print(f"before {before:.2f}, after {after:.2f}")

# %% [markdown]
# ## 5. What it dreams
#
# Two hundred more turns, from the last dreams. Points show how likely they are.

# %%
longer, more = tg.scan(turn, outputs_info=dream, n_steps=200)
seen = longer[-1]
mean = T.nnet.sigmoid(T.dot(T.nnet.sigmoid(T.dot(seen, W) + b), W.T) + a)
show = tg.function([], mean, updates=more)
found = show()[:8].reshape(8, 8, 8)
shades = " ░▒▓█"
for line in range(8):
    print("  ".join("".join(shades[int(p * 4.99)] for p in f[line]) for f in found))

# %% [markdown]
# Are they digits? Each dream is close to a real picture: it differs in fewer points
# than two pictures of the data do on average.

# %%
dreamt = (show() > 0.5).astype(float)
nearest = np.abs(dreamt[:, None] - pictures[None]).sum(2).min(1).mean()
apart = np.abs(pictures[:200, None] - pictures[None, 200:400]).sum(2).mean()
print("nearer to the nearest picture than pictures are apart:", nearest < apart / 2)
