# %% [markdown]
# # Lesson 1: a graph is a physics problem
#
# How do you solve a problem in physics? You give names to what you do not know. You
# draw a picture. You move symbols around until the problem is simple. Only at the very
# end you put numbers in, and often you find that you need fewer of them than you
# thought.
#
# A compiler for mathematical expressions works in the same way. This lesson follows the
# four steps: **name, draw, simplify, compute**. It ends where the comparison does.

# %%
import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## Name
#
# A ball has a mass $m$ and flies at speed $v$, at height $h$, where gravity is $g$. Its
# energy is
#
# $$ E = \tfrac{1}{2} m v^2 + m g h . $$
#
# We do not say which ball. `T.dscalars` makes a name for each unknown: `d` for double
# precision, and `scalar` because each is one number.

# %%
m, v, g, h = T.dscalars("m", "v", "g", "h")
energy = m * v**2 / 2 + m * g * h

# %% [markdown]
# Python has run this line, and nothing was multiplied: there is nothing to multiply
# yet. What is `energy`, then? Ask for its type, and you get an answer that holds for
# every ball: one number in double precision.

# %%
print(energy.type)

# %% [markdown]
# ## Draw
#
# `energy` is a picture of how it would be computed. Boxes are operations, arrows are
# values on their way. Follow the arrows from the top: $m$ goes into both terms of the
# sum, and that is why it has two arrows.

# %%
energy

# %% [markdown]
# A picture answers questions before there is any number. What does the energy depend
# on? On all that has an arrow into it. Does it depend on the colour of the ball? There
# is no such box.
#
# In a terminal the same picture is a tree, to be read from the top: `energy` is a sum
# (`add`) of two parts, and so on down to the unknowns. A product of three is written as
# one. Letters mark the nodes: `m` is `[id D]` wherever it stands, because it is one
# node. And `tg.pp` writes the picture as a formula again.

# %%
tg.debugprint(energy)
print(tg.pp(energy))

# %% [markdown]
# ## Simplify
#
# Let $y = x^2$. What is $y - x^2$? You answer "zero" without asking what $x$ is. Here
# is the question as a graph.

# %%
x = T.dvector("x")
y = x**2
difference = y - x**2
difference

# %% [markdown]
# We wrote the square twice, so it is there twice. `tg.function` compiles the graph,
# which means: it moves symbols around for as long as that makes the problem simpler.
# Here is what is left.

# %%
f = tg.function([x], difference)
tg.debugprint(f)
len(f.history.rewrites())

# %% [markdown]
# Four rewrites later there is no square and no difference. `Alloc` makes an array of
# zeros, and `ShapeOf` asks only how long `x` is. The result depends on how many numbers
# come, and not on which.
#
# The compiler keeps what it did, as you keep the lines of a calculation. `merge` joins
# what is the same: first the two exponents 2, then the two squares. Next, a square is
# better computed without a general power. And then a rule for differences applies: a
# thing minus itself is zero, and the square is needed no more.

# %%
for step in f.history.rewrites():
    print(f"{step.rule.name:20} {step.rule.why}")

# %% [markdown]
# In JupyterLab you can walk through these lines: the slider below the drawing goes from
# the graph that we wrote to the graph that runs.

# %%
tg.view(f)

# %% [markdown]
# ## Compute
#
# Numbers come last. We give three, and get three zeros.

# %%
f([1, 2, 3])

# %% [markdown]
# And the ball? One that weighs 0.5 kg, is thrown at 2 m/s from a height of 3 m, here
# (9.81 m/s²) and on the moon (1.62 m/s²), has these two energies in joule. One graph,
# one function, two worlds.

# %%
joule = tg.function([m, v, g, h], energy)
print(joule(0.5, 2, 9.81, 3), joule(0.5, 2, 1.62, 3))

# %% [markdown]
# ## Where the comparison ends
#
# Now give the function that is always zero something that is not quite a number:
# infinity, and `nan` ("not a number", what a computer answers to 0/0).

# %%
strange = [1, np.inf, np.nan]
f(strange)

# %% [markdown]
# NumPy does not simplify. It squares, then subtracts, and infinity minus infinity has
# no value that everybody could agree on. So the same formula gives something else there
# (we tell NumPy not to warn about it):

# %%
with np.errstate(invalid="ignore"):
    a = np.array(strange)
    numpys = a**2 - a**2
numpys

# %% [markdown]
# Who is right? In algebra $x - x = 0$ for every number $x$. But floating point numbers
# are not quite the numbers of algebra: `inf` and `nan` are among them, and for those
# two the rule is false. The compiler has used an equation *outside the domain where it
# holds*, as we do on paper when we divide by something that might be zero.
#
# Was it wrong to do so? In nearly every program `inf` and `nan` are mistakes already,
# and nobody wants to pay for two squares to get a zero. It is a choice, and you should
# know who made it. You can also take it back: every rule has a name, and a mode can
# leave it out.

# %%
careful = tg.Mode().excluding("difference_of_same")
as_numpy = tg.function([x], difference, mode=careful)
as_numpy(strange)

# %% [markdown]
# The three zeros are gone, and so is the shortcut. One loop computes everything (it is
# *fused*), and inside of it is the difference (`sub`) of a square with itself.

# %%
tg.debugprint(as_numpy)
np.testing.assert_array_equal(as_numpy(strange), numpys)

# %% [markdown]
# ## What to remember
#
# - An expression is a graph. Making it computes nothing.
# - A name used twice is one node with two arrows; an expression written twice is two
#   nodes.
# - Compiling simplifies by rules. Each rule is an equation, and an equation has a
#   domain.
# - Numbers come last.
#
# Now it is your turn: [the exercises](exercises.ipynb).
