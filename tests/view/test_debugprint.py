"""The tree in the terminal: ids, columns, chains, limits, inner graphs."""

import io
import sys

import numpy as np
import pytest
from sources import Golden

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.mode import Mode
from teachgraph.compile.shared import shared
from teachgraph.core.graph import Variable
from teachgraph.core.types import TensorType
from teachgraph.view.debugprint import debugprint


def text(obj, **options) -> str:
    return debugprint(obj, file="str", **options)


def test_the_tree_shows_ops_above_what_they_read(logistic, golden: Golden):
    golden("view/debugprint_logistic.txt", text(logistic.y))


def test_every_column_beside_the_tree_is_aligned(classifier, golden: Golden):
    shown = text(
        classifier.loss,
        print_type=True,
        print_shape=True,
        print_clients=True,
        print_storage=True,
    )
    golden("view/debugprint_columns.txt", shown)
    lines = shown.splitlines()
    assert len({line.index("  float64") for line in lines if "  float64" in line}) == 1


def test_a_function_is_printed_as_it_runs_with_its_updates(golden: Golden):
    x, total = T.dvector("x"), shared(0.0, "total")
    step = T.sum(x * 0.5)
    f = function(
        [x],
        [step, T.exp(step)],
        updates=[(total, total + step)],
        mode=Mode("python", phases=("merge",)),
    )
    golden("view/debugprint_function.txt", text(f))


def test_the_graph_inside_a_kernel_follows_the_tree(fused, golden: Golden):
    golden("view/debugprint_fused.txt", text(fused, print_type=True))


def test_a_node_printed_above_is_not_opened_again():
    x = T.dvector("x")
    y = T.exp(x)
    lines = text([T.log(y), T.sqrt(y)]).splitlines()
    assert lines[1] == "└─ exp [id B]"
    assert lines[4:] == ["└─ exp [id B] …"]


def test_a_chain_of_sums_is_one_line_with_all_its_terms():
    x, y, z = T.dvectors("x", "y", "z")
    assert text(x + y + z + 1).splitlines() == [
        "add of 4 terms [id A]",
        "├─ x [id B]",
        "├─ y [id C]",
        "├─ z [id D]",
        "└─ 1 [id E]",
    ]


def test_a_chain_of_products_has_factors():
    x, y, z = T.dvectors("x", "y", "z")
    assert text(x * y * z).startswith("mul of 3 factors [id A]")


def test_a_part_of_a_chain_with_a_name_or_another_reader_stays_a_node():
    x, y, z = T.dvectors("x", "y", "z")
    part = x + y
    assert "terms" not in text([part + z, T.exp(part)])
    part = x + y
    part.name = "part"
    assert "add 'part'" in text(part + z)


def test_chains_can_be_left_as_they_are():
    x, y, z = T.dvectors("x", "y", "z")
    assert "terms" not in text(x + y + z, flatten=False)


def test_depth_cuts_the_tree(logistic):
    assert text(logistic.y, depth=1) == "true_div [id A] …\n"
    assert len(text(logistic.y, depth=2).splitlines()) == 3


def test_stop_on_name_does_not_open_what_has_a_name(logistic):
    logistic.y.name = "p"
    assert text(T.log(logistic.y), stop_on_name=True).splitlines() == [
        "log [id A]",
        "└─ true_div 'p' [id B] …",
    ]


@pytest.mark.parametrize(("ids", "shown"), [("CHAR", "A"), ("int", "0")])
def test_ids_are_letters_or_numbers(ids, shown, logistic):
    assert text(logistic.x, ids=ids) == f"x [id {shown}]\n"


def test_ids_may_be_those_of_python_or_none(logistic):
    assert text(logistic.x, ids="id") == f"x [id {id(logistic.x)}]\n"
    assert text(logistic.x, ids="") == "x\n"


def test_unknown_ids_are_refused(logistic):
    with pytest.raises(ValueError, match="ids is 'CHAR', 'int', 'id' or ''"):
        text(logistic.x, ids="letters")


def test_after_twenty_six_letters_there_are_two():
    v = T.dvector("v")
    for _ in range(30):
        v = T.exp(v)
    lines = text(v).splitlines()
    assert lines[25].endswith("[id Z]")
    assert lines[26].endswith("[id AA]")


def test_two_calls_can_share_their_ids(logistic):
    done: dict[object, str] = {}
    used: dict[object, str] = {}
    first = text(logistic.y, done=done, used_ids=used)
    second = text(T.log(logistic.y), done=done, used_ids=used)
    assert "true_div [id A]" in first
    assert second.splitlines() == ["log [id H]", "└─ true_div [id A] …"]


def test_clients_are_told_where_there_are_several():
    x = T.dvector("x")
    shown = text(T.exp(x) + T.log(x), print_clients=True)
    assert "read by B, D" in shown


def test_storage_is_shown_for_constants_and_shared_variables(classifier):
    shown = text(classifier.loss, print_storage=True)
    assert "= [0., 0., 0.]" in shown
    assert "= 0.5" in shown


def test_origins_point_at_the_users_own_line(logistic):
    shown = text(T.tanh(logistic.x), print_origin=True)
    assert "test_debugprint.py:" in shown
    assert "T.tanh(logistic.x)" in shown


def test_it_prints_on_the_screen_and_into_a_file(logistic, capsys):
    debugprint(logistic.x)
    assert capsys.readouterr().out == "x [id A]\n"
    file = io.StringIO()
    assert debugprint(logistic.x, file=file) is file
    assert file.getvalue() == "x [id A]\n"


def test_a_colour_terminal_gets_colours(logistic, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", Terminal())
    debugprint(logistic.x)
    assert "\x1b[" in sys.stdout.getvalue()  # type: ignore[attr-defined]


def test_a_graph_of_thousands_of_nodes_is_printed():
    v = T.dvector("v")
    for _ in range(2_000):
        v = T.exp(v)
    assert len(text(v).splitlines()) == 2_001


def test_a_graph_that_does_not_fit_together_is_printed_all_the_same():
    x, y, z = (Variable(TensorType("float64", (n,)), "v") for n in (2, 2, 3))
    bad = T.add.make(x, y).with_inputs([x, z])
    assert "(2,)" in text(bad.outputs[0], print_shape=True)


def test_a_large_constant_is_told_by_its_type():
    assert text(T.constant(np.arange(1000.0))) == "float64[1000] [id A]\n"
