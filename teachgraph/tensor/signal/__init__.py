"""Signals and pictures: pooling and convolution; re-exports only."""

from teachgraph.tensor.signal import conv, downsample, pool

__all__ = ["conv", "downsample", "pool"]
