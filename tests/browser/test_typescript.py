"""Documents that go from Python to TypeScript and come back, and keep their places."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from random_programs import random_gradient, random_program
from sources import ROOT

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import shared
from teachgraph.core.events import History
from teachgraph.rewrite.pipeline import optimize
from teachgraph.view import protocol
from teachgraph.view.document import document
from teachgraph.view.protocol_replay import states
from teachgraph.view.stepper import step

SCRIPT = Path(__file__).parent / "typescript.mjs"
PROGRAMS = 12
MOVED = 35
"""Pixels that a surviving node may move on average at a rewrite."""


def through_typescript(folder: Path, documents: list[protocol.Document]) -> list[Any]:
    """What the viewer made of each document."""
    if shutil.which("node") is None:
        pytest.skip("needs node")
    if not (ROOT / "extension" / "node_modules" / "esbuild").exists():
        pytest.skip("needs `npm ci` in extension/")
    file = folder / "documents.jsonl"
    file.write_text("\n".join(map(protocol.to_json, documents)), encoding="utf-8")
    command = ["node", str(SCRIPT), str(file)]
    done = subprocess.run(command, capture_output=True, env=os.environ, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def history_of(seed: int) -> History:
    """What the optimizer does to a random program, or to the gradient of one."""
    make = random_gradient if seed % 3 == 0 else random_program
    return History(tuple(_events(optimize(make(seed).graph))))


def _events(stream: Any) -> Any:
    yield from stream


def a_run() -> protocol.Document:
    """A document with all that a run tells, and layers."""
    x = T.dmatrix("x")
    with tg.name_scope("layer"):
        y = T.tanh(T.dot(x, shared(np.eye(2), "w")))
    out, _ = tg.scan(lambda s: s * 2, outputs_info=[y.sum()], n_steps=3)
    return step(function([x], out[-1]), np.array([[1.0, np.nan]])).document()


def two_layers() -> protocol.Document:
    """The gradient of a network of two layers and what becomes of it."""
    x, y = T.dmatrix("x"), T.ivector("y")
    rng = np.random.default_rng(0)
    sizes = [(4, 5), (5,), (5, 3), (3,)]
    w1, b1, w2, b2 = weights = [shared(rng.normal(size=s), f"w{s}") for s in sizes]
    hidden = T.tanh(T.dot(x, w1) + b1)
    p = T.nnet.softmax(T.dot(hidden, w2) + b2)
    decay = 0.01 * sum(T.sum(T.sqr(w) * 1) for w in weights)
    cost = T.mean(-T.log(p)[T.arange(y.shape[0]), y]) + decay
    pairs = zip(weights, tg.grad(cost, weights), strict=True)
    updates = [(w, w - 0.1 * g) for w, g in pairs]
    return document(function([x, y], [cost, T.argmax(p, axis=1)], updates=updates))


@pytest.fixture(scope="module")
def documents() -> list[protocol.Document]:
    return [*(document(history_of(s)) for s in range(PROGRAMS)), a_run(), two_layers()]


@pytest.fixture(scope="module")
def told(
    documents: list[protocol.Document], tmp_path_factory: pytest.TempPathFactory
) -> list[Any]:
    return through_typescript(tmp_path_factory.mktemp("documents"), documents)


@pytest.mark.slow
def test_documents_come_back_as_they_were_sent(documents: list[Any], told: list[Any]):
    for sent, back in zip(documents, told, strict=True):
        assert back["skipped"] == 0
        assert back["document"] == json.loads(protocol.to_json(sent))


@pytest.mark.slow
def test_both_languages_replay_a_history_to_the_same_graph(
    documents: list[Any], told: list[Any]
):
    for sent, back in zip(documents, told, strict=True):
        last = states(sent)["g0"].nodes
        assert sorted(n["id"] for n in back["last"]) == sorted(last)
        first = {n["id"] for n in sent["graphs"]["g0"]["nodes"]}
        assert set(back["first"]) == first


@pytest.mark.slow
def test_the_timeline_of_two_layers_loses_no_node_and_no_place(told: list[Any]):
    network = told[-1]
    assert network["rewrites"] >= 100
    assert network["lost"] == []
    assert network["free"]["mean"] < MOVED
    assert network["still"]["most"] == 0


@pytest.mark.slow
def test_surviving_nodes_stay_near_their_place_in_random_histories(told: list[Any]):
    assert np.mean([one["free"]["mean"] for one in told]) < MOVED
    assert max(one["still"]["most"] for one in told) == 0
