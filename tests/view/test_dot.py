"""Graphviz: escaped text, frames, options of Theano, and the way without graphviz."""

import re
import shutil
import subprocess

import pytest
from sources import Golden

from teachgraph import tensor as T
from teachgraph.view import dot as dot_module
from teachgraph.view.dot import Look, dot, pydotprint, quoted

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def test_the_text_names_nodes_edges_and_outputs(logistic, golden: Golden):
    golden("view/logistic.dot", without_places(dot(logistic.y)))


def test_a_kernel_is_a_cluster(fused, golden: Golden):
    golden("view/fused.dot", without_places(dot(fused)))


def without_places(text: str) -> str:
    """The text without what depends on where a test stands."""
    return re.sub(r"\\n[\w.]+:\d+ [^\"]*", "", text)


def test_kinds_have_shapes_and_fills_of_their_own(classifier):
    text = dot(classifier.train.graph)
    for shape in ("ellipse", "box3d", "note", "box"):
        assert f'shape="{shape}"' in text


def test_a_name_cannot_leave_its_quotes(hostile):
    rest = STRING.sub("", dot(T.exp(hostile)))
    assert "script" not in rest
    assert "onerror" not in rest


def test_quotes_and_backslashes_are_escaped():
    assert quoted('a"b\\N\nc') == '"a\\"b\\\\N\\nc"'


def test_without_compact_the_values_between_ops_are_drawn(logistic):
    assert "shape=plain" in dot(logistic.y, Look(compact=False))
    full, compact = dot(logistic.y, Look(compact=False)), dot(logistic.y)
    assert full.count("->") > compact.count("->")


def test_labels_may_be_cut_coloured_and_numbered(logistic):
    x = T.dmatrix("a_very_long_name_of_a_matrix")
    text = dot(T.exp(x), Look(longest=10, ids=True, colours={"exp": "red"}))
    assert "a_very_lo…" in text
    assert 'fillcolor="red"' in text
    assert "\\nv1" in text


def test_names_may_stand_without_their_types(logistic):
    text = dot(logistic.x, Look(types=False))
    assert '[label="x",' in text


def test_pydotprint_writes_the_text_itself(logistic, tmp_path, capsys):
    path = tmp_path / "graph.dot"
    pydotprint(logistic.y, path, format="dot")
    assert path.read_text().startswith("digraph")
    assert str(path) in capsys.readouterr().out


@pytest.mark.parametrize("name", ["graph.dot", "graph.GV"])
def test_the_name_of_the_file_says_the_format(logistic, tmp_path, name):
    pydotprint(logistic.y, tmp_path / name, print_output_file=False)
    assert [p.name.lower() for p in tmp_path.iterdir()] == [name.lower()]


def test_pydotprint_has_a_place_of_its_own_by_default(logistic, own_folder, capsys):
    pydotprint(logistic.y, format="dot", print_output_file=False)
    assert (own_folder / "pydotprint.dot").exists()
    assert capsys.readouterr().out == ""


def test_pydotprint_gives_the_picture_as_bytes(logistic):
    assert pydotprint(logistic.y, format="dot", return_image=True).startswith(
        b"digraph"
    )


def test_without_graphviz_the_own_picture_is_written(
    logistic, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(dot_module, "graphviz_is_here", lambda: False)
    pydotprint(logistic.y, tmp_path / "graph.png")
    assert (tmp_path / "graph.svg").read_text().startswith("<svg")
    assert "graphviz is not installed" in capsys.readouterr().out


def test_graphviz_is_asked_for_pictures(logistic, tmp_path, monkeypatch):
    monkeypatch.setattr(dot_module, "graphviz_is_here", lambda: True)
    asked = []

    def drawn(text, format):
        asked.append((text[:7], format))
        return b"picture"

    monkeypatch.setattr(dot_module, "drawn_by_graphviz", drawn)
    pydotprint(logistic.y, tmp_path / "graph", format="pdf", print_output_file=False)
    assert asked == [("digraph", "pdf")]
    assert (tmp_path / "graph.pdf").read_bytes() == b"picture"


def test_graphviz_is_here_only_with_its_program(monkeypatch):
    monkeypatch.setattr(dot_module.shutil, "which", lambda name: None)
    assert not dot_module.graphviz_is_here()


@pytest.mark.parametrize("name", ["fused", "hostile"])
def test_graphviz_understands_the_text(name, request):
    program = shutil.which("dot")
    if program is None:
        assert not dot_module.graphviz_is_here()
        return
    text = dot(request.getfixturevalue(name))
    done = subprocess.run(
        [program, "-Tplain"], input=text, text=True, check=True, capture_output=True
    )
    assert "node" in done.stdout
