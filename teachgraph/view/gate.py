"""How a call that is paused talks with the viewer in the browser.

While a cell runs, the kernel answers nobody on its main thread. A front end may have a
subshell (JupyterLab 4.4, ipykernel 7): then its messages come in on a thread of their
own. The kernel sends an answer to whichever thread last published on a widget, so all
that is said from a paused call is said in the context of a message of the front end;
said in the context of the cell, it would lead the answers into the queue of the cell.

A call is paused only after a handshake, and never for longer than somebody looks at it.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

SHAKE_SECONDS = 4.0
PATIENCE_SECONDS = 180.0
"""How long a paused call waits without any sign of life; a hidden page sends few."""
TICK_SECONDS = 1.0


class Front:
    """The front end of this kernel, as far as it is known."""

    def __init__(self) -> None:
        self._way: contextvars.Context | None = None

    @property
    def answers(self) -> bool:
        """Whether it was seen to have a way beside the cells."""
        return self._way is not None

    def hello(self, comm: Any) -> bool:
        """Note the way on which a message just came; says whether it leads past cells.

        Called where the message is handled.
        """
        kernel = getattr(comm, "kernel", None)
        parent: Mapping[str, Any] = kernel.get_parent() if kernel is not None else {}
        if parent.get("header", {}).get("subshell_id"):
            self._way = contextvars.copy_context()
        return self.answers

    def say(self, act: Callable[[], Any]) -> Any:
        """Do something that publishes, so that answers come past the cells."""
        return act() if self._way is None else self._way.copy().run(act)


FRONT = Front()


class Gate:
    """The messages between one viewer and the call that it leads."""

    def __init__(self, viewer: Any):
        self._viewer = viewer
        self._messages: deque[Mapping[str, Any]] = deque()
        self._arrived = threading.Condition()
        self._heard = 0.0

    def heard(self, content: Mapping[str, Any]) -> bool:
        """Take a message for a paused call; False for any other message."""
        match content.get("do"):
            case "hello":
                answers = FRONT.hello(self._viewer.comm)
                self._viewer.send({"hello": answers})
            case "here" | "lead":
                self._heard = time.monotonic()
                with self._arrived:
                    self._messages.append(content)
                    self._arrived.notify()
            case _:
                return False
        return True

    def tell(self, **traits: Any) -> None:
        """Set traits of the viewer, all at once."""

        def act() -> None:
            with self._viewer.hold_sync():
                for name, value in traits.items():
                    setattr(self._viewer, name, value)

        FRONT.say(act)

    def shake(self, seconds: float = SHAKE_SECONDS) -> bool:
        """Whether the viewer answers while this thread waits."""
        if not FRONT.answers:
            return False
        self._messages.clear()
        self.tell(paused={"state": "asking"})
        return self._next(seconds) is not None

    def wait(self) -> Mapping[str, Any] | None:
        """What the reader wants next; None if nobody has answered for long."""
        self._heard = time.monotonic()
        while time.monotonic() - self._heard < PATIENCE_SECONDS:
            message = self._next(TICK_SECONDS)
            if message is not None and message["do"] == "lead":
                return message
        return None

    def _next(self, seconds: float) -> Mapping[str, Any] | None:
        with self._arrived:
            self._arrived.wait_for(lambda: self._messages, seconds)
            return self._messages.popleft() if self._messages else None
