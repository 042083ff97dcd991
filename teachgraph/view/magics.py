"""`%load_ext teachgraph`: magics of IPython.

%%graph         run the cell and draw its last expression
%%optimize      ... compile it as a function of its inputs and show every rewrite
%%step          ... the last expression is a call f(...): step through it
%tg_explain     the page of an error's code, or the last error again
%theano         `import theano` means teachgraph from here on; `%theano off` ends that
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Protocol

from teachgraph.compile.function import Function, function
from teachgraph.core.graph import Variable
from teachgraph.errors.pages import explain
from teachgraph.view.model import graph_of, leaves
from teachgraph.view.stepper import step
from teachgraph.view.widget import view
from teachgraph.view.words import kind_of


class Shell(Protocol):
    """What the magics need of IPython's shell."""

    user_ns: dict[str, Any]
    execution_count: int
    compile: Any

    def register_magic_function(
        self, func: Callable[..., Any], magic_kind: str, magic_name: str
    ) -> None: ...


def load_ipython_extension(shell: Shell) -> None:
    """Called by `%load_ext teachgraph`."""
    for name, act in (("graph", graph), ("optimize", optimize), ("step", stepping)):
        shell.register_magic_function(_cell_magic(shell, act), "cell", name)
    shell.register_magic_function(_explain, "line", "tg_explain")
    shell.register_magic_function(_theano, "line", "theano")


def _cell_magic(shell: Shell, act: Callable[[Cell], Any]) -> Callable[..., Any]:
    def magic(line: str, cell: str) -> Any:
        del line
        return act(Cell(shell, cell))

    return magic


def _explain(line: str) -> Any:
    return explain(line.strip()) if line.strip() else explain()


DOOR = "import teachgraph.theano as door; door.{}()"
"""What anybody would type; the door stands above this package and is not imported."""


def use_door(act: str) -> None:
    """Open the door for programs that say `import theano`, or close it.

    Args:
        act: install or uninstall.
    """
    exec(DOOR.format(act), {})


def _theano(line: str) -> None:
    use_door("uninstall" if line.strip() == "off" else "install")


class Cell:
    """A cell of code: everything but its last expression is run at once."""

    def __init__(self, shell: Shell, text: str):
        # The magic itself is the cell's first line, which Python does not see.
        source = "\n" + text
        self.shell = shell
        self.file: str = shell.compile.cache(source, shell.execution_count)
        tree = ast.parse(source, self.file)
        last = tree.body[-1] if tree.body else None
        self.last = last.value if isinstance(last, ast.Expr) else None
        body = tree.body if self.last is None else tree.body[:-1]
        code = compile(ast.Module(body, []), self.file, "exec")
        exec(code, shell.user_ns)

    def value(self, node: ast.expr | None = None) -> Any:
        """The value of the last expression, or of a part of it.

        Raises:
            ValueError: the cell does not end with an expression.
        """
        found = node or self.last
        if found is None:
            raise ValueError("the cell does not end with an expression, such as y")
        return eval(
            compile(ast.Expression(found), self.file, "eval"), self.shell.user_ns
        )

    def called(self) -> tuple[Any, list[Any], dict[str, Any]]:
        """The function and the arguments of a last expression that is a call.

        Raises:
            ValueError: it is no call of a compiled function.
        """
        call = self.last
        target = self.value(call.func) if isinstance(call, ast.Call) else None
        if not isinstance(call, ast.Call) or not isinstance(target, Function):
            raise ValueError("the cell does not end with a call of a compiled function")
        args = [self.value(a) for a in call.args]
        named = {k.arg: self.value(k.value) for k in call.keywords if k.arg is not None}
        return target, args, named


def graph(cell: Cell) -> Any:
    """Draw what the cell ends with."""
    return view(cell.value())


def optimize(cell: Cell) -> Any:
    """Compile what the cell ends with and show every rewrite."""
    found = cell.value()
    if isinstance(found, Function):
        return view(found)
    outputs = list(graph_of(found).outputs)
    inputs = [v for v in leaves(outputs) if kind_of(v) == "input"]
    single = isinstance(found, Variable)
    return view(function(inputs, outputs[0] if single else outputs))


def stepping(cell: Cell) -> Any:
    """Step through the call that the cell ends with."""
    target, args, named = cell.called()
    return view(step(target, *args, **named))
