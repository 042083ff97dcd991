"""The graphs that the tests of views look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.compile.function import Function, function
from teachgraph.compile.mode import Mode
from teachgraph.compile.shared import SharedVariable, shared
from teachgraph.core.config import config
from teachgraph.core.graph import Graph, Variable
from teachgraph.ops.fused import Fused

PLAIN = Mode("python")


@dataclass(frozen=True, eq=False)
class Logistic:
    """`1 / (1 + exp(-x))` of a matrix."""

    x: Variable
    y: Variable


@dataclass(frozen=True, eq=False)
class Classifier:
    """Logistic regression with a step of gradient descent, written by hand."""

    images: Variable
    target: Variable
    weights: SharedVariable
    bias: SharedVariable
    loss: Variable
    train: Function


@pytest.fixture
def logistic() -> Logistic:
    x = T.dmatrix("x")
    return Logistic(x, 1 / (1 + T.exp(-x)))


@pytest.fixture
def classifier() -> Classifier:
    images, target = T.dmatrix("images"), T.dvector("target")
    weights, bias = shared(np.zeros(3), "weights"), shared(0.5, "bias")
    p = 1 / (1 + T.exp(-(T.dot(images, weights) + bias)))
    loss = T.sum(-target * T.log(p) - (1 - target) * T.log(1 - p))
    slope = T.dot(images.T, p - target)
    train = function(
        [images, target],
        loss,
        updates=[(weights, weights - 0.1 * slope), (bias, bias * 1)],
        name="train",
        mode=PLAIN,
    )
    return Classifier(images, target, weights, bias, loss, train)


@pytest.fixture
def fused() -> Graph:
    """A kernel of two outputs, one of which goes on."""
    x, y, a, b = T.dmatrix("x"), T.dmatrix("y"), T.dmatrix("a"), T.dmatrix("b")
    inner = Graph((a, b), (T.exp(a) * b, T.exp(-a)))
    first, second = Fused(inner)(x, y)
    return Graph((x, y), (T.sum(first + y, axis=0), second))


@pytest.fixture
def hostile() -> Variable:
    """A variable whose name tries to leave whatever it is put into."""
    return T.dmatrix('</script><img src=x onerror="alert(1)">\\N"}\n&$_^{')


@pytest.fixture
def own_folder(tmp_path: Path) -> Iterator[Path]:
    with config.change_flags(base_compiledir=str(tmp_path)):
        yield tmp_path
