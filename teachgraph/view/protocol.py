"""The JSON that a viewer reads: its grammar, its version, and the check of a document.

    document = tables, graphs, timeline, listings, memory, at
    tables   = sources | ops | rules | groups          what nodes share is told once
    graphs   = {"g0": snapshot, ...}                   g0: before any rewrite
    snapshot = nodes, outputs, updates
    node     = input | shared | constant | apply         its inputs are refs
    ref      = [node id, number of the output]
    timeline = (pass-begin | rewrite | declined | pass-end | eval | error)*

A document holds the first state of a graph whole and every later state as the
difference that a rewrite made, so a reader can go forwards and backwards. An id is
given once and names one node for the life of the document: a rewritten node is a new
node with a new id.

The typed dictionaries below are the one statement of the format. `schema()` reads them
into JSON schema, `validate()` checks a document against that schema and then replays
it, and `extension/src/protocol.ts` is written from the same schema.

Compatibility: readers ignore keys that they do not know and skip events of unknown
type; `minor` grows when keys are added; the number in `MIME` grows when a key changes
its meaning.
"""

import json
import math
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from teachgraph.view import protocol_replay, protocol_schema

VERSION = 1
MINOR = 2
"""Minor 1 added: at, listings, memory; saves, grad, loops, heat, feeds, rounding.
Minor 2 added: the parent of a group, and the turns of a loop that are told."""
MIME = f"application/vnd.teachgraph.v{VERSION}+json"

MAX_NODES = 2_000
MAX_EVENTS = 500
MAX_BYTES = 256_000

Count = Annotated[int, {"minimum": 0}]
NodeId = Annotated[str, {"pattern": "^[a-z][0-9]+$"}]
NodePath = Annotated[str, {"pattern": "^[a-z][0-9]+(/[a-z][0-9]+)*$"}]
Ref = tuple[NodeId, Count]
Number = float | Literal["nan", "inf", "-inf"]


class Source(TypedDict):
    """A piece of the user's program, with the place where it stands.

    It reaches from `column` on `line` to `end_column` on `end_line`; lines count from 1
    and columns from 0, as in Python. `text` is the line or lines, whole; `cell` is the
    number of the notebook cell, where there is one.
    """

    text: str
    line: Count
    column: NotRequired[Count]
    end_line: NotRequired[Count]
    end_column: NotRequired[Count]
    file: NotRequired[str]
    cell: NotRequired[str]
    function: NotRequired[str]


class OpInfo(TypedDict):
    """What a tooltip says about an op; its formula is in LaTeX."""

    doc: str
    domain: NotRequired[str]
    latex: NotRequired[str]


class RuleInfo(TypedDict):
    """A rewrite rule as an equation, in text and in LaTeX, and why it is worth it.

    A pass over the whole graph (merge, fusion) has a reason but no equation.
    """

    why: str
    equation: NotRequired[str]
    latex: NotRequired[str]
    phase: NotRequired[str]
    rounding: NotRequired[str]
    domain: NotRequired[str]


class Group(TypedDict):
    """Nodes drawn inside one frame: a fused kernel, a scan body, or a layer.

    `parent` is the key of the frame around it.
    """

    label: str
    kind: Literal["fused", "scan", "layer"]
    parent: NotRequired[str]


class Node(TypedDict):
    """One node of a graph.

    `label` is what is drawn (`x`, `1.0`, `sigmoid`); `op` is a key of the table of ops
    and present on an apply; `types` has one text for each output, such as `float64[?,
    3]`; `sources` are positions in the table of sources, several where a merge or a
    fusion joined nodes; `inner` is the graph inside a scan or a fused kernel, and
    `feeds` says for each input of that graph which input of the node it gets (-1: none,
    it is made inside); `back` pairs an output of a loop's graph with the input that it
    is in the next turn; `latex` is the whole expression below this node.
    """

    id: NodeId
    kind: Literal["input", "shared", "constant", "apply"]
    label: str
    types: list[str]
    op: NotRequired[str]
    inputs: NotRequired[list[Ref]]
    sources: NotRequired[list[Count]]
    group: NotRequired[str]
    inner: NotRequired[str]
    feeds: NotRequired[list[float]]
    back: NotRequired[list[tuple[Count, Count]]]
    value: NotRequired[str]
    latex: NotRequired[str]


class Snapshot(TypedDict):
    """A graph, whole. `updates` pairs a shared variable with its next value."""

    nodes: list[Node]
    outputs: list[Ref]
    updates: NotRequired[list[tuple[NodeId, Ref]]]
    label: NotRequired[str]


class PassBegin(TypedDict):
    """A pass or a phase of the rewriter starts; its `PassEnd` repeats the name."""

    t: Literal["pass-begin"]
    name: str
    why: NotRequired[str]


class PassEnd(TypedDict):
    """A pass is over, after `us` microseconds."""

    t: Literal["pass-end"]
    name: str
    us: NotRequired[float]


class Binding(TypedDict):
    """What a free variable of a rule stood for: its text, and its node if it is one."""

    name: str
    text: str
    node: NotRequired[NodeId]


class Saves(TypedDict):
    """What a rewrite takes away, so far as it is known; below zero it adds.

    `nodes` counts nodes of the graph, `passes` operations that read and write memory,
    `bytes` the memory of the values between, where their shapes are known.
    """

    nodes: float
    passes: NotRequired[float]
    bytes: NotRequired[float]


class Rewrite(TypedDict):
    """One replacement, as the difference between two states of `graph`.

    `rule` is a key of the table of rules; `why` overrides the reason given there;
    `before` and `after` are the two expressions in the user's names. The difference is
    applied in this order: `add` nodes, `rewire` (user, position, new ref), set
    `outputs` (position, new ref) and `updates` (position, new ref), then `remove`.
    `map` leads from each node that was replaced to the nodes that now stand for it.
    A node that was only rebuilt, because a node below it changed, keeps its id and is
    rewired.
    """

    t: Literal["rewrite"]
    rule: str
    map: dict[str, list[NodeId]]
    add: list[Node]
    remove: list[NodeId]
    rewire: list[tuple[NodeId, Count, Ref]]
    outputs: list[tuple[Count, Ref]]
    updates: NotRequired[list[tuple[Count, Ref]]]
    graph: NotRequired[str]
    at: NotRequired[NodeId]
    why: NotRequired[str]
    before: NotRequired[str]
    after: NotRequired[str]
    bindings: NotRequired[list[Binding]]
    us: NotRequired[float]
    saves: NotRequired[Saves]


class Declined(TypedDict):
    """A rule that matched at node `at` and said no, with the reason as a sentence."""

    t: Literal["declined"]
    rule: str
    at: NodeId
    reason: str
    graph: NotRequired[str]


class Heat(TypedDict):
    """An array as a picture, a sign for each cell, row after row.

    From `min` to `max` the signs are the 64 of base64 in their order; `!` is nan, `>`
    inf and `<` -inf. A cell is the mean of the elements it covers, and not finite if
    one of them is not. `image` if it looks like a picture: gray, dark is small.
    """

    rows: Count
    columns: Count
    cells: str
    image: NotRequired[Literal[1]]


class Value(TypedDict):
    """A summary of one array.

    `min`, `max` and `mean` leave nan and inf out; `nan` and `inf` count them; `hist`
    counts the finite elements in equal bins from `min` to `max`; `data` holds every
    element, in row-major order, when there are few.
    """

    dtype: str
    shape: list[Count]
    text: str
    min: NotRequired[Number]
    max: NotRequired[Number]
    mean: NotRequired[Number]
    nan: NotRequired[Count]
    inf: NotRequired[Count]
    hist: NotRequired[list[Count]]
    data: NotRequired[list[Number]]
    alias: NotRequired[NodeId]
    heat: NotRequired[Heat]


class Statement(TypedDict):
    """One thing that happened inside the loops of a node, and the line that did it."""

    line: str
    did: str
    depth: Count


class Eval(TypedDict):
    """A node got its values, one for each output; inputs and constants do so too.

    `graph` is the graph that ran (g0 after all its rewrites, unless named); `path`
    leads into inner graphs: `[["a7", 2]]` is turn 2 of the loop at node a7. `call`
    numbers calls of the function; `hit` names breakpoints that stopped here. `grad` are
    the derivatives of the first output with respect to the node's outputs, `loops` the
    first statements inside the node, of which there may be more (`more`). `turns` of a
    loop are (first turn told, how many there are in all).
    """

    t: Literal["eval"]
    node: NodeId
    outputs: list[Value]
    graph: NotRequired[str]
    path: NotRequired[list[tuple[NodeId, Count]]]
    call: NotRequired[Count]
    us: NotRequired[float]
    hit: NotRequired[list[str]]
    grad: NotRequired[list[Value]]
    loops: NotRequired[list[Statement]]
    more: NotRequired[Literal[1]]
    turns: NotRequired[tuple[Count, Count]]


class Levels(TypedDict):
    """An error report at each verbosity, as text with its own line breaks."""

    low: str
    medium: str
    high: str
    tutor: NotRequired[str]


class Hint(TypedDict):
    """One thing to do: in words, the nodes it is about, and code that repairs."""

    text: str
    nodes: NotRequired[list[NodeId]]
    code: NotRequired[str]


class Failure(TypedDict):
    """A report: what went wrong, at which nodes of `graph`, and what to do."""

    t: Literal["error"]
    code: str
    title: str
    levels: Levels
    phase: NotRequired[Literal["build", "grad", "optimize", "compile", "call", "run"]]
    nodes: NotRequired[list[NodeId]]
    graph: NotRequired[str]
    sources: NotRequired[list[Count]]
    hints: NotRequired[list[Hint]]


Event = PassBegin | Rewrite | Declined | PassEnd | Eval | Failure


class ListingLine(TypedDict):
    """One line of a listing; `a9/a4` is node a4 of the graph inside a9."""

    text: str
    nodes: NotRequired[list[NodePath]]


class Listing(TypedDict):
    """A source that was made from the graph, with the nodes that each line stands for.

    The nodes are those of the last state.
    """

    language: Literal["c", "cuda", "python"]
    title: str
    lines: list[ListingLine]


class Memory(TypedDict):
    """A value in memory: from event `start` to event `end` of the run, inclusive.

    Values of one `slot` share memory when a call runs.
    """

    node: NodeId
    bytes: float
    start: Count
    end: Count
    slot: NotRequired[Count]


class Place(TypedDict):
    """Where a viewer opens: after `eval` values, or at `step`, with `node` selected."""

    step: NotRequired[Count]
    eval: NotRequired[Count]
    node: NotRequired[NodeId]


class Truncated(TypedDict):
    """How many nodes and events were left out to keep a document small, and why."""

    nodes: Count
    events: Count
    reason: str


class Document(TypedDict):
    """All that a viewer needs, with no kernel behind it."""

    schema: Literal["teachgraph/1"]
    minor: Count
    title: str
    graphs: dict[str, Snapshot]
    timeline: list[Event]
    sources: NotRequired[list[Source]]
    ops: NotRequired[dict[str, OpInfo]]
    rules: NotRequired[dict[str, RuleInfo]]
    groups: NotRequired[dict[str, Group]]
    listings: NotRequired[list[Listing]]
    memory: NotRequired[list[Memory]]
    at: NotRequired[Place]
    truncated: NotRequired[Truncated]
    producer: NotRequired[str]


class ProtocolError(ValueError):
    """A document that a viewer could not read; the message says where and why."""


def schema() -> dict[str, Any]:
    """The format as JSON schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:teachgraph:document:{VERSION}",
        "title": f"teachgraph document, version {VERSION}.{MINOR}",
        **protocol_schema.of(Document),
    }


def validate(document: Document) -> None:
    """Check a document: its form by the schema, then that its timeline can be replayed.

    A document that says it is `truncated` may refer to nodes that were left out.

    Raises:
        ProtocolError: with the place (`timeline[3].add[0].id`) and the fault.
    """
    fault = protocol_schema.fault(document, schema()) or protocol_replay.fault(document)
    if fault:
        raise ProtocolError(fault)


def to_json(document: Document) -> str:
    """A valid document as compact JSON."""
    validate(document)
    return json.dumps(
        document, allow_nan=False, separators=(",", ":"), ensure_ascii=False
    )


def number(value: float) -> Number:
    """A float as the format writes it; nan and the infinities are words in JSON."""
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
