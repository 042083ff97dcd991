# %% [markdown]
# # Solutions for lesson 3
#
# One solution for each exercise; yours may differ and be as good. Below each is what
# the check says about it.

# %%
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L03.E1 Every pair
#
# A column and a row, which is what a vector is when it is lined up from the right.

# %%
x = T.dvector("x")
distances = abs(x.dimshuffle(0, "x") - x)
check("L03.E1", distances)

# %% [markdown]
# ## L03.E2 Row by row
#
# `keepdims=True` leaves an axis of length 1, along which the means stretch.

# %%
m = T.dmatrix("m")
centred = m - m.mean(axis=1, keepdims=True)
equal = centred / m.std(axis=1, keepdims=True)
check("L03.E2", equal)

# %% [markdown]
# ## L03.E3 A column meets a vector
#
# The column loses its second axis. The other way, giving the targets a second axis, is
# as good. What is not good is a sum over everything that was never meant to be a table.


# %%
def mean_squared_error(prediction, target):
    difference = prediction[:, 0] - target
    assert difference.ndim == 1
    return (difference**2).mean()


check("L03.E3", mean_squared_error)

# %% [markdown]
# ## L03.E4 Find it while you write
#
# The hidden layer has 100 units, and the second matrix expects 110. The product is to
# blame: each of the two declarations may be right.


# %%
def network():
    images = T.dmatrix("images", shape=(None, 784))
    first = T.dmatrix("first", shape=(784, 100))
    second = T.dmatrix("second", shape=(110, 10))
    hidden = T.tanh(T.dot(images, first))
    scores = T.dot(hidden, second)  # here
    return T.nnet.softmax(scores)


check("L03.E4", network)
