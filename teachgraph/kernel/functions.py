"""The mathematical functions of the loop language: what each means, and its C spelling.

A `Call` names a row of this table by NumPy's name, or by libm's where NumPy has none.
The interpreter reads `numpy`, the C and CUDA printers read the spellings, and ops may
use `numpy` as their own meaning where NumPy lacks the function.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.core.record import record
from teachgraph.kernel import exact, philox
from teachgraph.kernel.ways import Exact, OnArrays, in_numpy

Meaning = Callable[..., Any]


@record()
class Function:
    """One function.

    Fields:
        numpy: the meaning, on numpy scalars and arrays of one dtype.
        double: C's name for double; the one for float has an `f` at the end.
        complex: C's name for complex double; the one for complex float has an `f`, too.
        prefix: a C prefix operator that means it for every dtype, such as `-`.
        helper: C source for the dtypes that none of the names above serves. `{T}` is
            the C type, `{name}` the helper's name, `{f}` the suffix of float functions;
            `{word}` and `{real}` are the whole number and the fraction of its size.
        exact: instead of `helper`: what `kernel.exact` makes one of.
        cuda: CUDA's name where it differs from `double`.
        generic: `double` and `cuda` serve every real dtype and take no suffix.
        vector: glibc's vector library has it (x86-64, glibc 2.35 or later), so a loop
            over it can be vectorised.

    Whole numbers must wrap around in C (gcc's -fwrapv) for helpers to agree with NumPy.
    """

    name: str
    numpy: Meaning
    double: str = ""
    complex: str = ""
    prefix: str = ""
    helper: str = ""
    exact: Exact | None = None
    cuda: str = ""
    generic: bool = False
    vector: bool = False

    def c_name(self, dtype: str) -> str:
        """C's name for arguments of a dtype, or a prefix operator.

        Raises:
            KeyError: the function is not defined for the dtype.
        """
        return self._spelled(dtype, self.double)

    def cuda_name(self, dtype: str) -> str:
        """CUDA's name for arguments of a dtype, or a prefix operator."""
        return self._spelled(dtype, self.cuda or self.double)

    def needs_helper(self, dtype: str) -> bool:
        """True where `helper_source` must stand before the first use."""
        return self.c_name(dtype) == f"tg_{self.name}_{dtype}"

    def helper_source(
        self, dtype: str, c_type: str, qualifiers: str = "static inline"
    ) -> str:
        """C that defines the function for a dtype, as `c_name(dtype)`."""
        single = dtype in ("float32", "uint32")
        body = self.helper.format(
            T=c_type,
            name=f"tg_{self.name}_{dtype}",
            f="f" if dtype == "float32" else "",
            word="unsigned int" if single else "unsigned long",
            real="float" if single else "double",
        )
        return f"{qualifiers} {body.strip()}\n"

    def _spelled(self, dtype: str, double: str) -> str:
        if self.prefix:
            return self.prefix
        is_complex = dtype.startswith("complex")
        suffix = "f" if dtype in ("float32", "complex64") and not self.generic else ""
        found = self.complex if is_complex else double
        if found and (self.generic or is_complex or dtype.startswith("float")):
            return found + suffix
        if (self.helper or self.exact) and not is_complex:
            return f"tg_{self.name}_{dtype}"
        raise KeyError(f"{self.name} is not defined for {dtype}")


def by_element(function: Callable[..., float]) -> Meaning:
    """A function of Python floats, applied to each element; the dtype stays.

    >>> by_element(math.erf)(np.float32(0.5)).dtype
    dtype('float32')
    """

    def apply(*args: Any) -> Any:
        dtype = np.result_type(*args)
        with np.errstate(all="ignore"):
            values = np.frompyfunc(function, len(args), 1)(*args)
        return np.asarray(values, dtype=dtype)[()]

    return apply


def _lgamma(x: float) -> float:
    x = float(x)
    if math.isinf(x) or (x <= 0 and x == math.floor(x)):
        return math.inf
    return math.lgamma(x)


def _tgamma(x: float) -> float:
    x = float(x)
    if x == 0:
        return math.copysign(math.inf, x)
    if x == -math.inf or (x < 0 and x == math.floor(x)):
        return math.nan
    try:
        return math.gamma(x)
    except OverflowError:
        return math.inf


def _psi(x: float) -> float:
    """Digamma: recurrence up to 10, then the asymptotic series (Abramowitz 6.3.18)."""
    x = float(x)
    if (x <= 0 and x == math.floor(x)) or x == -math.inf:
        return math.nan
    if x < 0:
        return _psi(1 - x) - math.pi / math.tan(math.pi * x)
    found = 0.0
    while x < 10:
        found -= 1 / x
        x += 1
    z = 1 / (x * x)
    series = 1 / 240 - z * (1 / 132 - z * (691 / 32760 - z / 12))
    tail = z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * series)))
    return found + math.log(x) - 0.5 / x - tail


def _round_half_away(x: Any) -> Any:
    return np.trunc(x + np.copysign(np.nextafter(0.5, 0).astype(x.dtype), x))


def _power(x: Any, y: Any) -> Any:
    """x to the y; a negative whole power of a whole number is rounded towards zero."""
    if np.asarray(y).dtype.kind not in "iu":
        return np.power(x, y)
    found: Any = np.power(x, np.maximum(y, np.zeros_like(y)))
    if not np.any(y < 0):
        return found
    sign: Any = np.power(x, np.abs(y) % 2)
    inverse: Any = np.select([x == 0, np.abs(x) == 1], [np.ones_like(x), sign], 0)
    np.copyto(found := np.array(found), inverse.astype(found.dtype), where=y < 0)
    return found[()]


def _complex(real: Any, imaginary: Any) -> Any:
    found = np.empty(np.shape(real), np.result_type(real, imaginary, np.complex64))
    found.real, found.imag = real, imaginary
    return found[()]


POWER = """
{T} {name}({T} x, {T} y) {{
    if (y < 0) return x == 1 || x == 0 ? 1 : x == -1 ? (y % 2 ? -1 : 1) : 0;
    {T} found = 1;
    for (; y; y >>= 1, x *= x) if (y & 1) found *= x;
    return found;
}}
"""

PSI = """
{T} {name}({T} x) {{
    const {T} pi = ({T})3.14159265358979323846;
    {T} found = 0;
    if (x <= 0 && x == floor{f}(x)) return (x - x) / (x - x);
    if (x < 0) {{
        found = -pi / tan{f}(pi * x);
        x = 1 - x;
    }}
    for (; x < 10; x += 1) found -= 1 / x;
    {T} z = 1 / (x * x);
    {T} tail = ({T})1 / 240 - z * (({T})1 / 132 - z * (({T})691 / 32760 - z / 12));
    tail = ({T})1 / 120 - z * (({T})1 / 252 - z * tail);
    return found + log{f}(x) - ({T})0.5 / x - z * (({T})1 / 12 - z * tail);
}}
"""

BITS = """
{word} {name}({T} x) {{
    union {{ {T} x; {word} bits; }} u;
    u.x = x;
    return u.bits;
}}
"""
NUMBER = """
{real} {name}({T} bits) {{
    union {{ {T} bits; {real} x; }} u;
    u.bits = bits;
    return u.x;
}}
"""

SIGN = "{T} {name}({T} x) {{ return x > 0 ? 1 : x < 0 ? -1 : x; }}"
ABS = "{T} {name}({T} x) {{ return x < 0 ? -x : x; }}"
MAXIMUM = "{T} {name}({T} a, {T} b) {{ return a >= b || a != a ? a : b; }}"
MINIMUM = "{T} {name}({T} a, {T} b) {{ return a <= b || a != a ? a : b; }}"

COMPLEX = (
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "asin",
    "acos",
    "atan",
    "asinh",
    "acosh",
    "atanh",
)

SMOOTH = {
    "exp": "exp",
    "expm1": "expm1",
    "exp2": "exp2",
    "log": "log",
    "log1p": "log1p",
    "log2": "log2",
    "log10": "log10",
    "cbrt": "cbrt",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "hypot": "hypot",
}
"""NumPy's name -> libm's, of the functions that the vector library has."""

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        *(
            Function(
                name, getattr(np, name), c, f"c{c}" if c in COMPLEX else "", vector=True
            )
            for name, c in SMOOTH.items()
        ),
        Function("sqrt", np.sqrt, "sqrt", "csqrt"),
        Function("pow", _power, "pow", "cpow", helper=POWER, vector=True),
        Function("erf", by_element(math.erf), "erf", vector=True),
        Function("erfc", by_element(math.erfc), "erfc", vector=True),
        Function("lgamma", by_element(_lgamma), "lgamma"),
        Function("tgamma", by_element(_tgamma), "tgamma"),
        Function("psi", by_element(_psi), helper=PSI),
        Function("fmod", np.fmod, "fmod"),
        Function("floor", np.floor, "floor"),
        Function("ceil", np.ceil, "ceil"),
        Function("trunc", np.trunc, "trunc"),
        Function("rint", np.rint, "rint"),
        Function("round", _round_half_away, "round"),
        Function("copysign", np.copysign, "copysign"),
        Function("abs", np.abs, "fabs", "cabs", helper=ABS),
        Function("sign", np.sign, helper=SIGN),
        Function("maximum", np.maximum, helper=MAXIMUM),
        Function("minimum", np.minimum, helper=MINIMUM),
        Function("isnan", np.isnan, "__builtin_isnan", cuda="isnan", generic=True),
        Function("isinf", np.isinf, "__builtin_isinf", cuda="isinf", generic=True),
        Function("neg", np.negative, prefix="-"),
        Function("not", np.logical_not, prefix="!"),
        Function("invert", np.invert, prefix="~"),
        Function("conj", np.conj, complex="conj"),
        Function("real", np.real, complex="creal"),
        Function("imag", np.imag, complex="cimag"),
        Function("angle", np.angle, complex="carg"),
        Function("complex", _complex, "__builtin_complex", generic=True),
        Function("philox32", philox.word32, helper=philox.TEXT32),
        Function("philox64", philox.word64, helper=philox.TEXT64),
        Function("bits", OnArrays().bits, helper=BITS),
        Function("number", OnArrays().number, helper=NUMBER),
        *(
            Function(f.__name__, in_numpy(f), exact=f)
            for f in (
                exact.uniform_quantile,
                exact.normal_quantile,
                exact.truncated_normal_quantile,
                exact.arrival,
            )
        ),
    )
}
"""Every function by name."""
