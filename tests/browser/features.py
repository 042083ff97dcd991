"""Every feature of the viewer, what it is part of, and what shows that it works.

The tests try each in a page that stands alone, in JupyterLab and in Notebook 7, by
mouse and by keyboard; the `checks_*.mjs` beside it do that.
"""

from typing import NamedTuple


class Feature(NamedTuple):
    """A feature by the name of its check; `needs` is what it cannot work without."""

    name: str
    part: str
    needs: str = ""


PICTURE = [
    Feature("search", "graph"),
    Feature("select a node", "graph"),
    Feature("what it needs", "graph"),
    Feature("what needs it", "graph"),
    Feature("both ways", "graph"),
    Feature("paths", "graph"),
    Feature("node card", "graph"),
    Feature("fold and unfold all", "graph"),
    Feature("close a layer", "graph"),
    Feature("fold into a node", "graph"),
    Feature("zoom and fit", "graph"),
    Feature("move the picture", "graph"),
    Feature("minimap", "graph"),
    Feature("types on edges", "graph"),
    Feature("computed once", "graph"),
    Feature("direction", "graph"),
    Feature("colours", "graph"),
    Feature("a line of Python lights its nodes", "graph"),
    Feature("a line of C lights its nodes", "graph"),
    Feature("a node marks its lines", "graph"),
    Feature("outline", "graph"),
    Feature("save as SVG", "graph"),
    Feature("save as PNG", "graph"),
    Feature("save as dot", "graph"),
    Feature("save as TikZ", "graph"),
    Feature("save as a page", "classroom"),
    Feature("one rewrite back and on", "before and after"),
    Feature("first and last state", "before and after"),
    Feature("play and pause", "before and after"),
    Feature("jump to a pass", "before and after"),
    Feature("slide to a step", "before and after"),
    Feature("only one rule", "before and after"),
    Feature("only what happened to a node", "before and after"),
    Feature("only what happened in a region", "before and after"),
    Feature("the life of a node", "before and after"),
    Feature("both pictures together", "before and after"),
    Feature("nothing moves", "before and after"),
    Feature("time of rules and passes", "before and after"),
    Feature("near misses", "before and after", needs="kernel"),
    Feature("a rule switched off", "before and after", needs="kernel"),
    Feature("next and previous node", "stepper"),
    Feature("play an evaluation", "stepper"),
    Feature("into and out of a node", "stepper"),
    Feature("run to a node", "stepper"),
    Feature("stop at a node", "stepper"),
    Feature("stop where a condition holds", "stepper"),
    Feature("watch a node", "stepper"),
    Feature("memory over the run", "stepper"),
    Feature("values and gradients", "stepper"),
    Feature("an input by a slider", "stepper", needs="kernel"),
    Feature("how much a report tells", "errors"),
    Feature("the nodes of a hint", "errors"),
    Feature("presentation", "classroom"),
    Feature("quiz", "classroom"),
    Feature("list of keys", "quality"),
]

AROUND = [
    Feature("toolbar button", "packaging"),
    Feature("side panel", "packaging"),
    Feature("palette: last graph", "packaging"),
    Feature("palette: graphs of the kernel", "packaging"),
    Feature("palette: present", "classroom"),
    Feature("name under the cursor", "packaging"),
    Feature("%%graph", "packaging"),
    Feature("%%optimize", "packaging"),
    Feature("%%step", "packaging"),
    Feature("%tg_explain", "packaging"),
    Feature("repair into a new cell", "errors"),
    Feature("setting: theme", "packaging", needs="editor of settings"),
    Feature("setting: direction", "packaging", needs="editor of settings"),
    Feature("setting: verbosity", "packaging", needs="editor of settings"),
]

WAYS = ("mouse", "keyboard")
