"""Expressions as text: precedence, indices, calls, sharing, and no way to crash."""

import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.view.pprint import brief, min_informative_str, pp

x, y = T.dmatrix("x"), T.dmatrix("y")
v, n, picks = T.dvector("v"), T.lscalar("n"), T.lvector("picks")

WRITTEN = {
    "x + y": x + y,
    "(x + y) * x": (x + y) * x,
    "x + y * x": x + y * x,
    "x - (y - x)": x - (y - x),
    "x - y - x": x - y - x,
    "x + y + x": x + (y + x),
    "x + (y - x)": x + (y - x),
    "x * (y / x)": x * (y / x),
    "x / (y * x)": x / (y * x),
    "x / y / x": x / y / x,
    "-x * y": -x * y,
    "-(x * y)": -(x * y),
    "x * (-y)": x * -y,
    "x - (-y)": x - -y,
    "-(-x)": T.neg(-x),
    "x ** 2": x**2,
    "(-x) ** 2": (-x) ** 2,
    "-x ** 2": -(x**2),
    "x ** -2": x**-2,
    "(x ** y) ** 2": (x**y) ** 2,
    "x ** y ** 2": x ** (y**2),
    "x < y": x < y,
    "(x < y) == (y < x)": T.eq(x < y, y < x),
    "1 / (1 + exp(-x))": 1 / (1 + T.exp(-x)),
    "x @ y + y": T.dot(x, y) + y,
    "(x + y) @ y": T.dot(x + y, y),
    "(x + y).T": (x + y).T,
    "v[None, :]": v.dimshuffle("x", 0),
    "x.dimshuffle(1, 'x', 0)": x.dimshuffle(1, "x", 0),
    "sum(x, axis=0)": T.sum(x, axis=0),
    "sum(x)": T.sum(x),
    "argmax(x, axis=1)": T.argmax(x, axis=1),
    "switch(x < y, x, y)": T.switch(x < y, x, y),
    "abs(x)": abs(x),
    "x[0, 1]": x[0, 1],
    "v[1:n]": v[1:n],
    "v[::-1]": v[::-1],
    "x[picks]": x[picks],
    "(x + y)[0]": (x + y)[0],
    "set_subtensor(v[0], 2.0)": T.set_subtensor(v[0], 2.0),
    "inc_subtensor(v[:n], 1.0)": T.inc_subtensor(v[:n], 1),
    "x.shape[0]": x.shape[0],
    "reshape(x, [-1, 2])": x.reshape((-1, 2)),
    "softplus(v)": T.softplus(v),
}


@pytest.mark.parametrize("text", WRITTEN, ids=str)
def test_an_expression_is_written_as_a_person_would(text):
    assert pp(WRITTEN[text]) == text


def test_what_is_written_means_the_same_again():
    names = {"x": x, "y": y, "v": v, "exp": T.exp}
    for text in ("(x + y) * x", "x - (y - x)", "(-x) ** 2", "x / (y * x)"):
        assert pp(eval(text, {}, dict(names))) == text


def test_shared_expressions_are_written_once_under_a_name():
    z = T.exp(x)
    assert pp(z * y + z, share=True) == "a = exp(x)\na * y + a"


def test_a_shared_expression_keeps_its_own_name():
    z = T.exp(x)
    z.name = "odds"
    assert pp(z / (1 + z), share=True) == "odds = exp(x)\nodds / (1 + odds)"


def test_letters_avoid_names_that_are_taken():
    a = T.dvector("a")
    z = T.exp(a)
    assert pp(z * z, share=True) == "b = exp(a)\nb * b"


def test_an_expression_that_doubles_with_every_step_stays_short():
    w = v
    for _ in range(200):
        w = w + w
    assert len(pp(w)) < 10_000


def test_depth_is_no_limit():
    w = v
    for _ in range(3_000):
        w = T.exp(w)
    assert pp(w).count("exp(") == 3_000


def test_several_outputs_have_a_line_each():
    assert pp([x + y, x * y]) == "x + y\nx * y"


def test_a_function_is_written_without_its_kernels(fused):
    lines = pp(fused).splitlines()
    assert lines == ["sum(exp(x) * y + y, axis=0)", "exp(-x)"]


def test_constants_are_written_by_value():
    assert pp(v * T.constant(np.array([1.0, 2.0]))) == "v * [1., 2.]"
    assert "all 1.0" in pp(v + T.constant(np.ones(50)))


def test_a_name_is_put_on_one_line(hostile):
    assert "\n" not in pp(hostile + 1)


def test_brief_leaves_out_what_lies_deep():
    assert brief(T.exp(T.log(T.sqrt(T.sin(v)))), depth=2) == "exp(log(…))"


def test_min_informative_str_is_a_lettered_tree():
    assert min_informative_str(T.exp(x) + x) == "A. add\n B. exp\n  C. x\n C"
