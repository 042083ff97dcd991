"""A fault of ours: a file with all that its authors need, and where it is.

The file holds the traceback, the versions and the settings; nothing of it leaves this
machine by itself.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.entrance import BUGS


def written(error: BaseException) -> str:
    """Write the file about an error; gives its path."""
    parts = (
        "teachgraph ended in a fault of its own.",
        f"Python {sys.version}, NumPy {np.__version__}, {sys.platform}",
        "".join(traceback.format_exception(error)),
        f"Settings\n{config}",
    )
    handle, path = tempfile.mkstemp(prefix="teachgraph-fault-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n\n".join(parts))
    return path


BUGS.append(written)
