"""`theano.config`: Theano's flags over this package's settings.

A flag of one name in both is the same setting. Others keep what they are given, for
programs that look at them, and some of those mean something here: `optimizer` and
`linker` choose a mode. `~/.theanorc`, the files in THEANORC, and THEANO_FLAGS are read
once, when the door is opened; what they ask for in vain is said in one line.
"""

from __future__ import annotations

import configparser as ini
import functools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from teachgraph.core.config import FLAGS, config
from teachgraph.core.origin import warn_here

ENVIRONMENT = "THEANO_FLAGS"
RC_ENVIRONMENT = "THEANORC"

DEFAULTS: dict[str, Any] = {
    "allow_gc": True,
    "assert_no_cpu_op": "ignore",
    "blas.check_openmp": True,
    "blas.ldflags": "",
    "cast_policy": "custom",
    "check_input": True,
    "check_stack_trace": "off",
    "compile.timeout": 120,
    "compile.wait": 5,
    "compute_test_value_opt": "off",
    "conv.assert_shape": False,
    "cxx": "",
    "cycle_detection": "regular",
    "device": "cpu",
    "deterministic": "default",
    "DebugMode.check_c": True,
    "DebugMode.check_finite": True,
    "DebugMode.check_preallocated_output": "",
    "DebugMode.check_preallocated_output_ndim": 4,
    "DebugMode.check_py": True,
    "DebugMode.check_strides": 0,
    "DebugMode.patience": 1,
    "DebugMode.warn_input_not_reused": True,
    "force_device": False,
    "gcc.cxxflags": "",
    "gpuarray.preallocate": 0.0,
    "init_gpu_device": "",
    "int_division": "int",
    "linker": "cvm",
    "NanGuardMode.action": "raise",
    "NanGuardMode.big_is_error": True,
    "NanGuardMode.inf_is_error": True,
    "NanGuardMode.nan_is_error": True,
    "numpy.seterr_all": "ignore",
    "on_opt_error": "warn",
    "on_shape_error": "warn",
    "optimizer": "fast_run",
    "optimizer_requiring": "",
    "optimizer_verbose": False,
    "optdb.max_use_ratio": 8.0,
    "optdb.position_cutoff": float("inf"),
    "pickle_test_value": True,
    "print_test_value": False,
    "profile": False,
    "profile_memory": False,
    "profile_optimizer": False,
    "profiling.n_apply": 20,
    "profiling.n_ops": 20,
    "profiling.time_thunks": True,
    "reoptimize_unpickled_function": False,
    "scan.allow_gc": False,
    "scan.allow_output_prealloc": True,
    "scan.debug": False,
    "tensor.cmp_sloppy": 0,
    "tensor.local_elemwise_fusion": True,
    "traceback.compile_limit": 0,
    "traceback.limit": 8,
    "unittests.rseed": "666",
    "unpickle_function": True,
    "vm.lazy": None,
    "warn.ignore_bug_before": "0.9",
}
"""What flags are that this package has no setting for; others are empty text."""

MEANT = {
    "compute_test_value_opt": "off",
    "device": "cpu",
    "linker": "",
    "optimizer": "",
    "profile": "",
    "unittests.rseed": "",
    **{f"NanGuardMode.{x}_is_error": "" for x in ("big", "inf", "nan")},
}
"""Flags that do something, or that ask for what is so anyway: nothing is said."""

MODES = {"fast_run": "FAST_RUN", "fast_compile": "FAST_COMPILE", "None": "FAST_COMPILE"}
"""The mode that stands for each value of `optimizer`."""

PYTHON_LINKERS = ("py", "vm_nogc", "vm")
"""Linkers that ran NumPy instead of C."""


class FlagWarning(UserWarning):
    """Flags that were read and that mean nothing here."""


class Part:
    """The flags below a prefix: `config.gcc` has `cxxflags`."""

    def __init__(self, root: Settings, prefix: str):
        object.__setattr__(self, "_root", root)
        object.__setattr__(self, "_prefix", prefix)

    def __getattr__(self, name: str) -> Any:
        return self._root.value(self._prefix + name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._root.put(self._prefix + name, value)

    def __delattr__(self, name: str) -> None:
        self._root.drop(self._prefix + name)


class Settings(Part):
    """All flags, as attributes.

    Args:
        names: every flag of Theano's.
    """

    def __init__(self, names: tuple[str, ...]):
        super().__init__(self, "")
        values = {name: DEFAULTS.get(name, "") for name in names if name not in FLAGS}
        object.__setattr__(self, "_values", {**values, **DEFAULTS})
        object.__setattr__(self, "_docs", dict[str, str]())

    def value(self, name: str) -> Any:
        """The value of a flag, or the flags that begin so."""
        if name in FLAGS:
            return getattr(config, name)
        if name in self._values:
            return self._values[name]
        if any(known.startswith(name + ".") for known in self._values):
            return Part(self, name + ".")
        raise AttributeError(f"theano.config has no flag {name!r}")

    def put(self, name: str, value: Any) -> None:
        """Set a flag.

        Raises:
            AttributeError: there is no such flag.
            ValueError: it cannot have this value.
        """
        if name in FLAGS:
            setattr(config, name, _parsed(FLAGS[name].default, value))
            return
        if name not in self._values:
            raise AttributeError(f"theano.config has no flag {name!r}")
        self._values[name] = _parsed(DEFAULTS.get(name, ""), value)
        if name in ("optimizer", "linker"):
            config.mode = self.wanted_mode()

    def wanted_mode(self) -> str:
        """The mode that `optimizer` and `linker` ask for together."""
        if self._values["linker"] in PYTHON_LINKERS:
            return "FAST_COMPILE"
        return MODES.get(str(self._values["optimizer"]), "FAST_RUN")

    def drop(self, name: str) -> None:
        """Forget a flag that the program added."""
        self._values.pop(name, None)

    def add(self, name: str, doc: str, default: Any) -> None:
        """A flag of the program's own; files and environment may have its value."""
        self._docs[name] = doc
        found = flags_of(os.environ).get(name)
        self._values[name] = default if found is None else _parsed(default, found)

    def change_flags(self, *args: Any, **flags: Any) -> ChangeFlags:
        """Flags for the length of a `with` block or of a decorated function."""
        return ChangeFlags(self, {**dict(*args), **flags})

    def read(self, flags: Mapping[str, str]) -> list[str]:
        """Take flags from files and environment; gives those without a meaning."""
        idle: list[str] = []
        for name, text in flags.items():
            if name in FLAGS or name in self._values:
                self.put(name, text)
            asked = MEANT.get(name)
            if name not in FLAGS and asked not in ("", text):
                idle.append(f"{name}={text}")
        return idle

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._values, *FLAGS}))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(n for n in self if "." not in n)]

    def __str__(self) -> str:
        return "\n".join(f"{name}\n    Value:  {self.value(name)}\n" for name in self)


class ChangeFlags:
    """Theano's `change_flags`: a context manager, and a decorator."""

    def __init__(self, settings: Settings, flags: Mapping[str, Any]):
        self.settings, self.flags = settings, dict(flags)
        for name in self.flags:
            settings.value(name)

    def __enter__(self) -> None:
        self.before = {name: self.settings.value(name) for name in self.flags}
        for name, value in self.flags.items():
            self.settings.put(name, value)

    def __exit__(self, *reason: object) -> None:
        for name, value in self.before.items():
            self.settings.put(name, value)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def changed(*args: Any, **named: Any) -> Any:
            with ChangeFlags(self.settings, self.flags):
                return function(*args, **named)

        return changed


def _parsed(default: Any, value: Any) -> Any:
    """A value of the default's kind; text comes from files and the environment."""
    if isinstance(default, bool) and isinstance(value, str | int):
        words = {"true": True, "1": True, "false": False, "0": False}
        return words.get(str(value).lower(), value)
    if isinstance(default, int | float) and isinstance(value, str):
        return type(default)(value)
    return value


def flags_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The flags in `.theanorc` files, then those of THEANO_FLAGS, which win."""
    found: dict[str, str] = {}
    for path in environment.get(RC_ENVIRONMENT, "~/.theanorc").split(os.pathsep):
        if path and (file := Path(path).expanduser()).is_file():
            found.update(_in_file(file))
    for part in filter(None, environment.get(ENVIRONMENT, "").split(",")):
        key, _, value = part.partition("=")
        found[key.strip()] = value.strip()
    return found


def _in_file(file: Path) -> Iterator[tuple[str, str]]:
    parser = ini.RawConfigParser()
    # Theano's flags have capitals, such as floatX.
    parser.__dict__["optionxform"] = str
    parser.read_string(file.read_text(encoding="utf-8"), str(file))
    for section in parser.sections():
        prefix = "" if section == "global" else section + "."
        for key, value in parser.items(section):
            yield prefix + key, value


def opened(names: tuple[str, ...]) -> Settings:
    """The flags as files and environment have them; says once what means nothing."""
    settings = Settings(names)
    idle = settings.read(flags_of(os.environ))
    if idle:
        words = f"flags of Theano's that mean nothing here: {', '.join(idle)}"
        warn_here(words, FlagWarning)
    return settings


class Parameter:
    """How a program says what a flag of its own is: `StrParam("x")` and others."""

    def __init__(self, default: Any, *rest: Any, **options: Any):
        del rest, options
        self.default: Any = cast(Any, default() if callable(default) else default)
