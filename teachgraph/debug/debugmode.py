"""`DebugMode`: every check there is.

In every call:

CheckTypes      ops give what they said, and leave their inputs alone
CheckRewrites   the graph as written and the optimized graph agree
CheckProgram    the whole compiled program and NumPy agree

In the first runs of a node with arrays of each shape, and later in one of so many:

CheckMemory     results do not depend on strides, on shared memory, or on chance
Compare         NumPy and the loops of each node agree
"""

from __future__ import annotations

from typing import Any

from teachgraph.compile.mode import MODES, Mode
from teachgraph.debug.checkmemory import CheckMemory
from teachgraph.debug.checkprogram import CheckProgram
from teachgraph.debug.checkrewrites import CheckRewrites
from teachgraph.debug.checktypes import CheckTypes
from teachgraph.debug.compare import Compare
from teachgraph.debug.nanguard import NanGuard
from teachgraph.debug.phases import phases_of

EVERY = 16


def DebugMode(
    optimizer: str | None = "fast_run",
    stability_patience: int | None = None,
    check_c_code: bool | None = None,
    check_py_code: bool | None = None,
    check_isfinite: bool | None = None,
    check_preallocated_output: Any = None,
    require_matching_strides: Any = None,
    linker: None = None,
    *,
    every: int = EVERY,
) -> Mode:
    """A mode that checks ops, loops and rewrites in every call; called as in Theano.

    Args:
        optimizer: default, fast_run, fast_compile or None.
        check_c_code: False: compare with interpreted loops, and not with C.
        check_isfinite: also stop at a nan or an infinity; off by default.
        require_matching_strides: False: leave `CheckMemory` out.
        every: after the first runs of a node with arrays of each shape, its loops and
            its memory are checked in one run of so many; 1 for all of them.
        stability_patience, check_py_code, check_preallocated_output, linker: accepted;
            here graphs are rewritten in one order only, NumPy always runs, and no array
            is written twice.

    >>> import teachgraph.tensor as T
    >>> x = T.dvector("x")
    >>> f = teachgraph.function([x], x + x, mode=DebugMode(check_c_code=False))
    >>> f([1.0, 2.0])
    array([2., 4.])
    """
    del stability_patience, check_py_code, check_preallocated_output
    del linker
    mode = Mode(phases=phases_of(optimizer)) + CheckTypes()
    if require_matching_strides is not False:
        mode += CheckMemory(every=every)
    mode += Compare("kernel" if check_c_code is False else "c", every=every)
    mode += CheckRewrites()
    if check_c_code is not False:
        mode += CheckProgram()
    return mode + NanGuard(big_is_error=False) if check_isfinite else mode


MODES["DebugMode"] = DebugMode()
