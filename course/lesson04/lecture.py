# %% [markdown]
# # Lesson 4: a rule is an equation with a direction
#
# An optimizer sounds like something clever. It is a list of equations, and a patient
# clerk who applies them from left to right until none fits any more. In this lesson you
# build such a clerk in thirty lines, look at the real one, and write a rule for it.

# %%
import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## Replay
#
# Everything that the compiler does to a graph is kept in `f.history`, and the graph of
# any moment can be had back. Here is the logistic function, before, between and after.

# %%
x = T.dvector("x")
logistic = tg.function([x], 1 / (1 + T.exp(-x)))
history = logistic.history

for k, step in enumerate(history.rewrites()):
    print(f"{tg.pp(history.graph_at(k).outputs[0]):20}  then  {step.rule.name}")
print(tg.pp(history.graph_at(k + 1).outputs[0]))

# %% [markdown]
# `merge` joined the two ones that were written. Then one equation did it all:
#
# $$ \frac{1}{1 + e^{-x}} \; \rightarrow \; \sigma(x) $$
#
# An equation has two sides and no direction. A rule has one: the right side is better,
# for a reason that each rule states.
#
# ## A clerk in thirty lines
#
# Let a term be a name, a number, or a tuple of an op and its arguments. A rule is a
# pair of terms in which `"?x"` stands for anything.

# %%
SMALL_RULES = [
    (("mul", "?x", 1), "?x"),
    (("add", "?x", 0), "?x"),
    (("mul", "?x", 0), 0),
    (("sub", "?x", "?x"), 0),
    (("log", ("exp", "?x")), "?x"),
]


def match(pattern, term, found):
    """What the question marks stand for, or None."""
    if isinstance(pattern, str) and pattern.startswith("?"):
        if found.setdefault(pattern, term) == term:
            return found
        return None
    if isinstance(pattern, tuple) and isinstance(term, tuple):
        if len(pattern) != len(term):
            return None
        for part, piece in zip(pattern, term):
            if match(part, piece, found) is None:
                return None
        return found
    return found if pattern == term else None


def build(pattern, found):
    """A term, with what the question marks stand for."""
    if isinstance(pattern, tuple):
        return tuple(build(part, found) for part in pattern)
    return found.get(pattern, pattern)


def rewritten(term):
    """A term to which no rule applies any more; inner terms come first."""
    if isinstance(term, tuple):
        term = tuple(rewritten(part) for part in term)
    for left, right in SMALL_RULES:
        found = match(left, term, {})
        if found is not None:
            print(f"{left} -> {right}")
            return rewritten(build(right, found))
    return term


rewritten(("add", ("mul", "a", 1), ("sub", "b", "b")))

# %% [markdown]
# Three rules, one after the other, and `"a"` is left. Read the order: `sub` became 0,
# and only then was there something to add 0 to. **Rules make work for each other**.
# None of them has to see the whole.
#
# Note `"?x"` in `("sub", "?x", "?x")`: both must be the *same* term. In a graph they
# are the same *node*, and that is why `merge` comes first.
#
# The real clerk (`teachgraph/rewrite/driver.py`) has more to do: a graph shares terms,
# a product may be turned around, a replacement must have the same type, and everything
# has to be told. But it is this clerk.
#
# ## Three reasons for a rule
#
# **Less work.** A square is cheaper than a power, nothing is cheaper than something.
#
# **Other rules.** Many forms are brought into one, so that a rule has to know one form
# only. This is called *canonical*.
#
# **Better numbers.** The two sides are equal in algebra, and not on a computer:

# %%
naive = T.log(1 + T.exp(x))
as_written = tg.function([x], naive, mode=tg.Mode("python", phases=()))
compiled = tg.function([x], naive)
values = [-40.0, 0.0, 1000.0]

with np.errstate(over="ignore"):
    print("as written", as_written(values))
print("compiled  ", compiled(values))
print(tg.pp(naive), "->", tg.pp(compiled.optimized.outputs[0]))

# %% [markdown]
# $e^{1000}$ is more than a double can hold, and $1 + e^{-40}$ is rounded to 1, of which
# the logarithm is 0. `softplus` is the same function, computed with care. You may write
# what the book says, and get what the expert would have written.
#
# That is the order of the phases: first one form for all, then better numbers, then
# less work, and at the end everything that fits is put into one loop.

# %%
from teachgraph.rewrite.pipeline import PHASES

print(" > ".join(PHASES))

# %% [markdown]
# ## Where an equation holds
#
# In lesson 1 a rule turned a nan into a zero. An equation has a domain, and there are
# two ways to deal with it. One is to say what happens outside and accept it:

# %%
from teachgraph.rewrite.rule import RULES

for rule in RULES:
    if rule.name in ("difference_of_same", "quotient_of_same"):
        print(f"{rule.name}: equal for {rule.domain}")

# %% [markdown]
# The other is to ask first. $e^{\log x}$ is $x$, but for negative numbers the left side
# is not a number and the right side is. There are two rules for it, and the one that
# drops both functions asks for an `x` that cannot be negative. A rule that has matched
# and does not apply *declines*, and says why. You hear of it if you listen:

# %%
from teachgraph.core.events import Declined


def listen(event):
    """Somebody who listens makes the clerk tell more."""


for inner in (x, abs(x)):
    f = tg.function([x], T.exp(T.log(inner)), mode=tg.Mode() + listen)
    left = tg.pp(f.optimized.outputs[0])
    print(f"exp(log({tg.pp(inner)})) -> {left}")
    for event in f.history.of(Declined):
        print("   ", event.rule.name, "declined:", event.reason)

# %% [markdown]
# A magnitude is never negative, and the clerk knows it. For a plain `x` another
# rule was left, with `switch`: `x` where it is not negative, and nan elsewhere. That is
# right everywhere, and still cheaper than two transcendental functions.
#
# ## A rule of your own
#
# The larger of a number and its negative is its magnitude. teachgraph does not know
# that:

# %%
y = T.maximum(x, -x) + 1
[str(node.op) for node in tg.function([x], y).optimized.applies()]

# %% [markdown]
# A rule is a function that writes both sides, its parameters being what may stand for
# anything. The docstring is the reason, and a rule without a reason is refused. The
# word in the brackets is the phase.

# %%
from teachgraph.rewrite.rule import Decline, forget, rewrites, rule


@rule("canonicalize")
def larger_of_both_signs(x):
    """One operation in the place of two, and no comparison."""
    return T.maximum(x, -x), abs(x)


[str(node.op) for node in tg.function([x], y).optimized.applies()]

# %% [markdown]
# Is it right? For `nan` both sides are `nan`, for -0.0 and infinities they agree; so
# this one has no border. Test a rule where it could break: at zero, below zero, at
# infinity.
#
# If the right side needs a decision, write it in Python. `@rewrites` takes the left
# side and a function, which gives a replacement or declines. Here two lower bounds
# become one, but only if both are numbers, so that the larger one is known now:


# %%
@rewrites(
    lambda x, low, floor: T.maximum(T.maximum(x, low), floor),
    phase="canonicalize",
    gives="maximum(x, the larger bound)",
)
def two_lower_bounds(x, low, floor):
    """The larger of two bounds is the one that counts."""
    if low.data is None or floor.data is None:
        return Decline("a bound is not a number yet")
    return T.maximum(x, max(low.data, floor.data))


for bound in (1.0, x.mean()):
    bounded = T.maximum(T.maximum(x, bound), 2.0)
    f = tg.function([x], bounded, mode=tg.Mode() + listen)
    print(tg.pp(f.optimized.outputs[0]))
    for reason in {e.reason for e in f.history.of(Declined)}:
        print("    declined:", reason)

# %% [markdown]
# Every rule has a name, by which a mode can leave it out. And since these two were for
# today only, we take them back.

# %%
without = tg.Mode().excluding("larger_of_both_signs")
print([str(n.op) for n in tg.function([x], y, mode=without).optimized.applies()])
forget("larger_of_both_signs", "two_lower_bounds")

# %% [markdown]
# ## What to remember
#
# - A rule is an equation with a direction, a reason, and a domain.
# - The optimizer applies rules until none fits. Rules make work for each other.
# - Equal in algebra is not equal on a computer; some rules are there for the numbers.
# - A careful rule asks first, and declines with a reason.
#
# Now it is your turn: [the exercises](exercises.ipynb). If you want to see all rules,
# they are in the reference, phase by phase.
