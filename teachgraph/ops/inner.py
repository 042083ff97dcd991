"""`OpFromGraph`: a graph that is used as an op, with a gradient of its own if need be.

    layer = OpFromGraph([x, w], [T.tanh(T.dot(x, w))], name="layer")
    y = layer(image, weights)

A picture shows it as one node with a graph inside. Before anything else is rewritten
the graph is put in its place (`rewrite.inlining`), so that it costs nothing to use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.entrance import error_of, leave, placed, public
from teachgraph.core.graph import Apply, Graph, Variable, substitute
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.core.report import Fault, Hint
from teachgraph.core.shapes import infer_through
from teachgraph.core.types import Operand, TensorType, same_length
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.base import SWEEP, Array, Example, Gradients, as_tensor, ramp
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.fused import evaluated
from teachgraph.ops.ifelse import several
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.missing import NoGradient, rest_of
from teachgraph.ops.scalars import mul

DEFAULT = "default"


class OpFromGraph(Op):
    """A graph as an op: its outputs, for other inputs.

    Args:
        inputs, outputs: lists of variables. Shared variables are found by themselves.
        inline: accepted: the graph always takes its place before rewriting, unless
            `inline_ofg_expansion` is excluded.
        grad_overrides: how the gradients are made: "default", or a function of (inputs,
            output gradients) that gives a list, or an OpFromGraph of these, or a list
            with one of these or None (not connected) for each input, giving one each.
        lop_overrides: the same with functions of (inputs, outputs, output gradients).
        rop_overrides: how outputs move with inputs, for `Rop`: "default", through the
            graph; or a function of (inputs, eval_points) that gives a list, or an
            OpFromGraph of these, or a list with one for each output, giving one each.
        name: for printing.

    >>> x, y = T.dscalars("x", "y")
    >>> hypotenuse = OpFromGraph([x, y], [T.sqrt(x**2 + y**2)], name="hypotenuse")
    >>> float(hypotenuse(3.0, 4.0).eval())
    5.0

    Two of them are equal only if they are the same object.
    """

    graph: Graph
    shared: tuple[Variable, ...]
    is_inline: bool
    override: Any
    reads_outputs: bool
    rop_overrides: Any
    connections: Any
    name: str | None

    reads_values = True
    arrays_only = False

    @public
    def __init__(
        self,
        inputs: Sequence[Variable],
        outputs: Sequence[Variable] | Variable,
        inline: bool = False,
        lop_overrides: Any = DEFAULT,
        grad_overrides: Any = DEFAULT,
        rop_overrides: Any = DEFAULT,
        connection_pattern: Any = None,
        name: str | None = None,
        **options: Any,
    ):
        try:
            _check(options, lop_overrides, grad_overrides)
            outs = (outputs,) if isinstance(outputs, Variable) else tuple(outputs)
            graph, shared = _own_graph(tuple(inputs), outs)
        except Fault as fault:
            raise error_of(placed(fault)) from None
        by_lop = not isinstance(lop_overrides, str)
        override = lop_overrides if by_lop else grad_overrides
        self.__dict__.update(
            {
                "graph": graph,
                "shared": shared,
                "is_inline": inline,
                "override": _each(override),
                "reads_outputs": by_lop,
                "rop_overrides": rop_overrides,
                "connections": connection_pattern,
                "name": name,
            }
        )

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self) >> 4

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Apply the graph to inputs; its output, or a list when there are several."""
        returns_list = options.pop("return_list", False)
        try:
            outputs = self.make(*args, **options).outputs
        except Exception as error:
            leave(error)
            raise
        return outputs[0] if len(outputs) == 1 and not returns_list else list(outputs)

    def make(self, *args: Any, **options: Any) -> Apply:
        """The node; what is passed is made to have the types of the inputs."""
        declared = self.graph.inputs
        if len(args) == len(declared) - len(self.shared):
            args = (*args, *self.shared)
        fitted = [_fitted(as_tensor(a), v) for a, v in zip(args, declared)]
        return super().make(*fitted, *args[len(fitted) :], **options)

    def infer(self, *operands: Operand) -> tuple[TensorType, ...]:
        declared = self.graph.inputs
        if len(operands) != len(declared):
            wanted = len(declared) - len(self.shared)
            given = len(operands)
            raise Fault(
                "wrong-argument-count",
                f"{self.title} takes {wanted} inputs, not {given}",
            )
        for operand, v in zip(operands, declared):
            t, number = operand.type, operand.type.ndim != v.ndim
            if number or t.dtype != v.dtype:
                raise Fault(
                    "wrong-rank" if number else "wrong-dtype",
                    f"an input of {self.title} is declared as {v.type}; it got {t}",
                )
            for axis, (n, m) in enumerate(zip(t.shape, v.type.shape)):
                same_length(n, m, axis)
        return infer_through(self.graph, operands)

    def numpy(self, *arrays: Array) -> Any:
        results: list[Array] = [*map(np.asarray, evaluated(self.graph, arrays))]
        return tuple(results) if len(results) > 1 else results[0]

    def grad(
        self, inputs: Sequence[Variable], output: Any, g: Any
    ) -> Sequence[Variable | None]:
        outputs, gs = several(output), several(g)
        if self.override == DEFAULT:
            return self._swept(inputs, gs)
        arriving = [zeros_like(v) if o is None else o for v, o in zip(outputs, gs)]
        parts = (
            (inputs, outputs, arriving) if self.reads_outputs else (inputs, arriving)
        )
        arguments = tuple(map(list[Variable], parts))
        if not isinstance(self.override, _Each):
            given = several(called(self.override, arguments))
            return (*given, *[None] * (len(inputs) - len(given)))
        listed = self.override.one_by_one
        each = (*listed, *[DEFAULT] * (len(inputs) - len(listed)))
        plain = self._swept(inputs, gs) if DEFAULT in each else inputs
        return [
            swept if one == DEFAULT else called(one, arguments)
            for one, swept in zip(each, plain, strict=True)
        ]

    def _swept(
        self, inputs: Sequence[Variable], gs: Sequence[Variable | None]
    ) -> Gradients:
        """Gradients through the inner graph, then put on the inputs of the node.

        The sweep ends at the inner inputs: one input may be made from another outside.
        """
        inner = self.graph.inputs
        seeds = {v: g for v, g in zip(self.graph.outputs, gs) if g is not None}
        found = SWEEP[0](seeds, inner)
        known = [one for one in map(rest_of, found) if one is not None]
        outside = iter(substitute(known, dict(zip(inner, inputs, strict=True))))
        rests = [None if rest_of(one) is None else next(outside) for one in found]
        return [
            one.of(x, rest) if isinstance(one, NoGradient) else rest
            for one, x, rest in zip(found, inputs, rests, strict=True)
        ]

    def connection_pattern(self, node: Apply | None = None) -> list[list[bool]]:
        """For each input, which outputs depend on it."""
        del node
        if self.connections is not None:
            return self.connections
        reached = [_reached(self.graph, v) for v in self.graph.inputs]
        return [[v in found for v in self.graph.outputs] for found in reached]

    @property
    def title(self) -> str:
        """Its name."""
        return self.name or "OpFromGraph"

    def __str__(self) -> str:
        return self.title

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x = Variable(TensorType("float64", (None, None)), "x")
        y = Variable(TensorType("float64", (None, None)), "y")
        op = cls([x, y], [mul(mul(x, y), x)], name="x * y * x")
        return [(op, (ramp(2, 3), ramp(2, 3) + 1))]


def _reached(graph: Graph, start: Variable) -> set[Variable]:
    """What depends on a variable; graphs used as ops say what depends on what."""
    found = {start}
    for node in graph.applies():
        full = [[True] * len(node.outputs)] * len(node.inputs)
        op = node.op
        pattern = op.connection_pattern(node) if isinstance(op, OpFromGraph) else full
        for v, row in zip(node.inputs, pattern):
            if v in found:
                found.update(out for out, linked in zip(node.outputs, row) if linked)
    return found


@record()
class _Each:
    """An override for each input."""

    one_by_one: tuple[Any, ...]


def _each(override: Any) -> Any:
    return _Each(several(override)) if isinstance(override, list | tuple) else override


def _check(options: dict[str, Any], lop: Any, grad: Any) -> None:
    refused = [name for name in ("updates", "givens") if name in options]
    if refused:
        raise Fault("unknown-name", f"an OpFromGraph has no {refused[0]}")
    if not isinstance(lop, str) and not isinstance(grad, str):
        raise Fault(
            "repeated-argument",
            "the gradient is overridden twice, by lop_overrides and by grad_overrides",
            hints=(Hint("give one of them"),),
        )


def _own_graph(
    inputs: tuple[Variable, ...], outputs: tuple[Variable, ...]
) -> tuple[Graph, tuple[Variable, ...]]:
    """The graph on variables of its own, and the shared variables that it reads."""
    for v in (*inputs, *outputs):
        if not isinstance(cast(Any, v), Variable):
            name = type(v).__name__
            raise Fault(
                "not-a-variable", f"OpFromGraph is about variables, not a {name}"
            )
    found = Graph(inputs, outputs).variables()
    shared = tuple(v for v in found if v.kind == "shared" and v not in inputs)
    missing = Graph((*inputs, *shared), outputs).missing_inputs()
    if missing:
        raise Fault(
            "missing-input",
            f"the graph of an OpFromGraph reads {missing[0]:s}, which is not an input",
            hints=(Hint("add it to the list of inputs"),),
        )
    own = {v: Variable(v.type, v.name, origins=v.origins) for v in (*inputs, *shared)}
    return Graph(tuple(own.values()), substitute(outputs, own)), shared


def _fitted(v: Variable, declared: Variable) -> Variable:
    """The variable with the declared dtype and lengths, where that loses nothing."""
    if v.dtype != declared.dtype and np.can_cast(v.dtype, declared.dtype, "safe"):
        v = cast_to(v, declared.dtype)
    if v.ndim != declared.ndim:
        return v
    pairs = zip(v.type.shape, declared.type.shape)
    news = [m if n is None and isinstance(m, int) else None for n, m in pairs]
    return v if all(n is None for n in news) else specify_shape(v, news)


def called(override: Any, arguments: Sequence[list[Any]]) -> Any:
    """What an override gives; None where there is no connection."""
    if override is None or isinstance(override, Variable):
        return None
    if isinstance(override, OpFromGraph):
        wanted = len(override.graph.inputs) - len(override.shared)
        flat = [v for part in arguments for v in part]
        return override(*flat[:wanted])
    return override(*arguments)
