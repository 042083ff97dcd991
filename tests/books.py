"""The notebooks of the repository: found, paired with their text, and run.

A notebook is written and reviewed as `NAME.py`; `NAME.ipynb` is the same with outputs
that were computed. `pytest --update-golden tests/test_notebooks.py` computes them anew.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from sources import ROOT

Notebook = nbformat.NotebookNode

FOLDERS = ("notebooks", "course")
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
# The kernel warns about itself when it is shut down.
STRICT = (
    "import warnings; warnings.simplefilter('error');"
    " warnings.filterwarnings('ignore', module='ipykernel')"
)
LIVE = "application/vnd.jupyter.widget-view+json"
SECONDS = 120


def scripts() -> list[Path]:
    """The text of every notebook, in order."""
    found = (path for name in FOLDERS for path in sorted((ROOT / name).rglob("*.py")))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def title(path: Path) -> str:
    """`course/lesson01/lecture`, the name of a notebook in a test."""
    return path.relative_to(ROOT).with_suffix("").as_posix()


def saved(script: Path) -> Notebook:
    """A notebook as it is kept, with its outputs."""
    return nbformat.read(script.with_suffix(".ipynb"), as_version=4)


def written(script: Path) -> Notebook:
    """A notebook as its text has it, without outputs."""
    book = jupytext.read(script, fmt="py:percent")
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number:02}"
    book.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    return book


def run(script: Path, *, allow_errors: bool = False) -> Notebook:
    """A notebook with its outputs, computed now and with warnings as errors."""
    book = written(script)
    arguments = [f"--IPKernelApp.exec_lines={STRICT}", "--HistoryManager.enabled=False"]
    client = NotebookClient(
        book,
        timeout=SECONDS,
        kernel_name=KERNEL["name"],
        extra_arguments=arguments,
        allow_errors=allow_errors,
        record_timing=False,
        resources={"metadata": {"path": str(script.parent)}},
    )
    with tempfile.TemporaryDirectory() as folder:
        # By sockets in a folder: a port that is free now may be taken in a moment.
        client.create_kernel_manager()
        client.km.transport, client.km.ip = "ipc", f"{folder}/kernel"
        client.execute()
    for cell in code_cells(book):
        cell.outputs = [kept(output) for output in joined(cell.outputs)]
    book.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    return book


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs with neighbouring pieces of one stream put together."""
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else None
        if last and _stream(output) and _stream(output) == _stream(last):
            last.text += output.text
        else:
            found.append(output)
    return found


def _stream(output: Any) -> str:
    """Which stream an output was written to, if it was."""
    return output.name if output.output_type == "stream" else ""


def kept(output: Any) -> Any:
    """What is saved of an output: not the widget, which dies with its kernel."""
    if "data" in output:
        output.data.pop(LIVE, None)
    return output


def save(script: Path, book: Notebook) -> None:
    """Keep a notebook with its outputs."""
    text = nbformat.writes(book, version=4)
    script.with_suffix(".ipynb").write_text(text + "\n", encoding="utf-8")


def code_cells(book: Notebook) -> Iterator[Any]:
    """The cells that hold code, in order."""
    return (cell for cell in book.cells if cell.cell_type == "code")


def outputs(book: Notebook) -> Iterator[Any]:
    """Every output, in order."""
    return (output for cell in code_cells(book) for output in cell.outputs)


def said(output: Any) -> str:
    """An output in words, the same on every machine and in every run."""
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return re.sub(r"0x[0-9a-f]+", "0x...", text).strip()
