"""Lengths as polynomials: what is equal, and that nesting them costs little."""

import pytest

from teachgraph.core.shapes import Guard, equalities
from teachgraph.core.sizes import Size
from teachgraph.core.types import LengthMismatch
from teachgraph.ops.variables import tensor


def axis(name: str, number: int = 0) -> Size:
    return Size.atom("axis", name, number)


n, m = axis("x"), axis("y")


def test_polynomials_are_equal_when_their_terms_are():
    assert 2 * n - n == n
    assert (n + m) * (n - m) == n * n - m * m
    assert hash(n + m) == hash(m + n)
    assert n != m
    assert n - n == 0


def test_axes_and_values_of_one_name_differ():
    assert Size.atom("value", "x") != Size.atom("axis", "x", 0)
    assert axis("x:0") != axis("x", 0)


def test_operations_are_worked_out_when_they_can_be():
    assert Size.of(7) // 2 == 3
    assert n // 1 == n
    assert n.minimum(n) == n
    assert (n // 2).atoms() == {*n.atoms(), *(a for m, _ in (n // 2).terms for a in m)}


def test_atoms_are_replaced_inside_of_operations_too():
    (atom,) = n.atoms()
    assert ((n // 2) + n).replaced({atom: Size.of(6)}) == 9
    assert ((n // 2) + n).replaced({atom: m}) == m // 2 + m


def test_a_size_is_evaluated():
    values = {"x": 5, "y": 3}
    size = (n * m + 1).maximum(n // 2) - m
    assert size.evaluate(lambda atom: values[atom.key[0]]) == 13


def test_lengths_that_are_known_to_differ_do_not_agree():
    demands: list[tuple[Size, Size]] = []
    free = Size.atom("axis", "z", 0, demands=lambda a, b: demands.append((a, b)))
    assert free.agree(3) == 3
    assert demands == [(free, Size.of(3))]
    with pytest.raises(LengthMismatch):
        Size.of(2).agree(3)


def test_deeply_nested_sizes_cost_no_more_than_their_parts():
    size, other = n, n
    for _ in range(500):
        size = (size - 1).maximum(0) + size.minimum(1)
        other = (other - 1).maximum(0) + other.minimum(1)
    assert size == other
    assert hash(size) == hash(other)
    assert size.evaluate(lambda atom: 4) == 4
    assert len(size.atoms()) == 1001
    assert len(str(size)) < 500
    (atom,) = n.atoms()
    assert size.replaced({atom: Size.of(3)}) == 3


def test_a_maximum_that_comes_back_when_its_parts_are_replaced_is_left_alone():
    (node,) = [v.owner for v in [tensor("float64", (None,), "x") + 1] if v.owner]
    late = (n - 16).maximum(0), (m - 16).maximum(0)
    equal = equalities([Guard(late[1], late[0], node), Guard(n, m, node)])
    (atom,) = m.atoms()
    assert equal[atom] == n
