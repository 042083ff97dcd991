"""Random calls that join, split, stretch and multiply what may not fit."""

from __future__ import annotations

import numpy as np
from bad_cases import (
    Case,
    Rng,
    case,
    cube,
    i,
    j,
    k,
    length,
    likely,
    near,
    numbers,
    p,
    q,
    u,
    v,
    x,
    y,
)

import teachgraph.tensor as T


@case
def reshaped(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    rows, columns = near(rng, n), near(rng, m)
    return [x, i, j], x.reshape((i, j)) * 2, [numbers(rng, n, m), rows, columns]


@case
def reshaped_as_far_as_said(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    return [x, i], x.reshape((i, -1)) * 2, [numbers(rng, n, m), near(rng, m)]


@case
def reshaped_by_vector(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    shape = [near(rng, m), -1] if rng.random() < 0.5 else [near(rng, n), near(rng, m)]
    out = T.exp(x.reshape(p, ndim=2))
    return [x, p], out, [numbers(rng, n, m), np.array(shape)]


@case
def split(rng: Rng) -> Case:
    n = length(rng)
    first = near(rng, n // 2)
    sizes = np.array([first, near(rng, n - first)])
    a, b = T.split(v, p, 2)
    return [v, p], [a * 2, b + 1], [numbers(rng, n), sizes]


@case
def joined(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    values = [numbers(rng, n, m), numbers(rng, length(rng), near(rng, m))]
    return [x, y], T.concatenate([x, y * 2], axis=0) + 1, values


@case
def stacked(rng: Rng) -> Case:
    n = length(rng)
    return [v, u], T.stack([v, u]) * 2, [numbers(rng, n), numbers(rng, near(rng, n))]


@case
def repeated(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    return [x, i], T.repeat(x, i, 0) * 2, [numbers(rng, n, m), near(rng, 1, 3)]


@case
def repeated_each(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    counts = rng.integers(0 if rng.random() < 0.7 else -2, 4, max(0, near(rng, n)))
    return [x, p], T.repeat(x, p, 0) * 2, [numbers(rng, n, m), counts]


@case
def tiled(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    counts = [near(rng, 1), near(rng, 2)]
    return [x, i, j], T.tile(x, (i, j)), [numbers(rng, n, m), *counts]


@case
def diagonal_filled(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    out = T.fill_diagonal_offset(x, 2.0, i)
    return [x, i], out, [numbers(rng, n, m), likely(rng, min(n, m))]


@case
def batched(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    other = T.dtensor3("other")
    values = [numbers(rng, 2, n, m), numbers(rng, near(rng, 2), near(rng, m), 3)]
    return [cube, other], T.batched_dot(cube, other) * 2, values


@case
def product(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    values = [numbers(rng, n, m), numbers(rng, near(rng, m), length(rng))]
    return [x, y], T.tanh(T.dot(x, y)), values


@case
def product_with_a_vector(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    values = [
        numbers(rng, n, m),
        numbers(rng, near(rng, m)),
        numbers(rng, near(rng, n)),
    ]
    return [x, v, u], T.dot(x, v) + u, values


@case
def summed(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    values = [numbers(rng, n, m), numbers(rng, near(rng, n), near(rng, m))]
    return [x, y], ((x + y) * x).sum(axis=0), values


@case
def largest(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    return [x], [x.max(axis=0), x.argmax(axis=1)], [numbers(rng, n, m)]


@case
def filled(rng: Rng) -> Case:
    sizes = [near(rng, 2, 4), near(rng, 2, 4)]
    return [i, j], T.alloc(1.5, i, j) * 2, sizes


@case
def counted_up(rng: Rng) -> Case:
    step = int(rng.choice([1, 2, -1, 0]))
    return [i, j, k], T.arange(i, j, k) * 2, [near(rng, 0, 4), near(rng, 4, 6), step]


@case
def identity(rng: Rng) -> Case:
    return [i, j, k], T.eye(i, j, k), [near(rng, 2, 4) for _ in range(3)]


@case
def rolled(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    return [x, i], T.roll(x, i, 1), [numbers(rng, n, m), likely(rng, m)]


@case
def diagonal(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    offset = int(rng.integers(-6, 7))
    return [x], [T.diagonal(x, offset) * 2, T.trace(x)], [numbers(rng, n, m)]


@case
def of_a_shape(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    out = T.specify_shape(x, (i, j)) * 2
    return [x, i, j], out, [numbers(rng, n, m), near(rng, n), near(rng, m)]


@case
def stretched(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    one = near(rng, 1, 1)
    values = [numbers(rng, one, m), numbers(rng, n, near(rng, m))]
    return [x, y], T.addbroadcast(x, 0) + y, values


@case
def whole_division(rng: Rng) -> Case:
    n = length(rng)
    low = np.iinfo("int64").min
    above = rng.choice([low, -1, 0, 7], n)
    below = rng.choice([-1, 0, 2], max(0, near(rng, n)))
    return [p, q], [p // q, p % q], [above, below]


@case
def solved(rng: Rng) -> Case:
    n = length(rng) + 1
    values = [numbers(rng, n, near(rng, n)), numbers(rng, near(rng, n))]
    return [x, v], T.slinalg.solve(x, v), values


@case
def largest_few(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    count = int(rng.integers(1, 5))
    return [x], T.topk(x, count, axis=1), [numbers(rng, n, m)]
