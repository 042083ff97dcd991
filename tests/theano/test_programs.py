"""Small things that programs of Theano's day take from its modules."""

from importlib import import_module
from typing import Any

import numpy as np

import teachgraph as tg
import teachgraph.tensor as T


def module(name: str) -> Any:
    return import_module(f"teachgraph.theano.{name}")


def test_a_loop_tells_the_variables_of_its_turn():
    rows, _ = tg.scan(lambda row, total: total + row, T.dmatrix(), T.zeros(3))
    loop = rows.owner.op
    assert loop.inputs == list(loop.graph.inputs)
    assert loop.outputs == list(loop.graph.outputs)


def test_the_line_of_a_variable_tells_how_it_is_computed():
    line = module("printing").var_descriptor
    x = T.dscalar("x")
    assert line(T.exp(x) * 2) == line(T.exp(x) * 2)
    assert line(T.exp(x) * 2) != line(T.exp(x) * 3)
    assert "\n" not in line(T.exp(x) + np.arange(3.0))
    assert line(np.zeros(3)) != line(np.ones(3))


def test_types_of_numbers_are_listed_by_their_kind():
    scalar = module("scalar")
    assert [t.dtype for t in scalar.float_types] == ["float16", "float32", "float64"]
    assert {"bool", "int8", "complex64"} <= {t.dtype for t in scalar.all_types}
    assert scalar.bool in scalar.discrete_types


def test_a_sigmoid_is_recognised_by_the_class_of_its_function():
    op = T.nnet.sigmoid(T.dmatrix()).owner.op
    assert isinstance(op.scalar_op, module("tensor.nnet.sigm").ScalarSigmoid)
    assert not isinstance(op.scalar_op, module("tensor.nnet.sigm").ScalarSoftplus)


def test_numbers_are_near_as_far_as_their_dtypes_tell():
    near = module("tensor.basic")._allclose
    assert near(np.float32(1), np.float32(1 + 5e-6))
    assert not near(1.0, 1.1)
    assert near(1.0, 1.1, rtol=0.2)


def test_a_profile_may_be_switched_by_a_number():
    x = T.dscalar("x")
    assert module("compile").function([x], x + 1, profile=0)(1.0) == 2.0


def test_the_lock_on_compiled_code_is_always_free():
    lock = module("gof.compilelock")
    lock.get_lock("some folder")
    lock.release_lock()


def test_modules_for_compiled_code_hold_what_programs_import():
    assert module("misc.strutil").render_string("int %(n)s;", {"n": 3}) == "int 3;"
    assert module("gof.cmodule").get_lib_extension() in ("so", "pyd")
    assert module("compile.debugmode").default_make_thunk == []
