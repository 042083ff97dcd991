"""The rules, by subject. Importing the package registers them all in `RULES`."""

from teachgraph.rewrite.rule import RULES
from teachgraph.rewrite.rules import (
    axes,
    canonicalize,
    convolution,
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
    "convolution",
    "parts",
    "placing",
    "quotients",
    "reductions",
    "sigmoids",
    "specialize",
    "stabilize",
]
