"""The command line: teachgraph demo | doctor | explain | run | cache.

Everything is said through documents, so a terminal gets colours and a pipe plain text.
"""

from __future__ import annotations

import argparse
import io
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import teachgraph
from teachgraph.backend.cache import Cache
from teachgraph.backend.compiler import Compiler
from teachgraph.cli import demo, doctor
from teachgraph.cli.terminal import say
from teachgraph.core.config import config
from teachgraph.core.doc import BREAK, concat, join, style, text
from teachgraph.core.report import TeachgraphError
from teachgraph.errors import pages
from teachgraph.errors.trial import tried
from teachgraph.view.magics import use_door

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit status: 0, or 1 for a question with no answer.

    Args:
        arguments: the words after the program's name; those of the process by default.
    """
    out: Any = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        # A terminal that cannot show a branch of a tree shows a question mark.
        out.reconfigure(errors="replace")
    parser = command_line()
    read = parser.parse_args(arguments)
    command: Command | None = read.command
    try:
        if command is None:
            parser.print_help()
            return 0
        return command(read)
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not flush into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return 0


def command_line() -> argparse.ArgumentParser:
    """What may be written after `teachgraph`."""
    parser = argparse.ArgumentParser(
        "teachgraph",
        description="Look at expressions, their graphs, and this machine.",
    )
    version = f"teachgraph {teachgraph.__version__}"
    parser.add_argument("--version", action="version", version=version)
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    tour = commands.add_parser("demo", help="walk through the tour in this terminal")
    tour.add_argument(
        "--page",
        type=Path,
        default=Path("teachgraph-demo.html"),
        help="where to write the web page (default: %(default)s)",
    )
    tour.set_defaults(command=run_demo)

    checks = commands.add_parser("doctor", help="what this machine has and lacks")
    checks.set_defaults(command=run_doctor)

    error = commands.add_parser("explain", help="explain an error by its code")
    error.add_argument("code", nargs="?", help="such as shape-mismatch")
    error.add_argument(
        "--try",
        dest="trial",
        action="store_true",
        help="run its program with the mistake, and the same put right",
    )
    error.set_defaults(command=run_explain)

    script = commands.add_parser("run", help="run a program")
    script.add_argument(
        "--as-theano",
        action="store_true",
        help="`import theano` in it means teachgraph's door for Theano's programs",
    )
    script.add_argument("script", type=Path, help="a file of Python")
    script.add_argument("words", nargs=argparse.REMAINDER, help="its own arguments")
    script.set_defaults(command=run_script)

    kept = commands.add_parser("cache", help="what compiled code is kept, and clear it")
    what = ("stats", "clear")
    kept.add_argument("what", nargs="?", choices=what, default="stats")
    kept.set_defaults(command=run_cache)
    return parser


def run_demo(read: argparse.Namespace) -> int:
    """The tour, and the page it leaves behind."""
    demo.run(read.page)
    return 0


def run_doctor(read: argparse.Namespace) -> int:
    """Every finding as soon as it is known; what is missing is no failure."""
    del read
    found: list[doctor.Group] = []
    for group in doctor.groups():
        say(concat(BREAK if found else "", group.document()))
        found.append(group)
    todo = sum(not finding.ok for group in found for finding in group.findings)
    words = f"{todo} lines to look at" if todo != 1 else "1 line to look at"
    say(concat(BREAK, style("title", words if todo else "Nothing is missing.")))
    return 0


def run_explain(read: argparse.Namespace) -> int:
    """The page of a code, or the list of codes."""
    if read.code is None:
        known = [pages.page(code) for code in pages.codes()]
        say(
            join(
                BREAK, [concat(f"{p.code:<24}", style("faint", p.title)) for p in known]
            )
        )
        return 0
    try:
        say(tried(read.code) if read.trial else pages.explain(read.code).doc)
    except TeachgraphError as error:
        say(text(error))
        return 1
    return 0


def run_script(read: argparse.Namespace) -> int:
    """The program as `python script.py` runs it; its errors are its own."""
    if not read.script.is_file():
        say(text(f"there is no file {read.script}"))
        return 1
    if read.as_theano:
        use_door("install")
    sys.argv = [str(read.script), *read.words]
    sys.path.insert(0, str(read.script.resolve().parent))
    runpy.run_path(str(read.script), run_name="__main__")
    return 0


def run_cache(read: argparse.Namespace) -> int:
    """How much there is, or its end."""
    # Neither looking nor removing needs the compiler.
    folder = Path(str(config.base_compiledir)).expanduser() / "compiled"
    kept = Cache(folder, Compiler((), ""))
    if read.what == "clear":
        count = kept.clear()
        noun = "object" if count == 1 else "objects"
        say(text(f"removed {count} compiled {noun} from {folder}"))
        return 0
    say(text(doctor.in_words(kept.stats())))
    return 0
