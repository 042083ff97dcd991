"""The `optimizer` argument of Theano's debug modes, as phases of rewriting."""

from __future__ import annotations

from teachgraph.compile import faults
from teachgraph.compile.mode import MODES
from teachgraph.compile.words import nearest
from teachgraph.rewrite.pipeline import PHASES

OPTIMIZERS = {
    "default": PHASES,
    "fast_run": PHASES,
    "fast_compile": MODES["FAST_COMPILE"].phases,
    "None": (),
}


def phases_of(optimizer: str | None) -> tuple[str, ...]:
    """The phases that Theano's name of an optimizer stands for; None for none.

    Raises:
        unknown-name: there is no such optimizer.
    """
    name = str(optimizer)
    if name not in OPTIMIZERS:
        raise faults.unknown_name(
            "optimizer", name, OPTIMIZERS, nearest(name, OPTIMIZERS)
        )
    return OPTIMIZERS[name]
