"""The colours of kinds and of what rewrites do, the same in every view.

They are the viewer's (`extension/src/core/theme.css`); marks use the palette of Okabe
and Ito, which stays distinct for colour-blind eyes. No meaning hangs on colour alone:
kinds have shapes, marks have line styles and signs.
"""

from __future__ import annotations

LIGHT = {
    "text": "#16191d",
    "quiet": "#525a64",
    "edge": "#7d8792",
    "border": "#5c6670",
    "input": "#dcecf9",
    "shared": "#f5e2ed",
    "constant": "#e9ecef",
    "apply": "#ffffff",
    "fused": "#f7f8fa",
    "frame": "#00805d",
    "added": "#00805d",
    "added-fill": "#d5f1e7",
    "gone": "#d98f00",
    "gone-fill": "#fdeecb",
}

DARK = {
    "text": "#eceff2",
    "quiet": "#a7b0ba",
    "edge": "#8b95a0",
    "border": "#95a0ab",
    "input": "#16344c",
    "shared": "#48283a",
    "constant": "#2a3037",
    "apply": "#1c2127",
    "fused": "#0d1014",
    "frame": "#1ec797",
    "added": "#1ec797",
    "added-fill": "#0e3a2e",
    "gone": "#f0a91f",
    "gone-fill": "#46340c",
}

SHAPES = {"input": "ellipse", "shared": "box3d", "constant": "note", "apply": "box"}
"""How graphviz draws each kind."""


def variables(colours: dict[str, str]) -> str:
    """The colours as CSS variables."""
    return "".join(f"--tgs-{name}:{value};" for name, value in colours.items())
