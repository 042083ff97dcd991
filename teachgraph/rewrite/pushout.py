"""What is computed in every turn and could be computed at once, outside of the loop.

Before it: what depends on constants alone, and products of elements with a constant
matrix, with what they are made of. After it: sums over all turns of products.
"""

from __future__ import annotations

from teachgraph.core.graph import Apply, Variable
from teachgraph.ops.alloc import ShapeOf
from teachgraph.ops.dot import Dot
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.index import Cut, Subtensor
from teachgraph.ops.reshape import reshape
from teachgraph.ops.scalars import add, mul
from teachgraph.ops.shape import Axis, DimShuffle
from teachgraph.rewrite.drafts import Constant, Draft, Output, Row, State
from teachgraph.rewrite.fit import fit

Moved = dict[Variable, Variable]


# What is the same in all turns


def push_out_constants(draft: Draft) -> Moved | None:
    """Compute before the loop what depends on nothing that changes."""
    pushed = _Outside(draft)
    found = [v for v in pushed.frontier() if v.owner is not None]
    if not found:
        return None
    new: Moved = {}
    for v in found:
        outside = pushed.constant(v)
        inside = Variable(v.type, v.name, origins=v.origins)
        draft.constants.append(Constant(inside, outside))
        new[v] = inside
    draft.replace(new)
    return draft.moved(draft.apply())


class _Outside:
    """Variables of a turn as they are outside, where they can be computed there."""

    def __init__(self, draft: Draft):
        self.draft = draft
        past = [v for s in draft.states for v in s.inside]
        rows = [r.inside for r in draft.rows]
        self.changing = draft.depends([*past, *rows])
        self.looping = draft.depends(past)
        self.fixed: Moved = {c.inside: c.outside for c in draft.constants}
        self.whole: dict[Variable, Variable | None] = {
            r.inside: r.outside for r in draft.rows
        }

    def frontier(self) -> list[Variable]:
        """What is fixed, costs something, and is read by what changes."""
        found: dict[Variable, None] = {}
        for node in self.draft.graph.applies():
            stays = not self.changing.isdisjoint(node.outputs)
            for v in node.inputs if stays else ():
                self._below(v, found)
        return list(found)

    def _below(self, v: Variable, found: dict[Variable, None]) -> None:
        """A view is made again in each turn; what it is a view of is not."""
        if v in self.changing or v.owner is None:
            return
        if v.owner.op.virtual:
            for i in v.owner.inputs:
                self._below(i, found)
        elif self._may_move(v):
            found.setdefault(v)

    def _may_move(self, v: Variable) -> bool:
        """Whether it can be computed though there may be no turn."""
        inputs = tuple(self.draft.inputs)
        below = [v]
        while below:
            w = below.pop()
            if w in inputs or w.owner is None:
                continue
            if getattr(w.owner.op, "effects", False):
                return False
            below.extend(w.owner.inputs)
        return True

    def constant(self, v: Variable) -> Variable:
        """A fixed variable, computed outside."""
        stack = [v]
        while stack:
            w = stack[-1]
            node = w.owner
            if w in self.fixed or node is None or w.data is not None:
                self.fixed.setdefault(w, w)
                stack.pop()
                continue
            waiting = [i for i in node.inputs if i not in self.fixed]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            fresh = node.with_inputs([self.fixed[i] for i in node.inputs])
            self.fixed.update(zip(node.outputs, fresh.outputs, strict=True))
        return self.fixed[v]

    def rows(self, v: Variable) -> Variable | None:
        """A variable that only sequences change, for all turns at once."""
        for node in self.draft.graph.applies():
            out = node.outputs[0]
            if out in self.whole or out not in self.changing:
                continue
            if out in self.looping or len(node.outputs) > 1:
                self.whole[out] = None
            else:
                self.whole[out] = self._lifted(node)
            if out is v:
                break
        return self.whole.get(v)

    def _lifted(self, node: Apply) -> Variable | None:
        out = node.outputs[0]
        if any(i in self.changing and self.whole.get(i) is None for i in node.inputs):
            return None
        if any(i not in self.changing and not self._may_move(i) for i in node.inputs):
            return None
        match node.op:
            case Elementwise():
                whole = self._elementwise(node)
            case DimShuffle(order=order):
                (x,) = (self.whole[i] for i in node.inputs)
                after = tuple[Axis, ...]("x" if a == "x" else a + 1 for a in order)
                whole = DimShuffle((0, *after)).make(x, origins=out.origins).outputs[0]
            case Dot():
                whole = self._product(node)
            case _:
                return None
        return whole if whole is None or whole.dtype == out.dtype else None

    def _elementwise(self, node: Apply) -> Variable:
        out = node.outputs[0]
        given: list[Variable] = []
        for i in node.inputs:
            whole = self.whole.get(i) if i in self.changing else None
            if whole is None:
                given.append(self.constant(i))
                continue
            missing = out.ndim - i.ndim
            if missing:
                new: tuple[Axis, ...] = ("x",) * missing
                order = (0, *new, *range(1, whole.ndim))
                whole = DimShuffle(order).make(whole, origins=out.origins).outputs[0]
            given.append(whole)
        return node.op.make(*given, origins=out.origins).outputs[0]

    def _product(self, node: Apply) -> Variable | None:
        """x[t] W for all t: one product, of the rows of all turns."""
        x, w = node.inputs
        if x not in self.changing and x.ndim == 2 and w.ndim == 1:
            x, w = w, DimShuffle((1, 0)).make(x, origins=x.origins).outputs[0]
            fixed = DimShuffle((1, 0)).make(self.constant(node.inputs[0])).outputs[0]
        elif w in self.changing:
            return None
        else:
            fixed = self.constant(w)
        whole = self.whole[x]
        assert whole is not None
        backwards = _reversed(whole)
        product = _stacked(whole if backwards is None else backwards, fixed)
        return product if backwards is None else _turned(product)


def _reversed(v: Variable) -> Variable | None:
    """What is walked along from its end, if it is."""
    node = v.owner
    if node is None or not isinstance(node.op, Subtensor):
        return None
    first, *others = node.op.index
    whole = all(isinstance(p, Cut) and p.is_whole for p in others)
    return node.inputs[0] if first == Cut(None, None, -1) and whole else None


def _turned(v: Variable) -> Variable:
    cuts = (Cut(None, None, -1), *[Cut()] * (v.ndim - 1))
    return Subtensor(cuts).make(v, origins=v.origins).outputs[0]


def _stacked(x: Variable, w: Variable) -> Variable:
    """Products of all rows of `x`, whose elements are vectors or matrices."""
    if x.ndim == 2:
        return Dot()(x, w)
    turns, batch, inner = (_length(x, a) for a in range(3))
    product = Dot()(reshape(x, [mul(turns, batch), inner], ndim=2), w)
    columns = [_length(w, 1)] if w.ndim == 2 else []
    return reshape(product, [turns, batch, *columns], ndim=2 + len(columns))


def _length(v: Variable, axis: int) -> Variable:
    return ShapeOf(axis)(v)


def push_out_rows(draft: Draft) -> Moved | None:
    """One product before the loop for products in it that need no state."""
    outside = _Outside(draft)
    new: Moved = {}
    for node in draft.graph.applies():
        v = node.outputs[0]
        if not isinstance(node.op, Dot) or v not in outside.changing:
            continue
        whole = outside.rows(v)
        if whole is None:
            continue
        inside = Variable(v.type, v.name, origins=v.origins)
        draft.rows.append(Row(inside, whole))
        new[v] = inside
    if not new:
        return None
    draft.replace(new)
    _forget_unread(draft)
    return draft.moved(draft.apply())


def _forget_unread(draft: Draft) -> None:
    used = {v for node in draft.graph.applies() for v in node.inputs}
    used |= set(draft.ends)
    draft.rows = [r for r in draft.rows if r.inside in used]
    draft.constants = [c for c in draft.constants if c.inside in used]


# Sums over all turns


def push_out_sums(draft: Draft) -> Moved | None:
    """One product after the loop for a state that adds up products."""
    if draft.stop is not None:
        return None
    found = [(s, pair) for s in draft.states if (pair := _added(s, draft)) is not None]
    if not found:
        return None
    sums: list[tuple[State, Output | Row, Output | Row]] = []
    for s, (a, b) in found:
        draft.states.remove(s)
        sums.append((s, _kept(a, draft), _kept(b, draft)))
    made = draft.apply()
    moved = draft.moved(made)
    at = dict(zip(draft.outputs, made.outputs, strict=True))
    for s, a, b in sums:
        left, right = (at[p] if isinstance(p, Output) else p.outside for p in (a, b))
        assert s.old is not None
        assert s.initial is not None
        total = add(s.initial, _padded(_side_by_side(left, right)))
        fitted = fit(total, s.old, s.old.origins)
        if isinstance(fitted, str):
            return None
        moved[s.old] = fitted
    return moved


def _added(s: State, draft: Draft) -> tuple[Variable, Variable] | None:
    """a and b where the state is s + a^T b, and nothing else reads it."""
    node = s.new.owner
    if s.taps != (-1,) or s.kept != 1 or node is None or node.op != add:
        return None
    (past,) = s.inside
    term = next((v for v in node.inputs if v is not past), None)
    if past not in node.inputs or term is None or len(node.inputs) != 2:
        return None
    readers = draft.graph.clients().get(past, [])
    others = [v for v in draft.ends if v is past]
    again = [v for v in draft.ends if v is s.new]
    if len(readers) != 1 or others or len(again) != 1:
        return None
    if draft.graph.clients().get(s.new) or past.broadcastable != term.broadcastable:
        return None
    return _transposed_product(term)


def _transposed_product(term: Variable) -> tuple[Variable, Variable] | None:
    node = term.owner
    if node is None or not isinstance(node.op, Dot) or term.ndim != 2:
        return None
    a, b = node.inputs
    if a.ndim != 2 or b.ndim != 2 or a.owner is None or a.dtype != b.dtype:
        return None
    if a.owner.op != DimShuffle((1, 0)):
        return None
    return a.owner.inputs[0], b


def _kept(v: Variable, draft: Draft) -> Output | Row:
    """All turns of a variable: a sequence, an output that there is, or a new one."""
    for r in draft.rows:
        if r.inside is v:
            return r
    for o in draft.outputs:
        if o.new is v and o.kept is None:
            return o
    draft.collected.append(Output(v, None))
    return draft.collected[-1]


def _side_by_side(a: Variable, b: Variable) -> Variable:
    """The sum over turns of a[t]^T b[t]."""
    first, second = _reversed(a), _reversed(b)
    if first is not None and second is not None:
        a, b = first, second
    flat = [
        reshape(v, [mul(_length(v, 0), _length(v, 1)), _length(v, 2)], ndim=2)
        for v in (a, b)
    ]
    turned = DimShuffle((1, 0)).make(flat[0], origins=a.origins).outputs[0]
    return Dot()(turned, flat[1])


def _padded(v: Variable) -> Variable:
    return DimShuffle(("x", *range(v.ndim))).make(v, origins=v.origins).outputs[0]
