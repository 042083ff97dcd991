"""Which elements an element is made of: against every op, by changing its inputs."""

from collections.abc import Iterator

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.core.graph import Apply, Graph
from teachgraph.core.op import OPS, Op
from teachgraph.debug.elements import Reads, reads_of
from teachgraph.debug.replay import Frame
from teachgraph.ops.base import as_tensor


def applications() -> Iterator[tuple[Op, tuple]]:
    """Each op that says what an element is, with values it takes."""
    for kind in OPS.values():
        if kind.lower is not None and kind.__module__.startswith("teachgraph."):
            yield from kind.examples()


CASES = list(applications())


def applied(op: Op, values: tuple) -> tuple[Apply, list[np.ndarray], np.ndarray]:
    """A node on values, and what it gives."""
    arrays = [np.asarray(v) for v in values]
    node = op.make(*map(as_tensor, arrays))
    return node, arrays, op.numpy(*arrays)


def at(reads: list[Reads], position: int) -> set[int]:
    return {int(k) for r in reads if r.position == position for k in r.flat}


@pytest.mark.parametrize(("op", "values"), CASES, ids=[str(op) for op, _ in CASES])
def test_what_changes_an_element_is_among_what_it_is_made_of(op: Op, values: tuple):
    node, arrays, output = applied(op, values)
    if len(node.outputs) > 1 or not output.size:
        return
    element = output.size // 2
    reads = reads_of(node, arrays, output, np.array([element]))
    assert reads is not None
    for position, array in enumerate(arrays):
        if array.dtype.kind != "f":
            continue
        for k in range(array.size):
            changed = [a.copy() for a in arrays]
            changed[position].reshape(-1)[k] += 0.37
            with np.errstate(all="ignore"):
                other = op.numpy(*changed)
            if other.shape == output.shape and not np.array_equal(
                other.flat[element], output.flat[element], equal_nan=True
            ):
                assert k in at(reads, position)


def of(v, index, **values) -> list[list[tuple[int, ...]]]:
    """The indices that an element is made of, input by input."""
    leaves = [u for u in Graph((), (v,)).variables() if u.name in values]
    frame = Frame(
        Graph(tuple(leaves), (v,)), [np.asarray(values[u.name]) for u in leaves]
    )
    parts = frame.element(v, index).parts()
    return [Reads(0, p.flat).indices(p.array.shape) for p in parts]


def test_a_product_of_matrices_reads_a_row_and_a_column():
    a, b = T.dmatrices("a", "b")
    found = of(T.dot(a, b), (1, 0), a=np.ones((2, 2)), b=np.ones((2, 3)))
    assert found == [[(1, 0), (1, 1)], [(0, 0), (1, 0)]]


def test_a_switch_reads_its_condition_and_the_side_that_is_taken():
    c, a, b = T.dvectors("c", "a", "b")
    found = of(T.switch(c, a, b), (1,), c=[0.0, 1.0], a=[1.0, 2.0], b=[3.0, 4.0])
    assert found == [[(1,)], [(1,)]]


def test_a_gather_reads_the_place_that_its_index_says():
    table, i = T.dvector("table"), T.lvector("i")
    found = of(table[i], (0,), table=[1.0, 2.0, 3.0], i=[-1, 0])
    assert found == [[(2,)], [(0,)]]


def test_an_op_without_loops_is_tried_by_changing_its_inputs():
    a = T.dvector("a")
    assert of(T.cumsum(a), (1,), a=[1.0, 2.0, 3.0]) == [[(0,), (1,)]]
