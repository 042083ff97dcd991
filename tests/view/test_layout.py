"""Places of nodes: ranks, no overlap, few crossings, straight long edges."""

import itertools
import random

from teachgraph.view.layout import COLUMN_GAP, even_ports, layout


def placed(width, edges, **options):
    return layout(width, edges, even_ports(edges), **options)


def random_graph(nodes: int, seed: int):
    chance = random.Random(seed)
    edges = [
        (chance.randrange(max(0, b - 12), b), b)
        for b in range(3, nodes)
        for _ in range(chance.randint(1, 2))
    ]
    return [chance.uniform(58, 160) for _ in range(nodes)], edges


def overlaps(width, place):
    found = []
    for rank in set(place.rank):
        row = sorted(i for i, r in enumerate(place.rank) if r == rank)
        row.sort(key=lambda i: place.x[i])
        for a, b in itertools.pairwise(row):
            gap = place.x[b] - place.x[a] - (width[a] + width[b]) / 2
            if gap < COLUMN_GAP - 0.01:
                found.append((a, b))
    return found


def test_a_node_stands_below_what_it_reads():
    width, edges = random_graph(120, seed=1)
    place = placed(width, edges)
    assert all(place.rank[a] < place.rank[b] for a, b in edges)


def test_nodes_of_a_rank_do_not_overlap():
    for seed in range(5):
        width, edges = random_graph(80, seed)
        assert not overlaps(width, placed(width, edges))


def test_a_leaf_stands_just_above_its_reader():
    chain = [(0, 1), (1, 2), (2, 3), (4, 3)]
    place = placed([60.0] * 5, chain)
    assert place.rank == (0, 1, 2, 3, 2)


def test_what_must_be_first_stays_first():
    chain = [(0, 1), (1, 2), (2, 3), (4, 3)]
    assert placed([60.0] * 5, chain, first=[4]).rank[4] == 0


def test_what_must_be_last_stands_below_all_else():
    edges = [(0, 1), (1, 2), (0, 3)]
    assert placed([60.0] * 4, edges, last=[3]).rank[3] == 3


def test_a_chain_runs_straight_down():
    place = placed([60.0, 90.0, 60.0], [(0, 1), (1, 2)])
    assert max(place.x) - min(place.x) < 1


def test_two_crossed_edges_are_uncrossed():
    place = placed([60.0] * 4, [(0, 3), (1, 2)])
    left = place.x[0] < place.x[1]
    assert (place.x[3] < place.x[2]) == left


def test_a_long_edge_runs_straight_past_the_ranks_between():
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]
    place = placed([60.0] * 5, edges)
    (route,) = [route for route in place.routes if len(route) > 1]
    assert len({round(x, 3) for x, _ in route}) == 1


def test_the_same_graph_gives_the_same_picture():
    width, edges = random_graph(60, seed=3)
    assert placed(width, edges) == placed(width, edges)


def test_a_few_hundred_nodes_are_placed_quickly_and_do_not_overlap():
    width, edges = random_graph(400, seed=4)
    assert not overlaps(width, placed(width, edges))


def test_nothing_is_a_picture_too():
    assert placed([], []).x == ()
