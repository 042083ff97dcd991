# %% [markdown]
# # Solutions for lesson 2
#
# One solution for each exercise; yours may differ and be as good. Below each is what
# the check says about it.

# %%
import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L02.E1 What is there is used again
#
# The product rule gives $e^{-x^2} + x \cdot e^{-x^2} \cdot (-2x)$. Both terms have the
# same exponential, which gets a name.

# %%
x = T.dvector("x")
e = T.exp(-(x**2))
slope = e - 2 * x**2 * e
check("L02.E1", slope)

# %% [markdown]
# ## L02.E2 The rule of an op
#
# With $s = \sigma(x)$ the derivative of the logistic function is $s (1 - s)$. The rule
# is the derivative times what arrives, for each element.


# %%
def swish_rule(x, g):
    s = T.nnet.sigmoid(x)
    return g * (s + x * s * (1 - s))


check("L02.E2", swish_rule)

# %% [markdown]
# ## L02.E3 Copied forward, summed back
#
# The derivative by one product $r_{ij} s_j$ is $r_{ij} s_j$, and by $s_j$ it is that
# times $r_{ij}$. Each $s_j$ is used in every row, so the rows are summed up.

# %%
rows, scale = T.dmatrix("rows"), T.dvector("scale")
gradient = (rows**2 * scale).sum(axis=0)
check("L02.E3", gradient)

# %% [markdown]
# It is what `tg.grad` finds, too:

# %%
cost = ((rows * scale) ** 2).sum() / 2
f = tg.function([rows, scale], [gradient, tg.grad(cost, scale)])
f([[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0])

# %% [markdown]
# ## L02.E4 Straight through a step
#
# The value is x + (sgn(x) - x). For the gradient only the first `x` is there.

# %%
one_bit = x + T.disconnected_grad(T.sgn(x) - x)
check("L02.E4", one_bit)
