"""Softmax, losses and rectifiers; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.nnet import *
from teachgraph.ops.onehot import *

open_doors(globals())
