"""Looking into functions while they run: listeners, and the modes named after them.

    NanGuard     where a nan, an infinity or a huge number arose
    Profile      seconds, bytes and turns of loops, by op and by node
    Monitor      functions of yours before and after nodes
    Breakpoint   stop after a node, if its values are worth it
    Print        a line about a value, in a form of yours
    Watch        what becomes of a value from call to call, as a curve
    Layers       how the parameters of a model do while it is trained
    Shapes       the shape of everything
    DebugMode    every check there is: CheckTypes, CheckMemory, Compare, CheckRewrites,
                 CheckProgram

`mode + listener` adds one to any mode. `Blame` tells why a number that a call gave is
what it is, and `check_gradients` compares gradients with differences. Test values and
the search for float64 listen while a graph is built; `config` turns them on, and
`TestValues` does for a few lines.
"""

from teachgraph.debug.badnumbers import BadNumberError, BadNumberWarning
from teachgraph.debug.blame import Blame, Link
from teachgraph.debug.breakpoint import Breakpoint, Stop
from teachgraph.debug.checkmemory import CheckMemory
from teachgraph.debug.checkprogram import CheckProgram
from teachgraph.debug.checkrewrites import CheckRewrites
from teachgraph.debug.checktypes import CheckTypes
from teachgraph.debug.compare import Compare
from teachgraph.debug.debugmode import DebugMode
from teachgraph.debug.float64 import Float64Warning
from teachgraph.debug.giving import TestValues
from teachgraph.debug.gradientcheck import GradientReport, check_gradients
from teachgraph.debug.layers import Layer, Layers
from teachgraph.debug.monitor import Monitor, MonitorMode
from teachgraph.debug.nanguard import NanGuard, NanGuardMode
from teachgraph.debug.profile import Profile, ProfileMode
from teachgraph.debug.series import Series
from teachgraph.debug.shapes import Shapes
from teachgraph.debug.show import Print
from teachgraph.debug.testvalue import TestValueWarning, get_test_value
from teachgraph.debug.watch import Watch

__all__ = [
    "BadNumberError",
    "BadNumberWarning",
    "Blame",
    "Breakpoint",
    "CheckMemory",
    "CheckProgram",
    "CheckRewrites",
    "CheckTypes",
    "Compare",
    "DebugMode",
    "Float64Warning",
    "GradientReport",
    "Layer",
    "Layers",
    "Link",
    "Monitor",
    "MonitorMode",
    "NanGuard",
    "NanGuardMode",
    "Print",
    "Profile",
    "ProfileMode",
    "Series",
    "Shapes",
    "Stop",
    "TestValueWarning",
    "TestValues",
    "Watch",
    "check_gradients",
    "get_test_value",
]
