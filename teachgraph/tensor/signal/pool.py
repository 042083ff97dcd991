"""Pooling; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.pool import Pool
from teachgraph.ops.pooling import max_pool_2d_same_size, pool_2d, pool_3d

__all__ = ["Pool", "max_pool_2d_same_size", "pool_2d", "pool_3d"]

open_doors(globals())
