# %% [markdown]
# # Exercises for lesson 2
#
# Put your answer in the place of `...` and run the cell with `check` below it. As long
# as something is missing it ends with an error; read the error, it says what was
# expected, what came, and which line to look at.
#
# In all of them *you* are the one who differentiates. `T.grad` may be used to compare.
# The solutions are in `course/solutions/lesson02.ipynb`.

# %%
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L02.E1 What is there is used again
#
# Here is a bump of a vector, element by element: $f(x) = x \, e^{-x^2}$. Write its
# derivative as an expression of `x`. Exponentials are expensive: there may be only one
# `exp` in your graph.

# %%
x = T.dvector("x")
slope = ...

# %%
check("L02.E1", slope)

# %% [markdown]
# ## L02.E2 The rule of an op
#
# Suppose there were an op *swish*, $y = x \, \sigma(x)$, where $\sigma$ is the logistic
# function (`T.nnet.sigmoid`). Write its rule: a Python function of the input `x` and
# the gradient `g` that arrives at the output. It returns, as an expression, what the op
# tells its input.


# %%
def swish_rule(x, g):
    return ...


# %%
check("L02.E2", swish_rule)

# %% [markdown]
# ## L02.E3 Copied forward, summed back
#
# Each row of a batch is scaled, column by column, by the same three numbers:
#
# $$ c = \tfrac{1}{2} \sum_{ij} (r_{ij} s_j)^2 $$
#
# Write the gradient of $c$ for the vector `scale`. What is its shape?

# %%
rows, scale = T.dmatrix("rows"), T.dvector("scale")
cost = ((rows * scale) ** 2).sum() / 2
gradient = ...

# %%
check("L02.E3", gradient)

# %% [markdown]
# ## L02.E4 Straight through a step
#
# A network with weights of one bit uses `T.sgn(x)`, -1 or 1. Its derivative is zero, so
# nothing could be learned. The trick is called *straight-through*: the value is that of
# the sign, and the gradient is as if there were no sign at all.
#
# Write an expression of the vector `x` with the value of `T.sgn(x)` whose gradient is 1
# everywhere. (`T.disconnected_grad(y)` is `y`, and tells its input nothing.)

# %%
one_bit = ...

# %%
check("L02.E4", one_bit)
