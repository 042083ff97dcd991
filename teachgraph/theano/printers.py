"""`theano.printing` as Theano wrote it: `debugprint` and `pp` in its words.

    Elemwise{add,no_inplace} [id A] ''
     |x [id B]
     |TensorConstant{2} [id C]

`teachgraph.debugprint` tells more and reads better; this is for lectures and programs
that show, or take apart, what Theano printed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TextIO, cast

from teachgraph.compile.function import Function
from teachgraph.compile.io import In, Out
from teachgraph.core.graph import Apply, Graph, Variable, toposort
from teachgraph.core.op import constant
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.join import Join
from teachgraph.ops.scan import Scan
from teachgraph.ops.shape import DimShuffle
from teachgraph.theano.compiling import Maker
from teachgraph.theano.fgraph import FunctionGraph
from teachgraph.theano.gradients import MADE, START
from teachgraph.theano.wording import of_maker, of_op, of_type, of_variable
from teachgraph.view.pprint import letter


@dataclass(frozen=True)
class Stretched:
    """An input of an elementwise op with fewer axes than the result.

    Theano puts a node there that gives it the axes it lacks.
    """

    value: Variable
    missing: int
    node: Apply
    position: int

    @property
    def below(self) -> tuple[Variable, ...]:
        """What that node is applied to."""
        return (self.value,)

    @property
    def words(self) -> str:
        """What that node is called."""
        order = ["x"] * self.missing + [str(a) for a in range(self.value.ndim)]
        return f"InplaceDimShuffle{{{','.join(order)}}}"


@dataclass(frozen=True)
class Filled:
    """The 1.0 that a gradient starts from: in Theano a cost, filled with it."""

    value: Variable
    words: ClassVar[str] = "Elemwise{second,no_inplace}"

    @property
    def below(self) -> tuple[Variable, ...]:
        """What that node is applied to."""
        return START[self.value], self.value


Shown = Variable | Stretched | Filled
"""A variable, or one that only Theano has, by the words of the node that makes it."""


def _inputs(node: Apply) -> list[Shown]:
    """The inputs of a node as Theano has them."""
    if isinstance(node.op, Join):
        return [constant(node.op.axis), *node.inputs]
    if not isinstance(node.op, Elementwise):
        return [Filled(v) if v in START else v for v in node.inputs]
    return [_input(node, position, v) for position, v in enumerate(node.inputs)]


def _input(node: Apply, position: int, v: Variable) -> Shown:
    """An input of an elementwise op; gradients stretch numbers even to no axes."""
    if v in START:
        return Filled(v)
    missing = node.outputs[0].ndim - v.ndim
    if not missing and not (v in MADE and v.data is not None and not v.ndim):
        return v
    return Stretched(v, missing, node, position)


SMALL = 64
"""Constants of at most so many bytes are compared."""

Entry = tuple[Shown, int, str, str]
"""A line to print: how many levels, what stands before it, and before those below."""


@dataclass
class Tree:
    """What `debugprint` is asked for, and what it has printed."""

    file: TextIO
    print_type: bool
    ids: str
    stop_on_name: bool
    print_clients: bool
    done: dict[Any, str]
    used: dict[Any, str]
    order: Sequence[Apply] = ()
    loops: list[Variable] = field(default_factory=list[Variable])
    outside: dict[Variable, Variable] = field(default_factory=dict[Variable, Variable])

    def id_of(self, thing: Any, *, printed: bool = True) -> str:
        """`[id A]`, the same each time; also for another constant that is equal."""
        data = thing.data if isinstance(thing, Variable) else None
        if data is not None and data.nbytes <= SMALL and thing.name is None:
            thing = thing.type, data.tobytes()
        if thing not in self.used:
            count = len(self.used)
            texts = {"id": str(id(thing)), "int": str(count), "CHAR": letter(count)}
            self.used[thing] = f"[id {texts[self.ids]}]" if self.ids else ""
        if printed:
            self.done[thing] = self.used[thing]
        return self.used[thing]

    def print(self, v: Variable, depth: int, prefix: str = "") -> None:
        """A variable, and below it what it is computed from."""
        stack: list[Entry] = [(v, depth, prefix, prefix)]
        while stack:
            one, rest, before, below = stack.pop()
            if not rest:
                continue
            opened = isinstance(one, Variable) and one.owner in self.done
            self.file.write(before + self.line(one) + "\n")
            inputs = [] if opened else self.below(one)
            last = len(inputs) - 1
            children: list[Entry] = [
                (i, rest - 1, below + " |", below + ("  " if n == last else " |"))
                for n, i in enumerate(inputs)
            ]
            stack.extend(reversed(children))

    def below(self, one: Shown) -> list[Shown]:
        """What a line is computed from, as far as it is to be printed."""
        if not isinstance(one, Variable):
            return [] if self.is_filled(one) else list(one.below)
        if one.owner is None or (self.stop_on_name and one.name is not None):
            return []
        if isinstance(one.owner.op, Scan):
            self.loops.append(one)
        return _inputs(one.owner)

    def is_filled(self, one: Stretched | Filled) -> bool:
        """Theano works such a constant out when it compiles."""
        return bool(self.order) and one.value.data is not None

    def line(self, v: Shown) -> str:
        """The line of a variable."""
        if not isinstance(v, Variable):
            if not self.is_filled(v):
                return f"{v.words} {self.id_of(v)} ''   "
            ones = (1,) * (v.missing + v.value.ndim) if isinstance(v, Stretched) else ()
            many = f"{ones} of " if ones else ""
            return f"TensorConstant{{{many}{v.value.data}}} {self.id_of(v.value)}"
        kind = f" <{of_type(v.type)}>" if self.print_type else ""
        node = v.owner
        if node is None:
            own = f"{of_variable(v)} {self.id_of(v)}{kind}"
            outer = self.outside.get(v)
            if outer is None:
                return own
            return f"{own} -> {self.id_of(outer.owner or outer)}"
        order = str(self.order.index(node)) if node in self.order else ""
        which = f".{v.index}" if len(node.outputs) > 1 else ""
        name = v.name or ""
        head = f"{of_maker(node)}{which} {self.id_of(node)}{kind} {name!r}"
        return f"{head}   {order}{self.clients(v)}"

    def clients(self, v: Variable) -> str:
        """Who reads it, if several do and it is asked for."""
        readers = [n for n in self.order if v in n.inputs]
        if not self.print_clients or len(readers) < 2:
            return ""
        places = [(self.id_of(n, printed=False), self.order.index(n)) for n in readers]
        return f" clients:{places}"


def debugprint(
    obj: Any,
    depth: int = -1,
    print_type: bool = False,
    file: Any = None,
    ids: str = "CHAR",
    stop_on_name: bool = False,
    done: dict[Any, str] | None = None,
    print_storage: bool = False,
    print_clients: bool = False,
    used_ids: dict[Any, str] | None = None,
) -> Any:
    """Print a graph as Theano does.

    Gives the file, if there is one, or with `file="str"` the text.

    Args:
        obj: a variable, a node, a compiled function, a graph, or a list of these.
        depth: how many levels, all by default.
        print_type: also print types.
        ids: how lines are told apart: CHAR, int, id, or nothing.
        stop_on_name: open nothing that has a name.
        done, used_ids: what was printed before, to go on with.
        print_storage: accepted; nothing is kept between calls.
        print_clients: also print who reads a value, if several do.
    """
    del print_storage
    out: Any = io.StringIO() if file == "str" else file or sys.stdout
    told = {} if done is None else done
    used = {} if used_ids is None else used_ids
    tree = Tree(out, print_type, ids, stop_on_name, print_clients, told, used)
    listed = isinstance(obj, list | tuple | set)
    for one in cast(Sequence[Any], obj) if listed else (obj,):
        variables, tree.order = _printable(one)
        for v in variables:
            tree.print(v, depth)
    _print_loops(tree, depth)
    return out.getvalue() if file == "str" else file


def _printable(obj: Any) -> tuple[Sequence[Variable], Sequence[Apply]]:
    """The variables to print, and the order in which nodes run."""
    if isinstance(obj, In | Out):
        return [obj.variable], ()
    if isinstance(obj, Variable):
        return [obj], ()
    if isinstance(obj, Apply):
        return obj.outputs, ()
    if isinstance(obj, Function):
        obj = Maker(obj).fgraph
    if isinstance(obj, FunctionGraph):
        return obj.outputs, obj.toposort()
    if isinstance(obj, Graph):
        return obj.outputs, list(obj.applies())
    raise TypeError(f"debugprint cannot print an object of type {type(obj).__name__}")


def _print_loops(tree: Tree, depth: int) -> None:
    """The graphs inside the loops, each after the line of its loop."""
    if not tree.loops:
        return
    tree.file.write("\nInner graphs of the scan ops:\n")
    for v in tree.loops:  # grows while loops are found inside of loops
        node = v.owner
        if node is None or not isinstance(node.op, Scan):
            continue
        graph = node.op.graph
        arrived = node.inputs[len(node.inputs) - len(graph.inputs) :]
        tree.order, tree.outside = (), dict(zip(graph.inputs, arrived))
        tree.file.write("\n" + tree.line(v) + "\n")
        for out in graph.outputs:
            tree.print(out, depth, " >")


# pp

OPERATORS = {
    "add": "+",
    "mul": "*",
    "sub": "-",
    "neg": "-",
    "true_div": "/",
    "int_div": "//",
    "pow": "**",
    "mod": "%",
}
CALLS = {"second": "fill", "identity": ""}
GREEK = ("alpha", "beta", "gamma", "delta", "epsilon")


def pp(*args: Any) -> str:
    """A variable as one line of mathematics, as Theano writes it."""
    (v, *_) = args
    texts: dict[Variable, str] = {}
    for one in toposort([v]):
        if one not in texts:
            cost = START.get(one)
            said = _text(one, texts)
            texts[one] = said if cost is None else f"fill({pp(cost)}, {said})"
    return texts[v]


def _text(v: Variable, texts: dict[Variable, str]) -> str:
    node = v.owner
    if node is None:
        return f"\\{v.name}" if v.name in GREEK else of_variable(v)
    inputs = [texts[i] for i in node.inputs]
    if isinstance(node.op, DimShuffle):
        return _of_dimshuffle(node.op, node.inputs[0].ndim, *inputs)
    if isinstance(node.op, Elementwise):
        return _of_elementwise(node.op, inputs)
    words = {"dot": "\\dot"}.get(of_op(node.op))
    if words is not None:
        return f"({f' {words} '.join(inputs)})"
    name = of_maker(node)
    short = {"Sum{acc_dtype=float64}": "sum", "Join": "join", "Alloc": "alloc"}
    return f"{short.get(name, name)}({', '.join(inputs)})"


def _of_elementwise(op: Elementwise, inputs: list[str]) -> str:
    name = op.fn.name
    if name == "copy":
        return inputs[0]
    if name == "abs_":
        return f"|{inputs[0]}|"
    operator = OPERATORS.get(name)
    if operator is None:
        words = of_op(op) if "Cast" in of_op(op) else CALLS.get(name, name)
        return f"{words}({', '.join(inputs)})"
    if len(inputs) == 1:
        return f"({operator}{inputs[0]})"
    return f"({f' {operator} '.join(inputs)})"


def _of_dimshuffle(op: DimShuffle, ndim: int, text: str) -> str:
    """Axes of length 1 in front are not told."""
    order = list(op.order)
    while order[:1] == ["x"]:
        del order[0]
    if order == list(range(ndim)):
        return text
    if order == list(range(ndim))[::-1]:
        return f"{text}.T"
    return f"DimShuffle{{{', '.join(map(str, order))}}}({text})"


pprint: Callable[..., str] = pp
