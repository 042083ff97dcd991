"""Theano's `MRG_RandomStreams`, a name and its methods over the same generator.

Theano had two generators, one of them for GPUs. Here there is one; what differs are a
few arguments, and that the streams are others than those of `RandomStreams`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.ops.alloc import as_length, lengths_of
from teachgraph.ops.base import Array, TensorLike, as_tensor
from teachgraph.ops.casting import cast
from teachgraph.ops.random import Draws
from teachgraph.ops.shape import expand_dims
from teachgraph.ops.sort import argsort
from teachgraph.ops.statistics import argmax
from teachgraph.random import distributions
from teachgraph.random.distributions import Drawn, race
from teachgraph.random.sizes import Size
from teachgraph.random.state import Seed, as_state, seeded, step
from teachgraph.random.streams import Distribution, Streams


def choice_of_rows(
    state: Variable, size: TensorLike, replace: bool, p: TensorLike, dtype: str
) -> Drawn:
    """`size` positions for each row of probabilities `p`, along a new last axis."""
    weights, count = as_tensor(p), as_length(size)
    *lead, width = lengths_of(weights)
    draws = Draws(state)
    if replace:
        u = draws.uniform("float64", [*lead, count, width])
        found = argmax(race(u, expand_dims(weights, -2)), axis=-1)
    else:
        u = draws.uniform("float64", [*lead, width])
        found = argsort(-race(u, weights))[..., :count]
    return draws.after(), cast(found, dtype)


class MRG_RandomStreams(Streams):
    """A maker of random variables, with the methods of Theano's second generator.

    Each call makes a stream, as with `RandomStreams`. `nstreams` and `target`, which
    once divided the work on a GPU, are accepted and change nothing.
    """

    first_call = 1 << 31

    @public
    def __init__(self, seed: Seed = 12345, use_cuda: bool | None = None):
        del use_cuda
        super().__init__(seed)

    @public
    def set_rstate(self, seed: Seed) -> None:
        """Choose the seed of the streams that are made from here on."""
        self.rstate = seeded(seed, self.first_call)

    def get_substream_rstates(
        self, n_streams: int, dtype: str = "float32", inc_rstate: bool = True
    ) -> Array:
        """The states of the next streams, one a row.

        Args:
            n_streams: how many.
            dtype: accepted; a state is the same for all.
            inc_rstate: go on behind them.
        """
        del dtype
        states = [as_state(step(self.rstate, i)) for i in range(n_streams)]
        if inc_rstate:
            self.rstate = as_state(step(self.rstate, n_streams))
        return np.array(states)

    def _draw(
        self,
        distribution: Distribution,
        size: Size,
        nstreams: int | None,
        target: str | None,
        *args: Any,
    ) -> Variable:
        del target
        return self.draw(distribution, size, *args, note=(size, nstreams))

    @public
    def uniform(
        self,
        size: Size,
        low: TensorLike = 0.0,
        high: TensorLike = 1.0,
        ndim: int | None = None,
        dtype: str | None = None,
        nstreams: int | None = None,
        target: str | None = None,
    ) -> Variable:
        """Numbers evenly spread between `low` and `high`, neither of which is met.

        Args:
            size: the lengths, numbers or variables.
            low, high: numbers or tensors; derivatives go through them.
            ndim: the number of axes, where `size` does not tell.
            dtype: by default at least `config.floatX`.
            nstreams, target: accepted.
        """
        work = distributions.uniform
        return self._draw(work, size, nstreams, target, low, high, ndim, dtype)

    @public
    def binomial(
        self,
        size: Size = None,
        n: TensorLike = 1,
        p: TensorLike = 0.5,
        ndim: int | None = None,
        dtype: str = "int64",
        nstreams: int | None = None,
        target: str | None = None,
    ) -> Variable:
        """How many of `n` trials succeed, each with probability `p`.

        With one trial, the default, that is 0 or 1: a mask for dropout.
        """
        work = distributions.binomial
        return self._draw(work, size, nstreams, target, n, p, ndim, dtype)

    @public
    def normal(
        self,
        size: Size,
        avg: TensorLike = 0.0,
        std: TensorLike = 1.0,
        ndim: int | None = None,
        dtype: str | None = None,
        nstreams: int | None = None,
        truncate: bool = False,
        target: str | None = None,
    ) -> Variable:
        """Numbers around `avg` that deviate by `std`: a Gaussian.

        `truncate` cuts it off at two standard deviations, which makes the deviation of
        what is left 0.88 of `std`. Derivatives go through `avg` and `std`.
        """
        cut = distributions.truncated_normal
        work = cut if truncate else distributions.normal
        return self._draw(work, size, nstreams, target, avg, std, ndim, dtype)

    @public
    def truncated_normal(
        self,
        size: Size,
        avg: TensorLike = 0.0,
        std: TensorLike = 1.0,
        ndim: int | None = None,
        dtype: str | None = None,
        nstreams: int | None = None,
        target: str | None = None,
    ) -> Variable:
        """A Gaussian cut off on both sides that deviates by `std` after the cut."""
        work = distributions.truncated_normal
        wide = as_tensor(std) / distributions.SPREAD_KEPT
        return self._draw(work, size, nstreams, target, avg, wide, ndim, dtype)

    @public
    def multinomial(
        self,
        size: Size = None,
        n: TensorLike = 1,
        pvals: TensorLike = (0.5, 0.5),
        ndim: int | None = None,
        dtype: str = "int64",
        nstreams: int | None = None,
        target: str | None = None,
    ) -> Variable:
        """How often each outcome, along the last axis of `pvals`, occurs in `n` trials.

        `size`, which Theano refused here, are the lengths before the last axis.
        """
        work = distributions.multinomial
        return self._draw(work, size, nstreams, target, n, pvals, ndim, dtype)

    @public
    def choice(
        self,
        size: Any = 1,
        a: TensorLike | None = None,
        replace: bool = True,
        p: TensorLike | None = None,
        ndim: int | None = None,
        dtype: str = "int64",
        nstreams: int | None = None,
        target: str | None = None,
    ) -> Variable:
        """Positions, drawn by their probabilities.

        Args:
            size: how many; where `p` is a vector or missing, the lengths.
            a: how many positions there are, or a vector to take elements from; `p`
                tells by default.
            replace: whether a position may come more than once.
            p: probabilities; of a matrix, each row makes `size` choices.
            ndim: the number of axes, where `size` does not tell.
            dtype: of the positions.
            nstreams, target: accepted.
        """
        if p is not None and as_tensor(p).ndim > 1:
            note = (size, nstreams)
            return self.draw(choice_of_rows, size, replace, p, dtype, note=note)
        pool = lengths_of(as_tensor(p))[0] if a is None and p is not None else a
        given = 2 if pool is None else pool
        work = distributions.choice
        return self._draw(work, size, nstreams, target, given, replace, p, ndim, dtype)

    @public
    def multinomial_wo_replacement(
        self,
        size: Size = None,
        n: TensorLike = 1,
        pvals: TensorLike = (0.5, 0.5),
        ndim: int | None = None,
        dtype: str = "int64",
        nstreams: int | None = None,
        target: str | None = None,
    ) -> Variable:
        """An old name of `choice`: `n` different positions for each row of `pvals`."""
        del size, ndim, target
        note = (n, nstreams)
        return self.draw(choice_of_rows, n, False, pvals, dtype, note=note)
