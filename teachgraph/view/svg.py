"""A static picture of a graph as SVG: crisp at any size, dark where its page is dark.

Colours are attributes, which every program that reads SVG understands, and over them
CSS variables, which follow the theme of a notebook or a browser. Nodes have tooltips.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from teachgraph.view.layout import Point
from teachgraph.view.model import Ids, Model, shown_model
from teachgraph.view.palette import DARK, LIGHT, variables
from teachgraph.view.scene import (
    HEAD_SIZE,
    HEADER,
    LABEL_SIZE,
    OUT_SIZE,
    PADDING,
    Box,
    Frame,
    Marks,
    Scene,
    scene_of,
    text_width,
)

MARGIN = 10.0
SANS = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
EDGE = f'fill="none" stroke="{LIGHT["edge"]}" stroke-width="1.6"'
BADGES = {"added": "+", "gone": "–"}


def _style() -> str:
    """The colours as variables: light, dark where asked for, and who follows them."""
    rules = [
        f".tgs{{{variables(LIGHT)}}}",
        f"@media (prefers-color-scheme:dark){{.tgs{{{variables(DARK)}}}}}",
        f"[data-jp-theme-light=true] .tgs,.vscode-light .tgs{{{variables(LIGHT)}}}",
        f"[data-jp-theme-light=false] .tgs,.vscode-dark .tgs{{{variables(DARK)}}}",
    ]
    for name in ("input", "shared", "constant", "apply", "fused"):
        rules.append(f".tgs-{name}{{fill:var(--tgs-{name})}}")
    for name in ("added", "gone"):
        colour = f"stroke:var(--tgs-{name})"
        rules.append(f".tgs-box.tgs-{name}{{fill:var(--tgs-{name}-fill);{colour}}}")
        rules.append(f".tgs-badge-{name}{{fill:var(--tgs-{name})}}")
    rules += [
        ".tgs-text{fill:var(--tgs-text)}",
        ".tgs-quiet{fill:var(--tgs-quiet)}",
        ".tgs-edge{stroke:var(--tgs-edge)}",
        ".tgs-tip{fill:var(--tgs-edge)}",
        ".tgs-border{stroke:var(--tgs-border)}",
        ".tgs-frame{stroke:var(--tgs-frame)}",
    ]
    return "".join(rules)


STYLE = _style()


def svg(
    shown: Any,
    *,
    title: str = "computation graph",
    marks: Marks | None = None,
    ids: Ids | None = None,
) -> str:
    """A model, variable, list, graph or function as an SVG element.

    `marks` say what a rewrite does to nodes, by id: added or gone.
    """
    ids = ids or Ids()
    model = shown if isinstance(shown, Model) else shown_model(shown, ids)
    return drawn(scene_of(model, ids, marks), title)


def drawn(scene: Scene, title: str) -> str:
    """A scene as an SVG element."""
    width, height = scene.width + 2 * MARGIN, scene.height + 2 * MARGIN
    size = f'width="{width:.0f}" height="{height:.0f}"'
    box = f'viewBox="{-MARGIN:g} {-MARGIN:g} {width:.1f} {height:.1f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tgs" role="img" '
        f'aria-label="{html.escape(title)}" {size} {box} '
        f'font-family="{SANS}" text-anchor="middle" '
        f'style="max-width:100%;height:auto">'
        f"<style>{STYLE}</style>{''.join(_parts(scene))}</svg>"
    )


def _parts(scene: Scene) -> Iterator[str]:
    yield from map(_frame, scene.frames)
    yield from _lines(scene)
    for frame in scene.frames:
        yield from _head(frame.x + PADDING, frame.y + 16, frame.label, bold=True)
    for box in scene.boxes:
        yield "".join(_box(box))


def _frame(frame: Frame) -> str:
    """The dotted frame of a layer."""
    return (
        f'<rect class="tgs-fused tgs-border" fill="{LIGHT["fused"]}" '
        f'stroke="{LIGHT["border"]}" stroke-width="1.4" stroke-dasharray="2 4" '
        f'x="{frame.x:.1f}" y="{frame.y:.1f}" width="{frame.w:.1f}" '
        f'height="{frame.h:.1f}" rx="10"/>'
    )


def _head(x: float, y: float, words: str, *, bold: bool = False) -> Iterator[str]:
    """What a frame is called, over the lines that pass there."""
    size = HEAD_SIZE if bold else HEAD_SIZE - 0.5
    yield (
        f'<rect class="tgs-fused" fill="{LIGHT["fused"]}" x="{x - 3:.1f}" '
        f'y="{y - 11:.1f}" width="{text_width(words, size) + 6:.1f}" height="14"/>'
    )
    weight = {"font_weight": "600"} if bold else {}
    start = {"text_anchor": "start", **weight}
    yield _text(x, y, words, "tgs-quiet", LIGHT["quiet"], size, **start)


def _lines(scene: Scene) -> Iterator[str]:
    ways = "".join(_curve(line.points, tip=line.tip) for line in scene.lines)
    tips = "".join(_tip(*line.points[-1]) for line in scene.lines if line.tip)
    if ways:
        yield f'<path class="tgs-edge" {EDGE} d="{ways}"/>'
    if tips:
        yield f'<path class="tgs-tip" fill="{LIGHT["edge"]}" d="{tips}"/>'


def _curve(points: tuple[Point, ...], *, tip: bool) -> str:
    """A curve that leaves and enters every point vertically."""
    (x, y), *rest = points
    path = f"M{x:.1f} {y:.1f}"
    for i, (u, v) in enumerate(rest):
        if i == len(rest) - 1 and tip:
            v -= 6
        if abs(u - x) < 0.05:
            path += f"V{v:.1f}"
        else:
            bend = max(8.0, abs(v - y) * 0.5)
            path += f"C{x:.1f} {y + bend:.1f} {u:.1f} {v - bend:.1f} {u:.1f} {v:.1f}"
        x, y = u, v
    return path


def _tip(x: float, y: float) -> str:
    return f"M{x - 4.5:.1f} {y - 8:.1f}L{x:.1f} {y:.1f}L{x + 4.5:.1f} {y - 8:.1f}Z"


def _box(box: Box) -> Iterator[str]:
    if box.kind == "out":
        if box.label:
            quiet = LIGHT["quiet"]
            yield _text(box.x, box.y + 5, box.label, "tgs-quiet", quiet, OUT_SIZE)
        return
    yield f"<g><title>{html.escape(box.tooltip)}</title>"
    if box.kind == "port":
        at = f'cx="{box.x:.1f}" cy="{box.y:.1f}" r="3.5"'
        yield f'<circle class="tgs-tip" fill="{LIGHT["edge"]}" {at}/></g>'
        return
    yield from _outline(box)
    yield from _words(box) if box.inner is None else _inside(box, box.inner)
    if box.mark in BADGES:
        x, y, fill = box.x + box.w / 2 - 3, box.top + 2, LIGHT[box.mark]
        at = f'cx="{x:.1f}" cy="{y:.1f}" r="8.5"'
        yield f'<circle class="tgs-badge-{box.mark}" fill="{fill}" {at}/>'
        yield _text(
            x, y + 4.5, BADGES[box.mark], "tgs-apply", "#ffffff", 13, font_weight="700"
        )
    yield "</g>"


def _inside(box: Box, inner: Scene) -> Iterator[str]:
    """The scene in an open box, and the stretches from its upper edge to the dots."""
    left, top = box.x - box.w / 2 + PADDING, box.top
    ports = [left + port.x for port in inner.boxes if port.kind == "port"]
    enters = "".join(f"M{x:.1f} {top:.1f}v{HEADER:g}" for x in ports)
    if enters:
        yield f'<path class="tgs-edge" {EDGE} d="{enters}"/>'
    yield from _head(left, top + 15, box.label)
    yield f'<g transform="translate({left:.1f} {top + HEADER:.1f})">'
    yield from _parts(inner)
    yield "</g>"


def _outline(box: Box) -> Iterator[str]:
    radius = {"input": box.h / 2, "constant": 2.0, "fused": 12.0}.get(box.kind, 7.0)
    fill = LIGHT[f"{box.mark}-fill"] if box.mark in BADGES else LIGHT[box.kind]
    stroke = LIGHT["frame" if box.kind == "fused" else box.mark or "border"]
    dash = {"gone": "5 4", "": "7 4" if box.kind == "fused" else ""}.get(box.mark, "")
    edge = "tgs-frame" if box.kind == "fused" else "tgs-border"
    marked = f" tgs-{box.mark}" if box.mark else ""
    yield (
        f'<rect class="tgs-box tgs-{box.kind} {edge}{marked}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{2.6 if box.mark else 1.4}" '
        + (f'stroke-dasharray="{dash}" ' if dash else "")
        + f'x="{box.x - box.w / 2:.1f}" y="{box.top:.1f}" '
        f'width="{box.w:.1f}" height="{box.h:.1f}" rx="{radius:g}"/>'
    )
    if box.kind == "shared":
        yield (
            f'<rect class="tgs-border" fill="none" stroke="{LIGHT["border"]}" '
            f'x="{box.x - box.w / 2 + 3.5:.1f}" y="{box.top + 3.5:.1f}" '
            f'width="{box.w - 7:.1f}" height="{box.h - 7:.1f}" rx="4"/>'
        )


def _words(box: Box) -> Iterator[str]:
    label = box.y - 3 if box.below else box.y + 5
    text, quiet = LIGHT["text"], LIGHT["quiet"]
    bold, mono = {"font_weight": "600"}, {"font_family": "monospace"}
    yield _text(box.x, label, box.label, "tgs-text", text, LABEL_SIZE, **bold)
    if box.below:
        yield _text(box.x, box.y + 14, box.below, "tgs-quiet", quiet, 11, **mono)


def _text(
    x: float,
    y: float,
    text: str,
    style: str,
    fill: str,
    size: float,
    **attributes: str,
) -> str:
    """Words; what `attributes` leave out is as the whole picture has it."""
    more = "".join(f' {k.replace("_", "-")}="{v}"' for k, v in attributes.items())
    return (
        f'<text class="{style}" fill="{fill}" x="{x:.1f}" y="{y:.1f}" '
        f'font-size="{size:g}"{more}>{html.escape(text)}</text>'
    )
