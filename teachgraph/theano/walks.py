"""`theano.gof.graph`: walking, cloning and comparing graphs, called as in Theano."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from teachgraph.core import graph
from teachgraph.core.graph import Apply, Variable, describe, substitute, toposort
from teachgraph.ops.elementwise import Elementwise

Variables = Iterable[Variable]


def stack_search(
    start: Iterable[Any],
    expand: Callable[[Any], Iterable[Any] | None],
    mode: str = "bfs",
    build_inv: bool = False,
) -> Any:
    """Everything that `expand` leads to, in the order of the search.

    Args:
        mode: bfs or dfs.
        build_inv: also give, for each thing found, from where it was reached.
    """
    waiting, seen, found = deque(start), set[int](), list[Any]()
    reached: dict[Any, list[Any]] = {}
    while waiting:
        one = waiting.popleft() if mode == "bfs" else waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        found.append(one)
        for other in expand(one) or ():
            reached.setdefault(other, []).append(one)
            waiting.append(other)
    return (found, reached) if build_inv else found


def ancestors(
    variable_list: Variables, blockers: Iterable[Variable] | None = None
) -> list[Variable]:
    """The variables that some are computed from, and they themselves."""
    blocked = set(blockers or ())

    def expand(v: Variable) -> Iterator[Variable]:
        if v.owner is not None and v not in blocked:
            yield from reversed(v.owner.inputs)

    return stack_search(variable_list, expand, "dfs")


def inputs(
    variable_list: Variables, blockers: Iterable[Variable] | None = None
) -> list[Variable]:
    """The leaves that some variables are computed from, constants among them."""
    return [v for v in ancestors(variable_list, blockers) if v.owner is None]


def variables(i: Variables, o: Variables) -> list[Variable]:
    """All variables between inputs and outputs, both included."""
    given = list(i)
    found = ancestors(o, given)
    return [*found, *(v for v in given if v not in set(found))]


def orphans(i: Variables, o: Variables) -> list[Variable]:
    """Leaves below the outputs that are not among the inputs."""
    given = list(i)
    return [v for v in inputs(o, given) if v not in set(given)]


def variables_and_orphans(
    i: Variables, o: Variables
) -> tuple[list[Variable], list[Variable]]:
    """The variables and the orphans between inputs and outputs."""
    given, wanted = list(i), list(o)
    return variables(given, wanted), orphans(given, wanted)


def io_toposort(
    inputs: Variables, outputs: Variables, orderings: Any = None, clients: Any = None
) -> list[Apply]:
    """The nodes between inputs and outputs, in an order in which they can run.

    It is Theano's: what makes the last input of a node comes first.
    """
    del orderings, clients
    known, order = set(inputs), list[Apply]()
    waiting = [v.owner for v in outputs if v.owner is not None and v not in known]
    waiting.reverse()
    while waiting:
        node = waiting[-1]
        before = [v.owner for v in node.inputs if v.owner and v not in known]
        if before:
            waiting.extend(before)
            continue
        waiting.pop()
        if node.outputs[0] not in known:
            known.update(node.outputs)
            order.append(node)
    return order


def ops(i: Variables, o: Variables) -> set[Apply]:
    """The nodes between inputs and outputs."""
    return set(io_toposort(i, o))


def list_of_nodes(inputs: Variables, outputs: Variables) -> list[Apply]:
    """The nodes between inputs and outputs."""
    return io_toposort(inputs, outputs)


def is_in_ancestors(l_node: Apply, f_node: Apply) -> bool:
    """Whether a node needs another one."""
    return f_node in ops((), l_node.outputs)


def clone_get_equiv(
    inputs: Variables,
    outputs: Variables,
    copy_inputs: bool = True,
    copy_orphans: bool = True,
    memo: dict[Any, Any] | None = None,
) -> dict[Any, Any]:
    """New nodes for a graph: for each variable and node, what stands in its place."""
    given, wanted = list(inputs), list(outputs)
    found: dict[Any, Any] = {} if memo is None else memo
    for v in given:
        found.setdefault(v, _twin(v) if copy_inputs else v)
    for v in toposort([*given, *wanted]):
        node = v.owner
        if v in found:
            continue
        if node is None:
            found[v] = _twin(v) if copy_orphans else v
            continue
        new = node.with_inputs([found.get(w, w) for w in node.inputs])
        found[node] = new
        for old, fresh in zip(node.outputs, new.outputs, strict=True):
            found.setdefault(old, fresh)
    return found


def _twin(v: Variable) -> Variable:
    """Another variable that is the same but for being another."""
    if v.kind == "shared":
        return v
    new = Variable(v.type, v.name, data=v.data, origins=v.origins)
    new.take_labels(v)
    return new


def clone(
    i: Variables,
    o: Variables,
    copy_inputs: bool = True,
    copy_orphans: bool | None = None,
) -> tuple[list[Variable], list[Variable]]:
    """Inputs and outputs of a copy of a graph."""
    given, wanted = list(i), list(o)
    orphaned = copy_inputs if copy_orphans is None else copy_orphans
    found = clone_get_equiv(given, wanted, copy_inputs, orphaned)
    return [found[v] for v in given], [found[v] for v in wanted]


def is_same_graph(
    var1: Variable,
    var2: Variable,
    givens: Mapping[Variable, Variable] | Sequence[tuple[Any, Any]] | None = None,
    debug: bool = False,
) -> bool:
    """Whether two variables are the same computation of the same leaves."""
    del debug
    replace = dict(givens or {})
    left, right = substitute([var1, var2], replace) if replace else (var1, var2)
    return graph.same_graph(left, right)


def equal_computations(
    xs: Sequence[Variable],
    ys: Sequence[Variable],
    in_xs: Sequence[Variable] | None = None,
    in_ys: Sequence[Variable] | None = None,
) -> bool:
    """Whether all pairs are the same computation, with pairs of leaves as equal."""
    replace = dict(zip(in_xs or (), in_ys or ()))
    left = substitute(xs, replace) if replace else tuple(xs)
    return len(left) == len(ys) and all(map(graph.same_graph, left, ys))


def general_toposort(
    outputs: Iterable[Any],
    deps: Callable[[Any], Iterable[Any] | None],
    *more: Any,
    **options: Any,
) -> list[Any]:
    """Variables and nodes in an order in which what they depend on comes first.

    Raises:
        ValueError: they depend on one another in a circle.
    """
    del more, options
    done: dict[Any, bool] = {}
    stack = list(outputs)
    while stack:
        one = stack[-1]
        if done.get(one):
            stack.pop()
            continue
        waiting = [d for d in deps(one) or () if not done.get(d)]
        if not waiting:
            done[one] = True
        elif one in done:
            raise ValueError("the graph has a circle")
        else:
            done[one] = False
        stack.extend(waiting)
    return [one for one in done if done[one]]


def op_as_string(
    i: Variables, op: Apply, leaf_formatter: Any = str, node_formatter: Any = None
) -> str:
    """A node as text, with its inputs."""
    del leaf_formatter, node_formatter
    return f"{_name(op.op)}({', '.join(as_string(i, op.inputs))})"


def as_string(
    i: Variables,
    o: Variables,
    leaf_formatter: Callable[[Variable], str] = describe,
    node_formatter: Any = None,
) -> list[str]:
    """Outputs as text, down to the inputs; what is used twice has a number."""
    del node_formatter
    cut, outputs = set(i), list(o)
    uses = Counter(w for node in io_toposort(cut, outputs) for w in node.inputs)
    numbers: dict[Variable, int] = {}

    def text(v: Variable) -> str:
        if v in cut or v.owner is None:
            return leaf_formatter(v)
        if v in numbers:
            return f"*{numbers[v]}"
        if uses[v] > 1:
            numbers[v] = len(numbers) + 1
        mark = f"*{numbers[v]} -> " if v in numbers else ""
        index = f".{v.index}" if len(v.owner.outputs) > 1 else ""
        return (
            f"{mark}{_name(v.owner.op)}({', '.join(map(text, v.owner.inputs))}){index}"
        )

    return [text(v) for v in outputs]


def _name(op: Any) -> str:
    """What an op is called in one line: a scalar function by its bare name."""
    return op.title if isinstance(op, Elementwise) else str(op)


def view_roots(r: Variable) -> list[Variable]:
    """Where a variable's memory comes from: itself, as nothing here is a view."""
    return [r]


class OrderedSet(dict[Any, None]):
    """A set that keeps the order in which things were added."""

    def __init__(self, iterable: Iterable[Any] = ()):
        super().__init__(dict.fromkeys(iterable))

    def add(self, value: Any) -> None:
        """Add one."""
        self[value] = None

    def discard(self, value: Any) -> None:
        """Take one out, if it is there."""
        self.pop(value, None)
