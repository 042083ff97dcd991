"""Operands that the text of a call does not name in the order of the op."""

import traceback
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.report import Report, TeachgraphError

BOTH = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


def failing(
    mode: str, inputs: Sequence[Variable], output: Any, *values: Any
) -> TeachgraphError:
    f = tg.function(inputs, output, mode=mode)
    with pytest.raises(TeachgraphError) as caught:
        f(*values)
    return caught.value


def report(mode: str, inputs: Sequence[Variable], output: Any, *values: Any) -> Report:
    return failing(mode, inputs, output, *values).report


@BOTH
def test_a_transpose_is_offered_inside_the_parentheses_of_the_call(mode: str):
    a, b = T.dmatrices("a", "b")
    ones = np.ones((2, 3))
    hint = report(mode, [a, b], a.dot(b), ones, ones).hints[0]
    assert hint.code == "a.dot(b.T)"


@BOTH
@pytest.mark.parametrize("part", [slice(2), [0, 1]])
def test_a_value_that_does_not_fit_its_place_is_told_with_the_place(
    mode: str, part: Any
):
    a, b = T.dvectors("a", "b")
    put = T.set_subtensor(a[part], b)
    title = report(mode, [a, b], put, np.ones(4), np.ones(3)).title
    assert title.startswith("cannot put `b` (3,) into that part of `a` (4,)")
    assert "the part is 2 long" in title


@BOTH
def test_a_mask_of_another_length_is_named_itself(mode: str):
    a, b = T.dvectors("a", "b")
    title = report(mode, [a, b], a[b > 0], np.ones(4), np.ones(3)).title
    assert title.startswith("the mask `b > 0` (3,) does not fit `a` (4,)")


@BOTH
def test_parts_that_do_not_add_up_are_told_of_the_tensor_that_is_split(mode: str):
    a = T.dvector("a")
    title = report(mode, [a], T.split(a, [2, 2], 2), np.ones(5)).title
    assert title == (
        "`a` (5,) does not divide as asked: 3 elements are left where 2 are asked for"
    )


@BOTH
def test_a_loop_longer_than_its_sequence_names_the_sequence(mode: str):
    a = T.dvector("a")
    out, _ = tg.scan(lambda x: x + 1, sequences=[a], n_steps=5)
    title = report(mode, [a], out, np.ones(3)).title
    assert title == "a loop of 5 turns cannot walk along `a` (3,): it has 3 entries"


@BOTH
def test_a_loop_of_a_negative_number_of_turns_is_refused(mode: str):
    n = T.lscalar("n")
    out, _ = tg.scan(lambda h: h + 1, outputs_info=T.constant(0.0), n_steps=n)
    assert report(mode, [n], out, -2).title == "a loop cannot run -2 turns"


@BOTH
def test_a_negative_length_is_refused(mode: str):
    n = T.lscalar("n")
    assert report(mode, [n], T.zeros((n, 2)), -1).code == "wrong-value"


@BOTH
def test_what_numpy_raised_shows_no_frame_of_ours(mode: str):
    a = T.dmatrix("a")
    f = tg.function([a], T.nlinalg.matrix_inverse(a) * 2, mode=mode)
    with pytest.raises(np.linalg.LinAlgError) as caught:
        f(np.zeros((2, 2)))
    files = [frame.filename for frame in traceback.extract_tb(caught.tb)]
    assert not [file for file in files if "/teachgraph/" in file]
    assert "matrix_inverse(a)" in "".join(caught.value.__notes__)


@BOTH
def test_a_value_that_an_op_of_ours_refuses_is_a_report(mode: str):
    y = T.lvector("y")
    assert report(mode, [y], T.bincount(y), [-1]).code == "computation-failed"
