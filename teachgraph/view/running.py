"""A call that is under way, as a viewer shows it: the nodes that ran so far."""

from __future__ import annotations

from typing import Any

from teachgraph.view import protocol
from teachgraph.view.document import Caps, Ran, document
from teachgraph.view.mimebundle import static_html
from teachgraph.view.recording import Recording

MOST_SHOWN = 400
"""How many of the last nodes are told while a call is paused."""
PAUSED = Caps(nodes=20_000, events=4_000, bytes=4_000_000)


class Running:
    """A call that is under way, as a viewer shows it."""

    def __init__(self, recording: Recording):
        self.recording = recording
        self.function = recording.function

    def document(self) -> protocol.Document:
        """The nodes that ran so far."""
        ran = self.told()
        return document(
            self.function,
            title=str(self),
            trace=ran,
            failure=self.recording.failure,
            fused=False,
            caps=PAUSED,
            at={"eval": len(ran)},
        )

    def told(self) -> tuple[Ran, ...]:
        """The values so far, as documents number them."""
        return self.recording.so_far(MOST_SHOWN)

    def __str__(self) -> str:
        return f"{self.function.name or 'a function'}, while it runs"

    def bundle(self) -> dict[str, Any]:
        """Plain text, a static picture and the document."""
        return {
            "text/plain": str(self),
            "text/html": static_html(self.function, str(self)),
            protocol.MIME: self.document(),
        }
