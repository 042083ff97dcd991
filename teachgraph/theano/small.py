"""Small things that Theano's modules hold and this package has no use for itself."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO, cast

import numpy as np

from teachgraph.compile.shared import SharedVariable, shared
from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS
from teachgraph.core.types import TensorType, is_complex, is_float, is_integer
from teachgraph.ops.dtypes import DTYPES
from teachgraph.ops.elementwise import SCALARS
from teachgraph.theano.kinds import Kind

DTYPE_LISTS: dict[str, tuple[str, ...]] = {
    "all_dtypes": tuple(DTYPES),
    "int_dtypes": tuple(d for d in DTYPES if d.startswith("int")),
    "uint_dtypes": tuple(d for d in DTYPES if d.startswith("uint")),
    "integer_dtypes": tuple(d for d in DTYPES if is_integer(d)),
    "discrete_dtypes": ("bool", *(d for d in DTYPES if is_integer(d))),
    "float_dtypes": tuple(d for d in DTYPES if is_float(d)),
    "complex_dtypes": tuple(d for d in DTYPES if is_complex(d)),
    "continuous_dtypes": tuple(d for d in DTYPES if is_float(d) or is_complex(d)),
}
"""Theano's lists of dtypes."""

SCALAR_TYPES = {dtype: TensorType(dtype, ()) for dtype in DTYPES}
"""`theano.scalar.float64` and its kin: here they are tensor types without axes."""

TYPE_LISTS = {
    name.replace("dtypes", "types"): tuple(TensorType(d, ()) for d in dtypes)
    for name, dtypes in DTYPE_LISTS.items()
}
TYPE_LISTS["all_types"] = TYPE_LISTS["discrete_types"] + TYPE_LISTS["continuous_types"]
"""`theano.scalar`'s lists of those."""

ROWS = {
    "Abs": "abs_",
    "Identity": "copy",
    "AND": "and_",
    "OR": "or_",
    "IntDiv": "int_div",
    "TrueDiv": "true_div",
    "Second": "second",
    "IsNan": "isnan",
    "IsInf": "isinf",
    "ArcTan2": "arctan2",
    "RoundHalfToEven": "round_half_to_even",
    "RoundHalfAwayFromZero": "round_half_away_from_zero",
    "TriGamma": "tri_gamma",
    "ComplexFromPolar": "complex_from_polar",
    "ScalarSigmoid": "sigmoid",
    "ScalarSoftplus": "softplus",
}
"""Classes of `theano.scalar` whose row here is not their name in small letters."""


def scalar_class(name: str) -> type:
    """`theano.scalar.Add`: a class that recognises the function `add`.

    Raises:
        AttributeError: there is no such function.
    """
    row = ROWS.get(name, name.lower())
    if not name[:1].isupper() or row not in SCALARS:
        raise AttributeError(name)

    def recognises(fn: Any) -> bool:
        return getattr(fn, "name", None) == row

    return Kind(name, (), {"recognises": staticmethod(recognises)})


class Scalars:
    """`theano.scalar`: classes of scalar functions, and types without axes."""

    def __getattr__(self, name: str) -> Any:
        if name in SCALAR_TYPES:
            return SCALAR_TYPES[name]
        return scalar_class(name)


class InPlace:
    """`theano.tensor.inplace`: functions that here overwrite nothing."""

    def __init__(self, namespace: Any):
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        if not name.endswith("_inplace"):
            raise AttributeError(name)
        return getattr(self._namespace, name.removesuffix("_inplace"))


OP_CLASSES = {
    "Shape_i": "ShapeOf",
    "RFFTOp": "RFFT",
    "IRFFTOp": "IRFFT",
    "Raise": "Assert",
}
"""Op classes of Theano's that have another name here."""


class Classes:
    """The op classes by Theano's names."""

    def __getattr__(self, name: str) -> Any:
        known = OP_CLASSES.get(name, name)
        if known in OPS:
            return OPS[known]
        raise AttributeError(name)


# theano.misc.pkl_utils


def dump(obj: Any, file_handler: BinaryIO, protocol: int = 2, **options: Any) -> None:
    """Write an object into a zip file that NumPy can read the shared values of."""
    del options
    with zipfile.ZipFile(file_handler, "w", zipfile.ZIP_DEFLATED) as kept:
        kept.writestr("pkl", pickle.dumps(obj, max(protocol, 4)))
        for name, value in _named_values(obj):
            array = io.BytesIO()
            np.save(array, value)
            kept.writestr(name, array.getvalue())


def _named_values(obj: Any) -> Iterable[tuple[str, Any]]:
    """The values of named shared variables in a list, tuple or dict."""
    parts: Iterable[Any] = [obj]
    if isinstance(obj, Mapping):
        parts = cast(Mapping[Any, Any], obj).values()
    elif isinstance(obj, list | tuple):
        parts = cast(Iterable[Any], obj)
    for part in parts:
        if isinstance(part, SharedVariable) and part.name:
            yield part.name, part.get_value(borrow=True)


def load(f: BinaryIO, **options: Any) -> Any:
    """Read what `dump` wrote."""
    del options
    with zipfile.ZipFile(f) as kept:
        return pickle.loads(kept.read("pkl"))


def generic_constructor(value: Any, name: str | None = None, **options: Any) -> Any:
    """`theano.compile.sharedvalue`'s way to `shared`."""
    return shared(value, name, **options)


def shared_constructor(ctor: Callable[..., Any], remove: bool = False) -> Any:
    """Accepted; which values `shared` takes is fixed here."""
    del remove
    return ctor


def python_int_bitwidth() -> int:
    """Bits of the whole numbers that NumPy makes of Python's."""
    return np.dtype(int).itemsize * 8


def hashtype(thing: Any) -> int:
    """A number that is equal for things of one class."""
    return hash(thing.__class__)


class MethodNotDefined(NotImplementedError):
    """A class leaves out a method that is optional."""


def as_array(a: Any, dtype: Any, order: Any = None) -> Any:
    """`theano._asarray`: an array of a dtype, "floatX" for the setting."""
    name = config.floatX if isinstance(dtype, str) and dtype == "floatX" else dtype
    return np.asarray(a, dtype=name, order=order)


def hash_from_ndarray(data: Any) -> int:
    """A number that is equal for equal arrays."""
    array: np.ndarray[Any, Any] = np.asarray(data)
    return hash((array.dtype.str, array.shape, array.tobytes()))


def detect_nan(i: int, node: Any, fn: Any) -> None:
    """A `post_func` of `MonitorMode` that stops at a nan.

    Raises:
        AssertionError: an output has one.
    """
    for (value,) in fn.outputs:
        if np.issubdtype(np.asarray(value).dtype, np.inexact) and np.isnan(value).any():
            raise AssertionError(f"node {i}, {node}, gave a nan")


def contains_nan(arr: Any, node: Any = None, var: Variable | None = None) -> bool:
    """Whether an array has a nan."""
    del node, var
    array = np.asarray(arr)
    return bool(np.issubdtype(array.dtype, np.inexact) and np.isnan(array).any())


def contains_inf(arr: Any, node: Any = None, var: Variable | None = None) -> bool:
    """Whether an array has an infinity."""
    del node, var
    array = np.asarray(arr)
    return bool(np.issubdtype(array.dtype, np.inexact) and np.isinf(array).any())


def nothing(*args: Any, **options: Any) -> None:
    """Do what there is to do, which is nothing."""
    del args, options
