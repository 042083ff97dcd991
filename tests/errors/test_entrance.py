"""What a traceback shows: the user's frames, and none of ours."""

import traceback
from types import ModuleType

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.entrance import LAST, error_of, leave, open_doors, public
from teachgraph.core.report import (
    DtypeError,
    Fault,
    InternalError,
    Report,
    ShapeError,
    TeachgraphError,
    UsageError,
)
from teachgraph.errors.pages import explain

OURS = """
def failing(error, callback=None):
    if callback is not None:
        callback()
    raise error

@public
def door(error, callback=None):
    return failing(error, callback)

@public
def outer(error):
    return door(error)

class Hot:
    def __call__(self, error):
        try:
            return failing(error)
        except Exception as error:
            leave(error)
            raise

hot = Hot()
"""


@pytest.fixture
def ours() -> ModuleType:
    """A module that counts as one of teachgraph's own."""
    module = ModuleType("teachgraph.pretended")
    module.__dict__.update(public=public, leave=leave)
    exec(compile(OURS, "pretended.py", "exec"), module.__dict__)
    return module


def mistake() -> TeachgraphError:
    return ShapeError(Report("shape-mismatch", "two lengths differ"))


def functions(error: BaseException) -> list[str]:
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


@pytest.mark.parametrize("door", ["door", "outer", "hot"])
def test_the_traceback_ends_at_the_user(ours: ModuleType, door: str):
    with pytest.raises(ShapeError) as caught:
        getattr(ours, door)(mistake())
    assert functions(caught.value) == ["test_the_traceback_ends_at_the_user"]


def test_a_function_of_the_user_that_we_called_is_shown(ours: ModuleType):
    def step():
        ours.door(mistake())

    with pytest.raises(ShapeError) as caught:
        ours.door(None, step)
    assert functions(caught.value)[1:] == ["step"]


def test_a_fault_of_ours_keeps_its_traceback(ours: ModuleType):
    with pytest.raises(InternalError) as caught:
        ours.door(InternalError(Report("internal", "a bug")))
    assert functions(caught.value)[1:] == ["entrance", "door", "failing"]


def test_an_error_of_the_user_keeps_its_traceback(ours: ModuleType):
    with pytest.raises(ZeroDivisionError) as caught:
        ours.door(ZeroDivisionError())
    assert "failing" in functions(caught.value)


def test_a_call_that_does_not_fit_is_shown_where_it_was_written(ours: ModuleType):
    with pytest.raises(TypeError, match="needs `error`") as caught:
        ours.door()
    assert len(functions(caught.value)) == 1


def test_a_fault_without_a_place_gets_the_users_line(ours: ModuleType):
    with pytest.raises(TeachgraphError) as caught:
        ours.door(Fault("wrong-rank", "there is no axis 3"))
    origin = caught.value.report.origin
    assert origin is not None
    assert "Fault" in origin.span().text()
    assert caught.value.__suppress_context__


def test_the_class_of_an_error_goes_with_its_code():
    assert type(error_of(Report("shape-mismatch", ""))) is ShapeError
    assert type(error_of(Report("something-else", ""))) is UsageError


def test_the_last_fault_is_remembered(ours: ModuleType):
    with pytest.raises(ShapeError) as caught:
        ours.hot(mistake())
    assert LAST[0] is caught.value.report


def test_doors_of_a_namespace_are_opened_once_for_each_function():
    def dot(x):
        """The product."""
        return x

    namespace = {"__name__": __name__, "dot": dot, "_own": dot, "number": 3}
    open_doors(namespace)
    assert namespace["dot"](7) == 7
    assert (namespace["dot"].__name__, namespace["dot"].__doc__) == (
        "dot",
        "The product.",
    )
    assert (namespace["_own"], namespace["number"]) == (dot, 3)


# Calls that do not fit a signature


def test_an_unknown_argument_is_told_with_the_nearest_one():
    with pytest.raises(UsageError) as caught:
        T.sum(T.dvector("x"), axes=0)
    report = caught.value.report
    assert report.code == "unknown-name"
    assert report.hints[0].code == "axis=..."
    assert functions(caught.value) == [
        "test_an_unknown_argument_is_told_with_the_nearest_one"
    ]


def test_an_argument_that_is_missing_is_named():
    with pytest.raises(UsageError) as caught:
        T.dot(T.dvector("x"))
    assert caught.value.report.code == "missing-argument"
    assert "`b`" in caught.value.report.title


def test_a_call_of_a_method_does_not_count_the_object_itself():
    w = tg.shared(0.0)
    with pytest.raises(UsageError, match="needs `new_value`"):
        w.set_value()


def test_a_number_taken_for_a_dtype_may_belong_into_a_tuple():
    with pytest.raises(DtypeError) as caught:
        T.zeros(2, 3)
    assert caught.value.report.hints[0].code == "zeros((2, 3))"


def test_an_ops_own_error_shows_no_frame_of_a_library():
    x = T.dmatrix("x")
    f = tg.function([x], T.slinalg.cholesky(x))
    with pytest.raises(np.linalg.LinAlgError) as caught:
        f(-np.eye(2))
    assert functions(caught.value) == [
        "test_an_ops_own_error_shows_no_frame_of_a_library"
    ]
    assert "SciPy says" in str(explain(caught.value))
