"""What a kernel holds, for the side panel: variables, functions, shared values by name.

The panel evaluates `listing(globals())` and `drawn(globals(), name)` in the kernel; the
answers travel as JSON, because both show themselves as `application/json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teachgraph.compile.function import Function
from teachgraph.core.graph import Variable
from teachgraph.core.record import record
from teachgraph.view.details import stored_value
from teachgraph.view.document import document
from teachgraph.view.mimebundle import in_words
from teachgraph.view.stepper import Stepper
from teachgraph.view.words import clipped, kind_of, value_in_words

LONGEST = 120
MOST = 500


@record()
class Answer:
    """Something that travels to the side panel as JSON."""

    data: Any

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        del include, exclude
        return {"application/json": self.data, "text/plain": "for the side panel"}


def listing(namespace: Mapping[str, Any]) -> Answer:
    """The names of what can be drawn, each with its kind, type and value in words."""
    found = [
        told
        for name, value in list(namespace.items())
        if not name.startswith("_") and (told := _told(name, value)) is not None
    ]
    return Answer(found[:MOST])


def drawn(namespace: Mapping[str, Any], name: str) -> Answer:
    """The document of what has this name; None if nothing has."""
    value = namespace.get(name)
    if isinstance(value, Stepper):
        return Answer(value.document())
    known = isinstance(value, Variable | Function)
    return Answer(document(value, title=name) if known else None)


def _told(name: str, value: Any) -> dict[str, str] | None:
    if isinstance(value, Function):
        words = clipped(in_words(value), LONGEST)
        return {"name": name, "kind": "function", "type": words, "value": ""}
    if not isinstance(value, Variable):
        return None
    kind = "shared" if kind_of(value) == "shared" else "variable"
    stored = stored_value(value)
    told = "" if stored is None else clipped(value_in_words(stored), LONGEST)
    return {"name": name, "kind": kind, "type": str(value.type), "value": told}
