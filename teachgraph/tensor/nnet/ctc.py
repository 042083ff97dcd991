"""Connectionist temporal classification; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.ctc import *

open_doors(globals())
