"""How Sphinx builds these pages.

Pages that have their home elsewhere are copied into `docs/_pages` before the build: the
notebooks, and the page of each error, which belongs to `teachgraph/errors/pages`.
"""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

import teachgraph

DOCS = Path(__file__).parent
ROOT = DOCS.parent
COPIED = {
    "notebooks": (ROOT / "notebooks", "*.ipynb"),
    "errors": (ROOT / "teachgraph" / "errors" / "pages", "*.md"),
}

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

# Notebooks are kept without output and run when the pages are built.
nb_execution_mode = "auto"
nb_execution_raise_on_error = True
nb_execution_timeout = 300

autodoc_member_order = "groupwise"
autodoc_typehints = "description"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
# The pages of errors and notebooks start where their reader is, not at a first heading.
suppress_warnings = ["myst.header"]


def copy_pages(app: Sphinx) -> None:
    """Bring the pages with another home to where Sphinx finds them."""
    for name, (source, pattern) in COPIED.items():
        target = DOCS / "_pages" / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for page in sorted(source.glob(pattern)):
            shutil.copy(page, target / page.name)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", copy_pages)
