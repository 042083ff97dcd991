"""The public surface: which names there are, and that each says what it is."""

import importlib.util
import inspect
import types

import pytest
from sources import Golden

MODULES = ("teachgraph", "teachgraph.tensor")


def public(module: types.ModuleType) -> list[str]:
    """What a module offers: its `__all__`, else its names that are no modules."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    )


def existing() -> list[types.ModuleType]:
    found = [name for name in MODULES if importlib.util.find_spec(name)]
    return [importlib.import_module(name) for name in found]


def test_exported_names_are_the_agreed_ones(golden: Golden):
    names = [f"{m.__name__}.{name}" for m in existing() for name in public(m)]
    golden("public_names.txt", "\n".join([*names, ""]))


@pytest.mark.parametrize("module", existing(), ids=lambda m: m.__name__)
def test_every_exported_name_exists(module: types.ModuleType):
    assert not [name for name in public(module) if not hasattr(module, name)]


@pytest.mark.parametrize("module", existing(), ids=lambda m: m.__name__)
def test_every_public_function_and_class_says_what_it_is(module: types.ModuleType):
    values = {name: getattr(module, name) for name in public(module)}
    silent = [
        name
        for name, value in values.items()
        if (inspect.isclass(value) or callable(value))
        and not (inspect.getdoc(value) or "").strip()
    ]
    assert not silent
