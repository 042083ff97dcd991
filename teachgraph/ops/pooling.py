"""Pooling by Theano's names and arguments, the old ones too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.join import as_tensor_variable, stack
from teachgraph.ops.pool import MaxPoolGrad, Pool
from teachgraph.ops.poolgiven import PoolGiven
from teachgraph.ops.poolwindow import MODES, Mode
from teachgraph.ops.sliding import one_each

__all__ = ["max_pool_2d", "max_pool_2d_same_size", "pool_2d", "pool_3d"]


def pool_2d(
    input: TensorLike,
    ws: Any = None,
    ignore_border: bool | None = None,
    stride: Any = None,
    pad: Any = None,
    mode: Mode = "max",
    ds: Any = None,
    st: Any = None,
    padding: Any = None,
) -> Variable:
    """One number for each window on the last two axes.

    Args:
        input: float[..., rows, columns].
        ws: rows and columns of the window; one number for a square. These sizes may be
            variables, which is slower.
        ignore_border: leave out windows that do not fit; otherwise, and if nothing is
            said, they are cut at the end of the axis.
        stride: how far the window moves each time, its own size unless told.
        pad: zeros on both sides of each axis; the largest element is never one of them.
        mode: "max", "sum", "average_inc_pad", which counts these zeros, or
            "average_exc_pad", which does not.
        ds, st, padding: the old names of `ws`, `stride`, `pad`.

    Raises:
        wrong-value: no window, a pad as large as the window, a pad with cut windows.
        wrong-rank: there is one axis.

    >>> x = np.arange(16.0).reshape(4, 4)
    >>> T.signal.pool.pool_2d(x, (2, 2), ignore_border=True).eval()
    array([[ 5.,  7.],
           [13., 15.]])
    """
    given = (ws, stride, pad, ds, st, padding)
    return _of_windows(input, 2, given, bool(ignore_border), mode)


def pool_3d(
    input: TensorLike,
    ws: Any = None,
    ignore_border: bool | None = None,
    stride: Any = None,
    pad: Any = None,
    mode: Mode = "max",
    ds: Any = None,
    st: Any = None,
    padding: Any = None,
) -> Variable:
    """One number for each window on the last three axes; arguments as `pool_2d`."""
    given = (ws, stride, pad, ds, st, padding)
    return _of_windows(input, 3, given, bool(ignore_border), mode)


def _of_windows(
    input: TensorLike,
    ndim: int,
    given: tuple[Any, ...],
    ignore_border: bool,
    mode: Mode,
) -> Variable:
    """One number for each window on the last axes, known windows or open ones."""
    if any(map(_is_open, given)):
        return _with_given_window(input, ndim, given, ignore_border, mode)
    window, step, zeros = _settings(ndim, *given)
    return _pooled(input, window, step, zeros, ignore_border, mode)


def max_pool_2d(
    input: TensorLike,
    ds: Any = None,
    ignore_border: bool | None = None,
    st: Any = None,
    padding: Any = None,
    mode: Mode = "max",
) -> Variable:
    """`pool_2d` as it was called in `theano.tensor.signal.downsample`."""
    return pool_2d(input, ds, ignore_border, st, padding, mode)


def max_pool_2d_same_size(input: TensorLike, patch_size: Any) -> Variable:
    """`input` with all but the largest of each window put to zero.

    Args:
        input: float[..., rows, columns].
        patch_size: rows and columns of the window; what is left over at the end of an
            axis becomes zero.
    """
    x = as_tensor(input)
    window = one_each(2, patch_size, "patch_size", 1)
    fields = (window, window, (0, 0), True, "max")
    largest = Pool(*fields)(x)
    return cast(Variable, MaxPoolGrad(*fields)(x, largest, largest))


def _settings(
    ndim: int, ws: Any, stride: Any, pad: Any, ds: Any, st: Any, padding: Any
) -> tuple[tuple[int, ...], ...]:
    """Window, stride and pad, under either of their names."""
    size = _either("ws", ws, "ds", ds)
    if size is None:
        raise Fault("wrong-value", "the window has no size", hints=(Hint("give ws"),))
    window = one_each(ndim, size, "ws", 1)
    step = _either("stride", stride, "st", st)
    if (
        pad is not None
        and padding is not None
        and one_each(ndim, pad, "pad", 0) == (0,) * ndim
    ):
        pad = None
    zeros = _either("pad", pad, "padding", padding)
    return (
        window,
        window if step is None else one_each(ndim, step, "stride", 1),
        (0,) * ndim if zeros is None else one_each(ndim, zeros, "pad", 0),
    )


def _either(new: str, value: Any, old: str, other: Any) -> Any:
    if value is not None and other is not None:
        raise Fault("wrong-value", f"{old} is the old name of {new}; both are given")
    return other if value is None else value


def _is_open(value: Any) -> bool:
    """Whether a size, or one in a list, comes only with the call."""
    if isinstance(value, list | tuple):
        return any(map(_is_open, cast(Sequence[Any], value)))
    return isinstance(value, Variable) and value.data is None


def _with_given_window(
    x: TensorLike, axes: int, given: Sequence[Any], ignore_border: bool, mode: str
) -> Variable:
    """Pooling whose window, stride or pad is a variable."""
    ws, stride, pad, ds, st, padding = given
    size = _either("ws", ws, "ds", ds)
    step = _either("stride", stride, "st", st)
    zeros = _either("pad", pad, "padding", padding)
    window = _numbers(axes, size)
    steps = window if step is None else _numbers(axes, step)
    op = PoolGiven(axes, ignore_border, _kind(mode))
    rest = _numbers(axes, 0 if zeros is None else zeros)
    return cast(Variable, op(as_tensor(x), window, steps, rest))


def _numbers(axes: int, value: Any) -> Variable:
    """A whole number for each axis, as a vector."""
    v = cast_to(as_tensor_variable(value), "int64")
    return v if v.ndim else stack([v] * axes)


def _kind(mode: str) -> Mode:
    kind = "max" if mode == "max_deterministic" else mode
    if kind not in MODES:
        raise Fault("wrong-value", f"pooling has the modes {MODES}, not {mode!r}")
    return kind


def _pooled(
    x: TensorLike,
    window: tuple[int, ...],
    stride: tuple[int, ...],
    pad: tuple[int, ...],
    ignore_border: bool,
    mode: str,
) -> Variable:
    kind = _kind(mode)
    if any(pad) and not ignore_border:
        raise Fault(
            "wrong-value",
            "windows that are cut at the border do not go with a pad",
            hints=(Hint("say ignore_border=True"),),
        )
    if any(p >= w for p, w in zip(pad, window)):
        raise Fault(
            "wrong-value", f"the pad {pad} is not smaller than the window {window}"
        )
    op = Pool(window, stride, pad, ignore_border, kind)
    return cast(Variable, op(as_tensor(x)))
