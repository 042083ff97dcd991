# %% [markdown]
# # Exercises for lesson 4
#
# Put your answer in the place of `...` and run the cell with `check` below it. As long
# as something is missing it ends with an error; read the error, it says what was
# expected, what came, and which line to look at.
#
# The solutions are in `course/solutions/lesson04.ipynb`.

# %%
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L04.E1 Rescued
#
# Find an expression of the vector `x` that goes wrong for `x = [1000]` if it is
# computed as you wrote it (the result is infinite or not a number), and is right after
# compiling. Use `exp`, and not the example of the lecture.

# %%
x = T.dvector("x")
rescued = ...

# %%
check("L04.E1", rescued)

# %% [markdown]
# ## L04.E2 An equation of your own
#
# The sign of a number times its magnitude is the number. teachgraph does not know it.
# Write it as a rule with `@rule`, with a reason.

# %%
sign_times_magnitude = ...

# %%
check("L04.E2", sign_times_magnitude)

# %% [markdown]
# ## L04.E3 The border
#
# Somebody proposes the rule $\sqrt{x} \sqrt{y} \rightarrow \sqrt{x y}$: one root in the
# place of two. Show that it is wrong: give a value for `x` and one for `y`, for which
# the two sides differ.

# %%
counterexample = ...  # (x, y)

# %%
check("L04.E3", counterexample)

# %% [markdown]
# ## L04.E4 Ask first
#
# The rule of L04.E3 is right if both numbers are not negative, and an exponential never
# is. Write the rule with `@rewrites` so that it gives `T.sqrt(x * y)` if `x` and `y`
# were both made by `exp`, and declines with a reason in all other cases. (`x.owner` is
# the node that made a variable, or None; `x.owner.op.title` is the name of its op.)

# %%
product_of_roots = ...

# %%
check("L04.E4", product_of_roots)
