"""`theano.gof.utils` and the test values of `theano.gof.op`: tools that programs take.

They are about lists and names, and about the value that a variable has for tests.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar, cast

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.origin import Origin
from teachgraph.ops.ifelse import several
from teachgraph.theano.own_ops import Op

E = TypeVar("E")


class undef:
    """Stands for a value that is not there."""


class scratchpad:
    """An object to hang attributes on."""

    def clear(self) -> None:
        """Take all attributes off."""
        vars(self).clear()


class MissingTestValue(UserWarning):
    """A variable has no value for tests where one is asked for."""


def memoize(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: arguments that were met before give what they gave before."""
    known: dict[Any, Any] = {}

    def remembered(*args: Any, **options: Any) -> Any:
        key = (args, tuple(sorted(options.items())))
        if key not in known:
            known[key] = f(*args, **options)
        return known[key]

    return remembered


def uniq(seq: Iterable[E]) -> list[E]:
    """Each element once, in order of the first time."""
    return list(dict.fromkeys(seq))


def difference(seq1: Iterable[E], seq2: Iterable[E]) -> list[E]:
    """The elements of the first that are not in the second."""
    others = list(seq2)
    return [x for x in seq1 if not any(x is y or x == y for y in others)]


def flatten(a: Any) -> list[Any]:
    """The elements of nested lists, tuples and sets."""
    if not isinstance(a, list | tuple | set):
        return [a]
    return [x for part in cast(Iterable[Any], a) for x in flatten(part)]


def remove(predicate: Callable[[E], bool], coll: Iterable[E]) -> list[E]:
    """The elements for which the predicate does not hold."""
    return [x for x in coll if not predicate(x)]


def to_return_values(values: Sequence[E]) -> Any:
    """The only element alone, else all."""
    return values[0] if len(values) == 1 else values


def from_return_values(values: Any) -> list[Any]:
    """What may be one thing or several, as a list."""
    return list(several(values))


def toposort(prereqs_d: Mapping[E, Iterable[E]]) -> list[E]:
    """Keys in an order in which each comes after what it needs.

    Raises:
        ValueError: there is a circle.
    """
    waiting = {x: set(needs) for x, needs in prereqs_d.items()}
    found: list[E] = []
    while waiting:
        ready = [x for x, needs in waiting.items() if not needs & waiting.keys()]
        if not ready:
            raise ValueError(f"these need one another: {list(waiting)}")
        found += ready
        waiting = {x: needs for x, needs in waiting.items() if x not in ready}
    return found


def give_variables_names(variables: Iterable[Variable]) -> list[str]:
    """Give names to those that have none, or one that another has; gives all names."""
    listed = list(variables)
    for position, v in enumerate(listed):
        others = [w.name for w in listed if w is not v]
        if v.name is None or v.name in others:
            v.name = f"{v.name or v.type}_{position}"
    return [cast(str, v.name) for v in listed]


# Test values


def get_test_value(v: Any) -> Any:
    """The value that a variable has for tests; a constant's, a shared one's is its own.

    Raises:
        AttributeError: it has none.
    """
    if not isinstance(v, Variable):
        return v
    if v.data is not None:
        return v.data
    if v.kind == "shared":
        return cast(Any, v).get_value(borrow=True)
    return v.tag.test_value


def get_debug_values(*args: Any) -> list[Any]:
    """A list of one: the test values; an empty one where they are off, or missing."""
    if config.compute_test_value == "off":
        return []
    values: list[Any] = []
    for v in args:
        try:
            values.append(get_test_value(v))
        except AttributeError:
            missing_test_message(f"{v} has no test value")
            return []
    return values if len(values) == 1 else [tuple(values)]


def missing_test_message(msg: str) -> None:
    """Say, as `compute_test_value` wants it, that a test value is missing.

    Raises:
        AttributeError: if it is "raise".
    """
    if config.compute_test_value == "raise":
        raise AttributeError(msg)
    if config.compute_test_value == "warn":
        warnings.warn(msg, MissingTestValue, stacklevel=3)


def debug_error_message(msg: str) -> None:
    """Say that a test value is wrong.

    Raises:
        ValueError: unless test values only warn.
    """
    if config.compute_test_value in ("raise", "ignore"):
        raise ValueError(msg)
    warnings.warn(msg, MissingTestValue, stacklevel=2)


def debug_assert(condition: Any, msg: str = "a check of a test value fails") -> None:
    """Check something of test values."""
    if not condition:
        debug_error_message(msg)


# Places in the source


def copy_stack_trace(from_var: Any, to_var: Any) -> Any:
    """Let new variables stand for the places that others stand for."""
    places: list[Origin] = [p for v in from_return_values(from_var) for p in v.origins]
    for v in from_return_values(to_var):
        v.origins = tuple(uniq((*v.origins, *places)))
    return to_var


class inherit_stack_trace:
    """`with inherit_stack_trace(v):` accepted; rewriting hands places on by itself."""

    def __init__(self, to_inherit: Any):
        del to_inherit

    def __enter__(self) -> None:
        """Nothing changes."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing changes back."""


# Ops with C code


class COp(Op):
    """An op whose C code is in files; only `perform` runs here.

    Args:
        func_files: the files, which are not read.
        func_name: the function in them.
    """

    def __init__(self, func_files: Any, func_name: str | None = None):
        super().__init__()
        del func_files, func_name


class OpenMPOp(Op):
    """An op that may use several threads in C; accepted."""

    def __init__(self, openmp: bool | None = None):
        super().__init__()
        del openmp


GOF: dict[str, Any] = {
    "COp": COp,
    "OpenMPOp": OpenMPOp,
    "PureOp": Op,
    "CLinkerOp": object,
    "CLinkerObject": object,
    "undef": undef,
    "scratchpad": scratchpad,
    "memoize": memoize,
    "uniq": uniq,
    "difference": difference,
    "flatten": flatten,
    "remove": remove,
    "to_return_values": to_return_values,
    "from_return_values": from_return_values,
    "toposort": toposort,
    "give_variables_names": give_variables_names,
    "get_test_value": get_test_value,
    "get_debug_values": get_debug_values,
    "missing_test_message": missing_test_message,
    "debug_error_message": debug_error_message,
    "debug_assert": debug_assert,
    "copy_stack_trace": copy_stack_trace,
    "inherit_stack_trace": inherit_stack_trace,
    "ops_with_inner_function": {},
    "maxsize": sys.maxsize,
}
"""What `theano.gof` and its modules have beside graphs and optimizers."""
