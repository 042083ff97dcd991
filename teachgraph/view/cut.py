"""How large a document is, and what it can do without when it is too large."""

from __future__ import annotations

import json
from typing import Any

from teachgraph.view import protocol


def size(data: Any) -> int:
    """Bytes of the data as compact JSON."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return len(text.encode())


def drop_details(document: protocol.Document) -> None:
    """Leave out what is only a closer look: generated code, statements, pictures."""
    document.pop("listings", None)
    for event in document["timeline"]:
        if event["t"] != "eval":
            continue
        event.pop("loops", None)
        event.pop("more", None)
        for value in (*event["outputs"], *event.get("grad", ())):
            value.pop("heat", None)
