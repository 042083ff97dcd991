"""A call is paused in a real kernel, and led by messages as a front end sends them."""

import os
import time
from queue import Empty

import pytest
from sources import ROOT

from teachgraph.view.widget import viewer_is_here

manager = pytest.importorskip("jupyter_client.manager")
pytest.importorskip("ipykernel")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not viewer_is_here(), reason="needs anywidget and the viewer"),
]

MAKE = """import numpy as np
import teachgraph as tg
import teachgraph.tensor as T
x = T.dvector("x")
sums, _ = tg.scan(lambda a, s: a * s + 1, sequences=x, outputs_info=T.constant(0.5))
stop = tg.Pause("turn = 2")
f = tg.function([x], T.tanh(sums).sum(), mode=tg.Mode(backend="python") + stop)
viewer = tg.view(f)
print("comm", viewer.comm.comm_id)"""
CALL = "print('gave', float(f(np.arange(5.0) / 10)))"
SECONDS = 60


class FrontEnd:
    """A kernel, and what a front end does with a widget of it."""

    def __init__(self, client):
        self.client, self.comm, self.subshell = client, "", None

    def make(self):
        text = self.printed(self.client.execute(MAKE))
        self.comm = text.split("comm ")[1].split()[0]

    def open_subshell(self):
        control = self.client.control_channel
        control.send(self.client.session.msg("create_subshell_request"))
        self.subshell = control.get_msg(timeout=SECONDS)["content"]["subshell_id"]

    def say(self, content):
        data = {"method": "custom", "content": content}
        told = {"comm_id": self.comm, "data": data}
        message = self.client.session.msg("comm_msg", told)
        if self.subshell is not None:
            message["header"]["subshell_id"] = self.subshell
        self.client.shell_channel.send(message)

    def heard(self):
        """What the kernel publishes, message by message, while it says something."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                yield self.client.get_iopub_msg(timeout=1)
            except Empty:
                continue

    def printed(self, request):
        """What a cell prints, answering what the widget is asked meanwhile."""
        text = ""
        for message in self.heard():
            content, kind = message["content"], message["msg_type"]
            if kind == "error":
                pytest.fail("\n".join(content["traceback"]))
            if kind == "comm_msg" and content["comm_id"] == self.comm:
                self.answer(content["data"])
            own = message["parent_header"].get("msg_id") == request
            if own and kind == "stream":
                text += content["text"]
            if own and kind == "status" and content["execution_state"] == "idle":
                return text
        pytest.fail(f"the kernel did not come to an end: {text}")

    def hello(self):
        """Whether the kernel says that it can be asked while it is busy."""
        self.say({"do": "hello"})
        for message in self.heard():
            data = message["content"].get("data", {})
            if message["msg_type"] == "comm_msg" and data.get("method") == "custom":
                return data["content"]["hello"]
        return None

    ways = ()
    states = ()

    def answer(self, data):
        """Do what a reader wants, when a call asks for it."""
        paused = data.get("state", {}).get("paused")
        if not paused:
            return
        self.states = (*self.states, paused)
        if paused["state"] == "asking":
            self.say({"do": "here"})
        if paused["state"] == "paused":
            way, *self.ways = self.ways
            self.say({"do": "lead", "how": way, "breaks": []})


@pytest.fixture
def front():
    kernel, client = manager.start_new_kernel(
        kernel_name="python3", env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        yield FrontEnd(client)
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)


def test_call_in_a_busy_kernel_is_led_through_a_subshell(front):
    front.make()
    front.open_subshell()
    assert front.hello() is True
    front.ways = ["next", "out", "leave"]
    text = front.printed(front.client.execute(CALL))
    assert "gave" in text
    assert "cannot be paused" not in text
    places = [s["where"] for s in front.states if s["state"] == "paused"]
    assert [place.partition(",")[2] for place in places[:2]] == [" turn 2 of scan"] * 2
    assert places[2] == "scan"
    assert front.states[-1]["state"] == "over"


def test_without_a_subshell_the_call_runs_on_and_says_so(front):
    front.make()
    assert front.hello() is False
    text = front.printed(front.client.execute(CALL))
    assert "cannot be paused" in text
    assert "gave" in text
    assert [s["state"] for s in front.states] == ["away"]
