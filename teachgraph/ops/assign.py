"""A tensor with some of its elements replaced or increased; the tensor itself stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.types import Operand, TensorType, same_length, upcast
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import lengths_of, zeros_like
from teachgraph.ops.base import (
    FIT,
    Array,
    Example,
    Gradients,
    Index,
    Source,
    Target,
    like,
    ramp,
)
from teachgraph.ops.creation import ARange, arange
from teachgraph.ops.elementwise import broadcast_index
from teachgraph.ops.index import (
    INCREMENT,
    AdvancedSubtensor,
    At,
    Cut,
    NewAxis,
    Part,
    Pick,
    Placed,
    Subtensor,
    bound_of,
    check_inputs,
    numpy_index,
    placed,
    result_axes,
    shown_parts,
    taken_lengths,
    walk_of,
)
from teachgraph.ops.reshape import reshape, size
from teachgraph.ops.scalars import eq, switch
from teachgraph.ops.scatter import flat_positions
from teachgraph.ops.whole import within

Kind = Literal["set", "inc"]


class Assignment(Op, abstract=True):
    """What `IncSubtensor` and `AdvancedIncSubtensor` share."""

    index: tuple[Part, ...]
    kind: Kind
    reads_values = True

    def infer(self, x: Operand, y: Operand, *inputs: Operand) -> TensorType:
        check_inputs(self.index, inputs)
        into = taken_lengths(self.index, x.type, inputs)
        lead = len(into) - y.type.ndim
        if lead < 0:
            raise Fault(
                "wrong-rank", f"{y.type} has more axes than the {len(into)} assigned to"
            )
        for axis, (n, own) in enumerate(
            zip(into[lead:], y.type.shape, strict=True), lead
        ):
            if own != 1:
                same_length(n, own, axis)
        if upcast(x.type.dtype, y.type.dtype) != x.type.dtype:
            raise Fault(
                "wrong-dtype",
                f"{y.type.dtype} cannot be put into {x.type.dtype} without loss",
            )
        return x.type

    def numpy(self, x: Array, y: Array, *inputs: Array) -> Array:
        out, at = x.copy(), numpy_index(self.index, inputs)
        value = y.astype(x.dtype, copy=False)
        with np.errstate(all="ignore"):
            if self.kind == "set":
                out[at] = value
            elif not any(isinstance(p, Pick) for p in self.index):
                out[at] += value
            else:
                place = flat_positions(self.index, inputs, x.shape)
                value = np.broadcast_to(value, place.shape)
                # Flat, NumPy is some seven times as fast as along several axes.
                np.add.at(out.reshape(-1), place.reshape(-1), value.reshape(-1))
        return out

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, y, *bounds = inputs
        read = reading(self.index)
        gx, gy = g, read(g, *bounds)
        if self.kind == "set":
            gx = writing(self.index, "set")(g, like(0, g), *bounds)
        if self.kind == "set" and isinstance(read, AdvancedSubtensor):
            # Of values put into one place only the last counts: the one whose number
            # is still there once all numbers were put in.
            number = reshape(arange(size(gy)), lengths_of(gy))
            put = writing(self.index, "set")(zeros_like(x, "int64"), number, *bounds)
            gy = switch(eq(read(put, *bounds), number), gy, 0)
        return (FIT[0](gx, x), FIT[0](gy, y), *(None for _ in bounds))

    def __str__(self) -> str:
        shown = ", ".join(map(repr, shown_parts(self.index)))
        return f"{self.title}{{{self.kind} {shown}}}"


class IncSubtensor(Assignment):
    """`x` with a part of it set to `y`, or increased by `y`, as `kind` says.

    The inputs after `x` and `y` are the bounds written "?", int[] each.
    """

    def lower(
        self, out: Target, index: Index, x: Source, y: Source, *inputs: Source
    ) -> Expr:
        inside = k.const(True, "bool")
        places: dict[int, Expr] = {}
        for number, p in enumerate(placed(self.index, inputs)):
            if isinstance(p.part, NewAxis):
                places[number] = k.integer(0)
                continue
            here, places[number] = _part_of(p, index[p.axis], x.shape[p.axis], out)
            inside = inside if here is None else inside & here
        into = tuple(places[number] for number in result_axes(self.index, 0))
        lead = len(into) - y.ndim
        near = [within(i, n) for i, n in zip(into[lead:], y.shape, strict=True)]
        value = k.cast(y[broadcast_index(y, tuple(near))], out.dtype)
        old = x[index]
        return k.select(inside, value if self.kind == "set" else old + value, old)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x, y = ramp(3, 4), np.array([10.0, 20.0])
        one, row = np.array(1), np.array([9, 8, 7, 6])
        return [
            (cls((At(1), Cut(1, 3)), "set"), (x, y)),
            (cls((At(-1), Cut()), "inc"), (ramp(3, 4, dtype="int64"), row)),
            (cls((Cut(None, None, -2), Cut(2, None)), "inc"), (x, y)),
            (cls((Cut(0, 2), Cut(None, None, 3)), "set"), (x, y.reshape(2, 1))),
            (cls((At("?"), Cut("?", None, 2)), "inc"), (x, np.array(2.5), one, one)),
            (cls((Cut(2, 1), Cut()), "set"), (x, np.array(3.0))),
            (cls((Cut("?", None, "?"),), "inc"), (ramp(4), y, -one, -2 * one)),
            (cls((Cut(), Cut(1, None, "?")), "set"), (x, y, 2 * one)),
            (cls((NewAxis(), Cut(), At(0)), "set"), (x, ramp(1, 3))),
            (
                cls((Cut(),), "inc"),
                (ramp(0, dtype="float32"), ramp(0, dtype="float32")),
            ),
        ]


def _part_of(p: Placed, i: Expr, n: Expr, out: Target) -> tuple[Expr | None, Expr]:
    """Whether a part takes position `i` of an axis, and where it is in what is taken.

    None instead of a test where all positions are taken.
    """
    if not isinstance(p.part, Cut):
        place = k.checked(k.integer(bound_of(p.index)), n, out.node)
        return k.equal(i, place), k.integer(0)
    if p.part.is_whole:
        return None, i
    walk = walk_of(p, n, out)
    if isinstance(walk.step, int):
        apart = abs(walk.step)
        away = k.integer(i - walk.start if walk.step > 0 else walk.start - i)
    else:
        forward = walk.step > 0
        apart = k.maximum(k.select(forward, walk.step, -walk.step), 1)
        away = k.select(forward, i - walk.start, walk.start - i)
    number = k.floor_div(away, apart)
    here = (away >= 0) & (number < k.integer(walk.count))
    single = isinstance(apart, int) and apart == 1
    return (here if single else here & k.equal(k.modulo(away, apart), 0)), number


class AdvancedIncSubtensor(Assignment):
    """`x` with the elements at positions in arrays set to `y`, or increased by `y`.

    A position that occurs twice is increased twice; of two values set the last stays.
    The inputs after `x` and `y` are the arrays and the bounds written "?", in order.
    """

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x = ramp(3, 4)
        rows, columns = np.array([0, 2, 2]), np.array([3, -1, 3], "int32")
        return [
            (cls((Pick(), Cut()), "inc"), (x, ramp(3, 4), rows)),
            (
                cls((Pick(), Pick()), "set"),
                (x, np.array([1.0, 2.0, 2.0]), rows, columns),
            ),
            (
                cls((Cut(), Pick()), "inc"),
                (ramp(3, 4, dtype="int64"), np.array(5), columns),
            ),
            (cls((At("?"), Pick()), "inc"), (x, ramp(3), np.array(1), columns)),
        ]


class PlaceInRows(Op):
    """Zeros shaped as `x`, but `values[i]` at column `columns[i]` of row i."""

    virtual = True
    latex = r"\operatorname{{place}}({1}, {2})"

    def infer(
        self, x: TensorType, values: TensorType, columns: TensorType
    ) -> TensorType:
        if (x.ndim, values.ndim, columns.ndim) != (2, 1, 1):
            raise Fault("wrong-rank", "a matrix, values and their columns are needed")
        same_length(values.shape[0], columns.shape[0], 0)
        return TensorType(values.dtype, x.shape)

    def numpy(self, x: Array, values: Array, columns: Array) -> Array:
        out = np.zeros(x.shape, values.dtype)
        out[np.arange(len(columns)), columns] = values
        return out

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        columns = inputs[2]
        rows = ARange("int64")(0, *lengths_of(columns), 1)
        return None, AdvancedSubtensor((Pick(), Pick()))(g, rows, columns), None

    def lower(
        self, out: Target, index: Index, x: Source, values: Source, columns: Source
    ) -> Expr:
        row, column = index
        near, has_one = within(row, values.shape[0]), row < values.shape[0]
        wanted = k.select(has_one, k.cast(columns[near], "int64"), 0)
        there = k.checked(wanted, out.shape[1], out.node)
        hit = k.equal(column, there) & has_one
        return k.select(hit, values[near], k.const(0, out.dtype))

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        columns = np.array([3, -1, 0])
        return [
            (cls(), (ramp(3, 4), ramp(3), columns)),
            (cls(), (ramp(5, 4), ramp(3, dtype="float32"), columns.astype("int32"))),
        ]


def reading(index: tuple[Part, ...]) -> Subtensor | AdvancedSubtensor:
    """The op that reads at an index."""
    advanced = any(isinstance(p, Pick) for p in index)
    return AdvancedSubtensor(index) if advanced else Subtensor(index)


def writing(index: tuple[Part, ...], kind: Kind) -> IncSubtensor | AdvancedIncSubtensor:
    """The op that writes at an index."""
    advanced = any(isinstance(p, Pick) for p in index)
    return (AdvancedIncSubtensor if advanced else IncSubtensor)(index, kind)


def _increment(
    index: tuple[Part, ...], x: Variable, g: Variable, bounds: Sequence[Variable]
) -> Variable:
    if _one_in_each_row(index, x, bounds):
        return PlaceInRows()(x, g, bounds[1])
    return writing(index, "inc")(zeros_like(x, g.dtype), g, *bounds)


def _one_in_each_row(
    index: tuple[Part, ...], x: Variable, bounds: Sequence[Variable]
) -> bool:
    """True for `x[arange(n), columns]`, whose gradient has one element in each row."""
    if index != (Pick(), Pick()) or any(b.ndim != 1 for b in bounds):
        return False
    rows, columns = bounds
    if rows.owner is None or not isinstance(rows.owner.op, ARange):
        return False
    start, _, step = (v.data for v in rows.owner.inputs)
    counted = start is not None and step is not None and (start, step) == (0, 1)
    return counted and columns.type.shape[0] != 1


INCREMENT.append(_increment)
