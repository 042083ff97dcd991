# %% [markdown]
# # Lesson 6: from a graph to C
#
# In the end somebody has to compute. This lesson follows an expression to the loop that
# a processor runs, and you learn to read that loop. It was written by a program, and
# for you.
#
# It needs a C compiler; `teachgraph doctor` says whether there is one.

# %%
import numpy as np

import teachgraph as tg
import teachgraph.tensor as T


def kernels(f):
    """The loops of a function, in C, without what is around them."""
    source = str(f.source)
    start = source.index("\n/* ", source.index("return"))
    print(source[start : source.index("\nlong graph", start)].strip())


# %% [markdown]
# ## Four operations, one loop
#
# Here are four operations on a vector.

# %%
x = T.dvector("x")
y = T.tanh(2 * x + 1) * x
f = tg.function([x], y)
kernels(f)

# %% [markdown]
# Read it from the inside. `out0[i]` is one element of the result; on the right is the
# whole expression, for this element. The loop goes over all elements. The line above
# says in one comment what the loop is for.
#
# (`restrict` is a promise that `x` and `out0` do not overlap, `omp simd` one that the
# turns do not depend on each other. With both, a processor takes four or eight elements
# at once. `begin` and `end` are there so that several cores can share the work.)
#
# NumPy would have made four loops. So does teachgraph, if it is told to leave out the
# phase that puts them together:

# %%
apart = tg.function([x], y, mode=tg.Mode().excluding("fuse"))
for step in apart.program.steps:
    print(step.kernel.comment)

# %% [markdown]
# `t` and `t1` are arrays as long as `x`, which are written, read once, and thrown away.
#
# ## What is expensive
#
# A processor multiplies faster than it can fetch numbers from memory. So count what
# goes through memory, for each element:
#
# | loop | reads | writes |
# | --- | --- | --- |
# | `t = 2 * x` | 1 | 1 |
# | `t1 = t + 1` | 1 | 1 |
# | `t2 = tanh(t1)` | 1 | 1 |
# | `out0 = t2 * x` | 2 | 1 |
# | together | **5** | **4** |
# | the one loop | **1** | **1** |
#
# Two in the place of nine. That is what *fusion* is for: **a number that has been
# fetched is used for all that it is needed for, before the next one is fetched.**
#
# ## How one element is enough
#
# Each op tells how *one element* of its result is computed from elements of its inputs.
# To fuse is to put these into each other. And so a transposition costs nothing: its
# element (i, j) is the element (j, i) of something else, which is another index, and no
# loop at all.

# %%
m, b = T.dmatrix("m"), T.dvector("b")
kernels(tg.function([m, b], T.sqrt(m.T) + b))

# %% [markdown]
# Arrays lie in memory row by row, so `m[j * n0 + i]` is the element in row `j` and
# column `i`, with `n0` numbers in a row. `b` has no `i` in its index: that is what
# stretching is.
#
# ## Sums
#
# A sum is a loop inside, with an accumulator. What is summed needs no array: it goes
# into the accumulator at once. This is the squared distance of each row from a point:

# %%
distance = tg.function([m, b], ((m - b) ** 2).sum(axis=1))
kernels(distance)

# %% [markdown]
# In NumPy the line makes two matrices on the way, here nothing but the result is
# written.
#
# ## Where a loop has to end
#
# A softmax needs the largest element of a row before the first exponential, and the sum
# of all exponentials before the first quotient. So a row is gone through three times.
# That is no defect of the compiler: the numbers are not known earlier.

# %%
e = T.exp(m - m.max(axis=1, keepdims=True))
softmax = tg.function([m], e / e.sum(axis=1, keepdims=True))
print("loops over a row:", str(softmax.source).count("for (long r"))

# %% [markdown]
# And there is one op that should not be fused: the product of matrices. Each of its
# numbers is used many times, and to do that well is an art with books of its own. It is
# left to a library, BLAS. So this layer is a call of the library, and a loop for all
# else.

# %%
w = T.dmatrix("w")
layer = tg.function([m, w, b], T.tanh(T.dot(m, w) + b))
for step in layer.program.steps:
    print(type(step).__name__, getattr(step, "kernel", None) and step.kernel.comment)

# %% [markdown]
# ## Memory
#
# Between the two steps lies the array `t`. Five layers have nine such arrays. How many
# pieces of memory do they need?

# %%
h, weights = m, T.dmatrices(*(f"w{i}" for i in range(5)))
for w in weights:
    h = T.tanh(T.dot(h, w))
deep = tg.function([m, *weights], h)
slots = deep.program.slots
print(len(slots), "arrays in", len(set(slots.values())), "pieces of memory")
print({block.name: slot for block, slot in slots.items()})

# %% [markdown]
# Two, for any number of layers: when `t2` is written, nobody needs `t` any more, so it
# takes its place. The compiler can see that, because the graph says who reads what.
# They are also kept from call to call.
#
# (With a gradient it is another matter: the way back needs what the way forward has
# computed, and the memory grows with the depth.)
#
# ## Before the first number
#
# Two lengths must agree, and only the call tells them. In C nobody would notice that an
# index is out of range, so they are compared before anything is computed. The program
# calls that a *guard*, and it remembers which expression of yours it stands for:

# %%
for guard in distance.program.guards:
    print(guard.left, "must be", guard.right, "for", tg.pp(guard.node.outputs[0]))

try:
    distance(np.ones((2, 3)), np.ones(4))
except ValueError as error:
    print(error)

# %% [markdown]
# The error comes from compiled code, and names your line.
#
# ## All of it
#
# `f.source` is the whole file. Below the loops is the function `graph`, which checks
# the guards, asks for memory, and calls the loops in order.

# %%
source = str(f.source)
print(source[source.index("long graph(", source.index("return")) :])

# %% [markdown]
# Short vectors are not worth waking a second core for; that is the `if`. In JupyterLab
# `tg.view(f)` shows the source beside the graph, and a click on a node lights up its
# lines.

# %% [markdown]
# ## What to remember
#
# - Each op tells how one element is computed. Fusion puts these into each other.
# - What counts is what goes through memory.
# - A loop ends where a number is needed before all of it is known, and at products of
#   matrices.
# - Memory is used again as soon as nobody reads it any more.
# - Lengths are compared once, before the loops.
#
# Now it is your turn: [the exercises](exercises.ipynb). That was the last lesson. What
# comes next is the source of teachgraph itself: begin where each function is told in a
# few lines, with `teachgraph/ops/trigonometry.py`.
