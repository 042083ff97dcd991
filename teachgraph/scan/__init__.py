"""Loops: `scan` and its common forms, and their gradient."""

from teachgraph.scan.checkpoints import scan_checkpoints
from teachgraph.scan.front import scan
from teachgraph.scan.gradient import scan_gradient
from teachgraph.scan.returned import until
from teachgraph.scan.updates import OrderedUpdates
from teachgraph.scan.views import foldl, foldr, map, reduce

__all__ = [
    "OrderedUpdates",
    "foldl",
    "foldr",
    "map",
    "reduce",
    "scan",
    "scan_checkpoints",
    "scan_gradient",
    "until",
]
