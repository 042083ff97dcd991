# %% [markdown]
# # Exercises for lesson 3
#
# Put your answer in the place of `...` and run the cell with `check` below it. As long
# as something is missing it ends with an error; read the error, it says what was
# expected, what came, and which line to look at.
#
# The solutions are in `course/solutions/lesson03.ipynb`.

# %%
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L03.E1 Every pair
#
# There are $n$ houses along a road, at the places in the vector `x`. Write the table of
# their distances, $d_{ij} = |x_i - x_j|$: a matrix, and no loop.

# %%
x = T.dvector("x")
distances = ...

# %%
check("L03.E1", distances)

# %% [markdown]
# ## L03.E2 Row by row
#
# Each row of `m` is one recording; some were loud and some soft. Write the matrix in
# which every row has mean 0 and standard deviation 1. (`T.mean` and `T.std` take
# `axis=` and `keepdims=`.)

# %%
m = T.dmatrix("m")
equal = ...

# %%
check("L03.E2", equal)

# %% [markdown]
# ## L03.E3 A column meets a vector
#
# Write the mean squared error of predictions, a column of shape (n, 1), and targets, a
# vector of shape (n,). The function gets both as variables and returns one number, as
# an expression.


# %%
def mean_squared_error(prediction, target):
    return ...


# %%
check("L03.E3", mean_squared_error)

# %% [markdown]
# ## L03.E4 Find it while you write
#
# Pictures of 28 x 28 pixels go through two layers. Somebody has mistyped a number. The
# program does not notice, since it never says what it knows: all lengths stand in
# comments.
#
# Move what the comments say into the declarations, so that the program ends with an
# error while the graph is written, without any call. Then mark the line that will be
# blamed with `# here` at its end.


# %%
def network():
    images = T.dmatrix("images")  # any number of images, 784 pixels
    first = T.dmatrix("first")  # 784 x 100
    second = T.dmatrix("second")  # 110 x 10
    hidden = T.tanh(T.dot(images, first))
    scores = T.dot(hidden, second)
    return T.nnet.softmax(scores)


# %%
check("L03.E4", network)
