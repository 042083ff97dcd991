"""What is done about a finding: nothing, a warning, an error, or the debugger."""

from __future__ import annotations

import sys

from teachgraph.core.entrance import warn_user
from teachgraph.core.report import TeachgraphError

RESPONSES = ("ignore", "warn", "raise", "pdb")


def respond(how: str, error: TeachgraphError, category: type[Warning]) -> None:
    """Do what was asked for about `error`.

    Args:
        how: one of `RESPONSES`.
        category: of the warning, if it is one.
    """
    if how == "raise":
        raise error
    if how == "warn":
        warn_user(error, category)
    elif how == "pdb":
        debug(error)


def debug(error: TeachgraphError) -> None:
    """Open the debugger here: `error` is what was found, `up` leads to your line."""
    sys.stderr.write(f"{error}\n")
    sys.breakpointhook()


def checked(how: str) -> str:
    """The response, if it is one.

    Raises:
        ValueError: it is none of `RESPONSES`.
    """
    if how not in RESPONSES:
        raise ValueError(f"action is one of {', '.join(RESPONSES)}, not {how!r}")
    return how
