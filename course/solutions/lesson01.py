# %% [markdown]
# # Solutions for lesson 1
#
# One solution for each exercise; yours may differ and be as good. Below each is what
# the check says about it.

# %%
import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L01.E1 Names before numbers
#
# Gravity is a name like the others. The 2 is part of the formula: it is the same for
# every ball on every planet.

# %%
m, v, g, h = T.dscalars("m", "v", "g", "h")
energy = m * v**2 / 2 + m * g * h
check("L01.E1", energy)

# %% [markdown]
# ## L01.E2 Zero without a number
#
# Here the same product stands on both sides in different order. Multiplication may be
# turned around, so `merge` sees one product where we wrote two.

# %%
x = T.dvector("x")
f = tg.function([x], T.exp(x) * x - x * T.exp(x))
check("L01.E2", f)

# %% [markdown]
# ## L01.E3 Once is enough
#
# The name `e` stands for one node, however often it is used. Since $e^{-x}$ is $1 /
# e^x$, no second exponential is needed.

# %%
e = T.exp(x)
tanh = (e - 1 / e) / (e + 1 / e)
check("L01.E3", tanh)

# %% [markdown]
# ## L01.E4 Whose fault?
#
# Three speeds meet two times. The call brings the values that do not fit, but the line
# that pairs them is the multiplication, and it is blamed. The sum in the next line is
# innocent, although it was compiled into the same loop.


# %%
def launch():
    start, speed, time = T.dvectors("start", "speed", "time")
    travelled = speed * time  # here
    position = start + travelled
    where = tg.function([start, speed, time], position)
    return where([0, 0, 0], [1, 2, 3], [10, 20])


check("L01.E4", launch)
