"""A loop that remembers only every so many turns, and takes the others again.

For a gradient all states of a loop must be kept. Here an outer loop keeps the state
after each chunk of turns, and its gradient walks through a chunk once more: memory for
n / N + N states in place of n, for one more forward pass.

Source: Chen, Xu, Zhang, Guestrin, "Training deep nets with sublinear memory cost"
(2016), section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.op import constant
from teachgraph.ops.alloc import alloc, lengths_of
from teachgraph.ops.creation import arange
from teachgraph.ops.join import as_tensor_variable, join
from teachgraph.ops.reshape import reshape
from teachgraph.ops.scalars import minimum
from teachgraph.scan import faults
from teachgraph.scan.front import scan
from teachgraph.scan.given import listed, turns
from teachgraph.scan.lengths import length
from teachgraph.scan.updates import OrderedUpdates


@public
def scan_checkpoints(
    fn: Callable[..., Any],
    sequences: Any = (),
    outputs_info: Any = None,
    non_sequences: Any = (),
    name: str = "checkpointscan_fn",
    n_steps: Any = None,
    save_every_N: int = 10,
    padding: bool = True,
) -> tuple[Any, OrderedUpdates]:
    """`scan`, but only every `save_every_N`th turn is kept and given.

    Args:
        fn, sequences, outputs_info, non_sequences, n_steps: as for `scan`, without
            taps; all sequences are equally long.
        save_every_N: how many turns are taken between two that are kept.
        padding: fill sequences up with zeros to whole chunks; without it their length
            must be a multiple of `save_every_N`.

    Returns:
        the outputs after each chunk of turns, and the updates.

    Raises:
        loop-taps: a state has taps.
        loop-without-end: there are neither sequences nor `n_steps`.
    """
    info = listed(outputs_info)
    if any(isinstance(one, Mapping) and "taps" in one for one in info):
        raise faults.taps_with_checkpoints()
    walked = [as_tensor_variable(x) for x in listed(sequences)]
    more = [as_tensor_variable(v) for v in listed(non_sequences)]
    n = turns(n_steps)
    if n is not None:
        walked = [x[:n] for x in walked]
    elif walked:
        n = length(walked[0])
    else:
        raise faults.no_length()
    size = save_every_N
    chunks = (n + (size - 1)) // size
    sizes = minimum(n - arange(chunks) * size, size)
    parts = [_in_chunks(x, chunks, size, padding) for x in walked]
    states = [one is not None for one in info]

    def chunk(*given: Variable) -> tuple[list[Variable], OrderedUpdates]:
        rows = given[: len(parts)]
        past = iter(given[len(parts) + 1 : len(given) - len(more)])
        results, updates = scan(
            fn,
            list(rows),
            [next(past) if is_state else None for is_state in states],
            more,
            given[len(parts)],
            name=f"{name}_inner",
            return_list=True,
        )
        return [out[-1] for out in results], updates

    return scan(chunk, [*parts, sizes], info, more, chunks, name=f"{name}_outer")


def _in_chunks(x: Variable, chunks: Variable, size: int, padding: bool) -> Variable:
    """The sequence with an axis for chunks before that for turns."""
    rest: Sequence[Variable] = lengths_of(x)[1:]
    if padding:
        missing = chunks * size - length(x)
        x = join(0, x, alloc(constant(0, dtype=x.dtype), missing, *rest))
    return reshape(x, [chunks, size, *rest], ndim=x.ndim + 1)
