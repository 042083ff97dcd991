"""Random programs over the registry of ops: well typed, finite, and not too sensitive.

    program = random_program(seed)
    program.graph, program.values, program.tolerance

A program grows step by step, and each step is worked out at once. A step is taken back
when its value is not finite or large, or when it magnifies small errors of its inputs:
then two correct ways to compute it could differ. Functions with jumps are applied to
exact values only: to inputs, and to whole numbers and booleans made of such.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from evaluate import evaluate

import teachgraph.tensor as T
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import OPS, Op, constant
from teachgraph.core.report import Fault, TeachgraphError
from teachgraph.core.types import (
    LengthMismatch,
    Operand,
    TensorType,
    is_complex,
    is_float,
)
from teachgraph.grad.reverse import grad
from teachgraph.ops.elementwise import SCALARS, Elementwise
from teachgraph.program.stretch import whole_numbers

Array = np.ndarray[Any, Any]

INPUT_DTYPES = ("float64",) * 5 + ("float32", "int64", "int32", "bool")
SHAPES = ((), (3,), (3,), (2, 3), (3, 3), (1, 3), (3, 1), (2, 1, 3))
NUMBERS = (0, 1, 2, -1, 0.5, 3, -2.5)

LARGEST = 1e3
NUDGE = {"float32": 1e-4, "float64": 1e-9}
"""By how much, relatively, inputs are moved to see how sensitive a step is."""

MAGNIFIED = 1e3
"""A step may magnify errors by so much."""

JUMPS = {
    *("int_div", "mod", "sgn", "eq", "neq", "lt", "le", "gt", "ge", "isnan", "isinf"),
    *("ceil", "floor", "trunc", "round_half_to_even", "round_half_away_from_zero"),
    *("and_", "or_", "xor", "invert", "Argmax", "Argmin", "AllTrue", "AnyTrue"),
    *("ArgSort", "SearchSorted", "Distinct", "Nonzero"),
}
"""Functions that jump: a rounding error before them may be a large one after them."""

LEFT_OUT = {"Fused", "Prod", "Unbroadcast", "ultra_fast_sigmoid", "polygamma"}
"""Not tried: NumPy stretches what `Unbroadcast` gives, where a call would refuse it."""

DOES_NOT_FIT = (
    *(ArithmeticError, IndexError, TypeError, ValueError),
    LengthMismatch,
)
"""What ops raise for operands that do not fit; another step is tried then."""


@dataclass(frozen=True)
class Program:
    """A graph with values for its inputs, and how well two results must agree."""

    graph: Graph
    values: dict[Variable, Array]
    tolerance: float


@dataclass(frozen=True)
class Known:
    """A variable of the program with its value, and its value with inputs nudged."""

    variable: Variable
    value: Array
    nudged: Array
    exact: bool


@dataclass
class Growing:
    """A program while it grows."""

    rng: np.random.Generator
    pool: list[Known] = field(default_factory=list[Known])
    used: set[str] = field(default_factory=set[str])

    def pick(self, candidates: Sequence[Known]) -> Known:
        """One of the candidates, later ones more often."""
        weights = np.arange(1.0, len(candidates) + 1)
        return candidates[self.rng.choice(len(candidates), p=weights / weights.sum())]

    def add_input(self, name: str) -> None:
        """An input, whose lengths are known to the graph or not."""
        dtype = str(self.rng.choice(INPUT_DTYPES))
        shape = SHAPES[self.rng.integers(len(SHAPES))]
        static = self.rng.random() < 0.4
        lengths = tuple(n if static or n == 1 else None for n in shape)
        value = self._value(dtype, shape)
        nudged = value
        if is_float(dtype):
            sign = self.rng.choice([-1.0, 1.0], shape)
            nudged = (value * (1 + NUDGE[dtype] * sign)).astype(dtype)
        v = Variable(TensorType(dtype, lengths), name)
        self.pool.append(Known(v, value, nudged, exact=True))

    def _value(self, dtype: str, shape: tuple[int, ...]) -> Array:
        if dtype == "bool":
            return self.rng.random(shape) < 0.5
        if not is_float(dtype):
            return self.rng.integers(-3, 4, shape).astype(dtype)
        return np.asarray(self.rng.normal(size=shape) * 1.5).astype(dtype)

    def step(self) -> None:
        """One more op on what there is, if the outcome is fit."""
        if self.rng.random() < 0.75:
            op: Op = SCALARS[str(self.rng.choice(sorted(SCALARS)))]
            assert isinstance(op, Elementwise)
            operands = [self._operand() for _ in range(op.fn.arity)]
        else:
            op, operands = self._by_example()
        if op.title not in LEFT_OUT and all(k is not None for k in operands):
            self._apply(op, [k for k in operands if k is not None])

    def _operand(self) -> Known:
        if self.rng.random() < 0.15:
            return self._number(NUMBERS[self.rng.integers(len(NUMBERS))])
        return self.pick(self.pool)

    def _number(self, value: Any) -> Known:
        v = constant(value)
        assert v.data is not None
        return Known(v, v.data, v.data, exact=True)

    def _by_example(self) -> tuple[Op, list[Known | None]]:
        """An op as one of its examples has it, with variables that look alike."""
        own = {n for n, op in OPS.items() if op.__module__.startswith("teachgraph")}
        own -= {n for n, op in OPS.items() if op.effects or "sparse" in op.__module__}
        classes = sorted(own - LEFT_OUT - {"Elementwise"})
        kind: Any = OPS[str(self.rng.choice(classes))]
        examples = kind.examples()
        op, arrays = examples[self.rng.integers(len(examples))]
        return op, [self._like(a, first=n == 0) for n, a in enumerate(arrays)]

    def _like(self, array: Array, first: bool) -> Known | None:
        alike = [
            k
            for k in self.pool
            if k.value.ndim == array.ndim and is_float(k.value.dtype.name)
        ]
        if array.dtype.kind in "iub" and not first:
            return self._number(array)
        return self.pick(alike) if alike else None

    def _apply(self, op: Op, operands: list[Known]) -> None:
        exact = all(k.exact for k in operands)
        tested = operands[:1] if op.title == "switch" else operands
        if (op.title in JUMPS or op.title.startswith("cast_")) and not exact:
            return
        if op.title == "switch" and not all(k.exact for k in tested):
            return
        try:
            (v,) = op.make(*(k.variable for k in operands)).outputs
            _infer_for_real(op, operands)
            value = np.asarray(op.numpy(*(k.value for k in operands)))
            nudged = np.asarray(op.numpy(*(k.nudged for k in operands)))
        except (Fault, TeachgraphError, *DOES_NOT_FIT):
            return
        if self._is_fit(value, nudged):
            self.used.add(op.title)
            whole = exact and not is_float(v.dtype)
            self.pool.append(Known(v, value, nudged, whole))

    def _is_fit(self, value: Array, nudged: Array) -> bool:
        name = value.dtype.name
        if is_complex(name) or name == "float16" or value.size > 200:
            return False
        if not is_float(name):
            return bool((value == nudged).all())
        if not np.isfinite(value).all() or (np.abs(value) > LARGEST).any():
            return False
        nudge = max(NUDGE[k.value.dtype.name] for k in self.floats)
        moved = np.abs(value - nudged)
        return bool((moved <= MAGNIFIED * nudge * (1 + np.abs(value))).all())

    @property
    def floats(self) -> list[Known]:
        """What is there of floats."""
        return [k for k in self.pool if k.value.dtype.name in NUDGE]


def _infer_for_real(op: Op, operands: Sequence[Known]) -> None:
    """Ask whether the lengths fit; some ops compute something where they do not."""
    known = [TensorType(str(k.value.dtype), k.value.shape) for k in operands]
    if not op.reads_values:
        op.infer(*known)
        return
    values = [whole_numbers(np.asarray(k.value)) for k in operands]
    op.infer(*(Operand(t, v) for t, v in zip(known, values, strict=True)))


def random_program(seed: int, *, inputs: int = 3, steps: int = 24) -> Program:
    """A random program; the same seed gives the same program."""
    growing = Growing(np.random.default_rng(seed))
    growing.pool.append(growing._number(0.5))
    for number in range(inputs):
        growing.add_input("xyzuvw"[number])
    leaves = growing.pool[1:]
    for _ in range(steps):
        growing.step()
    return _program(growing, leaves)


def _program(growing: Growing, leaves: Sequence[Known]) -> Program:
    made = [k for k in growing.pool if k.variable.owner is not None]
    outputs = [k.variable for k in made[-1:]] or [leaves[0].variable + 0]
    outputs += [k.variable for k in made[:-1] if growing.rng.random() < 0.2]
    single = any(k.value.dtype == "float32" for k in growing.pool)
    graph = Graph(tuple(k.variable for k in leaves), tuple(outputs))
    values = {k.variable: k.value for k in leaves}
    return Program(graph, values, 5e-3 if single else 1e-6)


SMOOTH = ("add", "sub", "mul", "neg", "exp", "tanh", "sigmoid", "softplus", "sin")
SMOOTH += ("sqr", "true_div", "log", "sqrt", "log1p", "arctan", "cos", "pow", "inv")


def random_gradient(seed: int, *, inputs: int = 3, steps: int = 10) -> Program:
    """The gradients of a random smooth cost with respect to all inputs."""
    rng = np.random.default_rng(seed)
    growing = Growing(rng)
    shapes = [((), (3,)), ((3,), (2, 3)), ((3, 3), (3,), (3, 1))][rng.integers(3)]
    for number in range(inputs):
        shape = shapes[rng.integers(len(shapes))]
        value = np.asarray(rng.normal(size=shape))
        lengths = tuple(n if n == 1 else None for n in shape)
        v = Variable(TensorType("float64", lengths), "xyzuvw"[number])
        nudged = value * (1 + 1e-9 * rng.choice([-1.0, 1.0], shape))
        growing.pool.append(Known(v, value, np.asarray(nudged), exact=True))
    leaves = growing.pool[:]
    for _ in range(steps):
        op = SCALARS[str(rng.choice(SMOOTH))]
        growing._apply(op, [growing._operand() for _ in range(op.fn.arity)])
    cost = T.sum(growing.pool[-1].variable)
    wanted = [k.variable for k in leaves]
    found = grad(cost, wanted, disconnected_inputs="ignore")
    graph = Graph(tuple(wanted), (cost, *found))
    values = {k.variable: k.value for k in leaves}
    nudged = {k.variable: k.nudged for k in leaves}
    pairs = zip(evaluate(graph, values), evaluate(graph, nudged), strict=True)
    fit = [growing._is_fit(a, b) for a, b in pairs]
    outputs = tuple(v for v, good in zip(graph.outputs, fit) if good)
    single = any(v.owner and v.dtype == "float32" for v in graph.variables())
    return Program(Graph(graph.inputs, outputs), values, 5e-3 if single else 1e-6)
