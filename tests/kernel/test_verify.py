"""Kernels that are not well made are refused, with the reason."""

import pytest

from teachgraph.core.report import InternalError
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import (
    Assign,
    Bin,
    Buffer,
    Call,
    Const,
    For,
    Kernel,
    Let,
    Name,
    Select,
    Size,
    Statement,
    Store,
)
from teachgraph.kernel.verify import verify

ZERO = Const(0, "int64")
ONE = Const(1.0, "float64")
AT = Name("i", "int64")


def kernel(*body: Statement) -> Kernel:
    params = (
        Buffer("x", "float64"),
        Buffer("out", "float64", written=True),
        Size("n"),
    )
    return Kernel("f", params, body)


def out(value, index=ZERO) -> Store:
    return Store("out", index, value)


A = Name("a", "float64")

FAULTS = {
    "a is used before it is bound": (out(A),),
    "a is bound twice": (Let(A, ONE), Let(A, ONE)),
    "a is not mutable": (Let(A, ONE), Assign(A, ONE)),
    "i is used before it is bound": (For(AT, ZERO, ()), out(ONE, AT)),
    "x is only for reading": (Store("x", ZERO, ONE),),
    "no buffer y": (Store("y", ZERO, ONE),),
    "0 is int64, not float64": (out(ZERO),),
    "float64 \\+ int64": (out(Bin("+", ONE, ZERO, "float64")),),
    "x holds float64, read as float32": (
        out(k.cast(k.load("x", ZERO, "float32"), "float64")),
    ),
    "a fold \\(sum\\) is left": (out(k.fold("sum", [ZERO], lambda i: ONE)),),
    "no function frob": (out(Call("frob", (ONE,), "float64")),),
    "an index into x is float64": (out(k.load("x", ONE, "float64")),),
    "1.0 is float64, not bool": (out(Select(ONE, ONE, ONE, "float64")),),
}


@pytest.mark.parametrize(
    "words", [w for w in FAULTS if w != "1.0 is float64, not bool"]
)
def test_a_faulty_kernel_is_refused_with_the_reason(words: str):
    with pytest.raises(InternalError, match=words):
        verify(kernel(*FAULTS[words]))


def test_a_test_must_be_bool():
    with pytest.raises(InternalError, match="a test is float64"):
        verify(kernel(*FAULTS["1.0 is float64, not bool"]))


def test_a_name_may_be_bound_again_once_its_block_ended():
    verify(kernel(For(AT, ZERO, (Let(A, ONE),)), For(AT, ZERO, (Let(A, ONE), out(A)))))
