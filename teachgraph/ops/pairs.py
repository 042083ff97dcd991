"""A column against a vector in a loss: all pairs, where a pair each was meant.

`T.sqr(column - vector).mean()` is a number that goes down in training and means
nothing. Only columns that a product gave are looked at, such as the outputs of a
network with one unit: where somebody wants all pairs, the column is declared or made
for the purpose, with `dimshuffle` or `[:, None]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from teachgraph.core.entrance import is_own
from teachgraph.core.graph import Variable
from teachgraph.core.origin import calling_frame
from teachgraph.core.report import Hint, Label, Note, Report
from teachgraph.errors.naming import called
from teachgraph.errors.silent import BroadcastWarning, warn_of
from teachgraph.ops.elementwise import Elementwise

MEETING = ("sub", "mul", "eq", "neq")
COLUMN = (False, True)


def notice_all_pairs(x: Variable) -> None:
    """Warn if all elements of `x` are summed, and it holds all pairs by accident."""
    if x.ndim != 2:
        return
    for v in _elementwise_below(x):
        assert v.owner is not None
        columns = [u for u in v.owner.inputs if u.broadcastable == COLUMN]
        vectors = [u for u in v.owner.inputs if u.ndim == 1 and u.data is None]
        if columns and vectors and _is_product(columns[0]):
            _tell(v, columns[0], vectors[0])
            return


def _elementwise_below(x: Variable) -> Iterator[Variable]:
    """The meetings of two tensors in the expression of `x`, element by element."""
    waiting, seen = [x], {x}
    while waiting:
        v = waiting.pop()
        if v.owner is None or not isinstance(v.owner.op, Elementwise):
            continue
        if v.owner.op.fn.name in MEETING:
            yield v
        more = [u for u in v.owner.inputs if u.ndim == 2 and u not in seen]
        waiting.extend(more)
        seen.update(more)


def _is_product(column: Variable) -> bool:
    """Whether a column is a product, changed element by element at most."""
    v: Variable | None = column
    while v is not None and v.owner is not None:
        if not isinstance(v.owner.op, Elementwise):
            return v.owner.op.title == "Dot"
        v = next((u for u in v.owner.inputs if u.broadcastable == COLUMN), None)
    return False


def _tell(v: Variable, column: Variable, vector: Variable) -> None:
    frame = calling_frame()
    if frame is None or is_own(frame.f_globals):
        return
    a, b = called(column, v.origin), called(vector, v.origin)
    title = f"`{a}` (n, 1) with `{b}` (n,) gives all pairs (n, n), which are summed up"
    flat = f"{a}.flatten()" if a.isidentifier() else f"({a}).flatten()"
    report = Report(
        "all-pairs",
        title,
        v.origin,
        labels=(Label(column, str(column.type)), Label(vector, str(vector.type))),
        notes=(Note("axes are lined up from the right: the vector is taken as a row"),),
        hints=(
            Hint("make the column a vector", flat),
            Hint("or the vector a column", f"{b}.dimshuffle(0, 'x')"),
        ),
        nodes=(v,),
    )
    warn_of(report, BroadcastWarning)
