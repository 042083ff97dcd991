"""Rules: an equation between two graphs, its phase, and why it is worth it.

    @rule("stabilize")
    def log_of_one_plus_exp(x: Variable) -> Equation:
        '''log(1 + e^x) overflows once x > 709; softplus does not.'''
        return log(1 + exp(x)), softplus(x)

Parameters are free variables. `Annotated[Variable, Kind(...)]` says what one may stand
for; a parameter annotated with an op class, `s: Sum`, stands for any op of that class.
`@rewrites(left, phase)` is for right sides that need Python: the function gets what the
parameters stand for and gives a variable, or `Decline("why not")`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from types import UnionType
from typing import Any, cast, get_args, get_type_hints

from teachgraph.core.entrance import is_own
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import MADE_LISTENERS, Op
from teachgraph.core.origin import Origin, here
from teachgraph.core.record import record
from teachgraph.rewrite.fit import cast_to, fit
from teachgraph.rewrite.pattern import (
    AnyOp,
    Found,
    Kind,
    Makers,
    build,
    could_match,
    free,
    match,
)

Equation = tuple[Variable, Variable]

Formula = (
    Callable[[Any], Any]
    | Callable[[Any, Any], Any]
    | Callable[[Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any, Any, Any], Any]
)
"""A function of the parameters of a rule: a left side, or a condition."""


@record()
class Decline:
    """A rule does not apply, for a reason in words a student understands."""

    reason: str


NO_MATCH = Decline("")
"""What is not worth telling: the left side does not match after all."""


@record()
class Attempt:
    """What a rule makes of a variable, and what its parameters stand for."""

    result: Variable | Decline
    bindings: dict[str, Variable]


@record(eq=False, kw_only=True)
class Rule:
    """`left` may be replaced by `right`.

    Fields:
        why: one sentence on why a computer should care.
        right: None when Python makes it; then `gives` says in words what comes out.
        make: the replacement, from what the parameters stand for.
        when: a further condition on them: True, a Decline with the reason, or False for
            what is not worth telling.
        one_dtype: every node of the left side must have the dtype of the root, and the
            right side is computed in it: whole numbers would wrap elsewhere otherwise.
        rounding: what changes in rounding, if anything does.
        domain: where both sides are equal; "" means everywhere, nan and inf too.
        example: variables on which the rule fires, as an expression; for tests.
        module: where it was written.
    """

    name: str
    phase: str
    why: str
    left: Variable
    right: Variable | None
    make: Callable[[Found, Variable], Variable | Decline]
    parameters: Mapping[str, Any]
    kinds: dict[Variable, Kind] = field(default_factory=dict[Variable, Kind])
    when: Formula | None = None
    gives: str = ""
    one_dtype: bool = False
    rounding: str = ""
    domain: str = ""
    example: Callable[[], Variable] | None = None
    module: str = ""

    def __repr__(self) -> str:
        return self.name

    def concerns(self, op: Op, made_by: Makers) -> bool:
        """Could the left side match a node of `op` whose inputs are made by these?"""
        return could_match(self.left, op, made_by)

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        """What the rule makes of `v`, for each way in which its left side matches.

        Ways of which there is nothing to tell are left out.
        """
        for found in match(self.left, v, {}, self.kinds):
            result = self._result(v, found)
            if result is not NO_MATCH:
                yield Attempt(result, self._bindings(found))

    def _bindings(self, found: Found) -> dict[str, Variable]:
        return {
            name: found[p]
            for name, p in self.parameters.items()
            if isinstance(p, Variable)
        }

    def _result(self, v: Variable, found: Found) -> Variable | Decline:
        for parameter, kind in self.kinds.items():
            if kind.reason and not kind.holds(found[parameter]):
                return Decline(f"{parameter.name} {kind.reason}")
        verdict = _call(self.when, self.arguments(found), v) if self.when else True
        if verdict is not True:
            return verdict or NO_MATCH
        if self.one_dtype:
            if any(w.dtype != v.dtype for w in _covered(found)):
                return Decline("a part of it is computed in another dtype")
            found = _cast_leaves(found, v.dtype)
        result = self.make(found, v)
        if isinstance(result, Decline):
            return result
        fitted = fit(result, v, _origins(v, found))
        return Decline(fitted) if isinstance(fitted, str) else fitted

    def arguments(self, found: Found) -> dict[str, Any]:
        """What the parameters stand for, by name."""
        return {name: found[p] for name, p in self.parameters.items()}


def _call(function: Callable[..., Any], given: dict[str, Any], before: Variable) -> Any:
    """Call a rule's function, with `before` if it asks for it."""
    if _asks_for_before(function):
        return function(**given, before=before)
    return function(**given)


@lru_cache(maxsize=1 << 10)
def _asks_for_before(function: Callable[..., Any]) -> bool:
    return "before" in _names(function)


def _covered(found: Found) -> list[Variable]:
    """The variables that the inner nodes of the left side stand for."""
    return [w for p, w in found.items() if isinstance(p, Variable) and p.owner]


def _cast_leaves(found: Found, dtype: str) -> Found:
    """What is found, with what the free variables stand for in one dtype."""
    return {
        p: cast_to(w, dtype) if isinstance(p, Variable) and p.owner is None else w
        for p, w in found.items()
    }


def _origins(v: Variable, found: Found) -> tuple[Origin, ...]:
    """The places of all nodes that the left side covers, the root's first."""
    return tuple(dict.fromkeys(o for w in (v, *_covered(found)) for o in w.origins))


RULES: list[Rule] = []
"""Every rule, in the order in which the rules of a phase are tried."""


def rule(
    phase: str, *, when: Formula | None = None, **words: Any
) -> Callable[[Callable[..., Equation]], Rule]:
    """Make a rule of a function that takes free variables and gives (left, right)."""

    def read(function: Callable[..., Equation]) -> Rule:
        parameters, kinds = _parameters(function, function)
        with Unheard():
            left, right = function(**parameters)

        def make(found: Found, before: Variable) -> Variable:
            with Unheard():
                return build(right, found, _origins(before, found))

        return _register(
            function,
            phase=phase,
            left=left,
            right=right,
            make=make,
            parameters=parameters,
            kinds=kinds,
            when=when,
            **words,
        )

    return read


def rewrites(
    left: Formula,
    phase: str,
    *,
    gives: str,
    when: Formula | None = None,
    **words: Any,
) -> Callable[[Callable[..., Variable | Decline]], Rule]:
    """Make a rule of a function that gives the replacement for a left side.

    The parameters of `left` are those of the function, by name; the function and `when`
    may take `before` too, the variable that is replaced.
    """

    def read(function: Callable[..., Variable | Decline]) -> Rule:
        parameters, kinds = _parameters(left, function)
        with Unheard():
            pattern = cast(Callable[..., Variable], left)(**parameters)

        def make(found: Found, before: Variable) -> Variable | Decline:
            given = {name: found[p] for name, p in parameters.items()}
            with Unheard() as made:
                result = _call(function, given, before)
            if made:
                _place(made, _origins(before, found))
            return result

        return _register(
            function,
            phase=phase,
            left=pattern,
            right=None,
            gives=gives,
            make=make,
            parameters=parameters,
            kinds=kinds,
            when=when,
            **words,
        )

    return read


def _register(function: Callable[..., Any], **parts: Any) -> Rule:
    name = function.__name__
    why = inspect.cleandoc(function.__doc__ or "")
    ours = is_own(function.__globals__)
    if not why:
        raise TypeError(
            f"the rule {name} needs a docstring: why should a computer care?"
        )
    module = function.__module__
    for known in RULES:
        if known.name == name and (ours or known.module != module):
            raise ValueError(f"there is a rule {name} already")
    forget(name)  # a cell of a notebook was run again
    RULES.append(Rule(name=name, why=why, module=module, **parts))
    return RULES[-1]


def forget(*names: str) -> None:
    """Take rules out of the list; functions made from now on do without them."""
    RULES[:] = [r for r in RULES if r.name not in names]


def _parameters(
    names_from: Callable[..., Any], annotated: Callable[..., Any]
) -> tuple[dict[str, Any], dict[Variable, Kind]]:
    """The free variables and op variables of a left side, and what limits them."""
    parameters: dict[str, Any] = {}
    kinds: dict[Variable, Kind] = {}
    for name in _names(names_from):
        hint = _annotation(annotated, name)
        ops = _op_classes(hint)
        if ops:
            parameters[name] = AnyOp(name, ops)
            continue
        parameters[name] = free(name)
        for extra in getattr(hint, "__metadata__", ()):
            if isinstance(extra, Kind):
                kinds[parameters[name]] = extra
    return parameters, kinds


def _names(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters."""
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def _annotation(function: Callable[..., Any], name: str) -> Any:
    """What a parameter is annotated with; a plain name is looked up at once."""
    written = function.__annotations__.get(name, Variable)
    if not isinstance(written, str):
        return written
    if written in function.__globals__:
        return function.__globals__[written]
    return get_type_hints(function, include_extras=True)[name]


def _op_classes(hint: Any) -> tuple[type[Op], ...]:
    """The op classes that an annotation names, such as `Sum` or `Max | Min`."""
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return tuple(o for o in options if isinstance(o, type) and issubclass(o, Op))


class Unheard:
    """`with Unheard() as made`: no listener hears of new nodes; `made` lists them."""

    def __enter__(self) -> list[Apply]:
        made: list[Apply] = []
        self.kept = MADE_LISTENERS[:]
        MADE_LISTENERS[:] = [made.append]
        return made

    def __exit__(self, *error: object) -> None:
        MADE_LISTENERS[:] = self.kept


def _place(made: list[Apply], origins: tuple[Origin, ...]) -> None:
    """Let new nodes and new constants stand for the places of what they replace."""
    now = here()
    for node in made:
        for v in node.outputs:
            v.origins = origins
        for v in node.inputs:
            if v.data is not None and v.origins == (now,):
                v.origins = origins
