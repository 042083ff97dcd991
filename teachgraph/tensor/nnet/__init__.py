"""Functions of neural networks, by their names; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.batchnorm import *
from teachgraph.ops.conv_gradients import *
from teachgraph.ops.convolve import *
from teachgraph.ops.nnet import *
from teachgraph.ops.onehot import *
from teachgraph.tensor.nnet import abstract_conv as abstract_conv
from teachgraph.tensor.nnet import blocksparse as blocksparse
from teachgraph.tensor.nnet import bn as bn
from teachgraph.tensor.nnet import conv as conv
from teachgraph.tensor.nnet import ctc as ctc
from teachgraph.tensor.nnet import neighbours as neighbours
from teachgraph.tensor.nnet import nnet as nnet
from teachgraph.tensor.nnet import sigm as sigm

open_doors(globals())
