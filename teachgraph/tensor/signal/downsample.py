"""Pooling by its old name; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.pooling import max_pool_2d, max_pool_2d_same_size

__all__ = ["max_pool_2d", "max_pool_2d_same_size"]

open_doors(globals())
