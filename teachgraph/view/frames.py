"""Places in a picture with frames: what stands in a frame is laid out on its own.

A frame is then one large box of what is around it. An edge that crosses a frame passes
a gate on its upper or lower side, so that it runs between the boxes inside as well as
outside. Frames may read each other in a circle where their boxes do not; an edge that
closes one has no say in the layout.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from teachgraph.core.record import record
from teachgraph.view.layout import Placement, Point, layout

MARGIN = 14.0
HEAD = 24.0
GATE_WIDTH = 10.0
INSIDE = 0.75
"""The part of the gap between rows that is left in a frame."""

Item = tuple[str, int]
"""A box or a frame by its number; a gate (in, out) by the box that its edges leave."""

Rectangle = tuple[float, float, float, float]
"""Left, top, width and height."""


@record()
class Request:
    """Boxes and their edges, as `layout.layout` has them.

    `group` says for each box the frame that it stands in, `parents` for each frame the
    one around it, both -1 outside of all; `heads` how wide a frame's name is. `gap` is
    the room between rows.
    """

    width: Sequence[float]
    height: Sequence[float]
    edges: Sequence[tuple[int, int]]
    ports: Sequence[float]
    gap: float
    first: Collection[int] = ()
    last: Collection[int] = ()
    group: Sequence[int] = ()
    parents: Sequence[int] = ()
    heads: Sequence[float] = ()


@record()
class Places:
    """The centre of each box, the way of each edge between its ends, and the frames.

    A way begins where the row of its first box ends.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    ways: tuple[tuple[Point, ...], ...]
    frames: tuple[Rectangle, ...]


def placed(request: Request) -> Places:
    """Where all boxes, edges and frames go."""
    return _Nest(request).places()


Link = tuple[Item, Item, int]
"""From, to, and the edge that it is; at a gate the box that its edges leave."""


@dataclass
class _Level:
    """What stands directly in a frame; places count from its upper left corner."""

    frame: int
    items: list[Item] = field(default_factory=list[Item])
    links: dict[Link, float] = field(default_factory=dict[Link, float])
    x: dict[Item, float] = field(default_factory=dict[Item, float])
    y: dict[Item, float] = field(default_factory=dict[Item, float])
    size: dict[Item, tuple[float, float]] = field(
        default_factory=dict[Item, tuple[float, float]]
    )
    row_end: dict[Item, float] = field(default_factory=dict[Item, float])
    ways: dict[Link, list[Point]] = field(default_factory=dict[Link, list[Point]])
    origin: Point = (0.0, 0.0)


class _Nest:
    """All levels; the one outside of all frames is number -1."""

    def __init__(self, request: Request):
        self.request = request
        self.levels = {g: _Level(g) for g in range(-1, len(request.parents))}
        for v in range(len(request.width)):
            self.levels[self._frame(v)].items.append(("box", v))
        for g, parent in enumerate(request.parents):
            self.levels[parent].items.append(("frame", g))
        self.chains = [self._chain(e) for e in range(len(request.edges))]

    def places(self) -> Places:
        """Lay out from the innermost frames outwards, then place from without."""
        self._lay(self.levels[-1])
        self._move(self.levels[-1], (0.0, 0.0))
        boxes = [self._centre("box", v) for v in range(len(self.request.width))]
        return Places(
            tuple(x for x, _ in boxes),
            tuple(y for _, y in boxes),
            tuple(tuple(self._way(e)) for e in range(len(self.chains))),
            tuple(self._rectangle(g) for g in range(len(self.request.parents))),
        )

    def _frame(self, v: int) -> int:
        return self.request.group[v] if self.request.group else -1

    def _path(self, v: int) -> list[int]:
        """The frames around a box, the outermost first."""
        found: list[int] = []
        frame = self._frame(v)
        while frame >= 0:
            found.append(frame)
            frame = self.request.parents[frame]
        return found[::-1]

    def _chain(self, edge: int) -> list[tuple[int, Link]]:
        """The stretches of an edge, each with the level that it runs in."""
        a, b = self.request.edges[edge]
        start, end = self._path(a), self._path(b)
        depth = 0
        while depth < min(len(start), len(end)) and start[depth] == end[depth]:
            depth += 1
        home = start[depth - 1] if depth else -1
        stretches: list[tuple[int, Item, Item]] = []
        for k in range(len(start) - 1, depth - 1, -1):
            stretches.append((start[k], _at(start, k + 1, a), ("out", a)))
        stretches.append((home, _at(start, depth, a), _at(end, depth, b)))
        for k in range(depth, len(end)):
            stretches.append((end[k], ("in", a), _at(end, k + 1, b)))
        return [(at, self._link(at, u, v, edge)) for at, u, v in stretches]

    def _link(self, at: int, u: Item, v: Item, edge: int) -> Link:
        level = self.levels[at]
        for gate in (u, v):
            if gate[0] in ("in", "out") and gate not in level.size:
                level.items.append(gate)
                level.size[gate] = (GATE_WIDTH, 0.0)
        link = (u, v, edge if v[0] == "box" else self.request.edges[edge][0])
        level.links[link] = self.request.ports[edge] if v[0] == "box" else 0.0
        return link

    def _lay(self, level: _Level) -> tuple[float, float]:
        """Lay out what is in a frame; gives its size."""
        for item in level.items:
            kind, number = item
            if kind == "frame":
                level.size[item] = self._lay(self.levels[number])
            elif kind == "box":
                w, h = self.request.width[number], self.request.height[number]
                level.size[item] = (w, h)
        links = list(level.links)
        framed = bool(self.request.parents)
        items, kept = _in_order(level, links) if framed else (level.items, links)
        at = {item: i for i, item in enumerate(items)}
        found = layout(
            [level.size[item][0] for item in items],
            [(at[u], at[v]) for u, v, _ in kept],
            [self._port(level, link) for link in kept],
            first=[at[i] for i in items if self._is_first(i)],
            last=[at[i] for i in items if self._is_last(i)],
        )
        self._settle(level, items, kept, found)
        return self._cropped(level)

    def _is_first(self, item: Item) -> bool:
        return item[0] == "in" or (item[0] == "box" and item[1] in self.request.first)

    def _is_last(self, item: Item) -> bool:
        return item[0] == "out" or (item[0] == "box" and item[1] in self.request.last)

    def _port(self, level: _Level, link: Link) -> float:
        """Where on its reader a link ends; at a frame, where its gate is."""
        _, (kind, number), source = link
        if kind != "frame":
            return level.links[link]
        gate = self.levels[number].x["in", source]
        return gate / level.size[kind, number][0] - 0.5

    def _settle(
        self, level: _Level, items: list[Item], kept: list[Link], found: Placement
    ) -> None:
        """Turn ranks into rows, and routes into points."""
        gap = self.request.gap * (1.0 if level.frame < 0 else INSIDE)
        heights = [0.0] * (max(found.rank, default=-1) + 1)
        for item, rank in zip(items, found.rank, strict=True):
            heights[rank] = max(heights[rank], level.size[item][1])
        tops = [0.0]
        for height in heights:
            tops.append(tops[-1] + height + gap)
        for item, x, rank in zip(items, found.x, found.rank, strict=True):
            level.x[item] = x
            level.y[item] = tops[rank] + level.size[item][1] / 2
            level.row_end[item] = tops[rank] + heights[rank]
        for link, route in zip(kept, found.routes, strict=True):
            level.ways[link] = [
                (x, y)
                for x, rank in route
                for y in (tops[int(rank)], tops[int(rank)] + heights[int(rank)])
            ]

    def _cropped(self, level: _Level) -> tuple[float, float]:
        """Move what is in a frame to its corner; gives the frame's size."""
        if level.frame < 0:
            return 0.0, 0.0
        sides = [
            side
            for item in level.items
            for side in (
                level.x[item] - level.size[item][0] / 2,
                level.x[item] + level.size[item][0] / 2,
            )
        ]
        sides += [x for way in level.ways.values() for x, _ in way]
        left, right = min(sides), max(sides)
        bottom = max(level.y[i] + level.size[i][1] / 2 for i in level.items)
        width = max(right - left + 2 * MARGIN, self.request.heads[level.frame] + MARGIN)
        dx = (width - (right - left)) / 2 - left
        level.x = {item: x + dx for item, x in level.x.items()}
        level.y = {item: y + HEAD for item, y in level.y.items()}
        level.row_end = {item: y + HEAD for item, y in level.row_end.items()}
        level.ways = {
            link: [(x + dx, y + HEAD) for x, y in way]
            for link, way in level.ways.items()
        }
        return width, bottom + HEAD + MARGIN

    def _move(self, level: _Level, origin: Point) -> None:
        """Say where each level begins in the whole picture."""
        level.origin = origin
        for item in level.items:
            if item[0] == "frame":
                (x, y), (w, h) = (level.x[item], level.y[item]), level.size[item]
                corner = (origin[0] + x - w / 2, origin[1] + y - h / 2)
                self._move(self.levels[item[1]], corner)

    def _centre(self, kind: str, number: int) -> Point:
        level = self.levels[self._frame(number)]
        item = (kind, number)
        return level.origin[0] + level.x[item], level.origin[1] + level.y[item]

    def _rectangle(self, g: int) -> Rectangle:
        level = self.levels[self.request.parents[g]]
        w, h = level.size["frame", g]
        return (*self.levels[g].origin, w, h)

    def _way(self, edge: int) -> list[Point]:
        """The points of an edge through all its stretches."""
        a, _ = self.request.edges[edge]
        points: list[Point] = []
        start = self._centre("box", a)[0]
        for at, link in self.chains[edge]:
            level = self.levels[at]
            left, top = level.origin
            source, target, _ = link
            points.append((start, top + level.row_end[source]))
            points += [(left + x, top + y) for x, y in level.ways.get(link, ())]
            if target[0] == "out":
                start = left + level.x[target]
                points.append((start, top + level.y[target]))
            elif target[0] == "frame":
                inner = self.levels[target[1]]
                start = inner.origin[0] + inner.x["in", a]
                points.append((start, inner.origin[1]))
        return points


def _at(path: list[int], depth: int, v: int) -> Item:
    """A box at a depth: itself, or the frame that it is in."""
    return ("frame", path[depth]) if depth < len(path) else ("box", v)


def _in_order(level: _Level, links: list[Link]) -> tuple[list[Item], list[Link]]:
    """Items in an order in which each reads only earlier ones, and the links of it.

    A link that closes a circle is left out.
    """
    after: dict[Item, list[Link]] = {item: [] for item in level.items}
    for link in links:
        after[link[0]].append(link)
    done: list[Item] = []
    on_path: dict[Item, bool] = {}
    closing: set[Link] = set()
    for root in reversed(level.items):
        stack = [] if root in on_path else [(root, iter(after[root]))]
        on_path.setdefault(root, True)
        while stack:
            item, rest = stack[-1]
            link = next(rest, None)
            if link is None:
                on_path[item] = False
                done.append(item)
                stack.pop()
            elif link[1] not in on_path:
                on_path[link[1]] = True
                stack.append((link[1], iter(after[link[1]])))
            elif on_path[link[1]]:
                closing.add(link)
    return done[::-1], [link for link in links if link not in closing]
