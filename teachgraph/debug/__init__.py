"""Looking into functions while they run: listeners, and the modes named after them.

    NanGuard     the first expression that makes a nan, an infinity or a huge number
    Profile      seconds and bytes, by op and by node
    Monitor      functions of yours before and after every node
    Breakpoint   stop after a node, if its values are worth it
    DebugMode    CheckTypes, Compare and CheckRewrites: every check in every call

`mode + listener` adds one to any mode. Test values and the search for float64 listen
while a graph is built; `config` turns them on.
"""

from teachgraph.debug.breakpoint import Breakpoint, Stop
from teachgraph.debug.checkrewrites import CheckRewrites
from teachgraph.debug.checktypes import CheckTypes
from teachgraph.debug.compare import Compare
from teachgraph.debug.debugmode import DebugMode
from teachgraph.debug.float64 import Float64Warning
from teachgraph.debug.monitor import Monitor, MonitorMode
from teachgraph.debug.nanguard import (
    BadNumberError,
    BadNumberWarning,
    NanGuard,
    NanGuardMode,
)
from teachgraph.debug.profile import Profile, ProfileMode
from teachgraph.debug.testvalue import TestValueWarning, get_test_value

__all__ = [
    "BadNumberError",
    "BadNumberWarning",
    "Breakpoint",
    "CheckRewrites",
    "CheckTypes",
    "Compare",
    "DebugMode",
    "Float64Warning",
    "Monitor",
    "MonitorMode",
    "NanGuard",
    "NanGuardMode",
    "Profile",
    "ProfileMode",
    "Stop",
    "TestValueWarning",
    "get_test_value",
]
