"""Products with chosen blocks of a matrix; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.blocksparse import *

open_doors(globals())
