"""What Python and NumPy may do with a variable, and what they may not.

NumPy's functions build the graph. What needs a value, such as `if x > 0`, is refused
with words that say what to write instead.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from inspect import signature
from typing import Any, NoReturn

import numpy as np

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.origin import calling_frame, here
from teachgraph.core.report import Fault, Hint, Report, UnknownNameError
from teachgraph.core.surface import MEANINGS, define
from teachgraph.errors.bytecode import reads_attribute, stores_element
from teachgraph.errors.elsewhere import elsewhere, in_module
from teachgraph.errors.naming import called, operands
from teachgraph.errors.source import assigned_part, looped_over
from teachgraph.errors.suggest import instead_of_deciding, instead_of_looping

_NO_VALUE = (
    "A variable stands for a value that exists only when a compiled function runs. "
    "Python decides now, while the graph is being built."
)


@define("truth")
def _truth(x: Variable) -> NoReturn:
    raise Fault(
        "symbolic-truth",
        f"whether {_named(x)} is true is not known before it has a value",
        why=_NO_VALUE,
        hints=instead_of_deciding(here()),
        nodes=(x,),
    )


@define("length")
def _length(x: Variable) -> int:
    known = x.type.shape[0] if x.ndim else None
    if isinstance(known, int):
        return known
    open_length = "has a length that is known only when it runs"
    name = _written(x)
    hints = [Hint("the length as a variable", f"{name}.shape[0]")]
    if x.kind == "shared":
        hints.append(Hint("its length at present", f"len({name}.get_value())"))
    raise Fault(
        "symbolic-length",
        f"{_named(x)} {open_length if x.ndim else 'has no axes'}",
        why=_NO_VALUE,
        hints=tuple(hints) if x.ndim else (Hint("a single number has no length"),),
        nodes=(x,),
    )


@define("iterate")
def _iterate(x: Variable) -> Iterator[Variable]:
    known = x.type.shape[0] if x.ndim else None
    if isinstance(known, int):
        return iter([x[i] for i in range(known)])
    open_length = "its length is known only when it runs"
    over = looped_over(here()) or called(x, here())
    hints = (
        *instead_of_looping(here(), over),
        Hint("work on all elements at once: most loops over elements vanish"),
        Hint("or loop in the graph, with scan", f"tg.scan(step, sequences=[{over}])"),
        Hint("say the length where the variable is made", "T.dvector(shape=(3,))"),
    )[:3]
    if not x.ndim:
        counted = f"tg.scan(step, sequences=[T.arange({over})])"
        hints = (Hint("to loop so many times in the graph, use scan", counted),)
    raise Fault(
        "symbolic-iteration",
        f"`{over}` ({x.type}) cannot be looped over: "
        f"{open_length if x.ndim else 'it has no axes'}",
        why=_NO_VALUE,
        hints=hints,
        nodes=(x,),
    )


@define("setitem")
def _setitem(x: Variable, index: Any, value: Any) -> NoReturn:
    part, sign, given = assigned_part(here(), f"{called(x, here())}[index]")
    name = part.partition("[")[0]
    change, add = (f"T.{verb}_subtensor({part}, {given})" for verb in ("set", "inc"))
    hints = [
        Hint("a copy with other elements", f"{name} = {change}"),
        Hint("a copy with something added", f"{name} = {add}"),
    ]
    if sign == "+=":
        hints = [hints[1]]
    if x.kind == "shared":
        code = f"updates=[({name}, {add if sign == '+=' else change})]"
        hints = [Hint("to change the shared variable in a call", code), hints[0]]
    raise Fault(
        "symbolic-assignment",
        f"elements of {_named(x)} cannot be assigned",
        why="A variable never changes; a changed copy is a new variable.",
        hints=tuple(hints),
        nodes=(x,),
    )


@define("delitem")
def _delitem(x: Variable, index: Any) -> NoReturn:
    name = called(x, here())
    raise Fault(
        "symbolic-assignment",
        f"elements of {_named(x)} cannot be deleted",
        why="A variable never changes; a changed copy is a new variable.",
        hints=(
            Hint("take the elements that are to stay", f"{name}[1:]"),
            Hint(
                "or join those before and after",
                f"T.concatenate([{name}[:i], {name}[i + 1:]])",
            ),
        ),
        nodes=(x,),
    )


_EVALUATE = Hint("the value, when everything it needs is given", "x.eval({...})")
_INSTEAD_OF_A_NUMBER = {
    "float": (Hint("a float inside the graph", "T.cast(x, 'floatX')"), _EVALUATE),
    "int": (Hint("a whole number inside the graph", "T.cast(x, 'int64')"), _EVALUATE),
    "index": (
        Hint("a range inside the graph", "T.arange(n)"),
        Hint("to loop so many times, use scan", "tg.scan(step, n_steps=n)"),
        Hint("an index may be a variable", "x[n]"),
    ),
}


def _same_function() -> tuple[Hint, ...]:
    """The function of T for one of `math` or NumPy that the user called."""
    place = here()
    text = place.span().text() if place is not None else ""
    found = re.match(r"(math|np|numpy)\.(\w+)\(", text)
    known = {*MEANINGS, "np.zeros", "np.ones", "np.eye", "np.arange"}
    if found is None or f"np.{found.group(2)}" not in known:
        return ()
    code = f"T.{found.group(2)}(...)"
    return (Hint("what builds a graph instead", code),)


@define("to_number")
def _to_number(x: Variable, kind: str) -> NoReturn:
    what = (
        "used where Python needs a whole number"
        if kind == "index"
        else f"turned into a Python {kind}"
    )
    raise Fault(
        "symbolic-number",
        f"{_named(x)} cannot be {what}: it has no value yet",
        why=_NO_VALUE,
        hints=(*_same_function(), *_INSTEAD_OF_A_NUMBER[kind])[:3],
        nodes=(x,),
    )


@define("to_array")
def _to_array(x: Variable) -> Any:
    """A single number among others, as in `np.prod((x.shape[0], 3))`, stays itself."""
    place = calling_frame()
    stored = place is not None and stores_element(place)
    if not x.ndim and not stored:
        held = np.empty((), dtype=object)
        held[()] = x
        return held
    raise Fault(
        "symbolic-array",
        f"{_named(x)} cannot become a NumPy array: it has no value yet",
        why=_NO_VALUE,
        hints=(
            _EVALUATE,
            Hint("several variables as one", "T.stack([x, y])"),
            Hint("an array with a variable put in", "T.set_subtensor(a[0], x)"),
        ),
        nodes=(x,),
    )


@define("missing_attribute")
def _missing_attribute(x: Variable, name: str) -> NoReturn:
    """A report where `x.name` is written; `hasattr` gets an answer without one."""
    words = f"a variable has no attribute {name!r}"
    place = calling_frame()
    if place is None or name.startswith("_") or not reads_attribute(place):
        raise AttributeError(words, name=name, obj=x)
    hints = elsewhere(name, called(x, here()), dir(x), shared=x.kind == "shared")
    title = f"a variable has no attribute {name!r}: `{called(x, here())}` is {x.type}"
    raise UnknownNameError(
        Report("unknown-name", title, here(), hints=hints, nodes=(x,))
    )


@define("missing_from_module")
@public
def missing_from_module(
    module: str, name: str, known: Iterable[str], others: Mapping[str, Iterable[str]]
) -> NoReturn:
    """What is raised for a name that the T namespace does not have.

    Args:
        known: the names that it has.
        others: the names of other modules, by what to write for them.
    """
    place = calling_frame()
    words = f"module {module!r} has no attribute {name!r}"
    if place is None or name.startswith("_") or not reads_attribute(place):
        raise AttributeError(words)
    prefix = module.replace("teachgraph.tensor", "T").replace("teachgraph", "tg")
    t: Any = sys.modules["teachgraph.tensor"]
    places = others or {"T": dir(t), "T.nnet": dir(t.nnet), "T.slinalg": dir(t.slinalg)}
    hints = in_module(name, prefix, known, places)
    raise UnknownNameError(Report("unknown-name", f"{words}", here(), hints=hints))


def _named(x: Variable) -> str:
    return f"`{_written(x)}` ({x.type})"


def _written(x: Variable) -> str:
    """A variable as the user's line has it, `row` where its name is `x[t]`."""
    (shown,) = operands((x,), (x.type,), here())
    return shown.name if shown.name.isidentifier() else called(x, here())


@define("array_ufunc")
def _array_ufunc(
    ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    name = ufunc.__name__
    if method == "reduce" and name in _REDUCTIONS:
        return _call(f"np.{_REDUCTIONS[name]}", name, inputs, {"axis": 0, **options})
    if method != "__call__":
        raise _unsupported(f"np.{name}.{method}")
    return _call(f"np.{name}", name, inputs, options)


_REDUCTIONS = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logical_and": "all",
    "logical_or": "any",
}


@define("array_function")
def _array_function(
    function: Any, args: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    module = getattr(function, "__module__", "numpy") or "numpy"
    prefix = "np." if module == "numpy" else module.replace("numpy", "np", 1) + "."
    return _call(prefix + function.__name__, function.__name__, args, options)


def _call(key: str, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    meaning = MEANINGS.get(key)
    if meaning is None:
        raise _unsupported(key)
    if options.get("out") is not None:
        raise _not_taken(key, "out", "what a graph computes is a new variable")
    options = {name: value for name, value in options.items() if name != "out"}
    try:
        signature(meaning).bind(*args, **options)
    except TypeError as error:
        raise _not_taken(
            key, ", ".join(options) or "these arguments", str(error)
        ) from None
    return meaning(*args, **options)


def _unsupported(name: str) -> Fault:
    known = [key for key in MEANINGS if key.startswith("np.")]
    near = get_close_matches(name, known, 1, 0.75)
    return Fault(
        "unsupported-numpy-function",
        f"{name} cannot be applied to variables",
        why="NumPy computes with values. Those of its functions that have a symbolic "
        "counterpart build the graph instead; this one has none.",
        hints=(
            *(Hint("this one can be", code) for code in near),
            Hint("see what there is with dir(teachgraph.tensor)"),
        ),
    )


def _not_taken(name: str, what: str, reason: str) -> Fault:
    return Fault(
        "unsupported-numpy-function",
        f"{name} does not take {what} with variables: {reason}",
    )
