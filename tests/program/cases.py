"""Small programs of every shape of loop, each with inputs of several sizes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import teachgraph.tensor as T
from teachgraph.core.graph import Graph, Variable

Array = np.ndarray[Any, Any]
Build = Callable[..., Variable | Sequence[Variable]]


@dataclass(frozen=True)
class Case:
    """A program: how it is built of its inputs, and arrays to call it with."""

    name: str
    build: Build
    ranks: tuple[int, ...]
    shapes: tuple[tuple[tuple[int, ...], ...], ...]
    dtypes: tuple[str, ...] = ()

    def graph(self) -> Graph:
        """The graph as it is written."""
        dtypes = self.dtypes or ("float64",) * len(self.ranks)
        inputs = tuple(
            Variable(T.TensorType(dtype, (None,) * rank), f"x{i}")
            for i, (dtype, rank) in enumerate(zip(dtypes, self.ranks))
        )
        built = self.build(*inputs)
        outputs = (built,) if isinstance(built, Variable) else tuple(built)
        return Graph(inputs, outputs)

    def arrays(self, seed: int = 0) -> list[list[Array]]:
        """One list of inputs for each choice of shapes."""
        rng = np.random.default_rng(seed)
        dtypes = self.dtypes or ("float64",) * len(self.ranks)
        return [
            [_random(rng, d, s) for d, s in zip(dtypes, shapes)]
            for shapes in self.shapes
        ]


def _random(rng: np.random.Generator, dtype: str, shape: tuple[int, ...]) -> Array:
    if dtype == "bool":
        return rng.random(shape) < 0.5
    if dtype.startswith(("int", "uint")):
        return rng.integers(0, 3, shape).astype(dtype)
    return np.asarray(rng.standard_normal(shape)).astype(dtype)


VECTORS = (((5,),), ((1,),), ((0,),), ((1000,),))
MATRICES = (((3, 4),), ((1, 1),), ((0, 3),), ((3, 0),), ((70, 600),))
FILLED = (((3, 4),), ((1, 1),), ((70, 600),))
TENSORS = (((2, 3, 4),), ((1, 3, 1),), ((5, 1, 7),))


def softmax(x: Variable) -> Variable:
    e = T.exp(x - T.max(x, axis=1, keepdims=True))
    return e / T.sum(e, axis=1, keepdims=True)


def layernorm(x: Variable) -> Variable:
    c = x - T.mean(x, axis=1, keepdims=True)
    return c / T.sqrt(T.mean(c**2, axis=1, keepdims=True) + 1e-5)


def logsumexp(x: Variable) -> Variable:
    m = T.max(x, axis=1, keepdims=True)
    return T.log(T.sum(T.exp(x - m), axis=1)) + m.flatten()


def both_ways(x: Variable) -> list[Variable]:
    y = T.tanh(x)
    return [y, T.sum(y, axis=0), T.sum(y * y, axis=1), T.sum(y)]


def transposed_sum(x: Variable) -> Variable:
    return T.exp(T.dot(x, x.T)) + T.dot(x, x.T).T


def unused_axes(x: Variable) -> Variable:
    return T.sum(T.sum(x, axis=2) * 2, axis=0)


CASES = [
    Case("logistic", lambda x: 1 / (1 + T.exp(-x)), (1,), VECTORS),
    Case("logistic_matrix", lambda x: 1 / (1 + T.exp(-x)), (2,), MATRICES),
    Case("logistic_float32", lambda x: T.tanh(x) * 2, (2,), MATRICES, ("float32",)),
    Case(
        "bias",
        lambda x, b: T.maximum(x + b, 0),
        (2, 1),
        (((3, 4), (4,)), ((0, 4), (4,)), ((50, 300), (300,))),
    ),
    Case(
        "column_and_row",
        lambda a, b: a.dimshuffle(0, "x") * b.dimshuffle("x", 0) + 1,
        (1, 1),
        (((3,), (4,)), ((0,), (2,)), ((1,), (1,))),
    ),
    Case("scalar", lambda x, s: x * s + s, (2, 0), (((3, 4), ()), ((0, 1), ()))),
    Case("only_scalars", lambda s, t: T.exp(s) + t * 2, (0, 0), (((), ()),)),
    Case("softmax", softmax, (2,), FILLED),
    Case("softmax_float32", softmax, (2,), FILLED, ("float32",)),
    Case("layernorm", layernorm, (2,), FILLED),
    Case("logsumexp", logsumexp, (2,), FILLED),
    Case("sum_of_all", lambda x: T.sum(T.exp(x)), (2,), MATRICES),
    Case("sum_of_long", lambda x: T.sum(T.sqr(x)), (1,), (((100_000,),), ((7,),))),
    Case("two_sums", lambda x: [T.sum(x), T.sum(T.abs_(x))], (2,), MATRICES),
    Case("columns", lambda x: T.sum(T.exp(x), axis=0), (2,), MATRICES),
    Case("column_means", lambda x: T.mean(x, axis=0), (2,), FILLED),
    Case("column_maxima", lambda x: T.max(x * 2, axis=0), (2,), FILLED),
    Case("rows", lambda x: T.sum(x + 1, axis=1), (2,), MATRICES),
    Case("products", lambda x: T.prod(x, axis=1), (2,), MATRICES),
    Case("minimum_of_all", T.min, (2,), FILLED),
    Case("argmax_rows", lambda x: T.argmax(x, axis=1), (2,), FILLED),
    Case("argmin_of_all", T.argmin, (2,), FILLED),
    Case(
        "any_all", lambda x: [T.any(x > 1, axis=0), T.all(x > -1, axis=1)], (2,), FILLED
    ),
    Case("middle_axis", lambda x: T.sum(x, axis=1), (3,), TENSORS),
    Case("outer_axes", lambda x: T.sum(T.exp(x), axis=(0, 2)), (3,), TENSORS),
    Case("last_axes", lambda x: T.max(x, axis=(1, 2)), (3,), TENSORS),
    Case("sums_of_sums", unused_axes, (3,), TENSORS),
    Case("both_ways", both_ways, (2,), MATRICES),
    Case("transposed_sum", transposed_sum, (2,), (((3, 4),), ((1, 1),), ((20, 30),))),
    Case("transposes", lambda x: [x.T, x.T + 1, x], (2,), MATRICES),
    Case("same_twice", lambda x: [x + 1, x + 1, x], (1,), VECTORS),
    Case(
        "dot",
        T.dot,
        (2, 2),
        (((3, 4), (4, 5)), ((0, 4), (4, 5)), ((3, 0), (0, 5)), ((60, 70), (70, 80))),
    ),
    Case("dot_vector", T.dot, (2, 1), (((3, 4), (4,)), ((3, 0), (0,)))),
    Case("vector_dot", T.dot, (1, 2), (((3,), (3, 4)), ((0,), (0, 4)))),
    Case("inner", T.dot, (1, 1), (((3,), (3,)), ((0,), (0,)))),
    Case(
        "dot_of_whole_numbers",
        T.dot,
        (2, 2),
        (((3, 4), (4, 5)),),
        ("int32", "int64"),
    ),
    Case(
        "dot_transposed",
        lambda a, b: T.tanh(T.dot(a.T, b.T)),
        (2, 2),
        (((4, 3), (5, 4)),),
    ),
    Case("reshaped", lambda x: x.reshape((x.shape[1], x.shape[0])) * 2, (2,), MATRICES),
    Case("flattened", lambda x: x.flatten() + 1, (3,), TENSORS),
    Case("sliced", lambda x: x[1:, ::-1] * 2, (2,), (((3, 4),), ((1, 2),), ((9, 9),))),
    Case("joined", lambda x: T.concatenate([x, x * 2], axis=1), (2,), MATRICES),
    Case("stacked", lambda x: T.stack([x, x + 1]), (1,), VECTORS),
    Case(
        "identity_and_range", lambda x: x + T.eye(3) + T.arange(3), (2,), (((3, 3),),)
    ),
    Case("constant_matrix", lambda x: x + np.ones((1, 4)), (2,), (((3, 4),),)),
    Case("only_constants", lambda x: [T.constant(np.eye(3)), x], (0,), (((),),)),
    Case(
        "picked",
        lambda x, i: T.log(T.exp(x))[T.arange(i.shape[0]), i] * 2,
        (2, 1),
        (((4, 3), (4,)), ((0, 3), (0,))),
        ("float64", "int64"),
    ),
    Case(
        "mixed_dtypes",
        lambda a, b, c: T.switch(a, b, c) + a,
        (1, 1, 1),
        (((5,), (5,), (5,)),),
        ("bool", "int32", "float32"),
    ),
    Case(
        "whole_division",
        lambda a, b: [a // b, a % b],
        (1, 1),
        (((50,), (50,)),),
        ("int64", "int32"),
    ),
]
