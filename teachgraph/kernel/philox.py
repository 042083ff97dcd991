"""Philox4x32-10: random words from numbers alone, the same in NumPy, C and CUDA.

A counter-based generator has no history. Word number `n` of draw number `draw` under a
`key` is a fixed function of the three, which mixes them in ten rounds until no pattern
is left: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
2011. Any element may be worked out alone, in any order, as often as is convenient.

The generator turns four words of 32 bits (the counter) and two more (the key) into four
random words. Here the counter is the number of the block of four, then the number of
the draw, 64 bits each, and the key is a 64-bit number; low halves come first.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

Array = np.ndarray[Any, Any]
Words = tuple[Array, Array, Array, Array]

ROUNDS = 10
FACTORS = 0xD2511F53, 0xCD9E8D57
STEPS = 0x9E3779B9, 0xBB67AE85
"""What words are multiplied with, and what is added to the key after each round."""

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


def philox(counter: Words, key: tuple[Array, Array]) -> Words:
    """Four random words for each counter; all numbers are uint32."""
    a, b, c, d = counter
    e, f = key
    with np.errstate(over="ignore"):  # whole numbers wrap around
        for _ in range(ROUNDS):
            p = a.astype(np.uint64) * np.uint64(FACTORS[0])
            q = c.astype(np.uint64) * np.uint64(FACTORS[1])
            a, b, c, d = _high(q) ^ b ^ e, _low(q), _high(p) ^ d ^ f, _low(p)
            e, f = e + np.uint32(STEPS[0]), f + np.uint32(STEPS[1])
    return a, b, c, d


def block(number: Array, key: Any, draw: Any) -> Words:
    """The four words of each block of a draw; all numbers are uint64."""
    wide = np.broadcast_to(np.asarray(draw, np.uint64), number.shape)
    key = np.asarray(key, np.uint64)
    counter = _low(number), _high(number), _low(wide), _high(wide)
    return philox(counter, (_low(key), _high(key)))


def words32(count: int, key: Any, draw: Any) -> Array:
    """The first `count` words of a draw, uint32[count]."""
    number = np.arange((count + 3) // 4, dtype=np.uint64)
    return np.stack(block(number, key, draw), axis=-1).reshape(-1)[:count]


def words64(count: int, key: Any, draw: Any) -> Array:
    """The first `count` pairs of words of a draw, uint64[count], first word high."""
    pairs = words32(2 * count, key, draw).astype(np.uint64).reshape(count, 2)
    return (pairs[:, 0] << HALF) | pairs[:, 1]


def word32(n: Any, key: Any, draw: Any) -> Any:
    """Word number `n` of a draw, uint32."""
    n = np.asarray(n, np.uint64)
    words = block(n >> np.uint64(2), key, draw)
    return np.choose((n & np.uint64(3)).astype(np.intp), words)[()]


def word64(n: Any, key: Any, draw: Any) -> Any:
    """Pair number `n` of a draw, uint64, the first word high."""
    n = np.asarray(n, np.uint64)
    a, b, c, d = block(n >> np.uint64(1), key, draw)
    odd = (n & np.uint64(1)).astype(bool)
    high, low = np.where(odd, c, a).astype(np.uint64), np.where(odd, d, b)
    return ((high << HALF) | low)[()]


def _low(wide: Any) -> Array:
    return cast(Array, wide & LOW).astype(np.uint32)


def _high(wide: Any) -> Array:
    return cast(Array, wide >> HALF).astype(np.uint32)


# The rounds stand one after the other: gcc -O1 does not vectorise over an inner loop.
_TEXT = """
{result} {{name}}({{T}} n,
    {{T}} key, {{T}} draw) {{{{
  #define TG_ROUND(r) {{{{ \\
    {{T}} p = ({{T}})a * {factors[0]:#x}u; \\
    {{T}} q = ({{T}})c * {factors[1]:#x}u; \\
    a = (unsigned)(q >> 32) ^ b ^ ((unsigned)key + r * {steps[0]:#x}u); \\
    c = (unsigned)(p >> 32) ^ d ^ ((unsigned)(key >> 32) + r * {steps[1]:#x}u); \\
    b = (unsigned)q; \\
    d = (unsigned)p; }}}}
  {{T}} block = n >> {shift};
  unsigned a = (unsigned)block, b = (unsigned)(block >> 32);
  unsigned c = (unsigned)draw, d = (unsigned)(draw >> 32);
  {rounds}
  #undef TG_ROUND
  {found}
}}}}
"""
_FIRST = "unsigned at = n & 3;\n  return at < 2 ? (at ? b : a) : (at == 2 ? c : d);"
_PAIR = "return n & 1 ? ({T})c << 32 | d : ({T})a << 32 | b;"


def _text(result: str, shift: int, found: str) -> str:
    """A helper's source, as `kernel.functions` wants it."""
    rounds = " ".join(f"TG_ROUND({r})" for r in range(ROUNDS)).split(" ")
    lines = " ".join(rounds[:5]), " ".join(rounds[5:])
    return _TEXT.format(
        result=result,
        factors=FACTORS,
        steps=STEPS,
        shift=shift,
        rounds="\n  ".join(lines),
        found=found,
    )


TEXT32 = _text("unsigned int", 2, _FIRST)
TEXT64 = _text("{T}", 1, _PAIR)
"""C that gives word or pair number `n` of a draw."""
