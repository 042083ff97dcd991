"""Where the nodes of a static picture go: ranks, order, columns.

The plan is Sugiyama's (Sugiyama, Tagawa, Toda, "Methods for visual understanding of
hierarchical system structures", 1981): every node stands below what it reads; long
edges are divided at each rank they pass; sweeps of barycentres take crossings away;
columns are nearest to their neighbours without overlap, by pooling adjacent violators.
The viewer in the browser lays out by the same plan, so both pictures look alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from teachgraph.core.record import record

COLUMN_GAP = 22.0
DUMMY_WIDTH = 10.0
MOST_DUMMIES = 1_500
SWEEPS = 10
PASSES = 24

Edge = tuple[int, int]
Point = tuple[float, float]


@record()
class Placement:
    """Centres of the nodes (x in pixels, rank from the top), and the way of each edge.

    `routes` holds, for each edge, the (x, rank) of the points between its two ends.
    """

    x: tuple[float, ...]
    rank: tuple[int, ...]
    routes: tuple[tuple[Point, ...], ...]


@record()
class Link:
    """A neighbour, how strongly it pulls, and where on the reader the edge ends."""

    to: int
    pull: float
    port: float


@dataclass
class Net:
    """The graph that the steps share; inner points of long edges follow the nodes."""

    real: int
    width: list[float]
    rank: list[int]
    above: list[list[Link]] = field(default_factory=list[list[Link]])
    below: list[list[Link]] = field(default_factory=list[list[Link]])
    chains: list[list[int]] = field(default_factory=list[list[int]])

    def point(self, width: float, rank: int) -> int:
        """A new node or inner point."""
        self.width.append(width)
        self.rank.append(rank)
        self.above.append([])
        self.below.append([])
        return len(self.width) - 1

    def link(self, a: int, b: int, pull: float, port: float) -> None:
        """Let `b` read `a`."""
        self.above[b].append(Link(a, pull, port))
        self.below[a].append(Link(b, pull, port))


def layout(
    width: Sequence[float],
    edges: Sequence[Edge],
    ports: Sequence[float],
    *,
    first: Collection[int] = (),
    last: Collection[int] = (),
) -> Placement:
    """Place nodes of these widths; an edge (a, b) says that b reads a.

    The nodes come in an order in which each reads only earlier ones. `ports` say where
    on its reader each edge ends, in parts of its width from -0.5 to 0.5. Nodes in
    `first` stand on the first rank, those in `last` on the last.
    """
    rank = _ranks(len(width), edges, first)
    for v in last:
        rank[v] = max((r + (u not in last) for u, r in enumerate(rank)), default=0)
    net = _net(width, edges, ports, rank)
    layers = _ordered(net)
    x = _columns(net, layers)
    _straighten(net, layers, x)
    routes = tuple(tuple((x[v], net.rank[v]) for v in chain) for chain in net.chains)
    return Placement(tuple(x[: net.real]), tuple(net.rank[: net.real]), routes)


def _net(
    width: Sequence[float],
    edges: Sequence[Edge],
    ports: Sequence[float],
    ranks: Sequence[int],
) -> Net:
    net = Net(len(width), [], [])
    for w, r in zip(width, ranks, strict=True):
        net.point(w, r)
    spans = [net.rank[b] - net.rank[a] for a, b in edges]
    divide = sum(spans) - len(spans) <= MOST_DUMMIES
    for (a, b), span, port in zip(edges, spans, ports, strict=True):
        chain: list[int] = []
        net.chains.append(chain)
        if not divide:
            net.link(a, b, 1 / max(span, 1), port)
            continue
        before = a
        for rank in range(net.rank[a] + 1, net.rank[b]):
            inner = net.point(DUMMY_WIDTH, rank)
            net.link(before, inner, 2.0 if before == a else 8.0, 0.0)
            chain.append(inner)
            before = inner
        net.link(before, b, 1.0 if before == a else 2.0, port)
    return net


def even_ports(edges: Sequence[Edge]) -> list[float]:
    """Ends of edges side by side on their reader, in order."""
    total = Counter(b for _, b in edges)
    used = Counter[int]()
    found: list[float] = []
    for _, b in edges:
        used[b] += 1
        found.append(used[b] / (total[b] + 1) - 0.5)
    return found


def _ranks(n: int, edges: Sequence[Edge], first: Collection[int]) -> list[int]:
    """The longest way from a leaf; leaves, and what hangs on one, join their reader."""
    reads: list[list[int]] = [[] for _ in range(n)]
    readers: list[list[int]] = [[] for _ in range(n)]
    for a, b in edges:
        reads[b].append(a)
        readers[a].append(b)
    rank = [0] * n
    for v in range(n):
        rank[v] = max((rank[u] + 1 for u in reads[v]), default=0)
    slides = [False] * n
    for v in range(n):
        alone = len(reads[v]) <= 1 and v not in first
        slides[v] = alone and all(slides[u] for u in reads[v])
    for v in reversed(range(n)):
        if slides[v] and readers[v]:
            rank[v] = min(rank[b] - 1 for b in readers[v])
    lowest = min(rank, default=0)
    return [r - lowest for r in rank]


def _ordered(net: Net) -> list[list[int]]:
    """For each rank its nodes from left to right, with few crossings."""
    layers = _first_order(net)
    place = [0.0] * len(net.width)
    best, fewest = [list(layer) for layer in layers], _crossings(net, layers, place)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        _sort(net, layers, place, down=sweep % 2 == 0)
        _swap(net, layers, place)
        now = _crossings(net, layers, place)
        if now < fewest:
            best, fewest = [list(layer) for layer in layers], now
    return best


def _first_order(net: Net) -> list[list[int]]:
    """Depth first from the last nodes, so that what belongs together is together."""
    layers: list[list[int]] = [[] for _ in range(max(net.rank, default=-1) + 1)]
    seen = [False] * len(net.width)
    stack = [v for v in reversed(range(len(net.width))) if not net.below[v]]
    while stack:
        v = stack.pop()
        if seen[v]:
            continue
        seen[v] = True
        layers[net.rank[v]].append(v)
        stack.extend(link.to for link in reversed(net.above[v]))
    return layers


def _number(layers: list[list[int]], place: list[float]) -> None:
    for layer in layers:
        for i, v in enumerate(layer):
            place[v] = i - (len(layer) - 1) / 2


def _sort(net: Net, layers: list[list[int]], place: list[float], *, down: bool) -> None:
    for layer in layers if down else reversed(layers):
        key = {v: _barycentre(net, v, place, down=down) for v in layer}
        layer.sort(key=lambda v: (key[v], place[v]))
        for i, v in enumerate(layer):
            place[v] = i - (len(layer) - 1) / 2


def _barycentre(net: Net, v: int, place: list[float], *, down: bool) -> float:
    links = net.above[v] if down else net.below[v]
    weight = sum(link.pull for link in links)
    if not weight:
        return place[v]
    shift = 0.0 if down else 1.0
    return sum((place[s.to] + shift * s.port) * s.pull for s in links) / weight


def _swap(net: Net, layers: list[list[int]], place: list[float]) -> None:
    """Swap neighbours where that takes crossings away."""
    for layer in layers:
        for i in range(len(layer) - 1):
            a, b = layer[i], layer[i + 1]
            if _between(net, b, a, place) < _between(net, a, b, place):
                layer[i], layer[i + 1] = b, a
                place[a], place[b] = place[b], place[a]


def _between(net: Net, a: int, b: int, place: list[float]) -> int:
    """Crossings of the edges of `a` with those of `b`, when `a` stands left."""
    return sum(
        place[p.to] + p.port / 2 > place[q.to] + q.port / 2
        for links in (net.above, net.below)
        for p in links[a]
        for q in links[b]
    )


def _crossings(net: Net, layers: list[list[int]], place: list[float]) -> int:
    """All crossings between neighbouring ranks."""
    _number(layers, place)
    found = 0
    for layer in layers:
        ends: list[float] = []
        for v in layer:
            own = sorted(place[link.to] for link in net.above[v])
            found += sum(end < earlier for end in own for earlier in ends)
            ends.extend(own)
    return found


def _columns(net: Net, layers: list[list[int]]) -> list[float]:
    """An x for each node: near its neighbours, in the order of its rank."""
    x = [0.0] * len(net.width)
    for layer in layers:
        span = sum(net.width[v] + COLUMN_GAP for v in layer) - COLUMN_GAP
        left = -span / 2
        for v in layer:
            x[v] = left + net.width[v] / 2
            left += net.width[v] + COLUMN_GAP
    for round in range(PASSES):
        for layer in reversed(layers) if round % 2 else layers:
            _pack(net, layer, x, lambda v: _wish(net, v, x))
    return x


def _wish(net: Net, v: int, x: list[float]) -> tuple[float, float]:
    """Where a node wants to be, and how firmly."""
    total = weight = 0.0
    for link in net.above[v]:
        total += (x[link.to] - link.port * net.width[v]) * link.pull
        weight += link.pull
    for link in net.below[v]:
        total += (x[link.to] + link.port * net.width[link.to]) * link.pull
        weight += link.pull
    return (total / weight, weight) if weight else (x[v], 1.0)


def _pack(
    net: Net,
    layer: list[int],
    x: list[float],
    wish: Callable[[int], tuple[float, float]],
) -> None:
    """The positions nearest to the wishes that keep the order and the gaps."""
    offsets: list[float] = []
    blocks: list[tuple[int, float, float]] = []
    offset = 0.0
    for i, v in enumerate(layer):
        if i:
            offset += _distance(net, layer[i - 1], v)
        offsets.append(offset)
        at, weight = wish(v)
        first, total = i, (at - offset) * weight
        while blocks and blocks[-1][1] / blocks[-1][2] >= total / weight:
            first, more, heavier = blocks.pop()
            total, weight = total + more, weight + heavier
        blocks.append((first, total, weight))
    ends = [first for first, _, _ in blocks[1:]] + [len(layer)]
    for (first, total, weight), end in zip(blocks, ends, strict=True):
        for i in range(first, end):
            x[layer[i]] = total / weight + offsets[i]


def _straighten(net: Net, layers: list[list[int]], x: list[float]) -> None:
    """Let long edges run straight down for as many ranks as there is room."""
    beside = {v: (layer, i) for layer in layers for i, v in enumerate(layer)}

    def room(v: int) -> tuple[float, float]:
        layer, i = beside[v]
        left = x[layer[i - 1]] + _distance(net, layer[i - 1], v) if i else -INFINITE
        if i + 1 == len(layer):
            return left, INFINITE
        return left, x[layer[i + 1]] - _distance(net, v, layer[i + 1])

    for chain in net.chains:
        start = 0
        while start < len(chain):
            low, high = room(chain[start])
            end = start + 1
            while end < len(chain):
                left, right = room(chain[end])
                if max(low, left) > min(high, right):
                    break
                low, high = max(low, left), min(high, right)
                end += 1
            source, target = net.above[chain[0]][0].to, net.below[chain[end - 1]][0]
            goal = x[target.to] + target.port * net.width[target.to]
            wish = goal if end == len(chain) else x[source]
            for v in chain[start:end]:
                x[v] = min(max(wish, low), high)
            start = end


INFINITE = 1e9


def _distance(net: Net, a: int, b: int) -> float:
    """How far apart two neighbours stand; two passing edges may come closer."""
    gap = COLUMN_GAP / 2 if a >= net.real and b >= net.real else COLUMN_GAP
    return (net.width[a] + net.width[b]) / 2 + gap
