"""What there is to be known about an answer: plain questions with plain answers.

Ops are counted by their title, as drawings show it: `exp`, `add`, `Dot`. Nodes are
counted as they are: an expression that is written twice is there twice.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import teachgraph
from teachgraph.compile.function import Function
from teachgraph.compile.mode import Mode
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.origin import Span
from teachgraph.core.report import Fault, Note, TeachgraphError
from teachgraph.view.model import leaves

Array = np.ndarray[Any, Any]
MARK = "# here"


def as_written(answer: Variable | Function) -> Graph:
    """The graph of an expression, or of a function before any rewriting."""
    if isinstance(answer, Function):
        return answer.graph
    return Graph(leaves([answer]), (answer,))


def as_compiled(answer: Variable | Function) -> Graph:
    """The graph after all rewriting but fusion."""
    if isinstance(answer, Function):
        return answer.optimized
    graph = as_written(answer)
    return teachgraph.function(list(graph.inputs), answer).optimized


def ops(graph: Graph) -> Counter[str]:
    """How many nodes there are of each op, by title."""
    return Counter(node.op.title for node in graph.applies())


def nodes_of(graph: Graph, title: str) -> list[Apply]:
    """The nodes of an op, in an order in which they can run."""
    return [node for node in graph.applies() if node.op.title == title]


def count_ops(graph: Graph, title: str) -> int:
    """How many nodes there are of an op."""
    return ops(graph)[title]


def has_op(graph: Graph, title: str) -> bool:
    """Whether there is a node of an op."""
    return count_ops(graph, title) > 0


def inputs_by_name(graph: Graph) -> dict[str, Variable]:
    """The inputs that have names."""
    return {v.name: v for v in graph.inputs if v.name is not None}


def numbers(graph: Graph) -> Iterator[Variable]:
    """The constants of a graph: what was a number when it was written."""
    return (v for v in graph.variables() if v.data is not None)


def value_of(answer: Variable | Function, given: Mapping[str, Any]) -> Array:
    """What an answer gives for values by name of the input."""
    if isinstance(answer, Function):
        return np.asarray(answer(**given))
    inputs = inputs_by_name(as_written(answer))
    compiled = teachgraph.function([inputs[name] for name in given], answer)
    return np.asarray(compiled(*given.values()))


def value_as_written(answer: Variable, given: Mapping[str, Any]) -> Array:
    """What an expression gives in NumPy, node by node and without any rewriting."""
    inputs = inputs_by_name(as_written(answer))
    plain = Mode("python", phases=())
    as_it_is = teachgraph.function([inputs[n] for n in given], answer, mode=plain)
    with np.errstate(all="ignore"):
        return np.asarray(as_it_is(*given.values()))


def marked_lines(program: Callable[[], Any]) -> list[int]:
    """The lines of a program that end with the comment `# here`, by their numbers."""
    lines, first = inspect.getsourcelines(program)
    return [n for n, line in enumerate(lines, first) if line.rstrip().endswith(MARK)]


def called(program: Callable[..., Any], *given: Any) -> Any:
    """What a function that was asked for gives; `...` if it is not written yet.

    Raises:
        Fault: it takes other arguments than these.
    """
    try:
        inspect.signature(program).bind(*given)
    except TypeError as error:
        notes = (Note(f"expected: a function of {len(given)} arguments"),)
        title = f"the function takes other arguments: {error}"
        raise Fault("exercise", title, notes=notes) from None
    return program(*given)


def raised(program: Callable[[], Any]) -> TeachgraphError | None:
    """The error that a program ends with, if it is one of ours."""
    try:
        program()
    except TeachgraphError as error:
        return error
    return None


@dataclass(frozen=True)
class Blame:
    """The code of an error, and the place that it names."""

    code: str
    span: Span | None

    @property
    def line(self) -> int | None:
        """The number of the line."""
        return self.span.line if self.span else None


def blame(error: TeachgraphError) -> Blame:
    """What an error is, and where it says the fault is."""
    origin = error.report.origin
    return Blame(error.report.code, origin.span() if origin else None)
