"""The lengths of every variable of a graph, as far as they are known before it runs.

Inputs get names for the lengths that their types leave open; `Op.infer` then says the
lengths of all else. Where two lengths must be equal and only a call can tell, a `Guard`
remembers it, and the two are taken for equal from there on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import known_value, listed
from teachgraph.core.record import record
from teachgraph.core.sizes import OPERATIONS, Atom, Size
from teachgraph.core.types import (
    Length,
    LengthMismatch,
    Operand,
    Shape,
    TensorType,
    ValueOfLength,
)


@record(eq=False)
class Guard:
    """Two lengths that must be equal for `node` to make sense."""

    left: Size
    right: Size
    node: Apply


@record()
class Shapes:
    """What is known: `of` gives a shape, `values` whole numbers; `guards` must hold.

    `found` names the variables some of whose lengths come out only when they are
    computed: an atom `axis(name, a)` is the length of axis a of the variable with that
    name.
    """

    of: Mapping[Variable, Shape]
    values: Mapping[Variable, ValueOfLength]
    guards: tuple[Guard, ...]
    found: Mapping[Variable, str]

    def number(self, v: Variable) -> Size | None:
        """The whole number that a variable is, where lengths alone tell."""
        value = self.values[v] if v.owner is not None else None
        return None if value is None or isinstance(value, tuple) else Size.of(value)

    def lengths(self, v: Variable) -> tuple[Size, ...]:
        """The lengths of a variable."""
        return tuple(Size.of(n) for n in self.of[v])


def infer_shapes(graph: Graph, names: Mapping[Variable, str]) -> Shapes:
    """Shapes of all variables of a graph whose inputs are called `names`."""
    first = _Inference(graph, names, {})
    equal = equalities(first.guards, first.order)
    if not equal:
        return Shapes(first.shapes, first.values, tuple(first.guards), first.found)
    try:
        again = _Inference(graph, names, equal)
    except LengthMismatch:  # no call can satisfy all guards; one of them will tell
        return Shapes(first.shapes, first.values, tuple(first.guards), first.found)
    shapes = _simpler(again.shapes, equalities(again.guards, again.order))
    return Shapes(shapes, again.values, (*first.guards, *again.guards), again.found)


def _simpler(
    shapes: dict[Variable, Shape], equal: Mapping[Atom, Size]
) -> dict[Variable, Shape]:
    """The shapes with lengths that are worked out replaced by what they must equal.

    `z[:, :n]` has min(z.shape[1], n) columns; if it meets n, these are n.
    """
    worked = {a: n for a, n in equal.items() if a.kind in OPERATIONS}
    if not worked:
        return shapes
    return {
        v: tuple(
            n.replaced(worked).simplified() if isinstance(n, Size) else n for n in shape
        )
        for v, shape in shapes.items()
    }


def infer_through(graph: Graph, operands: Sequence[Operand]) -> tuple[TensorType, ...]:
    """The types of a graph's outputs, from what is known of its inputs."""
    known: dict[Variable, Operand] = dict(zip(graph.inputs, operands, strict=True))
    for v in graph.variables():
        if v.owner is None and v not in known:
            known[v] = Operand(v.type, known_value(v))
    for node in graph.applies():
        types, value = _inferred(node, [known[v] for v in node.inputs])
        known.update((v, Operand(t, value)) for v, t in zip(node.outputs, types))
    return tuple(known[v].type for v in graph.outputs)


def _inferred(
    node: Apply, operands: Sequence[Operand]
) -> tuple[tuple[TensorType, ...], ValueOfLength]:
    """The types of a node's outputs, and the whole number(s) that a lone one is."""
    read = operands if node.op.reads_values else [o.type for o in operands]
    types = listed(node.op.infer(*read))
    whole = len(types) == 1 and types[0].ndim <= 1
    return types, node.op.known_value(*operands) if whole else None


def name_inputs(graph: Graph) -> dict[Variable, str]:
    """A distinct name for each input, its own where it has one."""
    names: dict[Variable, str] = {}
    taken: set[str] = set()
    for position, v in enumerate(graph.inputs):
        wish = name = v.name or f"input{position}"
        number = 1
        while name in taken:
            number += 1
            name = f"{wish}_{number}"
        taken.add(name)
        names[v] = name
    return names


def equalities(
    guards: Iterable[Guard], order: Mapping[str, int] | None = None
) -> dict[Atom, Size]:
    """What each length may be replaced by, once the guards hold.

    Args:
        order: when the lengths of variables come out, by their names. A length that is
            known early is not replaced by one that comes later.
    """
    equal: dict[Atom, Size] = {}
    for guard in guards:
        for atom_side, other in ((guard.right, guard.left), (guard.left, guard.right)):
            atom = _single_atom(atom_side)
            settled = _settled(other, equal)
            if (
                atom is not None
                and atom not in equal
                and atom not in settled.atoms()
                and _known_at(settled, order) <= _known_at(atom_side, order)
            ):
                equal[atom] = settled
                break
    # What was settled early may speak of atoms that were replaced later.
    for atom in reversed(equal):
        equal[atom] = _settled(equal[atom], equal)
    return equal


def _known_at(size: Size, order: Mapping[str, int] | None) -> int:
    """When a length is known: 0 for those of inputs, later for those that come out."""
    simple = (a for a in size.atoms() if a.kind not in OPERATIONS)
    return max((order.get(a.key[0], 0) for a in simple), default=0) if order else 0


def _settled(size: Size, equal: Mapping[Atom, Size]) -> Size:
    """The size without any atom that is replaced.

    A minimum can come back when what is in it is replaced: if max(n, 0) is max(m, 0),
    and m is found to be n. So what is worked out is replaced once.
    """
    once: set[Atom] = set()
    while here := {a: equal[a] for a in size.atoms() - once if a in equal}:
        size = size.replaced(here)
        once.update(a for a in here if a.kind in OPERATIONS)
    return size


def _single_atom(size: Size) -> Atom | None:
    if len(size.terms) != 1:
        return None
    monomial, factor = size.terms[0]
    return monomial[0] if factor == 1 and len(monomial) == 1 else None


class _Inference:
    def __init__(
        self, graph: Graph, names: Mapping[Variable, str], equal: Mapping[Atom, Size]
    ) -> None:
        self.shapes: dict[Variable, Shape] = {}
        self.values: dict[Variable, ValueOfLength] = {}
        self.guards: list[Guard] = []
        self.found: dict[Variable, str] = {}
        self.equal = equal
        self.node: Apply | None = None
        for v, name in names.items():
            self._input(v, name)
        for v in graph.variables():
            if v.owner is None and v not in self.shapes:
                self.shapes[v] = v.type.shape
                self.values[v] = known_value(v)
        for node in graph.applies():
            self._node(node)

    def _demand(self, left: Size, right: Size) -> None:
        assert self.node is not None
        self.guards.append(Guard(left, right, self.node))

    def _atom(self, kind: str, *key: object) -> Length:
        size = Size.atom(kind, *key, demands=self._demand)
        return (
            size.replaced(self.equal, self._demand).simplified() if self.equal else size
        )

    def _input(self, v: Variable, name: str) -> None:
        self.shapes[v] = tuple(
            self._atom("axis", name, a) if n is None else n
            for a, n in enumerate(v.type.shape)
        )
        whole = v.type.ndim == 0 and v.type.dtype.startswith(("int", "uint"))
        self.values[v] = (
            self._atom("value", name) if whole and v.data is None else known_value(v)
        )

    def _unknown(self, v: Variable, axis: int) -> Length:
        name = self.found.setdefault(v, f"found{len(self.found)}")
        return self._atom("axis", name, axis)

    @property
    def order(self) -> dict[str, int]:
        """By name: which lengths come out one after another."""
        return {name: n for n, name in enumerate(self.found.values(), start=1)}

    def _node(self, node: Apply) -> None:
        self.node = node
        types, value = _inferred(
            node,
            [
                Operand(v.type.with_shape(self.shapes[v]), self.values[v])
                for v in node.inputs
            ],
        )
        for v, t in zip(node.outputs, types, strict=True):
            lengths = zip(t.shape, v.type.shape, strict=True)
            self.shapes[v] = tuple(
                s if isinstance(s, int) else self._unknown(v, a) if n is None else n
                for a, (n, s) in enumerate(lengths)
            )
            self.values[v] = value
