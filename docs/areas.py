"""Which function do I want: for each area a page of tables, by what one wants to do.

Functions of `T` are sorted by the module of `teachgraph/ops` that has them, so that a
new function finds its place by itself; other namespaces are listed as they are.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module

from namespaces import Name, first_line, in_theano, names

from teachgraph.ops.elementwise import Elementwise
from teachgraph.random import MRG_RandomStreams, RandomStreams

Rows = Iterable[Name]

ELEMENTWISE = (
    "scalars",
    "exponential",
    "trigonometry",
    "rounding",
    "complexes",
    "casting",
    "special",
    "incomplete",
)
"""The modules that have functions of each element, in the order to look in."""

HEAD = """# Which function: {}

{} A name that Theano has elsewhere, or not at all (–), is in the last column.
"""


@cache
def home(name: Name) -> str:
    """The module of `teachgraph/ops` that has a function of `T`."""
    if not isinstance(name.value, Elementwise):
        own = inspect.unwrap(name.value)
        return getattr(own, "__module__", "").rpartition(".")[2]
    for module in ELEMENTWISE:
        own = vars(import_module(f"teachgraph.ops.{module}")).values()
        if any(value is name.value for value in own):
            return module
    return ""


def of(*modules: str) -> Callable[[], Rows]:
    """The functions of `T` that these modules have."""

    def rows() -> Iterator[Name]:
        return (n for n in names("T") if home(n) in modules and not _is_class(n))

    return rows


def having(space: str, *wanted: str) -> Callable[[], Rows]:
    """Names of a namespace: all functions, or the wanted ones in their order."""

    def rows() -> Iterator[Name]:
        found = {n.name: n for n in names(space)}
        if wanted:
            return (found[name] for name in wanted)
        return (n for n in found.values() if not _is_class(n))

    return rows


def without(space: str, *modules: str) -> Callable[[], Rows]:
    """The functions of a namespace that other modules have."""

    def rows() -> Iterator[Name]:
        return (n for n in having(space)() if home(n) not in modules)

    return rows


def within(space: str, *modules: str) -> Callable[[], Rows]:
    """The functions of a namespace that these modules have."""

    def rows() -> Iterator[Name]:
        return (n for n in having(space)() if home(n) in modules)

    return rows


def _is_class(name: Name) -> bool:
    return inspect.isclass(name.value) or not callable(name.value)


NETS = ("nnet", "onehot", "batchnorm", "convolve", "conv_gradients")
AREAS: dict[str, tuple[str, str, dict[str, Callable[[], Rows]]]] = {
    "numbers": (
        "numbers",
        "All of these work on each element of an array, and stretch axes that are known"
        " to be 1 long.",
        {
            "Arithmetic and comparison": of("scalars"),
            "Powers, exponentials, logarithms": of("exponential"),
            "Angles": of("trigonometry"),
            "Rounding, logic and bits": of("rounding"),
            "Complex numbers": of("complexes"),
            "Special functions": of("special", "incomplete"),
            "Other dtypes, and what gradients see": of("casting", "gradient"),
        },
    ),
    "arrays": (
        "arrays",
        "Indexing is written in brackets, as in NumPy.",
        {
            "Make an array": of("alloc", "creation", "grids"),
            "Change its shape": of("shape", "reshape", "lengths"),
            "Put together, take apart, repeat": of("join", "several", "repeat"),
            "Move elements": of("moves"),
            "Pick elements, and put others in their place": of(
                "subscript", "take", "diagonal"
            ),
            "Sort, search, count": of("sort", "count"),
            "Sum up": of("statistics", "accumulate", "spread"),
            "Multiply": of("dot", "contract"),
            "What is known before any value": of("known", "variables", "op"),
        },
    ),
    "nnet": (
        "neural networks",
        "Batches are the first axis, and channels the second.",
        {
            "Units, losses, classes": within("T.nnet", *NETS[:2]),
            "Functions of each element": without("T.nnet", *NETS),
            "Convolution": within("T.nnet", *NETS[3:]),
            "Pooling": having("T.signal.pool"),
            "Convolution of pictures without channels": having("T.signal.conv"),
            "Batch normalization": within("T.nnet", "batchnorm"),
            "Neighbourhoods of pixels": having("T.nnet.neighbours"),
            "Sequences without alignment": having("T.nnet.ctc"),
            "Blocks of a layer": having("T.nnet.blocksparse"),
        },
    ),
    "linear": (
        "linear algebra and Fourier transforms",
        "Products are among the [arrays](which_arrays.md).",
        {
            "Inverses, determinants, factors": having("T.nlinalg"),
            "Equations and triangles": having("T.slinalg"),
            "Fourier transforms": having("T.fft"),
        },
    ),
    "sparse": (
        "sparse matrices",
        "`from teachgraph import sparse`. A *structured* function, and every function"
        " of each number, leaves the zeros that are not held alone.",
        {
            "Make and convert": within("sparse", "types", "data", "shared"),
            "Multiply and stack": within("sparse", "products"),
            "Arithmetic": within("sparse", "arithmetic"),
            "Functions of each number": without(
                "sparse", "types", "data", "shared", "products", "arithmetic"
            ),
        },
    ),
    "loops": (
        "loops, branches and ops of your own",
        "`switch` is among the [numbers](which_numbers.md): it works on each element.",
        {
            "Loops": having(
                "tg",
                "scan",
                "map",
                "reduce",
                "foldl",
                "foldr",
                "scan_checkpoints",
                "until",
                "OrderedUpdates",
            ),
            "Branches, checks, prints": having("tg", "ifelse", "Assert", "Print"),
            "Ops of your own": having("tg", "OpFromGraph", "as_op"),
        },
    ),
    "gradient": (
        "gradients",
        "`tg.grad` and `T.grad` are the same.",
        {
            "Derivatives": having("tg.gradient"),
            "What an op may say of its gradient": lambda: (
                n for n in names("tg.gradient") if inspect.isclass(n.value)
            ),
        },
    ),
    "functions": (
        "functions, views and listeners",
        "[Debugging](../debugging.md) has an example of each listener.",
        {
            "Compile": having(
                "tg",
                "function",
                "shared",
                "In",
                "Out",
                "Param",
                "Mode",
                "check",
                "clone",
                "clone_replace",
                "shared_constructor",
            ),
            "Look": having(
                "tg",
                "view",
                "step",
                "Pause",
                "write_html",
                "debugprint",
                "name_scope",
                "pp",
                "latex",
                "explain",
                "config",
                "load_ipython_extension",
            ),
            "Listen": having("debug"),
            "Classes of listeners": lambda: (n for n in names("debug") if _is_class(n)),
            "More": lambda: _rest("tg"),
        },
    ),
}
"""Each page: its title, a sentence, and its tables."""


def pages() -> Iterator[tuple[str, str]]:
    """The page of each area, by the name of its file."""
    for area, (title, words, sections) in AREAS.items():
        parts = [HEAD.format(title, words)]
        for heading, rows in sections.items():
            if lines := list(_lines(rows())):
                parts += [f"\n## {heading}\n\n", *TABLE, *lines]
        yield f"which_{area}.md", "".join(parts)
    yield "which_random.md", "".join(_random())


def listed() -> set[str]:
    """Everything that stands on one of the pages: `T.sort`, `tg.scan`."""
    return {name.called for rows in _tables() for name in rows()}


def _tables() -> Iterator[Callable[[], Rows]]:
    return (rows for *_, sections in AREAS.values() for rows in sections.values())


def _rest(space: str) -> Iterator[Name]:
    """The names of a namespace that stand on no page otherwise."""
    last = AREAS["functions"][2]["More"]
    others = {id(n.value) for rows in _tables() if rows is not last for n in rows()}
    return (n for n in names(space) if id(n.value) not in others)


TABLE = ("| name | what it gives | in Theano |\n", "| --- | --- | --- |\n")


def _lines(rows: Rows) -> Iterator[str]:
    for name in rows:
        words = name.first_line.replace("|", r"\|")
        yield f"| `{name.called}` | {words} | {in_theano(name)} |\n"


def _random() -> Iterator[str]:
    yield "# Which function: random numbers\n\nMethods of `RandomStreams` and of "
    yield "`MRG_RandomStreams`, which have the same generator.\n\n"
    yield "| method | what it draws | in |\n| --- | --- | --- |\n"
    both = (RandomStreams, MRG_RandomStreams)
    found = sorted({m for c in both for m in dir(c) if not m.startswith("_")})
    for method in found:
        owners = [c for c in both if inspect.isfunction(getattr(c, method, None))]
        if owners:
            words = first_line(getattr(owners[0], method)).replace("|", r"\|")
            where = "" if len(owners) == 2 else f"`{owners[0].__name__}`"
            yield f"| `{method}` | {words} | {where} |\n"
