# %% [markdown]
# # Lesson 5: loops, and back through time
#
# A graph has arrows that go forward only. How can it say "and so on, until the sequence
# ends", when nobody has told yet how long the sequence is? And what is the gradient of
# "and so on"?

# %%
import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## A loop of Python writes a long graph
#
# A leaky memory takes a number at each moment, and forgets a part of what it had:
#
# $$ h_t = a \, h_{t-1} + x_t $$
#
# A `for` loop of Python works, if the length is known. It runs while the graph is
# *written*, so each turn writes its own nodes:

# %%
x = T.dvector("x")
a = T.dscalar("a")

for turns in (10, 20, 40):
    h = 0.0
    for t in range(turns):
        h = a * h + x[t]
    f = tg.function([x, a], h, mode="FAST_COMPILE")
    print(turns, "turns:", len(f.graph.applies()), "nodes")

# %% [markdown]
# The graph is as long as the sequence, and compiling takes as long as it is. It is
# right for three turns, and wrong for a thousand, and of no use where each call has
# another length.
#
# ## A loop that is one node
#
# `tg.scan` takes a function for *one turn*. It calls this function once, to see what a
# turn is:


# %%
def turn(now, before):
    print("called with", now.type, "and", before.type)
    return a * before + now


memory, _ = tg.scan(turn, sequences=x, outputs_info=0.0)
print("the loop gives", memory.type)

# %% [markdown]
# It was called once, although nobody knows how many turns there will be. The arguments
# are an element of the sequence, and the value of the turn before. `outputs_info` is
# the value before the first turn. What comes out has all turns, one after the other.
#
# In the graph the loop is a single node, and the turn is a graph inside of it. In a
# notebook it opens.

# %%
tg.debugprint(memory)
f = tg.function([x, a], memory)
print(f([1, 1, 1], 0.5), f([1, 0, 0, 0, 0], 0.5))

# %% [markdown]
# `x[t]` is the element, and the input without a name is the state. The two calls had
# different lengths. Note what happens to the one in the second call: it is halved in
# every turn. Remember that picture.
#
# ## Two kinds of results
#
# A value that the next turn reads is a *state*, and needs a first value. A value that
# nobody reads is only *collected*; its place says `None`.

# %%
(level, jumps), _ = tg.scan(
    lambda now, before: (a * before + now, abs(now - before)),
    sequences=x,
    outputs_info=[0.0, None],
)
both = tg.function([x, a], [level, jumps])
both([1, 2, 3], 1.0)

# %% [markdown]
# ## Back through time, by hand
#
# Let the cost be the last state, $h_T$. How much does it move with $x_t$? From $h_t$ to
# $h_T$ there is one path, through every turn between, and each turn multiplies by $a$:
#
# $$ \frac{d h_T}{d x_t} = a^{T - t} $$

# %%
last = memory[-1]
slopes = tg.function([x, a], tg.grad(last, x))
for rate in (0.5, 1.0, 1.5):
    print(rate, slopes(np.ones(8), rate).round(3))

# %% [markdown]
# Read the rows from the right, back in time. At 0.5 the gradient *vanishes*: what was
# eight turns ago can hardly be learned from. At 1.5 it *explodes*. Only at 1 it lives.
# This is the trouble with recurrent networks, and all of it is in one power.
#
# And the gradient for $a$, which is used in every turn? What is copied forward is
# summed back (lesson 2). Each turn uses the same $a$, so there is a term for each turn:
#
# $$ \frac{d h_T}{d a} = \sum_t a^{T - t} \, h_{t-1} $$

# %%
slope_a = tg.function([x, a], tg.grad(last, a))
values, rate = np.array([1.0, 2.0, 3.0, 4.0]), 0.5
h = np.concatenate([[0.0], f(values, rate)])
by_hand = sum(rate ** (3 - t) * h[t] for t in range(4))
print(slope_a(values, rate), by_hand)

# %% [markdown]
# ## The gradient of a loop is a loop
#
# It walks from the last turn to the first, and takes with it what the later turns hand
# back. Look at the names of the nodes:

# %%
g = tg.function([x, a], tg.grad(last, a))
print([node.op.title for node in g.optimized.applies() if "scan" in node.op.title])

# %% [markdown]
# So a gradient has a gradient, and everything that was said of loops holds for it. It
# needs the states of all turns, which is why the forward loop must keep them. If only
# the last state is wanted, and no gradient, one state is kept:

# %%
for outputs in ([last], [last, tg.grad(last, a)]):
    f = tg.function([x, a], outputs)
    rules = {step.rule.name for step in f.history.rewrites()}
    print("keeps the last turn only:", "scan_save_mem" in rules)

# %% [markdown]
# (For very long sequences there is a middle way, `tg.scan_checkpoints`: keep every
# tenth state, and compute those between once more on the way back.)
#
# ## A network with a memory
#
# The same with vectors: a state of 20 numbers, a matrix in the place of $a$, and a tanh
# around it. How much of the last state depends on the first input? We measure it for
# matrices of different size: the gradient for each moment, as a norm.

# %%
sequence = T.dmatrix("sequence")
w = T.dmatrix("w")
hidden, _ = tg.scan(
    lambda now, before: T.tanh(T.dot(before, w) + now),
    sequences=sequence,
    outputs_info=T.zeros(20),
)
back = tg.grad(hidden[-1].sum(), sequence)
norms = tg.function([sequence, w], T.sqrt((back**2).sum(axis=1)))

rng = np.random.default_rng(0)
turned, _ = np.linalg.qr(rng.normal(size=(20, 20)))
quiet = rng.normal(size=(40, 20)) * 0.01
for size in (0.7, 1.0, 1.3):
    felt = norms(quiet, size * turned)[::-10]
    print(size, "now, and 10, 20, 30 turns ago:", *(f"{v:7.4f}" for v in felt))

# %% [markdown]
# The tanh holds the explosion back a little, the powers are the same. An LSTM is built
# around a state that is multiplied by something near 1. Where gradients explode they
# are clipped, and where they are not worth the work they are cut off:
#
# - `T.grad_clip(h, -1, 1)` is `h`, through which gradients go clipped;
# - `truncate_gradient=20` in `scan` walks back 20 turns, and no further.
#
# ## Until
#
# A loop that ends when something happens gives, beside its results, a condition. The
# turn in which it is true is the last one. Here a square root is found by Newton's
# method; `n_steps` is only where it gives up.

# %%
number = T.dscalar("number")


def newton(guess):
    better = (guess + number / guess) / 2
    return better, tg.until(abs(better - guess) < 1e-9)


guesses, _ = tg.scan(newton, outputs_info=number, n_steps=50)
root = tg.function([number], guesses)
for value in (2.0, 1e6):
    found = root(value)
    print(f"{found[-1]:.6f} after {len(found)} turns")

# %% [markdown]
# ## What to remember
#
# - A loop of Python writes a long graph; `scan` writes one node, whose turn is a graph.
# - The function is called once. It sees an element, and the value of the turn before.
# - The gradient of a loop is a loop that walks back. It multiplies in each turn, so it
#   vanishes or explodes.
# - A weight that every turn uses gets a sum over the turns.
#
# Now it is your turn: [the exercises](exercises.ipynb).
