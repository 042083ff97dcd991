# %% [markdown]
# # Exercises for lesson 1
#
# Put your answer in the place of `...` and run the cell with `check` below it. It looks
# at the graph that your answer is, and at the values it gives. As long as something is
# missing it ends with an error; read the error, it says what was expected, what came,
# and which line to look at.
#
# The solutions are in `course/solutions/lesson01.ipynb`. There is more than one for
# each.

# %%
import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L01.E1 Names before numbers
#
# Write the energy of a ball, $E = \tfrac{1}{2} m v^2 + m g h$, for every ball on every
# planet: with a symbolic scalar for each of `m`, `v`, `g`, `h`. The answer is an
# expression, and no number may stand in it but the one from the formula.

# %%
energy = ...

# %%
check("L01.E1", energy)

# %% [markdown]
# ## L01.E2 Zero without a number
#
# In the lecture `y - x**2` turned out to be zero. Find an example of your own: a
# function of one vector `x` in which you *write* four operations or more, and of which
# the compiler finds out that it is zero, so that none of them is left. (`tg.view(f)`
# shows how far it gets.)

# %%
f = ...

# %%
check("L01.E2", f)

# %% [markdown]
# ## L01.E3 Once is enough
#
# The hyperbolic tangent of a vector is
#
# $$ \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} . $$
#
# Written like that it has four exponentials. Write it so that the graph, as you write
# it and before any rewriting, has a single `exp`. (And do not write `T.tanh`.)

# %%
tanh = ...

# %%
check("L01.E3", tanh)

# %% [markdown]
# ## L01.E4 Whose fault?
#
# The function `launch` computes where three balls are, and cannot: something does not
# fit. Do not run it yet. Decide which line teachgraph will blame, and write the comment
# `# here` at its end. The check runs it.


# %%
def launch():
    start, speed, time = T.dvectors("start", "speed", "time")
    travelled = speed * time
    position = start + travelled
    where = tg.function([start, speed, time], position)
    return where([0, 0, 0], [1, 2, 3], [10, 20])


# %%
check("L01.E4", launch)
