"""Op classes of Theano's that are functions here: `RepeatOp(axis=0)(x, 3)`.

Making one gives a function with its options filled in. `isinstance(node.op, RepeatOp)`
recognises the op that the function applies, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.ops.alloc import zeros
from teachgraph.ops.ifelse import ifelse
from teachgraph.ops.pool import Pool
from teachgraph.ops.shape import DimShuffle as Shuffled
from teachgraph.theano.indexed_ops import put, put_at, taken, taken_at
from teachgraph.theano.kinds import Kind
from teachgraph.theano.own_views import Rebroadcast

Made = Callable[..., Any]


class Filled:
    """A function with some options filled in; equal to one that is made alike."""

    def __init__(self, title: str, function: Made, options: dict[str, Any]):
        self.title, self.function, self.options = title, function, options

    def __call__(self, *inputs: Any, **more: Any) -> Any:
        """What the function gives."""
        return self.function(*inputs, **self.options, **more)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filled) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self.title, repr(self.options)))

    def _values(self) -> tuple[Any, ...]:
        return self.title, self.options

    def __str__(self) -> str:
        return f"{self.title}{self.options or '{}'}"

    __repr__ = __str__


def made(title: str, function: Made, names: str = "", native: str = "") -> type:
    """The class of an op that is a function here.

    Args:
        names: of the options that making it takes, in order.
        native: the names of the op classes that the function applies.
    """

    def recognises(op: Any) -> bool:
        return isinstance(op, tuple(OPS[name] for name in native.split()))

    def new(cls: type, *args: Any, **options: Any) -> Filled:
        given = {**dict(zip(names.split(), args)), **options}
        told = [name for name in names.split() if name not in DROPPED]
        known = {name: given[name] for name in told if name in given}
        return Filled(title, function, known)

    members = {"recognises": staticmethod(recognises), "__new__": new}
    return Kind(title, (), members)


def _accumulated(x: Any, axis: int | None = None, mode: str = "add") -> Any:
    return (T.cumsum if mode == "add" else T.cumprod)(x, axis)


def _searched(x: Any, v: Any, sorter: Any = None, side: Any = "left") -> Any:
    return T.searchsorted(x, v, side, sorter)


def _as_it_is(x: Any) -> Any:
    return T.as_tensor_variable(x)


def _empty(*shape: Any, dtype: str) -> Any:
    return zeros(shape, dtype)


def _split(x: Any, axis: Any, splits: Any, len_splits: int) -> Any:
    return T.split(x, splits, len_splits, axis)


def _or_default(x: Any, default: Any) -> Any:
    return default if x is None else x


def _is_shuffle(op: Any) -> bool:
    return isinstance(op, Shuffled)


class DimShuffle(metaclass=Kind):
    """`DimShuffle(input_broadcastable, new_order)`: moves, drops and adds axes."""

    recognises = staticmethod(_is_shuffle)

    def __new__(cls, first: Any, new_order: Any = None, inplace: bool = True) -> Op:
        """The op; which axes of its input are 1 long is seen when it is applied."""
        del inplace
        return Shuffled(tuple(first if new_order is None else new_order))


def _joined(axis: Any, *parts: Any) -> Any:
    return T.join(axis, *parts)


def _pooled_shape(
    imgshape: Any,
    ws: Any = None,
    ignore_border: bool = False,
    stride: Any = None,
    pad: Any = None,
    ndim: int = 2,
    ds: Any = None,
    st: Any = None,
    padding: Any = None,
) -> list[Any]:
    """The shape after pooling; lengths may be numbers or variables."""
    window = tuple(ds if ws is None else ws)
    step = tuple(stride or st or window)
    around = tuple(pad or padding or (0,) * ndim)
    front, last = imgshape[:-ndim], imgshape[-ndim:]
    if any(isinstance(n, Variable) for n in last):
        blank = T.zeros(last, "int8")
        pooled = _pooled(blank, window, step, around, ignore_border=ignore_border)
        return [*front, *(pooled.shape[axis] for axis in range(ndim))]
    op = Pool(window, step, around, ignore_border)
    return [*front, *(op.count(axis, n) for axis, n in enumerate(last))]


def _pooled(
    x: Any,
    ws: Any,
    stride: Any = None,
    pad: Any = None,
    *,
    ignore_border: bool = False,
    mode: Any = "max",
    ndim: int = 2,
) -> Any:
    pool = T.signal.pool.pool_2d if ndim == 2 else T.signal.pool.pool_3d
    return pool(x, ws, ignore_border, stride, pad, mode)


def _convolved(
    x: Any,
    w: Any,
    *,
    imshp: Any = None,
    kshp: Any = None,
    nkern: Any = None,
    bsize: Any = None,
    dx: int = 1,
    dy: int = 1,
    output_mode: Any = "valid",
) -> Any:
    del imshp, kshp, nkern, bsize  # lengths are in the types
    return T.nnet.conv2d(x, w, border_mode=output_mode, subsample=(dx, dy))


def _convolved_shape(
    inshp: Any, kshp: Any, stride: Any = (1, 1), mode: Any = "valid"
) -> tuple[Any, ...]:
    """The spatial lengths after a convolution; None where one is not known."""
    return tuple(
        T.nnet.abstract_conv.get_conv_shape_1axis(n, k, mode, step)
        for n, k, step in zip(inshp, kshp, stride)
    )


def _branched(condition: Any, *branches: Any, n_outs: int) -> Any:
    if n_outs == 1:
        return ifelse(condition, *branches)
    return ifelse(condition, list(branches[:n_outs]), list(branches[n_outs:]))


def _least_squares(*args: Any) -> Any:
    """`T.nlinalg.lstsq`, which in Theano is a class: `lstsq()(a, b, rcond)`."""
    return T.nlinalg.lstsq(*args) if args else T.nlinalg.lstsq


PUT = "inplace set_instead_of_inc"
DROPPED = ("inplace", "as_view", "gpu", "name", "destructive")
"""Options that say nothing here."""

FOLDS: dict[str, Made] = {
    "add": T.sum,
    "mul": T.prod,
    "maximum": T.max,
    "minimum": T.min,
    "or_": T.any,
    "and_": T.all,
}
"""Which reduction puts elements together by a scalar function."""


def _is_reduction(op: Any) -> bool:
    return isinstance(op, Op) and op.folds


class CAReduce(metaclass=Kind):
    """Every op that puts the elements along axes together.

    Made, it is the reduction by a scalar function; sums and products keep the dtype.
    """

    recognises = staticmethod(_is_reduction)

    def __new__(cls, scalar_op: Any, axis: Any = None, *dtypes: Any, **named: Any):
        """The reduction as a function; dtypes are those of the result and the work."""
        options = {"axis": axis, **dict(zip(("dtype", "acc_dtype"), dtypes)), **named}
        name: str = scalar_op.fn.name
        return Filled(f"Reduce{{{name}}}", partial(_folded, name), options)


def _folded(name: str, x: Any, axis: Any, **dtypes: Any) -> Any:
    v = T.as_tensor_variable(x)
    given = {"dtype": v.dtype, **dtypes} if name in ("add", "mul") else {}
    return FOLDS[name](v, axis, **given)


ROWS: tuple[tuple[str, Made, str, str], ...] = (
    ("Subtensor", taken, "idx_list", "Subtensor"),
    ("IncSubtensor", put, f"idx_list {PUT}", "IncSubtensor"),
    ("AdvancedSubtensor", taken_at, "", "AdvancedSubtensor"),
    ("AdvancedSubtensor1", taken_at, "", "AdvancedSubtensor"),
    ("AdvancedBooleanSubtensor", taken_at, "", "AdvancedSubtensor"),
    ("AdvancedIncSubtensor", put_at, PUT, "AdvancedIncSubtensor"),
    ("AdvancedIncSubtensor1", put_at, PUT, "AdvancedIncSubtensor"),
    ("AdvancedBooleanIncSubtensor", put_at, PUT, "AdvancedIncSubtensor"),
    ("Shape", T.shape, "", "ShapeOf"),
    ("SpecifyShape", T.specify_shape, "", "SpecifyShape"),
    ("Join", _joined, "", "Join"),
    ("All", T.all, "axis", "AllTrue"),
    ("Any", T.any, "axis", "AnyTrue"),
    ("IfElse", _branched, "n_outs as_view gpu name", "IfElse Branches"),
    ("ConvOp", _convolved, "imshp kshp nkern bsize dx dy output_mode", "Conv"),
    ("Pool", _pooled, "ignore_border mode ndim", "Pool"),
    ("Cholesky", T.slinalg.cholesky, "lower destructive on_error", "Cholesky"),
    ("Solve", T.slinalg.solve, "A_structure lower", "Solve"),
    ("Sum", T.sum, "axis dtype acc_dtype", "Sum"),
    ("Prod", T.prod, "axis dtype acc_dtype no_zeros_in_input", "Prod"),
    ("ProdWithoutZeros", T.prod, "axis dtype acc_dtype", "Prod"),
    ("RepeatOp", T.repeat, "axis", ""),
    ("DiffOp", T.diff, "n axis", ""),
    ("CumOp", _accumulated, "axis mode", ""),
    ("CumsumOp", T.cumsum, "axis", "CumSum"),
    ("CumprodOp", T.cumprod, "axis", "CumProd"),
    ("SearchsortedOp", _searched, "side", "SearchSorted"),
    ("Unique", T.unique, "return_index return_inverse return_counts axis", ""),
    ("FillDiagonal", T.fill_diagonal, "", ""),
    ("FillDiagonalOffset", T.fill_diagonal_offset, "", ""),
    ("Bartlett", T.bartlett, "", ""),
    ("CpuContiguous", _as_it_is, "", ""),
    ("UnravelIndex", T.unravel_index, "order", ""),
    ("RavelMultiIndex", T.ravel_multi_index, "mode order", ""),
    ("SortOp", T.sort, "kind order", ""),
    ("ArgSortOp", T.argsort, "kind order", ""),
    ("Flatten", T.flatten, "outdim", ""),
    ("Tile", T.tile, "ndim", ""),
    ("Tri", T.tri, "dtype", ""),
    ("Choose", T.choose, "mode", ""),
    ("Split", _split, "len_splits", ""),
    ("Default", _or_default, "", ""),
    ("Mean", T.mean, "axis", ""),
    ("MaxAndArgmax", T.max_and_argmax, "axis", ""),
    ("PermuteRowElements", T.permute_row_elements, "", ""),
    ("TensorFromScalar", _as_it_is, "", ""),
    ("ScalarFromTensor", _as_it_is, "", ""),
    ("AllocEmpty", _empty, "dtype", ""),
)
"""Name, function, the options that making it takes, the op it applies."""

MADE: dict[str, Any] = {
    **{title: made(title, function, *rest) for title, function, *rest in ROWS},
    "DimShuffle": DimShuffle,
    "Rebroadcast": Rebroadcast,
    "CAReduce": CAReduce,
    "CAReduceDtype": CAReduce,
    "lstsq": _least_squares,
    "cpu_contiguous": _as_it_is,
    "fill_diagonal_": T.fill_diagonal,
    "fill_diagonal_offset_": T.fill_diagonal_offset,
    "bartlett_": T.bartlett,
    "default": _or_default,
}
"""What is here for the op classes, and instances, of Theano's `tensor` modules."""

MADE["Pool"].out_shape = staticmethod(_pooled_shape)
MADE["ConvOp"].getOutputShape = staticmethod(_convolved_shape)
