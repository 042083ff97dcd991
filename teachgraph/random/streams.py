"""Streams of random numbers for graphs, under the names of Theano's `RandomStreams`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.surface import MEANINGS
from teachgraph.ops.base import TensorLike
from teachgraph.random import distributions
from teachgraph.random.distributions import Drawn
from teachgraph.random.sizes import Size
from teachgraph.random.state import (
    Seed,
    State,
    StateVariable,
    as_state,
    seeded,
    step,
)

Distribution = Callable[..., Drawn]


class Streams:
    """What makes streams: every call that draws has a state of its own.

    `rstate` is the state that the next call begins with.
    """

    first_call = 0

    def __init__(self, seed: Seed):
        self.default_instance_seed = seed
        self.state_updates: list[tuple[Any, ...]] = []
        self.rstate: State = seeded(seed, self.first_call)

    def updates(self) -> list[tuple[Any, ...]]:
        """Each state with the one that follows it; functions update them by default."""
        return list(self.state_updates)

    def inc_rstate(self) -> None:
        """Go on to the state of the next call."""
        self.rstate = as_state(step(self.rstate))

    @public
    def seed(self, seed: Seed = None) -> None:
        """Set all streams anew: as if the object had been made with this seed.

        Args:
            seed: a whole number; None is the seed that the object was made with.
        """
        self.rstate = seeded(
            self.default_instance_seed if seed is None else seed, self.first_call
        )
        for state, *_ in self.state_updates:
            state.set_value(self.rstate)
            self.inc_rstate()

    def draw(
        self,
        distribution: Distribution,
        *args: Any,
        note: tuple[Any, ...] = (),
        **options: Any,
    ) -> Variable:
        """What a distribution draws from a new state, which functions will advance.

        `note` is what else `state_updates` tells of the draw.
        """
        state = StateVariable(self.rstate, f"rng_{len(self.state_updates)}")
        after, drawn = distribution(state, *args, **options)
        self.inc_rstate()
        state.default_update = after
        self.state_updates.append((state, after, *note))
        drawn.tag.rng, drawn.tag.update = state, (state, after)
        return drawn


def _of_draw(name: str, said: str) -> Any:
    def find(v: Variable) -> Any:
        if not hasattr(v.tag, name):
            raise AttributeError(f"{v} was not drawn from a stream and has no .{said}")
        return getattr(v.tag, name)

    return property(find)


MEANINGS.update(
    {
        ".rng": _of_draw("rng", "rng"),
        ".rstate": _of_draw("rng", "rstate"),
        ".update": _of_draw("update", "update"),
    }
)


class RandomStreams(Streams):
    """A maker of random variables, with the methods of `numpy.random`.

    Each call makes a stream: a variable whose numbers are new in every call of a
    function, and the same wherever it stands within one call. A program that runs again
    with the same seed gets the same numbers, to the bit, whatever runs it.

    >>> str(RandomStreams(seed=234).uniform((2, 3)).type)
    'float64[2, 3]'
    """

    @public
    def __init__(self, seed: Seed = None):
        super().__init__(seed)

    def __getitem__(self, item: StateVariable) -> State:
        """The state of a stream, for the variable that is a draw's `.rng`."""
        return item.get_value(borrow=True)

    def __setitem__(self, item: StateVariable, val: Any) -> None:
        item.set_value(val)

    @public
    def gen(self, op: Distribution, *args: Any, **kwargs: Any) -> Variable:
        """A draw from a new stream by any function of one.

        `op(state, ...)` gives the next state and the numbers, as those of
        `random.distributions` do.
        """
        return self.draw(op, *args, **kwargs)

    @public
    def uniform(
        self,
        size: Size = None,
        low: TensorLike = 0.0,
        high: TensorLike = 1.0,
        ndim: int | None = None,
        dtype: str | None = None,
    ) -> Variable:
        """Numbers evenly spread between `low` and `high`, neither of which is met.

        Args:
            size: the lengths; None takes the shape of `low` and `high`.
            low, high: numbers or tensors; derivatives go through them.
            ndim: the number of axes, where `size` does not tell.
            dtype: by default at least `config.floatX`.

        >>> u = RandomStreams(seed=1).uniform((2,), low=0, high=10)
        >>> bool((u.eval() < 10).all())
        True
        """
        return self.draw(distributions.uniform, size, low, high, ndim, dtype)

    @public
    def normal(
        self,
        size: Size = None,
        avg: TensorLike = 0.0,
        std: TensorLike = 1.0,
        ndim: int | None = None,
        dtype: str | None = None,
    ) -> Variable:
        """Numbers around `avg` that deviate by `std`: a Gaussian, by its quantiles.

        Derivatives go through `avg` and `std`. See `uniform` for the arguments.
        """
        return self.draw(distributions.normal, size, avg, std, ndim, dtype)

    @public
    def binomial(
        self,
        size: Size = None,
        n: TensorLike = 1,
        p: TensorLike = 0.5,
        ndim: int | None = None,
        dtype: str = "int64",
        prob: TensorLike | None = None,
    ) -> Variable:
        """How many of `n` trials succeed, each with probability `p`.

        With one trial, the default, that is 0 or 1: a mask for dropout. `prob` is an
        old name of `p`.
        """
        return self.draw(distributions.binomial, size, n, p, ndim, dtype, prob)

    @public
    def poisson(
        self,
        size: Size = None,
        lam: TensorLike = 1.0,
        ndim: int | None = None,
        dtype: str = "int64",
    ) -> Variable:
        """How often something happens that does so `lam` times on average."""
        return self.draw(distributions.poisson, size, lam, ndim, dtype)

    @public
    def random_integers(
        self,
        size: Size = None,
        low: TensorLike = 0,
        high: TensorLike = 1,
        ndim: int | None = None,
        dtype: str = "int64",
    ) -> Variable:
        """Whole numbers from `low` to `high`, both included."""
        return self.draw(distributions.random_integers, size, low, high, ndim, dtype)

    @public
    def choice(
        self,
        size: Size = None,
        a: TensorLike = 2,
        replace: bool = True,
        p: TensorLike | None = None,
        ndim: int | None = None,
        dtype: str | None = None,
    ) -> Variable:
        """Elements of the vector `a`, or numbers from 0 to a - 1, of a shape.

        Args:
            size: the lengths; None is a single element.
            a: a vector, or how many numbers there are.
            replace: whether an element may come more than once.
            p: the probability of each; equal ones by default.
            ndim: the number of axes, where `size` does not tell.
            dtype: that of `a`, or int64.
        """
        return self.draw(distributions.choice, size, a, replace, p, ndim, dtype)

    @public
    def multinomial(
        self,
        size: Size = None,
        n: TensorLike = 1,
        pvals: TensorLike = (0.5, 0.5),
        ndim: int | None = None,
        dtype: str = "int64",
    ) -> Variable:
        """How often each outcome, along the last axis of `pvals`, occurs in `n` trials.

        Args:
            size: the lengths before the last axis; None takes those of `pvals` and `n`.
            n: how many trials, a number or a tensor.
            pvals: probabilities along the last axis, one experiment a row.
            ndim: the number of axes before the last, where `size` does not tell.
            dtype: of the counts.
        """
        return self.draw(distributions.multinomial, size, n, pvals, ndim, dtype)

    @public
    def permutation(
        self,
        size: Size = None,
        n: TensorLike = 1,
        ndim: int | None = None,
        dtype: str = "int64",
    ) -> Variable:
        """The numbers from 0 to n - 1 in random order, as a last axis after `size`."""
        return self.draw(distributions.permutation, size, n, ndim, dtype)

    @public
    def shuffle_row_elements(self, input: TensorLike) -> Variable:
        """The elements of each row, the last axis, in an order of its own.

        Raises:
            wrong-rank: `input` is a single number.
        """
        return self.draw(distributions.shuffle_row_elements, input)
