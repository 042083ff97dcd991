"""Every op in C and in interpreted kernels, from its own examples and from the table.

All applications of an op class are outputs of one graph, so that a class costs one run
of the compiler; in the fused graphs each op stands between elementwise neighbours.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from running import Array, assert_same, by_c, by_interpreter, fused

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType
from teachgraph.ops.elementwise import SCALARS, Elementwise, sample
from teachgraph.ops.scalars import switch

CLASSES = [
    cls
    for name, cls in OPS.items()
    if cls.__module__.startswith("teachgraph.") and name not in ("Fused", "Elementwise")
]
NUMBERS = ("float64", "float32", "int64", "int32", "int8", "uint8", "bool", "complex128")
WAYS: dict[str, Callable[[Graph], Callable[..., list[Array]]]] = {
    "c": by_c,
    "fused": lambda graph: by_c(fused(graph)),
    "loops": lambda graph: lambda *arrays: by_interpreter(graph, arrays),
    "fused loops": lambda graph: lambda *arrays: by_interpreter(fused(graph), arrays),
}
SHAPES = {
    "vectors": [((5,), (5,), (5,)), ((0,), (0,), (0,)), ((1,), (1,), (1,))],
    "broadcast": [((2, 1), (3,), (1, 3))],
    "numbers": [((), (), ())],
}
SPECIAL = [0.0, -0.0, 1, -1, 0.7, -2.5, 3, 1e-30, -700, 1000, np.inf, -np.inf, np.nan]
every_way = pytest.mark.parametrize("way", WAYS)


def variable(name: str, array: Array) -> Variable:
    """An input for an array; lengths other than 1 are left open."""
    shape = tuple(1 if n == 1 else None for n in array.shape)
    return Variable(TensorType(str(array.dtype), shape), name)


def between(op: Op, inputs: Sequence[Variable], chosen: Variable) -> Variable:
    """The op with a neighbour on each side that changes nothing."""
    near = [
        switch(chosen, v, v) if v.ndim or v.dtype.startswith(("float", "complex")) else v
        for v in inputs
    ]
    y = op(*near)
    return switch(chosen, y, y)


@every_way
@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_op_gives_what_its_numpy_gives(cls: type[Op], way: str):
    examples = [
        (op, [np.asarray(a) for a in given]) for op, given in getattr(cls, "examples")()
    ]
    chosen = Variable(TensorType("bool", ()), "chosen")
    inputs, outputs, arrays = [chosen], [], [np.array(True)]
    for n, (op, given) in enumerate(examples):
        own = [variable(f"x{n}_{i}", a) for i, a in enumerate(given)]
        inputs += own
        arrays += given
        outputs.append(between(op, own, chosen) if "fused" in way else op(*own))
    call = WAYS[way](Graph(tuple(inputs), tuple(outputs)))
    for found, (op, given) in zip(call(*arrays), examples, strict=True):
        assert_same(found, np.asarray(op.numpy(*given)))


def accepts(op: Elementwise, dtype: str) -> bool:
    try:
        op.fn.types(*(dtype,) * op.fn.arity)
    except Fault:
        return False
    return True


def drawn(op: Elementwise, dtype: str, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    spans = op.fn.samples
    return [sample(s, *n, dtype=dtype) for s, n in zip(spans, shapes)]


@cache
def table(dtype: str, shapes: str, way: str) -> Callable[..., list[Array]]:
    """All rows of the table that take a dtype, each on inputs of its own."""
    chosen = Variable(TensorType("bool", ()), "chosen")
    inputs, outputs = [chosen], []
    for op in rows(dtype):
        own = [variable(f"x{i}", a) for i, a in enumerate(drawn(op, dtype, SHAPES[shapes][0]))]
        inputs += own
        outputs.append(between(op, own, chosen) if "fused" in way else op(*own))
    return WAYS[way](Graph(tuple(inputs), tuple(outputs)))


def rows(dtype: str) -> list[Elementwise]:
    return [op for op in SCALARS.values() if accepts(op, dtype)]


@every_way
@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", NUMBERS)
def test_rows_of_the_table_give_what_their_numpy_gives(dtype: str, shapes: str, way: str):
    call = table(dtype, shapes, way)
    for lengths in SHAPES[shapes]:
        given = [drawn(op, dtype, lengths) for op in rows(dtype)]
        results = call(np.array(True), *(a for arrays in given for a in arrays))
        for op, arrays, found in zip(rows(dtype), given, results, strict=True):
            try:
                assert_same(found, op.numpy(*arrays))
            except AssertionError as error:
                raise AssertionError(f"{op} of {arrays}") from error


@pytest.mark.parametrize("way", ["c", "fused"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rows_of_the_table_agree_at_the_borders(dtype: str, way: str):
    call = table(dtype, "vectors", way)
    given = [
        [p.reshape(-1) for p in np.meshgrid(*[np.array(SPECIAL, dtype)] * op.fn.arity)]
        for op in rows(dtype)
    ]
    with np.errstate(all="ignore"):
        results = call(np.array(True), *(a for arrays in given for a in arrays))
    wrong = []
    for op, arrays, found in zip(rows(dtype), given, results, strict=True):
        if op.title.startswith("cast_") or op.lower is None:
            continue
        try:
            assert_same(found, op.numpy(*arrays))
        except AssertionError as error:
            wrong.append(f"{op}: {error}")
    assert not wrong, "\n".join(wrong)
