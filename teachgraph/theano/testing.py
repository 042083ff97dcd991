"""`theano.tests.unittest_tools`: seeds, gradient checks, checks of compiled graphs."""

from __future__ import annotations

import copy
import functools
import sys
import unittest
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from teachgraph.compile import verify
from teachgraph.compile.function import Function
from teachgraph.compile.function import function as compiled
from teachgraph.core.graph import Variable
from teachgraph.ops.alloc import shape
from teachgraph.theano.settings import Settings

DEFAULT_SEED = 666
Array = np.ndarray[Any, Any]


class Tools:
    """The helpers of Theano's own tests, as a shelf."""

    def __init__(self, settings: Settings):
        self._settings = settings

    def fetch_seed(self, pseed: Any = None) -> int | None:
        """The seed of tests: given, or of `unittests.rseed`; None for random."""
        seed = pseed or self._settings.value("unittests.rseed")
        if seed == "random":
            return None
        return int(seed) if str(seed).isdigit() else DEFAULT_SEED

    def seed_rng(self, pseed: Any = None) -> int | None:
        """Seed NumPy's global generator; gives the seed."""
        seed = self.fetch_seed(pseed)
        # Theano's tests draw from the global generator.
        vars(np.random)["seed"](seed)
        return seed

    def verify_grad(
        self, op: Any, pt: Any, n_tests: int = 2, rng: Any = None, **options: Any
    ) -> None:
        """Compare gradients with finite differences, from the seed of tests."""
        random = np.random.default_rng(self.fetch_seed()) if rng is None else rng
        verify.verify_grad(op, pt, n_tests, random, **options)


def _is(op: Any, wanted: Any) -> bool:
    return op == wanted


SkipTest = unittest.SkipTest


def attr(tag: str) -> Callable[[Any], Any]:
    """Decorator of nose: accepted."""
    del tag
    return lambda f: f


class MockRandomState:
    """A generator of numbers that are no surprise: all are `val`, 0 or 1."""

    def __init__(self, val: float):
        self.val = val

    def rand(self, *shape: int) -> Array:
        """An array full of `val`."""
        return np.full(shape, float(self.val))

    def randint(self, minval: int, maxval: int | None = None, size: Any = 1) -> Array:
        """The least whole number, or the largest."""
        low, high = (0, minval) if maxval is None else (minval, maxval)
        return np.full(size, low if self.val == 0 else high - 1, "int64")


class TestOptimizationMixin:
    """Assertions on the ops of a compiled function."""

    __test__ = False

    def assertFunctionContains(
        self, f: Function, op: Any, min: int = 1, max: int = sys.maxsize
    ) -> None:
        """It has from `min` to `max` nodes of the op."""
        count = sum(_is(node.op, op) for node in f.optimized.applies())
        _between(count, min, max, op)

    def assertFunctionContains0(self, f: Function, op: Any) -> None:
        """It has none."""
        self.assertFunctionContains(f, op, 0, 0)

    def assertFunctionContains1(self, f: Function, op: Any) -> None:
        """It has one."""
        self.assertFunctionContains(f, op, 1, 1)

    def assertFunctionContainsN(self, f: Function, op: Any, N: int) -> None:
        """It has N."""
        self.assertFunctionContains(f, op, N, N)

    def assertFunctionContainsClass(
        self, f: Function, op: type, min: int = 1, max: int = sys.maxsize
    ) -> None:
        """It has from `min` to `max` nodes of the class."""
        count = sum(isinstance(node.op, op) for node in f.optimized.applies())
        _between(count, min, max, op)

    def assertFunctionContainsClassN(self, f: Function, op: type, N: int) -> None:
        """It has N nodes of the class."""
        self.assertFunctionContainsClass(f, op, N, N)


def _between(count: int, low: int, high: int, op: Any) -> None:
    if not low <= count <= high:
        raise AssertionError(f"{count} nodes of {op}, not from {low} to {high}")


class InferShapeTester(unittest.TestCase):
    """Compares the shapes that a graph says with those that come out."""

    def _compile_and_check(
        self,
        inputs: Sequence[Variable],
        outputs: Sequence[Variable],
        numeric_inputs: Sequence[Any],
        cls: Any,
        excluding: Any = None,
        warn: bool = True,
        check_topo: bool = True,
    ) -> None:
        del cls, excluding, warn, check_topo
        ignore = "ignore"
        values = compiled(inputs, list(outputs), on_unused_input=ignore)
        shapes = compiled(inputs, [shape(o) for o in outputs], on_unused_input=ignore)
        for value, said in zip(values(*numeric_inputs), shapes(*numeric_inputs)):
            if tuple(said) != np.shape(value):
                raise AssertionError(f"{tuple(said)} said, {np.shape(value)} came out")


class WrongValue(AssertionError):
    """Two arrays differ more than they may."""


def all_close(
    a: Any, b: Any, rtol: float | None = None, atol: float | None = None
) -> bool:
    """True if two arrays are nearly equal, as far as their dtypes tell."""
    dtypes = [str(np.asarray(each).dtype) for each in (a, b)]
    relative, absolute = next(
        (c for d, c in CLOSE.items() if d in dtypes), (1e-5, 1e-8)
    )
    relative = relative if rtol is None else rtol
    absolute = absolute if atol is None else atol
    return bool(np.allclose(a, b, relative, absolute))


CLOSE = {"float16": (5e-2, 5e-2), "float32": (1e-5, 1e-5), "complex64": (1e-5, 1e-5)}
"""Relative and absolute differences that are let pass."""


def assert_allclose(
    expected: Any, value: Any, rtol: float | None = None, atol: float | None = None
) -> None:
    """Two arrays are nearly equal.

    Raises:
        WrongValue: they are not.
    """
    single = "float32" in (str(np.asarray(a).dtype) for a in (expected, value))
    close = (1e-5, 1e-5) if single else (1e-5, 1e-8)
    relative = close[0] if rtol is None else rtol
    absolute = close[1] if atol is None else atol
    if not np.allclose(expected, value, relative, absolute, equal_nan=True):
        raise WrongValue(f"{expected} was expected, {value} came out")


class AttemptManyTimes:
    """Decorator: a test that may fail some times, as it depends on chance."""

    def __init__(self, n_attempts: int, n_req_successes: int = 1):
        self.attempts, self.needed = n_attempts, n_req_successes

    def __call__(self, fct: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(fct)
        def several(*args: Any, **named: Any) -> None:
            passed, last = 0, None
            for _ in range(self.attempts):
                try:
                    fct(*args, **named)
                    passed += 1
                except AssertionError as error:
                    last = error
                if passed == self.needed:
                    return
            raise AssertionError("it failed too often") from last

        return several


def assertFailure_fast(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: a test that Theano's fast_compile fails; here it has to pass."""
    return f


class OpContractMixin:
    """Assertions that every op keeps: equal copies, equal hashes, a name."""

    ops: Sequence[Any] = ()
    other_op: Any = None

    def test_eq(self) -> None:
        """Copies are equal, others are not."""
        for op in self.ops:
            if copy.copy(op) != op or op == self.other_op:
                raise AssertionError(f"{op} is not equal to its copy, or to another")

    def test_hash(self) -> None:
        """Copies have the same hash."""
        for op in self.ops:
            if hash(copy.copy(op)) != hash(op):
                raise AssertionError(f"the hash of {op} changes")
