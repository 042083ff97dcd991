"""`teachgraph explain CODE --try`: the programs of a page, and what they say."""

from collections.abc import Iterator

import pytest
from sources import Golden

from teachgraph import cli
from teachgraph.core.doc import to_text
from teachgraph.core.op import OPS
from teachgraph.core.report import UsageError
from teachgraph.errors.trial import NOTHING, tried

CODES = ("shape-mismatch", "all-pairs", "symbolic-truth", "computation-failed")


@pytest.fixture(autouse=True)
def ops_as_before() -> Iterator[None]:
    """Programs of pages may define ops, which end with the test."""
    before = dict(OPS)
    yield
    OPS.clear()
    OPS.update(before)


@pytest.mark.parametrize("code", CODES)
def test_trying_a_page_reads_as_in_the_golden_file(code: str, golden: Golden):
    golden(f"trial/{code}.txt", to_text(tried(code), 100) + "\n")


def test_the_changed_lines_have_a_sign():
    lines = to_text(tried("shape-mismatch"), 100).splitlines()
    assert sum(line.startswith("-") for line in lines) == 1
    assert sum(line.startswith("+") for line in lines) == 1
    assert lines[-1] == NOTHING


def test_an_unknown_code_is_told():
    with pytest.raises(UsageError, match="shape-mismatch"):
        tried("shape-mismach")


def test_the_command_line_tries_a_page(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["explain", "non-scalar-cost", "--try"]) == 0
    shown = capsys.readouterr().out
    assert "a cost has no axes" in shown
    assert "Put right" in shown
