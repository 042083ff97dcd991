"""`teachgraph demo`: the tour in a terminal, and a page of its pictures."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from teachgraph.cli import programs
from teachgraph.cli.terminal import heading, prompt, say
from teachgraph.compile.function import Function
from teachgraph.core.doc import BREAK, Doc, concat, join, style
from teachgraph.core.report import TeachgraphError
from teachgraph.errors.render import document
from teachgraph.view.debugprint import debugprint
from teachgraph.view.html import write_html

FOUR = ((0, 1), (-1, -2))


def run(page: Path) -> None:
    """Walk through the tour; the pictures of the logistic function go to `page`."""
    names()
    zero()
    logistic = simplification()
    stepping()
    mismatch()
    accumulator()
    regression()
    pictures(logistic, page)


def names() -> None:
    """An expression is a graph."""
    z, add = part("An expression is a graph", programs.names)
    explain("`x` and `y` are names for matrices to come; `z` remembers how it is made.")
    debugprint(z, print_type=True)
    explain("A compiled function takes the values and gives one.")
    call("add([[1, 2], [3, 4]], [[10, 20], [30, 40]])", add, FOUR_ONES, FOUR_TENS)


FOUR_ONES = ((1, 2), (3, 4))
FOUR_TENS = ((10, 20), (30, 40))


def zero() -> None:
    """Simplification needs no number."""
    written, f = part("Zero, with no number in sight", programs.zero)
    explain("As you wrote it, two powers and a difference:")
    debugprint(written)
    explain("As it was compiled, zeros as long as x:")
    debugprint(f)
    call("f([1, 2, 3])", f, (1, 2, 3))
    explain(
        "The rules are those of algebra, which knows no infinity. NumPy computes"
        " inf - inf, which is nan; the compiled function computes nothing:"
    )
    call("f([1, inf, nan])", f, (1, np.inf, np.nan))


def simplification() -> Function:
    """Rewrites, each with its reason."""
    written, logistic = part("Before and after", programs.logistic)
    explain("You wrote:")
    debugprint(written)
    explain("What is left of it:")
    debugprint(logistic)
    explain("Every rewrite on the way is kept, with the reason for it:")
    say(join(BREAK, rewrites(logistic)))
    call("logistic([[0, 1], [-1, -2]])", logistic, FOUR)
    return logistic


def stepping() -> None:
    """A run, one node at a time."""
    run = part("One step at a time", programs.unsimplified)
    explain(
        "Compiled without any rewriting, the function still has the four operations you"
        " wrote. A stepper runs one after the other, and can go back."
    )
    say(prompt("print(run.until('exp'))"))
    say(str(run.until("exp")))
    say(prompt("print(run.next())"))
    say(str(run.next()))


def mismatch() -> None:
    """An error that names the line."""
    f = part("An error that names your line", programs.mismatch)
    explain("Only the call shows the fault. What is named is the line that wrote it.")
    say(prompt("f(np.ones((2, 3)), np.ones(4))"))
    try:
        f(np.ones((2, 3)), np.ones(4))
    except TeachgraphError as error:
        say(document(error.report, "medium"))


def accumulator() -> None:
    """State, updates and a default argument."""
    total, add = part("A function that remembers", programs.accumulator)
    explain("Each call gives the old total, then updates it; n is 1 if not said.")
    call("add()", add)
    call("add(10)", add, 10)
    call("total.get_value()", total.get_value)


def regression() -> None:
    """Gradients, and a loss that falls."""
    w, train = part("Learning", programs.regression)
    points = np.random.default_rng(0).normal(size=(200, 2))
    labels = (points @ np.array([2.0, -1.0]) > 0).astype(float)
    losses = [float(train(points, labels)) for _ in range(200)]
    explain("The loss falls while the same function is called again and again:")
    shown = (f"  after {n:>3} calls {losses[n]:.4f}" for n in (0, 1, 10, 100, 199))
    say("\n".join(shown))
    right = np.count_nonzero((points @ w.get_value() > 0) == (labels > 0))
    say(f"  {right} of {len(labels)} points are on the right side now")


def pictures(logistic: Function, page: Path) -> None:
    """What a terminal cannot show."""
    say(heading("Pictures"))
    try:
        written = write_html(logistic, page, title="The logistic function").resolve()
    except OSError as error:
        say(concat(style("error", f"could not write {page}: "), str(error.strerror)))
        return
    explain("The logistic function before, after, and at every rewrite in between:")
    say(style("code", f"  {written.as_uri()}"))
    explain("Open it in a browser; it needs no network. `make lab` has the same tour.")


def part(title: str, program: Callable[[], Any]) -> Any:
    """A part of the tour: its title, its program as it is written, what it gives."""
    say(heading(title))
    say(prompt(source_of(program)))
    return program()


def source_of(program: Callable[[], Any]) -> str:
    """The lines of a program between its docstring and its return."""
    lines = inspect.getsource(program).splitlines()
    first = next(n for n, line in enumerate(lines) if line.strip().startswith('"""'))
    return textwrap.dedent("\n".join(lines[first + 1 : -1]))


def explain(words: str) -> None:
    """A paragraph."""
    say(concat(BREAK, join(BREAK, map(_text, textwrap.wrap(words, 80)))))


def call(shown: str, function: Callable[..., Any], *arguments: Any) -> None:
    """A call as it would be typed, and what it gives."""
    say(prompt(shown))
    say(str(function(*arguments)))


def rewrites(function: Function) -> Iterator[Doc]:
    """A line for each rule that rewrote the graph: its name, and why it is there."""
    seen: dict[str, str] = {}
    for event in function.history.rewrites():
        seen.setdefault(event.rule.name, event.rule.why)
    for name, why in seen.items():
        yield concat("  ", style("op", f"{name:<24}"), " ".join(why.split()))


def _text(line: str) -> Doc:
    return concat(line)
