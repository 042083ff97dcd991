"""How Sphinx builds these pages.

Pages that have their home elsewhere are copied into `docs/_pages` before the build: the
notebooks, the course, and the page of each error, which belongs to
`teachgraph/errors/pages`. Tables of what is registered are written there, too.
"""

import importlib
import itertools
import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

import teachgraph
from teachgraph.errors import book

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))
tables = importlib.import_module("tables")
ROOT = DOCS.parent
COPIED = (
    ("notebooks", ROOT / "notebooks", "*.ipynb"),
    ("course", ROOT / "course", "README.md"),
    ("course", ROOT / "course", "*/*.ipynb"),
    ("errors", ROOT / "teachgraph" / "errors" / "pages", "*.md"),
)

project = "teachgraph"
author = "The teachgraph authors"
project_copyright = "The teachgraph authors"
version = release = teachgraph.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]
html_theme = "pydata_sphinx_theme"
html_title = "teachgraph"
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": True}

# Notebooks are kept with their outputs, which the tests compare with a fresh run.
nb_execution_mode = "off"

autodoc_member_order = "groupwise"
autodoc_typehints = "description"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
# The title of an error is in the front matter of its page.
myst_title_to_header = True
# The pages of errors and notebooks start where their reader is, not at a first heading;
# what only the viewer shows stands in a notebook beside a picture that any page shows.
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]


def copy_pages(app: Sphinx) -> None:
    """Bring the pages with another home to where Sphinx finds them."""
    del app
    shutil.rmtree(DOCS / "_pages", ignore_errors=True)
    for name, source, pattern in COPIED:
        for page in sorted(source.glob(pattern)):
            target = DOCS / "_pages" / name / page.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(page, target)
    with ThreadPoolExecutor() as pool:
        list(pool.map(complete, (DOCS / "_pages" / "errors").glob("*.md")))
    for name, text in tables.pages().items():
        (DOCS / "_pages" / name).write_text(text, encoding="utf-8")


def complete(page: Path) -> None:
    """Make the page of an error one that Sphinx reads, and add the message."""
    _, head, rest = page.read_text(encoding="utf-8").split("---\n", 2)
    text = f"---\n{quoted(head)}---\n{with_message(page.stem, rest)}"
    page.write_text(text, encoding="utf-8")


def with_message(code: str, text: str) -> str:
    """The text of a page with what its example says below the example.

    In a process of its own, since some examples register ops and rules.
    """
    command = [sys.executable, "-m", "teachgraph", "explain", code, "--try"]
    told = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    message = told.stdout.partition("\nIt says:\n\n")[2].partition("\nPut right, in")[0]
    example = f"```python\n{book.page(code).example}```\n"
    said = f"\nIt says:\n\n```text\n{message.rstrip()}\n```\n"
    return text.replace(example, example + said, 1)


def quoted(head: str) -> str:
    """The head of a page with its values in quotes, since they may hold a colon."""
    return re.sub(r"(?<=: ).+$", lambda m: json.dumps(m[0]), head, flags=re.MULTILINE)


NAMES = re.compile(r"^( +(?:\w+, )*\w+,)\n +(?=(?:\w+, )*\w+: )", re.MULTILINE)
"""Names of arguments that share a description and go on in the next line."""


def markdown_words(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Docstrings have `code` as Markdown does; reStructuredText wants ``code``."""
    del app, what, name, obj, options
    lines[:] = NAMES.sub(r"\1 ", "\n".join(lines)).split("\n")
    for number, line in enumerate(lines):
        if line.lstrip().startswith((">>>", "...")):
            continue
        pieces = re.split(r"`+([^`]+)`+", line)
        plain = (re.sub(r"([*|])", r"\\\1", piece) for piece in pieces[::2])
        code = (f"``{piece}``\\ " for piece in pieces[1::2])
        both = itertools.zip_longest(plain, code, fillvalue="")
        lines[number] = "".join(itertools.chain(*both))


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    # Before napoleon, which is at 500 and writes roles.
    app.connect("autodoc-process-docstring", markdown_words, priority=400)
    app.connect("builder-inited", copy_pages)
