"""Convolution of pictures without channels; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.oldconv import signal_conv2d as conv2d

__all__ = ["conv2d"]

open_doors(globals())
