"""The pages of the reference: every public name, written from the code."""

import inspect
from collections.abc import Callable, Iterable, Iterator

from namespaces import Name, names

from teachgraph.core.op import Op
from teachgraph.ops.elementwise import Elementwise
from teachgraph.view.tables import formula_of_letters

TITLES = {
    "tg": (
        "teachgraph",
        "`import teachgraph as tg`: what compiles, differentiates, loops and shows.",
        ("tg",),
    ),
    "T": (
        "teachgraph.tensor",
        "`import teachgraph.tensor as T`: variables, and every operation on arrays.",
        ("T",),
    ),
    "nnet": (
        "T.nnet and T.signal",
        "Functions of neural networks, pooling and convolution of pictures.",
        (
            "T.nnet",
            "T.nnet.neighbours",
            "T.nnet.ctc",
            "T.nnet.blocksparse",
            "T.signal.pool",
            "T.signal.conv",
        ),
    ),
    "linear": (
        "T.nlinalg, T.slinalg and T.fft",
        "Linear algebra by NumPy and SciPy, and Fourier transforms.",
        ("T.nlinalg", "T.slinalg", "T.fft"),
    ),
    "sparse": (
        "teachgraph.sparse",
        "`from teachgraph import sparse`: matrices as `scipy.sparse` has them.",
        ("sparse",),
    ),
    "random": (
        "teachgraph.random",
        "Streams of random numbers.",
        ("tg.random",),
    ),
    "gradient": (
        "teachgraph.gradient",
        "Everything about derivatives in one place.",
        ("tg.gradient",),
    ),
    "debug": (
        "teachgraph.debug",
        "Listeners, and the modes named after them.",
        ("debug",),
    ),
}
"""Each page: its title, a sentence, and the namespaces that are on it."""

OBJECTS = """
## What they give

```{eval-rst}
.. autoclass:: teachgraph.compile.function.Function
   :members:

.. autoclass:: teachgraph.compile.shared.SharedVariable
   :members:

.. autoclass:: teachgraph.core.events.History
   :members:

.. autoclass:: teachgraph.view.stepper.Stepper
   :members:
```
"""
VARIABLES = """
## Variables

Names for values to come: a letter for the dtype, then the number of axes.
`T.dmatrix("x")` is a matrix of float64; without a letter the dtype is `config.floatX`.

| letter | `b` | `w` | `i` | `l` | `f` | `d` | `c` | `z` |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| dtype | int8 | int16 | int32 | int64 | float32 | float64 | complex64 | complex128 |

Each goes with `scalar`, `vector`, `row`, `col`, `matrix`, `tensor3` to `tensor7`. The
plural makes several at once: `x, y = T.dvectors("x", "y")`. A `row` and a `col` are
matrices with one axis known to be 1 long, which stretches.
`T.dmatrix("x", shape=(None, 3))` says what is known of the lengths.
"""
MORE = {"tg": OBJECTS, "T": VARIABLES}


def pages() -> Iterator[tuple[str, str]]:
    """Each page of the reference, by the name of its file."""
    first: dict[int, Name] = {}
    for page, (title, words, spaces) in TITLES.items():
        parts = [f"# {title}\n\n{words}\n", MORE.get(page, "")]
        for space in spaces:
            if len(spaces) > 1:
                parts.append(f"\n## {space}\n")
            parts += _namespace(space, "#" * (3 if len(spaces) > 1 else 2), first)
        yield f"reference_{page}.md", "".join(parts)


def _namespace(space: str, level: str, first: dict[int, Name]) -> Iterator[str]:
    """The names of a namespace; `first` has those that stand on a page already."""
    others: list[tuple[str, str]] = []
    kinds: dict[str, list[Name]] = {}
    for name in names(space):
        known = first.setdefault(id(name.value), name)
        if known is name or not callable(name.value):
            kinds.setdefault(_kind(name), []).append(name)
        else:
            others.append((name.called, known.called))
    for kind, words in KINDS.items():
        if kind in kinds:
            yield f"\n{level} {words}\n"
            yield from WRITTEN[kind](kinds[kind])
    if others:
        yield f"\n{level} Other names\n\n| name | is |\n| --- | --- |\n"
        yield from (f"| `{a}` | `{b}` |\n" for a, b in others)


KINDS = {
    "function": "Functions",
    "each": "Functions of each element",
    "class": "Classes",
    "op": "Operations",
    "value": "Values",
}


def _kind(name: Name) -> str:
    value = name.value
    if isinstance(value, Elementwise):
        return "each"
    if inspect.isclass(value):
        return "op" if issubclass(value, Op) else "class"
    return "function" if inspect.isroutine(value) else "value"


Writer = Callable[[Iterable[Name]], Iterator[str]]


def _directives(kind: str, *options: str) -> Writer:
    def written(found: Iterable[Name]) -> Iterator[str]:
        yield "\n```{eval-rst}\n"
        for name in found:
            lines = (f".. {kind}:: {name.anchor}", *(f"   :{o}:" for o in options))
            yield "\n".join(lines) + "\n\n"
        yield "```\n"

    return written


def _table_of_formulas(found: Iterable[Name]) -> Iterator[str]:
    yield "\n| name | formula | what it gives |\n| --- | --- | --- |\n"
    for name in found:
        words = name.first_line.replace("|", r"\|")
        formula = formula_of_letters(name.value).replace("|", r"\vert ")
        yield f"| `{name.called}` | ${formula}$ | {words} |\n"


def _table_of_values(found: Iterable[Name]) -> Iterator[str]:
    yield "\n| name | value |\n| --- | --- |\n"
    for name in found:
        plain = isinstance(name.value, tuple | str)
        said = f"`{name.value}`" if plain else name.first_line.replace("|", r"\|")
        yield f"| `{name.called}` | {said} |\n"


WRITTEN: dict[str, Writer] = {
    "function": _directives("autofunction"),
    "each": _table_of_formulas,
    "class": _directives("autoclass", "members"),
    "op": _directives("autoclass"),
    "value": _table_of_values,
}
