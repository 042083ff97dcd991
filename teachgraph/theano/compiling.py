"""`theano.compile`: `function` and modes called as in Theano, linkers that watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, cast

from teachgraph.compile.function import Function
from teachgraph.compile.function import function as compiled
from teachgraph.compile.io import read_inputs, read_outputs, read_pairs
from teachgraph.compile.mode import MODES, mode_of
from teachgraph.compile.mode import Mode as CoreMode
from teachgraph.core.entrance import public
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.report import Report, UnusedInputError
from teachgraph.debug.monitor import Thunk
from teachgraph.debug.phases import phases_of
from teachgraph.debug.watcher import Ran, Watcher
from teachgraph.grad.faults import NullTypeGradError
from teachgraph.theano.fgraph import FunctionGraph
from teachgraph.theano.gradients import used_by_costs
from teachgraph.theano.own_ops import refuse_without_perform
from teachgraph.theano.own_types import NullType
from teachgraph.theano.settings import PYTHON_LINKERS, Settings
from teachgraph.theano.shown import shown

OLD_NAMES = {
    "DEBUG_MODE": "DebugMode",
    "PROFILE_MODE": "ProfileMode",
    "Mode": "FAST_RUN",
    "STABILIZE": "FAST_COMPILE",
}
"""Names of modes that older programs use."""


class RanThunk(Thunk):
    """What a wrapper gets for a node: its values, and a call that has been made."""

    def __call__(self) -> None:
        """Theano's wrappers run the node themselves; it has run."""


Wrapper = Callable[..., Any]


class _Wrapped(Watcher):
    """Calls wrappers as `wrapper(i, node, thunk)` for every node."""

    def __init__(self, wrappers: Sequence[Wrapper]):
        super().__init__()
        self._wrappers = wrappers

    def after(self, ran: Ran) -> None:
        """Pass on the node and its values."""
        place = self.places.of(ran.step)
        number = -1 if place is None else place.number
        thunk = RanThunk([[a] for a in ran.inputs], [[a] for a in ran.outputs])
        for wrapper in self._wrappers:
            wrapper(number, ran.node, thunk)


class Linker:
    """How Theano would run a graph; here it says who watches."""

    watchers: tuple[Watcher, ...] = ()

    def __init__(self, allow_gc: bool | None = None, schedule: Any = None, **more: Any):
        del allow_gc, schedule, more


class PerformLinker(Linker):
    """Nodes one at a time in NumPy."""


class OpWiseCLinker(Linker):
    """Nodes one at a time."""


class CLinker(Linker):
    """Everything in one piece of C."""


class DualLinker(Linker):
    """NumPy and C against one another."""


class WrapLinker(Linker):
    """Calls `wrapper(i, node, *thunks)` for every node, after it ran."""

    def __init__(self, linkers: Sequence[Linker], wrapper: Wrapper):
        super().__init__()
        self.watchers = (_Wrapped([wrapper]),)


def WrapLinkerMany(linkers: Sequence[Linker], wrappers: Sequence[Wrapper]) -> Linker:
    """Calls all of the wrappers for every node."""

    def wrapper(*args: Any) -> None:
        for one in wrappers:
            one(*args)

    return WrapLinker(linkers, wrapper)


class _ModeKind(type):
    """Every mode is an instance of Theano's `Mode`."""

    def __instancecheck__(cls, instance: Any) -> bool:
        if cls is Mode:
            return isinstance(instance, CoreMode)
        return type.__instancecheck__(cls, instance)


class Mode(CoreMode, metaclass=_ModeKind):
    """A mode, called as in Theano; programs derive modes of their own from it.

    Args:
        linker: `py` for NumPy; or a linker that watches.
        optimizer: fast_run, fast_compile, None, or anything that has `phases`.
    """

    def __init__(self, linker: Any = None, optimizer: Any = "default"):
        python = linker in PYTHON_LINKERS or isinstance(linker, PerformLinker)
        phases = getattr(optimizer, "phases", None)
        super().__init__(
            "python" if python else "c",
            phases_of(optimizer) if phases is None else phases,
            listeners=linker.watchers if isinstance(linker, Linker) else (),
        )


def linker_of(mode: CoreMode) -> Linker:
    """`mode.linker`: who runs the nodes, and who watches."""
    made = PerformLinker() if mode.backend == "python" else OpWiseCLinker()
    made.watchers = tuple(w for w in mode.listeners if isinstance(w, Watcher))
    return made


def get_mode(orig_string: Any) -> CoreMode:
    """The mode that a name or None stands for."""
    if isinstance(orig_string, str):
        orig_string = OLD_NAMES.get(orig_string, orig_string)
    return mode_of(orig_string)


def get_default_mode() -> CoreMode:
    """The mode of functions that say nothing."""
    return mode_of(None)


def register_mode(name: str, mode: Any) -> None:
    """Give a mode a name.

    Raises:
        ValueError: the name is taken.
    """
    if name in MODES:
        raise ValueError(f"there is a mode called {name!r} already")
    MODES[name] = mode


def function(
    settings: Settings,
    inputs: Any,
    outputs: Any = None,
    mode: Any = None,
    updates: Any = None,
    givens: Any = None,
    **options: Any,
) -> Function:
    """`teachgraph.function`, with the flags and the old names of modes.

    Without outputs a call gives an empty list.
    """
    if options.get("profile") is None and settings.value("profile") is True:
        options["profile"] = True
    if isinstance(options.get("profile"), int):  # Theano's programs write 0 and 1
        options["profile"] = bool(options["profile"])
    if isinstance(mode, str):
        mode = OLD_NAMES.get(mode, mode)
    options.pop("output_keys", None)
    given = _listed(outputs)
    _refuse_missing_gradients(given)
    try:
        made = compiled(inputs, given, mode, updates, givens, **options)
    except UnusedInputError:
        if not _in_costs(inputs, given, updates, givens):
            raise
        options["on_unused_input"] = "ignore"
        made = compiled(inputs, given, mode, updates, givens, **options)
    refuse_without_perform(made.optimized.applies())
    return made


def _listed(outputs: Any) -> Any:
    """The outputs; nothing is an empty list, and a dict is in the order of its keys."""
    if not isinstance(outputs, Mapping):
        return [] if outputs is None else outputs
    named = cast(Mapping[Any, Any], outputs)
    return {key: named[key] for key in sorted(named, key=str)}


@public
def _refuse_missing_gradients(outputs: Any) -> None:
    """Say of an output that stands for no gradient why there is none."""
    for out in read_outputs(outputs).outs:
        kind = out.variable.type
        if isinstance(kind, NullType):
            report = Report("no-gradient", kind.why_null, out.variable.origin)
            raise NullTypeGradError(report)


def _in_costs(inputs: Any, outputs: Any, *pairs: Any) -> bool:
    """Whether what no output reads is at least read by the costs of derivatives."""
    news = [new for given in pairs for _, new in read_pairs(given, "updates")]
    wanted = [*(out.variable for out in read_outputs(outputs).outs), *news]
    used = used_by_costs(v for v in wanted if isinstance(v, Variable))
    return all(one.variable in used for one in read_inputs(inputs))


class Maker:
    """`f.maker`: what a function was made from."""

    def __init__(self, made: Function):
        self._made = made

    @cached_property
    def fgraph(self) -> FunctionGraph:
        """The optimized graph as Theano would have it, the same each time."""
        made = self._made
        pairs = zip(made.graph.inputs, made.optimized.inputs, strict=True)
        updated = {inside for v, inside in pairs if v in made.updated}
        graph = shown(made.optimized, updated)
        return FunctionGraph(graph.inputs, graph.outputs, clone=False)

    @property
    def mode(self) -> CoreMode:
        """The mode it was compiled in."""
        return self._made.mode

    @property
    def inputs(self) -> list[Any]:
        """The inputs it was given."""
        return list(self._made.inputs)

    @property
    def outputs(self) -> list[Any]:
        """The outputs it was given."""
        return list(self._made.outputs)

    @property
    def profile(self) -> Any:
        """Its profile, if it has one."""
        return self._made.profile


def maker_of(made: Function) -> Maker:
    """`f.maker`, the same each time."""
    kept = vars(made)
    if "_maker" not in kept:
        kept["_maker"] = Maker(made)
    return kept["_maker"]


def nodes_of(made: Function) -> list[Apply]:
    """The nodes that run, in order."""
    return list(made.optimized.applies())


def with_flags(settings: Settings) -> Callable[..., Function]:
    """`theano.function` under some flags."""
    bound = partial(function, settings)
    bound.__doc__ = compiled.__doc__
    return bound


def with_params(settings: Settings) -> Callable[..., Function]:
    """`theano.pfunc`, where the inputs are called params."""

    def pfunc(params: Any, *args: Any, **options: Any) -> Function:
        options.pop("output_keys", None)
        return function(settings, params, *args, **options)

    return pfunc
