"""A model as boxes and lines with places: a static picture before it is SVG.

What is inside a fused kernel is laid out on its own and drawn inside the kernel's box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from teachgraph.core.record import having
from teachgraph.ops.fused import Fused
from teachgraph.view.frames import INSIDE, Request, placed
from teachgraph.view.layers import layered
from teachgraph.view.layout import Point, even_ports
from teachgraph.view.model import Cluster, Ids, Model, Node, model_of
from teachgraph.view.words import clipped, written_at

ROW = 46.0
ROW_GAP = 34.0
PADDING = 12.0
HEADER = 22.0
NARROWEST = 58.0
LONGEST = 28
LARGEST_INNER = 40
LABEL_SIZE = 15.0
OUT_SIZE = 13.0
HEAD_SIZE = 12.0
TYPE_WIDTH = 6.7
NARROW = frozenset("iljtfrI.,:;'|!()[]{} -/\\")
WIDE = frozenset("mwMW@%—…")


@dataclass(frozen=True)
class Box:
    """A node: centre, size, words, and the scene inside it, if it is open.

    `kind` is that of the node, `port` for the dot where a value enters an open box, or
    `out` for the name of an output. `mark` is what a rewrite does to it: added, gone or
    nothing.
    """

    id: str
    kind: str
    x: float
    y: float
    w: float
    h: float
    label: str
    below: str = ""
    tooltip: str = ""
    mark: str = ""
    inner: Scene | None = None

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y - self.h / 2

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h / 2


@dataclass(frozen=True)
class Line:
    """The way of one edge from a bottom to a top; `tip` if an arrow ends it."""

    points: tuple[Point, ...]
    tip: bool = True


@dataclass(frozen=True)
class Frame:
    """The frame around a layer, with its name."""

    label: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Scene:
    """Boxes and lines; the upper left corner is (0, 0). `outs` are the outputs' x.

    `frames` come with the outer ones first.
    """

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    outs: tuple[float, ...]
    width: float
    height: float
    frames: tuple[Frame, ...] = ()


Marks = Mapping[str, str]


def scene_of(model: Model, ids: Ids, marks: Marks | None = None) -> Scene:
    """The picture of a model; `marks` say what a rewrite does to nodes, by id."""
    return _scene(layered(model), ids, marks or {}, inside=False)


def text_width(text: str, size: float) -> float:
    """Pixels of bold text in a common sans-serif; rather too wide than too narrow."""
    ems = sum(
        0.42
        if sign in NARROW
        else 0.98
        if sign in WIDE
        else 1.05
        if sign > "\u2e7f"
        else 0.76
        if "A" <= sign <= "Z"
        else 0.68
        for sign in text
    )
    return ems * size


def _box(node: Node, ids: Ids, marks: Marks, *, inside: bool) -> Box:
    """A node with its size, not yet in its place."""
    mark = marks.get(node.id, "")
    tip = tooltip(node)
    if inside and node.kind == "input":
        return Box(node.id, "port", 0, 0, 16, 0, "", tooltip=tip)
    kernel = node.apply is not None and isinstance(node.apply.op, Fused)
    if kernel and node.inner and len(node.inner.variables()) <= LARGEST_INNER:
        inner = _scene(model_of(node.inner, ids), ids, {}, inside=True)
        width, height = inner.width + 2 * PADDING, inner.height + HEADER
        return Box(
            node.id, "fused", 0, 0, width, height, "one kernel", "", tip, mark, inner
        )
    label = clipped(node.label, LONGEST)
    below = clipped(", ".join(map(str, node.types)), LONGEST)
    wide = max(text_width(label, LABEL_SIZE), len(below) * TYPE_WIDTH) + 2 * PADDING
    return Box(
        node.id, node.kind, 0, 0, max(NARROWEST, wide), ROW, label, below, tip, mark
    )


def tooltip(node: Node) -> str:
    """What pointing at a node says: what it is, what it does, where it was written."""
    v = node.variables[0]
    types = ", ".join(map(str, node.types))
    named = f" {v.name!r}" if v.name and v.name != node.label else ""
    said = [f"{node.label}{named}: {types}"]
    if node.apply is not None:
        said.append(clipped(node.apply.op.documentation.split("\n\n")[0], 160))
    said.append(written_at(v.origins))
    return "\n".join(filter(None, said))


def _scene(model: Model, ids: Ids, marks: Marks, *, inside: bool) -> Scene:
    nodes = [_box(node, ids, marks, inside=inside) for node in model.nodes]
    outs = [_out(model, i, inside=inside) for i in range(len(model.outputs))]
    boxes = [*nodes, *outs]
    at = {box.id: i for i, box in enumerate(boxes)}
    ends = [
        (at[source], i, output, position)
        for i, node in enumerate(model.nodes)
        for position, (source, output) in enumerate(node.inputs)
    ]
    ends += [(at[s], len(nodes) + i, n, 0) for i, (s, n) in enumerate(model.outputs)]
    ports = even_ports([(a, b) for a, b, *_ in ends])
    for e, (_, b, _, position) in enumerate(ends):
        inner = boxes[b].inner
        if inner is not None:
            ports[e] = (inner.boxes[position].x + PADDING) / boxes[b].w - 0.5
    frames = {cluster.id: g for g, cluster in enumerate(model.clusters)}
    found = placed(
        Request(
            [box.w for box in boxes],
            [box.h for box in boxes],
            [(a, b) for a, b, *_ in ends],
            ports,
            gap=ROW_GAP * (INSIDE if inside else 1),
            first=[i for i, box in enumerate(boxes) if box.kind == "port"],
            last=range(len(nodes), len(boxes)) if inside else (),
            group=[frames.get(node.cluster or "", -1) for node in model.nodes]
            + [-1] * len(outs),
            parents=[frames.get(c.parent or "", -1) for c in model.clusters],
            heads=[text_width(_head(c), HEAD_SIZE) for c in model.clusters],
        )
    )
    boxes = [
        having(b, x=x, y=y) for b, x, y in zip(boxes, found.x, found.y, strict=True)
    ]
    lines: list[Line] = []
    for (a, b, n, _), way, port in zip(ends, found.ways, ports, strict=True):
        x, (_, below) = _leaves_at(boxes[a], n), way[0]
        start = dict.fromkeys([(x, boxes[a].bottom), (x, below)])
        end = (boxes[b].x + port * boxes[b].w, boxes[b].top)
        tip = not inside or b < len(nodes)
        lines.append(Line((*start, *way[1:], end), tip))
    around = zip(map(_head, model.clusters), found.frames, strict=True)
    return _cropped(boxes, lines, [Frame(label, *r) for label, r in around])


def _head(cluster: Cluster) -> str:
    """The name of a frame as it is drawn."""
    return clipped(cluster.label, LONGEST)


def _out(model: Model, position: int, *, inside: bool) -> Box:
    """The name of an output, where its arrow ends; a point inside an open box."""
    id = f"output {position}"
    if inside:
        return Box(id, "out", 0, 0, 16, 0, "")
    several = id if len(model.outputs) > 1 else "output"
    label = clipped(model.output_name(position) or several, LONGEST)
    return Box(id, "out", 0, 0, text_width(label, OUT_SIZE) + 4, 20, label)


def _leaves_at(box: Box, output: int) -> float:
    """Where on the lower edge an output leaves."""
    if box.inner is None:
        return box.x
    return box.x - box.w / 2 + PADDING + box.inner.outs[output]


def _cropped(boxes: list[Box], lines: list[Line], frames: list[Frame]) -> Scene:
    """The scene moved so that its upper left corner is (0, 0)."""
    passed = [x for line in lines for x, _ in line.points]
    sides = [(b.x - b.w / 2, b.x + b.w / 2) for b in boxes]
    sides += [(f.x, f.x + f.w) for f in frames]
    left = min([a for a, _ in sides] + passed, default=0.0)
    right = max([b for _, b in sides] + passed, default=0.0)
    bottom = max([b.bottom for b in boxes] + [f.y + f.h for f in frames], default=0.0)
    moved = [having(b, x=b.x - left) for b in boxes]
    ways = [having(w, points=tuple((x - left, y) for x, y in w.points)) for w in lines]
    outs = tuple(box.x for box in moved if box.kind == "out")
    drawn = tuple(having(f, x=f.x - left) for f in frames)
    return Scene(tuple(moved), tuple(ways), outs, right - left, bottom, drawn)
