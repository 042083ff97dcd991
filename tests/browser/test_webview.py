"""The widget in frames that limit it as VS Code's webview and Colab's output do.

Neither host can be installed here. What they promise a widget can be had: a frame of
another origin, a policy that forbids workers and the network, classes and variables
that say which theme there is, and anywidget's contract, `render({ model, el })`.
"""

import html
import json

import pytest
from browser.pages import Drive, Facts, fixture, large_document, write
from sources import PACKAGE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'unsafe-inline'; img-src https: data:; font-src https:; "
    "connect-src https:; child-src https: data:"
)
"""What a notebook's webview allows: no worker, for none is a child of these."""

VSCODE = "allow-scripts allow-same-origin allow-forms allow-pointer-lock"
COLAB = "allow-scripts allow-forms allow-popups"

RENDER = """
const model = (traits) => ({
  get: (name) => traits[name],
  set: (name, value) => { traits[name] = value; },
  save_changes() {}, on() {}, off() {},
});
const options = { step: -1, selected: "", verbosity: "medium", options: {} };
globalThis.traits = { ...options, document: DOCUMENTS[0] };
const url = URL.createObjectURL(new Blob([ESM], { type: "text/javascript" }));
const widget = (await import(url)).default;
for (const traits of [globalThis.traits, { ...options, document: DOCUMENTS[1] }]) {
  const el = document.body.appendChild(document.createElement("div"));
  await widget.render({ model: model(traits), el });
}
"""


def frame(sandbox: str, body: str) -> str:
    """A page with a frame in which two widgets are rendered, the second a large one."""
    esm = (PACKAGE / "view" / "static" / "widget.js").read_text("utf-8")
    documents = [fixture("logistic"), large_document(600)]
    parts = {"ESM": esm, "DOCUMENTS": documents}
    data = "".join(
        f"const {name} = {json.dumps(value).replace('<', chr(92) + 'u003c')};\n"
        for name, value in parts.items()
    )
    inside = (
        f'<!doctype html><html><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'{body}<script type="module">{data}{RENDER}</script></html>'
    )
    return (
        '<!doctype html><meta charset="utf-8"><title>host</title>'
        f'<iframe sandbox="{sandbox}" width="1150" height="950" '
        f'srcdoc="{html.escape(inside)}"></iframe>'
    )


@pytest.fixture(scope="module")
def seen(drive: Drive, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What each host showed."""
    folder = tmp_path_factory.mktemp("hosts")
    dark = '<body class="vscode-dark" style="background:#1f1f1f">'
    vscode = write(folder / "vscode.html", frame(VSCODE, dark))
    colab = write(folder / "colab.html", frame(COLAB, "<body>"))
    return drive("webview.mjs", vscode, colab)["told"]


@pytest.mark.parametrize("host", ["vscode", "colab"])
def test_widget_draws_and_steps_and_tells_its_model(seen: Facts, host: str):
    told = seen[host]
    assert "sigmoid" in told["start"]["labels"][1]
    assert told["back"]["position"] == "1 / 2"
    assert told["traits"] == 1


@pytest.mark.parametrize("host", ["vscode", "colab"])
def test_large_graph_is_laid_out_where_no_worker_is_allowed(seen: Facts, host: str):
    assert seen[host]["large"] == "600"


@pytest.mark.parametrize("host", ["vscode", "colab"])
def test_nothing_is_asked_of_the_network(seen: Facts, host: str):
    assert not [line for line in seen[host]["refused"] if "orker" not in line]


def test_dark_webview_makes_a_dark_viewer(seen: Facts):
    assert seen["vscode"]["dark"] == "dark"
    assert seen["colab"]["dark"] == "light"
