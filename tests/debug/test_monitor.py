"""Functions of the user's around every node."""

import numpy as np

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile.mode import Mode
from teachgraph.debug import Monitor


def test_before_and_after_are_called_in_turn_with_arrays():
    heard = []
    mode = Mode() + Monitor(
        before=lambda node, inputs: heard.append((str(node.op), len(inputs))),
        after=lambda node, inputs, outputs: heard.append((inputs[0], outputs[0])),
    )
    x = T.dscalar("x")
    tg.function([x], T.exp(T.sqr(x)), mode=mode)(2.0)
    assert heard == [("sqr", 1), (2.0, 4.0), ("exp", 1), (4.0, np.exp(4.0))]


def test_theanos_callbacks_get_number_node_and_lists_of_one_array():
    before, after = [], []

    def pre(i, node, fn):
        before.append((i, node.op.title, [v[0] for v in fn.inputs], fn.outputs))

    def post(i, node, fn):
        after.append((i, node.op.title, [v[0] for v in fn.outputs]))

    x = T.dscalar("x")
    f = tg.function([x], T.exp(T.sqr(x)), mode=tg.MonitorMode(pre, post))
    f(2.0)
    f(1.0)
    assert before[:2] == [(0, "sqr", [2.0], [[None]]), (1, "exp", [4.0], [[None]])]
    assert after[2:] == [(0, "sqr", [1.0]), (1, "exp", [np.exp(1.0)])]


def test_theanos_example_that_looks_for_nan():
    found = []

    def detect_nan(i, node, fn):
        if any(np.isnan(output[0]).any() for output in fn.outputs):
            found.append(node.op.title)

    mode = tg.MonitorMode(post_func=detect_nan)
    mode = mode.excluding("local_elemwise_fusion", "inplace")
    x = T.dscalar("x")
    tg.function([x], [T.log(x) * x], mode=mode)(0.0)
    assert found == ["mul"]


def test_nodes_are_numbered_in_each_function_by_itself():
    numbers = []
    mode = tg.MonitorMode(post_func=lambda i, node, fn: numbers.append(i))
    x = T.dscalar("x")
    y = T.exp(x)
    f = tg.function([x], T.sqr(y), mode=mode)
    g = tg.function([x], T.sin(T.cos(y)), mode=mode)
    f(1.0), g(1.0), f(1.0)
    assert numbers == [0, 1, 0, 1, 2, 0, 1]


def test_the_mode_by_name_writes_a_line_for_every_node(capsys):
    x = T.dvector("x")
    tg.function([x], T.exp(x * 2), mode="MonitorMode")([0.0, 1.0])
    assert capsys.readouterr().out.splitlines() == [
        "`x * 2` mul(x = [0, 1], 2) -> [0, 2]",
        "`T.exp(x * 2)` exp(x * 2 = [0, 2]) -> [1, 7.38906]",
    ]


def test_only_nodes_that_are_meant_are_monitored_and_only_if_a_condition_holds():
    heard: list[str] = []
    a = T.dvector("a")
    monitor = Monitor(
        before=lambda node, inputs: heard.append(f"before {node.op.title}"),
        after=lambda node, inputs, outputs: heard.append(f"after {node.op.title}"),
        on="exp",
        condition=lambda value: value.max() > 2,
    )
    f = tg.function([a], T.exp(a).sum(), mode=Mode() + monitor)
    f([0.0]), f([1.0])
    assert heard == ["before exp", "before exp", "after exp"]
