"""Functions of neural networks: activations, and losses to train by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import is_float, is_integer
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import ShapeOf
from teachgraph.ops.base import Array, TensorLike, as_tensor, like
from teachgraph.ops.casting import cast, disconnected_grad
from teachgraph.ops.creation import arange
from teachgraph.ops.dtypes import to_real_float
from teachgraph.ops.elementwise import unary
from teachgraph.ops.exponential import exp, expm1, log, log1p, sigmoid, softplus
from teachgraph.ops.reduce import accumulator
from teachgraph.ops.scalars import abs_, clip, maximum, switch
from teachgraph.ops.statistics import max, sum
from teachgraph.ops.subscript import getitem

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "elu",
    "hard_sigmoid",
    "logsoftmax",
    "relu",
    "selu",
    "sigmoid",
    "sigmoid_binary_crossentropy",
    "softmax",
    "softplus",
    "softsign",
    "ultra_fast_sigmoid",
]


def _as_float(x: TensorLike) -> Variable:
    v = as_tensor(x)
    return v if is_float(v.dtype) else cast(v, to_real_float(v.dtype))


def _without_largest(x: TensorLike, axis: int | Sequence[int]) -> Variable:
    """`x` less its largest element along an axis, so that exp cannot overflow.

    What comes of it does not depend on what is taken away, so no gradient goes there.
    """
    v = _as_float(x)
    if not v.ndim:
        raise Fault(
            "wrong-rank", "a single number has no axis along which to normalise"
        )
    return v - disconnected_grad(max(v, axis=axis, keepdims=True))


def softmax(x: TensorLike, axis: int | Sequence[int] = -1) -> Variable:
    """Exponentials along `axis`, scaled to sum to one; without overflow.

    Args:
        x: float[..., classes], any finite values.
        axis: along which the results sum to one.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 4.1.

    >>> T.nnet.softmax([[0.0, 0.0, 0.0]]).eval().round(3)
    array([[0.333, 0.333, 0.333]])
    """
    e = exp(_without_largest(x, axis))
    # Kept in its own dtype, as Theano's softmax: the terms are at most 1, one is 1.
    return e / sum(e, axis=axis, keepdims=True, acc_dtype=accumulator(e.dtype))


def logsoftmax(x: TensorLike, axis: int | Sequence[int] = -1) -> Variable:
    """log(softmax(x)) along `axis`, exact also where the softmax is near zero.

    x - max - log(sum(exp(x - max))): no exponential overflows, no logarithm meets 0.

    >>> T.nnet.logsoftmax([[1000.0, 0.0]]).eval()
    array([[    0., -1000.]])
    """
    moved = _without_largest(x, axis)
    return moved - log(sum(exp(moved), axis=axis, keepdims=True))


def relu(x: TensorLike, alpha: TensorLike = 0) -> Variable:
    """`x` where it is positive, else `alpha` times `x`; its slope at 0 is `alpha`.

    Args:
        alpha: slope below zero; a number or a variable.

    >>> T.nnet.relu([-2.0, 3.0], 0.1).eval()
    array([-0.2,  3. ])
    """
    v = as_tensor(x)
    if not isinstance(alpha, Variable) and np.all(np.asarray(alpha) == 0):
        return maximum(
            0, v
        )  # in this order, for of two equals the first has the gradient
    return switch(v > 0, v, as_tensor(alpha) * v)


def elu(x: TensorLike, alpha: TensorLike = 1) -> Variable:
    """`x` where it is positive, else `alpha` (e^x - 1).

    Source: Clevert, Unterthiner, Hochreiter, arXiv 1511.07289, equation 15.

    >>> T.nnet.elu([-1.0, 2.0]).eval().round(3)
    array([-0.632,  2.   ])
    """
    v = _as_float(x)
    # expm1 of the positive ones is not used, but might overflow.
    below = expm1(switch(v > 0, 0, v))
    return switch(v > 0, v, alpha * below)


def selu(x: TensorLike) -> Variable:
    """The exponential unit scaled to keep mean 0 and variance 1 from layer to layer.

    Source: Klambauer et al., arXiv 1706.02515, equation 2 and its constants.
    """
    v = _as_float(x)
    alpha, scale = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
    return like(scale, v) * elu(v, like(alpha, v))


def softsign(x: TensorLike) -> Variable:
    """x / (1 + |x|), between -1 and 1.

    >>> T.nnet.softsign([-1.0, 0.0, 3.0]).eval()
    array([-0.5 ,  0.  ,  0.75])
    """
    v = _as_float(x)
    return v / (1 + abs_(v))


def hard_sigmoid(x: TensorLike) -> Variable:
    """0.2 x + 0.5, but at least 0 and at most 1."""
    v = _as_float(x)
    return clip(v * like(0.2, v) + like(0.5, v), 0, 1)


def _ultra_fast(x: Array) -> Array:
    size = 0.5 * np.abs(x)
    near, far = (
        1.5 * size / (1 + size),
        0.935409070603099 + 0.0458812946797165 * (size - 1.7),
    )
    half = np.where(size >= 3, 0.99505475368673, np.where(size >= 1.7, far, near))
    return 0.5 * (np.copysign(half, x) + 1)


def _ultra_fast_in_loops(x: Expr) -> Expr:
    size = k.call("abs", x) * 0.5
    far = (size - 1.7) * 0.0458812946797165 + 0.935409070603099
    near = size * 1.5 / (size + 1)
    most = k.const(0.99505475368673, x.dtype)
    half = k.select(size >= 3, most, k.select(size >= 1.7, far, near))
    return (k.call("copysign", half, x) + 1) * 0.5


ultra_fast_sigmoid = unary(
    "ultra_fast_sigmoid",
    types=to_real_float,
    numpy=_ultra_fast,
    kernel=_ultra_fast_in_loops,
    grad=lambda x, z, g: (g * z * (1 - z),),
    doc="A rational approximation of the sigmoid, off by less than 0.03. Its gradient "
    "is that of the sigmoid, from its own value.",
    latex=r"\tilde{{\sigma}}({0})",
    cost=6,
)


def categorical_crossentropy(p: TensorLike, target: TensorLike) -> Variable:
    """Surprise, in nats, of each target under the predictions `p`.

    Args:
        p: probabilities, float[batch, classes]; each row sums to one.
        target: class numbers, int[batch], each in [0, classes); or probabilities,
            float[batch, classes].

    Returns:
        float[batch], 0 for a perfect prediction.

    Raises:
        wrong-rank: `target` has neither as many axes as `p` nor one less.
        shape-mismatch: the two differ in length.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 3.13.

    >>> T.nnet.categorical_crossentropy([[0.5, 0.5]], [0]).eval().round(3)
    array([0.693])
    """
    v, t = as_tensor(p), as_tensor(target)
    if t.ndim == v.ndim:
        return -sum(t * log(v), axis=v.ndim - 1)
    if t.ndim != v.ndim - 1 or v.ndim != 2:
        raise Fault(
            "wrong-rank",
            f"predictions {v.type} do not go with targets {t.type}",
            hints=(
                Hint("give class numbers, one for each row", "T.lvector('target')"),
                Hint("or probabilities, of the shape of the predictions"),
            ),
        )
    if not is_integer(t.dtype):
        raise Fault(
            "wrong-dtype",
            f"class numbers are whole numbers, not {t.type}",
            hints=(Hint("make whole numbers of them", "T.cast(target, 'int64')"),),
        )
    return -log(getitem(v, (arange(ShapeOf(0)(v)), t)))


def binary_crossentropy(p: TensorLike, target: TensorLike) -> Variable:
    """Surprise, in nats, of each yes-or-no target under the predictions `p`.

    Args:
        p: probabilities of yes, float, strictly between 0 and 1.
        target: probabilities of yes; 0 or 1 for facts.

    Returns:
        -(t log(p) + (1 - t) log(1 - p)), element by element.

    >>> T.nnet.binary_crossentropy([0.5], [1.0]).eval().round(3)
    array([0.693])
    """
    v, t = as_tensor(p), as_tensor(target)
    return -(t * log(v) + (1 - t) * log1p(-v))


def sigmoid_binary_crossentropy(x: TensorLike, target: TensorLike) -> Variable:
    """`binary_crossentropy(sigmoid(x), target)`, exact where the sigmoid is 0 or 1.

    Args:
        x: any real numbers, the logarithms of the odds.
        target: probabilities of yes; 0 or 1 for facts.

    >>> T.nnet.sigmoid_binary_crossentropy([0.0, -10.0], 1.0).eval().round(3)
    array([ 0.693, 10.   ])
    """
    v, t = _as_float(x), as_tensor(target)
    return softplus(v) - v * t
