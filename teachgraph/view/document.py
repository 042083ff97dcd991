"""The protocol document of a variable, a graph, a function, a history or a run.

The first state of the graph is told whole, then the difference that each rewrite made,
then the values of a run, then an error. A document that would grow too large is cut,
and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from teachgraph.compile.function import Function
from teachgraph.core.events import History, PassEnded, PassStarted
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.record import having
from teachgraph.core.report import Report
from teachgraph.errors.render import text as report_text
from teachgraph.view import protocol
from teachgraph.view.cut import drop_details, size
from teachgraph.view.expression import Piece
from teachgraph.view.inside import graphs_in, nodes_told, sign_of
from teachgraph.view.listing import listing
from teachgraph.view.model import Ids, Model, graph_of, model_of
from teachgraph.view.pprint import brief, brief_piece
from teachgraph.view.replay import Change, Moment, Refusal, Replay
from teachgraph.view.savings import savings
from teachgraph.view.tables import Tables
from teachgraph.view.values import value_of
from teachgraph.view.words import clipped

FUSE = "fuse"
LONGEST_TITLE = 80
MOST_TRUNCATED = 400
"""Bytes that saying what was left out may take."""


@dataclass(frozen=True)
class Caps:
    """How large a document may grow: nodes of the first graph, events, bytes."""

    nodes: int = protocol.MAX_NODES
    events: int = protocol.MAX_EVENTS
    bytes: int = protocol.MAX_BYTES


NOTEBOOK = Caps()
PAGE = Caps(nodes=20_000, events=20_000, bytes=30_000_000)


@dataclass(frozen=True, eq=False)
class Ran:
    """A node that got values: of all its outputs, in so many seconds.

    `path` leads into loops, (node, turn) by (node, turn). `grads` are the gradients of
    the outputs, `loops` the first statements inside, of which there may be `more`;
    `until` says up to which event of the run it takes memory, and `slot` which memory
    it is when the compiled program runs. `turns` of a loop: the first one told, and how
    many there are. `graph` is the one inside a node that the values are of.
    """

    variables: tuple[Variable, ...]
    values: tuple[Any, ...]
    seconds: float | None = None
    path: tuple[tuple[Variable, int], ...] = ()
    grads: tuple[Any, ...] = ()
    loops: tuple[protocol.Statement, ...] = ()
    more: bool = False
    until: int | None = None
    slot: int | None = None
    turns: tuple[int, int] | None = None
    graph: Graph | None = None


def document(
    shown: Any,
    *,
    title: str | None = None,
    trace: Sequence[Ran] = (),
    failure: Report | None = None,
    fused: bool = True,
    caps: Caps = NOTEBOOK,
    at: protocol.Place | None = None,
    history: History | None = None,
) -> protocol.Document:
    """The document of whatever can be shown.

    Args:
        shown: a variable, list, graph, node, function, or a History of rewriting.
        title: what the picture is called.
        trace: the values of a run, in the order in which they came.
        failure: an error in which it ended.
        fused: with the fusion of a function; a trace is of the graph before it.
        caps: how large the document may grow.
        at: where the viewer opens.
        history: another optimization of the function than the one that compiled it.
    """
    told = title or title_of(shown)
    nodes = caps.nodes
    while True:
        writer = _Writer(having(caps, nodes=nodes))
        writer.shown(shown, history, fused=fused and not trace)
        writer.run(trace)
        if failure is not None:
            writer.failure(failure)
        found = writer.finished(told)
        if at:
            found["at"] = at
        over = size(found) / caps.bytes
        nodes = min(nodes, len(found["graphs"]["g0"]["nodes"]))
        if over <= 1 or nodes <= 1:
            return found
        nodes = int(nodes * 0.9 / over)


def ids_of(f: Function) -> dict[str, Variable]:
    """The first output of each node of the optimized graph, by its id in documents."""
    writer = _Writer(PAGE)
    writer.shown(f, None, fused=False)
    found: dict[str, Variable] = {}
    graphs = [f.optimized]
    for graph in graphs:
        for node in graph.applies():
            id = writer.id_of(node.outputs[0])
            if id is not None:
                found[id] = node.outputs[0]
            graphs.extend(graphs_in(node.op))
    return found


def title_of(shown: Any) -> str:
    """What a picture is called: the function's name, or the expression."""
    if isinstance(shown, Function) and shown.name:
        return shown.name
    if isinstance(shown, History):
        return "rewriting"
    outputs = shown.outputs if isinstance(shown, Function) else graph_of(shown).outputs
    return clipped("; ".join(brief(v) for v in outputs[:4]), LONGEST_TITLE)


class _Writer:
    """A document while it is written."""

    def __init__(self, caps: Caps):
        self.caps = caps
        self.ids = Ids()
        self.tables = Tables(self.ids)
        self.timeline: list[protocol.Event] = []
        self.listings: list[protocol.Listing] = []
        self.memory: list[protocol.Memory] = []
        self.replay: Replay | None = None
        self.left_out = 0
        self.events_left_out = 0
        self.call = 0

    def shown(self, shown: Any, history: History | None, *, fused: bool) -> None:
        """Whatever can be shown."""
        if isinstance(shown, Function):
            self.function(shown, history or shown.history, fused=fused)
            if shown.source is not None and fused and history is None:
                self._listing(shown)
        elif isinstance(shown, History):
            self.history(Replay(shown, self.ids), ())
        else:
            self.graph(graph_of(shown))

    def graph(self, graph: Graph) -> None:
        """A graph that nothing happened to."""
        self._first(model_of(graph, self.ids), ())

    def function(self, f: Function, history: History, *, fused: bool) -> None:
        """A function as written, and every rewrite of it."""
        if next(history.of(PassStarted), None) is None:
            self._first(model_of(f.graph, self.ids), f.updated)
            return
        self.history(
            Replay(history if fused else before_fusion(history), self.ids), f.updated
        )

    def _listing(self, f: Function) -> None:
        """The source that was compiled."""
        homes = nodes_told(f.program.graph)
        title = "the C that was compiled"

        def id_of(node: Apply) -> str | None:
            found = homes.get(sign_of(node))
            if found is None:
                return None
            names = [self.ids.get(one) for one in found]
            return "/".join(name for name in names if name) or None

        assert f.source is not None
        self.listings.append(listing(f.source, "c", title, id_of))

    def history(self, replay: Replay, updated: Sequence[Variable]) -> None:
        """The first graph of a history and what was done to it."""
        self.replay = replay
        self._first(replay.first, updated)
        count = len(replay.first.outputs) - len(updated)
        for moment in replay.moments:
            if len(self.timeline) >= self.caps.events:
                self.events_left_out += 1
                continue
            event = self._moment(moment, count)
            if event is not None:
                self.timeline.append(event)
        self.tables.settle_latex(replay)

    def _first(self, model: Model, updated: Sequence[Variable]) -> None:
        kept = model.nodes
        if len(kept) > self.caps.nodes:
            kept = _nearest(model, self.caps.nodes)
            self.left_out += len(model.nodes) - len(kept)
        count = len(model.outputs) - len(updated)
        snapshot: protocol.Snapshot = {
            "nodes": [self.tables.node(node) for node in kept],
            "outputs": list(model.outputs[:count]),
        }
        if updated:
            shared = [self.ids.get(v) for v in updated]
            pairs = zip(shared, model.outputs[count:], strict=True)
            snapshot["updates"] = [(id, ref) for id, ref in pairs if id is not None]
        self.tables.graphs["g0"] = snapshot

    def _moment(self, moment: Moment, count: int) -> protocol.Event | None:
        match moment:
            case PassStarted(name=name):
                return {"t": "pass-begin", "name": name}
            case PassEnded(name=name, seconds=seconds):
                return {"t": "pass-end", "name": name, "us": round(seconds * 1e6, 1)}
            case Refusal(event=event, at=at):
                if at is None:
                    return None
                rule = self.tables.rule(event.rule)
                return {"t": "declined", "rule": rule, "at": at, "reason": event.reason}
            case Change():
                return self._change(moment, count)

    def _change(self, change: Change, count: int) -> protocol.Rewrite | None:
        """A rewrite; None when it changed nothing that is to be seen."""
        event = change.event
        if not (change.add or change.remove or change.rewire or change.outputs):
            return None
        short = {n: brief_piece(v, depth=2) for n, v in event.bindings.items()}
        given = {
            self._place(v): short[n] if _is_short(short[n].text) else Piece(n)
            for n, v in event.bindings.items()
        }

        def text(v: Variable) -> str:
            return clipped(
                brief_piece(v, lambda u: given.get(self._place(u))).text, 160
            )

        rewrite: protocol.Rewrite = {
            "t": "rewrite",
            "rule": self.tables.rule(event.rule),
            "map": {},
            "add": [self.tables.node(node) for node in change.add],
            "remove": list(change.remove),
            "rewire": list(change.rewire),
            "outputs": [(i, ref) for i, ref in change.outputs if i < count],
            "before": text(event.before),
            "after": text(event.after),
        }
        for old, new in change.map:
            rewrite["map"].setdefault(old, []).append(new)
        updates = [(i - count, ref) for i, ref in change.outputs if i >= count]
        if updates:
            rewrite["updates"] = updates
        if change.at is not None:
            rewrite["at"] = change.at
        rewrite["saves"] = savings(change.gone, change.add)
        if event.seconds is not None:
            rewrite["us"] = round(event.seconds * 1e6, 1)
        if event.bindings:
            bound = event.bindings.items()
            rewrite["bindings"] = [self._binding(n, v, short[n].text) for n, v in bound]
        return rewrite

    def _place(self, v: Variable) -> Any:
        """What tells a variable from all others over all its copies."""
        was = self.replay.was(v) if self.replay else None
        return v if was is None else (was, v.index)

    def _binding(self, name: str, v: Variable, text: str) -> protocol.Binding:
        binding: protocol.Binding = {"name": name, "text": clipped(text, 40)}
        id = self.replay.was(v) if self.replay else None
        if id is not None:
            binding["node"] = id
        return binding

    def run(self, trace: Iterable[Ran]) -> None:
        """The values of a run."""
        before = len(self.timeline)
        for number, ran in enumerate(trace, 1):
            if ran.graph is not None:
                self.tables.inner(ran.graph)  # which gives its nodes their ids
            id = self.id_of(ran.variables[0])
            if id is None or len(self.timeline) >= self.caps.events:
                self.events_left_out += 1
                continue
            self.timeline.append(self._ran(ran, id))
            if ran.until is not None and len(self.timeline) - before == number:
                total = sum(int(value.nbytes) for value in ran.values)
                block: protocol.Memory = {
                    "node": id,
                    "bytes": total,
                    "start": number,
                    "end": max(number, ran.until),
                }
                if ran.slot is not None:
                    block["slot"] = ran.slot
                self.memory.append(block)

    def _ran(self, ran: Ran, id: str) -> protocol.Eval:
        values = [value_of(value) for value in ran.values]
        event: protocol.Eval = {"t": "eval", "node": id, "outputs": values}
        if ran.seconds is not None:
            event["us"] = round(ran.seconds * 1e6, 1)
        if ran.path:
            places = [(self.id_of(v), turn) for v, turn in ran.path]
            event["path"] = [(at, turn) for at, turn in places if at is not None]
            if ran.graph is not None:
                event["graph"] = self.tables.inner(ran.graph)
        if ran.turns:
            event["turns"] = ran.turns
        if ran.grads:
            event["grad"] = [value_of(value) for value in ran.grads]
        if ran.loops:
            event["loops"] = list(ran.loops)
            if ran.more:
                event["more"] = 1
        return event

    def id_of(self, v: Variable) -> str | None:
        """The id of what makes a variable."""
        if self.replay is not None:
            ref = self.replay.ref(v)
            return ref[0] if ref is not None else self._own(v)
        return self._own(v)

    def _own(self, v: Variable) -> str | None:
        return self.ids.get(v) or (self.ids.get(v.owner) if v.owner else None)

    def failure(self, report: Report) -> None:
        """An error, with its words at each verbosity."""
        told = [self.id_of(v) or self._was(v) for v in report.nodes]
        nodes = list(dict.fromkeys(id for id in told if id is not None))
        event: protocol.Failure = {
            "t": "error",
            "code": report.code,
            "title": report.title,
            "levels": {
                "low": report_text(report, "low"),
                "medium": report_text(report, "medium"),
                "high": report_text(report, "high"),
            },
            "nodes": [*self._culprits(report, nodes), *nodes],
            "hints": [self._hint(hint.text, hint.code) for hint in report.hints],
        }
        if report.origin is not None:
            event["sources"] = [self.tables.source(report.origin)]
        self.timeline.append(event)

    def _culprits(self, report: Report, operands: list[str]) -> list[str]:
        """The node that failed: it reads all the operands that the report speaks of.

        Where several do, it is the one that was written where the report points.
        """
        nodes = self.tables.graphs["g0"]["nodes"]
        readers = [n for n in nodes if _reads(n, operands)] if operands else []
        if report.origin is not None and len(readers) > 1:
            place = self.tables.source(report.origin)
            readers = [n for n in readers if place in n.get("sources", ())]
        return [readers[0]["id"]] if len(readers) == 1 else []

    def _was(self, v: Variable) -> str | None:
        return self.replay.was(v) if self.replay is not None else None

    def _hint(self, text: str, code: str | None) -> protocol.Hint:
        return {"text": text} if code is None else {"text": text, "code": code}

    def finished(self, title: str) -> protocol.Document:
        """The document, cut where it is too large."""
        found: protocol.Document = {
            "schema": "teachgraph/1",
            "minor": protocol.MINOR,
            "title": title,
            "graphs": self.tables.graphs,
            "timeline": self.timeline,
            "sources": self.tables.sources,
            "ops": self.tables.ops,
            "rules": self.tables.rules,
        }
        if self.tables.groups:
            found["groups"] = self.tables.groups
        if self.listings:
            found["listings"] = self.listings
        if self.memory:
            found["memory"] = self.memory
        return self._cut(found)

    def _cut(self, found: protocol.Document) -> protocol.Document:
        """Leave out what can be done without, then events from the end."""
        reasons = [f"the graph has over {self.caps.nodes} nodes"] * bool(self.left_out)
        reasons += [f"there are over {self.caps.events} events"] * bool(
            self.events_left_out
        )
        if size(found) > self.caps.bytes:
            self.tables.drop_latex()
        if size(found) > self.caps.bytes:
            drop_details(found)
        if size(found) > self.caps.bytes:
            reasons.append(f"the document is over {self.caps.bytes:,} bytes")
            self._cut_events(found, MOST_TRUNCATED)
        if reasons:
            found["truncated"] = {
                "nodes": self.left_out,
                "events": self.events_left_out,
                "reason": f"Because {' and '.join(reasons)}.",
            }
        return found

    def _cut_events(self, found: protocol.Document, reserve: int) -> None:
        """Keep as many events as fit, from the first on, and leave a reserve."""
        timeline = found["timeline"]
        room = self.caps.bytes - size({**found, "timeline": []}) - reserve
        kept = 0
        for event in timeline:
            room -= size(event) + 1
            if room < 0:
                break
            kept += 1
        self.events_left_out += len(timeline) - kept
        del timeline[kept:]


def _reads(node: protocol.Node, operands: list[str]) -> bool:
    """Whether a node reads all of these, and is none of them."""
    read = {id for id, _ in node.get("inputs", ())}
    return read.issuperset(operands) and node["id"] not in operands


def _is_short(text: str) -> bool:
    """Whether an expression is better shown than given a name."""
    return len(text) < 24 and "…" not in text


def before_fusion(history: History) -> History:
    """The history up to fusion."""
    events = history.events
    for i, event in enumerate(events):
        if isinstance(event, PassStarted) and event.name == FUSE:
            return History(events[:i])
    return history


def _nearest(model: Model, most: int) -> tuple[Any, ...]:
    """The nodes nearest to the outputs, in the order of the model."""
    kept: dict[str, None] = {}
    edge = [source for source, _ in model.outputs]
    while edge and len(kept) < most:
        for id in edge[: most - len(kept)]:
            kept[id] = None
        below = (s for id in edge for s, _ in model.by_id[id].inputs)
        edge = [id for id in dict.fromkeys(below) if id not in kept]
    return tuple(node for node in model.nodes if node.id in kept)
