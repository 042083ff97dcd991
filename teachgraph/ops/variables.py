"""Making variables: one constructor for each dtype and number of axes.

The first letter says the dtype (b w i l: integers of 8, 16, 32, 64 bits; f d: floats of
32, 64; c z: complex numbers of 64, 128), the word says the axes. Without a letter the
dtype is `config.floatX` at the time of the call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable, variable_class
from teachgraph.core.origin import here
from teachgraph.core.record import record
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import Shape, TensorType
from teachgraph.ops.dtypes import DTYPES

DECLARED_LISTENERS: list[Callable[[Variable], None]] = []
"""Who wants to see each variable as it is declared."""

LETTERS = {
    "b": "int8",
    "w": "int16",
    "i": "int32",
    "l": "int64",
    "f": "float32",
    "d": "float64",
    "c": "complex64",
    "z": "complex128",
}

WORDS: dict[str, Shape] = {
    "scalar": (),
    "vector": (None,),
    "row": (1, None),
    "col": (None, 1),
    "matrix": (None, None),
    **{f"tensor{n}": (None,) * n for n in range(3, 8)},
}


def tensor(
    dtype: str | None = None,
    shape: Sequence[int | bool | None] = (),
    name: str | None = None,
    *,
    broadcastable: Sequence[bool] | None = None,
) -> Variable:
    """A variable of any dtype and number of axes.

    Args:
        dtype: `config.floatX` unless given.
        shape: a length for each axis, None where it is not known.
        broadcastable: instead of `shape`, as in Theano: True for axes of length 1. A
            `shape` of booleans is taken for it.

    Raises:
        wrong-dtype: there is no such dtype.
    """
    lengths = tuple(shape)
    if broadcastable is not None or (
        lengths and all(isinstance(n, bool) for n in lengths)
    ):
        flags = lengths if broadcastable is None else broadcastable
        lengths = tuple(1 if b else None for b in flags)
    kind = config.floatX if dtype in (None, "floatX") else np.dtype(dtype).name
    if kind not in DTYPES:
        raise Fault(
            "wrong-dtype", f"there is no dtype {kind}", hints=(Hint(", ".join(DTYPES)),)
        )
    if isinstance(cast(Any, name), list | tuple | np.ndarray | Variable):
        raise _not_a_name(name)
    origin = here()
    of = TensorType(kind, lengths)
    origins = (origin,) if origin is not None else ()
    v = variable_class(of)(of, name, origins=origins)
    for listen in DECLARED_LISTENERS:
        listen(v)
    return v


def _not_a_name(given: Any) -> Fault:
    shape = f"T.tensor('float64', shape={given!r})"
    return Fault(
        "wrong-argument-kind",
        f"the name of a variable is a text, not a {type(given).__name__}",
        hints=(
            Hint("write it in quotes", "T.dmatrix('x')"),
            Hint("or, if a shape was meant", shape),
        )[: 2 if isinstance(given, tuple) else 1],
    )


@record()
class Constructor:
    """Makes variables of one dtype and number of axes, such as `T.dmatrix("x")`.

    Args of a call:
        name: shown in drawings and messages.
        dtype: instead of the constructor's own.
        shape: the lengths that are known; None for the others.
    """

    dtype: str | None
    shape: Shape

    @public
    def __call__(
        self,
        name: str | None = None,
        dtype: str | None = None,
        *,
        shape: Sequence[int | None] | None = None,
    ) -> Variable:
        lengths: Any = self.shape if shape is None else tuple(shape)
        if len(lengths) != len(self.shape):
            raise Fault(
                "wrong-rank", f"{len(self.shape)} lengths are needed, not {shape}"
            )
        return tensor(dtype or self.dtype, lengths, name)


@record()
class Plural:
    """Makes several variables: `T.dmatrices("x", "y")` or `T.dmatrices(2)`."""

    one: Constructor

    @public
    def __call__(self, *names: str | int) -> list[Variable]:
        if len(names) == 1 and isinstance(names[0], int):
            return [self.one() for _ in range(names[0])]
        return [self.one(str(name)) for name in names]


def family(letter: str = "") -> tuple[Constructor, ...]:
    """The constructors of one dtype, in the order of `WORDS`."""
    dtype = LETTERS[letter] if letter else None
    return tuple(Constructor(dtype, shape) for shape in WORDS.values())


def plurals(letter: str = "") -> tuple[Plural, ...]:
    """The constructors of several variables of one dtype, in the order of `WORDS`."""
    return tuple(Plural(one) for one in family(letter))
