"""What a notebook shows for a bare `x`: a picture, a few words, and the document.

`text/plain` says in words that there is no number yet, and how to get one. `text/html`
is a static picture with the details below it, which needs no script; the document is
for the viewer, where the extension is installed.
"""

from __future__ import annotations

import html
from typing import Any

from teachgraph.compile.function import Function
from teachgraph.core.graph import Variable
from teachgraph.core.surface import define
from teachgraph.view import protocol
from teachgraph.view.debugprint import debugprint
from teachgraph.view.details import stored_value
from teachgraph.view.document import document
from teachgraph.view.model import Ids, Model, leaves, shown_model
from teachgraph.view.pprint import brief, pp
from teachgraph.view.svg import svg
from teachgraph.view.words import (
    clipped,
    kind_of,
    leaf_label,
    type_in_words,
    value_in_words,
)

LONGEST_LINE = 60
LONGEST_NAME = 40
MOST_DRAWN = 150
MOST_TOLD = 400
LONGEST_TREE = 20_000


def one_line(v: Variable) -> str:
    """A variable in one line: what it is, and that it is symbolic.

    For `x + y` of two matrices: `x + y  (float64 matrix, symbolic: give x and y with
    .eval({...}) or function(...))`.
    """
    kind = kind_of(v)
    if kind == "constant" and v.data is not None:
        named = f"{v.name} = " if v.name else ""
        return f"{named}{value_in_words(v.data)}  ({type_in_words(v.type)}, constant)"
    if kind == "shared":
        value = stored_value(v)
        now = "" if value is None else f", now {value_in_words(value)}"
        how = "read it with .get_value()"
        return f"{_text(v)}  ({type_in_words(v.type)}, shared{now}: {how})"
    return f"{_text(v)}  ({type_in_words(v.type)}, symbolic: {how_to_get_a_number(v)})"


def how_to_get_a_number(v: Variable) -> str:
    """What to give, and how, to see a number."""
    needed = [u for u in leaves([v]) if kind_of(u) == "input"]
    if v.owner is None:
        return "a name for a value to come, it has none yet"
    if not needed:
        return "see its value with .eval()"
    names = [
        clipped(u.name, LONGEST_NAME) if u.name else f"the {type_in_words(u.type)}"
        for u in needed
    ]
    said = ", ".join(names[:3])
    if len(names) > 3:
        said = f"{said} and {len(names) - 3} more"
    elif len(names) > 1:
        said = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"give {said} with .eval({{...}}) or function(...)"


def _text(v: Variable) -> str:
    if v.owner is None:
        return leaf_label(v) if v.name else "an unnamed input"
    written = brief(v, depth=6, longest=LONGEST_LINE)
    return f"{clipped(v.name, LONGEST_NAME)} = {written}" if v.name else written


@define("function")
def function_in_words(f: Function) -> str:
    """A function in one line: what it takes, gives and updates."""
    inputs = ", ".join(v.name or type_in_words(v.type) for v in f.inputs)
    outputs = ", ".join(clipped(brief(v), LONGEST_LINE) for v in f.outputs) or "nothing"
    updated = ", ".join(v.name or "a shared value" for v in f.updated)
    tail = f", updates {updated}" if updated else ""
    name = f.name or "function"
    return f"{name}({inputs}) -> {outputs}{tail}  (compiled: call it with values)"


def in_words(shown: Any) -> str:
    """A variable or a function in one line."""
    return function_in_words(shown) if isinstance(shown, Function) else one_line(shown)


@define("mimebundle")
def mimebundle(shown: Any) -> dict[str, Any]:
    """Plain text, HTML and the protocol document of a variable or a function."""
    return {
        "text/plain": in_words(shown),
        "text/html": static_html(shown),
        protocol.MIME: document(shown),
    }


def static_html(shown: Any, said: str = "") -> str:
    """A picture, words below it, and the graph as a tree to unfold; no script."""
    ids = Ids()
    model = shown_model(shown, ids)
    words = html.escape(said or in_words(shown))
    tree = html.escape(tree_text(shown, model))
    return (
        '<div class="tg-static" style="font-family:system-ui,sans-serif">'
        f"{picture(model, ids, in_words(shown))}"
        f'<pre style="margin:.4em 0;white-space:pre-wrap">{words}</pre>'
        "<details><summary>the graph as text</summary>"
        f'<pre style="line-height:1.25">{tree}</pre></details></div>'
    )


def picture(model: Model, ids: Ids, title: str) -> str:
    """The drawing of a model, or words where it is too large for one."""
    if len(model.nodes) > MOST_DRAWN:
        count = f"{len(model.nodes)} nodes are too many for a static picture."
        return f"<p>{count} The viewer of the notebook extension shows them.</p>"
    return svg(model, title=clipped(title, 120), ids=ids)


def tree_text(shown: Any, model: Model) -> str:
    """The tree of `debugprint`, not too long, below the expression itself."""
    depth = -1 if len(model.nodes) <= MOST_TOLD else 6
    tree = debugprint(shown, depth=depth, file="str", print_type=True)
    if len(tree) > LONGEST_TREE:
        tree = tree[:LONGEST_TREE].rpartition("\n")[0] + "\n…"
    return f"{clipped(pp(shown), 400)}\n\n{tree}"


@define("repr")
def helpful_repr(v: Variable) -> str:
    """What an interactive Python shows for a bare `x`."""
    return one_line(v)
