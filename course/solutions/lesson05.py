# %% [markdown]
# # Solutions for lesson 5
#
# One solution for each exercise; yours may differ and be as good. Below each is what
# the check says about it.

# %%
import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L05.E1 Horner
#
# The state is what has been computed so far; `x` is the same in every turn and is
# simply used. `reduce` gives the last state alone.

# %%
c = T.dvector("c")
x = T.dscalar("x")
polynomial, _ = tg.reduce(lambda coefficient, so_far: so_far * x + coefficient, c, 0.0)
check("L05.E1", polynomial)

# %% [markdown]
# ## L05.E2 The highest so far
#
# Before the first turn nothing is the highest: minus infinity.

# %%
v = T.dvector("v")
highest, _ = tg.scan(T.maximum, sequences=v, outputs_info=float("-inf"))
check("L05.E2", highest)

# %% [markdown]
# ## L05.E3 Half forgotten
#
# $a^{10} = 1/2$.

# %%
rate = 0.5 ** (1 / 10)
check("L05.E3", rate)

# %% [markdown]
# ## L05.E4 Until it is one

# %%
n = T.lscalar("n")


def turn(k):
    after = T.switch(T.eq(k % 2, 0), k // 2, 3 * k + 1)
    return after, tg.until(T.eq(after, 1))


numbers, _ = tg.scan(turn, outputs_info=n, n_steps=1000)
count = numbers.shape[0]
check("L05.E4", count)
