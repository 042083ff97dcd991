"""Graphs in the language of graphviz, and pictures by its program where there is one.

The text is made here and needs nothing; the package `graphviz` and its program `dot`
are asked for pictures only. Without them `pydotprint` writes the picture of
`view/svg.py`.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from teachgraph.core.config import config
from teachgraph.core.entrance import public
from teachgraph.core.record import record
from teachgraph.view.layers import layered
from teachgraph.view.model import Ids, Model, Node, Ref, expanded, shown_model
from teachgraph.view.palette import LIGHT, SHAPES
from teachgraph.view.scene import tooltip
from teachgraph.view.svg import svg
from teachgraph.view.words import clipped


@record()
class Look:
    """How a graph is written in dot.

    `compact` leaves out the values between ops; `filled` colours the boxes; `colours`
    are fills for ops whose title contains a word; `longest` cuts labels; `ids` adds the
    ids of nodes; `types` adds the types also to what has a name.
    """

    compact: bool = True
    filled: bool = True
    ids: bool = False
    types: bool = True
    longest: int = 70
    colours: Mapping[str, str] = field(default_factory=dict[str, str])


HEAD = """digraph teachgraph {
  graph [rankdir=TB, ordering=in, nodesep=0.3, ranksep=0.45, fontname="Helvetica"];
  node [fontname="Helvetica", fontsize=13, margin="0.14,0.06", penwidth=1.2];
  edge [fontname="Helvetica", fontsize=10, arrowsize=0.8];
"""


def dot(shown: Any, look: Look | None = None) -> str:
    """A model, variable, list, graph or function as the text of a dot file."""
    ids = Ids()
    model = shown if isinstance(shown, Model) else shown_model(shown, ids)
    model = expanded(layered(model), ids)
    look = look or Look()
    lines = [*_nodes(model, look), *_edges(model, look), *_outputs(model, look)]
    return HEAD + "".join(f"  {line}\n" for line in lines) + "}\n"


def quoted(text: str) -> str:
    r"""Text as a string of dot, in which nothing has a meaning of its own.

    >>> print(quoted('a "b" \\n'))
    "a \"b\" \\n"
    """
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + safe.replace("\r", "").replace("\n", "\\n") + '"'


def _nodes(model: Model, look: Look) -> Iterator[str]:
    for node in model.nodes:
        if node.cluster is None:
            yield _node(node, look)
    yield from _clusters(model, None, look)


def _clusters(model: Model, around: str | None, look: Look) -> Iterator[str]:
    """The frames within a frame, each with what stands in it."""
    for cluster in model.clusters:
        if cluster.parent != around:
            continue
        style, colour = FRAMES[cluster.kind]
        frame = f'style="rounded,{style}"; color="{LIGHT[colour]}";'
        label = clipped(cluster.label, look.longest)
        yield f"subgraph {quoted(f'cluster_{cluster.id}')} {{"
        yield f"  label={quoted(label)}; labeljust=l; fontsize=11; {frame}"
        for node in model.nodes:
            if node.cluster == cluster.id:
                yield f"  {_node(node, look)}"
        yield from (f"  {line}" for line in _clusters(model, cluster.id, look))
        yield "}"


def _node(node: Node, look: Look) -> str:
    types = ", ".join(map(str, node.types))
    named = node.apply is None and node.variables[0].name is not None
    told = look.types or not named
    label = clipped(node.label, look.longest) + (f"\n{types}" if told else "")
    if look.ids:
        label += f"\n{node.id}"
    marked = [c for word, c in look.colours.items() if word in node.label]
    fill = marked[0] if marked else LIGHT[node.kind]
    parts = {
        "label": label,
        "shape": SHAPES[node.kind],
        "style": "filled" if node.kind != "apply" else "rounded,filled",
        "fillcolor": fill if look.filled or marked else "white",
        "color": LIGHT["border"],
        "tooltip": tooltip(node),
    }
    shown = ", ".join(f"{name}={quoted(value)}" for name, value in parts.items())
    return f"{quoted(node.id)} [{shown}];"


def _edges(model: Model, look: Look) -> Iterator[str]:
    made: set[Ref] = set()
    for node in model.nodes:
        for position, ref in enumerate(node.inputs):
            source = ref[0]
            if not look.compact:
                if ref not in made:
                    made.add(ref)
                    yield from _value(model, ref)
                source = _source(model, ref)
            label = f" [label={quoted(f'{position}')}]" if len(node.inputs) > 1 else ""
            yield f"{quoted(source)} -> {quoted(node.id)}{label};"


def _value(model: Model, ref: Ref) -> Iterator[str]:
    """The value between two ops as a node of its own."""
    node = model.by_id[ref[0]]
    if node.kind != "apply":
        return
    v = node.variables[ref[1]]
    label = f"{v.name}\n{v.type}" if v.name else str(v.type)
    id = _source(model, ref)
    yield f"{quoted(id)} [label={quoted(label)}, shape=plain];"
    yield f"{quoted(node.id)} -> {quoted(id)} [arrowhead=none];"


def _source(model: Model, ref: Ref) -> str:
    id, output = ref
    return f"{id}.{output}" if model.by_id[id].kind == "apply" else id


def _outputs(model: Model, look: Look) -> Iterator[str]:
    for position, ref in enumerate(model.outputs):
        several = f"output {position}" if len(model.outputs) > 1 else "output"
        label = clipped(model.output_name(position) or several, look.longest)
        id = quoted(f"output {position}")
        yield f"{id} [label={quoted(label)}, shape=plain, fontcolor={quoted(QUIET)}];"
        yield f"{quoted(ref[0])} -> {id};"


QUIET = LIGHT["quiet"]
FRAMES = {"fused": ("dashed", "frame"), "layer": ("dotted", "border")}
FORMATS = ("dot", "gif", "gv", "jpg", "pdf", "png", "ps", "svg")


def graphviz_is_here() -> bool:
    """Whether the package `graphviz` and its program `dot` are both installed."""
    package = importlib.util.find_spec("graphviz") is not None
    return package and shutil.which("dot") is not None


def drawn_by_graphviz(text: str, format: str = "svg") -> bytes:
    """The picture of a dot text, by the program `dot`."""
    graphviz: Any = importlib.import_module("graphviz")
    return graphviz.Source(text).pipe(format=format)


@public
def pydotprint(
    fct: Any,
    outfile: Any = None,
    compact: bool = True,
    format: str | None = None,
    with_ids: bool = False,
    high_contrast: bool = True,
    cond_highlight: Any = None,
    colorCodes: Mapping[str, str] | None = None,
    max_label_size: int = 70,
    scan_graphs: bool = False,
    var_with_name_simple: bool = False,
    print_output_file: bool = True,
    return_image: bool = False,
) -> Any:
    """Draw a variable, a list, a graph or a function into a file, with graphviz.

    Args:
        fct: what to draw; a function is drawn as it runs, with frames around kernels.
        outfile: where to; by default a file in `config.base_compiledir`.
        compact: leave out the values between ops.
        format: what graphviz knows (png, svg, pdf), or dot for the text itself; by
            default what the name of the file says, else png. Without graphviz only svg
            can be drawn: then that is written, and said.
        with_ids: add the ids of nodes.
        high_contrast: fill the boxes with the colour of their kind.
        cond_highlight, scan_graphs: accepted, as Theano does.
        colorCodes: fills for ops, by a part of their label.
        max_label_size: characters after which a label is cut.
        var_with_name_simple: leave out the types of inputs that have a name.
        print_output_file: say where the file is.
        return_image: give the picture as bytes, and write no file.
    """
    del cond_highlight, scan_graphs
    look = Look(
        compact,
        high_contrast,
        with_ids,
        not var_with_name_simple,
        max_label_size,
        colorCodes or {},
    )
    format = format or _format_of(outfile)
    picture, drawn = _picture(fct, dot(fct, look), format)
    if return_image:
        return picture
    path = _path(outfile, format, drawn)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    if drawn != format:
        sys.stdout.write(
            f"graphviz is not installed, so this is {drawn}, not {format}\n"
        )
    if print_output_file:
        sys.stdout.write(f"The output file is available at {path}\n")
    return None


def _format_of(outfile: Any) -> str:
    """The format that the name of a file asks for; png if it does not say."""
    suffix = Path(outfile).suffix[1:].lower() if outfile is not None else ""
    return suffix if suffix in FORMATS else "png"


def _picture(shown: Any, text: str, format: str) -> tuple[bytes, str]:
    """A picture and the format it came out in."""
    if format in ("dot", "gv"):
        return text.encode(), format
    if graphviz_is_here():
        return drawn_by_graphviz(text, format), format
    return svg(shown).encode(), "svg"


def _path(outfile: Any, format: str, drawn: str) -> Path:
    if outfile is None:
        return Path(config.base_compiledir).expanduser() / f"pydotprint.{drawn}"
    path = Path(outfile)
    if drawn != format:
        return path.with_suffix(f".{drawn}")
    named = path.suffix.lower() == f".{format}"
    return path if named else Path(f"{path}.{format}")
