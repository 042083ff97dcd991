"""`Print`: a value that tells of itself whenever it is computed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator, Sequence
from contextvars import ContextVar
from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.types import TensorType
from teachgraph.ops.base import Array, Example, Gradients, ramp

_SILENT: ContextVar[bool] = ContextVar("silent", default=False)


@contextlib.contextmanager
def silent() -> Generator[None, None, None]:
    """Nothing is printed within: a call is run again to explain its failure."""
    token = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(token)


def print_attributes(op: Print, value: Array) -> None:
    """One line an attribute: the message, its name, and what it is."""
    for name in op.attrs:
        said = getattr(value, name)
        shown = said() if callable(said) else said
        sys.stdout.write(f"{op.message} {name} = {shown}\n")


class Print(Op):
    """The input as it is; each time it is computed, it is printed.

    Fields:
        message: what is printed before it.
        attrs: names of attributes or methods of the array to print, such as "shape".
        global_fn: does the printing, as `global_fn(op, value)`.

    >>> x = T.dvector("x")
    >>> y = Print("x is", attrs=("shape", "max"))(x) * 2

    Nothing is printed where no output needs the value.
    """

    message: str = ""
    attrs: Sequence[str] = ("__str__",)
    global_fn: Callable[[Any, Array], Any] = print_attributes

    effects = True
    latex = "{0}"

    def __init__(
        self,
        message: str = "",
        attrs: Sequence[str] = ("__str__",),
        global_fn: Callable[[Any, Array], Any] = print_attributes,
    ):
        super().__init__(message, tuple(attrs), global_fn)

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x: Array) -> Array:
        if not _SILENT.get():
            self.__dict__["global_fn"](self, x)
        return x

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (g,)

    def __str__(self) -> str:
        return f"Print{{{self.message}}}" if self.message else "Print"

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls("x"), (ramp(2, 3),)),
            (cls("x", attrs=("shape",)), (ramp(3, dtype="float32"),)),
        ]
