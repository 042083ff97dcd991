"""The steps of a program in words."""

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.mode import Mode
from teachgraph.view.model import graph_of
from teachgraph.view.steps import program_text, steps_of


def test_a_step_says_what_it_does_reads_and_writes():
    x = T.dvector("x")
    f = function([x], T.exp(x), mode=Mode("python"))
    (line,) = steps_of(f.program)
    assert (line.number, line.kind, line.does) == (1, "numpy", "exp")
    assert line.reads == ("x float64[x.shape[0]]",)
    assert str(line).startswith("  1  numpy")


def test_a_program_has_a_line_for_each_step(classifier):
    program = classifier.train.program
    assert len(program_text(program).splitlines()) == len(program.steps)


def test_a_program_without_steps_says_so():
    x = T.dvector("x")
    f = function([x], x, mode=Mode("python"))
    assert program_text(f.program) == "nothing is computed"


def test_a_program_can_be_shown_like_its_graph(classifier):
    program = classifier.train.program
    assert graph_of(program) is program.graph
