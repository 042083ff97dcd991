"""`scan`: a loop whose turns are written once, as a function of symbolic values.

The function is called once, with a variable for each value that differs from turn to
turn; what it builds becomes the inner graph of a `Scan`. It is called again only where
an initial value must first take the dtype, or the free length, of what a turn gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable, substitute
from teachgraph.ops.join import as_tensor_variable
from teachgraph.ops.lengths import unbroadcast
from teachgraph.ops.scan import Scan
from teachgraph.scan import faults
from teachgraph.scan.body import cut_out, shared_in, stand_in
from teachgraph.scan.given import Carried, Walked, carried, listed, turns, walked
from teachgraph.scan.inside import (
    as_row,
    default_update,
    fit,
    give_test_value,
    padded,
    past_values,
    pieces,
    updated_row,
)
from teachgraph.scan.lengths import shortest
from teachgraph.scan.returned import Returned, sorted_out
from teachgraph.scan.updates import OrderedUpdates

ROUNDS = 8
"""So often are initial values fitted at most; a dtype can widen only so many times."""


@public
def scan(
    fn: Callable[..., Any],
    sequences: Any = None,
    outputs_info: Any = None,
    non_sequences: Any = None,
    n_steps: Any = None,
    truncate_gradient: int = -1,
    go_backwards: bool = False,
    mode: Any = None,
    name: str | None = None,
    profile: Any = False,
    allow_gc: bool | None = None,
    strict: bool = False,
    return_list: bool = False,
) -> tuple[Any, OrderedUpdates]:
    """Apply `fn` turn after turn; gives what the turns gave, stacked, and the updates.

    Args:
        fn: takes an element of each sequence (one for each tap), then past values of
            each output that is carried (one for each tap), then the non-sequences; it
            returns outputs, updates of shared variables, and `until(condition)`, each
            only if there is any.
        sequences: one or several; the loop walks along axis 0. `dict(input=x,
            taps=[-1, 0])` reads x[t - 1] and x[t].
        outputs_info: for each output its initial value if later turns read it, else
            None. `dict(initial=first, taps=[-2, -1])` reads two turns back; then
            `first` has as many rows as the furthest tap.
        non_sequences: what `fn` gets as it is. It may also use any other variable.
        n_steps: how many turns; by default as many as the shortest sequence allows.
        truncate_gradient: how many turns back a gradient goes; -1 for all.
        go_backwards: walk along the sequences from their ends.
        name: for printing.
        strict: every shared variable that `fn` uses must be among `non_sequences`.
        return_list: give a list though there is only one output.
        mode, profile, allow_gc: accepted; the loop is compiled with the function.

    Returns:
        the outputs, one or a list, each of shape (turns, *shape); and the new values of
        the shared variables that the turns update, to be passed to `function`.

    Raises:
        loop-without-end, loop-outputs, loop-result, loop-state, loop-taps, loop-strict,
        wrong-rank, wrong-value, wrong-dtype.

    >>> import teachgraph.tensor as T
    >>> x = T.dvector("x")
    >>> sums, _ = scan(lambda e, total: total + e, sequences=x, outputs_info=0.0)
    >>> sums.ndim
    1
    """
    del mode, profile, allow_gc
    loop = _Loop(
        walked(sequences),
        carried(outputs_info),
        [as_tensor_variable(v) for v in listed(non_sequences)],
        turns(n_steps),
        backwards=bool(go_backwards),
    )
    loop.write(fn)
    loop.add_updates()
    if strict:
        loop.check_listed()
    outputs = loop.applied(truncate_gradient, name)
    if not outputs:
        return None, loop.updates
    alone = len(outputs) == 1 and return_list is not True
    return (outputs[0] if alone else outputs), loop.updates


@dataclass
class _State:
    """A value that goes from turn to turn: before the loop, in a turn, after it."""

    carried: Carried
    inside: list[Variable]
    new: Variable
    shared: Variable | None = None


@dataclass
class _Loop:
    """A loop while it is put together."""

    walked: list[Walked]
    carried: list[Carried | None]
    listed: list[Variable]
    asked: Variable | None
    backwards: bool = field(kw_only=True)

    updates: OrderedUpdates = field(init=False, default_factory=OrderedUpdates)

    def __post_init__(self) -> None:
        if self.asked is None and not self.walked:
            raise faults.no_length()
        self.pieces = [p for w in self.walked for p in pieces(w, self.backwards)]
        self.n, equal = self._turns()
        if not equal:
            for piece in self.pieces:
                piece.outside = piece.outside[: self.n]
        self.rows = [piece.inside for piece in self.pieces]

    def _turns(self) -> tuple[Variable, bool]:
        if self.asked is not None:
            return self.asked, False
        return shortest([(w.variable, w.reach[1] - w.reach[0]) for w in self.walked])

    # What a turn does

    def write(self, fn: Callable[..., Any]) -> None:
        """Have the function write a turn; fit the initial values to what it gives."""
        past = self._written_once(fn)
        for _ in range(ROUNDS):
            pairs = enumerate(zip(self.carried, self.result.outputs))
            fitted = [c if c is None else fit(c, out, i) for i, (c, out) in pairs]
            if fitted == self.carried:
                break
            self.carried = fitted
            past = self._written_once(fn)
        self.states = [
            _State(c, values, as_row(out, c.row))
            for c, values, out in zip(self.carried, past, self.result.outputs)
            if c is not None
        ]

    def _written_once(self, fn: Callable[..., Any]) -> list[list[Variable]]:
        """Call the function; gives the past values of each output that it got."""
        past = [past_values(c) for c in self.carried]
        inside = [v for values in past for v in values]
        given = (*self.rows, *inside, *self.listed)
        faults.check_arguments(fn, [len(self.rows), len(inside), len(self.listed)])
        self.result = sorted_out(fn(*given))
        self._check_count(self.result)
        return past or [[] for _ in self.carried]

    def _check_count(self, result: Returned) -> None:
        if not self.carried:
            self.carried = [None] * len(result.outputs)
        if len(self.carried) != len(result.outputs):
            states = len([c for c in self.carried if c is not None])
            raise faults.wrong_count(len(result.outputs), len(self.carried), states)

    @property
    def collected(self) -> list[Variable]:
        """The outputs that no later turn reads."""
        pairs = zip(self.carried, self.result.outputs)
        return [out for c, out in pairs if c is None]

    @property
    def condition(self) -> list[Variable]:
        """The condition to stop, if there is one."""
        found = self.result.condition
        return [] if found is None else [found]

    @property
    def written(self) -> list[Variable]:
        """Everything that a turn computes: new states, what is collected, condition."""
        return [*(s.new for s in self.states), *self.collected, *self.condition]

    @property
    def bound(self) -> list[Variable]:
        """What differs from turn to turn."""
        return [*self.rows, *(v for s in self.states for v in s.inside)]

    # Shared variables

    def add_updates(self) -> None:
        """Shared variables that turns update become states of their own."""
        news: dict[Variable, Variable] = {}
        for v, new in self.result.updates.items():
            news[v] = as_tensor_variable(new)
        cuts = [*self.bound, *(v for v in self.listed if v.kind != "shared")]
        while True:
            found = shared_in([*self.written, *news.values()], cuts)
            more = {
                v: new
                for v in found
                if v not in news and (new := default_update(v)) is not None
            }
            if not more:
                break
            news.update(more)
        self._carry(news)

    def _carry(self, news: dict[Variable, Variable]) -> None:
        inside = {v: stand_in(v) for v in news}
        for v, new in zip(inside.values(), news):
            give_test_value(v, new, ())
        keep = {v: v for v in self.listed if v not in news}
        replaced = substitute([*self.written, *news.values()], keep | inside)
        written = iter(replaced)
        for state in self.states:
            state.new = next(written)
        self.result.outputs = [
            out if c is not None else next(written)
            for c, out in zip(self.carried, self.result.outputs)
        ]
        if self.result.condition is not None:
            self.result.condition = next(written)
        for v, new in zip(news, written):
            row = updated_row(v, new)
            state = Carried(v, (-1,), v.name)
            self.states.append(_State(state, [inside[v]], as_row(new, row), v))

    def check_listed(self) -> None:
        """Every shared variable in use must be listed.

        Raises:
            loop-strict: one is not.
        """
        cuts = [*self.bound, *self.listed]
        for v in shared_in(self.written, cuts):
            if v not in self.listed:
                raise faults.not_listed(v)

    # The op

    def applied(self, truncate: int, name: str | None) -> list[Variable]:
        """The node; gives the outputs in the user's order."""
        body = cut_out(self.written, self.bound, self.listed)
        op = Scan(
            body.graph,
            len(self.pieces),
            tuple(s.carried.taps for s in self.states),
            bool(self.condition),
            self._keep(),
            truncate,
            name,
        )
        initials = [padded(s.carried) for s in self.states]
        sequences = [piece.outside for piece in self.pieces]
        if not op.states + op.collected:
            return []
        found = op.make(self.n, *sequences, *initials, *body.constants).outputs
        for state, out in zip(self.states, found):
            if state.shared is not None:
                self.updates[state.shared] = out[0]
        return self._in_order(op, found)

    def _keep(self) -> tuple[int | None, ...]:
        if all(s.shared is None for s in self.states):
            return ()
        last = (None if s.shared is None else 1 for s in self.states)
        return (*last, *(None for _ in self.collected))

    def _in_order(self, op: Scan, found: Sequence[Variable]) -> list[Variable]:
        own, collected = iter(found), iter(found[op.states :])
        outputs = [next(collected if c is None else own) for c in self.carried]
        return [unbroadcast(v, 0) if v.type.shape[0] == 1 else v for v in outputs]
