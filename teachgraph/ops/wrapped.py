"""`as_op`: a Python function of arrays as an op, without a gradient.

@as_op(itypes=[T.dvector], otypes=[T.lscalar])
def longest_run(x):
...
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.entrance import error_of, leave, placed
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import TensorType
from teachgraph.ops.base import Array, Example, as_tensor, ramp
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.ifelse import several

Shapes = Callable[[Apply | None, Sequence[Any]], Sequence[Any]]


class FromFunction(Op):
    """A function of arrays, which gives an array, or a tuple of them.

    Fields:
        fn: the function.
        itypes, otypes: the types of what goes in and of what comes out.
        shapes: `shapes(node, input_shapes)` gives the shapes that come out, as far as
            the lengths that are known tell.
    """

    fn: Callable[..., Any]
    itypes: tuple[TensorType, ...]
    otypes: tuple[TensorType, ...]
    shapes: Shapes | None = None

    def make(self, *args: Any, **options: Any) -> Apply:
        """The node; a number takes the dtype that is wanted, if it fits."""
        given = [as_tensor(a) for a in args]
        for n, (v, wanted) in enumerate(zip(given, self.itypes)):
            fits = v.data is not None and np.can_cast(v.dtype, wanted.dtype, "safe")
            given[n] = cast_to(v, wanted.dtype) if fits else v
        return super().make(*given, **options)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Apply the function; its result, or a list when there are several."""
        try:
            outputs = self.make(*args, **options).outputs
        except Exception as error:
            leave(error)
            raise
        return outputs[0] if len(outputs) == 1 else list(outputs)

    def infer(self, *types: TensorType) -> tuple[TensorType, ...]:
        if len(types) != len(self.itypes):
            takes, given = len(self.itypes), len(types)
            title = f"{self.title} takes {takes} inputs, and {given} were given"
            raise Fault("wrong-argument-count", title)
        for n, (given, wanted) in enumerate(zip(types, self.itypes)):
            if given.dtype != wanted.dtype or given.ndim != wanted.ndim:
                code = "wrong-rank" if given.ndim != wanted.ndim else "wrong-dtype"
                title = f"input {n} of {self.title} is {wanted} by itypes, not {given}"
                hints = (Hint("convert it", f"x.astype({wanted.dtype!r})"),)
                raise Fault(code, title, hints=hints if code == "wrong-dtype" else ())
        known = all(isinstance(n, int) for t in types for n in t.shape)
        if self.shapes is None or not known:
            return self.otypes
        shapes = self.shapes(None, [t.shape for t in types])
        return tuple(
            t.with_shape(tuple(_known(n) for n in shape))
            for t, shape in zip(self.otypes, shapes, strict=True)
        )

    def numpy(self, *arrays: Array) -> Any:
        results = self.fn(*arrays)
        as_arrays = tuple(map(np.asarray, several(results)))
        return as_arrays if len(self.otypes) > 1 else as_arrays[0]

    def grad(self, inputs: Any, output: Any, g: Any) -> Any:
        raise Fault(
            "no-gradient",
            f"{self.title} is a Python function, and nothing says its derivative",
            hints=(
                Hint("write an op with `infer`, `numpy` and `grad`"),
                Hint("or let no gradient through", "T.disconnected_grad(x)"),
            ),
        )

    @property
    def title(self) -> str:
        """The function's name."""
        return str(getattr(self.fn, "__name__", "function"))

    @property
    def documentation(self) -> str:
        """The function's own words."""
        return self.fn.__doc__ or "A Python function of arrays."

    def __str__(self) -> str:
        return f"FromFunction{{{self.title}}}"

    def __reduce__(self) -> Any:
        """The name of the function means the op by now: that is what is saved."""
        fn = self.fn
        return _named, (fn.__module__, fn.__qualname__)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        kind = TensorType("float32", (None,))
        return [(cls(_sorted, (kind,), (kind,), _same), (ramp(5, dtype="float32"),))]


def _sorted(x: Array) -> Array:
    """The elements from the smallest to the largest."""
    return np.sort(x)


def _same(node: Apply | None, shapes: Sequence[Any]) -> Sequence[Any]:
    del node
    return shapes


def _known(n: Any) -> int | None:
    if isinstance(n, Variable):
        return int(n.data) if n.data is not None else None
    return int(cast(int, n)) if isinstance(n, int | np.integer) else None


def _named(module: str, name: str) -> Any:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def as_op(
    itypes: Any, otypes: Any, infer_shape: Shapes | None = None
) -> Callable[[Callable[..., Any]], FromFunction]:
    """Make an op of the decorated function of arrays.

    Args:
        itypes, otypes: a type, or a list of types, such as `T.dmatrix` or
            `T.TensorType("float64", (False,))`.
        infer_shape: `infer_shape(node, input_shapes)` gives a list of shapes.

    Raises:
        wrong-argument-kind: something else than types is given.
    """
    inputs, outputs = _types(itypes, "itypes"), _types(otypes, "otypes")
    if infer_shape is not None and not callable(infer_shape):
        raise error_of(
            placed(Fault("wrong-argument-kind", "infer_shape must be a function"))
        )

    def made(fn: Callable[..., Any]) -> FromFunction:
        return FromFunction(fn, inputs, outputs, infer_shape)

    return made


def _types(given: Any, what: str) -> tuple[TensorType, ...]:
    return tuple(_type(one, what) for one in several(given))


def _type(given: Any, what: str) -> TensorType:
    """A type, or the type of what a constructor such as `T.dmatrix` makes."""
    if isinstance(given, TensorType):
        return given
    made = given() if callable(given) else None
    if isinstance(made, Variable):
        return made.type
    title = f"{what} lists types, not a {type(given).__name__}"
    hint = Hint("list types", "itypes=[T.dmatrix], otypes=[T.dscalar]")
    raise error_of(placed(Fault("wrong-argument-kind", title, hints=(hint,))))
