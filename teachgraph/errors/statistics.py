"""How often which error was met, where an instructor asks for it.

With `config.error_statistics` naming a file, each error adds a line to it: the day and
the code, and nothing else. The file stays on this machine. By default nothing is kept.
"""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

from teachgraph.core.config import config
from teachgraph.core.entrance import SEEN
from teachgraph.core.report import Report


def note(report: Report) -> None:
    """Add a line, if that is asked for."""
    if not config.error_statistics:
        return
    today = datetime.date.today().isoformat()
    file = Path(str(config.error_statistics)).expanduser()
    with file.open("a", encoding="utf-8") as lines:
        lines.write(f"{today} {report.code}\n")


def counts(file: str | Path | None = None) -> Counter[str]:
    """How often each code occurs in a file; by default the configured one."""
    path = Path(str(file or config.error_statistics)).expanduser()
    lines = path.read_text(encoding="utf-8").splitlines()
    return Counter(line.split()[1] for line in lines)


SEEN.append(note)
