"""How expressions and statements look in C, and that they mean there what they say."""

import math

import numpy as np
import pytest

from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Assign, Bin, Call, Cast, Const, Expr, Name, Store
from teachgraph.kernel.render.c import C
from teachgraph.kernel.render.clike import call_lines, comment, source_text
from teachgraph.kernel.render.cuda import Cuda

a, b, c = (Name(n, "float64") for n in "abc")
i, j = (Name(n, "int64") for n in "ij")
p, q, r = (Name(n, "bool") for n in "pqr")
x, y = (Name(n, "int8") for n in "xy")
u = Name("u", "uint8")


def said(e: Expr) -> str:
    return C().expr(e)


@pytest.mark.parametrize(
    ("e", "text"),
    [
        (a + b * c, "a + b * c"),
        ((a + b) * c, "(a + b) * c"),
        (a - (b - c), "a - (b - c)"),
        (a - b - c, "a - b - c"),
        (a + (b + c), "a + (b + c)"),  # fractions are not associative
        (i + (j + i), "i + j + i"),
        (i * (j * i), "i * j * i"),
        (-a, "-a"),
        (a - Const(-1.0, "float64"), "a - -1.0"),
        (k.call("neg", Call("neg", (a,), "float64")), "-(-a)"),
        (p & q | r, "(p & q) | r"),
        ((a < b) & (b < c), "a < b & b < c"),
        (k.select(p, a, b) + c, "(p ? a : b) + c"),
        (k.select(p, a, k.select(q, b, c)), "p ? a : q ? b : c"),
        (k.minimum(i, j) + 1, "(i < j ? i : j) + 1"),
        (k.load("x", i * 2 + j, "float64"), "x[i * 2 + j]"),
        (k.cast(i + j, "float64"), "(double)(i + j)"),
    ],
)
def test_brackets_stand_where_they_are_needed(e: Expr, text: str):
    assert said(e) == text


@pytest.mark.parametrize(
    ("value", "dtype", "text"),
    [
        (1, "float64", "1.0"),
        (0.1, "float32", "0.1f"),
        (1e-5, "float64", "1e-05"),
        (-0.0, "float64", "-0.0"),
        (math.inf, "float64", "__builtin_inf()"),
        (-math.inf, "float32", "-__builtin_inff()"),
        (math.nan, "float32", '__builtin_nanf("")'),
        (3, "int64", "3"),
        (2**31, "int64", "2147483648L"),
        (-(2**63), "int64", "-9223372036854775807L - 1"),
        (-(2**31), "int32", "-2147483647 - 1"),
        (2**64 - 1, "uint64", "18446744073709551615UL"),
        (300, "uint8", "44"),
        (True, "bool", "1"),
        (1 + 2j, "complex128", "__builtin_complex(1.0, 2.0)"),
    ],
)
def test_numbers_are_written_as_c_reads_them(value: complex, dtype: str, text: str):
    assert said(k.const(value, dtype)) == text


def test_small_whole_numbers_wrap_around_inside_an_expression():
    assert said((x + y) < x) == "(signed char)(x + y) < x"
    assert said(k.cast(u - 1, "float64")) == "(double)(unsigned char)(u - 1)"
    assert said(k.call("invert", u) < u) == "(unsigned char)~u < u"
    assert C().assigned("out", x + y) == "out = x + y;"  # the assignment wraps


def test_sums_and_products_of_bools_stay_bools():
    assert said(p + q) == "p | q"
    assert said(p * q) == "p & q"


@pytest.mark.parametrize(
    ("dtype", "text"),
    [
        ("int32", "(int)a"),
        ("int64", "(long)a"),
        ("uint8", "(unsigned char)(int)a"),
        ("uint32", "(unsigned int)(long)a"),
        ("uint64", "tg_to_uint64(a)"),
        ("bool", "a != 0"),
        ("float32", "(float)a"),
    ],
)
def test_fractions_outside_the_range_wrap_around_as_in_numpy(dtype: str, text: str):
    assert said(Cast(a, dtype)) == text


def test_a_value_is_updated_where_that_reads_better():
    acc = Name("acc", "float64")
    assert shown(Assign(acc, acc + a)) == "acc += a;"
    assert shown(Assign(acc, a + acc)) == "acc = a + acc;"
    loaded = k.load("x", i, "float64")
    assert shown(Store("x", i, loaded / (a + b))) == "x[i] /= a + b;"
    assert shown(Store("x", j, loaded / a)) == "x[j] = x[i] / a;"


def shown(statement: Assign | Store) -> str:
    (line,) = C().statement(statement)
    return line.text


def test_cuda_writes_what_has_no_literal_by_its_bits():
    printer = Cuda()
    assert printer.expr(Const(math.inf, "float32")) == "__int_as_float(0x7f800000)"
    assert printer.expr(Const(-math.inf, "float64")).startswith("__longlong_as_double")
    bits = np.float64(math.nan).view("int64")
    assert f"{int(bits):#x}" in printer.expr(Const(math.nan, "float64"))


def test_index_checks_are_numbered_by_their_node():
    node, other = object(), object()
    printer = C({node: 4, other: 5})
    e = Bin("+", k.checked(i, j, node), k.checked(j, i, other), "int64")
    assert printer.expr(e) == "tg_at(i, j, fault, 4) + tg_at(j, i, fault, 5)"
    assert any("tg_at" in helper for helper in printer.preamble())


def test_long_heads_are_broken_between_parameters():
    parts = [f"const double *restrict parameter{n}" for n in range(4)]
    lines = source_text(call_lines("void kernel", parts, ") {")).splitlines()
    assert len(lines) == 2
    assert all(len(line) <= 88 for line in lines)
    assert lines[1].startswith("        const double")


def test_a_comment_cannot_end_early():
    text = source_text(comment("a */ b /* c \\ ?? d\u2028"))
    assert text == "/* a * / b / * c / ? ? d? */\n"


def test_a_long_comment_has_several_lines():
    lines = source_text(comment("word " * 40)).splitlines()
    assert len(lines) > 1
    assert all(line.startswith(" * ") for line in lines[1:])
    assert lines[-1].endswith(" */")
