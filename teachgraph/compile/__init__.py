"""From a graph to something that can be called: function, shared, Mode, In, Out."""

from teachgraph.compile.clones import clone, clone_replace, rebuild_collect_shared
from teachgraph.compile.evaluate import evaluate
from teachgraph.compile.function import Function, function
from teachgraph.compile.io import In, Out, Param
from teachgraph.compile.mode import MODES, Mode
from teachgraph.compile.shared import SharedVariable, shared, shared_constructor
from teachgraph.compile.verify import verify_grad
from teachgraph.core.surface import ABOVE

ABOVE.update(verify_grad=verify_grad)

__all__ = [
    "MODES",
    "Function",
    "In",
    "Mode",
    "Out",
    "Param",
    "SharedVariable",
    "clone",
    "clone_replace",
    "evaluate",
    "function",
    "rebuild_collect_shared",
    "shared",
    "shared_constructor",
    "verify_grad",
]
