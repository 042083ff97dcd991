"""Which group of nodes depends on which, while groups grow and merge.

A group depends on another when a node of the one needs a node of the other, whatever
lies between. Each group has a bit of its own; what it depends on is a whole number in
which the bits of those groups are set, so that a question is one operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from teachgraph.core.graph import Apply, Variable


@dataclass(eq=False)
class Member:
    """A group as far as dependence goes.

    Fields:
        nodes: what is in it.
        needs: the groups that it needs first, as they were when they were met.
        bits: its own, and those of the groups that it took in.
        reach: the bits of all groups that it depends on.
        into: the group that took this one in.
        is_read: some node outside reads what it makes.
    """

    nodes: list[Apply] = field(default_factory=list[Apply], kw_only=True)
    needs: set[Member] = field(default_factory=set["Member"], kw_only=True)
    bits: int = field(default=0, kw_only=True)
    reach: int = field(default=0, kw_only=True)
    into: Member | None = field(default=None, kw_only=True)
    is_read: bool = field(default=False, kw_only=True)

    def present(self) -> Member:
        """The group itself, or the one that took it in."""
        group = self
        while group.into is not None:
            group = group.into
        return group


class Dependence:
    """All groups of a graph; it is told of the nodes in an order in which they run."""

    def __init__(self) -> None:
        self.members: dict[Member, None] = {}
        self.group_of: dict[Apply, Member] = {}
        self.before: dict[Apply, set[Member]] = {}
        self.count = 0

    def begin(self, group: Member) -> None:
        """A new group, still empty."""
        group.bits = 1 << self.count
        self.count += 1
        self.members[group] = None

    def leave_out(self, node: Apply) -> None:
        """A node that is in no group: others depend through it on what it needs."""
        found: set[Member] = set()
        for v in node.inputs:
            found.update(self.near(v))
        for group in found:
            group.is_read = True
        self.before[node] = found

    def near(self, v: Variable) -> Iterator[Member]:
        """The groups that are met first on the way back from a variable."""
        if v.owner is None:
            return
        own = self.group_of.get(v.owner)
        if own is not None:
            yield own.present()
            return
        for group in self.before.get(v.owner, ()):
            yield group.present()

    def outside(self, node: Apply, group: Member) -> Iterator[Member]:
        """The groups met first on the way back from a node, outside of its group."""
        for v in node.inputs:
            if v.owner is None or self.group_of.get(v.owner) is not group:
                yield from self.near(v)

    def would_cycle(self, node: Apply, group: Member) -> bool:
        """True when a node depends on a group through something outside of it."""
        return any(
            g is group or g.reach & group.bits for g in self.outside(node, group)
        )

    def join(self, node: Apply, group: Member) -> None:
        """A node becomes part of a group."""
        found = 0
        for other in self.outside(node, group):
            other.is_read = True
            group.needs.add(other)
            found |= other.bits | other.reach
        group.nodes.append(node)
        self.group_of[node] = group
        if found & ~group.reach:
            group.reach |= found
            self._tell(group)

    def leads_outside(self, group: Member, other: Member) -> bool:
        """True when a group depends on another through something outside of both."""
        return any(
            g is other or g.reach & other.bits
            for node in group.nodes
            for v in node.inputs
            if v.owner is not None and self.group_of.get(v.owner) not in (group, other)
            for g in self.near(v)
        )

    def merge(self, group: Member, other: Member) -> None:
        """`group` takes `other` in; its nodes and theirs are one from here on."""
        group.bits |= other.bits
        group.reach = (group.reach | other.reach) & ~group.bits
        group.needs = (group.needs | other.needs) - {group, other}
        group.is_read = True
        other.into = group
        del self.members[other]
        for node in other.nodes:
            self.group_of[node] = group
        self._tell(group)

    def _tell(self, group: Member) -> None:
        """Whoever depends on a group depends on all that it depends on."""
        if not group.is_read:
            return
        whole = group.bits | group.reach
        for other in self.members:
            if other.reach & group.bits:
                other.reach |= whole
