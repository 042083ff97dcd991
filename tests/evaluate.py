"""A graph worked out with NumPy, node by node: what every other way must agree with."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from teachgraph.core.graph import Graph, Variable


def evaluate(graph: Graph, values: Mapping[Variable, Any]) -> list[np.ndarray]:
    """The outputs of a graph, from the values of its inputs."""
    known: dict[Variable, Any] = dict(values)
    for node in graph.applies():
        inputs = [i.data if i.data is not None else known[i] for i in node.inputs]
        results = node.op.numpy(*inputs)
        several = results if isinstance(results, tuple) else (results,)
        known.update(zip(node.outputs, several, strict=True))
    return [
        np.asarray(v.data if v.data is not None else known[v]) for v in graph.outputs
    ]


def sample(v: Variable, rng: np.random.Generator, unknown: int = 3) -> np.ndarray:
    """Random values of a variable's type; lengths that are not known are `unknown`."""
    shape = [unknown if n is None else n for n in v.type.shape]
    if v.dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if v.dtype.startswith(("int", "uint")):
        return rng.integers(0, 3, shape).astype(v.dtype)
    if v.dtype.startswith("complex"):
        return (rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(v.dtype)
    return rng.normal(size=shape).astype(v.dtype)
