"""Losses by class numbers, and what else Theano's nnet offers on rows of classes."""

from __future__ import annotations

from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import is_integer
from teachgraph.ops.alloc import ShapeOf, alloc, lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast
from teachgraph.ops.count import unique
from teachgraph.ops.creation import arange
from teachgraph.ops.dot import dot, tensordot
from teachgraph.ops.exponential import log
from teachgraph.ops.join import concatenate
from teachgraph.ops.nnet import logsoftmax, softmax
from teachgraph.ops.reduce import Argmax, Max
from teachgraph.ops.reshape import flatten, reshape
from teachgraph.ops.scalars import eq
from teachgraph.ops.shape import dimshuffle, transpose
from teachgraph.ops.sliding import check_rank
from teachgraph.ops.subscript import getitem

__all__ = [
    "confusion_matrix",
    "crossentropy_categorical_1hot",
    "crossentropy_softmax_1hot",
    "crossentropy_softmax_1hot_with_bias",
    "crossentropy_softmax_argmax_1hot_with_bias",
    "crossentropy_softmax_max_and_argmax_1hot",
    "crossentropy_softmax_max_and_argmax_1hot_with_bias",
    "h_softmax",
    "prepend_0_to_each_row",
    "prepend_1_to_each_row",
    "prepend_scalar_to_each_row",
    "softmax_with_bias",
]


def softmax_with_bias(x: TensorLike, b: TensorLike) -> Variable:
    """softmax(x + b), row by row.

    Args:
        x: float[batch, classes].
        b: float[classes].
    """
    return softmax(as_tensor(x) + as_tensor(b))


def crossentropy_categorical_1hot(
    coding_dist: TensorLike, true_one_of_n: TensorLike
) -> Variable:
    """-log(p[i, y[i]]) for each row i: float[batch].

    Args:
        coding_dist: probabilities, float[batch, classes].
        true_one_of_n: class numbers, int[batch].
    """
    p, y = as_tensor(coding_dist), as_tensor(true_one_of_n)
    check_rank(p.type, 2, "probabilities", ("batch", "classes"))
    return -log(_chosen(p, y))


def crossentropy_softmax_argmax_1hot_with_bias(
    x: TensorLike, b: TensorLike, y_idx: TensorLike
) -> list[Variable]:
    """Surprise of each class number, softmax, and the likeliest class of each row.

    Args:
        x: float[batch, classes].
        b: float[classes].
        y_idx: class numbers, int[batch].

    Returns:
        float[batch] in nats, float[batch, classes], int[batch].
    """
    v, y = as_tensor(x) + as_tensor(b), as_tensor(y_idx)
    check_rank(v.type, 2, "scores", ("batch", "classes"))
    surprise = -_chosen(logsoftmax(v), y)
    return [surprise, softmax(v), cast(Argmax((1,))(v), y.dtype)]


def crossentropy_softmax_1hot_with_bias(
    x: TensorLike, b: TensorLike, y_idx: TensorLike, **kwargs: Any
) -> list[Variable]:
    """The first two of `crossentropy_softmax_argmax_1hot_with_bias`."""
    del kwargs
    return crossentropy_softmax_argmax_1hot_with_bias(x, b, y_idx)[:2]


def crossentropy_softmax_1hot(
    x: TensorLike, y_idx: TensorLike, **kwargs: Any
) -> list[Variable]:
    """Surprise of each class number, and softmax."""
    return crossentropy_softmax_1hot_with_bias(x, _no_bias(x), y_idx, **kwargs)


def crossentropy_softmax_max_and_argmax_1hot_with_bias(
    x: TensorLike, b: TensorLike, y_idx: TensorLike, **kwargs: Any
) -> tuple[Variable, ...]:
    """Surprise, softmax, the largest probability of each row, and its class."""
    surprise, p = crossentropy_softmax_1hot_with_bias(x, b, y_idx, **kwargs)
    return surprise, p, Max((1,))(p), Argmax((1,))(p)


def crossentropy_softmax_max_and_argmax_1hot(
    x: TensorLike, y_idx: TensorLike, **kwargs: Any
) -> tuple[Variable, ...]:
    """The same without a bias."""
    return crossentropy_softmax_max_and_argmax_1hot_with_bias(
        x, _no_bias(x), y_idx, **kwargs
    )


def prepend_scalar_to_each_row(val: TensorLike, mat: TensorLike) -> Variable:
    """A matrix with a column of one number put before it."""
    x = as_tensor(mat)
    check_rank(x.type, 2, "matrices", ("rows", "columns"))
    column = alloc(cast(as_tensor(val), x.dtype), lengths_of(x)[0], 1)
    return concatenate([column, x], axis=1)


def prepend_0_to_each_row(mat: TensorLike) -> Variable:
    """A matrix with a column of zeros put before it."""
    return prepend_scalar_to_each_row(0, mat)


def prepend_1_to_each_row(mat: TensorLike) -> Variable:
    """A matrix with a column of ones put before it."""
    return prepend_scalar_to_each_row(1, mat)


def confusion_matrix(actual: TensorLike, pred: TensorLike) -> list[Variable]:
    """How often each value was taken for each: int[values, values], and the values.

    Args:
        actual, pred: vectors of one length; rows go over `actual`.

    >>> counts, values = T.nnet.confusion_matrix([0, 1, 1], [0, 1, 0])
    >>> counts.eval()
    array([[1, 0],
           [1, 1]])
    """
    a, p = as_tensor(actual), as_tensor(pred)
    for v in (a, p):
        check_rank(v.type, 1, "observations", ("cases",))
    order = unique(concatenate([a, p]))
    hits = [cast(eq(dimshuffle(v, 0, "x"), order), "int64") for v in (a, p)]
    return [dot(transpose(hits[0]), hits[1]), order]


def h_softmax(
    x: TensorLike,
    batch_size: Any,
    n_outputs: Any,
    n_classes: Any,
    n_outputs_per_class: Any,
    W1: TensorLike,
    b1: TensorLike,
    W2: TensorLike,
    b2: TensorLike,
    target: TensorLike | None = None,
) -> Variable:
    """A softmax over classes, times one over the outputs of each class.

    Args:
        x: float[batch, n].
        W1, b1: float[n, classes], float[classes].
        W2, b2: float[classes, n, outputs], float[classes, outputs].
        target: class numbers, int[batch] or int[batch, 1].

    Returns:
        The probabilities of all outputs, float[batch, n_outputs]; or of the targets
        alone, float[batch], which is far less work.

    Source: Goodman, Classes for Fast Maximum Entropy Training, arXiv cs/0108006.
    """
    v, second, shift = as_tensor(x), as_tensor(W2), as_tensor(b2)
    classes = softmax(dot(v, W1) + as_tensor(b1))
    if target is None:
        scores = tensordot(v, second, ([1], [1])) + shift
        inside = softmax(scores)
        both = dimshuffle(classes, 0, 1, "x") * inside
        return reshape(both, [batch_size, -1])[:, :n_outputs]
    goal = flatten(as_tensor(target))
    own, place = goal // n_outputs_per_class, goal % n_outputs_per_class
    scores = _rows_times(v, getitem(second, own)) + getitem(shift, own)
    return _chosen(classes, own) * _chosen(softmax(scores), place)


def _rows_times(x: Variable, matrices: Variable) -> Variable:
    """Each row times a matrix of its own: float[batch, columns]."""
    return (dimshuffle(x, 0, 1, "x") * matrices).sum(axis=1)


def _chosen(p: Variable, y: Variable) -> Variable:
    """The element of each row at a class number."""
    if y.ndim != 1 or not is_integer(y.dtype):
        raise Fault(
            "wrong-dtype",
            f"class numbers are int[batch], not {y.type}",
            hints=(Hint("write T.cast(y, 'int32')"),),
        )
    return getitem(p, (arange(ShapeOf(0)(y)), y))


def _no_bias(x: TensorLike) -> Variable:
    v = as_tensor(x)
    return alloc(as_tensor(0, dtype=v.dtype), lengths_of(v)[-1])
