"""Excerpts of the user's source: what is underlined, and what stands under it."""

import linecache
import sys
from types import SimpleNamespace

import pytest

from teachgraph.core.origin import Origin, Place, Span
from teachgraph.errors.source import assigned_name, excerpt, operand_parts, place


class Recorder:
    """Anything done with one gives the place where it was done."""

    def __add__(self, other):
        return origin(2)

    def __getitem__(self, index):
        return origin(2)

    def dot(self, other):
        return origin(2)


def origin(depth: int = 1) -> Origin:
    frame = sys._getframe(depth)
    return Origin(frame.f_code, frame.f_lasti)


def made_by(source: str, file: str = "lesson.py", **names) -> Origin:
    """Run lines as a file of their own; `result` is the origin they leave behind."""
    lines = source.splitlines(keepends=True)
    linecache.cache[file] = (len(source), None, lines, file)
    space = {
        "x": Recorder(),
        "w": Recorder(),
        "join": lambda *a, **k: origin(2),
        **names,
    }
    exec(compile(source, file, "exec"), space)
    return space["result"]


def drawn(found: Origin, *labels: str) -> str:
    """The excerpt as text, with labels under the operands."""
    parts = operand_parts(found, len(labels))
    marked = excerpt(found, [(p, t) for p, t in zip(parts, labels) if p and t])
    rows = ("".join(text for _, text in line.pieces) for line in marked)
    return "\n".join(rows)


def test_labels_that_would_collide_stand_in_rows_of_their_own():
    assert drawn(made_by("result = x + w"), "[2, 3]", "[4]") == "\n".join(
        (
            "result = x + w",
            "         ~~^~~",
            "         |   [4]",
            "         [2, 3]",
        )
    )


def test_labels_that_fit_stand_in_one_row():
    found = made_by("result = images + w", images=Recorder())
    assert drawn(found, "[2]", "[3]").splitlines()[2] == "         [2]      [3]"


def test_arguments_of_a_call_are_its_operands():
    shown = drawn(made_by("result = join(x, w)"), "[2]", "[3]").splitlines()
    assert shown[1] == "         ^^^^^~^^~^"


def test_the_receiver_of_a_method_is_its_first_operand():
    parts = operand_parts(made_by("result = x.dot(w)"), 2)
    assert [part.text for part in parts if part] == ["x", "w"]


def test_elements_of_a_list_are_operands():
    parts = operand_parts(made_by("result = join([x, w], axis=1)"), 2)
    assert [part.text for part in parts if part] == ["x", "w"]


def test_an_index_is_an_operand():
    parts = operand_parts(made_by("result = x[w]"), 2)
    assert [part.text for part in parts if part] == ["x", "w"]


def test_parentheses_are_underlined_but_not_quoted():
    found = made_by("result = (x) + w")
    first = operand_parts(found, 2)[0]
    assert first is not None
    assert first.text == "x"
    assert drawn(found, "a", "b").splitlines()[1] == "         ~~~~^~~"


def test_an_expression_over_several_lines_is_shown_whole():
    shown = drawn(made_by("result = join(x,\n              w)"), "[2]", "[3]")
    assert shown == "\n".join(
        (
            "result = join(x,",
            "              ~",
            "              [2]",
            "              w)",
            "              ~",
            "              [3]",
        )
    )


def test_of_a_long_expression_the_first_lines_and_the_last_are_shown():
    middle = "".join(f"    {n},\n" for n in range(20))
    shown = drawn(made_by(f"result = join(x, [\n{middle}])")).splitlines()
    assert shown[0] == "result = join(x, ["
    assert shown[-1] == "])"
    assert len(shown) <= 6


def test_tabs_do_not_shift_the_marks():
    shown = drawn(made_by("if True:\n\tresult =\tx + w")).splitlines()
    assert shown[0].index("x") == shown[1].index("~")


def test_wide_signs_do_not_shift_the_marks():
    source, marks = drawn(made_by("result = '日本' and x + w")).splitlines()
    assert marks.index("~") == source.index("x") + 2


def test_accented_names_do_not_shift_the_marks():
    source, marks = drawn(made_by("été = x\nresult = été + w")).splitlines()
    assert (marks.index("~"), marks.index("^")) == (9, source.index("+"))


def test_indentation_is_not_shown():
    assert drawn(made_by("if True:\n        result = x + w")).startswith("result")


def test_without_source_there_is_no_excerpt():
    found = Place(Span("<nowhere>", 1, 1, 0, 5), "<module>")
    assert excerpt(found) == []
    assert operand_parts(found, 2) == [None, None]


def test_operands_that_cannot_be_told_are_none():
    assert operand_parts(made_by("result = join(x, w, x)"), 2) == [None, None]


def test_a_place_names_file_line_and_function():
    found = Place(Span("folder/lesson.py", 7, 7, 0, 5), "train")
    assert place(found) == "lesson.py:7, in train"


def test_at_the_top_of_a_file_no_function_is_named():
    assert place(made_by("\nresult = x + w")) == "lesson.py:2"


def test_a_notebook_cell_goes_by_its_number(monkeypatch: pytest.MonkeyPatch):
    source = "result = x + w"
    main = SimpleNamespace(In=["", "import teachgraph", source])
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert place(made_by(source, "/tmp/ipykernel_7/42.py")) == "cell In[2]:1"


def test_a_cell_that_jupyter_does_not_remember_has_no_number():
    assert (
        place(made_by("result = x + w", "/tmp/ipykernel_7/43.py")) == "notebook cell:1"
    )


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("result = x + w", "result"),
        ("result = (\n    x + w\n)", ""),
        ("result = (x + w)  # a sum", "result"),
        ("result = join(x,\n    w)", "result"),
        ("result = [x + w][0]", ""),
    ],
)
def test_a_value_has_the_name_it_was_assigned_to(source: str, name: str):
    assert assigned_name(made_by(source)) == name
