"""Functions of neural networks, by their names; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.nnet import *

open_doors(globals())
