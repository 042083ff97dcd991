# %% [markdown]
# # Exercises for lesson 6
#
# Put your answer in the place of `...` and run the cell with `check` below it. As long
# as something is missing it ends with an error; read the error, it says what was
# expected, what came, and which line to look at.
#
# The solutions are in `course/solutions/lesson06.ipynb`.

# %%
import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import check

# %% [markdown]
# ## L06.E1 Read a loop
#
# Somebody has lost the program, and found the loop. Run the cell to see it. Write the
# expression it was made from, of a matrix `m` and a vector `v`.

# %%
print("""
for (long i = begin; i < end; ++i) {
  double acc = 0.0;
  for (long r = 0; r < n1; ++r) {
    acc += fabs(m[i * n1 + r] - v[r]);
  }
  out0[i] = sqrt(acc);
}
""")

# %%
m, v = T.dmatrix("m"), T.dvector("v")
lost = ...

# %%
check("L06.E1", lost)

# %% [markdown]
# ## L06.E2 Count what goes through memory
#
# For vectors `x` and `y`, consider `T.sqrt(x * x + y * y)`. How many numbers are read,
# and how many written, for each element: by four loops, one for each operation, and by
# one fused loop? The answer is four numbers, in this order: reads and writes apart,
# reads and writes fused. (A loop for `x * x` reads `x` once.)

# %%
traffic = ...  # (reads apart, writes apart, reads fused, writes fused)

# %%
check("L06.E2", traffic)

# %% [markdown]
# ## L06.E3 Nothing in between
#
# Compile a function of a matrix `m` that gives the variance of each row, the mean of
# the squares less the square of the mean, in a program of a single step: one kernel,
# and no array between.

# %%
variances = ...

# %%
check("L06.E3", variances)

# %% [markdown]
# ## L06.E4 The same text
#
# Here is a function of a vector:
#
# `tg.function([x], T.exp(x) / (T.exp(x) + 1))`
#
# Compile a function of `x` that you write with a *single* operation, and whose C source
# is the same, letter by letter.

# %%
x = T.dvector("x")
reference = tg.function([x], T.exp(x) / (T.exp(x) + 1))
same = ...

# %%
check("L06.E4", same)
