"""Pages and notebooks made of documents, as the package makes them."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sources import PACKAGE, ROOT

from teachgraph.view.protocol import MIME

# What a script of this folder reports, by name; what runs one and gives its report.
Facts = dict[str, Any]
Drive = Callable[..., Facts]

FIXTURES = ROOT / "extension" / "test" / "fixtures"


def fixture(name: str) -> dict[str, Any]:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


def page(*documents: object) -> str:
    """A self-contained page that shows documents, one below the other."""
    script = (PACKAGE / "view" / "static" / "standalone.js").read_text("utf-8")
    script = script.replace("</script", "<\\/script")
    data = [json.dumps(one).replace("<", "\\u003c") for one in documents]
    shown = "".join(
        f'<script type="application/json" data-teachgraph>{one}</script>'
        for one in data
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>teachgraph</title>'
        f"<main>{shown}</main><script>{script}</script></html>"
    )


def _notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    empty = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    return {
        "cells": [{**empty, "id": f"cell-{i}", **c} for i, c in enumerate(cells)],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def shown_notebook(sources: list[str]) -> dict[str, Any]:
    """A notebook of these cells."""
    return _notebook([{"source": source} for source in sources])


def widget_notebook(document: object) -> dict[str, Any]:
    """A notebook that makes the widget, prints its traits, and sets one."""
    script = PACKAGE / "view" / "static" / "widget.js"
    make = f"""import anywidget, pathlib, traitlets
class Viewer(anywidget.AnyWidget):
    _esm = pathlib.Path({str(script)!r}).read_text("utf-8")
    document = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(-1).tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    verbosity = traitlets.Unicode("medium").tag(sync=True)
viewer = Viewer(document={document!r})
viewer"""
    sources = [make, "print(viewer.step, viewer.selected)", "viewer.step = 0"]
    return _notebook([{"source": source} for source in sources])


LIVE = """import numpy as np
import teachgraph as tg
import teachgraph.tensor as T
x = T.dmatrix("x")
w = tg.shared(np.full((3, 2), 0.5), "w")
loss = T.mean(1 / (1 + T.exp(-T.dot(x, w))))
step = w - 0.1 * tg.grad(loss, w)
train = tg.function([x], loss, updates=[(w, step)], name="train")"""


def live_notebook(failure: object) -> dict[str, Any]:
    """Variables of all kinds, an error with a repair, a live stepper and function."""
    bundle = {MIME: failure, "text/plain": "an error"}
    show = f"from IPython.display import display\ndisplay({bundle!r}, raw=True)"
    hidden = {"jupyter": {"source_hidden": True}}
    cells: list[dict[str, Any]] = [
        {"source": LIVE},
        {"source": show, "metadata": hidden},
        {"source": "tg.view(train, np.ones((2, 3)))"},
        {"source": "tg.view(train)"},
    ]
    return _notebook(cells)


SMALLEST = """from teachgraph.compile.function import Function
functions = [f for f in globals().values() if isinstance(f, Function)]
min(functions, key=lambda f: len(f.graph.applies()))"""


def with_a_graph(path: Path) -> dict[str, Any]:
    """A notebook of the repository; if it shows no graph, one more cell shows one."""
    book = json.loads(path.read_text("utf-8"))
    outputs = (o for cell in book["cells"] for o in cell.get("outputs", ()))
    if not any(MIME in output.get("data", {}) for output in outputs):
        empty = {"cell_type": "code", "metadata": {}, "execution_count": None}
        cell = {**empty, "id": "shown-last", "outputs": [], "source": SMALLEST}
        book["cells"].append(cell)
    return book


def notebook(document: object) -> dict[str, Any]:
    """A notebook with one cell that shows a document, and that was saved with it."""
    bundle = {MIME: document, "text/plain": "a graph"}
    source = f"from IPython.display import display\ndisplay({bundle!r}, raw=True)"
    output = {"output_type": "display_data", "data": bundle, "metadata": {}}
    hidden = {"jupyter": {"source_hidden": True}}
    return _notebook([{"source": source, "metadata": hidden, "outputs": [output]}])


def large_document(n: int) -> dict[str, Any]:
    """A document of `n` nodes, in which nearly every node is read, some from afar."""
    chance = random.Random(1)
    nodes: list[dict[str, Any]] = []
    unread: list[str] = []
    for i in range(n):
        leaf = len(unread) < 2 or chance.random() < 0.3
        node: dict[str, Any] = {
            "id": f"a{i}",
            "kind": "input" if leaf else "apply",
            "label": "x" if leaf else chance.choice(["add", "mul", "dot", "exp"]),
            "types": ["float64[?, 3]"],
        }
        if not leaf:
            far = chance.randrange(i if chance.random() < 0.05 else min(i, 40))
            reads = [unread.pop(), unread.pop() if far % 3 else f"a{i - 1 - far}"]
            node["inputs"] = [[name, 0] for name in reads]
        unread.append(f"a{i}")
        nodes.append(node)
    outputs = [[name, 0] for name in unread]
    return {
        "schema": "teachgraph/1",
        "minor": 0,
        "title": f"{n} nodes",
        "graphs": {"g0": {"nodes": nodes, "outputs": outputs}},
        "timeline": [],
    }


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
