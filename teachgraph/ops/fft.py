"""Fourier transforms of real numbers; a complex number is two along the last axis.

Each is a linear map, and the gradient of one is the other: the transform is its own
adjoint but for the frequencies that the real transform leaves out, which count double.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.types import Operand, TensorType, is_float
from teachgraph.ops.alloc import as_length, lengths_of
from teachgraph.ops.base import Array, Example, Gradients, TensorLike, as_tensor, ramp
from teachgraph.ops.casting import cast
from teachgraph.ops.dtypes import to_real_float
from teachgraph.ops.join import as_tensor_variable
from teachgraph.ops.scalars import mul, sqrt
from teachgraph.ops.statistics import prod
from teachgraph.ops.subscript import inc_subtensor, set_subtensor

Several = tuple[Variable, ...]


def _transformed(t: TensorType, least: int) -> None:
    if not is_float(t.dtype):
        raise Fault("wrong-dtype", f"real floating numbers are transformed, not {t}")
    if t.ndim < least:
        raise Fault(
            "wrong-rank",
            f"all axes but the first are transformed, and this is {t}",
        )


class RFFT(Op):
    """The transform of `x` along all axes but the first, (m, ..., n // 2 + 1, 2)."""

    def infer(self, x: TensorType) -> TensorType:
        _transformed(x, 2)
        last: Any = x.shape[-1]
        half = None if last is None else last // 2 + 1
        return TensorType(x.dtype, (*x.shape[:-1], half, 2))

    def numpy(self, x: Array) -> Array:
        found = np.fft.rfftn(x, axes=range(1, x.ndim))
        return np.stack([found.real, found.imag], axis=-1).astype(x.dtype)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        (x,) = inputs
        halved = set_subtensor(_middle(g, x), _middle(g, x) / 2)
        return (IRFFT()(halved, *_lengths(x)) * prod(as_tensor_variable(_lengths(x))),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (ramp(*shape),)) for shape in ((2, 4), (2, 5), (1, 3, 4))]


class IRFFT(Op):
    """The real numbers whose transform `x` is; the other inputs are their lengths."""

    reads_values = True

    def infer(self, x: Operand, *lengths: Operand) -> TensorType:
        _transformed(x.type, 3)
        if len(lengths) != x.type.ndim - 2:
            raise Fault("wrong-value", f"{x.type} needs {x.type.ndim - 2} lengths")
        found = (None if isinstance(n.value, tuple) else n.value for n in lengths)
        return TensorType(x.type.dtype, (x.type.shape[0], *found))

    def numpy(self, x: Array, *lengths: Array) -> Array:
        numbers = x[..., 0] + 1j * x[..., 1]
        shape = [int(n) for n in lengths]
        return np.fft.irfftn(numbers, shape, range(1, numbers.ndim)).astype(x.dtype)

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        _, *lengths = inputs
        found = RFFT()(g) / cast(prod(as_tensor_variable(lengths)), g.dtype)
        return (
            inc_subtensor(_middle(found, g), _middle(found, g)),
            *(None for _ in lengths),
        )

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (ramp(2, 3, 2), np.array(4))),
            (cls(), (ramp(2, 3, 2), np.array(5))),
            (cls(), (ramp(1, 3, 3, 2), np.array(3), np.array(4))),
        ]


def _lengths(x: Variable) -> list[Variable]:
    return lengths_of(x)[1:]


def _middle(transform: Variable, x: Variable) -> Variable:
    """The frequencies that stand for two: not the first, nor the last of an even n."""
    count = lengths_of(x)[-1]
    stop = (count - 1) // 2 + 1
    return transform[..., 1:stop, :]


def rfft(inp: TensorLike, norm: str | None = None) -> Variable:
    """The Fourier transform of a batch of real arrays.

    Args:
        inp: shape (m, ..., n); transformed along all axes but the first.
        norm: None: nothing is scaled; 'ortho': by 1 / sqrt(n); 'no_norm': as None.

    Returns:
        shape (m, ..., n // 2 + 1, 2): real and imaginary parts along the last axis.

    >>> T.fft.rfft(T.dmatrix("signals", shape=(None, 64))).type
    TensorType(dtype='float64', shape=(None, 33, 2))
    """
    x = as_tensor(inp)
    x = x if is_float(x.dtype) else cast(x, to_real_float(x.dtype))
    found = RFFT()(x)
    if _checked(norm) != "ortho":
        return found
    return found / _root(_lengths(x), x)


def irfft(inp: TensorLike, norm: str | None = None, is_odd: bool = False) -> Variable:
    """The inverse of `rfft`: real arrays of shape (m, ..., n).

    Args:
        inp: shape (m, ..., n // 2 + 1, 2).
        norm: None: scaled by 1 / n; 'ortho': by 1 / sqrt(n); 'no_norm': not at all.
        is_odd: that n was odd.
    """
    x = as_tensor(inp)
    x = x if is_float(x.dtype) else cast(x, to_real_float(x.dtype))
    _transformed(x.type, 3)
    *batch, half, _ = lengths_of(x)
    lengths = [*batch[1:], as_length((half - 1) * 2 + (1 if is_odd else 0))]
    found = IRFFT()(x, *lengths)
    if _checked(norm) is None:
        return found
    if norm == "ortho":
        return mul(found, _root(lengths, x))
    return mul(found, cast(prod(as_tensor_variable(lengths)), x.dtype))


def _root(lengths: list[Variable], x: Variable) -> Variable:
    return sqrt(cast(prod(as_tensor_variable(lengths)), x.dtype))


def _checked(norm: str | None) -> str | None:
    if norm not in (None, "ortho", "no_norm"):
        raise Fault("wrong-value", f"norm is None, 'ortho' or 'no_norm', not {norm!r}")
    return norm
