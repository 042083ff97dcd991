"""`docs/compat.md` says what the door has today."""

import importlib.util
from types import ModuleType

from sources import ROOT

from teachgraph.theano.listing import NAMES
from teachgraph.theano.verdicts import DIFFERS, NOT_PLANNED

PAGE = ROOT / "docs" / "compat.md"


def writer() -> ModuleType:
    """The program that writes the page."""
    path = ROOT / "docs" / "compat.py"
    spec = importlib.util.spec_from_file_location("compat_page", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == writer().page()


def test_every_name_of_theano_s_has_a_verdict():
    rows = list(writer().rows())
    modules = [m for m in NAMES if m.startswith("theano") and m != "theano.config"]
    assert len(rows) == sum(len(NAMES[m]) for m in modules)
    assert {row[1] for _, row in rows} <= {
        "works",
        "differs",
        "not planned",
        "not yet",
    }


def test_every_pattern_of_a_verdict_is_of_use():
    page = PAGE.read_text(encoding="utf-8")
    reasons = {reason for table in (DIFFERS, NOT_PLANNED) for _, reason in table}
    assert not {reason for reason in reasons if reason not in page}
