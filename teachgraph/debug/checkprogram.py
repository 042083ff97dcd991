"""`CheckProgram`: the compiled program, fused and all, gives what NumPy gives.

`Compare` looks at nodes one by one; what fusion makes of several, or of a loop, is only
in the whole program. So the program that a plain mode would run is built as well, and
its results are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.compile.build import build
from teachgraph.compile.function import Function
from teachgraph.compile.mode import Mode
from teachgraph.core.events import Array, Recorder, Returned
from teachgraph.core.origin import here
from teachgraph.core.record import record
from teachgraph.core.report import Hint, InternalError, Note, Report
from teachgraph.debug.checkrewrites import Reference
from teachgraph.debug.nanguard import result_words
from teachgraph.debug.watcher import Memo, Watcher
from teachgraph.debug.words import index_words, number
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import Linkage

Call = Callable[[Sequence[Array]], Any]


@record(eq=False)
class Compiled:
    """The program as a plain mode would run it."""

    call: Call
    backend: str


class CheckProgram(Watcher):
    """Runs the compiled program beside NumPy, and compares.

    Attributes:
        compared: how many calls were.

    Raises:
        internal: the results differ by more than rounding.
    """

    def __init__(self) -> None:
        super().__init__()
        self.compared = 0
        self._compiled: Memo[Function, Compiled] = Memo()

    def returned(self, call: Returned) -> None:
        """Compare the results of a call."""
        function: Function = call.function
        if function not in self._compiled:
            self._compiled[function] = _compiled(function)
        compiled = self._compiled[function]
        if compiled.backend == function.backend:
            return
        results = compiled.call(call.values)
        if results is NotImplemented:
            return
        self.compared += 1
        if all(map(_is_near, results, call.outputs)):
            return
        reference = Reference(numpy_program(function.graph), _by_input(call))
        different = reference.differs(cast(Sequence[Array], results))
        if different is not None:
            raise _wrong(function, compiled, results, reference, different)


def _compiled(function: Function) -> Compiled:
    mode = function.mode
    plain = Mode("c", mode.phases, mode.included, mode.excluded)
    graph = function.graph
    nothing = (None,) * len(graph.inputs), (None,) * len(graph.outputs)
    built = build(graph, plain, Linkage(*nothing, single=False), Recorder())

    def call(values: Sequence[Array]) -> Any:
        return built.call(*(_plain(v) for v in values))

    return Compiled(call, built.backend)


def _plain(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return np.require(cast(Array, value), requirements=["C", "A"])


def _by_input(call: Returned) -> dict[Any, Array]:
    return dict(zip(call.function.graph.inputs, call.values, strict=True))


def _is_near(found: Any, wanted: Any) -> bool:
    """A quick look: equal to a few digits. What is not is looked at closer."""
    if not isinstance(found, np.ndarray):
        return True
    array = cast(Array, found)
    if array.shape != np.shape(wanted):
        return False
    if array.dtype.kind not in "fc":
        return np.array_equal(array, wanted)
    far = 1e-10 if array.dtype.itemsize >= 8 else 1e-4
    with np.errstate(all="ignore"):
        return np.allclose(array, wanted, far, far, equal_nan=True)


def _wrong(
    function: Function,
    compiled: Compiled,
    results: Sequence[Array],
    reference: Reference,
    where: tuple[int, tuple[int, ...]],
) -> InternalError:
    position, index = where
    found, wanted = results[position], reference.outputs[position]
    at = f" at {index_words(index)}" if index else ""
    if found.shape == wanted.shape:
        words = f"NumPy gives {number(wanted[index])}{at}, and "
        words += f"the compiled program {number(found[index])}"
    else:
        words = (
            f"its shape is {wanted.shape}, and {found.shape} in the compiled program"
        )
    v = function.graph.outputs[position]
    ours = "this is a fault of teachgraph, not of the program that uses it"
    return InternalError(
        Report(
            "internal",
            f"the compiled program is wrong about {result_words(function, position)}",
            v.origin or here(),
            notes=(Note(words), Note(f"backend: {compiled.backend}"), Note(ours)),
            hints=(
                Hint("leave fusion out", "mode.excluding('fuse')"),
                Hint("or compute in NumPy", "mode='FAST_COMPILE'"),
            ),
            nodes=(v,),
        )
    )
