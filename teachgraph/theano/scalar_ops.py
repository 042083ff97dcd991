"""`theano.scalar`: scalar functions that programs define, applied to each element.

    class Cube(theano.scalar.UnaryScalarOp):
        def impl(self, x):
            return x ** 3

        def grad(self, inputs, output_gradients):
            (x,), (g,) = inputs, output_gradients
            return [3 * x ** 2 * g]

    cube = T.Elemwise(Cube(theano.scalar.upgrade_to_float, name="cube"))

Such an op takes tensors as it is, so `T.Elemwise` hands it back. `impl` is called once
for each element; C code beside it is not run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.compile.clones import clone
from teachgraph.core.graph import Variable
from teachgraph.core.types import (
    TensorType,
    broadcast_shapes,
    is_complex,
    is_float,
    upcast,
)
from teachgraph.ops.base import FIT, as_tensor
from teachgraph.theano.own_ops import Apply, Op

Kinds = tuple[TensorType, ...]
Preference = Callable[..., Sequence[TensorType]]
"""From the types of the inputs to those of the outputs."""


def scalar_type(dtype: Any) -> TensorType:
    """`theano.scalar.Scalar(dtype)`: the type of a number."""
    return TensorType(dtype, ())


def _common(*kinds: TensorType) -> TensorType:
    return scalar_type(upcast(*(kind.dtype for kind in kinds)))


# Preferences


def same_out(kind: TensorType) -> Kinds:
    """The type of the input."""
    return (kind,)


def same_out_float_only(kind: TensorType) -> Kinds:
    """The type of the input, which must be a float.

    Raises:
        TypeError: it is none.
    """
    if not is_float(kind.dtype):
        raise TypeError(f"only floats are taken, not {kind.dtype}")
    return (kind,)


def upcast_out(*kinds: TensorType) -> Kinds:
    """The type that holds those of all inputs."""
    return (_common(*kinds),)


def upgrade_to_float(*kinds: TensorType) -> Kinds:
    """As `upcast_out`, where whole numbers become floats of about their width."""
    return (_common(*(scalar_type(_as_float(k.dtype)) for k in kinds)),)


def upgrade_to_float64(*kinds: TensorType) -> Kinds:
    """As `upgrade_to_float`, at least float64."""
    return (_common(scalar_type("float64"), *upgrade_to_float(*kinds)),)


def upgrade_to_float_no_complex(*kinds: TensorType) -> Kinds:
    """As `upgrade_to_float`, for real inputs.

    Raises:
        TypeError: one is complex.
    """
    return upgrade_to_float(*_real(kinds))


def upcast_out_no_complex(*kinds: TensorType) -> Kinds:
    """As `upcast_out`, for real inputs.

    Raises:
        TypeError: one is complex.
    """
    return upcast_out(*_real(kinds))


def same_out_nocomplex(kind: TensorType) -> Kinds:
    """The type of the input, which is real.

    Raises:
        TypeError: it is complex.
    """
    return _real((kind,))


def int_out(*kinds: TensorType) -> Kinds:
    """int64."""
    return (scalar_type("int64"),)


def float_out(*kinds: TensorType) -> Kinds:
    """float64."""
    return (scalar_type("float64"),)


def _real(kinds: Kinds) -> Kinds:
    if any(is_complex(kind.dtype) for kind in kinds):
        raise TypeError("complex numbers are not taken")
    return kinds


def _as_float(dtype: str) -> str:
    if is_float(dtype) or is_complex(dtype):
        return dtype
    return "float32" if np.dtype(dtype).itemsize < 4 else "float64"


class specific_out:
    """A preference for types that are named."""

    def __init__(self, *kinds: TensorType):
        self.kinds = kinds

    def __call__(self, *inputs: TensorType) -> Kinds:
        """The types."""
        return self.kinds


class transfer_type:
    """A preference: each output has the type of the input whose number is given."""

    def __init__(self, *transfer: int | TensorType):
        self.transfer = transfer

    def __call__(self, *inputs: TensorType) -> Kinds:
        """The types, picked from those of the inputs."""
        return tuple(
            inputs[one] if isinstance(one, int) else one for one in self.transfer
        )


# Ops


class ScalarOp(Op):
    """A function of numbers, `impl`, applied to each element of broadcast tensors.

    Args:
        output_types_preference: the output types, from those of the inputs; a class
            may have it as an attribute, or override `output_types`.
        name: shown in drawings and messages.
    """

    nin = -1
    nout = 1
    output_types_preference: Any = None
    name: str | None = None

    def __init__(self, output_types_preference: Any = None, name: str | None = None):
        super().__init__()
        if output_types_preference is not None:
            vars(self)["output_types_preference"] = output_types_preference
        vars(self)["name"] = name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ScalarOp) or type(self) is not type(other):
            return False
        asked, others = (vars(op) for op in (self, other))
        return {**asked, **_HIDDEN} == {**others, **_HIDDEN}

    def __hash__(self) -> int:
        return hash((type(self), self.name))

    @property
    def title(self) -> str:
        """Its name, or that of its class."""
        return self.name or type(self).__name__

    def __str__(self) -> str:
        return self.title

    def impl(self, *values: Any) -> Any:
        """What it is for single numbers."""
        raise NotImplementedError(f"{self} needs `impl`, a function of numbers")

    def output_types(self, types: Sequence[TensorType]) -> Sequence[TensorType]:
        """The types of the outputs, without axes."""
        preference: Preference | None = self.output_types_preference
        if preference is None:
            raise NotImplementedError(f"{self} needs `output_types_preference`")
        return list(preference(*types))

    def make_node(self, *inputs: Any) -> Any:
        """The op applied to tensors or numbers.

        Raises:
            TypeError: there are too many or too few.
        """
        given = [as_tensor(x) for x in inputs]
        if self.nin not in (-1, len(given)):
            raise TypeError(f"{self} takes {self.nin} inputs, not {len(given)}")
        shape = broadcast_shapes(*(v.type.shape for v in given))
        kinds = self.output_types([scalar_type(v.dtype) for v in given])
        return Apply(self, given, [k.with_shape(shape)() for k in kinds])

    def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
        """Call `impl` for each element."""
        count = len(node.outputs)
        results = np.frompyfunc(self.impl, len(inputs), count)(*inputs)
        arrays = results if count > 1 else (results,)
        for cell, array, v in zip(output_storage, arrays, node.outputs, strict=True):
            cell[0] = np.asarray(array).astype(v.dtype)

    def infer_shape(self, node: Any, shapes: Sequence[Any]) -> list[Any]:
        """The common shape of the inputs."""
        ndim = node.outputs[0].ndim
        common = tuple(_length(node.inputs, shapes, a - ndim) for a in range(ndim))
        return [common] * len(node.outputs)

    def _gradients(self, inputs: Any, output: Any, g: Any) -> list[Variable | None]:
        terms = super()._gradients(inputs, output, g)
        return [
            t if t is None else FIT[0](t, x) for t, x in zip(terms, inputs, strict=True)
        ]


def _length(inputs: Sequence[Variable], shapes: Sequence[Any], axis: int) -> Any:
    """The length on an axis, counted from the end, of what is not 1 long there."""
    for v, shape in zip(inputs, shapes, strict=True):
        if v.ndim >= -axis and v.type.shape[axis] != 1:
            return shape[axis]
    return 1


_HIDDEN: dict[str, Any] = {"_made_before": None, "_thunks": None}
"""What an op remembers, and is no part of what it is."""


class UnaryScalarOp(ScalarOp):
    """A function of one number."""

    nin = 1


class BinaryScalarOp(ScalarOp):
    """A function of two numbers."""

    nin = 2


class Composite:
    """Several scalar functions as one: `Composite([x, y], [x * y + 1])`.

    Called, it writes them out for its arguments.
    """

    def __init__(self, inputs: Sequence[Variable], outputs: Sequence[Variable]):
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.nin, self.nout = len(self.inputs), len(self.outputs)

    def __call__(self, *args: Any) -> Any:
        """The expressions for other inputs; one alone is not in a list."""
        replace = dict(zip(self.inputs, map(as_tensor, args), strict=True))
        made = cast(list[Variable], clone(self.outputs, replace, strict=False))
        return made[0] if len(made) == 1 else made


PREFERENCES: dict[str, Any] = {
    "same_out": same_out,
    "same_out_nobool": same_out,
    "same_out_min8": same_out,
    "same_out_nocomplex": same_out_nocomplex,
    "same_out_float_only": same_out_float_only,
    "upcast_out": upcast_out,
    "upcast_out_nobool": upcast_out,
    "upcast_out_min8": upcast_out,
    "upcast_out_no_complex": upcast_out_no_complex,
    "upgrade_to_float": upgrade_to_float,
    "upgrade_to_float64": upgrade_to_float64,
    "upgrade_to_float_no_complex": upgrade_to_float_no_complex,
    "int_out": int_out,
    "int_out_nocomplex": int_out,
    "float_out": float_out,
    "float_out_nocomplex": float_out,
    "specific_out": specific_out,
    "transfer_type": transfer_type,
}

SCALAR_OPS: dict[str, Any] = {
    **PREFERENCES,
    "ScalarOp": ScalarOp,
    "UnaryScalarOp": UnaryScalarOp,
    "BinaryScalarOp": BinaryScalarOp,
    "Composite": Composite,
    "Scalar": scalar_type,
    "get_scalar_type": scalar_type,
}
"""What programs that define scalar functions take from `theano.scalar`."""
