"""Draws from every distribution, for whoever compares their bits."""

from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.random import MRG_RandomStreams, RandomStreams

Array = np.ndarray[Any, Any]
Draw = Callable[[Any, Any, str, int], Variable]
"""Of streams of both kinds, a dtype and a number of draws."""
MANY = 5000
P = np.array([0.1, 0.0, 0.35, 0.05, 0.5])

DRAWS: dict[str, Draw] = {
    "uniform": lambda s, m, d, n: s.uniform((n,), dtype=d),
    "uniform between": lambda s, m, d, n: s.uniform((n,), -0.3, 1.7, dtype=d),
    "normal": lambda s, m, d, n: s.normal((n,), dtype=d),
    "normal moved": lambda s, m, d, n: s.normal((n,), avg=0.3, std=1.1, dtype=d),
    "truncated_normal": lambda s, m, d, n: m.truncated_normal((n,), 1, 0.7, dtype=d),
    "binomial once": lambda s, m, d, n: s.binomial((n,), p=0.3, dtype=d),
    "binomial few": lambda s, m, d, n: s.binomial((n,), n=12, p=0.3, dtype=d),
    "binomial many": lambda s, m, d, n: s.binomial((n,), n=200, p=0.7, dtype=d),
    "poisson few": lambda s, m, d, n: s.poisson((n,), lam=2.5, dtype=d),
    "poisson many": lambda s, m, d, n: s.poisson((n,), lam=75.0, dtype=d),
    "random_integers": lambda s, m, d, n: s.random_integers((n,), -3, 1000, dtype=d),
    "choice": lambda s, m, d, n: s.choice((n,), a=P.astype(d)),
    "choice weighted": lambda s, m, d, n: s.choice((n,), a=5, p=P, dtype=d),
    "choice once each": lambda s, m, d, n: s.choice((n,), 2 * n, False, dtype=d),
    "choice of rows": lambda s, m, d, n: m.choice(3, p=rows_of(P, n), dtype=d),
    "multinomial once": lambda s, m, d, n: s.multinomial((n // 5,), pvals=P, dtype=d),
    "multinomial many": lambda s, m, d, n: s.multinomial((n // 5,), 90, P, dtype=d),
    "multinomial_wo_replacement": lambda s, m, d, n: m.multinomial_wo_replacement(
        n=2, pvals=rows_of(P, n), dtype=d
    ),
    "permutation": lambda s, m, d, n: s.permutation((n // 10,), 10, dtype=d),
    "shuffle_row_elements": lambda s, m, d, n: s.shuffle_row_elements(
        np.eye(n // 50, 50, dtype=d)
    ),
}


def rows_of(p: Array, count: int) -> Array:
    return np.tile(p, (count // 10, 1))


def streams() -> tuple[RandomStreams, MRG_RandomStreams]:
    return RandomStreams(234), MRG_RandomStreams(234)


def all_draws(dtype: str) -> dict[str, Variable]:
    both = streams()
    return {name: draw(*both, dtype, MANY) for name, draw in DRAWS.items()}
