# %% [markdown]
# # Solutions for lesson 6
#
# One solution for each exercise; yours may differ and be as good. Below each is what
# the check says about it.

# %%
import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L06.E1 Read a loop
#
# The loop over `r` goes along a row: `r` stands alone in the index, and `i` is
# multiplied by the length of a row. So the sum is over axis 1, and `v` is stretched
# over the rows.

# %%
m, v = T.dmatrix("m"), T.dvector("v")
lost = T.sqrt(abs(m - v).sum(axis=1))
check("L06.E1", lost)

# %% [markdown]
# ## L06.E2 Count what goes through memory
#
# Apart: the products read one each, the sum two, the root one; each writes one. Fused:
# `x` and `y` are read, and the result is written.

# %%
traffic = (5, 4, 2, 1)
check("L06.E2", traffic)

# %% [markdown]
# ## L06.E3 Nothing in between
#
# Both means are taken in the same loop, with two accumulators.

# %%
variances = tg.function([m], (m**2).mean(axis=1) - m.mean(axis=1) ** 2)
check("L06.E3", variances)

# %% [markdown]
# ## L06.E4 The same text
#
# It is the logistic function, in another of its forms.

# %%
x = T.dvector("x")
same = tg.function([x], T.nnet.sigmoid(x))
check("L06.E4", same)
