# %% [markdown]
# # Lesson 2: back through the graph
#
# A network has a million weights and one cost. Which way should each weight move, so
# that the cost falls? That is a million derivatives, and yet getting all of them takes
# only a few times as long as computing the cost once. This lesson shows why.
#
# You know the chain rule. What is new is the order in which it is used.

# %%
import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## The chain rule is about arrows
#
# A small cost of two numbers:
#
# $$ c = \sin(a b) + a $$

# %%
a, b = T.dscalars("a", "b")
c = T.sin(a * b) + a
c

# %% [markdown]
# Wiggle $a$ a little. The wiggle runs along the arrows, down to $c$. Each arrow scales
# it by the derivative of the box that it enters: through the product it is scaled by
# $b$, through the sine by $\cos(ab)$, through the sum by 1. There are two ways from $a$
# to $c$, so $c$ moves by what arrives on both:
#
# $$ \frac{dc}{da} = b \cdot \cos(ab) \cdot 1 \; + \; 1 $$
#
# That is the chain rule for graphs: **multiply along a path, add up over the paths.**
#
# The trouble is that there may be very many paths. Here each square doubles them, and
# after 20 of them there are a million, though the graph is small:

# %%
x = T.dscalar("x")
tower = x
for _ in range(20):
    tower = tower * tower

print(
    2**20, "paths,", len(tg.function([x], tower, mode="FAST_COMPILE").graph.applies())
)

# %% [markdown]
# Twenty nodes, and a million paths. Who follows paths is lost. Who visits *nodes*, and
# adds up on the way, is not.
#
# ## One sweep, by hand
#
# Go through the graph once, from the cost back to the inputs. At each node keep one
# number, its *gradient*: how much the cost moves when the value of this node moves.
#
# 1. The gradient of the cost is 1.
# 2. A node that knows its gradient tells each of its inputs what it contributes: its
#    own gradient, times the derivative of its op by this input.
# 3. A node is visited when all that read it have been. Its gradient is the *sum* of
#    what it was told.
#
# So each op needs one small rule and nothing else. Ours has three ops:

# %%
RULES = {
    "add": lambda inputs, g: [g for _ in inputs],
    "mul": lambda inputs, g: [inputs[1] * g, inputs[0] * g],
    "sin": lambda inputs, g: [T.cos(inputs[0]) * g],
}

# %% [markdown]
# And this is the sweep. A graph gives away how it was made: `v.owner` is the node that
# made a variable, and `node.op`, `node.inputs` are its op and its inputs.
# `graph.applies()` has the nodes in an order in which they could run, and we take them
# from the end.


# %%
def back(cost, *targets):
    """The gradients of a cost, in one sweep from the cost to the targets."""
    f = tg.function(list(targets), cost)
    gradient = {cost: T.constant(1.0)}
    for node in reversed(f.graph.applies()):
        g = gradient[node.outputs[0]]
        print(f"{tg.pp(node.outputs[0]):14}  has the gradient  {tg.pp(g)}")
        for v, told in zip(node.inputs, RULES[node.op.title](node.inputs, g)):
            gradient[v] = gradient[v] + told if v in gradient else told
    return [gradient[v] for v in targets]


mine = back(c, a, b)

# %% [markdown]
# Three nodes, three lines. The last two are not shown: they are what `back` returns.

# %%
print(tg.pp(mine))

# %% [markdown]
# There is a sum of two terms for `a`, one for each path, and one term for `b`. The
# numbers agree with what teachgraph finds, whose sweep is no longer than ours (it is
# `teachgraph/grad/reverse.py`):

# %%
theirs = tg.grad(c, [a, b])
compare = tg.function([a, b], [*mine, *theirs])
print([float(v.round(6)) for v in compare(0.5, 2.0)])

# %% [markdown]
# ## A gradient is a graph
#
# `tg.grad` gave no numbers. It gave expressions, made of the same ops, that can be
# drawn, simplified, compiled and differentiated again. This is the gradient for `a`:

# %%
theirs[0]

# %% [markdown]
# Look at the product `a * b`: it was there already, for the cost. The gradient does not
# compute it again, it has an arrow to it. That is why the million derivatives are so
# cheap: **everything that the forward pass has computed is at hand.**
#
# What the sweep writes is clumsy: there is a `1.0 *` that nobody needs. It does not
# have to be clever, since the rewrites come after it.

# %%
f = tg.function([a, b], [c, *theirs])
for step in f.history.rewrites():
    print(f"{step.rule.name:20} {step.rule.why}")

# %% [markdown]
# ## What it costs
#
# Count the nodes. Here is a chain of $n$ layers $h \leftarrow \tanh(w_i h)$, with a
# weight in each.


# %%
def operations(n):
    """How many operations the cost has, and cost and all gradients together."""
    ws = T.dscalars(*(f"w{i}" for i in range(n)))
    h = x
    for w in ws:
        h = T.tanh(w * h)
    graphs = [h], [h, *tg.grad(h, list(ws))]
    mode = tg.Mode(phases=("merge", "canonicalize"))
    made = (tg.function([x, *ws], outputs, mode=mode) for outputs in graphs)
    return [len(f.optimized.applies()) for f in made]


for n in (10, 20, 40):
    print(n, "weights:", operations(n))

# %% [markdown]
# Twice as many weights are twice as many operations, and for any number of weights
# the gradient costs the same few times the cost. Had we asked by trying, moving one
# weight at a time, 40 weights would have been 41 runs.
#
# The other order, from the inputs to the cost, is a sweep for each *input*: it pays
# when there are few inputs and many outputs. Training has it the other way round.
#
# ## Arrays: where sums come from
#
# With arrays nothing changes but the shapes. The gradient of an array has the shape of
# the array: one number for each number. Here a bias of 3 is added to each of many rows.

# %%
rows, bias = T.dmatrix("rows"), T.dvector("bias")
cost = ((rows + bias) ** 2).sum()
g = tg.grad(cost, bias)
tg.debugprint(g)
print(g.type)

# %% [markdown]
# The first line of the tree is a `sum` along axis 0. Nobody wrote it. But `bias[0]` was
# used in every row, so there is a path through every row, and paths are added up.
#
# Keep this as a rule: **what is copied on the way forward is summed on the way back.**
# It holds for stretched axes, for a name that is used twice, and, in lesson 5, for a
# weight that is used at every moment in time. (It holds the other way, too: what is
# summed forward is copied back.)
#
# ## Where there is no derivative
#
# Rounding has steps. Its derivative is zero wherever it has one, and a cost behind it
# cannot be learned from. teachgraph says so:

# %%
import warnings

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    flat = tg.grad(T.round(x) * 3, x)
print("the gradient is", tg.pp(flat))
print(str(said[0].message).splitlines()[0])

# %% [markdown]
# A derivative can also be wrong: the one that *you* wrote for an op of your own. It is
# checked by trying: move the input a little, and see. `T.verify_grad` does that, and
# ends with an error if the two differ.

# %%
T.verify_grad(lambda v: T.sin(v) * v, [np.array([0.3, -1.2, 4.0])], rng=np.random)

# %% [markdown]
# ## What to remember
#
# - Multiply along a path, add up over the paths; but visit nodes, not paths.
# - One sweep from the cost back gives all derivatives, for a few times the cost.
# - An op knows one rule: from its inputs and the gradient that arrives to what it tells
#   each input.
# - A gradient is a graph. What was computed forward is used again.
# - What is copied forward is summed back.
#
# Now it is your turn: [the exercises](exercises.ipynb).
