"""The programs of `teachgraph demo`, as anybody would write them.

`demo` shows the source of these functions and runs them, so that what is shown is what
ran. What a function returns is what the demo goes on to show.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile.function import Function
from teachgraph.core.graph import Variable
from teachgraph.view.stepper import Stepper

# Errors and drawings are to name the lines below, as they would name a user's.
__teachgraph_user__ = True


def names() -> tuple[Any, ...]:
    """Two matrices that have no values yet, and their sum."""
    x, y = T.matrices("x", "y")
    z = x + y
    add = tg.function([x, y], z)
    return z, add


def zero() -> tuple[Variable, Function]:
    """Zero, without a number in sight."""
    x = T.vector("x")
    y = x**2
    f = tg.function([x], y - x**2)
    return y - x**2, f


def logistic() -> tuple[Variable, Function]:
    """The logistic function."""
    x = T.matrix("x")
    s = 1 / (1 + T.exp(-x))
    logistic = tg.function([x], s)
    return s, logistic


def unsimplified() -> Stepper:
    """The logistic function as it was written, to step through."""
    x = T.matrix("x")
    s = 1 / (1 + T.exp(-x))
    f = tg.function([x], s, mode=tg.Mode(phases=()))
    run = tg.step(f, [[0, 1], [-1, -2]])
    return run


def mismatch() -> Function:
    """A program with a fault that no types show."""
    images, bias = T.matrix("images"), T.vector("bias")
    scaled = images * 2
    shifted = scaled + bias
    f = tg.function([images, bias], T.tanh(shifted))
    return f


def accumulator() -> tuple[Any, Function]:
    """A function that remembers, with a default argument."""
    total = tg.shared(0, name="total")
    n = T.lscalar("n")
    add = tg.function([tg.In(n, value=1)], total, updates=[(total, total + n)])
    return total, add


def regression() -> tuple[Any, Function]:
    """Logistic regression: a cost, its gradient, and a step downhill."""
    points, labels = T.matrix("points"), T.vector("labels")
    w = tg.shared(np.zeros(2), name="w")
    p = 1 / (1 + T.exp(-T.dot(points, w)))
    cost = -T.mean(labels * T.log(p) + (1 - labels) * T.log(1 - p))
    train = tg.function([points, labels], cost, updates=[(w, w - tg.grad(cost, w))])
    return w, train
