"""`theano.compile`: `function` and modes called as in Theano, linkers that watch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from teachgraph.compile.function import Function
from teachgraph.compile.function import function as compiled
from teachgraph.compile.mode import MODES, mode_of
from teachgraph.compile.mode import Mode as CoreMode
from teachgraph.core.graph import Apply
from teachgraph.debug.monitor import Thunk
from teachgraph.debug.phases import phases_of
from teachgraph.debug.watcher import Ran, Watcher
from teachgraph.theano.composites import named
from teachgraph.theano.fgraph import FunctionGraph
from teachgraph.theano.settings import PYTHON_LINKERS, Settings

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
    if isinstance(mode, str):
        mode = OLD_NAMES.get(mode, mode)
    options.pop("output_keys", None)
    given: Any = [] if outputs is None else outputs
    return compiled(inputs, given, mode, updates, givens, **options)


class Maker:
    """`f.maker`: what a function was made from."""

    def __init__(self, made: Function):
        self._made = made

    @property
    def fgraph(self) -> FunctionGraph:
        """The optimized graph; what is one op of Theano's is one node."""
        graph = named(self._made.optimized)
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


def nodes_of(made: Function) -> list[Apply]:
    """The nodes that run, in order."""
    return list(made.optimized.applies())


def with_flags(settings: Settings) -> Callable[..., Function]:
    """`theano.function` under some flags."""
    bound = partial(function, settings)
    bound.__doc__ = compiled.__doc__
    return bound
