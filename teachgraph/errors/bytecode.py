"""What the user's next instructions do with a value: read from compiled code.

Some mistakes raise nothing: `x == 3` is False, `w.get_value()[0] = 1` changes a copy.
What betrays them is the instruction that called us and those that follow it. An answer
is worked out once for each place in the user's code.
"""

from __future__ import annotations

import dis
import itertools
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FrameType

CHANGING = ("fill", "sort", "partition", "put", "resize", "setfield", "itemset")
"""Methods of an array that change it and give nothing."""

USES = ("CALL", "CALL_FUNCTION_EX", "CALL_KW", "LOAD_ATTR", "LOAD_METHOD", "BINARY_OP")
FILLERS = ("CACHE", "PRECALL", "EXTENDED_ARG", "NOP", "RESUME", "COPY_FREE_VARS")
JUMPS = ("POP_JUMP", "JUMP_IF", "TO_BOOL", "UNARY_NOT")


@lru_cache(maxsize=1024)
def _instructions(code: CodeType) -> tuple[dis.Instruction, ...]:
    return tuple(dis.get_instructions(code))


def _from(code: CodeType, offset: int) -> Iterator[dis.Instruction]:
    """The instruction at an offset, or whose inline cache is there, and those after.

    Python 3.11 splits a call in two, of which the first may be the one that is running.
    """
    every = _instructions(code)
    first = bisect_right(every, offset, key=lambda i: i.offset) - 1
    return (i for i in every[max(0, first) :] if i.opname not in FILLERS)


@lru_cache(maxsize=4096)
def _at(code: CodeType, offset: int) -> dis.Instruction | None:
    return next(_from(code, offset), None)


def reads_attribute(frame: FrameType) -> bool:
    """Whether the frame is at `x.name`, rather than at `hasattr(x, "name")`."""
    now = _at(frame.f_code, frame.f_lasti)
    return now is not None and now.opname in ("LOAD_ATTR", "LOAD_METHOD")


def stores_element(frame: FrameType) -> bool:
    """Whether the frame is at `a[i] = x`."""
    now = _at(frame.f_code, frame.f_lasti)
    return now is not None and now.opname.startswith("STORE_S")


@lru_cache(maxsize=4096)
def comparison(code: CodeType, offset: int) -> tuple[str, str] | None:
    """The sign of a comparison at an offset, and what becomes of its answer.

    The use is `test` for what an `if` decides by, `value` for what is computed with,
    and `kept` for anything else. None when the instruction is no `==` or `!=`.
    """
    found = _from(code, offset)
    now = next(found, None)
    if now is None or now.opname != "COMPARE_OP":
        return None
    sign = str(now.argval).removeprefix("bool(").removesuffix(")")
    if sign not in ("==", "!="):
        return None
    after = next(found, None)
    name = after.opname if after is not None else ""
    if name.startswith(JUMPS):
        return sign, "test"
    return sign, "value" if name in USES or name.startswith("LOAD_CONST") else "kept"


@lru_cache(maxsize=1024)
def loop_names(code: CodeType) -> frozenset[str]:
    """The names that `for` gives to one element after the other."""
    steps = [i for i in _instructions(code) if i.opname not in FILLERS]
    pairs = itertools.pairwise(steps)
    return frozenset(
        str(after.argval)
        for before, after in pairs
        if before.opname == "FOR_ITER" and after.opname.startswith("STORE_")
    )


@lru_cache(maxsize=4096)
def changes_in_place(code: CodeType, offset: int) -> bool:
    """Whether the array that a call at an offset gives is changed and then dropped.

    True for `call()[0] = 1`, `call()[0] += 1`, `call()[:] = y` and `call().fill(0)`.
    """
    found = _from(code, offset)
    called = next(found, None)
    if called is None or not called.opname.startswith("CALL"):
        return False
    stack = [True]
    for position, step in enumerate(found):
        if position == 0 and step.opname in ("LOAD_METHOD", "LOAD_ATTR"):
            return step.argval in CHANGING
        if step.opname.startswith("STORE_S"):
            operands = stack[-3:] if step.opname == "STORE_SLICE" else stack[-2:]
            return bool(operands) and operands[0]
        if not _stepped(stack, step) or not any(stack):
            return False
    return False


def _stepped(stack: list[bool], step: dis.Instruction) -> bool:
    """Follow an instruction of an index or a value; False for one of another kind."""
    name, count = step.opname, step.arg or 0
    if name == "COPY" and count <= len(stack):
        stack.append(stack[-count])
    elif name == "SWAP" and count <= len(stack):
        stack[-1], stack[-count] = stack[-count], stack[-1]
    elif name.startswith("LOAD_") and name not in ("LOAD_ATTR", "LOAD_METHOD"):
        stack.append(False)
    elif name in ("BINARY_SUBSCR", "BINARY_OP", "BUILD_TUPLE", "BUILD_SLICE"):
        pops = count if name.startswith("BUILD") else 2
        if pops > len(stack):
            return False
        del stack[len(stack) - pops :]
        stack.append(False)
    else:
        return name in ("UNARY_NEGATIVE",)
    return True
