"""Functions of which every backend gives the same bits, written once for all of them.

A library's logarithm differs from another's in the last digit. Here a function is made
of what IEEE 754 leaves no choice in: sums, products, quotients and square roots, each
rounded to nearest, and work on the bits of a number. `Way` says these for NumPy arrays
and for loop expressions, so one text is the meaning of a function and its helper in C
and CUDA. Who prints a helper keeps the compiler from joining a product and a sum: that
would round once where two roundings are meant.

All are for float32 and float64; in NumPy float16 is worked out in float32.
"""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.record import record
from teachgraph.kernel.ways import Value, Way

# The dtypes


@record()
class Format:
    """How a dtype keeps a number, and constants that are good enough for it.

    Fields:
        digits: of the fraction.
        bias: what is added to the exponent.
        root_half: the bits of a number near the square root of 1/2.
        log: coefficients of the series of `log`.
        ln2: the logarithm of 2, in two parts of which the first has few digits.
        central, tail: numerator and denominator for the normal distribution.
    """

    digits: int
    bias: int
    root_half: int
    log: tuple[float, ...]
    ln2: tuple[float, float]
    central: Ratio
    tail: Ratio

    @property
    def one(self) -> int:
        """The bits of 1."""
        return self.bias << self.digits

    @property
    def whole(self) -> int:
        """The bits of 2^digits, to which a whole number can be added as bits."""
        return (self.bias + self.digits) << self.digits


Ratio = tuple[tuple[float, ...], tuple[float, ...]]

FORMATS = {
    "float32": Format(
        digits=23,
        bias=127,
        root_half=0x3F3504F3,
        log=(0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841),
        ln2=(6.9313812256e-01, 9.0580006145e-06),
        central=(
            (
                *(3.3871328573978145699, 58.808886311870223082, 246.92694185351555841),
                *(174.80803916870078808, -26.396344968806602087),
            ),
            (
                *(1.0, 20.367689682619702141, 112.05492004135272144),
                147.27705271861839203,
            ),
        ),
        tail=(
            (
                *(1.25137293452569045, 3.1439879365816063513, 2.2785371510341812126),
                *(0.59624229274279396554, 0.046912692396488504234),
            ),
            (
                *(1.0, 1.1266322551658780571, 0.37266897844960090708),
                0.033157493907783444449,
            ),
        ),
    ),
    "float64": Format(
        digits=52,
        bias=1023,
        root_half=0x3FE6A09E00000000,
        log=(
            *(6.666666666666735130e-01, 3.999999999940941908e-01),
            *(2.857142874366239149e-01, 2.222219843214978396e-01),
            *(1.818357216161805012e-01, 1.531383769920937332e-01),
            1.479819860511658591e-01,
        ),
        ln2=(6.93147180369123816490e-01, 1.90821492927058770002e-10),
        central=(
            (
                *(3.3871328727963668374, 142.44180696337926731, 2300.268640421931328),
                *(17962.516293596552287, 70245.171305222246488, 128856.92261788374931),
                *(91084.659892647329945, 13476.77755101114233, -577.6825467950707363),
            ),
            (
                *(1.0, 45.059056783470837373, 792.47576158019740426),
                *(6899.137288603807016, 31167.052121109252926, 70069.289410334719267),
                *(68233.868060032397802, 20074.126696788955613),
            ),
        ),
        tail=(
            (
                *(1.2513729290570418901, 4.4012875788956496498, 5.8268324406948185654),
                *(3.9106848460657345041, 1.472612770599455566, 0.31867819555045906762),
                *(0.038090610954362261322, 0.0021978900511224562019),
                0.000042896300236717696842,
            ),
            (
                *(1.0, 2.1313683318313876971, 1.8158296383228174243),
                *(0.7955304804637715507, 0.19149868654403675185),
                *(0.024761543046284730864, 0.0015088230983794832589),
                0.000030331393490059004336,
            ),
        ),
    ),
}


def format_of(x: Value) -> Format:
    """The format of a value."""
    return FORMATS[str(x.dtype)]


# The functions


def log(way: Way, x: Value) -> Value:
    """The natural logarithm of a positive number that is not subnormal; off by < 1 ulp.

    x = 2^e (1 + f), with 1 + f between the roots of 1/2 and 2, and
    log(1 + f) = f - f^2/2 + s (f^2/2 + series(s^2)) for s = f / (2 + f).

    Source: W. Kahan and K. C. Ng, `e_log.c` of FDLIBM 5.3 (1993); for float32 the four
    coefficients of FreeBSD's `e_logf.c`.
    """
    form = format_of(x)
    bits = way.let("bits", way.bits(x) + (form.one - form.root_half))
    exponent = way.shifted(bits, form.digits) | form.whole
    e = way.let("e", way.number(exponent) - float(2**form.digits + form.bias))
    fraction = (bits & (2**form.digits - 1)) + form.root_half
    f = way.let("f", way.number(fraction) - 1.0)
    s = way.let("s", f / (f + 2.0))
    z = way.let("z", s * s)
    half = way.let("half", f * f * 0.5)
    series = z * polynomial(way, form.log, squared(way, z, len(form.log)))
    high, low = form.ln2
    return e * high - ((half - (s * (half + series) + e * low)) - f)


def standard_normal(way: Way, q: Value) -> Value:
    """The number below which a standard normal one lies with probability 1/2 + q.

    Ratios of two polynomials: in q^2 for |q| up to 0.425, beyond that in the root of
    -log(1/2 - |q|). Off by a few ulp as long as 1/2 - |q| is at least 2^-53 (2^-24 in
    float32).

    Source: the form is that of M. J. Wichura, Algorithm AS 241, Applied Statistics 37
    (1988), page 477; with one tail for its two. The coefficients make the largest
    relative error least; it is 9e-18 in float64, 5e-9 in float32.
    """
    form = format_of(q)
    size = way.let("size", way.select(q < 0.0, -q, q))
    root = way.let("root", way.sqrt(-log(way, way.let("rest", 0.5 - size))))
    central = way.let("central", size <= 0.425)
    t = way.let("t", way.select(central, 0.180625 - q * q, root - 1.5))
    above, below = (
        [way.choose(central, a, b, q) for a, b in zip(pair[0], pair[1], strict=True)]
        for pair in zip(form.central, form.tail, strict=True)
    )
    powers = squared(way, t, len(above))
    shared = powers[: (len(below) - 1).bit_length()]
    ratio = polynomial(way, above, powers) / polynomial(way, below, shared)
    return way.select(central, q, way.choose(q < 0.0, -1.0, 1.0, q)) * ratio


def squared(way: Way, x: Value, count: int) -> list[Value]:
    """x, x^2, x^4, ...: what `polynomial` needs for `count` coefficients."""
    found = [x]
    while 2 ** len(found) < count:
        found.append(way.let("x", found[-1] * found[-1]))
    return found


def polynomial(
    way: Way, coefficients: Sequence[Value], powers: Sequence[Value]
) -> Value:
    """c0 + c1 x + c2 x^2 + ..., two and two: short chains keep a processor busy.

    Source: G. Estrin, Organization of computer systems: the fixed plus variable
    structure computer (1960).
    """
    terms = [*coefficients]
    for x in powers:
        pairs = zip(terms[::2], terms[1::2])
        last = terms[len(terms) - len(terms) % 2 :]
        terms = [*(way.let("p", b * x + a) for a, b in pairs), *last]
    return terms[0]


SHARE_KEPT = 0.95449973610364158
"""How much of a normal distribution lies within two standard deviations."""


def uniform_quantile(way: Way, u: Value, low: Value, high: Value) -> Value:
    """The number with a share `u` of the interval from `low` to `high` below it."""
    del way
    return u * (high - low) + low


def normal_quantile(way: Way, u: Value, avg: Value, std: Value) -> Value:
    """The number below which a normal one lies with probability `u`."""
    return std * standard_normal(way, way.let("q", u - 0.5)) + avg


def truncated_normal_quantile(way: Way, u: Value, avg: Value, std: Value) -> Value:
    """The same of a normal distribution cut off at two standard deviations."""
    q = way.let("q", (u - 0.5) * SHARE_KEPT)
    return std * standard_normal(way, q) + avg


def arrival(way: Way, u: Value, rate: Value) -> Value:
    """log(u) / rate: less the time to wait for what happens `rate` times a second."""
    return log(way, u) / rate
