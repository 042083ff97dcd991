"""Loops of a common form: map, reduce, and folds from either end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.scan.front import scan
from teachgraph.scan.updates import OrderedUpdates

Results = tuple[Any, OrderedUpdates]


@public
def map(
    fn: Callable[..., Any],
    sequences: Any,
    non_sequences: Any = None,
    truncate_gradient: int = -1,
    go_backwards: bool = False,
    mode: Any = None,
    name: str | None = None,
) -> Results:
    """`fn` of each element of the sequences, stacked; see `scan`.

    Gives the results, of shape (turns, *shape), and the updates.

    >>> squares, _ = tg.map(lambda e: e**2, T.arange(4))
    >>> squares.eval()
    array([0, 1, 4, 9])
    """
    return scan(
        fn,
        sequences,
        [],
        non_sequences,
        truncate_gradient=truncate_gradient,
        go_backwards=go_backwards,
        mode=mode,
        name=name,
    )


@public
def reduce(
    fn: Callable[..., Any],
    sequences: Any,
    outputs_info: Any,
    non_sequences: Any = None,
    go_backwards: bool = False,
    mode: Any = None,
    name: str | None = None,
) -> Results:
    """What the last turn gives, each turn reading the one before; see `scan`.

    Gives the last state, of the shape of `outputs_info`, and the updates.

    >>> total, _ = tg.reduce(lambda e, s: s + e, T.arange(5), T.constant(0))
    >>> total.eval()
    array(10)
    """
    outputs, updates = scan(
        fn,
        sequences,
        outputs_info,
        non_sequences,
        go_backwards=go_backwards,
        mode=mode,
        name=name,
    )
    if isinstance(outputs, Variable):
        return outputs[-1], updates
    return [out[-1] for out in outputs], updates


@public
def foldl(
    fn: Callable[..., Any],
    sequences: Any,
    outputs_info: Any,
    non_sequences: Any = None,
    mode: Any = None,
    name: str | None = None,
) -> Results:
    """`reduce` from the first element to the last.

    >>> first, _ = tg.foldl(lambda e, s: 10 * s + e, T.arange(4), T.constant(0))
    >>> first.eval()
    array(123)
    """
    return reduce(fn, sequences, outputs_info, non_sequences, False, mode, name)


@public
def foldr(
    fn: Callable[..., Any],
    sequences: Any,
    outputs_info: Any,
    non_sequences: Any = None,
    mode: Any = None,
    name: str | None = None,
) -> Results:
    """`reduce` from the last element to the first.

    >>> last, _ = tg.foldr(lambda e, s: 10 * s + e, T.arange(4), T.constant(0))
    >>> last.eval()
    array(3210)
    """
    return reduce(fn, sequences, outputs_info, non_sequences, True, mode, name)
