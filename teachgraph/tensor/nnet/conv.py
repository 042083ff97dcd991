"""The old interface to convolution; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.oldconv import conv2d

__all__ = ["conv2d"]

open_doors(globals())
