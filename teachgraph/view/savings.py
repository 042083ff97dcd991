"""What a rewrite saves: nodes, passes over memory, and bytes of values between."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from teachgraph.core.types import TensorType
from teachgraph.ops.shape import DimShuffle
from teachgraph.view import protocol
from teachgraph.view.model import Node

FREE = ("ShapeOf", "Shape", "MakeVector", "Reshape")
"""Ops by class that read no elements."""


def savings(gone: Iterable[Node], added: Iterable[Node]) -> protocol.Saves:
    """The difference between the nodes that a rewrite took and those that it made."""
    old, new = list(gone), list(added)
    saves: protocol.Saves = {"nodes": len(old) - len(new)}
    passes = sum(map(_reads, old)) - sum(map(_reads, new))
    if passes:
        saves["passes"] = passes
    lost, made = _bytes(old), _bytes(new)
    if lost is not None and made is not None and lost != made:
        saves["bytes"] = lost - made
    return saves


def _reads(node: Node) -> bool:
    """Whether a node walks over the elements of an array."""
    if node.apply is None or all(t.ndim == 0 for t in node.types):
        return False
    op = node.apply.op
    return not isinstance(op, DimShuffle) and type(op).__name__ not in FREE


def _bytes(nodes: Iterable[Node]) -> int | None:
    """Bytes of what the nodes give; None if a length is not known."""
    total = 0
    for node in nodes:
        for t in node.types if node.apply is not None else ():
            size = nbytes(t)
            if size is None:
                return None
            total += size
    return total


def nbytes(t: TensorType) -> int | None:
    """Bytes of a value of this type; None if a length is not known."""
    lengths = [n for n in t.shape if isinstance(n, int)]
    if len(lengths) < t.ndim:
        return None
    return math.prod(lengths) * np.dtype(t.dtype).itemsize
