"""Reverse mode: one sweep from the cost back through the graph.

A node hands to each of its inputs a *term*, by what its op says of its own derivative;
the terms of a variable that is read in several places are added. What is made on the
way carries the place in the source of the node it belongs to, then that of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.entrance import public, warn_user
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import constant
from teachgraph.core.origin import Origin, here
from teachgraph.core.report import Fault
from teachgraph.core.types import is_continuous
from teachgraph.grad import faults
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.base import SWEEP
from teachgraph.ops.missing import NoGradient, rest_of

Gradient = Variable | None
CHOICES = {
    "disconnected_inputs": ("raise", "warn", "ignore"),
    "return_disconnected": ("zero", "none", "disconnected"),
    "null_gradients": ("raise", "return"),
}


@public
def grad(
    cost: Variable | None,
    wrt: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected_inputs: str = "raise",
    add_names: bool = True,
    known_grads: Mapping[Variable, Variable] | None = None,
    return_disconnected: str = "zero",
    null_gradients: str = "raise",
) -> Any:
    """The derivatives of a cost, one for each of `wrt`, of the same shapes.

    Args:
        cost: what to differentiate, without axes; None when `known_grads` says enough.
        wrt: a variable, or a list or tuple of them; the result has the same form.
        consider_constant: variables through which no gradient goes.
        disconnected_inputs: what a variable that the cost does not depend on does:
            raise, warn or ignore.
        add_names: name the results `d cost / d x`, where both have names.
        known_grads: gradients of variables that are known already, from where the sweep
            starts instead of (or besides) the cost.
        return_disconnected: what stands for the gradient of a disconnected variable:
            zero (zeros of its shape), or none.
        null_gradients: what an op without a derivative does, wherever it stands: raise,
            or return what arrives on other ways, zero if nothing does.

    Raises:
        non-scalar-cost, disconnected-input, no-gradient.

    >>> import teachgraph.tensor as T
    >>> w, b = T.dvectors("w", "b")
    >>> gw, gb = grad((w * b).sum(), [w, b])
    >>> gw.type == w.type
    True
    """
    _check_choices(disconnected_inputs, return_disconnected.lower(), null_gradients)
    targets = _listed(wrt)
    sweep = Sweep(
        seeds(cost, known_grads),
        targets,
        frozenset(consider_constant or ()),
        null_gradients == "raise",
    )
    results: list[Gradient] = []
    for v in targets:
        g = sweep.gradient(v)
        if g is None:
            g = _without(
                cost, v, sweep, disconnected_inputs, return_disconnected.lower()
            )
        elif add_names and cost is not None and cost.name and v.name and g.name is None:
            g.name = f"(d{cost.name}/d{v.name})"
        results.append(g)
    return in_form_of(wrt, results)


def seeds(
    cost: Variable | None, known: Mapping[Variable, Variable] | None
) -> dict[Variable, Variable]:
    """Where a sweep starts: the gradients that are known before it."""
    found = dict(known or {})
    for v, g in found.items():
        if g.ndim != v.ndim:
            raise faults.known_gradient(v, g)
    if cost is None:
        if not found:
            raise faults.no_cost()
        return found
    if not isinstance(cost, Variable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise faults.not_a_cost(cost)
    if cost.ndim:
        raise faults.non_scalar_cost(cost)
    if cost not in found:
        dtype = cost.dtype if is_continuous(cost.dtype) else config.floatX
        found[cost] = constant(np.ones((), dtype))
    return found


def _sweep(
    seeds: dict[Variable, Variable], targets: Sequence[Variable]
) -> list[Gradient]:
    sweep = Sweep(seeds, targets, strict=False)
    found: list[Gradient] = []
    for v in targets:
        g, error = sweep.gradient(v), sweep.missing.get(v)
        found.append(
            g if error is None else NoGradient(v, "an op inside has none", error, g)
        )
    return found


SWEEP.append(_sweep)


def _as_dtype(v: Variable, dtype: str) -> Variable:
    return cast(Any, v).astype(dtype)


def in_form_of(wrt: Any, results: Sequence[Any]) -> Any:
    """The results as a list, a tuple or alone, as `wrt` was."""
    if isinstance(wrt, Variable):
        return results[0]
    return tuple(results) if isinstance(wrt, tuple) else list(results)


def _listed(wrt: Any) -> tuple[Variable, ...]:
    if isinstance(wrt, Variable):
        return (wrt,)
    if not isinstance(wrt, Sequence):
        raise faults.not_a_variable(wrt)
    listed = cast(Sequence[Any], wrt)
    for v in listed:
        if not isinstance(v, Variable):
            raise faults.not_a_variable(v)
    return tuple(listed)


def _check_choices(*chosen: str) -> None:
    for value, (name, allowed) in zip(chosen, CHOICES.items(), strict=True):
        if value not in allowed:
            raise faults.unknown_choice(name, value, allowed)


def _without(
    cost: Variable | None, v: Variable, sweep: Sweep, disconnected: str, returned: str
) -> Gradient:
    """What stands for a gradient that does not exist, after saying so."""
    stops = sweep.stops_above(v)
    if not is_continuous(v.dtype):
        faults.warn_of_integer(v)
        return zeros_like(v, dtype=config.floatX)
    flat = [node for node in stops if not faults.cuts(node)]
    if flat:
        faults.warn_of_zero(cost, v, flat)
        return zeros_like(v)
    error = faults.disconnected(cost, v, stops)
    if disconnected == "raise":
        raise error
    if disconnected == "warn":
        warn_user(error, faults.DisconnectedWarning)
    return zeros_like(v) if returned == "zero" else None


@dataclass(eq=False)
class Sweep:
    """One sweep, from seeds to targets.

    Args:
        seeds: gradients to start from.
        targets: only what lies between these and the seeds is differentiated.
        constants: variables through which no gradient goes; it may still be asked for.
        strict: an op that has no derivative is an error, not a zero.

    Attributes:
        missing: of variables whose gradient is not all there, the error that says why.
    """

    seeds: Mapping[Variable, Variable]
    targets: Sequence[Variable]
    constants: frozenset[Variable] = frozenset()
    strict: bool = True
    stops: set[tuple[Apply, Variable]] = field(
        default_factory=set[tuple[Apply, Variable]]
    )
    missing: dict[Variable, Exception] = field(
        default_factory=dict[Variable, Exception]
    )

    def __post_init__(self) -> None:
        self._call = here()
        self._nodes = Graph(tuple(self.constants), tuple(self.seeds)).applies()
        self._reach = self._reached() - (self.constants - set(self.targets))
        self._terms: dict[Variable, list[Variable]] = {}
        self._sums: dict[Variable, Variable] = dict(self.seeds)
        self._known: set[Variable] = {
            v for n in self._nodes for v in (*n.inputs, *n.outputs)
        }
        self._known.update(self.seeds.values())
        for node in reversed(self._nodes):
            self._node(node)

    def gradient(self, v: Variable) -> Gradient:
        """The gradient of a variable, None where no term arrived."""
        if v not in self._sums:
            terms = self._terms.pop(v, [])
            if not terms:
                return None
            self._sums[v] = self._pairwise_sum(v, terms)
        return self._sums[v]

    def stops_above(self, v: Variable) -> list[Apply]:
        """The first nodes on the ways from `v` that hand no term down to it."""
        smooth, found = {v}, list[Apply]()
        for node in self._nodes:
            read = [i for i in node.inputs if i in smooth]
            if not read:
                continue
            outputs = [o for o in node.outputs if is_continuous(o.dtype)]
            if not outputs or any((node, i) in self.stops for i in read):
                found.append(node)
            else:
                smooth.update(outputs)
        return found

    def _reached(self) -> set[Variable]:
        """Everything that depends on a target."""
        reach = set(self.targets)
        for node in self._nodes:
            if any(i in reach for i in node.inputs):
                reach.update(node.outputs)
        return reach

    def _node(self, node: Apply) -> None:
        if not any(i in self._reach for i in node.inputs):
            return
        gs = [self.gradient(v) for v in node.outputs]
        lost = next((self.missing[v] for v in node.outputs if v in self.missing), None)
        if all(g is None for g in gs):
            if lost is not None:
                self._lose(node.inputs, lost)
            return
        terms = self._terms_of(node, gs)
        if lost is not None:
            single = len(node.outputs) == 1
            pairs = zip(node.inputs, terms, strict=True)
            self._lose([i for i, t in pairs if t is not None or not single], lost)
        for position, (i, term) in enumerate(zip(node.inputs, terms, strict=True)):
            if i in self._reach:
                self._take(node, position, self._present(node, i, term))

    def _lose(self, inputs: Iterable[Variable], error: Exception) -> None:
        """Note that gradients of inputs are not all there."""
        for i in inputs:
            if i in self._reach and is_continuous(i.dtype):
                self.missing.setdefault(i, error)

    def _present(self, node: Apply, i: Variable, term: Gradient) -> Gradient:
        """A term, or what there is of one that does not exist."""
        if isinstance(term, NoGradient):
            error = term.error or faults.null_gradient(node, term.comment)
            if self.strict:
                raise error
            self.missing.setdefault(i, error)
        return rest_of(term)

    def _take(self, node: Apply, position: int, term: Gradient) -> None:
        """Keep a term for the variable that it is the gradient of."""
        i = node.inputs[position]
        if term is None or faults.is_flat(node) or not is_continuous(i.dtype):
            self.stops.add((node, i))
        elif term.ndim != i.ndim:
            raise faults.broken_gradient(node, position, term)
        else:
            fitted = term if term.dtype == i.dtype else _as_dtype(term, i.dtype)
            self._place([fitted], node.origins)
            self._terms.setdefault(i, []).append(fitted)

    def _terms_of(self, node: Apply, gs: Sequence[Gradient]) -> Sequence[Gradient]:
        single = len(node.outputs) == 1
        output: Any = node.outputs[0] if single else node.outputs
        try:
            terms: Sequence[Gradient] = tuple(
                node.op.grad(node.inputs, output, gs[0] if single else tuple(gs))
            )
        except Fault as fault:
            error = faults.no_gradient(node, fault)
            if self.strict:
                raise error from None
            self._lose(node.inputs, error)
            return (None,) * len(node.inputs)
        if len(terms) != len(node.inputs):
            raise faults.broken_gradient(node, len(terms), None)
        self._place([t for t in map(rest_of, terms) if t is not None], node.origins)
        return terms

    def _pairwise_sum(self, v: Variable, terms: list[Variable]) -> Variable:
        """The sum of the terms, neighbours first, which keeps rounding errors small."""
        while len(terms) > 1:
            pairs = zip(terms[::2], terms[1::2], strict=False)
            added = [a + b for a, b in pairs]
            terms = added + (terms[-1:] if len(terms) % 2 else [])
        self._place(terms, v.origins)
        return terms[0]

    def _place(self, made: Iterable[Variable], origins: tuple[Origin, ...]) -> None:
        """Give new nodes the place of the forward node that they belong to."""
        places = origins if self._call is None else (*origins, self._call)
        stack = list(made)
        while stack:
            v = stack.pop()
            if v in self._known or v.owner is None:
                continue
            for out in v.owner.outputs:
                out.origins = places
                self._known.add(out)
            stack.extend(v.owner.inputs)
