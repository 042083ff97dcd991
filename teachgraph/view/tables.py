"""What the nodes of a document share, told once: sources, ops, rules, inner graphs."""

from __future__ import annotations

from typing import Any, Literal

from teachgraph.core.graph import Graph
from teachgraph.core.op import Op
from teachgraph.core.origin import Origin
from teachgraph.errors.source import file_name
from teachgraph.ops.elementwise import Elementwise
from teachgraph.rewrite.notation import equation, latex_equation
from teachgraph.rewrite.rule import Rule
from teachgraph.view import protocol
from teachgraph.view.details import stored_value
from teachgraph.view.inside import back, feeds
from teachgraph.view.latex import Formulas, fill
from teachgraph.view.layers import common_scope
from teachgraph.view.model import Ids, Node, model_of
from teachgraph.view.replay import Replay
from teachgraph.view.words import op_label, value_in_words

LONGEST_LATEX = 240
LONGEST_SOURCE = 2_000


class Tables:
    """The tables of a document, filled as nodes are told."""

    def __init__(self, ids: Ids):
        self.ids = ids
        self.sources: list[protocol.Source] = []
        self.ops: dict[str, protocol.OpInfo] = {}
        self.rules: dict[str, protocol.RuleInfo] = {}
        self.graphs: dict[str, protocol.Snapshot] = {}
        self.groups: dict[str, protocol.Group] = {}
        self._positions: dict[Any, int] = {}
        self._layers: dict[str, str] = {}
        self._inner: dict[Graph, str] = {}
        self._told: dict[str, protocol.Node] = {}
        self._formulas = Formulas(LONGEST_LATEX)

    def node(self, node: Node) -> protocol.Node:
        """A node, with what it shares put into the tables."""
        told: protocol.Node = {
            "id": node.id,
            "kind": _kind(node.kind),
            "label": node.label,
            "types": [str(t) for t in node.types],
        }
        v = node.variables[0]
        if node.apply is not None:
            told["op"] = self.op(node.apply.op, op_label(node.apply))
            told["inputs"] = list(node.inputs)
            formula = self._formulas.of(v)
            if formula is not None:
                told["latex"] = formula
        if v.origins:
            sources = (self.source(origin) for origin in v.origins)
            told["sources"] = list(dict.fromkeys(sources))
            scope = common_scope(v.origins)
            if scope:
                told["group"] = self.layer(scope)
        if node.inner is not None and node.apply is not None:
            told["inner"] = self.inner(node.inner)
            told["feeds"] = list(map(float, feeds(node.apply.op, node.inner)))
            if turned := back(node.apply.op):
                told["back"] = turned
        stored = stored_value(v)
        if stored is not None:
            told["value"] = value_in_words(stored)
        self._told[node.id] = told
        return told

    def op(self, op: Op, key: str) -> str:
        """The key of an op in the table of ops."""
        if key not in self.ops:
            info: protocol.OpInfo = {"doc": op.documentation}
            if isinstance(op, Elementwise) and op.fn.domain:
                info["doc"], info["domain"] = op.fn.doc, op.fn.domain
            if op.formula:
                info["latex"] = formula_of_letters(op)
            self.ops[key] = info
        return key

    def layer(self, scope: str) -> str:
        """The key of a layer in the table of groups; those around it are told too."""
        if scope not in self._layers:
            around, _, name = scope.rpartition("/")
            group: protocol.Group = {"label": name, "kind": "layer"}
            if around:
                group["parent"] = self.layer(around)
            self._layers[scope] = f"l{len(self._layers) + 1}"
            self.groups[self._layers[scope]] = group
        return self._layers[scope]

    def source(self, origin: Origin) -> int:
        """The position of a place in the table of sources."""
        span = origin.span()
        if span not in self._positions:
            source: protocol.Source = {
                "text": "\n".join(span.lines())[:LONGEST_SOURCE],
                "line": span.line,
                "column": span.column,
                "end_line": span.end_line,
                "end_column": span.end_column,
            }
            name = file_name(span)
            numbered = name.startswith("cell In[")
            source["cell" if numbered else "file"] = name[8:-1] if numbered else name
            if origin.function.isidentifier():
                source["function"] = origin.function
            self._positions[span] = len(self.sources)
            self.sources.append(source)
        return self._positions[span]

    def rule(self, rule: Any) -> str:
        """The key of a rule or pass in the table of rules."""
        key = str(rule.name)
        if key not in self.rules:
            info: protocol.RuleInfo = {"why": str(rule.why)}
            if isinstance(rule, Rule):
                info["equation"] = equation(rule)
                info["latex"] = latex_equation(rule)
                info["phase"] = rule.phase
                if rule.rounding:
                    info["rounding"] = rule.rounding
                if rule.domain:
                    info["domain"] = rule.domain
            self.rules[key] = info
        return key

    def inner(self, graph: Graph) -> str:
        """The key of the graph inside a node."""
        if graph not in self._inner:
            key = f"g{len(self._inner) + 1}"
            self._inner[graph] = key
            model = model_of(graph, self.ids)
            nodes = [self.node(node) for node in model.nodes]
            self.graphs[key] = {"nodes": nodes, "outputs": list(model.outputs)}
        return self._inner[graph]

    def settle_latex(self, replay: Replay) -> None:
        """Take the formula from nodes below which a rewrite changed something."""
        stale = {id for change in replay.changes for id, _, _ in change.rewire}
        for id, told in self._told.items():
            if id in stale or any(ref[0] in stale for ref in told.get("inputs", ())):
                stale.add(id)
                told.pop("latex", None)

    def drop_latex(self) -> None:
        """Take the formulas from all nodes."""
        for told in self._told.values():
            told.pop("latex", None)


def _kind(kind: str) -> Literal["input", "shared", "constant", "apply"]:
    match kind:
        case "input" | "shared" | "constant":
            return kind
        case _:
            return "apply"


def formula_of_letters(op: Op) -> str:
    """The op's formula with x, y, z for its inputs."""
    filled = fill(op, "xyzuvwabc")
    return op.formula if filled is None else filled
