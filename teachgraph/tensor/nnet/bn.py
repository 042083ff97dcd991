"""Batch normalization; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.batchnorm import *

open_doors(globals())
