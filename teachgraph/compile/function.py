"""`function`: from symbolic inputs and outputs to something that can be called.

    f = function([x], y)     plan, rewrite, lower, build: every event is in `f.history`
    f(value)                 the backend's callable, as directly as Python allows

A call first tries the arguments as they are. Only when the backend does not accept
them, because they are lists, numbers, or arrays of another dtype, does the slow path in
`arguments` convert them, or explain why it cannot.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from teachgraph.compile import faults
from teachgraph.compile.arguments import Bound, Signature
from teachgraph.compile.build import Artifact, build
from teachgraph.compile.copies import copied
from teachgraph.compile.failure import explained
from teachgraph.compile.io import Outputs, Pairs, read_inputs, read_outputs, read_pairs
from teachgraph.compile.mode import Mode, mode_of, profile_in, profiled
from teachgraph.compile.plan import Plan, Policy, make_plan
from teachgraph.compile.shared import Container, SharedVariable
from teachgraph.compile.stored import Stored, Values, storage_of, with_graphs
from teachgraph.compile.suspicions import look_at
from teachgraph.compile.threads import Held, updates
from teachgraph.compile.words import nearest
from teachgraph.core.config import config
from teachgraph.core.entrance import leave, public
from teachgraph.core.events import (
    Called,
    Event,
    History,
    Recorder,
    Returned,
    Updated,
)
from teachgraph.core.graph import Apply, Variable, describe
from teachgraph.core.surface import MEANINGS
from teachgraph.program import execute
from teachgraph.program.blame import blame
from teachgraph.program.handover import hand_over
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import Linkage, Program

Array = np.ndarray[Any, Any]
ON_UNUSED = ("raise", "warn", "ignore")


class Function:
    """A compiled function.

    Attributes:
        graph: as it was written, with givens put in: the inputs, then the shared
            variables read; the outputs, then the new values of what is updated.
        optimized: the graph after all rewriting but fusion.
        program: what the backend runs, of the graph after fusion.
        source: the backend's source as a Doc; None when it has none.
        mode, name: as given.
        backend: the name of the backend that runs it.
        updated: the variables that a call updates, in order.
        trust_input: accepted; exact arguments are not looked at twice anyway.
    """

    trust_input = False

    def __init__(
        self,
        plan: Plan,
        outputs: Outputs,
        mode: Mode,
        name: str | None,
        built: Artifact,
    ):
        self.graph, self.optimized, self.program = (
            plan.graph,
            built.optimized,
            built.program,
        )
        self.source, self.backend = built.source, built.backend
        self.mode, self.name = mode, name
        self.updated = plan.updated
        self._plan, self._outputs, self._recorder = plan, outputs, built.recorder
        self._signature = Signature(name, plan.parameters)
        self._dress = outputs.dress()
        self._held = Held((*plan.updated, *(() if built.alone else plan.shared)))
        self._built, self._more = built.call, built.more
        self._exact = self._watched_call if mode.listeners else built.call
        fast = self._signature.is_plain and self._dress is None and not mode.listeners
        self._call = built.call if fast else _never
        self._bare = self._call, self._exact
        updates(self, plan.updated)
        if not built.alone:
            self.take_locks()

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Run it on values: by position, or by the names of the inputs."""
        try:
            if not named:
                try:
                    result = self._call(*args)
                except Exception as error:
                    self._explain(error, Bound(list(args), []))
                    raise
                if result is not NotImplemented:
                    return result
            return self._slow_call(args, named)
        except Exception as error:
            leave(error)  # as `public` does, which costs time
            raise

    def take_locks(self) -> None:
        """Let calls of functions that update the same variables wait in turn."""
        self._call, self._exact = map(self._held.around, self._bare)

    @property
    def history(self) -> History:
        """Every event of its making: rewrites, steps, sources."""
        return self._recorder.history()

    @property
    def inputs(self) -> tuple[Variable, ...]:
        """The listed inputs, in order."""
        return tuple(p.variable for p in self._plan.parameters)

    @property
    def outputs(self) -> tuple[Variable, ...]:
        """The listed outputs as they were written, in order."""
        return self.graph.outputs[: len(self._outputs.outs)]

    @property
    def shared(self) -> tuple[SharedVariable, ...]:
        """The shared variables that it reads."""
        return self._plan.shared

    def get_shared(self) -> list[SharedVariable]:
        """The shared variables that it reads."""
        return list(self._plan.shared)

    @cached_property
    def watched(self) -> Program:
        """The optimized graph without fusion, one node a step: what a stepper runs."""
        if self.mode.watches_steps:
            return self.program
        return numpy_program(self.optimized)

    def copy(
        self,
        share_memory: bool = False,
        swap: Mapping[Variable, Variable] | None = None,
        delete_updates: bool = False,
        name: str | None = None,
        profile: Any = None,
    ) -> Function:
        """The function again, on the same shared variables or on others.

        Args:
            share_memory: accepted; what lies between nodes is not kept anyway.
            swap: {shared variable: the one to read and update in its place}.
            delete_updates: leave all updates out.
            name: of the copy; the same by default.
            profile: as in `function`.
        """
        del share_memory
        plan = copied(self._plan, swap, with_updates=not delete_updates)
        mode = profiled(self.mode, profile)
        handed = MEANINGS.get("copied", _as_they_are)(self._outputs)
        return _compiled(plan, handed, mode, name or self.name)

    def free(self) -> None:
        """Let go of memory between calls; there is none that is kept."""

    @cached_property
    def input_storage(self) -> list[Container]:
        """A storage for each input, shared variables too; what `fn` reads."""
        return storage_of(self._plan)

    @cached_property
    def fn(self) -> Stored:
        """A call without arguments, on the values in `input_storage`."""
        return Stored(self, self._plan, self.input_storage, self.optimized.applies())

    @property
    def value(self) -> Values:
        """The values that are kept: `f.value[x]` is `f[x]`."""
        keys = [k for k in self.container if self._keeps(k)]
        return Values(self, keys)

    @property
    def nodes_with_inner_function(self) -> list[Apply]:
        """The nodes with a graph inside: loops, branches."""
        return with_graphs(self.optimized)

    @property
    def profile(self) -> Any:
        """What it costs, if it was compiled with `profile=True`; else None."""
        return profile_in(self.mode)

    def values(self, *args: Any, **named: Any) -> list[Array]:
        """The values of `watched.inputs` that a call would begin with."""
        bound = self._signature.bind(args, named)
        return self._values(bound.arrays, {id(cell): a for cell, a in bound.cells})

    def view(self, *args: Any, **named: Any) -> Any:
        """The viewer of its graph; with arguments, of a call, step by step."""
        return MEANINGS["view"](self, *args, **named)

    @property
    def container(self) -> Mapping[Any, Container]:
        """The storage of each input, by variable, by name and by position."""
        found: dict[Any, Container] = {}
        for position, p in enumerate(self._plan.parameters):
            found[p.variable] = found[position] = self.input_storage[position]
            if p.name is not None:
                found[p.name] = self.input_storage[position]
        return found

    def __getitem__(self, key: Variable | str) -> Array:
        """The present value of an input that keeps it, as a copy."""
        return self._container(key).value

    def __setitem__(self, key: Variable | str, value: Any) -> None:
        self._container(key).value = value

    def _container(self, key: Variable | str) -> Container:
        if self._keeps(key):
            return self.container[key]
        names = [
            p.name for p in self._plan.parameters if p.name and (p.cell or p.default)
        ]
        raise faults.unknown_name(
            "kept value", str(key), names, nearest(str(key), names)
        )

    def _keeps(self, key: Any) -> bool:
        """Whether there is an input of this name that calls need not pass."""
        found = self.container.get(key)
        return found is not None and any(
            found.cell is p.cell or found.cell is p.default
            for p in self._plan.parameters
        )

    def __copy__(self) -> Function:
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles hold what was asked for; it is compiled again from that.

        A copy has shared variables of its own.
        """
        return _compiled, (self._plan, self._outputs, self.mode, self.name)

    def __repr__(self) -> str:
        said = MEANINGS.get("function")
        if said is not None:
            return said(self)
        name = self.name or "function"
        inputs = ", ".join(map(describe, self.inputs))
        outputs = ", ".join(map(describe, self.outputs)) or "nothing"
        return f"<{name}({inputs}) -> {outputs}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Its graph, before and after, where a notebook shows it."""
        draw = MEANINGS.get("mimebundle")
        return draw(self) if draw is not None else {}

    # Calls that are not straight to the backend

    def _slow_call(self, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        with self._held:
            return self._bound_call(self._signature.bind(args, named))

    def _bound_call(self, bound: Bound) -> Any:
        before = [(cell, cell[0]) for cell, _ in bound.cells]
        for cell, array in bound.cells:
            cell[0] = array
        try:
            result = self._exact(*bound.arrays)
        except Exception as error:
            for cell, array in before:
                cell[0] = array
            self._explain(error, bound)
            raise
        if result is NotImplemented:
            raise self._refusal(bound)
        return result if self._dress is None else self._dress(result)

    def _refusal(self, bound: Bound) -> Exception:
        """Why a backend did not take arrays of the inputs' types.

        Lengths may be known by more than the types: a reshape to (2, 2) takes 4.
        """
        values = self._values(bound.arrays, {id(cell): a for cell, a in bound.cells})
        blamed = blame(self.graph, values)
        return blamed or faults.backend_refuses(self.backend, bound.arrays)

    def _watched_call(self, *arrays: Array) -> Any:
        """A call that listeners hear, and then its updates."""
        plan = self._plan
        values = self._values(list(arrays), {})
        self._tell(Called(self, tuple(values)))
        started = time.perf_counter()
        owned = self._results(arrays, values)
        if owned is NotImplemented:
            return owned
        seconds = time.perf_counter() - started
        every = len(plan.output_cells)
        more = dict(zip(self._more, owned[every:], strict=True))
        owned = owned[:every]
        self._tell(Returned(self, tuple(values), tuple(owned), seconds, more))
        count = len(self._outputs.outs)
        olds = [cell[0] for cell in plan.output_cells if cell is not None]
        for cell, new in zip(plan.output_cells, owned, strict=True):
            if cell is not None:
                cell[0] = new
        for variable, old, new in zip(plan.updated, olds, owned[count:], strict=True):
            self._tell(Updated(variable, old, new))
        return owned[0] if self._outputs.single else owned[:count]

    def _results(self, arrays: Sequence[Array], values: list[Array]) -> Any:
        """All outputs of the graph: node by node, or by the backend if nobody minds."""
        if not self.mode.watches_steps:
            return self._built(*arrays)
        results = execute.run(self.watched, values, self.mode.listeners)
        held = execute.constants(self.watched).values()
        return hand_over(results, (*values, *held))

    def _tell(self, event: Event) -> None:
        for listen in self.mode.listeners:
            listen(event)

    def _values(self, arrays: list[Array], instead: Mapping[int, Array]) -> list[Array]:
        """The values of all inputs: arguments, and what cells hold."""
        given = iter(arrays)
        return [
            next(given) if cell is None else instead.get(id(cell), cell[0])
            for cell in self._plan.input_cells
        ]

    def _explain(self, error: Exception, bound: Bound) -> None:
        """Raise the error in the user's terms, if there is more to say than it says."""
        values = self._values(bound.arrays, {id(cell): a for cell, a in bound.cells})
        better = explained(error, self.graph, self.watched, values)
        if better is not None:
            raise better from None


def _never(*args: Any) -> Any:
    """What a function calls first when arguments always need a closer look."""
    del args
    return NotImplemented


def _as_they_are(outputs: Outputs) -> Outputs:
    """How a copy hands back results, unless somebody says otherwise."""
    return outputs


@public
def function(
    inputs: Any,
    outputs: Any = None,
    mode: Mode | str | None = None,
    updates: Pairs = None,
    givens: Pairs = None,
    no_default_updates: bool | Collection[Variable] = False,
    accept_inplace: bool = False,
    name: str | None = None,
    rebuild_strict: bool = True,
    allow_input_downcast: bool | None = None,
    profile: Any = None,
    on_unused_input: str | None = None,
) -> Function:
    """Compile a function of symbolic inputs.

    Args:
        inputs: a list of variables, `In`s, or pairs (variable, default value).
        outputs: a variable, a list or a dict of them, or None.
        mode: a Mode or its name; `config.mode` by default.
        updates: pairs (shared variable, expression), as a list or a dict. All are
            computed from the old values; then all variables change at once.
        givens: pairs (variable, expression to put in its place), as a list or a dict.
        no_default_updates: True, or the variables whose default updates to leave out.
        name: for messages and printing.
        allow_input_downcast: True: arguments may be rounded to an input's dtype; False:
            never; None: only Python floats, and only to `config.floatX`.
        on_unused_input: raise, warn or ignore; `config.on_unused_input` by default.
        profile: True, or a listener: add up what calls cost, in `f.profile`.
        accept_inplace, rebuild_strict: accepted, as Theano does.

    Raises:
        missing-input, unused-input, shared-as-input, output-not-symbolic, not-pairs,
        update-of-expression, wrong-dtype, wrong-rank and others of `compile.faults`.

    >>> import teachgraph.tensor as T
    >>> x, y = T.dscalars("x", "y")
    >>> f = function([x, (y, 1.0)], x + y)
    >>> f(2), f(2, y=5)
    (array(3.), array(7.))
    """
    del accept_inplace, rebuild_strict
    unused = config.on_unused_input if on_unused_input is None else on_unused_input
    if unused not in ON_UNUSED:
        raise faults.unknown_name(
            "on_unused_input", unused, ON_UNUSED, nearest(unused, ON_UNUSED)
        )
    chosen = profiled(mode_of(mode), profile)
    read = read_outputs(outputs)
    plan = make_plan(
        read_inputs(inputs),
        read,
        read_pairs(updates, "updates"),
        read_pairs(givens, "givens"),
        Policy(no_default_updates, unused, allow_input_downcast),
    )
    look_at(plan, name)
    return _compiled(plan, read, chosen, name)


def _compiled(plan: Plan, outputs: Outputs, mode: Mode, name: str | None) -> Function:
    """The function of a plan."""
    linkage = Linkage(plan.input_cells, plan.output_cells, outputs.single)
    if mode.listeners:  # they hear of the results before these are stored
        nowhere = (None,) * len(plan.output_cells)
        linkage = Linkage(plan.input_cells, nowhere, single=False)
    built = build(plan.graph, mode, linkage, Recorder())
    return Function(plan, outputs, mode, name, built)
