"""The model that every view reads: nodes, refs, ids, what may be shown."""

import pytest

from teachgraph import tensor as T
from teachgraph.core.graph import Graph
from teachgraph.view.model import Ids, expanded, graph_of, model_of, shown_model


def labels(model):
    return [node.label for node in model.nodes]


def test_a_node_reads_what_its_op_reads(logistic):
    model = model_of(graph_of(logistic.y))
    assert labels(model) == ["x", "1", "1", "neg", "exp", "add", "true_div"]
    add = model.by_id["a6"]
    assert [model.by_id[source].label for source, _ in add.inputs] == ["1", "exp"]
    assert model.outputs == (("a7", 0),)


def test_kinds_tell_inputs_shared_variables_constants_and_ops_apart(classifier):
    model = model_of(classifier.train.graph)
    kinds = {node.label: node.kind for node in model.nodes}
    assert kinds["images"] == "input"
    assert kinds["weights"] == "shared"
    assert kinds["1"] == "constant"
    assert kinds["Dot"] == "apply"


def test_an_input_that_an_op_makes_cuts_the_graph():
    x = T.dvector("x")
    y = T.exp(x)
    model = model_of(Graph((y,), (T.log(y),)))
    assert labels(model) == ["exp", "log"]
    assert model.nodes[0].kind == "input"


def test_an_id_is_the_same_in_every_graph_that_shares_the_node(logistic):
    ids = Ids()
    small = model_of(graph_of(logistic.x), ids)
    large = model_of(graph_of(logistic.y), ids)
    assert small.nodes[0].id == large.nodes[0].id


def test_an_id_is_never_given_twice(logistic):
    ids = Ids()
    known = {node.id for node in model_of(graph_of(logistic.y), ids).nodes}
    ids.forget(logistic.y.owner)
    again = ids.new(logistic.y.owner, "apply")
    assert again not in known


def test_ids_do_not_depend_on_where_objects_lie_in_memory():
    def ids():
        x = T.dvector("x")
        return [node.id for node in model_of(graph_of(T.exp(x) * x + 1)).nodes]

    assert ids() == ids()


def test_users_are_told_with_the_position_they_read_at():
    x = T.dvector("x")
    model = model_of(graph_of(x * x))
    assert model.users() == {"v1": [("a2", 0), ("a2", 1)], "a2": []}


def test_a_list_a_node_and_a_function_can_be_shown(logistic, classifier):
    assert graph_of([logistic.y, logistic.x]).outputs == (logistic.y, logistic.x)
    assert graph_of(logistic.y.owner).outputs == (logistic.y,)
    assert graph_of(classifier.train) is classifier.train.program.graph


def test_what_cannot_be_shown_is_refused_in_words():
    with pytest.raises(TypeError, match="an int has no graph to show"):
        graph_of(3)


def test_outputs_of_a_function_say_what_they_update(classifier):
    model = shown_model(classifier.train)
    assert [model.output_name(i) for i in range(3)] == ["", "new weights", "new bias"]


def test_expanding_draws_the_nodes_of_a_kernel_in_a_frame(fused):
    ids = Ids()
    model = expanded(model_of(fused, ids), ids)
    (cluster,) = model.clusters
    inside = [node.label for node in model.nodes if node.cluster == cluster.id]
    assert inside == ["exp", "mul", "neg", "exp"]
    assert {source for node in model.nodes for source, _ in node.inputs} <= set(
        model.by_id
    )


def test_a_kernel_that_is_too_large_stays_closed(fused):
    ids = Ids()
    model = expanded(model_of(fused, ids), ids, largest=2)
    assert not model.clusters


def test_a_deep_graph_is_no_limit():
    x = T.dvector("x")
    y = x
    for _ in range(5_000):
        y = T.exp(y)
    assert len(model_of(graph_of(y)).nodes) == 5_001
