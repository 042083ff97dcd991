"""teachgraph: symbolic expressions whose graphs, rewrites, code and errors can be seen.

    import teachgraph as tg
    import teachgraph.tensor as T

`tensor` has the variables and every operation, `function` compiles.
"""

from teachgraph import tensor
from teachgraph.compile.function import function
from teachgraph.compile.io import In, Out, Param
from teachgraph.compile.mode import Mode
from teachgraph.compile.shared import shared
from teachgraph.core.config import config
from teachgraph.debug import (
    Breakpoint,
    DebugMode,
    Monitor,
    MonitorMode,
    NanGuard,
    NanGuardMode,
    Profile,
    ProfileMode,
)
from teachgraph.errors.pages import explain
from teachgraph.grad import Lop, Rop, grad, hessian, jacobian
from teachgraph.view import printing
from teachgraph.view.debugprint import debugprint
from teachgraph.view.html import write_html
from teachgraph.view.latex import latex
from teachgraph.view.magics import load_ipython_extension
from teachgraph.view.pprint import pp
from teachgraph.view.stepper import step
from teachgraph.view.widget import view

__version__ = "0.1.0"

__all__ = [
    "Breakpoint",
    "DebugMode",
    "In",
    "Lop",
    "Mode",
    "Monitor",
    "MonitorMode",
    "NanGuard",
    "NanGuardMode",
    "Out",
    "Param",
    "Profile",
    "ProfileMode",
    "Rop",
    "config",
    "debugprint",
    "explain",
    "function",
    "grad",
    "hessian",
    "jacobian",
    "latex",
    "load_ipython_extension",
    "pp",
    "printing",
    "shared",
    "step",
    "tensor",
    "view",
    "write_html",
]
