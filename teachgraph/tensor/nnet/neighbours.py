"""Neighbourhoods of images as rows of a matrix; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.neighbours import *

open_doors(globals())
