"""`Compare`: each node computed in two ways, by NumPy and by the loops it becomes.

The loops run in C, as in a compiled function, or in the kernel interpreter. A node that
has no loops is not compared: there is only one way to compute it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, cast

import numpy as np

from teachgraph.backend import BACKENDS
from teachgraph.backend.availability import BackendUnavailable
from teachgraph.compile.build import exhaust
from teachgraph.core.config import config
from teachgraph.core.events import Array
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.debug.closeness import (
    ROUNDINGS,
    Mask,
    apart,
    first_index,
    magnitude,
    unit,
)
from teachgraph.debug.due import FIRST, Due
from teachgraph.debug.watcher import Ran, Watcher
from teachgraph.debug.words import broken, index_words, inputs_at, number
from teachgraph.errors.naming import listed
from teachgraph.ops.elementwise import Elementwise
from teachgraph.program import execute
from teachgraph.program.lower import lower
from teachgraph.program.program import (
    Backend,
    CallNumpy,
    Linkage,
    Program,
    every_step,
)

Other = Callable[[Sequence[Array]], Sequence[Array]]

WAYS = {"c": "its loops in C", "kernel": "its loops, interpreted"}
SMALL_CONSTANT = 1024
"""Constants of so many bytes at most are told apart by their values."""


class Compare(Watcher):
    """Computes each node a second time.

    Args:
        against: c, or kernel for the interpreter, which serves where there is no
            compiler too.
        largest: numbers in a node's arrays beyond which the interpreter is not asked.
        every: after the first runs of a node with arrays of each shape, one run in so
            many is computed twice.

    Attributes:
        compared, skipped: nodes computed twice, and those with loops that were too
            large for the interpreter.

    Raises:
        broken-op: the two results differ by more than rounding.
    """

    def __init__(self, against: str = "c", *, largest: int = 10_000, every: int = 1):
        super().__init__()
        if against not in WAYS:
            raise ValueError(f"against is one of {', '.join(WAYS)}, not {against!r}")
        self.compared, self.skipped = 0, 0
        self._asked, self._largest, self._every = against, largest, every
        self._due = Due(FIRST, every)
        self._others: dict[tuple[Any, ...], Other | None] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        options = {"largest": self._largest, "every": self._every}
        return partial(Compare, self._asked, **options), ()

    def after(self, ran: Ran) -> None:
        """Compute the node again, and compare."""
        node = ran.node
        other = self._other(node)
        if other is None or not self._due.now(ran):
            return
        size = sum(a.size for a in (*ran.inputs, *ran.outputs))
        if self._backend is None and size > self._largest:
            self.skipped += 1
            return
        pairs = zip(node.inputs, ran.inputs, strict=True)
        results = other([_plain(a) for v, a in pairs if v.data is None])
        self.compared += 1
        for found, wanted in zip(results, ran.outputs, strict=True):
            if found.shape != wanted.shape:
                raise self._differ(ran, str(found.shape), str(wanted.shape), [])
            mask = _apart(ran, found, wanted)
            if mask.any():
                index = first_index(mask)
                values = inputs_at(node, ran.inputs, index)
                at = f" at {index_words(index)}" if index else ""
                words = number(found[index]) + at, number(wanted[index]) + at
                raise self._differ(ran, *words, values)

    def _differ(
        self, ran: Ran, found: str, wanted: str, values: Sequence[str]
    ) -> Exception:
        way = WAYS["kernel" if self._backend is None else "c"]
        notes = [f"NumPy gives {wanted}; {way} give {found}"]
        if values:
            notes.append(f"there {listed(values)}")
        title = f"two ways to compute {ran.node.op.title} differ"
        return broken(ran.node, title, notes)

    @cached_property
    def _backend(self) -> Backend | None:
        """What runs the loops; None for the interpreter."""
        if self._asked == "kernel":
            return None
        try:
            return BACKENDS["c"]()
        except BackendUnavailable:
            return None

    def _other(self, node: Apply) -> Other | None:
        """The second way to compute a node; nodes that are alike share it."""
        key = (node.op, *(_key(v) for v in node.inputs))
        if key not in self._others:
            self._others[key] = self._second_way(node)
        return self._others[key]

    def _second_way(self, node: Apply) -> Other | None:
        fresh = [v if v.data is not None else Variable(v.type) for v in node.inputs]
        alone = node.with_inputs(fresh)
        inputs = tuple(v for v in fresh if v.data is None)
        graph = Graph(inputs, alone.outputs)
        backend = self._backend
        lowering = lower(graph, library=False) if backend is None else None
        if backend is not None:
            lowering = backend.lower(graph)
        assert lowering is not None
        program = exhaust(lowering, ())
        steps = tuple(every_step(program.steps))
        if not steps or any(isinstance(s, CallNumpy) for s in steps):
            return None
        if backend is None:
            return lambda values: execute.run(program, values)
        return _built(backend, program)


def _built(backend: Backend, program: Program) -> Other:
    cells = (None,) * len(program.inputs), (None,) * len(program.outputs)
    # Short loops one by one would wait for other cores longer than they run.
    with config.change_flags(openmp=False):
        call = exhaust(backend.build(program, Linkage(*cells, single=False)), ())
    return lambda values: cast(Sequence[Array], call(*values))


def _key(v: Variable) -> tuple[Any, ...]:
    """What makes two inputs alike: type, and value if it is fixed."""
    if v.data is None:
        return (v.type,)
    if v.data.nbytes > SMALL_CONSTANT:
        return v.type, v
    return v.type, v.data.tobytes()


def _plain(array: Array) -> Array:
    return np.require(array, requirements=["C", "A"])


def _apart(ran: Ran, found: Array, wanted: Array) -> Mask:
    """Where the results differ by more than rounding.

    A sum may cancel, so its error goes with the size of what is added, not of the sum.
    """
    arrays = (*ran.inputs, wanted)
    rounding = unit((wanted,))
    scale = magnitude(arrays)
    few = 8 if isinstance(ran.node.op, Elementwise) else ROUNDINGS
    return apart(found, wanted, few * rounding * scale, ROUNDINGS * rounding)
