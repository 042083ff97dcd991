"""Settings: defaults < rc files < TEACHGRAPH_FLAGS < `config.change_flags(...)`.

>>> with config.change_flags(floatX="float32"):
...     pass
"""

from __future__ import annotations

import configparser
import contextlib
import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENVIRONMENT = "TEACHGRAPH_FLAGS"
RC_ENVIRONMENT = "TEACHGRAPHRC"


@dataclass(frozen=True)
class Flag:
    """One setting: its default, what it accepts, and what it is for."""

    name: str
    default: Any
    doc: str
    choices: tuple[str, ...] = ()

    def parse(self, text: str) -> Any:
        """A value from text, as rc files and the environment have it."""
        if isinstance(self.default, bool):
            words = {
                "true": True,
                "1": True,
                "yes": True,
                "false": False,
                "0": False,
                "no": False,
            }
            if text.strip().lower() not in words:
                raise ValueError(f"{self.name} is true or false, not {text!r}")
            return words[text.strip().lower()]
        if isinstance(self.default, int):
            return int(text)
        return self.check(text.strip())

    def check(self, value: Any) -> Any:
        """The value, if it is allowed.

        Raises:
            ValueError: it is not one of the choices, or of the wrong kind.
        """
        if self.choices and value not in self.choices:
            raise ValueError(
                f"{self.name} is one of {', '.join(self.choices)}, not {value!r}"
            )
        if isinstance(self.default, bool) and not isinstance(value, bool):
            raise ValueError(f"{self.name} is True or False, not {value!r}")
        return value


FLAGS: dict[str, Flag] = {
    flag.name: flag
    for flag in (
        Flag(
            "floatX",
            "float64",
            "dtype of T.matrix() and friends",
            ("float32", "float64", "float16"),
        ),
        Flag(
            "mode", "FAST_RUN", "how functions are compiled when nothing else is said"
        ),
        Flag(
            "exception_verbosity",
            "medium",
            "how much of an error is shown",
            ("low", "medium", "high"),
        ),
        Flag("optimizer_including", "", "rules or phases to add, separated by colons"),
        Flag(
            "optimizer_excluding",
            "",
            "rules or phases to leave out, separated by colons",
        ),
        Flag(
            "compute_test_value",
            "off",
            "compute with tag.test_value while a graph is built",
            ("off", "ignore", "warn", "raise", "pdb"),
        ),
        Flag(
            "on_unused_input",
            "raise",
            "what an input that no output needs does",
            ("raise", "warn", "ignore"),
        ),
        Flag(
            "warn_float64",
            "ignore",
            "what a new float64 variable does",
            ("ignore", "warn", "raise", "pdb"),
        ),
        Flag("base_compiledir", "~/.teachgraph", "where compiled code is kept"),
        Flag("openmp", True, "use several cores for large loops"),
        Flag("openmp_elemwise_minsize", 50000, "elements below which one core is used"),
        Flag("cc", "", "the C compiler; empty: the first of $CC, gcc, cc, clang"),
        Flag("check_kernels", False, "verify kernels after every pass over them"),
    )
}


class Config:
    """The settings in force, as attributes."""

    def __init__(self) -> None:
        self._values = {name: flag.default for name, flag in FLAGS.items()}
        self._watchers: list[Callable[[str], None]] = []
        for path in self._rc_files():
            self._read_file(path)
        self._read_text(os.environ.get(ENVIRONMENT, ""), ENVIRONMENT)

    def __getattr__(self, name: str) -> Any:
        values: dict[str, Any] = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"no setting {name!r}; there are {', '.join(FLAGS)}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        if name not in FLAGS:
            raise AttributeError(f"no setting {name!r}; there are {', '.join(FLAGS)}")
        self._values[name] = FLAGS[name].check(value)
        for watch in self._watchers:
            watch(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *FLAGS]

    def __str__(self) -> str:
        lines = (
            f"{n} ({FLAGS[n].doc})\n    value: {v!r}, default: {FLAGS[n].default!r}"
            for n, v in self._values.items()
        )
        return "\n".join(lines)

    def watch(self, listener: Callable[[str], None]) -> None:
        """Call `listener(name)` after each change."""
        self._watchers.append(listener)

    @contextlib.contextmanager
    def change_flags(self, **flags: Any) -> Generator[None, None, None]:
        """Settings for the length of a `with` block, or of a decorated function."""
        unknown = [name for name in flags if name not in FLAGS]
        if unknown:
            raise AttributeError(
                f"no setting {unknown[0]!r}; there are {', '.join(FLAGS)}"
            )
        before = {name: self._values[name] for name in flags}
        try:
            for name, value in flags.items():
                setattr(self, name, value)
            yield
        finally:
            for name, value in before.items():
                setattr(self, name, value)

    def _rc_files(self) -> list[Path]:
        named = os.environ.get(RC_ENVIRONMENT, "")
        paths = [
            Path("~/.teachgraphrc"),
            *(Path(p) for p in named.split(os.pathsep) if p),
        ]
        return [p.expanduser() for p in paths if p.expanduser().is_file()]

    def _read_file(self, path: Path) -> None:
        parser = configparser.ConfigParser(interpolation=None)
        parser.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
        text = path.read_text(encoding="utf-8")
        parser.read_string(
            text if text.lstrip().startswith("[") else "[global]\n" + text
        )
        for section in parser.sections():
            prefix = "" if section == "global" else section + "."
            for key, value in parser.items(section):
                self._take(prefix + key, value, str(path))

    def _read_text(self, text: str, source: str) -> None:
        for part in filter(None, (p.strip() for p in text.split(","))):
            key, equals, value = part.partition("=")
            if not equals:
                raise ValueError(f"{source}: {part!r} is not name=value")
            self._take(key.strip(), value, source)

    def _take(self, key: str, text: str, source: str) -> None:
        if key not in FLAGS:
            raise ValueError(
                f"{source}: no setting {key!r}; there are {', '.join(FLAGS)}"
            )
        self._values[key] = FLAGS[key].parse(text)


config = Config()
