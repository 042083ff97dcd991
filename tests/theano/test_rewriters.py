"""Graphs that seem to change, and optimizers written for Theano."""

import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.rewrite.rule import RULES
from teachgraph.theano import features, rewriters, walks
from teachgraph.theano.fgraph import FunctionGraph


@pytest.fixture
def rules_kept():
    before = list(RULES)
    yield
    RULES[:] = before


def divided():
    """z + (y * x) / y * (z / x)."""
    x, y, z = T.dscalars("x", "y", "z")
    quotient = T.true_div(T.mul(y, x), y)
    return (x, y, z), T.add(z, T.mul(quotient, T.true_div(z, x)))


class Simplify(rewriters.LocalOptimizer):
    """(y * x) / y is x."""

    def transform(self, node):
        if node.op != T.true_div or not node.inputs[0].owner:
            return False
        product, below = node.inputs
        factors = product.owner.inputs
        if product.owner.op != T.mul or below not in factors:
            return False
        return [factors[1] if factors[0] is below else factors[0]]


def test_a_graph_is_shown_as_nested_calls():
    inputs, output = divided()
    shown = "[add(z, mul(true_div(mul(y, x), y), true_div(z, x)))]"
    assert str(FunctionGraph(inputs, [output])) == shown


def test_a_local_optimizer_is_tried_at_every_node():
    inputs, output = divided()
    graph = FunctionGraph(inputs, [output])
    done = rewriters.TopoOptimizer(Simplify()).optimize(graph)
    assert str(graph) == "[add(z, mul(x, true_div(z, x)))]"
    assert done[1:4] == (1, 5, 3)


def test_the_original_graph_stays():
    inputs, output = divided()
    before = walks.as_string(inputs, [output])
    rewriters.TopoOptimizer(Simplify()).optimize(FunctionGraph(inputs, [output]))
    assert walks.as_string(inputs, [output]) == before


def test_a_pattern_is_replaced():
    x, y = T.dscalars("x", "y")
    graph = FunctionGraph([x, y], [T.true_div(T.mul(x, y), y)])
    pattern = rewriters.PatternSub((T.true_div, (T.mul, "a", "b"), "b"), "a")
    rewriters.EquilibriumOptimizer([pattern]).optimize(graph)
    assert str(graph) == "[x]"


def test_an_op_is_replaced_and_removed():
    x = T.dscalar("x")
    graph = FunctionGraph([x], [T.exp(T.sin(x))])
    rewriters.out2in(rewriters.OpSub(T.sin, T.cos)).optimize(graph)
    rewriters.in2out(rewriters.OpRemove(T.exp)).optimize(graph)
    assert str(graph) == "[cos(x)]"


def test_merging_joins_what_is_the_same():
    x, y, z = T.dscalars("x", "y", "z")
    graph = FunctionGraph([x, y, z], [T.true_div(T.mul(y + z, x), y + z)])
    rewriters.MergeOptimizer().optimize(graph)
    assert str(graph) == "[true_div(mul(*1 -> add(y, z), x), *1)]"


def test_a_registered_local_optimizer_takes_part_in_compilation(rules_kept):
    @rewriters.registrar("canonicalize")
    @rewriters.local_optimizer([T.sin])
    def local_sin_is_cos(node):
        return [T.cos(node.inputs[0])] if node.op == T.sin else False

    x = T.dscalar("x")
    assert tg.function([x], T.sin(x))(0.0) == 1.0


def test_an_optimizer_in_a_phase_of_optdb_takes_part_too(rules_kept):
    rule = rewriters.OpSub(T.sinh, T.cosh)
    features.OPTDB["canonicalize"].register("sinh_is_cosh", rule, "fast_run")
    x = T.dscalar("x")
    assert tg.function([x], T.sinh(x))(0.0) == 1.0


def test_features_hear_of_changes_and_history_goes_back():
    x, y = T.dscalars("x", "y")
    graph = FunctionGraph([x, y], [T.exp(x)], features=[features.History()])
    mark = graph.checkpoint()
    graph.replace(graph.outputs[0], graph.inputs[1])
    assert str(graph) == "[y]"
    graph.revert(mark)
    assert str(graph) == "[exp(x)]"


def test_a_variable_knows_its_clients_in_the_graph_of_a_function():
    x = T.dvector("x")
    f = tg.function([x], T.exp(x))
    graph = f.maker.fgraph
    (node,) = graph.toposort()
    assert node.inputs[0].clients == [(node, 0)]
    assert graph.outputs[0].clients == [("output", 0)]


def test_a_query_names_phases():
    query = features.Query(include=["fast_compile"]).excluding("merge")
    assert query.phases == ("canonicalize",)


# Walks


def test_ancestors_stop_at_blockers():
    x = T.dscalar("x")
    y = x + 1
    z = T.exp(y)
    assert walks.ancestors([z], blockers=[y]) == [z, y]
    assert x in walks.inputs([z])


def test_a_clone_has_variables_of_its_own():
    x = T.dscalar("x")
    (fresh,), (z,) = walks.clone([x], [T.exp(x)])
    assert fresh is not x
    assert z.owner.inputs[0] is fresh


def test_same_graphs_are_the_same_up_to_givens():
    x, y = T.dscalars("x", "y")
    assert walks.is_same_graph(x + 1, x + 1)
    assert not walks.is_same_graph(x + 1, y + 1)
    assert walks.is_same_graph(x + 1, y + 1, givens={x: y})


def test_equal_computations_pair_their_leaves():
    x, y = T.dscalars("x", "y")
    assert walks.equal_computations([x + 1], [y + 1], [x], [y])


def test_a_circle_is_refused_by_the_general_order():
    after = {"a": ["b"], "b": ["a"]}
    with pytest.raises(ValueError, match="circle"):
        walks.general_toposort(["a"], after.__getitem__)
