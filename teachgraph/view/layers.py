"""Layers: the frames that `tg.name_scope` draws around what was made in it."""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.origin import Origin
from teachgraph.core.record import having
from teachgraph.view.model import Cluster, Model, Node


def common_scope(origins: Sequence[Origin]) -> str:
    """The layer to which all of these places belong; empty if there is none."""
    paths = [origin.scope.split("/") for origin in origins]
    found: list[str] = []
    for names in zip(*paths, strict=False):
        if len(set(names)) > 1:
            break
        found.append(names[0])
    return "/".join(found)


def scope_of(node: Node) -> str:
    """The layer to which a node belongs; empty if there is none."""
    return common_scope(node.variables[0].origins)


def layered(model: Model) -> Model:
    """The model with each node in the frame of its layer, if it has one."""
    clusters: dict[str, Cluster] = {}
    nodes = [
        having(node, cluster=cluster_of(scope, clusters)) if scope else node
        for node, scope in ((node, scope_of(node)) for node in model.nodes)
    ]
    return Model(tuple(nodes), model.outputs, model.names, tuple(clusters.values()))


def cluster_of(scope: str, clusters: dict[str, Cluster]) -> str:
    """The id of a layer's frame; it and those around it are put with the others."""
    id = f"layer {scope}"
    if id not in clusters:
        around, _, name = scope.rpartition("/")
        parent = cluster_of(around, clusters) if around else None
        clusters[id] = Cluster(id, name, "layer", parent)
    return id
