"""The format of documents: one statement, read as schema, check and TypeScript."""

import copy
import json
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sources import ROOT

from teachgraph.view import protocol
from teachgraph.view.protocol import ProtocolError
from teachgraph.view.protocol_replay import apply, start, states

EXTENSION = ROOT / "extension"
FIXTURES = sorted((EXTENSION / "test" / "fixtures").glob("*.json"))
Json = dict[str, Any]


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@pytest.fixture
def logistic() -> Any:
    return load(EXTENSION / "test" / "fixtures" / "logistic.json")


def broken(document: Json, path: list[str | int], value: Any) -> Any:
    """The document with another value at a place."""
    copied = copy.deepcopy(document)
    place: Any = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copied


NODES: list[str | int] = ["graphs", "g0", "nodes"]
# Where a document is broken, with what, and where the fault is said to be.
FAULTS: list[tuple[list[str | int], Any, str]] = [
    (["schema"], "teachgraph/2", "document.schema"),
    (["minor"], -1, "document.minor: -1 is below 0"),
    (["minor"], True, "document.minor"),
    (["title"], None, "document.title: expected a string, found None"),
    (["graphs"], [], "document.graphs: expected an object"),
    ([*NODES, 0, "id"], "x 1", "document.graphs.g0.nodes[0].id"),
    ([*NODES, 0, "kind"], "apple", "document.graphs.g0.nodes[0].kind"),
    ([*NODES, 1, "inputs"], [["v0"]], "expected 2 elements, found 1"),
    (["timeline", 1, "add"], "a4", "document.timeline[1].add: expected an array"),
    (["timeline", 0, "t"], "coffee", "document.timeline[0].t"),
    (["timeline", 7, "outputs", 0, "min"], float("nan"), "outputs[0].min"),
    (["rules", "merge"], {}, "document.rules.merge: the key 'why' is missing"),
]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_documents_of_the_viewer_tests_are_valid(path: Path):
    protocol.validate(load(path))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_general_schema_checker_agrees_on_sound_documents(path: Path):
    jsonschema.Draft202012Validator(protocol.schema()).validate(load(path))


def test_schema_is_itself_valid():
    jsonschema.Draft202012Validator.check_schema(protocol.schema())


@pytest.mark.parametrize(("place", "value", "fault"), FAULTS, ids=lambda x: str(x)[:40])
def test_fault_is_reported_with_its_place(
    logistic: Any, place: list[str | int], value: Any, fault: str
):
    with pytest.raises(ProtocolError) as caught:
        protocol.validate(broken(logistic, place, value))
    assert fault in str(caught.value)


@pytest.mark.parametrize(("place", "value", "fault"), FAULTS, ids=lambda x: str(x)[:40])
def test_a_general_schema_checker_agrees_on_faults(
    logistic: Any, place: list[str | int], value: Any, fault: str
):
    if isinstance(value, float):
        value = None  # nan is a number to a general checker, though JSON has none
    document = broken(logistic, place, value)
    assert not jsonschema.Draft202012Validator(protocol.schema()).is_valid(document)


def test_unknown_keys_are_allowed_for_readers_of_today(logistic: Any):
    protocol.validate({**logistic, "minor": 9, "novelty": {"deep": [1]}})


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (["graphs"], {"g1": {"nodes": [], "outputs": []}}, "'g0', is missing"),
        ([*NODES, 1, "id"], "v0", "node v0: this id is given twice"),
        ([*NODES, 0, "sources"], [9], "node v0: there is no source 9"),
        ([*NODES, 1, "inputs"], [["a1", 0]], "in a circle"),
        (["timeline", 1, "remove"], ["a99"], "timeline[1]: there is no node a99"),
        (["timeline", 1, "rewire"], [["a3", 0, ["a98", 0]]], "reads a98"),
        (["timeline", 7, "graph"], "g7", "timeline[7].graph: there is no graph 'g7'"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_timeline_that_cannot_be_replayed_is_a_fault(
    logistic: Any, place: list[str | int], value: Any, fault: str
):
    document = broken(logistic, place, value)
    document["timeline"] = document["timeline"][: 2 if "rewire" in place else None]
    with pytest.raises(ProtocolError) as caught:
        protocol.validate(document)
    assert fault in str(caught.value)


def test_truncated_document_may_refer_to_what_was_cut(logistic: Any):
    logistic["graphs"]["g0"]["nodes"] = logistic["graphs"]["g0"]["nodes"][2:]
    logistic["truncated"] = {"nodes": 2, "events": 0, "reason": "It was too large."}
    protocol.validate(logistic)


def test_replay_of_the_logistic_function_ends_with_a_sigmoid(logistic: Any):
    last = states(logistic)["g0"]
    assert {node["label"] for node in last.nodes.values()} == {"x", "sigmoid"}
    assert list(last.outputs) == [["a4", 0]]


def test_replay_leaves_the_state_before_as_it_was(logistic: Any):
    first = start(logistic["graphs"]["g0"])
    before = copy.deepcopy(first)
    apply(first, logistic["timeline"][1])
    assert first == before


def test_json_is_compact_and_reads_back_the_same(logistic: Any):
    text = protocol.to_json(logistic)
    assert json.loads(text) == logistic
    assert ": " not in text.replace('": ', "")[:40]


def test_numbers_that_json_lacks_are_words():
    written = [protocol.number(x) for x in (1.5, float("inf"), float("-inf"))]
    assert written == [1.5, "inf", "-inf"]
    assert protocol.number(float("nan")) == "nan"


def test_typescript_of_the_viewer_is_what_this_format_gives():
    generator = runpy.run_path(str(EXTENSION / "generate_protocol.py"))
    written = (EXTENSION / "src" / "protocol.ts").read_text("utf-8")
    assert generator["typescript"]() == written
