"""The driver: inputs first, to a fixed point, telling what it did."""

import time
from collections.abc import Iterator

import pytest
from rewriting import exhausted, fired, graph_of, operations, reasons, rewrites

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.report import InternalError
from teachgraph.ops.exponential import exp, log
from teachgraph.ops.scalars import add, mul, neg
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.driver import Rulebook, rewrite
from teachgraph.rewrite.pattern import Makers
from teachgraph.rewrite.rule import Attempt, Decline
from teachgraph.rewrite.rules import RULES

BY_NAME = {rule.name: rule for rule in RULES}
x = tensor("float64", (None,), "x")
y = tensor("float64", (None,), "y")


def opposite(v: Variable) -> Variable:
    """The opposite of the opposite."""
    return neg(neg(v))


class Swap:
    """Turns `first` into `second`, whatever the inputs are."""

    def __init__(self, name: str, first: Op, second: Op):
        self.name, self.first, self.second = name, first, second

    def concerns(self, op: Op, made_by: Makers) -> bool:
        return op == self.first

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        assert v.owner is not None
        yield Attempt(self.second(*v.owner.inputs), {})


class Refuse(Swap):
    """Matches `first` and always says no."""

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        yield Attempt(Decline("it is a test"), {})


def test_a_rule_rewrites_everywhere_in_a_graph():
    graph = graph_of(exp(opposite(x)) + opposite(y))
    result, events = exhausted(rewrite(graph, [BY_NAME["double_negation"]]))
    assert operations(result) == ["exp", "add"]
    assert fired(events) == ["double_negation"] * 2


def test_what_one_rule_leaves_another_takes_up():
    graph = graph_of(log(exp(opposite(x))))
    rules = [BY_NAME["log_of_exp"], BY_NAME["double_negation"]]
    result, events = exhausted(rewrite(graph, rules))
    assert result.outputs == (x,)
    assert fired(events) == ["double_negation", "log_of_exp"]


def test_new_nodes_are_visited_too():
    rules = [Swap("to_log", exp, log), Swap("to_neg", log, neg)]
    result, events = exhausted(rewrite(graph_of(exp(exp(x))), rules))
    assert operations(result) == ["neg", "neg"]
    assert fired(events) == ["to_log", "to_neg", "to_log", "to_neg"]


def test_the_first_graph_stays_as_it_was():
    graph = graph_of(exp(opposite(x)))
    exhausted(rewrite(graph, [BY_NAME["double_negation"]]))
    assert operations(graph) == ["neg", "neg", "exp"]


def test_a_graph_without_work_is_given_back_with_the_same_nodes():
    graph = graph_of(exp(x) + log(y))
    result, events = exhausted(rewrite(graph, RULES))
    assert result.outputs == graph.outputs
    assert not events


def test_a_node_that_is_used_twice_is_rewritten_once():
    shared = opposite(exp(x))
    result, events = exhausted(
        rewrite(graph_of(shared * log(shared)), [BY_NAME["double_negation"]])
    )
    assert len(rewrites(events)) == 1
    assert operations(result) == ["exp", "log", "mul"]


def test_an_event_tells_what_it_replaces_and_what_the_rule_saw():
    inner = opposite(x)
    outer = opposite(exp(inner))
    _, events = exhausted(rewrite(graph_of(outer), [BY_NAME["double_negation"]]))
    first, second = rewrites(events)
    assert first.replaces is inner
    assert first.after is x
    assert second.replaces is outer
    assert second.before is not outer
    assert second.bindings["x"] is second.after


def test_the_name_of_what_is_replaced_goes_to_the_new_node():
    total = add(-x, opposite(y))
    total.name = "total"
    rules = [BY_NAME["double_negation"], BY_NAME["sum_with_negation"]]
    result, _ = exhausted(rewrite(graph_of(total), rules))
    assert operations(result) == ["sub"]
    assert result.outputs[0].name == "total"


def test_a_variable_that_was_there_keeps_its_own_name():
    twice = opposite(x)
    twice.name = "twice"
    result, _ = exhausted(rewrite(graph_of(twice), [BY_NAME["double_negation"]]))
    assert result.outputs[0] is x
    assert x.name == "x"


def test_new_nodes_carry_the_origins_of_all_they_replace():
    inner = exp(x)
    outer = log(1 + inner)
    result, _ = exhausted(rewrite(graph_of(outer), [BY_NAME["log_of_one_plus_exp"]]))
    origins = result.outputs[0].origins
    assert set(outer.origins) | set(inner.origins) <= set(origins)
    assert origins[0] == outer.origins[0]


def test_rules_do_not_look_through_an_input_of_the_graph():
    given = -x
    graph = Graph((given,), (-given,))
    result, events = exhausted(rewrite(graph, []))
    assert result.outputs == graph.outputs
    assert not events


def test_a_refusal_is_told_only_to_those_who_watch():
    graph = graph_of(exp(x))
    _, quiet = exhausted(rewrite(graph, [Refuse("no", exp, log)]))
    _, loud = exhausted(rewrite(graph, [Refuse("no", exp, log)], watch=True))
    assert not quiet
    assert reasons(loud) == ["it is a test"]


def test_rules_that_undo_one_another_are_named():
    rules = [Swap("there", exp, log), Swap("back", log, exp)]
    with pytest.raises(InternalError) as caught:
        exhausted(rewrite(graph_of(exp(x)), rules))
    assert caught.value.report.code == "endless-rewriting"
    assert "there" in caught.value.report.notes[0].text
    assert "back" in caught.value.report.notes[0].text


def test_a_replacement_around_what_it_replaces_is_an_error():
    class Around(Swap):
        def attempts(self, v: Variable) -> Iterator[Attempt]:
            yield Attempt(self.second(v), {})

    with pytest.raises(InternalError) as caught:
        exhausted(rewrite(graph_of(exp(x)), [Around("around", exp, neg)]))
    assert "around" in caught.value.report.notes[0].text


def test_a_rulebook_remembers_where_nothing_applied():
    tried: list[Variable] = []

    class Looking(Swap):
        def attempts(self, v: Variable) -> Iterator[Attempt]:
            tried.append(v)
            return iter(())

    book = Rulebook([Looking("look", exp, exp)])
    graph = graph_of(exp(exp(x)))
    exhausted(rewrite(graph, [book]))
    exhausted(rewrite(graph, [book]))
    assert len(tried) == 2


def test_two_thousand_rewrites_take_a_fraction_of_a_second():
    v = x
    for _ in range(1000):
        v = mul(neg(neg(v)), 1) + y
    graph = graph_of(v)
    assert len(graph.applies()) == 4000
    started = time.process_time()
    _, events = exhausted(rewrite(graph, RULES))
    assert len(rewrites(events)) == 2000
    assert time.process_time() - started < 2  # 0.3 s on a quiet machine
