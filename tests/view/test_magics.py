"""Magics, in a shell that has just what they need of IPython's."""

import linecache

import pytest

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.errors.pages import Explanation
from teachgraph.view import widget as widget_module
from teachgraph.view.magics import load_ipython_extension
from teachgraph.view.stepper import Stepper


class Compiler:
    """Gives a cell's text a file name under which Python finds its lines."""

    def cache(self, text: str, number: int) -> str:
        name = f"<ipython-input-{number}-test>"
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        return name


class Shell:
    """A shell with one namespace."""

    def __init__(self) -> None:
        self.user_ns = {"T": T, "function": function}
        self.execution_count = 3
        self.compile = Compiler()
        self.magics = {}

    def register_magic_function(self, func, magic_kind, magic_name):
        self.magics[magic_kind, magic_name] = func


@pytest.fixture
def shell(monkeypatch) -> Shell:
    monkeypatch.setattr(widget_module, "viewer_is_here", lambda: False)
    made = Shell()
    load_ipython_extension(made)
    return made


def run(shell: Shell, name: str, cell: str):
    return shell.magics["cell", name]("", cell)


def test_graph_draws_what_the_cell_ends_with(shell):
    still = run(shell, "graph", "x = T.dvector('x')\nT.exp(x)")
    assert repr(still).startswith("exp(x)")
    assert "x" in shell.user_ns


def test_optimize_compiles_what_the_cell_ends_with(shell):
    still = run(shell, "optimize", "x = T.dvector('x')\n1 / (1 + T.exp(-x))")
    assert still.shown.optimized.outputs[0].owner.op.title == "sigmoid"


def test_optimize_takes_a_function_as_it_is(shell):
    run(shell, "graph", "x = T.dvector('x'); f = function([x], x * 1)\nx")
    assert run(shell, "optimize", "f").shown is shell.user_ns["f"]


def test_step_steps_through_the_call_that_the_cell_ends_with(shell):
    cell = "x = T.dvector('x')\nf = function([x], T.exp(x))\nf(x=[1.0, 2.0])"
    still = run(shell, "step", cell)
    assert isinstance(still.shown, Stepper)
    assert still.shown.next().here.shapes == ((2,),)


def test_origins_count_lines_as_the_cell_shows_them(shell):
    run(shell, "graph", "x = T.dvector('x')\ny = T.exp(x)\ny")
    assert shell.user_ns["y"].origin.span().line == 3


@pytest.mark.parametrize("name", ["graph", "step"])
def test_a_cell_that_ends_with_nothing_is_told_so(shell, name):
    with pytest.raises(ValueError, match="the cell does not end with"):
        run(shell, name, "x = 3")


def test_errors_of_the_cell_are_its_own(shell):
    with pytest.raises(ZeroDivisionError):
        run(shell, "graph", "1 / 0")


def test_explain_opens_the_page_of_a_code(shell):
    explained = shell.magics["line", "tg_explain"]("shape-mismatch")
    assert isinstance(explained, Explanation)
