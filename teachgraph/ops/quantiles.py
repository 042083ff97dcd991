"""Rows of the table of scalar functions: random numbers out of uniform ones.

Each gives the number below which a draw lies with probability `u`, so a uniform `u`
makes it a draw. They are made in `kernel.exact` of operations that leave no choice, and
stand in a graph as one node each, which no rewriting takes apart: every backend gives
the same bits, with and without optimization.
"""

from __future__ import annotations

from teachgraph.kernel import build as k
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.ops.base import like
from teachgraph.ops.dtypes import to_real_float
from teachgraph.ops.elementwise import Elementwise, binary, ternary

uniform_quantile = ternary(
    "uniform_quantile",
    types=to_real_float,
    numpy=FUNCTIONS["uniform_quantile"].numpy,
    kernel=k.function("uniform_quantile"),
    grad=lambda u, low, high, x, g: (None, g * (1 - u), g * u),
    doc="The number that has a share u of the interval from `low` to `high` below it. "
    "There is no derivative through u, here and in the other draws.",
    latex=r"\operatorname{{uniform}}^{{-1}}({0}; {1}, {2})",
    cost=3,
    samples=((0.1, 0.9), (-3, -1), (1, 3)),
)

normal_quantile: Elementwise = ternary(
    "normal_quantile",
    types=to_real_float,
    numpy=FUNCTIONS["normal_quantile"].numpy,
    kernel=k.function("normal_quantile"),
    grad=lambda u, avg, std, x, g: (
        None,
        g,
        g * normal_quantile(u, like(0, x), like(1, x)),
    ),
    doc="The number below which a Gaussian one lies with probability u, if it has the "
    "mean `avg` and the standard deviation `std`.",
    latex=r"\mathcal{{N}}^{{-1}}({0}; {1}, {2})",
    domain="u in (0, 1)",
    cost=80,
    samples=((0.1, 0.9), (-3, 3), (0.5, 3)),
)

truncated_normal_quantile: Elementwise = ternary(
    "truncated_normal_quantile",
    types=to_real_float,
    numpy=FUNCTIONS["truncated_normal_quantile"].numpy,
    kernel=k.function("truncated_normal_quantile"),
    grad=lambda u, avg, std, x, g: (
        None,
        g,
        g * truncated_normal_quantile(u, like(0, x), like(1, x)),
    ),
    doc="The same of a Gaussian that is cut off two standard deviations `std` from its "
    "mean `avg` on both sides.",
    latex=r"\mathcal{{N}}_2^{{-1}}({0}; {1}, {2})",
    domain="u in (0, 1)",
    cost=80,
    samples=((0.1, 0.9), (-3, 3), (0.5, 3)),
)

arrival = binary(
    "arrival",
    types=to_real_float,
    numpy=FUNCTIONS["arrival"].numpy,
    kernel=k.function("arrival"),
    grad=None,
    doc="log(u) / rate: the larger, the sooner comes what happens `rate` times a "
    "second.",
    latex=r"\ln({0}) / {1}",
    domain="u in (0, 1); -inf where the rate is 0",
    cost=40,
    samples=((0.1, 0.9), (0.5, 3)),
)
