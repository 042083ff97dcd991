"""Which group depends on which: what fusion asks before it joins nodes."""

import teachgraph.tensor as T
from teachgraph.core.graph import Apply, Variable
from teachgraph.rewrite.dependence import Dependence, Member


def node(v: Variable) -> Apply:
    assert v.owner is not None
    return v.owner


class Growing:
    """Groups of nodes, told in order."""

    def __init__(self) -> None:
        self.known = Dependence()

    def group(self, *made: Variable) -> Member:
        found = Member()
        self.known.begin(found)
        for v in made:
            self.known.join(node(v), found)
        return found


def test_a_node_that_reads_the_group_alone_makes_no_cycle():
    x, growing = T.dvector("x"), Growing()
    a = T.exp(x)
    group = growing.group(a)
    assert not growing.known.would_cycle(node(a + x), group)


def test_a_node_that_reads_the_group_by_way_of_another_node_would_make_a_cycle():
    x, growing = T.dvector("x"), Growing()
    a = T.exp(x)
    outside = T.erfinv(a)
    group = growing.group(a)
    growing.known.leave_out(node(outside))
    assert growing.known.would_cycle(node(a + outside), group)


def test_dependence_leads_through_other_groups():
    x, growing = T.dvector("x"), Growing()
    a = T.exp(x)
    b = T.erfinv(a)
    c = b + 1
    first = growing.group(a)
    growing.known.leave_out(node(b))
    second = growing.group(c)
    assert growing.known.would_cycle(node(a * c), first)
    assert not growing.known.would_cycle(node(a * c), second)


def test_a_group_that_grows_hands_on_what_it_depends_on():
    x, growing = T.dvector("x"), Growing()
    a, b = T.exp(x), T.log(x)
    early = growing.group(b)
    reader = growing.group(T.sqrt(b))  # depends on `early` from here on
    late = growing.group(a)
    growing.known.join(node(b * a), early)  # and so on `late`
    assert reader.reach & late.bits
    assert growing.known.would_cycle(node(T.sin(a) + reader.nodes[0].outputs[0]), late)


def test_groups_that_would_depend_on_each_other_are_not_to_be_merged():
    x, growing = T.dvector("x"), Growing()
    a = T.exp(x)
    b = T.erfinv(a)
    c = b + 1
    first = growing.group(a)
    growing.known.leave_out(node(b))
    second = growing.group(c)
    assert growing.known.leads_outside(second, first)
    assert not growing.known.leads_outside(first, second)


def test_a_merged_group_is_met_in_place_of_both():
    x, growing = T.dvector("x"), Growing()
    a, b = T.exp(x), T.log(x)
    c = a + b
    first, second, third = growing.group(a), growing.group(b), growing.group(c)
    growing.known.merge(first, second)
    assert second.present() is first
    assert list(growing.known.near(b)) == [first]
    assert list(growing.known.members) == [first, third]
    assert growing.known.would_cycle(node(c * a), first)
