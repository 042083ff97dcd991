"""Convolution, its gradients and the shapes of their results; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.abstract import *
from teachgraph.ops.conv_gradients import *
from teachgraph.ops.convolve import *
from teachgraph.ops.convshapes import *
from teachgraph.ops.upsampling import *

open_doors(globals())
