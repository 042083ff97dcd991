"""The rules, by subject. Importing the package registers them all in `RULES`."""

from teachgraph.rewrite.rule import RULES
from teachgraph.rewrite.rules import (
    axes,
    canonicalize,
    parts,
    placing,
    quotients,
    reductions,
    sigmoids,
    specialize,
    stabilize,
)

__all__ = [
    "RULES",
    "axes",
    "canonicalize",
    "parts",
    "placing",
    "quotients",
    "reductions",
    "sigmoids",
    "specialize",
    "stabilize",
]
