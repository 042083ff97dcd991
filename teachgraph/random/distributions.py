"""The distributions: each takes a state, and gives the next one and the numbers drawn.

All are expressions over uniform numbers, so that they are fused and drawn like any
other part of a graph, and derivatives go through their parameters where the numbers
depend on them smoothly. What could round in two ways is in them a single node, see
`ops.quantiles`, so the numbers are the same to the bit however a graph is rewritten and
whatever runs it. `RandomStreams` calls these with states of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.op import known_value
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import upcast
from teachgraph.ops.alloc import as_length, lengths_of
from teachgraph.ops.base import TensorLike, as_tensor, like
from teachgraph.ops.casting import cast
from teachgraph.ops.creation import arange
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.quantiles import (
    arrival,
    normal_quantile,
    truncated_normal_quantile,
    uniform_quantile,
)
from teachgraph.ops.random import DIGITS, Draws
from teachgraph.ops.random_counts import (
    MultinomialCounts,
    binomial_count,
    poisson_count,
)
from teachgraph.ops.reshape import flatten, reshape
from teachgraph.ops.scalars import eq, lt, mul
from teachgraph.ops.shape import shape_padright
from teachgraph.ops.sort import argsort
from teachgraph.ops.statistics import argmax
from teachgraph.random.ranges import check_deviation, check_probability
from teachgraph.random.sizes import Size, lengths_for

Drawn = tuple[Variable, Variable]
"""The state after, and the numbers."""

SPREAD_KEPT = 0.87962566103423978
"""The standard deviation of a normal distribution cut off at two of them."""


def uniform(
    state: Variable,
    size: Size = None,
    low: TensorLike = 0.0,
    high: TensorLike = 1.0,
    ndim: int | None = None,
    dtype: str | None = None,
) -> Drawn:
    """Numbers evenly spread between `low` and `high`, neither of which is met.

    Args:
        state: of a stream.
        size: the lengths; None takes the shape of `low` and `high`.
        low, high: numbers or tensors; derivatives go through them.
        ndim: the number of axes, where `size` does not tell.
        dtype: by default at least `config.floatX`.
    """
    if _is_number(low, 0) and _is_number(high, 1):
        kind, lengths = _of_parameters(size, (low, high), ndim, dtype)
        draws = Draws(state)
        u = draws.uniform(kind, lengths)
        return draws.after(), u
    return _smooth(uniform_quantile, state, size, (low, high), ndim, dtype)


def normal(
    state: Variable,
    size: Size = None,
    avg: TensorLike = 0.0,
    std: TensorLike = 1.0,
    ndim: int | None = None,
    dtype: str | None = None,
) -> Drawn:
    """Numbers around `avg` that deviate by `std`: a Gaussian, by its quantiles.

    Derivatives go through `avg` and `std`. The arguments are those of `uniform`.
    """
    check_deviation(std)
    return _smooth(normal_quantile, state, size, (avg, std), ndim, dtype)


def truncated_normal(
    state: Variable,
    size: Size = None,
    avg: TensorLike = 0.0,
    std: TensorLike = 1.0,
    ndim: int | None = None,
    dtype: str | None = None,
) -> Drawn:
    """A Gaussian cut off at two standard deviations of the uncut one, by its quantiles.

    `std` is the standard deviation before the cut; afterwards it is 0.88 of that.
    """
    return _smooth(truncated_normal_quantile, state, size, (avg, std), ndim, dtype)


def binomial(
    state: Variable,
    size: Size = None,
    n: TensorLike = 1,
    p: TensorLike = 0.5,
    ndim: int | None = None,
    dtype: str = "int64",
    prob: TensorLike | None = None,
) -> Drawn:
    """How many of `n` trials succeed, each with probability `p`.

    One trial compares a uniform number with `p`. `prob` is an old name of `p`.
    """
    check_probability(p if prob is None else prob)
    trials, chance = as_tensor(n), as_tensor(p if prob is None else prob)
    lengths = lengths_for(size, ndim, trials, chance)
    draws = Draws(state)
    if _is_number(n, 1):
        found = lt(draws.uniform(config.floatX, lengths), chance)
    else:
        u = draws.uniform("float64", lengths)
        found = binomial_count(u, trials, chance)
    return draws.after(), _fitted(cast(found, dtype), lengths)


def poisson(
    state: Variable,
    size: Size = None,
    lam: TensorLike = 1.0,
    ndim: int | None = None,
    dtype: str = "int64",
) -> Drawn:
    """How often something happens that does so `lam` times on average."""
    mean = as_tensor(lam)
    lengths = lengths_for(size, ndim, mean)
    draws = Draws(state)
    found = poisson_count(draws.uniform("float64", lengths), mean)
    return draws.after(), _fitted(cast(found, dtype), lengths)


def random_integers(
    state: Variable,
    size: Size = None,
    low: TensorLike = 0,
    high: TensorLike = 1,
    ndim: int | None = None,
    dtype: str = "int64",
) -> Drawn:
    """Whole numbers from `low` to `high`, both included."""
    least, most = as_tensor(low), as_tensor(high)
    lengths = lengths_for(size, ndim, least, most)
    draws = Draws(state)
    count = cast(most, "int64") - least + 1
    found = least + _below(draws.uniform("float64", lengths), count)
    return draws.after(), _fitted(cast(found, dtype), lengths)


def choice(
    state: Variable,
    size: Size = None,
    a: TensorLike = 2,
    replace: bool = True,
    p: TensorLike | None = None,
    ndim: int | None = None,
    dtype: str | None = None,
) -> Drawn:
    """Elements of `a`, or numbers from 0 to a - 1, of a shape.

    Args:
        state: of a stream.
        size: the lengths; None is a single element.
        a: a vector, or how many numbers there are.
        replace: whether an element may come more than once.
        p: the probability of each, scaled to sum to one; equal ones by default.
        ndim: the number of axes, where `size` does not tell.
        dtype: that of `a`, or int64.
    """
    pool = as_tensor(a)
    if pool.ndim > 1:
        raise Fault("wrong-rank", f"what to choose from is a vector, not {pool.type}")
    lengths = lengths_for(size, ndim)
    count = lengths_of(pool)[0] if pool.ndim else as_length(pool)
    draws = Draws(state)
    if not replace:
        have, wanted = known_value(count), known_value(_product(lengths))
        if isinstance(have, int) and isinstance(wanted, int) and wanted > have:
            raise Fault(
                "wrong-value",
                f"{wanted} cannot be chosen of {have} without putting any back",
            )
        keys = race(draws.uniform("float64", [count]), p)
        found = reshape(argsort(-keys)[: _product(lengths)], lengths, len(lengths))
    elif p is None:
        found = _below(draws.uniform("float64", lengths), count)
    else:
        keys = race(draws.uniform("float64", [*lengths, count]), p)
        found = argmax(keys, axis=-1)
    chosen = pool[found] if pool.ndim else found
    return draws.after(), cast(chosen, dtype or (pool.dtype if pool.ndim else "int64"))


def multinomial(
    state: Variable,
    size: Size = None,
    n: TensorLike = 1,
    pvals: TensorLike = (0.5, 0.5),
    ndim: int | None = None,
    dtype: str = "int64",
) -> Drawn:
    """How often each outcome occurs in `n` trials.

    Args:
        state: of a stream.
        size: the lengths before the last axis; None takes those of `pvals` and `n`.
        n: how many trials, a number or a tensor.
        pvals: the probability of each outcome along the last axis, scaled to sum to
            one; what stands before it are several experiments.
        ndim: the number of axes before the last, where `size` does not tell.
        dtype: of the counts.
    """
    p, trials = as_tensor(pvals), as_tensor(n)
    if not p.ndim:
        raise Fault("wrong-rank", "the probabilities are at least a vector")
    experiments: Variable = p[..., 0]
    lead = lengths_for(size, ndim, trials, experiments)
    lengths = [*lead, lengths_of(p)[-1]]
    draws = Draws(state)
    u = draws.uniform("float64", lengths)
    if _is_number(n, 1):
        picked = argmax(race(u, p), axis=-1)
        found = eq(arange(lengths[-1]), shape_padright(picked))
    else:
        found = MultinomialCounts()(u, trials, p)
    return draws.after(), _fitted(cast(found, dtype), lengths)


def permutation(
    state: Variable,
    size: Size = None,
    n: TensorLike = 1,
    ndim: int | None = None,
    dtype: str = "int64",
) -> Drawn:
    """The numbers from 0 to n - 1 in random order, as a last axis after `size`."""
    single = size is None or (isinstance(size, tuple | list) and not size)
    lead = [] if single else lengths_for(size, ndim)
    draws = Draws(state)
    order = argsort(draws.uniform("float64", [*lead, as_length(n)]))
    return draws.after(), cast(order, dtype)


def shuffle_row_elements(state: Variable, input: TensorLike) -> Drawn:
    """The elements of each row of `input`, its last axis, in an order of its own."""
    x = as_tensor(input)
    if not x.ndim:
        raise Fault("wrong-rank", "a single number has no rows to shuffle")
    *lead, width = lengths_of(x)
    after, order = permutation(state, lead, width)
    rows = reshape(order, [_product(lead), width], 2)
    places = rows + shape_padright(arange(_product(lead)) * width)
    return after, reshape(flatten(x)[flatten(places)], [*lead, width], x.ndim)


def _is_number(value: TensorLike, number: float) -> bool:
    """True for the number itself, so that nothing need be computed with it."""
    return isinstance(value, int | float) and value == number


def _float_dtype(dtype: str | None, parameters: Sequence[Variable]) -> str:
    """The dtype of smooth numbers: what is asked for, or at least `floatX`."""
    if dtype in (None, "floatX"):
        return upcast(config.floatX, *(p.dtype for p in parameters))
    if dtype not in DIGITS:
        raise Fault(
            "wrong-dtype",
            f"numbers drawn from an interval cannot be {dtype}",
            hints=(Hint(f"one of {', '.join(DIGITS)}"),),
        )
    return dtype


def _of_parameters(
    size: Size, given: Sequence[TensorLike], ndim: int | None, dtype: str | None
) -> tuple[str, list[Variable]]:
    """The dtype and the lengths of what is drawn around two parameters."""
    parameters = [as_tensor(p) for p in given]
    return _float_dtype(dtype, parameters), lengths_for(size, ndim, *parameters)


def _smooth(
    quantile: Elementwise,
    state: Variable,
    size: Size,
    parameters: tuple[TensorLike, TensorLike],
    ndim: int | None,
    dtype: str | None,
) -> Drawn:
    """Quantiles of uniform numbers, around two parameters."""
    kind, lengths = _of_parameters(size, parameters, ndim, dtype)
    draws = Draws(state)
    u = draws.uniform(kind, lengths)
    found = quantile(u, *(_in_dtype(p, u) for p in parameters))
    return draws.after(), _fitted(found, lengths)


def _in_dtype(value: TensorLike, u: Variable) -> Variable:
    if isinstance(value, int | float):
        return like(value, u)
    return cast(as_tensor(value), u.dtype)


def _below(u: Variable, count: Variable) -> Variable:
    """Whole numbers from 0 to count - 1; u < 1 makes u * count round to less."""
    return cast(u * count, "int64")


def race(u: Variable, p: TensorLike | None) -> Variable:
    """Keys of which the largest, along the last axis, wins with probability `p`.

    -log(u) / p is the time to wait for something that happens p times a second; who
    comes first has share p of all races, and the next is first among those left.
    """
    return u if p is None else arrival(u, as_tensor(p))


def _product(lengths: Sequence[Variable]) -> Variable:
    found = as_length(1)
    for n in lengths:
        found = mul(found, n)
    return found


def _fitted(found: Variable, lengths: Sequence[Variable]) -> Variable:
    """The numbers, if the parameters did not stretch them beyond the size.

    Raises:
        shape-mismatch: they did.
    """
    for axis, n in enumerate(lengths):
        if n.data is not None and n.data == 1 and not found.broadcastable[axis]:
            raise Fault(
                "shape-mismatch",
                f"the size is 1 on axis {axis}, where a parameter may be longer",
                hints=(Hint("leave the size out to take the parameters' shape"),),
            )
    return found
