"""Scalar functions applied to every element of broadcast tensors.

A scalar function is one row: `exp = unary("exp", ...)`. A row says the dtypes, the
meaning in NumPy, the expression in a loop, the derivative and the words; `Elementwise`
makes an op of it. Rows stand in `scalars`, `exponential`, `trigonometry`, `rounding`,
`bits`, `special` and `complexes`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.entrance import leave
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import MADE_LISTENERS, Op
from teachgraph.core.origin import Origin, here
from teachgraph.core.record import record
from teachgraph.core.surface import MEANINGS
from teachgraph.core.types import (
    ANY,
    Operand,
    TensorType,
    ValueOfLength,
    broadcast_shapes,
    is_complex,
    is_continuous,
    is_integer,
    upcast,
)
from teachgraph.kernel.build import cast as cast_to
from teachgraph.kernel.build import const
from teachgraph.kernel.ir import Const, Expr
from teachgraph.ops.base import (
    FIT,
    Array,
    Example,
    Gradients,
    Index,
    Source,
    Target,
    TensorLike,
    as_tensor,
)
from teachgraph.ops.dtypes import number_data

V = Variable
Interval = tuple[float, float]
Dtypes = Callable[..., str]


@record(eq=False, kw_only=True)
class Scalar:
    """One row of the table of scalar functions.

    Fields:
        name: as in NumPy or Theano; unique.
        arity: number of inputs.
        types: output dtype from input dtypes; raises a Fault where there is none.
        numpy: the meaning on arrays already cast to `operands`.
        kernel: the loop expression, from expressions already cast to `operands`; None
            where loops have no such function, which then runs in NumPy.
        grad: one derivative per input, from (x, ..., output, g); None in it where there
            is none, None instead of it where no input has one.
        doc, latex, domain: words. `latex` uses {0}, {1}, ... for the inputs.
        symbol: infix or prefix operator for pretty printing, with its `precedence`.
        operands: dtype each input is cast to before the work; default: the output
            dtype, or the common dtype of the inputs when the output is bool.
        nests: a call may have any number of operands; they are taken in pairs, from
            the left, as Theano's add and mul take them.
        length: the same function of whole numbers, for shape arithmetic, if it has one.
        cost: elementary operations an element, to decide what to recompute; exp is 10.
        analytic: the derivative holds for complex numbers; False where `grad` itself
            says what it is for complex inputs.
        example_dtype: a dtype that the function takes.
        samples: for each input, the interval in which the function is smooth and of
            moderate size; examples and tests draw from it.
    """

    name: str
    arity: int
    types: Dtypes
    numpy: Callable[..., Any]
    kernel: Callable[..., Expr] | None
    grad: Callable[..., Gradients] | None
    doc: str
    latex: str
    domain: str = ""
    symbol: str = ""
    precedence: int = 0
    commutative: bool = False
    nests: bool = False
    operands: Callable[..., tuple[str, ...]] | None = None
    length: Callable[..., Any] | None = None
    cost: int = 1
    analytic: bool = True
    example_dtype: str = "float64"
    samples: tuple[Interval, ...] = ()

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Callable[[str], Scalar], tuple[str]]:
        return _row, (self.name,)

    def operand_dtypes(self, dtypes: tuple[str, ...]) -> tuple[str, ...]:
        """What each input is cast to before the function is applied."""
        if self.operands is not None:
            return self.operands(*dtypes)
        out = self.types(*dtypes)
        if out == "bool":
            return (upcast(*dtypes),) * len(dtypes)
        if not is_complex(out) and any(is_complex(d) for d in dtypes):
            return dtypes
        return (out,) * len(dtypes)


SCALARS: dict[str, Elementwise] = {}
"""Every scalar function by name, as an op."""

_KNOWN_TYPES: dict[tuple[Any, ...], TensorType] = {}


class Elementwise(Op):
    """One scalar function applied to each element of broadcast inputs."""

    fn: Scalar

    @property
    def is_commutative(self) -> bool:
        """True when the inputs may be swapped."""
        return self.fn.commutative

    @property
    def formula(self) -> str:
        """The formula in LaTeX, with {0}, {1} for the inputs."""
        return self.fn.latex

    @property
    def title(self) -> str:
        """The function's name."""
        return self.fn.name

    @property
    def documentation(self) -> str:
        """The row's own words."""
        words = [self.fn.doc, f"Domain: {self.fn.domain}." if self.fn.domain else ""]
        return "\n\n".join(filter(None, words))

    def __call__(self, *args: TensorLike, **options: Any) -> Variable:
        """Apply the function; numbers and arrays become constants."""
        try:
            if self.fn.nests and args and len(args) != self.fn.arity:
                return self._nested(*args, **options)
            return self.make(*args, **options).outputs[0]
        except Exception as error:
            leave(error)
            raise

    def _nested(self, first: TensorLike, *more: TensorLike, **options: Any) -> Variable:
        made = as_tensor(first)
        for position, other in enumerate(more, 1):
            last = options if position == len(more) else {}
            made = self.make(made, other, **last).outputs[0]
        return made

    def make(
        self,
        *args: TensorLike,
        name: str | None = None,
        origins: tuple[Origin, ...] | None = None,
    ) -> Apply:
        """The node; its type is looked up when the same types were met before."""
        if origins is None:
            place = here()
            origins = (place,) if place is not None else ()
        inputs = tuple([a if isinstance(a, V) else _constant(a, origins) for a in args])
        key = (self.fn, *[v.type for v in inputs])
        known = _KNOWN_TYPES.get(key)
        if known is None:
            node = super().make(*inputs, name=name, origins=origins)
            if node.outputs[0].type is not ANY:
                _KNOWN_TYPES[key] = node.outputs[0].type
            return node
        node = Apply(self, inputs, (known,), origins)
        if name is not None:
            node.outputs[0].name = name
        for listen in MADE_LISTENERS:
            listen(node)
        return node

    def infer(self, *types: TensorType) -> TensorType:
        if len(types) != self.fn.arity:
            raise TypeError(f"{self.fn.name} takes {self.fn.arity} operands")
        shape = broadcast_shapes(*(t.shape for t in types))
        return TensorType(self.fn.types(*(t.dtype for t in types)), shape)

    def numpy(self, *arrays: Array) -> Array:
        dtypes = tuple(str(a.dtype) for a in arrays)
        ready = [
            a.astype(d, copy=False)
            for a, d in zip(arrays, self.fn.operand_dtypes(dtypes), strict=True)
        ]
        with np.errstate(all="ignore"):
            value = np.asarray(self.fn.numpy(*ready))
            return value.astype(self.fn.types(*dtypes), copy=False)

    def grad(self, inputs: tuple[V, ...], output: V, g: V) -> Gradients:
        if self.fn.grad is None:
            return (None,) * len(inputs)
        turned = self.fn.analytic and is_complex(output.dtype)
        conj = SCALARS["conj"] if turned else None
        terms = self.fn.grad(*inputs, output, conj(g) if conj else g)
        # With a complex input the factor of g is the conjugate of the derivative.
        terms = [conj(d) if conj and d is not None else d for d in terms]
        return tuple(
            None if d is None or not is_continuous(x.dtype) else FIT[0](d, x)
            for d, x in zip(terms, inputs, strict=True)
        )

    @property
    def lower(self) -> Callable[..., Expr] | None:
        """One element as a loop expression; None where loops have no such function."""
        return None if self.fn.kernel is None else self._lower

    def _lower(self, out: Target, index: Index, *inputs: Source) -> Expr:
        dtypes = self.fn.operand_dtypes(tuple(x.dtype for x in inputs))
        args = [
            cast_to(x[broadcast_index(x, index)], d)
            for x, d in zip(inputs, dtypes, strict=True)
        ]
        kernel = cast(Callable[..., Expr], self.fn.kernel)
        return cast_to(kernel(*args), out.dtype)

    def known_value(self, *operands: Operand) -> ValueOfLength:
        values = [o.value for o in operands]
        if self.fn.length is None or any(isinstance(n, tuple | None) for n in values):
            return None
        value = self.fn.length(*values)
        dtype = self.fn.types(*(o.type.dtype for o in operands))
        if not is_integer(dtype):
            return None
        fits = _holds(dtype, value) if isinstance(value, int) else dtype in COUNTING
        return cast(ValueOfLength, value) if fits else None

    @classmethod
    def examples(cls) -> list[Example]:
        """Each row on numbers from its samples, of the first dtypes that it takes."""
        return [(op, op.sampled(2, 3)) for op in SCALARS.values()]

    def sampled(self, *shape: int) -> tuple[Array, ...]:
        """Inputs of a shape, drawn from the row's samples."""
        count = self.fn.arity
        dtypes = self.fn.operand_dtypes((self.fn.example_dtype,) * count)
        pairs = zip(self.fn.samples, dtypes, strict=True)
        return tuple(sample(span, *shape, dtype=dtype) for span, dtype in pairs)

    def __str__(self) -> str:
        return self.fn.name


def sample(span: Interval, *shape: int, dtype: str = "float64") -> Array:
    """Numbers spread over an interval in no order; booleans of both sorts."""
    size = math.prod(shape)
    place = (np.arange(size) * 0.6180339887 + 0.37) % 1
    if dtype == "bool":
        return (place < 0.5).reshape(shape)
    numbers = span[0] + (span[1] - span[0]) * place
    if is_complex(dtype):
        return (numbers + 1j * numbers[::-1] / 2).astype(dtype).reshape(shape)
    return numbers.astype(dtype).reshape(shape)


COUNTING = ("int32", "int64")
"""Dtypes in which lengths are counted; numbers of others wrap where people meet it."""


def _holds(dtype: str, value: int) -> bool:
    limits = np.iinfo(dtype)
    return int(limits.min) <= value <= int(limits.max)


def broadcast_index(source: Source, index: Index) -> Index:
    """The index into an input, from the index into the output it is stretched to."""
    lead = len(index) - source.ndim
    return tuple(
        const(0, "int64") if isinstance(n, Const) and n.value == 1 else i
        for i, n in zip(index[lead:], source.shape, strict=True)
    )


def _row(name: str) -> Scalar:
    return SCALARS[name].fn


def elementwise(row: Scalar, *, means: Sequence[str] = ()) -> Elementwise:
    """A row of the table, as an op that can be called like a function.

    `means` are the operators and methods that mean it, see `core.surface`. A row whose
    `numpy` is one of NumPy's own functions also is what that function means.
    """
    op = Elementwise(row)
    object.__setattr__(op, "__doc__", op.documentation)
    SCALARS[row.name] = op
    own = [f"np.{row.numpy.__name__}"] if isinstance(row.numpy, np.ufunc) else []
    for name in (*means, *own):
        MEANINGS[name] = _as_function(op)
    return op


def _constant(value: TensorLike, origins: tuple[Origin, ...]) -> Variable:
    """An operand that is no variable; numbers met before share their array."""
    if type(value) in (int, float):
        type_, data = number_data(cast(float, value))
        return V(type_, data=data, origins=origins)
    return as_tensor(value)


def _as_function(op: Elementwise) -> Callable[..., Variable]:
    def apply(*args: TensorLike) -> Variable:
        try:
            return op.make(*args).outputs[0]
        except Exception as error:
            leave(error)
            raise

    apply.__name__, apply.__doc__ = op.fn.name, op.documentation
    return apply


def unary(
    name: str,
    *,
    types: Callable[[str], str],
    numpy: Callable[[Any], Any],
    kernel: Callable[[Expr], Expr] | None,
    grad: Callable[[V, V, V], tuple[V | None]] | None,
    doc: str,
    latex: str,
    samples: Interval = (-3, 3),
    operands: Callable[[str], tuple[str]] | None = None,
    means: Sequence[str] = (),
    **more: Any,
) -> Elementwise:
    """A row for a function of one number."""
    row = Scalar(
        name=name,
        arity=1,
        types=types,
        numpy=numpy,
        kernel=kernel,
        grad=grad,
        doc=doc,
        latex=latex,
        samples=(samples,),
        operands=operands,
        **more,
    )
    return elementwise(row, means=means)


def binary(
    name: str,
    *,
    types: Callable[[str, str], str],
    numpy: Callable[[Any, Any], Any],
    kernel: Callable[[Expr, Expr], Expr] | None,
    grad: Callable[[V, V, V, V], tuple[V | None, V | None]] | None,
    doc: str,
    latex: str,
    samples: tuple[Interval, Interval] = ((-3, 3), (-3, 3)),
    operands: Callable[[str, str], tuple[str, str]] | None = None,
    means: Sequence[str] = (),
    **more: Any,
) -> Elementwise:
    """A row for a function of two numbers."""
    row = Scalar(
        name=name,
        arity=2,
        types=types,
        numpy=numpy,
        kernel=kernel,
        grad=grad,
        doc=doc,
        latex=latex,
        samples=samples,
        operands=operands,
        **more,
    )
    return elementwise(row, means=means)


def ternary(
    name: str,
    *,
    types: Callable[[str, str, str], str],
    numpy: Callable[[Any, Any, Any], Any],
    kernel: Callable[[Expr, Expr, Expr], Expr] | None,
    grad: Callable[[V, V, V, V, V], tuple[V | None, V | None, V | None]] | None,
    doc: str,
    latex: str,
    samples: tuple[Interval, Interval, Interval] = ((-3, 3), (-3, 3), (-3, 3)),
    operands: Callable[[str, str, str], tuple[str, str, str]] | None = None,
    means: Sequence[str] = (),
    **more: Any,
) -> Elementwise:
    """A row for a function of three numbers."""
    row = Scalar(
        name=name,
        arity=3,
        types=types,
        numpy=numpy,
        kernel=kernel,
        grad=grad,
        doc=doc,
        latex=latex,
        samples=samples,
        operands=operands,
        **more,
    )
    return elementwise(row, means=means)
