"""Numbers at equal distances, along one axis or the axes of a grid."""

from __future__ import annotations

from typing import Any, cast

from teachgraph.core.config import config
from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.record import record
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import is_continuous
from teachgraph.ops.alloc import as_length
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.creation import arange
from teachgraph.ops.exponential import pow
from teachgraph.ops.lengths import stretched
from teachgraph.ops.scalars import maximum, minimum, switch
from teachgraph.ops.shape import dimshuffle


@record()
class Grid:
    """What makes grids of slices, as `np.mgrid` and `np.ogrid` do.

    Fields:
        sparse: each result is 1 long along all axes but its own.

    >>> rows, columns = T.ogrid[0:2, 0:3]
    >>> rows.type.shape, columns.type.shape
    ((2, 1), (1, 3))
    """

    sparse: bool

    @public
    def __getitem__(self, slices: Any) -> Any:
        listed = (
            cast(tuple[Any, ...], slices) if isinstance(slices, tuple) else (slices,)
        )
        for s in listed:
            if not isinstance(s, slice) or isinstance(cast(Any, s).step, complex):
                raise Fault("wrong-index", f"a grid is made of slices a:b:c, not {s!r}")
        ranges = [
            arange(0 if s.start is None else s.start, s.stop, s.step or 1)
            for s in cast(tuple[Any, ...], listed)
        ]
        rank = len(ranges)
        axes = [_on_axis(r, axis, rank) for axis, r in enumerate(ranges)]
        grids = axes if self.sparse else stretched(axes)
        return tuple(grids) if isinstance(slices, tuple) else grids[0]


mgrid = Grid(sparse=False)
ogrid = Grid(sparse=True)


def _on_axis(x: Variable, axis: int, rank: int) -> Variable:
    return dimshuffle(x, [0 if a == axis else "x" for a in range(rank)])


@define("np.meshgrid")
def meshgrid(
    *vectors: TensorLike, indexing: str = "xy", sparse: bool = False, copy: bool = True
) -> list[Variable]:
    """The coordinates of each point of a grid, from the coordinates along its axes.

    Args:
        vectors: one for each axis.
        indexing: xy, where the first vector runs along axis 1; or ij, along axis 0.
        sparse: leave each result 1 long along the axes of the others.
        copy: taken for NumPy's sake.

    Raises:
        wrong-value: another indexing.

    >>> rows, columns = T.meshgrid([1, 2], [10, 20, 30])
    >>> rows.eval()
    array([[1, 2],
           [1, 2],
           [1, 2]])
    """
    del copy
    if indexing not in ("xy", "ij"):
        raise Fault("wrong-value", f"indexing is xy or ij, not {indexing!r}")
    given = [as_tensor(v) for v in vectors]
    rank = len(given)
    places = list(range(rank))
    if indexing == "xy" and rank > 1:
        places[:2] = [1, 0]
    axes = [
        _on_axis(v if v.ndim else dimshuffle(v, "x"), axis, rank)
        for v, axis in zip(given, places, strict=True)
    ]
    return axes if sparse else stretched(axes)


@define("np.linspace")
def linspace(
    start: TensorLike,
    stop: TensorLike,
    num: TensorLike = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: str | None = None,
) -> Any:
    """`num` numbers at equal distances from `start` to `stop`.

    Args:
        num: a whole number or int[] variable.
        endpoint: `stop` is the last of them; else one more would be.
        retstep: give the distance too.
        dtype: default that of the bounds, or `config.floatX` for whole numbers.

    >>> T.linspace(0, 1, 5).eval()
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    first, last, count = as_tensor(start), as_tensor(stop), as_length(num)
    kind = dtype or _real(first, last)
    steps = maximum(count - 1 if endpoint else count, 1)
    distance = (to_dtype(last, kind) - first) / to_dtype(steps, kind)
    points = to_dtype(first + to_dtype(arange(count), kind) * distance, kind)
    return (points, distance) if retstep else points


@define("np.logspace")
def logspace(
    start: TensorLike,
    stop: TensorLike,
    num: TensorLike = 50,
    endpoint: bool = True,
    base: TensorLike = 10.0,
    dtype: str | None = None,
) -> Variable:
    """`num` numbers at equal ratios from base^start to base^stop; see `linspace`.

    >>> T.logspace(0, 2, 3).eval()
    array([  1.,  10., 100.])
    """
    powers = linspace(start, stop, num, endpoint)
    found = pow(to_dtype(base, powers.dtype), powers)
    return to_dtype(found, dtype) if dtype else found


def _real(*bounds: Variable) -> str:
    kinds = [b.dtype for b in bounds if is_continuous(b.dtype) and b.data is None]
    return kinds[0] if kinds else config.floatX


def bartlett(M: TensorLike) -> Variable:
    """Bartlett's window of `M` points: a triangle from 0 up to 1 and down to 0."""
    count = as_length(M)
    place = arange(count)
    last = maximum(count - 1, 1)
    rising = 2.0 * to_dtype(minimum(place, last - place), "float64")
    return switch(count > 1, rising / to_dtype(last, "float64"), 1.0)
