"""One self-contained page: a graph before and after, and every rewrite in between.

The viewer's script stands in the page together with the document, so the page needs no
server and no network. Without the script, or where scripts are off, the page shows the
two pictures and the rewrites as a list to unfold.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from teachgraph.compile.function import Function
from teachgraph.core.doc import to_html
from teachgraph.core.entrance import public
from teachgraph.core.events import History, PassStarted
from teachgraph.core.record import having
from teachgraph.view import protocol
from teachgraph.view.document import PAGE, Caps, document, title_of
from teachgraph.view.mimebundle import in_words, picture, tree_text
from teachgraph.view.model import Ids, Model, output_names, shown_model
from teachgraph.view.replay import Change, Replay
from teachgraph.view.stepper import Stepper
from teachgraph.view.steps import program_text

SCRIPT = "standalone.js"

STYLE = """
:root{color-scheme:light dark}
body{margin:0 auto;padding:1.2rem;max-width:1500px;line-height:1.5;
 font-family:system-ui,'Segoe UI','DejaVu Sans',sans-serif}
h1{font-size:1.5rem;margin:.2em 0}
pre,code{font-family:ui-monospace,'DejaVu Sans Mono',monospace}
pre{overflow:auto;line-height:1.3}
.tg-pictures{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}
.tg-pictures figure{flex:1 1 24rem;margin:0;padding:.8rem;min-width:0;
 border:1px solid #8b95a0;border-radius:10px;overflow:auto}
figcaption{font-weight:650;margin-bottom:.6rem}
li{margin:.35em 0}
summary{cursor:pointer}
.tg-why{opacity:.8}
"""


def html_page(shown: Any, *, title: str | None = None, caps: Caps = PAGE) -> str:
    """The page of a function, stepper, history, graph, list or variable, as text."""
    found = _document(shown, title, caps)
    told = found["title"]
    script = viewer_script()
    still = "".join(static_parts(shown, found))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(told)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(_body(found, script, still))}\n</main>\n"
        f"{''.join(_below(shown))}</body>\n</html>\n"
    )


def _document(shown: Any, title: str | None, caps: Caps) -> protocol.Document:
    if isinstance(shown, Stepper):
        return shown.document(title=title, caps=caps)
    return document(shown, title=title, caps=caps)


@public
def write_html(shown: Any, path: Any, *, title: str | None = None) -> Path:
    """Write the page of a function, stepper, history, graph or variable.

    Returns:
        where it is.
    """
    target = Path(path)
    target.write_text(html_page(shown, title=title), encoding="utf-8")
    return target


def viewer_script() -> str:
    """The viewer's script; nothing where the extension was not built."""
    file = Path(__file__).parent / "static" / SCRIPT
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def embedded(data: Any) -> str:
    """JSON that may stand in a script element: no `<` in it can end the element."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    safe = text.replace("<", "\\u003c")
    return safe.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _body(found: protocol.Document, script: str, still: str) -> Iterator[str]:
    if not script:
        yield f"<h1>{html.escape(found['title'])}</h1>\n{still}"
        return
    kind = 'type="application/json" data-teachgraph'
    yield f"<script {kind}>{embedded(found)}</script>\n"
    yield f"<noscript><h1>{html.escape(found['title'])}</h1>\n{still}</noscript>\n"
    yield f"<script>{script.replace('</script', '<' + chr(92) + '/script')}</script>"


def static_parts(shown: Any, found: protocol.Document) -> Iterator[str]:
    """The page without scripts: pictures, and the rewrites as a list."""
    if isinstance(shown, Stepper):
        yield f"<pre>{html.escape(str(shown))}</pre>\n"
        shown = shown.function
    history = _history(shown)
    yield f"<p><code>{html.escape(_words(shown))}</code></p>\n"
    if history is None:
        ids = Ids()
        model = shown_model(shown, ids)
        yield f'<div class="tg-pictures">{_figure("the graph", model, ids)}</div>\n'
        tree = html.escape(tree_text(shown, model))
        yield f"<details><summary>as text</summary><pre>{tree}</pre></details>"
        return
    replay = Replay(history)
    names = output_names(shown) if isinstance(shown, Function) else replay.first.names
    first, last = (having(m, names=names) for m in (replay.first, replay.last()))
    yield '<div class="tg-pictures">'
    yield _figure(f"before: {len(first.nodes)} nodes", first, replay.ids)
    yield _figure(f"after: {len(last.nodes)} nodes", last, replay.ids)
    yield "</div>\n"
    rewrites = [e for e in found["timeline"] if e["t"] == "rewrite"]
    yield f"<details open><summary>{_count(len(rewrites))}</summary>\n<ol>\n"
    for rewrite in rewrites:
        yield _rewrite(rewrite, found)
    yield "</ol></details>\n"
    yield from _unseen(replay.changes)


def _unseen(changes: tuple[Change, ...]) -> Iterator[str]:
    """A word on rewrites of what no output needs any more."""
    count = sum(not (c.add or c.remove or c.rewire or c.outputs) for c in changes)
    if count:
        yield f"<p>{_count(count)} more changed nothing that an output needs.</p>\n"


def _count(number: int) -> str:
    return f"{number} rewrite{'' if number == 1 else 's'}"


def _history(shown: Any) -> History | None:
    """The rewriting of what is shown, if there was any."""
    history = shown.history if isinstance(shown, Function) else shown
    if not isinstance(history, History):
        return None
    return history if next(history.of(PassStarted), None) is not None else None


def _words(shown: Any) -> str:
    if isinstance(shown, History):
        return _count(len(shown.rewrites()))
    if isinstance(shown, Function):
        return in_words(shown)
    return title_of(shown)


def _figure(caption: str, model: Model, ids: Ids) -> str:
    drawn = picture(model, ids, caption)
    return f"<figure><figcaption>{html.escape(caption)}</figcaption>{drawn}</figure>"


def _rewrite(rewrite: protocol.Rewrite, found: protocol.Document) -> str:
    """One line of the list: what became what, by which rule, and why."""
    rule = found.get("rules", {}).get(rewrite["rule"])
    before, after = rewrite.get("before", ""), rewrite.get("after", "")
    equation = rule.get("equation", "") if rule else ""
    why = rewrite.get("why") or (rule["why"] if rule else "")
    shown = f"<b>{html.escape(rewrite['rule'])}</b>"
    if equation:
        shown += f" <code>{html.escape(equation)}</code>"
    change = f"<code>{html.escape(before)}</code>"
    if after != before:
        change += f" → <code>{html.escape(after)}</code>"
    bound = rewrite.get("bindings", ())
    where = ", ".join(
        f"{b['name']} = {b['text']}" for b in bound if b["name"] != b["text"]
    )
    if where:
        change += f", where <code>{html.escape(where)}</code>"
    reason = f'<span class="tg-why">{html.escape(why)}</span>'
    return f"<li>{shown}<br>{change}<br>{reason}</li>\n"


def _below(shown: Any) -> Iterator[str]:
    """What runs, and the source that the backend compiled, to unfold."""
    if isinstance(shown, Function):
        count = len(shown.program.steps)
        told = html.escape(program_text(shown.program))
        yield f"<details><summary>what runs: {count} step{'' if count == 1 else 's'}"
        yield f"</summary><pre>{told}</pre></details>\n"
    if isinstance(shown, Function) and shown.source is not None:
        yield "<details><summary>the source that was compiled</summary>"
        yield f"{to_html(shown.source)}</details>\n"
