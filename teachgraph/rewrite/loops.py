"""Loops made better: what is in them, what goes into them, and what is kept of them.

    scan_inner              a turn is rewritten as any graph is
    scan_unused             what nobody reads is dropped; equal inputs are one
    scan_reuse              the gradient reads products that the loop has made
    scan_save_mem           only the turns that somebody reads are kept
    scan_pushout_nonseqs    what is the same in all turns is computed once, before
    scan_pushout_seqs       products of elements are one product of the sequence
    scan_pushout_dot1       a sum of products is one product of all rows, afterwards
    scan_fuse               a turn is fused as any graph is

Each is a pass over the whole graph that looks at one `Scan` after the other. Names are
Theano's, where it does the same.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import partial

from teachgraph.core.events import Event, Rewrote, result_of
from teachgraph.core.graph import Apply, Graph, Variable, rebuild, toposort
from teachgraph.ops.index import At, Cut, Part, Subtensor
from teachgraph.ops.scan import Scan
from teachgraph.rewrite.drafts import Constant, Draft, Output, Row, State
from teachgraph.rewrite.fusion import fuse
from teachgraph.rewrite.pushout import push_out_constants, push_out_rows, push_out_sums
from teachgraph.rewrite.reuse import Reuse

Moved = dict[Variable, Variable]
Optimize = Callable[[Graph], Generator[Event, None, Graph]]


@dataclass(frozen=True)
class LoopPass:
    """The name and the reason of a pass, as a rule has them."""

    name: str
    why: str
    phase: str = "loops"


INNER = LoopPass("scan_inner", "What is saved in a turn is saved in every turn.")
UNUSED = LoopPass("scan_unused", "What nobody reads need not go from turn to turn.")
REUSE = LoopPass("scan_reuse", "A product that was made once need not be made again.")
SAVE_MEMORY = LoopPass(
    "scan_save_mem",
    "Only the last turns are read; the others need no memory.",
)
NONSEQS = LoopPass(
    "scan_pushout_nonseqs", "What is the same in all turns is computed once."
)
SEQS = LoopPass(
    "scan_pushout_seqs",
    "One large product is faster than many small ones.",
)
DOT1 = LoopPass(
    "scan_pushout_dot1",
    "A sum of products is one product of everything side by side.",
)
FUSED = LoopPass(
    "scan_fuse", "One loop reads each element once, in every turn.", phase="fuse"
)


@dataclass
class Work:
    """The graph that a pass goes through, and what became of its variables so far.

    `node` is the loop at hand, as it stands in the graph.
    """

    graph: Graph
    done: Moved = field(init=False, default_factory=dict[Variable, Variable])
    node: Apply = field(init=False)
    reuse: Reuse | None = None

    def __post_init__(self) -> None:
        self.done.update((v, v) for v in self.graph.inputs)
        self.clients = self.graph.clients()
        self.wanted = set(self.graph.outputs)

    def is_read(self, v: Variable) -> bool:
        """Whether anything depends on a variable."""
        return v in self.wanted or bool(self.clients.get(v))

    def fresh(self, v: Variable) -> Variable:
        """The variable on what its inputs became."""
        return rebuild([v], self.done, lambda same: same)[0]


Change = Callable[[Draft, Work], Moved | None]
"""What becomes of outputs (or of what reads them), from a loop whose inputs are done.

The draft is changed on the way; None says that nothing changes.
"""


def loop_passes(optimize: Optimize) -> list[tuple[str, Optimize]]:
    """The passes with their names, in order; `optimize` rewrites a turn."""
    steps: list[tuple[LoopPass, Change]] = [
        (INNER, partial(_inner, optimize=optimize)),
        (UNUSED, _unused),
        (REUSE, _reuse),
        (SAVE_MEMORY, _save_memory),
        (NONSEQS, _pushed(push_out_constants)),
        (SEQS, _pushed(push_out_rows)),
        (DOT1, _pushed(push_out_sums)),
        (UNUSED, _unused),
    ]
    return [(r.name, partial(_every_loop, rule=r, change=c)) for r, c in steps]


def fuse_loops(graph: Graph) -> Generator[Event, None, Graph]:
    """The graph with every turn fused."""
    return (yield from _every_loop(graph, FUSED, partial(_inner, optimize=fuse)))


def has_loops(graph: Graph) -> bool:
    """Whether there is a loop."""
    return any(isinstance(node.op, Scan) for node in graph.applies())


def _every_loop(
    graph: Graph, rule: LoopPass, change: Change
) -> Generator[Event, None, Graph]:
    """Change one loop after the other; events say what became of what."""
    if not has_loops(graph):
        return graph
    work, changed = Work(graph), False
    for node in graph.applies():
        if not isinstance(node.op, Scan):
            continue
        fresh = work.fresh(node.outputs[0]).owner
        assert fresh is not None
        work.node = node
        moved = change(Draft.of(fresh), work)
        back = dict(zip(fresh.outputs, node.outputs, strict=True))
        for before, after in (moved or {}).items():
            old = back.get(before, before)
            changed = True
            work.done[old] = after
            if after.name is None:
                after.name = old.name
            if work.is_read(old):
                yield Rewrote(rule, old, before, after)
    if not changed:
        return graph
    outputs = rebuild(graph.outputs, work.done, lambda same: same)
    return Graph(graph.inputs, outputs, graph.names)


# A turn


def _inner(draft: Draft, work: Work, *, optimize: Optimize) -> Moved | None:
    del work
    before = draft.graph
    after = result_of(optimize(before))
    if after.outputs == before.outputs:
        return None
    ends = iter(after.outputs)
    for o in draft.outputs:
        o.new = next(ends)
    draft.stop = next(ends, None)
    return draft.moved(draft.apply())


def _pushed(push: Callable[[Draft], Moved | None]) -> Change:
    def change(draft: Draft, work: Work) -> Moved | None:
        del work
        return push(draft)

    return change


# What nobody reads


def _unused(draft: Draft, work: Work) -> Moved | None:
    """Drop what nobody reads; a state is also read by other turns."""
    pairs = zip(draft.outputs, work.node.outputs, strict=True)
    read = {o for o, v in pairs if work.is_read(v)}
    before = _parts(draft)
    needed = _needed(draft, read)
    draft.collected = [o for o in draft.collected if o in read]
    draft.states = [s for s in draft.states if s in needed]
    for s in draft.states:
        if s not in read and (s.kept is None or s.kept > s.depth):
            s.kept = 1
    used = _used(draft)
    draft.rows = [r for r in draft.rows if r.inside in used]
    draft.constants = [c for c in draft.constants if c.inside in used]
    for s in draft.states:
        _drop_taps(s, used)
    _join_equal(draft)
    if _parts(draft) == before or not draft.outputs:
        return None
    return draft.moved(draft.apply())


def _parts(draft: Draft) -> tuple[object, ...]:
    kept = tuple(o.kept for o in draft.outputs)
    taps = tuple(s.taps for s in draft.states)
    return draft.inputs, draft.ends, kept, taps


def _used(draft: Draft) -> set[Variable]:
    return set(toposort(draft.ends))


def _needed(draft: Draft, read: set[Output]) -> set[Output]:
    """The outputs that are read outside, and the states that lead to them."""
    needed = set(read)
    while True:
        ends = [o.new for o in draft.outputs if o in needed]
        ends += [draft.stop] if draft.stop is not None else []
        below = set(toposort(ends))
        more = {s for s in draft.states if not below.isdisjoint(s.inside)} - needed
        if not more:
            return needed
        needed |= more


def _drop_taps(s: State, used: set[Variable]) -> None:
    """Forget taps that are not read; the furthest stays, as it says how many rows."""
    pairs = [
        (tap, v) for tap, v in zip(s.taps, s.inside) if v in used or tap == -s.depth
    ]
    s.taps = tuple(tap for tap, _ in pairs)
    s.inside = tuple(v for _, v in pairs)


def _join_equal(draft: Draft) -> None:
    """One input for what comes in twice; single numbers are written inside."""
    new: Moved = {}
    rows: dict[Variable, Row] = {}
    for r in draft.rows:
        first = rows.setdefault(r.outside, r)
        if first is not r and first.inside.type == r.inside.type:
            new[r.inside] = first.inside
    constants: dict[Variable, Constant] = {}
    for c in draft.constants:
        first = constants.setdefault(c.outside, c)
        if c.outside.data is not None and c.outside.data.size == 1:
            if c.outside.type == c.inside.type:
                new[c.inside] = c.outside
        elif first is not c and first.inside.type == c.inside.type:
            new[c.inside] = first.inside
    if new:
        draft.replace(new)
        draft.rows = [r for r in draft.rows if r.inside not in new]
        draft.constants = [c for c in draft.constants if c.inside not in new]


# What is handed on


def _reuse(draft: Draft, work: Work) -> Moved | None:
    """Let a loop hand its products on to its gradient."""
    if work.reuse is None:
        work.reuse = Reuse.of(work.graph)
    return work.reuse.change(draft, work.node)


# What is kept


def _save_memory(draft: Draft, work: Work) -> Moved | None:
    """Keep only the last turns of outputs of which nothing else is read."""
    node = work.node
    kept = {
        v.index: last
        for v, o in zip(node.outputs, draft.outputs)
        if o.kept is None and (last := _last_read(v, draft, work)) is not None
    }
    if not kept:
        return None
    before = draft.node.outputs
    for position, last in kept.items():
        draft.outputs[position].kept = last
    made = draft.apply()
    moved = draft.moved(made)
    for position in kept:
        del moved[before[position]]
        for client, _ in work.clients[node.outputs[position]]:
            x = made.outputs[position]
            bounds = [work.fresh(v) for v in client.inputs[1:]]
            again = client.with_inputs([x, *bounds])
            moved[client.outputs[0]] = again.outputs[0]
    return moved


def _last_read(v: Variable, draft: Draft, work: Work) -> int | None:
    """How many of the last turns are read; None where others are, too."""
    clients = work.clients.get(v, [])
    if v in work.wanted or not clients:
        return None
    found = [_from_end(client, position, draft) for client, position in clients]
    known = [n for n in found if n is not None]
    return max(known) if len(known) == len(found) else None


def _from_end(client: Apply, position: int, draft: Draft) -> int | None:
    if position or not isinstance(client.op, Subtensor):
        return None
    parts: Sequence[Part] = client.op.index
    match parts[:1]:
        case (At(index=int(index)),) if index < 0:
            return -index
        case (Cut(start=int(start), stop=None, step=1),) if start < 0:
            turns = draft.turns if draft.stop is None else None
            return -start if isinstance(turns, int) and turns >= -start else None
        case _:
            return None
