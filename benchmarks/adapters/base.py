"""What all adapters share: how a case is found and checked; the large graphs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import spec

Built = tuple[Callable[..., Any], tuple[Any, ...], Callable[[], list[Any]]]
PREFIXES = ("call_", "ew_", "sum_ax", "matmul")


class Unsupported(Exception):
    """The package cannot do this; the text says what is missing."""


class Base:
    """One package. Methods named `b_<case>` build a case.

    What they return is a function, its arguments, and a check: the outputs to compare,
    which for a step of training are those of three steps from a fresh state.
    """

    name = ""

    def versions(self) -> dict[str, Any]:
        return {}

    def build(self, case: spec.Case) -> Built:
        builder = next((p.rstrip("_") for p in PREFIXES if case.what.startswith(p)), "")
        method = getattr(self, f"b_{builder or case.what}", None)
        if method is None:
            raise Unsupported(f"no {case.what}")
        return method(case, case.what, self.inputs(case))

    def inputs(self, case: spec.Case) -> dict[str, Any]:
        """The inputs as the package wants them."""
        return spec.inputs(case)

    def release(self) -> None:
        """Let go of what the last case held."""

    def pure(self, f: Callable[..., Any], *args: Any) -> Built:
        """A case without state: the outputs are those of one call."""

        def check() -> list[Any]:
            result = f(*args)
            return list(result) if isinstance(result, list | tuple) else [result]

        return f, args, check

    def drawn(self, f: Callable[..., Any], *args: Any) -> Built:
        """A case that draws: what is compared are the mean and the deviation."""

        def check() -> list[Any]:
            numbers = np.asarray(f(*args))
            return [np.array([1 + numbers.mean(), numbers.std()])]

        return f, args, check


def chain(x: Any, n: int, tanh: Callable[[Any], Any]) -> Any:
    """n operations, each on the result of the one before."""
    t = x
    for i in range(n):
        match i % 4:
            case 0:
                t = t * (1.0 + 1.0 / (i + 2))
            case 1:
                t = tanh(t)
            case 2:
                t = t + 0.1 * (i % 7)
            case _:
                t = t - x
    return t


def tree(x: Any, n: int, maximum: Callable[[Any, Any], Any]) -> Any:
    """n operations as a binary tree, sums and maxima by turns."""
    level = [x * (1.0 + 1.0 / (i + 1)) for i in range(n // 2)]
    depth = 0
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        joined = [a + b if depth % 2 == 0 else maximum(a, b) for a, b in pairs]
        level = joined + (level[-1:] if len(level) % 2 else [])
        depth += 1
    return level[0]
