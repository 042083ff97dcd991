"""Random calls that read and write at indices, some of them outside."""

from __future__ import annotations

from bad_cases import (
    Case,
    Rng,
    case,
    cube,
    i,
    indices,
    j,
    k,
    length,
    likely,
    near,
    numbers,
    p,
    pp,
    q,
    u,
    v,
    x,
    y,
)

import teachgraph as tg
import teachgraph.tensor as T


@case
def element(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    return [x, i, j], x[i, j] * 2, [numbers(rng, n, m), likely(rng, n), likely(rng, m)]


@case
def row(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    return [x, i], T.exp(x[i]) + 1, [numbers(rng, n, m), likely(rng, n)]


@case
def part(rng: Rng) -> Case:
    n = length(rng)
    given = [likely(rng, n) for _ in range(2)]
    step = int(rng.choice([1, 2, -1, -3, 0, 2**62, -(2**62), -(2**63)]))
    return [v, i, j, k], T.sin(v[i:j:k]), [numbers(rng, n), *given, step]


@case
def rows_by_numbers(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    return [x, p], x[p] * 3, [numbers(rng, n, m), indices(rng, n, length(rng))]


@case
def pairs_by_numbers(rng: Rng) -> Case:
    n, m, r = length(rng), length(rng), length(rng)
    values = [numbers(rng, n, m), indices(rng, n, r), indices(rng, m, near(rng, r))]
    return [x, p, q], x[p, q] + 1, values


@case
def between_slices(rng: Rng) -> Case:
    n, m, r = length(rng), length(rng), length(rng)
    values = [numbers(rng, 2, n, m), indices(rng, n, r), likely(rng, m)]
    return [cube, p, i], cube[:, p, i:].sum(axis=2), values


@case
def taken(rng: Rng) -> Case:
    n, m = length(rng) + 1, length(rng)
    mode = str(rng.choice(["raise", "wrap", "clip"]))
    out = T.tanh(x.take(p, axis=1, mode=mode))
    return [x, p], out, [numbers(rng, n, m), indices(rng, m, length(rng))]


@case
def taken_along(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    values = [numbers(rng, n, m), indices(rng, m, near(rng, n), length(rng))]
    return [x, pp], T.take_along_axis(x, pp, 1), values


@case
def by_mask(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    mask = rng.random(max(0, near(rng, n))) < 0.5
    b = T.vector("b", dtype="bool")
    return [x, b], x[b] * 2, [numbers(rng, n, m), mask]


@case
def set_by_mask(rng: Rng) -> Case:
    n = length(rng)
    mask = rng.random(max(0, near(rng, n))) < 0.5
    b = T.vector("b", dtype="bool")
    values = [numbers(rng, n), mask, numbers(rng, near(rng, int(mask.sum())))]
    return [v, b, u], T.set_subtensor(v[b], u), values


@case
def added_by_numbers(rng: Rng) -> Case:
    n, m, r = length(rng), length(rng), length(rng)
    values = [
        numbers(rng, n, m),
        indices(rng, n, r),
        numbers(rng, near(rng, r), near(rng, m)),
    ]
    return [x, p, y], T.inc_subtensor(x[p], y), values


@case
def added_to_pairs(rng: Rng) -> Case:
    n, m, r = length(rng), length(rng), length(rng)
    pair = [indices(rng, n, r), indices(rng, m, near(rng, r))]
    values = [numbers(rng, n, m), *pair, numbers(rng, near(rng, r))]
    return [x, p, q, v], T.inc_subtensor(x[p, q], v), values


@case
def set_part(rng: Rng) -> Case:
    n = length(rng)
    first, last = likely(rng, n), likely(rng, n)
    room = len(range(n)[first:last])
    values = [numbers(rng, n), first, last, numbers(rng, near(rng, room))]
    return [v, i, j, u], T.set_subtensor(v[i:j], u), values


@case
def set_element(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    values = [numbers(rng, n, m), likely(rng, n), numbers(rng, near(rng, m))]
    return [x, i, v], T.inc_subtensor(x[i], v), values


@case
def gradient_of_rows(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    values = [numbers(rng, n, m), indices(rng, n, length(rng))]
    return [x, p], tg.grad((x[p] ** 2).sum(), x), values


@case
def counted(rng: Rng) -> Case:
    values = rng.integers(0 if rng.random() < 0.7 else -2, 6, length(rng))
    return [p, i], T.bincount(p, minlength=i), [values, near(rng, 2, 3)]


@case
def counted_by_weight(rng: Rng) -> Case:
    n = length(rng)
    values = rng.integers(0 if rng.random() < 0.8 else -1, 6, n)
    return [p, v], T.bincount(p, v), [values, numbers(rng, near(rng, n))]


@case
def searched(rng: Rng) -> Case:
    n = length(rng)
    order = rng.permutation(max(0, near(rng, n)))
    if rng.random() < 0.3 and len(order):
        order[0] = n + 3
    values = [numbers(rng, n), numbers(rng, length(rng)), order]
    return [v, u, p], T.searchsorted(v, u, sorter=p), values


@case
def one_hot(rng: Rng) -> Case:
    n = length(rng)
    return [p], T.to_one_hot(p, 4), [indices(rng, 4, n)]


@case
def one_hot_of_many(rng: Rng) -> Case:
    n = length(rng) + 1
    return [p, i], T.eq(p.dimshuffle(0, "x"), T.arange(i)), [indices(rng, n, n), n]


@case
def chosen(rng: Rng) -> Case:
    n = length(rng)
    mode = str(rng.choice(["raise", "wrap", "clip"]))
    values = [indices(rng, 2, n), numbers(rng, near(rng, n)), numbers(rng, n)]
    return [p, v, u], T.choose(p, [v, u], mode=mode), values


@case
def found(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    return [x], [a + 1 for a in T.nonzero(x > 0)], [numbers(rng, n, m)]


@case
def unravelled(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    out = T.unravel_index(p, T.stack([i, j]))
    return [p, i, j], out, [indices(rng, n * m, 3), n, m]


@case
def put_by_numbers_that_repeat(rng: Rng) -> Case:
    n, m, r = length(rng), length(rng), length(rng)
    out = T.set_subtensor(x[:, p], y)
    values = [numbers(rng, n, m), indices(rng, m, r), numbers(rng, near(rng, n), r)]
    return [x, p, y], out, values


@case
def slices_added(rng: Rng) -> Case:
    n = length(rng)
    first, last = near(rng, 0), near(rng, n)
    values = [numbers(rng, n), numbers(rng, near(rng, n)), first, last]
    return [v, u, i, j], v[i:j][::-1] + u[: j - i], values
