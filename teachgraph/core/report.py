"""A fault before it is printed: what was asked, what is wrong in it, where, what to do.

Whoever finds a fault builds a `Report` and raises it as a `TeachgraphError`. How much
of it is *shown* is decided later, by `errors.render`; how much is *known* is decided
here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.core.origin import Origin


@dataclass(frozen=True)
class Note:
    """A fact, with the place it is about, if there is one."""

    text: str
    origin: Origin | None = None


@dataclass(frozen=True)
class Hint:
    """An action that repairs the fault; `code` is what to write instead, if checked."""

    text: str
    code: str | None = None


@dataclass(frozen=True)
class Label:
    """Words under a part of the user's line, such as a type under an operand."""

    variable: Variable
    text: str


@dataclass(frozen=True)
class Report:
    """One fault.

    `code` names its page. `title` is a plain sentence in lower case without a full
    stop, readable alone. `origin` is the user's expression at fault. `labels` are
    written under its parts, `notes` are facts, `hints` are actions, `nodes` are the
    variables concerned. `why` is the rule behind it in one or two sentences. `details`
    are for verbosity high.
    """

    code: str
    title: str
    origin: Origin | None = None
    labels: tuple[Label, ...] = ()
    notes: tuple[Note, ...] = ()
    why: str = ""
    hints: tuple[Hint, ...] = ()
    nodes: tuple[Variable, ...] = ()
    details: tuple[tuple[str, str], ...] = field(default=())

    def to_json(self) -> str:
        """All of it, for other tools; lines count from 1, columns from 0."""
        notes = [{"text": n.text, "place": _place(n.origin)} for n in self.notes]
        hints = [{"text": h.text, "code": h.code} for h in self.hints]
        labels = [{"name": x.variable.name, "text": x.text} for x in self.labels]
        fields = {
            "code": self.code,
            "title": self.title,
            "place": _place(self.origin),
            "labels": labels,
            "notes": notes,
            "why": self.why,
            "hints": hints,
            "details": dict(self.details),
        }
        return json.dumps(fields)


def _place(origin: Origin | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    span = origin.span()
    return {**vars(span), "function": origin.function, "text": span.text()}


class Fault(Exception):
    """Raised by `infer` with the words of a report but not yet its place."""

    def __init__(self, code: str, title: str, **parts: Any):
        super().__init__(title)
        self.code, self.title, self.parts = code, title, parts

    def report(self, **more: Any) -> Report:
        """The report, once the place is known."""
        return Report(self.code, self.title, **{**self.parts, **more})


RENDERERS: dict[str, Callable[[Report], Any]] = {}
"""How a report is shown, as `text` and as `html`; `errors` fills it in."""


REPAIRS: list[Callable[[Report], tuple[Hint, ...]]] = []
"""What finds hints for a report that has none; `errors` fills it in."""


class TeachgraphError(Exception):
    """Base of every error raised on purpose; `report` holds all of it."""

    def __init__(self, report: Report):
        super().__init__(report.title)
        for find in REPAIRS if not report.hints else ():
            report = replace(report, hints=find(report))
        self.report = report

    def __str__(self) -> str:
        render = RENDERERS.get("text")
        return (
            render(self.report)
            if render
            else f"{self.report.title} [{self.report.code}]"
        )

    def _repr_html_(self) -> str | None:
        render = RENDERERS.get("html")
        return render(self.report) if render else None


class ShapeError(TeachgraphError, ValueError):
    """Shapes that do not fit."""


class DtypeError(TeachgraphError, TypeError):
    """A dtype that is not allowed here."""


class RankError(TeachgraphError, TypeError, ValueError, IndexError):
    """A wrong number of axes, or an axis that is not there.

    NumPy raises ValueError and IndexError for the second; the first is a TypeError.
    """


class UsageError(TeachgraphError, TypeError):
    """A call that does not fit what it calls: counts, names, kinds of argument."""


class WrongValueError(UsageError, ValueError):
    """An argument of the right kind, with a value that is not taken."""


class UnknownNameError(TeachgraphError, AttributeError):
    """A name that something does not have."""


class UnfitArgumentError(UsageError, ValueError):
    """Arguments that Python or NumPy refused, somewhere below."""


class SettingError(TeachgraphError, ValueError):
    """A value that a setting cannot have."""


class GraphError(TeachgraphError, ValueError):
    """A graph that is not complete or not consistent."""


class MissingInputError(GraphError):
    """A value that the outputs need and nobody gives."""


class UnusedInputError(GraphError):
    """An input that no output needs."""


class GradientError(TeachgraphError, ValueError):
    """A gradient that does not exist."""


class DisconnectedInputError(GradientError):
    """A gradient with respect to something the cost does not depend on."""


class SymbolicTruthError(TeachgraphError, TypeError):
    """A decision that Python would have to take before any value exists."""


class IndexRangeError(TeachgraphError, IndexError):
    """An index outside the axis it indexes."""


class InternalError(TeachgraphError, RuntimeError):
    """A fault of teachgraph itself."""
