"""The pages of the documentation: programs print what is shown, links lead somewhere.

On a page a block of `python` is a program; the blocks of a page are one program, run
from the top. A block of `text` right after one is what it prints, or the error that it
ends in. `pytest --update-golden tests/test_docs.py` writes these anew.
"""

import contextlib
import importlib
import inspect
import io
import linecache
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from sources import ROOT

from teachgraph.core.config import config
from teachgraph.core.op import MADE_LISTENERS, OPS
from teachgraph.core.report import TeachgraphError
from teachgraph.core.surface import MEANINGS
from teachgraph.ops.elementwise import SCALARS
from teachgraph.rewrite.rule import RULES

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "docs/design/*.md")
    for path in ROOT.glob(pattern)
)
each_page = pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix()
)

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r"\n\n```(?:text)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
COPIED = {"notebooks": "notebooks", "course": "course"}
"""Where pages below `docs/_pages` have their home."""


def written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@contextlib.contextmanager
def registries_kept() -> Iterator[None]:
    """What a page registers, sets or listens to ends with the page."""
    tables = [(table, dict(table)) for table in (OPS, SCALARS, MEANINGS)]
    rules, listeners = list(RULES), list(MADE_LISTENERS)
    try:
        with config.change_flags(mode=config.mode):
            yield
    finally:
        for table, before in tables:
            table.clear()
            table.update(before)
        RULES[:], MADE_LISTENERS[:] = rules, listeners


class Program:
    """The blocks of a page, run one after the other with one set of names."""

    def __init__(self, path: Path):
        self.file = f"{path.stem}.py"
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"__name__": "page"}

    def said(self, block: str) -> str:
        """What a block prints; an error that leaves it is printed at the end."""
        start = len(self.lines)
        self.lines += block.splitlines(keepends=True)
        linecache.cache[self.file] = (0, None, self.lines, self.file)
        code = compile("\n" * start + block, self.file, "exec")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                exec(code, self.names)
            except TeachgraphError as error:
                out.write(f"{error}\n")
        return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def refreshed(path: Path) -> str:
    """The page with what its programs print now in the blocks that show it."""
    text, program = written(path), Program(path)
    pieces: list[str] = []
    done = 0
    for fence in FENCE.finditer(text):
        if fence[1] != "python" or fence.start() < done:
            continue
        said = program.said(fence[2])
        shown = OUTPUT.match(text, fence.end())
        if shown is None:
            assert not said, f"{path.name} shows nothing of what is printed:\n{said}"
            continue
        pieces += [text[done : shown.start(1)], said]
        done = shown.end(1)
    return "".join([*pieces, text[done:]])


@each_page
def test_programs_on_a_page_print_what_it_shows(
    path: Path, request: pytest.FixtureRequest
):
    with registries_kept():
        today = refreshed(path)
    if request.config.getoption("--update-golden"):
        path.write_text(today, encoding="utf-8")
    assert today.splitlines() == written(path).splitlines()


def slugs(path: Path) -> set[str]:
    """The anchors that GitHub and Sphinx make of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", written(path), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", h.lower()) for h in headings)
    return {w.replace(" ", "-") for w in words}


@cache
def from_docs(name: str) -> Any:
    """A module that Sphinx imports from the folder of the pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs"))
        return importlib.import_module(name)


def home(target: Path) -> Path:
    """The file that a link means, where it is copied or written before the build."""
    parts = target.relative_to(ROOT).parts
    if parts[:2] != ("docs", "_pages"):
        return target
    if parts[2] in COPIED:
        return ROOT.joinpath(COPIED[parts[2]], *parts[3:])
    made = from_docs("tables").pages()
    return ROOT / "docs" / "tables.py" if parts[2] in made else target


@each_page
def test_links_lead_to_files_and_headings_that_exist(path: Path):
    broken: list[str] = []
    for link in LINK.findall(written(path)):
        if ":" in link:
            continue
        name, _, anchor = link.partition("#")
        target = home((path.parent / name).resolve()) if name else path
        if not target.exists() or (anchor and anchor not in slugs(target)):
            broken.append(link)
    assert not broken


@each_page
def test_make_targets_that_a_page_names_exist(path: Path):
    targets = set(re.findall(r"^([a-z-]+):", written(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", written(path), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if path.name != "compat.md"],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_files_that_a_page_names_exist(path: Path):
    """Names with a folder, in `code`, are paths from the root or in the package.

    Capitals stand for something else: `rules/NAME.py`. The page on compatibility names
    files of other projects.
    """
    named = re.findall(r"`((?:[a-z0-9_.-]+/)+[a-z0-9_.-]+\.[a-z]+)`", written(path))
    roots = (ROOT, ROOT / "teachgraph", path.parent)
    assert not [name for name in named if not any((r / name).exists() for r in roots)]


def toctrees(path: Path) -> Iterator[str]:
    """The pages that a page has in its tables of contents."""
    for tree in re.findall(r"^```{toctree}\n(.*?)^```$", written(path), re.M | re.S):
        yield from (line for line in tree.split() if not line.startswith(":"))


def test_generated_pages_are_in_some_table_of_contents():
    inside = {
        name
        for page in ("reference.md", "index.md")
        for name in toctrees(ROOT / "docs" / page)
        if name.startswith("_pages/")
    }
    made = from_docs("tables").pages()
    assert inside == {f"_pages/{name.removesuffix('.md')}" for name in made}


def test_pages_of_the_documentation_are_in_some_table_of_contents():
    pages = [p for p in PAGES if p.parent == ROOT / "docs"]
    inside = {name for page in pages for name in toctrees(page)}
    assert {page.stem for page in pages} - inside == {"index"}


def public_names() -> Iterator[Any]:
    names = from_docs("namespaces")
    return (name for space in names.SPACES for name in names.names(space))


def test_every_public_function_is_pickled_by_its_name():
    functions = [n.value for n in public_names() if isinstance(n.value, FunctionType)]
    assert len(functions) > 200
    assert all(pickle.loads(pickle.dumps(f)) is f for f in functions)


def test_every_public_name_stands_in_the_reference():
    text = "".join(t for _, t in from_docs("reference_pages").pages())
    missing = [
        name.called
        for name in public_names()
        if f":: {name.anchor}\n" not in text and f"| `{name.called}` |" not in text
    ]
    assert not missing


def test_every_public_function_stands_on_a_page_that_says_what_for():
    listed = from_docs("areas").listed()
    values = {id(n.value) for n in public_names() if n.called in listed}
    missing = [
        name.called
        for name in public_names()
        if callable(name.value)
        and not inspect.isclass(name.value)
        and id(name.value) not in values
    ]
    assert not missing


def test_every_public_name_says_in_one_line_what_it_is():
    silent = [
        name.called
        for name in public_names()
        if callable(name.value) and not re.search(r"[.:;?]$", name.first_line)
    ]
    assert not silent


def test_readme_lists_every_notebook_and_every_lecture():
    books = sorted(ROOT.glob("notebooks/*.ipynb")) + sorted(
        ROOT.glob("course/*/lecture.ipynb")
    )
    links = LINK.findall(written(ROOT / "README.md"))
    named = [path for path in links if path.endswith(".ipynb")]
    assert named == [book.relative_to(ROOT).as_posix() for book in books]


def test_the_course_lists_every_lesson():
    lessons = sorted(p.name for p in (ROOT / "course").glob("lesson*"))
    for page in ("docs/course.md", "course/README.md"):
        assert re.findall(r"(lesson\d\d)/lecture", written(ROOT / page)) == lessons
