"""Theano's `printing` module: its names and signatures, over this package's views."""

from __future__ import annotations

from typing import Any

from teachgraph.ops.printed import Print
from teachgraph.view.debugprint import debugprint
from teachgraph.view.dot import pydotprint
from teachgraph.view.html import write_html
from teachgraph.view.latex import latex
from teachgraph.view.pprint import min_informative_str, pp, pprint

__all__ = [
    "Print",
    "d3viz",
    "debugprint",
    "latex",
    "min_informative_str",
    "pp",
    "pprint",
    "pydotprint",
]


def d3viz(
    fct: Any, outfile: Any, copy_deps: bool = True, *args: Any, **kwargs: Any
) -> None:
    """Write a page with the interactive picture, as `theano.d3viz.d3viz` does.

    The page needs nothing beside it, so `copy_deps` has nothing to copy.
    """
    del copy_deps, args, kwargs
    write_html(fct, outfile)
