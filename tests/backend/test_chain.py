"""Programs of which some nodes run in NumPy: C before, between and after them."""

from collections.abc import Callable

import numpy as np
import pytest
from running import Array, assert_same, by_c, by_numpy, fused, result

import teachgraph.tensor as T
from teachgraph.backend.c import CBackend
from teachgraph.backend.chain import parts
from teachgraph.backend.csource import Unit
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.shapes import infer_shapes, name_inputs
from teachgraph.core.types import TensorType
from teachgraph.program.lower import lower
from teachgraph.program.program import CallNumpy, GuardFailed, IndexFailed, Linkage
from teachgraph.rewrite.pipeline import optimize

WAYS: dict[str, Callable[[Graph], Callable[..., list[Array]]]] = {
    "c": by_c,
    "fused": lambda graph: by_c(fused(graph)),
    "optimized": lambda graph: by_c(result(optimize(graph))),
}


class Positive(Op):
    """The elements that are above zero: how many is known only when it is computed."""

    def infer(self, x: TensorType) -> TensorType:
        return TensorType(x.dtype, (None,))

    def numpy(self, x: Array) -> Array:
        return x[x > 0]

    def grad(self, inputs, output, g):
        return (None,)


class Halves(Op):
    """The whole parts and the rest, as two results; they are views, and strided."""

    def infer(self, x: TensorType) -> tuple[TensorType, TensorType]:
        return (x, x)

    def numpy(self, x: Array) -> tuple[Array, Array]:
        both = np.stack([np.floor(x), x - np.floor(x)], axis=-1)
        return both[..., 0], both[..., 1]

    def grad(self, inputs, output, g):
        return (None,)


def between(x: Variable) -> list[Variable]:
    return [T.exp(T.erfinv(T.tanh(x)) + 1)]


def found_lengths(x: Variable) -> list[Variable]:
    p = Positive()(x * 2)
    return [T.exp(p).sum(), p[::-1] + 1, p.shape[0] * 2, T.outer(p, p)]


def several_results(x: Variable) -> list[Variable]:
    whole, rest = Halves()(x * 3)
    return [whole + rest, rest, T.erfinv(rest * 0.5) - whole]


def nothing_in_c(x: Variable) -> list[Variable]:
    return [T.erfinv(x)]


def constants(x: Variable) -> list[Variable]:
    c = T.constant(np.array([0.1, 0.2, 0.3]))
    return [T.erfinv(c) * 2, T.erfinv(c), T.erfinv(T.constant(0.5)) + x, c]


def twice(x: Variable) -> list[Variable]:
    y = Positive()(x)
    return [y, y, x, y + 1]


PROGRAMS = [between, found_lengths, several_results, nothing_in_c, constants, twice]
every_program = pytest.mark.parametrize("build", PROGRAMS, ids=lambda b: b.__name__)


@pytest.mark.parametrize("way", WAYS)
@every_program
def test_parts_together_give_what_numpy_gives(build, way: str):
    x = T.dvector("x")
    graph = Graph((x,), tuple(build(x)))
    call = WAYS[way](graph)
    for array in (np.array([0.3, -0.2, 0.4]), np.array([-1.0]) / 2, np.zeros(0)):
        wanted = by_numpy(graph, [array])
        for a, b in zip(call(array), wanted, strict=True):
            assert_same(a, b)


@every_program
def test_results_share_no_memory(build):
    x = T.dvector("x")
    array = np.array([0.3, -0.2, 0.4])
    results = by_c(Graph((x,), tuple(build(x))))(array)
    for i, a in enumerate(results):
        assert a.flags.c_contiguous
        assert not np.shares_memory(a, array)
        assert not any(np.shares_memory(a, b) for b in results[:i])


def test_a_program_is_cut_at_its_numpy_steps():
    x = T.dvector("x")
    y = Positive()(T.tanh(x) * 2)
    program = result(lower(Graph((x,), (T.exp(y) + 1, y.sum()))))
    kinds = [type(part.work) for part in parts(program)]
    assert kinds == [Unit, CallNumpy, Unit]


def test_a_length_that_is_found_is_checked_before_loops_rely_on_it():
    x, y = T.dvectors("x", "y")
    call = by_c(Graph((x, y), (T.exp(Positive()(x)) + y,)))
    assert call(np.array([1.0, -1.0, 2.0]), np.zeros(2))[0].shape == (2,)
    with pytest.raises(GuardFailed) as caught:
        call(np.ones(300_000), np.zeros(2))
    assert (caught.value.left, caught.value.right) == (300_000, 2)
    assert caught.value.guard.node.op.title == "add"


def test_an_index_outside_is_told_from_within_a_part():
    x, n = T.dvector("x"), T.lscalar("n")
    call = by_c(Graph((x, n), (Positive()(x)[n] * 2,)))
    assert call(np.array([-1.0, 2.0]), np.array(0))[0] == 4
    with pytest.raises(IndexFailed) as caught:
        call(np.array([-1.0, 2.0]), np.array(1))
    assert (caught.value.index, caught.value.extent) == (1, 1)


def test_numpy_does_not_stretch_what_was_not_known_to_be_one_long():
    x, y = T.dvectors("x", "y")
    call = by_c(Graph((x, y), (T.polygamma(x, y),)))
    with pytest.raises(GuardFailed):
        call(np.ones(1), np.ones(3))


def test_shared_values_are_read_and_stored_when_all_is_well():
    x, state = T.dvectors("x", "state")
    graph = Graph((x, state), (Positive()(x).sum(), state + T.erfinv(x)))
    backend, cell = CBackend(), [np.zeros(2)]
    linkage = Linkage((None, cell), (None, cell), single=True)
    call = result(backend.build(result(backend.lower(graph)), linkage))
    total = call(np.array([0.5, -0.5]))
    assert total == 0.5
    assert np.allclose(cell[0], [0.47693628, -0.47693628])
    before = cell[0]
    with pytest.raises(GuardFailed):
        call(np.ones(3))
    assert cell[0] is before


@pytest.mark.parametrize(
    "arrays",
    [
        (np.ones(3, "float32"),),
        (np.ones((3, 1)),),
        (np.ones(6)[::2],),
        ([1.0],),
        (),
        (np.ones(3), np.ones(3)),
    ],
    ids=["dtype", "rank", "strides", "list", "too few", "too many"],
)
def test_arguments_that_do_not_fit_are_left_to_the_caller(arrays: tuple[object, ...]):
    x = T.dvector("x")
    assert by_c(Graph((x,), tuple(between(x))))(*arrays) is NotImplemented


def test_lengths_of_inputs_are_not_told_by_what_is_found_later():
    h, z, k = T.dmatrix("h"), T.dvector("z"), T.lvector("k")
    r = T.reshape(T.erfinv(z), k, ndim=2)
    graph = Graph((h, z, k), (h.shape[0] * 2, r + h))
    shapes = infer_shapes(graph, name_inputs(graph))
    assert {a.key[0] for n in shapes.lengths(h) for a in n.atoms()} == {"h"}
    twice, total = by_c(graph)(np.ones((2, 3)), np.zeros(6), np.array([2, 3]))
    assert twice == 4
    assert total.shape == (2, 3)
