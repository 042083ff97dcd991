"""How a function is compiled and run: a backend, phases of rewriting, and listeners.

A mode is a value; `including`, `excluding` and `+` give new ones. Names stand for some:

    FAST_RUN      everything, in C
    FAST_COMPILE  merging and canonical form only, in NumPy

`debug` registers more: each is FAST_RUN with a listener.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from teachgraph.compile import faults
from teachgraph.compile.words import nearest
from teachgraph.core.config import config
from teachgraph.core.events import Listener
from teachgraph.core.graph import Graph, Variable
from teachgraph.rewrite.pipeline import PHASES


@dataclass(frozen=True, init=False)
class Mode:
    """A backend, the phases of rewriting to run, and who listens.

    Args:
        backend: `c` or `python`.
        phases: of `rewrite.pipeline.PHASES`, run in the order of that list.
        including: names of more phases, and of single rules.
        excluding: names of phases and rules to leave out; this wins.
        listeners: callables that hear every event. Nodes are not fused then and run one
            at a time in NumPy, so that each has a value to show. Only where every
            listener says of itself `needs_steps = False` does the backend run whole
            calls, and they hear where calls begin and end. One that has a method
            `also(graph)` names values of the optimized graph that it wants to see then.
    """

    backend: str
    phases: tuple[str, ...]
    included: frozenset[str]
    excluded: frozenset[str]
    listeners: tuple[Listener, ...]

    def __init__(
        self,
        backend: str = "c",
        phases: Sequence[str] = PHASES,
        including: Collection[str] = (),
        excluding: Collection[str] = (),
        listeners: Sequence[Listener] = (),
    ):
        object.__setattr__(self, "backend", backend)
        object.__setattr__(self, "phases", tuple(phases))
        object.__setattr__(self, "included", frozenset(including))
        object.__setattr__(self, "excluded", frozenset(excluding))
        object.__setattr__(self, "listeners", tuple(listeners))

    @property
    def watches_steps(self) -> bool:
        """Whether somebody listens to what happens within a call."""
        return any(getattr(one, "needs_steps", True) for one in self.listeners)

    def also(self, graph: Graph) -> tuple[Variable, ...]:
        """Values of the optimized graph that listeners to whole calls want to see."""
        if self.watches_steps:
            return ()
        asked: list[Any] = [getattr(one, "also", None) for one in self.listeners]
        return tuple(dict.fromkeys(v for ask in asked if ask for v in ask(graph)))

    def has_phase(self, name: str) -> bool:
        """Whether the mode runs a phase."""
        return (
            name in self.phases or name in self.included
        ) and name not in self.excluded

    def including(self, *names: str) -> Mode:
        """This mode with more phases or rules."""
        added = self.included.union(names)
        return self._with(including=added, excluding=self.excluded.difference(names))

    def excluding(self, *names: str) -> Mode:
        """This mode without some phases or rules."""
        return self._with(excluding=self.excluded.union(names))

    def __add__(self, listener: Listener) -> Mode:
        return self._with(listeners=(*self.listeners, listener))

    def _with(
        self,
        including: Collection[str] | None = None,
        excluding: Collection[str] | None = None,
        listeners: Sequence[Listener] | None = None,
    ) -> Mode:
        return Mode(
            self.backend,
            self.phases,
            self.included if including is None else including,
            self.excluded if excluding is None else excluding,
            self.listeners if listeners is None else listeners,
        )


MODES: dict[str, Mode] = {
    "FAST_RUN": Mode(),
    "FAST_COMPILE": Mode("python", ("merge", "canonicalize")),
}
"""Modes by name; `debug` adds its own."""

PROFILERS: list[type[Any]] = []
"""The class of listener that `profile=True` asks for; `debug` fills it in."""


def profiled(mode: Mode, profile: Any) -> Mode:
    """The mode with a new profile, if `profile` is True, or with the one it is."""
    if profile is None or profile is False:
        return mode
    return mode + (PROFILERS[0]() if profile is True else profile)


def profile_in(mode: Mode) -> Any:
    """The first profile among the listeners of a mode, or None."""
    kinds = tuple(PROFILERS)
    return next((one for one in mode.listeners if isinstance(one, kinds)), None)


def mode_of(mode: Mode | str | None) -> Mode:
    """The mode that is meant: itself, by its name, or `config.mode` for None.

    Names in `config.optimizer_including` and `config.optimizer_excluding` are added.

    Raises:
        unknown-name: no mode is called so.
    """
    chosen = config.mode if mode is None else mode
    if not isinstance(chosen, Mode):
        if chosen not in MODES:
            raise faults.unknown_name("mode", chosen, MODES, nearest(chosen, MODES))
        chosen = MODES[chosen]
    more, less = _names(config.optimizer_including), _names(config.optimizer_excluding)
    if more:
        chosen = chosen.including(*more)
    return chosen.excluding(*less) if less else chosen


def _names(text: str) -> list[str]:
    return [name for name in text.split(":") if name]
