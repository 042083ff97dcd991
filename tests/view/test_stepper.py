"""Stepping: forwards, backwards, into loops, until something, to the end."""

import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.core.report import ShapeError, UsageError
from teachgraph.view import protocol
from teachgraph.view.stepper import step

X = np.array([[0.0, 1.0], [-1.0, -2.0]])


@pytest.fixture
def chain():
    """log(tanh(x)) * y, three nodes one after the other."""
    x, y = T.dmatrix("x"), T.dmatrix("y")
    squashed = T.tanh(x)
    squashed.name = "squashed"
    return function([x, y], T.log(squashed) * y, name="chain")


@pytest.fixture
def stepper(chain):
    return step(chain, X, np.ones((2, 2)))


def test_it_begins_before_the_first_node(stepper):
    assert stepper.here is None
    assert stepper.position == 0
    assert "chain: 0 of 3 nodes evaluated" in str(stepper)


def test_next_evaluates_one_node_and_shows_its_values(stepper):
    here = stepper.next().here
    assert here.node.op.title == "tanh"
    assert np.array_equal(here.inputs[0], X)
    assert np.array_equal(here.value, np.tanh(X))
    assert here.shapes == ((2, 2),)


def test_back_computes_nothing(stepper):
    stepper.next().next()
    first = stepper.back().here
    assert first.node.op.title == "tanh"
    assert stepper.next().back().here is first


def test_at_the_ends_it_stays_and_says_so(stepper):
    assert "this is the start" in str(stepper.back())
    stepper.run()
    assert "this is the end" in str(stepper.next())
    assert stepper.position == 3


def test_values_grow_with_the_cursor(stepper):
    assert len(stepper.values) == 2
    assert len(stepper.next().values) == 3
    assert len(stepper.back().values) == 2


def test_until_stops_at_an_op_a_name_or_a_condition(stepper):
    assert stepper.until("log").here.node.op.title == "log"
    stepper.restart()
    assert stepper.until("squashed").here.node.op.title == "tanh"
    stepper.restart()
    found = stepper.until(lambda value: np.isnan(value).any())
    assert found.here.node.op.title == "log"


def test_until_stops_at_a_node_or_a_variable(stepper, chain):
    node = chain.optimized.outputs[0].owner
    assert stepper.until(node).here.node is node
    stepper.restart()
    assert stepper.until(node.inputs[0]).here.node is node.inputs[0].owner


def test_until_says_when_it_never_met_it(stepper):
    assert "without meeting it" in str(stepper.until("cosh"))
    assert stepper.finished


def test_run_gives_what_a_call_gives(stepper, chain):
    with np.errstate(all="ignore"):
        expected = chain(X, np.ones((2, 2)))
    assert np.array_equal(stepper.run(), expected, equal_nan=True)
    assert stepper.finished


def test_into_runs_the_loops_of_a_node_statement_by_statement(stepper):
    stepper.next().into()
    assert stepper.is_inside
    did = [stepper.next().inside.did for _ in range(2)]
    assert did[0] == "i = 0"
    assert did[1].endswith("[0] = 0.0")
    assert "tanh" in str(stepper.back())


def test_loops_end_and_out_leads_back(stepper):
    stepper.next().into()
    for _ in range(50):
        stepper.next()
    assert "the loops are done" in str(stepper)
    stepper.out()
    assert not stepper.is_inside
    assert stepper.here.node.op.title == "tanh"


def test_there_is_nothing_inside_a_call_of_numpy():
    x = T.dvector("x")
    s = step(function([x], T.erfinv(x)), [0.5]).next().into()
    assert not s.is_inside
    assert "one call of NumPy" in str(s)


def test_into_needs_an_evaluated_node(stepper):
    assert "next() first" in str(stepper.into())
    assert "not inside a node" in str(stepper.out())


def test_it_is_a_dry_run_and_says_so(classifier):
    f = classifier.train
    s = step(f, np.ones((2, 3)), np.array([0.0, 1.0]))
    s.run()
    assert np.array_equal(classifier.weights.get_value(), np.zeros(3))
    assert set(s.updates) == {classifier.weights, classifier.bias}
    assert "a dry run: no shared variable was changed" in str(s)


def test_arguments_are_bound_as_in_a_call(chain):
    s = step(chain, y=[[1.0]], x=[[0.5]])
    assert np.isclose(s.run()[0, 0], np.log(np.tanh(0.5)))


def test_changing_an_argument_later_changes_nothing(chain):
    x = X.copy()
    s = step(chain, x, np.ones((2, 2)))
    x[:] = 7
    assert np.array_equal(s.next().here.inputs[0], X)


def test_a_node_that_fails_is_reported_where_it_stands(chain):
    s = step(chain, X, np.ones((3, 2)))
    while not s.finished:
        s.next()
    assert s.position == 2
    assert s.failure.code == "shape-mismatch"
    assert "the next node fails" in str(s)
    with pytest.raises(ShapeError):
        s.run()


def test_a_run_that_failed_is_a_valid_document(chain):
    found = step(chain, X, np.ones((3, 2))).document()
    protocol.validate(found)
    assert found["timeline"][-1]["t"] == "error"


def test_the_document_holds_a_value_for_every_node(stepper):
    found = stepper.document()
    protocol.validate(found)
    told = [e for e in found["timeline"] if e["t"] == "eval"]
    assert len(told) == 2 + 3
    assert stepper.position == 0


def test_the_words_show_the_line_the_values_and_the_shapes(stepper):
    text = str(stepper.next())
    assert "▶   1 tanh(x) 'squashed'" in text
    assert "test_stepper.py:" in text
    assert "float64[2, 2]" in text


def test_a_function_without_nodes_can_be_stepped():
    x = T.dvector("x")
    s = step(function([x], x), [1.0])
    assert np.array_equal(s.next().run(), [1.0])


def test_letters_typed_in_a_terminal_drive_it(stepper):
    typed = iter(["n", "i", "n", "o", "b", "u log", "r", "s", "?", "u", "q"])
    shown: list[str] = []
    stepper.interact(lambda prompt: next(typed), shown.append)
    assert "1 of 3" in shown[1]
    assert "i = 0" in shown[3]
    assert "0 of 3" in shown[5]
    assert "▶   2 log" in shown[6]
    assert "output 0" in shown[7]
    assert "n      next" in shown[9]
    assert "n      next" in shown[10]


def test_a_notebook_gets_words_a_picture_and_the_document(stepper):
    bundle = stepper._repr_mimebundle_()
    assert bundle["text/plain"] == str(stepper)
    protocol.validate(bundle[protocol.MIME])


def test_only_a_compiled_function_can_be_stepped_through():
    x = T.dvector("x")
    with pytest.raises(UsageError, match="a compiled function, not a Variable"):
        step(x * 2, np.ones(2))
