"""float64 in a program of float32: where it comes in."""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.report import Hint, Label, Note, Report
from teachgraph.core.types import upcast
from teachgraph.errors import silent
from teachgraph.errors.naming import called, operands
from teachgraph.errors.silent import warn_of
from teachgraph.ops.dot import Dot
from teachgraph.ops.elementwise import Elementwise

WIDE = ("float64", "complex128")


def widened(nodes: Sequence[Apply]) -> None:
    """Warn of the first float64 tensor that a float32 one is made into.

    Inputs that are declared as float64 are meant to be so. A shared variable has the
    dtype of the array that it was made of, which NumPy makes float64 unless told.
    """
    leaves = {v for node in nodes for v in node.inputs if v.owner is None}
    if any(v.dtype in WIDE and v.kind == "variable" and v.data is None for v in leaves):
        return
    for node in nodes:
        made = node.outputs[0]
        if not isinstance(node.op, Elementwise | Dot) or made.dtype != "float64":
            continue
        narrow = [v for v in node.inputs if v.dtype == "float32" and v.ndim]
        wide = [v for v in node.inputs if upcast("float32", v.dtype) == "float64"]
        wide = [v for v in wide if not _is_chosen(v)]
        if narrow and wide and made.ndim:
            _tell(node, wide[0], narrow[0])
            return


def _is_chosen(v: Variable) -> bool:
    """Whether the line that made a shared variable says that it is to be float64."""
    if v.kind != "shared" or v.origin is None:
        return False
    return "float64" in v.origin.span().text()


def _tell(node: Apply, wide: Variable, narrow: Variable) -> None:
    made, dtype = node.outputs[0], wide.dtype
    found = operands(node.inputs, [v.type for v in node.inputs], made.origin)
    name = next(o.name for o in found if o.variable is wide)
    title = f"this is float64 although floatX is float32: `{name}` is {dtype}"
    notes = [
        Note(f"`{called(narrow)}` is float32", narrow.origin),
        Note(f"float32 with {dtype} gives float64, and so does all that follows"),
    ]
    hint = Hint("cast it", f"T.cast({name}, 'float32')")
    if wide.kind == "shared":
        notes[1] = Note(f"`{name}` was made here of an array of {dtype}", wide.origin)
        instead = "tg.shared(np.asarray(value, dtype=tg.config.floatX))"
        hint = Hint("make it of the dtype that the program has", instead)
    report = Report(
        "float64-variable",
        title,
        made.origin,
        notes=tuple(notes),
        labels=tuple(Label(o.variable, str(o.type)) for o in found),
        hints=(hint,),
        nodes=(wide,),
    )
    warn_of(report, silent.UpcastWarning)
