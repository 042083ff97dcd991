"""Who may import whom: the table of the architecture, against every import there is.

A module imports from packages in rows below its own and from siblings of its own
package, without a cycle. Imports under `if TYPE_CHECKING:` are for annotations; they
may serve siblings only and may close a cycle. What comes from outside is named here,
with the places that may use it.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sources import PACKAGE, module_name, parsed, python_files

ROWS = (
    ("core",),
    ("errors", "kernel"),
    ("ops",),
    ("tensor",),
    ("scan",),
    ("rewrite", "grad"),
    ("program",),
    ("backend",),
    ("compile",),
    ("random", "sparse"),
    ("view", "debug", "gradient"),
    ("",),  # teachgraph/__init__.py: the public names,
    ("theano", "course", "cli"),  # and those who use them as anybody would
    ("__main__",),
)
ROW = {package: number for number, row in enumerate(ROWS) for package in row}

NOTEBOOK = ("view/widget.py", "view/magics.py", "course/")
OUTSIDE = {
    "numpy": ("",),
    "scipy": ("",),
    "cffi": ("backend/",),
    "_cffi_backend": ("backend/",),
    "graphviz": ("view/dot.py",),
    "pycuda": ("backend/cuda.py",),
    "IPython": NOTEBOOK,
    "anywidget": NOTEBOOK,
    "ipywidgets": NOTEBOOK,
    "traitlets": NOTEBOOK,
    "jupyterlab": NOTEBOOK,
    "matplotlib": NOTEBOOK,
    "rich": NOTEBOOK,
}


@dataclass(frozen=True)
class Import:
    """One import of one module: by whom, of what, and where in the source it stands."""

    file: Path
    target: str
    line: int
    in_function: bool
    for_annotations: bool

    def __str__(self) -> str:
        return (
            f"{self.file.relative_to(PACKAGE.parent)}:{self.line} imports {self.target}"
        )


def is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def import_nodes(
    node: ast.AST, in_function: bool = False, for_annotations: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    """Each import statement; is it in a function, is it for annotations?"""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, in_function, for_annotations
        return
    inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    checked = isinstance(node, ast.If) and is_type_checking(node.test)
    guarded = node.body if isinstance(node, ast.If) and checked else []
    for child in ast.iter_child_nodes(node):
        typed = for_annotations or child in guarded
        yield from import_nodes(child, inside, typed)


def targets(node: ast.Import | ast.ImportFrom, file: Path) -> Iterator[str]:
    """The modules a statement names, by their full names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        here = module_name(file).split(".")
        package = here if file.name == "__init__.py" else here[:-1]
        above = package[: len(package) - node.level + 1]
        base = ".".join([*above, *([base] if base else [])])
    yield from (f"{base}.{alias.name}" for alias in node.names)


def known_modules() -> set[str]:
    return {module_name(path) for path in python_files()}


def narrowed(target: str, modules: set[str]) -> str:
    """The module of the project that an imported name belongs to."""
    while target not in modules and "." in target:
        target = target.rpartition(".")[0]
    return target


def imports() -> list[Import]:
    modules = known_modules()
    found: list[Import] = []
    for file in python_files():
        for node, in_function, for_annotations in import_nodes(parsed(file)):
            for name in targets(node, file):
                ours = name.split(".")[0] == "teachgraph"
                target = narrowed(name, modules) if ours else name
                place = (node.lineno, in_function, for_annotations)
                found.append(Import(file, target, *place))
    return found


def package_of(module: str) -> str:
    """`core` for `teachgraph.core.types`, and nothing for teachgraph itself."""
    return module.partition(".")[2].partition(".")[0]


ALL = imports()
OURS = [i for i in ALL if i.target.split(".")[0] == "teachgraph"]
THEIRS = [i for i in ALL if i not in OURS]


def listed(faults: list[Import]) -> str:
    return "\n".join(str(fault) for fault in faults)


@pytest.mark.parametrize("file", python_files(), ids=module_name)
def test_every_module_stands_in_a_row_of_the_table(file: Path):
    assert package_of(module_name(file)) in ROW


def test_packages_import_only_from_rows_below_their_own():
    faults = [
        i
        for i in OURS
        if (own := package_of(module_name(i.file))) != (other := package_of(i.target))
        and ROW[other] >= ROW[own]
    ]
    assert not faults, listed(faults)


def test_no_function_imports_the_project():
    faults = [i for i in OURS if i.in_function]
    assert not faults, listed(faults)


def test_no_function_imports_the_project_by_its_name_in_a_string():
    calls = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in python_files()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("import_module", "__import__"))
        and "teachgraph" in ast.unparse(node)
    ]
    assert not calls


def test_imports_for_annotations_serve_siblings_only():
    faults = [
        i
        for i in OURS
        if i.for_annotations and package_of(module_name(i.file)) != package_of(i.target)
    ]
    assert not faults, listed(faults)


def cycle(arrows: dict[str, set[str]]) -> list[str]:
    """The modules of one import cycle, or nothing."""
    finished: set[str] = set()

    def visit(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in finished:
            return []
        for target in sorted(arrows.get(module, ())):
            if found := visit(target, [*path, module]):
                return found
        finished.add(module)
        return []

    for module in sorted(arrows):
        if found := visit(module, []):
            return found
    return []


def test_modules_do_not_import_one_another_in_a_circle():
    arrows: dict[str, set[str]] = {}
    for i in OURS:
        source = module_name(i.file)
        if not i.for_annotations and i.target != source:
            arrows.setdefault(source, set()).add(i.target)
    assert not cycle(arrows)


def test_a_circle_would_be_found():
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]


def test_imports_are_found_wherever_they_hide():
    source = (
        "if TYPE_CHECKING:\n from a import b\n"
        "try:\n import c\nexcept ImportError:\n import d\n"
        "class C:\n def f(self):\n  match x:\n   case 1:\n    import e\n"
    )
    found = [
        (node.lineno, in_function, typed)
        for node, in_function, typed in import_nodes(ast.parse(source))
    ]
    assert found == [
        (2, False, True),
        (4, False, False),
        (6, False, False),
        (11, True, False),
    ]


def test_other_packages_are_imported_only_where_they_may_be():
    faults = [
        i
        for i in THEIRS
        if (name := i.target.split(".")[0]) not in sys.stdlib_module_names
        and not i.file.relative_to(PACKAGE).as_posix().startswith(OUTSIDE.get(name, ()))
    ]
    assert not faults, listed(faults)
