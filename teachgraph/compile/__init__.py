"""From a graph to something that can be called: function, shared, Mode, In, Out."""

from teachgraph.compile.evaluate import evaluate
from teachgraph.compile.function import Function, function
from teachgraph.compile.io import In, Out, Param
from teachgraph.compile.mode import MODES, Mode
from teachgraph.compile.shared import SharedVariable, shared
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
    "evaluate",
    "function",
    "shared",
    "verify_grad",
]
