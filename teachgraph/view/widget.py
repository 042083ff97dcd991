"""`view(f)`: the interactive viewer in a notebook, or the next best thing.

With `anywidget` installed and the viewer built, a live widget whose place in the
rewriting (`step`), selected node and verbosity can be read and set from Python. Without
them, an object that shows the static picture, and still carries the document.
"""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import Any, cast

from teachgraph.compile.function import Function
from teachgraph.core.config import config
from teachgraph.core.entrance import public
from teachgraph.core.record import record
from teachgraph.core.surface import define
from teachgraph.view.gate import FRONT, Gate
from teachgraph.view.html import viewer_script, write_html
from teachgraph.view.live import Live, Refused
from teachgraph.view.mimebundle import in_words, mimebundle
from teachgraph.view.running import Running
from teachgraph.view.stepper import Stepper, step

SCRIPT = "widget.js"
NEEDS = "anywidget"


@record(eq=False)
class Still:
    """A picture without a live viewer; `save` writes the page that stands alone."""

    shown: Any

    def save(self, path: Any) -> Path:
        """Write a self-contained page with the viewer in it."""
        return write_html(self.shown, path)

    def __repr__(self) -> str:
        return words(self.shown)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        del include, exclude
        return bundle(self.shown)


@define("view")
@public
def view(shown: Any, *args: Any, **kwargs: Any) -> Any:
    """The viewer of a variable, list, graph, function, history or stepper.

    With arguments, the function is evaluated on them, and the viewer steps through it.
    """
    if isinstance(shown, Function) and (args or kwargs):
        shown = step(shown, *args, **kwargs)
    if not viewer_is_here():
        return Still(shown)
    viewer = FRONT.say(lambda: made(shown))
    if isinstance(shown, Function):
        for listener in shown.mode.listeners:
            if hasattr(listener, "shown_by"):  # it pauses calls, and shows them here
                cast(Any, listener).shown_by(viewer)
    return viewer


def made(shown: Any) -> Any:
    """The widget that shows something."""
    live = Live(shown)
    data = live.document()
    last = sum(event["t"] == "rewrite" for event in data["timeline"])
    return _viewer()(
        live,
        document=data,
        step=last,
        position=data.get("at", {}).get("eval", 0),
        verbosity=config.exception_verbosity,
    )


def shown_now(shown: Any) -> Any:
    """The widget that shows something, on the screen at once; None without one."""
    if not viewer_is_here() or importlib.util.find_spec("IPython") is None:
        return None
    viewer = FRONT.say(lambda: made(shown))
    show = importlib.import_module("IPython.display").display
    viewer.output = show(viewer, display_id=True)
    return viewer


def viewer_is_here() -> bool:
    """Whether the widget can be made: its package and its script are there."""
    return importlib.util.find_spec(NEEDS) is not None and bool(script())


def script() -> str:
    """The widget's script; nothing where the extension was not built."""
    file = Path(__file__).parent / "static" / SCRIPT
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def words(shown: Any) -> str:
    """What is shown, in plain text."""
    return str(shown) if isinstance(shown, Stepper | Running) else in_words(shown)


def bundle(shown: Any) -> dict[str, Any]:
    """Plain text, a static picture and the document."""
    if isinstance(shown, Stepper | Running):
        return shown.bundle()
    return mimebundle(shown)


@cache
def _viewer() -> Any:
    """The widget's class; made when it is first needed, for its base may be missing."""
    anywidget: Any = importlib.import_module(NEEDS)
    traitlets: Any = importlib.import_module("traitlets")

    class Viewer(anywidget.AnyWidget):
        """A graph, its rewriting and its evaluation, in a live viewer."""

        _esm = script()
        document = traitlets.Dict().tag(sync=True)
        step = traitlets.Int(0).tag(sync=True)
        selected = traitlets.Unicode("").tag(sync=True)
        verbosity = traitlets.Unicode("medium").tag(sync=True)
        position = traitlets.Int(0).tag(sync=True)
        options = traitlets.Dict().tag(sync=True)
        paused = traitlets.Dict().tag(sync=True)

        def __init__(self, live: Live, **traits: Any) -> None:
            anywidget.AnyWidget.__init__(self, **traits)
            self._live = live
            self.gate = Gate(self)
            self.output: Any = None
            self.on_msg(self._asked)

        def __repr__(self) -> str:
            return words(self._live.shown)

        def save(self, path: Any) -> Path:
            """Write a self-contained page with the viewer in it."""
            return write_html(self._live.shown, path)

        def shows(self, shown: Any) -> None:
            """Answer about something else from now on."""
            self._live = Live(shown)

        def keep(self) -> None:
            """Put what is shown now into the notebook, for whoever opens it later."""
            if self.output is not None:
                self.output.update(self)

        def _repr_mimebundle_(self, **options: Any) -> Any:
            live, about = anywidget.AnyWidget._repr_mimebundle_(self, **options)
            return {**bundle(self._live.shown), **live}, about

        def _asked(self, widget: Any, content: Any, buffers: Any) -> None:
            """Answer what the reader asks: with a new document, or in words."""
            del widget, buffers
            if self.gate.heard(content):
                return
            if content.get("do") == "script":
                self.send({"script": viewer_script()})
                return
            try:
                if content.get("do") == "look":
                    self.send({"value": self._live.look(content)})
                    return
                self.document = self._live.answer(content)
            except Refused as refusal:
                self.send({"refused": str(refusal)})

    return Viewer
