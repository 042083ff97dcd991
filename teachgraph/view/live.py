"""What a viewer asks of a kernel: another input, other rules, the viewer's own script.

Each request is a dictionary with the key `do`; what it asks for comes back as a new
document. A request that cannot be met is refused in words, and nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Mapping
from typing import Any

import numpy as np

from teachgraph.compile.function import Function
from teachgraph.core.events import Event, History
from teachgraph.core.graph import Graph
from teachgraph.core.report import TeachgraphError
from teachgraph.rewrite.pipeline import optimize
from teachgraph.view import protocol
from teachgraph.view.document import Ran, document
from teachgraph.view.model import model_of
from teachgraph.view.recording import Recording
from teachgraph.view.replay import first_graph
from teachgraph.view.running import PAUSED, Running
from teachgraph.view.stepper import Stepper
from teachgraph.view.values import value_of

Array = np.ndarray[Any, Any]
PART = r"(-?\d+)?(?::(-?\d+)?(?::(-?\d+)?)?)?"
MOST_SHOWN = 400
LONGEST_TEXT = 6_000
UNFIT = (TeachgraphError, ArithmeticError, ValueError, TypeError, LookupError)


class Refused(Exception):
    """A request that cannot be met; the message says why."""


class Live:
    """What is shown, with what the reader changed about it.

    Attributes:
        without: the rules that are switched off.
        watch: whether the rules that declined are told as well.
    """

    def __init__(self, shown: Any):
        self.shown = shown
        self.without: tuple[str, ...] = ()
        self.watch = False

    def document(self) -> protocol.Document:
        """What is shown now."""
        if isinstance(self.shown, Stepper):
            return self.shown.document(caps=PAUSED)
        if isinstance(self.shown, Running):
            return self.shown.document()
        if isinstance(self.shown, Function) and (self.without or self.watch):
            history = optimized_again(self.shown, self.without, watch=self.watch)
            return document(self.shown, history=history)
        return document(self.shown)

    def answer(self, request: Mapping[str, Any]) -> protocol.Document:
        """The document that a request asks for.

        Raises:
            Refused: the request is not understood, or cannot be met.
        """
        try:
            match request.get("do"):
                case "set":
                    self._set(request)
                case "optimize":
                    self._choose(request)
                case "turns":
                    self._turn(request)
                case _:
                    raise Refused("the kernel does not know this request")
            return self.document()
        except UNFIT as error:
            raise Refused(str(error).partition("\n")[0]) from error

    def look(self, request: Mapping[str, Any]) -> protocol.Value:
        """A part of one value of the run: `event` by number, `index` as in NumPy.

        Raises:
            Refused: there is no such value, or no such part of it.
        """
        try:
            ran = self._run()[int(request["event"]) - 1]
            array = ran.values[int(request.get("output", 0))]
            part = np.asarray(array[index_of(str(request["index"]))])
        except UNFIT as error:
            raise Refused(str(error).partition("\n")[0]) from error
        value = value_of(part)
        value["text"] = clipped_lines(np.array2string(part, threshold=MOST_SHOWN))
        return value

    def _run(self) -> tuple[Ran, ...]:
        """The values of the run, as the document numbers them."""
        match self.shown:
            case Stepper(recording=recording):
                return recording.told()
            case Running():
                return self.shown.told()
            case _:
                words = "only a call that is stepped through has values to look at"
                raise Refused(words)

    def _set(self, request: Mapping[str, Any]) -> None:
        """Change one element of an input and evaluate again."""
        if not isinstance(self.shown, Stepper):
            raise Refused("only a call that is stepped through has values to change")
        values = self.shown.given
        position = _position(self.shown.function, str(request["node"]))
        array = values[position] = np.array(values[position])
        index, value = int(request["index"]), float(request["value"])
        if not 0 <= index < array.size:
            raise Refused(f"there is no element {index}")
        array.reshape(-1)[index] = value
        self.shown = Stepper(Recording(self.shown.function, values))

    def _turn(self, request: Mapping[str, Any]) -> None:
        """Tell other turns of a loop."""
        if not isinstance(self.shown, Stepper):
            raise Refused("only a call that is stepped through has loops that turn")
        event, first = int(request["event"]), int(request["first"])
        level = None if request.get("level") is None else int(request["level"])
        recording = self.shown.recording
        if not 0 < event <= len(recording.told()) or first < 0:
            raise Refused("there is no such turn")
        recording.turn_to(event, first, level)

    def _choose(self, request: Mapping[str, Any]) -> None:
        """Switch rules off, or ask for near misses."""
        if not isinstance(self.shown, Function):
            raise Refused("only a compiled function is optimized: use tg.view(f)")
        self.without = tuple(str(name) for name in request["without"])
        self.watch = bool(request["watch"])


def index_of(text: str) -> tuple[Any, ...]:
    """An index such as `0, 2:5, :` as NumPy takes it; it is never run as code.

    Raises:
        ValueError: it is none.
    """
    found: list[Any] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        if part == "...":
            found.append(Ellipsis)
            continue
        match = re.fullmatch(PART, part)
        if match is None:
            raise ValueError(f"{part!r} is no index: write for example 0, 2:5, :")
        first, *rest = (int(n) if n else None for n in match.groups())
        found.append(slice(first, *rest) if ":" in part else first)
    return tuple(found)


def clipped_lines(text: str) -> str:
    """The text, or its beginning if it is long."""
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"


def _position(f: Function, id: str) -> int:
    """The position among the inputs of the one that has this id in a document."""
    graph = _written(f)
    by_id = model_of(graph).by_id
    if id not in by_id or by_id[id].variables[0] not in graph.inputs:
        raise Refused(f"{id} is not an input")
    return graph.inputs.index(by_id[id].variables[0])


def _written(f: Function) -> Graph:
    """The graph that documents of a function begin with."""
    try:
        return first_graph(f.history)
    except ValueError:
        return f.graph  # nothing was rewritten


def optimized_again(
    f: Function, without: Collection[str], *, watch: bool = False
) -> History:
    """The history of optimizing the function's graph again, without some rules.

    The function itself stays as it is.
    """
    mode = f.mode
    stream = optimize(
        f.graph,
        phases=mode.phases,
        including=mode.included,
        excluding={*mode.excluded, *without},
        watch=watch,
    )
    return History(tuple(_events(stream)))


def _events(stream: Generator[Event, None, Graph]) -> Generator[Event, None, None]:
    yield from stream
