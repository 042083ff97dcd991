# %% [markdown]
# # The tour
#
# teachgraph is a compiler for mathematical expressions that shows its work. In the next
# ten minutes you build expressions, watch them being simplified, step through a run,
# read an error, and train a classifier. Every cell can be changed and run again.

# %%
import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## 1. An expression is a graph
#
# `T.dmatrices` makes names for matrices to come: the `d` says that their elements are
# double precision numbers. There are no values yet, so `x + y` cannot be a matrix. It
# is a graph, which remembers how the sum is made. A bare `z` at the end of a cell draws
# it: data flows from the top to the bottom.

# %%
x, y = T.dmatrices("x", "y")
z = x + y
z

# %% [markdown]
# `tg.function` compiles a graph. The function takes values, in the order of the list,
# and gives a value.

# %%
add = tg.function([x, y], z)
add([[1, 2], [3, 4]], [[10, 20], [30, 40]])

# %% [markdown]
# ## 2. Zero, with no number in sight
#
# If $y = x^2$, then $y - x^2$ is zero. You need no value of $x$ to see that, and
# neither does the compiler. This is what we write: a difference, whose two parts are
# squares of the same `x`. We wrote the square twice, so it is there twice.

# %%
x = T.dvector("x")
y = x**2
difference = y - x**2
difference

# %% [markdown]
# And this is what runs. `tg.debugprint` prints a graph as a tree, to be read from the
# top; the numbers at the right say in which order its nodes run. `ShapeOf` asks how
# long `x` is, and `Alloc` makes so many zeros. Nothing is squared, nothing subtracted.

# %%
zero = tg.function([x], difference)
tg.debugprint(zero)
zero([1, 2, 3])

# %% [markdown]
# The rewrites that led there are kept, each with its reason. `merge` joins what is
# written twice: first the two exponents 2, then the two squares. A square is better
# computed without a general power. And now both sides of the difference are one node,
# and a difference of a thing and itself is zero.

# %%
for step in zero.history.rewrites():
    print(f"{step.rule.name:20} {step.rule.why}")

# %% [markdown]
# Is that always right? [The first lesson of the
# course](../course/lesson01/lecture.ipynb) looks at the one case in which it is not.
#
# ## 3. The logistic function, before and after
#
# The logistic function squeezes any number into the interval from 0 to 1:
#
# $$ s(x) = \frac{1}{1 + e^{-x}} $$
#
# We write it as the formula says: four operations.

# %%
x = T.dmatrix("x")
s = 1 / (1 + T.exp(-x))
s

# %%
logistic = tg.function([x], s)
logistic([[0, 1], [-1, -2]])

# %% [markdown]
# The compiler knows this expression. Of the four operations one is left, which does not
# overflow for very negative numbers, as $e^{-x}$ does. In JupyterLab `tg.view` shows
# the graph as we wrote it beside the graph that runs; the slider below them goes
# through the rewrites one by one and says why each was made. (Where there is no viewer,
# you see the graph that runs.)

# %%
tg.view(logistic)

# %% [markdown]
# ## 4. One step at a time
#
# `tg.step` runs a function one node at a time, with the values that flow. To have
# something to step through we compile the logistic function without any rewriting, so
# that it still has the four operations that we wrote. Then we go on until the
# exponential has been computed.

# %%
unsimplified = tg.function([x], s, mode=tg.Mode(phases=()))
run = tg.step(unsimplified, [[0, 1], [-1, -2]])
print(run.until("exp"))

# %% [markdown]
# The mark shows where we are: `neg` and `exp` are done, `add` comes next. Below is the
# place in the source, then what went in and what came out. `run.next()` goes on,
# `run.back()` goes back, `run.into()` enters the loops of a node. A bare `run` draws
# the graph; in the viewer you step by buttons or keys.

# %%
run

# %% [markdown]
# ## 5. An error that names your line
#
# Shapes are often known only when a function is called. Here a bias of four meets a
# matrix of three columns. What fails is compiled code, which computes the whole
# expression in one loop; what the error shows is the line you wrote, with the part that
# does not fit. It also says what to do. (The cell catches the error, so that the
# notebook runs on.)

# %%
images, bias = T.dmatrix("images"), T.dvector("bias")
scaled = images * 2
shifted = scaled + bias
layer = tg.function([images, bias], T.tanh(shifted))

try:
    layer(np.ones((2, 3)), np.ones(4))
except ValueError as error:
    print(error)

# %% [markdown]
# `tg.explain("shape-mismatch")` opens the page on this kind of error. The setting
# `tg.config.exception_verbosity` chooses between `low`, `medium` (what you see) and
# `high`.
#
# ## 6. A function that remembers
#
# A shared variable has a value that stays between calls. `updates` says what the value
# becomes after a call, and `tg.In` gives an argument a default. This function returns
# the total so far, and then adds `n` to it.

# %%
total = tg.shared(0, name="total")
n = T.lscalar("n")
accumulate = tg.function([tg.In(n, value=1)], total, updates=[(total, total + n)])

print(accumulate(), accumulate(), accumulate(10))
print("now", total.get_value())

# %% [markdown]
# The three calls returned 0, 1 and 2: each the total *before* its update. After them
# the total is 12.
#
# ## 7. Learning
#
# Now everything together. The data are real: 30 measurements of each of 569 tumours,
# and whether a doctor called it benign (1) or malignant (0). We keep every fourth
# tumour for the end, and scale each measurement so that those we learn from have mean 0
# and deviation 1.

# %%
from sklearn.datasets import load_breast_cancer

data = load_breast_cancer()
labels = data.target.astype("float64")
kept = np.arange(len(labels)) % 4 == 0

known = data.data[~kept]
points = (data.data - known.mean(axis=0)) / known.std(axis=0)
print(f"{(~kept).sum()} tumours to learn from, {kept.sum()} kept for the end")

# %% [markdown]
# The model is the logistic function of a weighted sum: `p` is the probability that a
# tumour is benign. The weights are shared variables, since they are what learning
# changes.

# %%
measured, benign = T.dmatrix("measured"), T.dvector("benign")
w = tg.shared(np.zeros(30), name="w")
b = tg.shared(0.0, name="b")
p = 1 / (1 + T.exp(-(T.dot(measured, w) + b)))

# %% [markdown]
# The cost is large where the model is sure and wrong (the cross-entropy), and a little
# larger where weights are large. `tg.grad` gives its derivatives as graphs, and one
# call of `train` takes one step downhill: it returns the cost and updates the weights.

# %%
surprise = -(benign * T.log(p) + (1 - benign) * T.log(1 - p))
cost = surprise.mean() + 0.001 * (w**2).sum()
slope_w, slope_b = tg.grad(cost, [w, b])

train = tg.function(
    [measured, benign],
    cost,
    updates=[(w, w - 0.5 * slope_w), (b, b - 0.5 * slope_b)],
)
costs = [float(train(points[~kept], labels[~kept])) for _ in range(200)]
print(f"cost: {costs[0]:.3f} at first, {costs[-1]:.3f} after {len(costs)} steps")

# %% [markdown]
# The cost of a model that knows nothing is $\log 2 \approx 0.693$, and that is where it
# starts. It falls fast and then slowly, as the curve shows: steps from left to right,
# cost from 0 at the bottom line upwards.

# %%
from IPython.display import SVG


def curve(values, width=480, height=160):
    """The values from left to right, above a line at 0."""
    right, up = width / (len(values) - 1), height / max(values)
    corners = (f"{i * right:.0f},{height - v * up:.1f}" for i, v in enumerate(values))
    return SVG(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        f' width="{width}" viewBox="-4 -4 {width + 8} {height + 8}">'
        "<title>The cost at each step</title>"
        f'<polyline points="0,{height} {width},{height}" stroke="gray"/>'
        f'<polyline points="{" ".join(corners)}" fill="none"'
        ' stroke="#0072b2" stroke-width="2"/></svg>'
    )


curve(costs)

# %% [markdown]
# What counts is how the model does on tumours that it has never seen.

# %%
predict = tg.function([measured], p > 0.5)
accuracy = (predict(points[kept]) == labels[kept]).mean()
print(f"{accuracy:.1%} of {kept.sum()} are right")
assert accuracy > 0.95

# %% [markdown]
# The function that was trained is a graph like any other. `tg.view(train)` draws it
# with every rewrite: it is larger than the ones above, and worth a look when you have
# time.
#
# ## Where to go from here
#
# - [The course](../course/README.md) begins with the question of section 2.
# - `tg.view(f)` and `tg.step(f, ...)` work on any function that you compile.
# - `teachgraph demo` is this tour in a terminal.
