"""The loops of a group: which axes there are, which are folded, which run as one.

Adjacent axes that every tensor of the group either has or lacks together are collapsed
into one loop: the index of the last carries the whole position and the others are 0,
which in row-major order is the same element.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.record import record
from teachgraph.core.sizes import Size
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr, Name
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.random import Uniform

ShapeOf = Callable[[Variable], tuple[Size, ...]]
KEPT_NAMES, FOLDED_NAMES = "ijklmnopq", "rstuvw"


@record(eq=False)
class Group:
    """Nodes that become one kernel, in order, and the variables wanted of them."""

    nodes: tuple[Apply, ...]
    outputs: tuple[Variable, ...]


@record()
class Loop:
    """A loop: index, extent, whether it folds, and the axis that carries it."""

    index: Name
    extent: Size
    folded: bool
    axis: int


@record()
class Domain:
    """All axes of a group's largest tensor, and the loops that run over them."""

    shape: tuple[Size, ...]
    folded: tuple[int, ...]
    loops: tuple[Loop, ...]

    @property
    def kept_loops(self) -> tuple[Loop, ...]:
        """The loops whose index the results keep."""
        return tuple(loop for loop in self.loops if not loop.folded)

    @property
    def folded_loops(self) -> tuple[Loop, ...]:
        """The loops that are folded away."""
        return tuple(loop for loop in self.loops if loop.folded)

    def index(self, at: Mapping[int, Expr] | None = None) -> tuple[Expr, ...]:
        """The index of the current element; `at` overrides the index on some axes."""
        found: list[Expr] = [k.integer(0)] * len(self.shape)
        for loop in self.loops:
            found[loop.axis] = loop.index
        for axis, e in (at or {}).items():
            found[axis] = e
        return tuple(found)

    def kept(self, index: Sequence[Expr]) -> tuple[Expr, ...]:
        """The part of an index that belongs to axes that are not folded."""
        return tuple(e for axis, e in enumerate(index) if axis not in self.folded)

    def elements(self) -> Size:
        """Number of elements."""
        total: Any = Size.of(1)
        for n in self.shape:
            total = total * n
        return Size.of(total)


def domain_of(
    group: Group, shapes: ShapeOf, *, virtual: bool, taken: Container[str]
) -> Domain:
    """The domain of a group.

    Args:
        virtual: some input is found by an index expression.
        taken: names that no index may have.
    """
    folds = [node for node in group.nodes if node.op.folds]
    if folds:
        shape = shapes(folds[0].inputs[0])
        folded = tuple(sorted(folds[0].op.attributes()["axis"]))
    else:
        shape, folded = shapes(group.outputs[0]), ()
    simple = not virtual and all(_lines_up(node, shapes, shape) for node in group.nodes)
    joined = _collapsed(group, shapes, shape, folded) if simple else None
    parts = joined or [(axis,) for axis in range(len(shape))]
    return Domain(shape, folded, _loops(parts, shape, folded, taken))


def _lines_up(node: Apply, shapes: ShapeOf, shape: tuple[Size, ...]) -> bool:
    """True when collapsing axes cannot change which elements a node reads."""
    if node.op.folds:
        return shapes(node.inputs[0]) == shape
    if isinstance(node.op, Uniform):  # it asks only for the flat position
        return shapes(node.outputs[0]) == shape
    if not isinstance(node.op, Elementwise):
        return False
    own = shapes(node.outputs[0])
    if own == shape:
        return True
    return all(
        shapes(v) == own or all(n.constant == 1 for n in shapes(v)) for v in node.inputs
    )


def _loops(
    parts: Sequence[tuple[int, ...]],
    shape: tuple[Size, ...],
    folded: tuple[int, ...],
    taken: Container[str],
) -> tuple[Loop, ...]:
    loops: list[Loop] = []
    names = {False: _free(KEPT_NAMES, taken), True: _free(FOLDED_NAMES, taken)}
    for axes in parts:
        extent: Any = Size.of(1)
        for axis in axes:
            extent = extent * shape[axis]
        extent = Size.of(extent)
        if extent.constant == 1:
            continue
        is_folded = axes[0] in folded
        name = Name(next(names[is_folded]), "int64")
        carrier = max(a for a in axes if shape[a].constant != 1)
        loops.append(Loop(name, extent, is_folded, carrier))
    return tuple(loops)


def _free(letters: str, taken: Container[str]) -> Iterator[str]:
    """Names that nobody has: the letters, then doubled, and so on."""
    for times in itertools.count(1):
        yield from (c * times for c in letters if c * times not in taken)


def _collapsed(
    group: Group, shapes: ShapeOf, shape: tuple[Size, ...], folded: tuple[int, ...]
) -> list[tuple[int, ...]]:
    tensors = {v for node in group.nodes for v in (*node.inputs, *node.outputs)}
    stretched = [
        _has_axes(shapes(v), len(shape))
        for v in tensors
        if not _is_result_of_fold(v, group, shapes, shape)
    ]
    parts: list[tuple[int, ...]] = []
    for axis in range(len(shape)):
        before = parts[-1] if parts else ()
        # An axis 1 long says nothing of its neighbours; the last longer one decides.
        long = [a for a in before if shape[a].constant != 1] or [*before]
        if before and _alike(long[-1], axis, stretched, shape, folded):
            parts[-1] = (*before, axis)
        else:
            parts.append((axis,))
    return parts


def _is_result_of_fold(
    v: Variable, group: Group, shapes: ShapeOf, shape: tuple[Size, ...]
) -> bool:
    made_here = v.owner is not None and v.owner in group.nodes
    return made_here and shapes(v) != shape


def _has_axes(own: tuple[Size, ...], rank: int) -> tuple[bool, ...]:
    lead = (False,) * (rank - len(own))
    return (*lead, *(n.constant != 1 for n in own))[-rank:] if rank else ()


def _alike(
    left: int,
    right: int,
    stretched: Sequence[tuple[bool, ...]],
    shape: tuple[Size, ...],
    folded: tuple[int, ...],
) -> bool:
    if (left in folded) != (right in folded):
        return False
    if shape[left].constant == 1 or shape[right].constant == 1:
        return True
    return all(has[left] == has[right] for has in stretched)
