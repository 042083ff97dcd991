# %% [markdown]
# # Lesson 3: what fits what
#
# Most programs with arrays fail for one reason: two shapes do not fit. The worse ones
# do not fail: two shapes fit in a way that nobody meant. Both can be seen *before*
# there is any number, because a shape is known long before a value is. This lesson is
# about reading shapes, and about errors as teachers.

# %%
import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## A type is a promise
#
# The type of a variable says three things: what its elements are, how many axes it has,
# and how long they are, as far as that is known. A `?` is a length that only a call
# will tell.

# %%
images = T.dmatrix("images", shape=(None, 784))
weights = T.dmatrix("weights", shape=(784, 10))
bias = T.dvector("bias", shape=(10,))
print(images.type, weights.type, bias.type)

# %% [markdown]
# What comes out of an operation has a type as well, computed from those of its parts.
# No image has been seen yet, and it is settled that there will be 10 scores for each.

# %%
scores = T.dot(images, weights) + bias
print("product   ", T.dot(images, weights).type)
print("scores    ", scores.type)
print("largest   ", scores.argmax(axis=1).type)
print("transposed", scores.T.type)
print("in pairs  ", scores.reshape((-1, 5, 2)).type)

# %% [markdown]
# Before you go on: what is the type of `(scores**2).sum(axis=0)`? And of
# `T.concatenate([images, images], axis=1)`? Decide, then run the cell.

# %%
print((scores**2).sum(axis=0).type)
print(T.concatenate([images, images], axis=1).type)

# %% [markdown]
# ## Lined up from the right
#
# The bias has one axis and the product two. How can they be added? Shapes are lined up
# *from the right*. Where one has no axis left, or has one of length 1, it is stretched:
# its values are used again and again.
#
# ```text
#   product   ?  10            column   n   1
#   bias         10            row          m
#             -----                     -----
#   sum       ?  10            sum      n   m
# ```
#
# On the right is the trick for tables. A vector becomes a column by a new axis of
# length 1. A column and a row stretch each other, and every pair meets.

# %%
x, y = T.dvectors("x", "y")
column = x.dimshuffle(0, "x")
print(column.type)
table = tg.function([x, y], column * 10 + y)
table([1, 2, 3], [5, 6])

# %% [markdown]
# `dimshuffle` lists the axes it wants, in order, and writes `"x"` for a new one;
# `x[:, None]` means the same.
#
# ## Only a declared 1 stretches
#
# Here is a matrix that *happens* to have one column. NumPy would stretch it.

# %%
left, right = T.dmatrices("left", "right")
add = tg.function([left, right], left + right)

try:
    add(np.ones((2, 3)), np.ones((2, 1)))
except ValueError as error:
    print(error)

# %% [markdown]
# Why so strict? Because of lesson 2: what is copied forward is summed back. If `right`
# is a column, its gradient is a sum along the rows. If it is a full matrix, it is not.
# These are two graphs, and the graph is made before the data come. So it has to be
# *declared*: `T.dcol` is a matrix with one column.

# %%
full, col = T.dmatrix("full"), T.dcol("col")
for v in (full, col):
    gradient = tg.grad((left * v**2).sum(), v)
    f = tg.function([left, v], gradient)
    print(v.name, [str(node.op) for node in f.optimized.applies()])

# %% [markdown]
# For the column there is a sum along axis 1, which the full matrix has not.
#
# ## The mistake that says nothing
#
# A model gives one number for each sample, as a column. The targets are a vector. Is
# this the mean squared error?

# %%
prediction = T.dmatrix("prediction", shape=(None, 1))
target = T.dvector("target")
error = prediction - target
wrong = tg.function([prediction, target], (error**2).mean())
print(wrong([[1], [2], [3]], [1, 2, 3]).round(3))

# %% [markdown]
# All predictions are right, and the error is not zero. Nothing has failed: a column and
# a vector, lined up from the right, make a *table*. Every prediction was compared with
# every target. The type had said it all the time, to whoever asked:

# %%
print(error.type, "where float64[?] was meant")

# %% [markdown]
# So ask. A program that checks itself costs a line: `assert error.ndim == 1` is true or
# false while the graph is written, for all data at once. (If the column comes from a
# product, as in a network with one output, teachgraph has a suspicion and warns:
# `tg.explain("all-pairs")`.)
#
# ## Reading an error
#
# A report is to be read in this order.
#
# 1. The **title**: what was asked, and which axis does not fit.
# 2. The **underlined** part: which expression of *yours* it was, with a shape under
#    each of its parts.
# 3. The **notes**: where these parts come from. The fault is often there.
# 4. The **helps**: what to write instead. What is suggested has been tried on the
#    shapes.

# %%
rows = T.dmatrix("rows")
mean = rows.mean(axis=1)
centre = tg.function([rows], rows - mean)

try:
    centre(np.arange(6.0).reshape(2, 3))
except ValueError as error:
    print(error)

# %% [markdown]
# Is the help right? Taking the mean of each row from the transpose does fit, and it is
# the transpose of what we want. The note says more: `mean` has lost an axis. With
# `keepdims=True` the axis stays, 1 long, and stretches.

# %%
centre = tg.function([rows], rows - rows.mean(axis=1, keepdims=True))
centre(np.arange(6.0).reshape(2, 3))

# %% [markdown]
# An error can be asked again, with more to read. `"tutor"` begins with a question, and
# adds the page about this kind of error. (The whole is long; here is how it begins.)

# %%
with tg.config.change_flags(exception_verbosity="tutor"):
    try:
        tg.function([rows], rows - mean)(np.ones((2, 3)))
    except ValueError as error:
        print(*str(error).splitlines()[:8], sep="\n")

# %% [markdown]
# ## Three moments
#
# The same mistake can be found at three moments. The earlier, the nearer you are to the
# line that made it. The last is the call, as above. The first is while you write, if
# the lengths are known:

# %%
try:
    T.dot(images, T.dmatrix("narrow", shape=(783, 10)))
except ValueError as error:
    print(str(error).splitlines()[0])

# %% [markdown]
# And in between, `tg.check` runs through a graph with example shapes: nothing is
# computed and nothing compiled.

# %%
deep = T.tanh(T.dot(rows, right)) + bias

try:
    tg.check({rows: (50, 784), right: (784, 12)}, deep)
except ValueError as error:
    print(str(error).splitlines()[0])

# %% [markdown]
# So tell what you know. Lengths that never change belong into the declarations:
# `T.dmatrix("images", shape=(None, 784))`. The comment `# batch x 784` says the same
# and checks nothing.
#
# ## What to remember
#
# - Shapes are known before values: print the type.
# - Line up from the right; what is missing or declared to be 1 is stretched.
# - Stretched forward is summed back, so a 1 has to be declared.
# - A column and a vector make a table. If something should be a vector, say so in an
#   `assert`.
# - Read an error from its title to its notes before you try the help.
#
# Now it is your turn: [the exercises](exercises.ipynb).
