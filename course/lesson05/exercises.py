# %% [markdown]
# # Exercises for lesson 5
#
# Put your answer in the place of `...` and run the cell with `check` below it. As long
# as something is missing it ends with an error; read the error, it says what was
# expected, what came, and which line to look at.
#
# The solutions are in `course/solutions/lesson05.ipynb`.

# %%
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L05.E1 Horner
#
# A polynomial is computed without any power, from the highest coefficient down:
#
# $$ 2 x^2 + 3 x + 4 = (2 x + 3) \, x + 4 $$
#
# Write it with `tg.scan` or one of its relatives, for a scalar `x` and a vector `c` of
# any length with the highest coefficient first. The answer is one number, as an
# expression.

# %%
c = T.dvector("c")
x = T.dscalar("x")
polynomial = ...

# %%
check("L05.E1", polynomial)

# %% [markdown]
# ## L05.E2 The highest so far
#
# Write the running maximum of the vector `v`: for each element, the largest of it and
# all before it.

# %%
v = T.dvector("v")
highest = ...

# %%
check("L05.E2", highest)

# %% [markdown]
# ## L05.E3 Half forgotten
#
# In the lecture, what the leaky memory was given decays by a factor of $a$ in each
# turn. For which $a$ does the gradient fall to one half over ten turns? The answer is a
# number.

# %%
rate = ...

# %%
check("L05.E3", rate)

# %% [markdown]
# ## L05.E4 Until it is one
#
# Take a whole number. If it is even, halve it; if not, take three times the number plus
# one. Nobody knows whether that always ends at 1, but nobody has found a number for
# which it does not.
#
# Write the number of turns until 1 is reached, as an expression of `n`: 1 turn for 2, 8
# for 6. Let the loop give up after 1000. (`T.switch` chooses, `tg.until` ends, and
# `.shape[0]` counts.)

# %%
n = T.lscalar("n")
count = ...

# %%
check("L05.E4", count)
