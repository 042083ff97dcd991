"""teachgraph: symbolic expressions whose graphs, rewrites, code and errors can be seen.

    import teachgraph as tg
    import teachgraph.tensor as T

`tensor` has the variables and every operation, `function` compiles.
"""

from typing import Any as _Any

from teachgraph import gradient, sparse, tensor
from teachgraph.compile.check import check
from teachgraph.compile.clones import clone, clone_replace
from teachgraph.compile.function import function
from teachgraph.compile.io import In, Out, Param
from teachgraph.compile.mode import Mode
from teachgraph.compile.shared import shared, shared_constructor
from teachgraph.core.config import config
from teachgraph.core.entrance import last_error as _last_error
from teachgraph.core.entrance import leave as _leave
from teachgraph.core.origin import name_scope
from teachgraph.debug import (
    Blame,
    Breakpoint,
    DebugMode,
    Layers,
    Monitor,
    MonitorMode,
    NanGuard,
    NanGuardMode,
    Profile,
    ProfileMode,
    Shapes,
    TestValues,
    Watch,
    check_gradients,
)
from teachgraph.errors.pages import explain
from teachgraph.grad import (
    Lop,
    Rop,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    subgraph_grad,
)
from teachgraph.ops.assertion import Assert
from teachgraph.ops.ifelse import ifelse
from teachgraph.ops.inner import OpFromGraph
from teachgraph.ops.printed import Print
from teachgraph.ops.syntax import missing_from_module as _missing_from_module
from teachgraph.ops.wrapped import as_op
from teachgraph.random import MRG_RandomStreams, RandomStreams
from teachgraph.scan import (
    OrderedUpdates,
    foldl,
    foldr,
    map,
    reduce,
    scan,
    scan_checkpoints,
    until,
)
from teachgraph.view import printing
from teachgraph.view.debugprint import debugprint
from teachgraph.view.html import write_html
from teachgraph.view.latex import latex
from teachgraph.view.magics import load_ipython_extension
from teachgraph.view.pausing import Pause
from teachgraph.view.pprint import pp
from teachgraph.view.stepper import step
from teachgraph.view.widget import view

__version__ = "0.1.0"

__all__ = [
    "Assert",
    "Blame",
    "Breakpoint",
    "DebugMode",
    "In",
    "Layers",
    "Lop",
    "MRG_RandomStreams",
    "Mode",
    "Monitor",
    "MonitorMode",
    "NanGuard",
    "NanGuardMode",
    "OpFromGraph",
    "OrderedUpdates",
    "Out",
    "Param",
    "Pause",
    "Print",
    "Profile",
    "ProfileMode",
    "RandomStreams",
    "Rop",
    "Shapes",
    "TestValues",
    "Watch",
    "as_op",
    "check",
    "check_gradients",
    "clone",
    "clone_replace",
    "config",
    "debugprint",
    "explain",
    "foldl",
    "foldr",
    "function",
    "grad",
    "gradient",
    "hessian",
    "hessian_vector_product",
    "ifelse",
    "jacobian",
    "latex",
    "load_ipython_extension",
    "map",
    "name_scope",
    "pp",
    "printing",
    "reduce",
    "scan",
    "scan_checkpoints",
    "shared",
    "shared_constructor",
    "sparse",
    "step",
    "subgraph_grad",
    "tensor",
    "until",
    "view",
    "write_html",
]


def __getattr__(name: str) -> _Any:
    """`last_error`, and words for names that are somewhere else."""
    if name == "last_error":
        return _last_error()
    try:
        return _missing_from_module(__name__, name, globals(), {"T": dir(tensor)})
    except AttributeError as error:
        _leave(error)
        raise
