"""The words of what can be wrong with a setting: `config.floatx = "float33"`."""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.origin import here
from teachgraph.core.report import (
    Hint,
    Note,
    Report,
    SettingError,
    TeachgraphError,
    UnknownNameError,
)
from teachgraph.core.surface import define


@define("unknown_setting")
def unknown_setting(
    name: str, meant: Sequence[str], known: Sequence[str]
) -> TeachgraphError:
    """A setting that does not exist."""
    notes = () if meant else (Note(f"there are {', '.join(known)}"),)
    hints = (Hint("perhaps you mean", f"config.{meant[0]}"),) if meant else ()
    title = f"there is no setting {name!r}"
    return UnknownNameError(
        Report("unknown-name", title, here(), notes=notes, hints=hints)
    )


@define("wrong_setting")
def wrong_setting(words: str) -> TeachgraphError:
    """A value that a setting cannot have."""
    return SettingError(Report("wrong-value", words, here()))
