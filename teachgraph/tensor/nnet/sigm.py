"""Functions with the form of an S, and softplus; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.nnet import hard_sigmoid, sigmoid, softplus, ultra_fast_sigmoid

__all__ = ["hard_sigmoid", "sigmoid", "softplus", "ultra_fast_sigmoid"]

open_doors(globals())
