"""Settings: defaults < rc files < TEACHGRAPH_FLAGS < `config.change_flags(...)`.

>>> with config.change_flags(floatX="float32"):
...     pass
"""

from __future__ import annotations

import configparser
import contextlib
import difflib
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from teachgraph.core.origin import warn_here
from teachgraph.core.record import record
from teachgraph.core.surface import LEAVE, MEANINGS

ENVIRONMENT = "TEACHGRAPH_FLAGS"
RC_ENVIRONMENT = "TEACHGRAPHRC"


@record()
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
            raise wrong_value(
                f"{self.name} is one of {', '.join(self.choices)}, not {value!r}"
            )
        if isinstance(self.default, bool) and not isinstance(value, bool):
            raise wrong_value(f"{self.name} is True or False, not {value!r}")
        return value


class FlagWarning(UserWarning):
    """A setting from a file or the environment that cannot be taken."""


def wrong_value(words: str) -> ValueError:
    """The error about a value that a setting cannot have."""
    worded = MEANINGS.get("wrong_setting")
    return ValueError(words) if worded is None else worded(words)


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
            ("low", "medium", "high", "tutor"),
        ),
        Flag(
            "error_pages",
            "",
            "folders with pages of errors that replace or add to ours, as in PATH",
        ),
        Flag(
            "error_statistics",
            "",
            "a file that counts the errors of a class; empty: nothing is counted",
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
        Flag("gcc.cxxflags", "", "more options for the C compiler"),
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
        if any(known.startswith(f"{name}.") for known in values):
            return Section(self, f"{name}.")
        try:
            raise unknown(name)
        except AttributeError as error:
            _leave(error)
            raise

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        try:
            self._set(name, value)
        except (AttributeError, ValueError) as error:
            _leave(error)
            raise

    def _set(self, name: str, value: Any) -> None:
        if name not in FLAGS:
            raise unknown(name)
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

    def change_flags(self, **flags: Any) -> contextlib.AbstractContextManager[None]:
        """Settings for the length of a `with` block, or of a decorated function."""
        try:
            for name, value in flags.items():
                if name not in FLAGS:
                    raise unknown(name)
                FLAGS[name].check(value)
        except (AttributeError, ValueError) as error:
            _leave(error)
            raise
        return self._changed(flags)

    @contextlib.contextmanager
    def _changed(self, flags: dict[str, Any]) -> Generator[None, None, None]:
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
                self._pass_over(f"{source}: {part!r} is not name=value")
                continue
            self._take(key.strip(), value, source)

    def _take(self, key: str, text: str, source: str) -> None:
        try:
            if key not in FLAGS:
                raise unknown(key)
            self._values[key] = FLAGS[key].parse(text)
        except (AttributeError, ValueError) as error:
            self._pass_over(f"{source}: {error}")

    def _pass_over(self, words: str) -> None:
        """Say what is wrong with a setting from outside, and go on without it.

        The program that begins with `import teachgraph` is not where the mistake is.
        """
        warn_here(f"{words} (this is passed over)", FlagWarning)


class Section:
    """The settings below a prefix: `config.gcc` has `cxxflags`."""

    def __init__(self, settings: Config, prefix: str):
        object.__setattr__(self, "_settings", settings)
        object.__setattr__(self, "_prefix", prefix)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, self._prefix + name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._settings, self._prefix + name, value)


def unknown(name: str) -> AttributeError:
    """The error about a setting that does not exist."""
    close = difflib.get_close_matches(name.lower(), [n.lower() for n in FLAGS], 1)
    meant = [n for n in FLAGS if close and n.lower() == close[0]]
    worded = MEANINGS.get("unknown_setting")
    if worded is not None:
        return worded(name, meant, list(FLAGS))
    hint = f"perhaps you mean {meant[0]}" if meant else f"there are {', '.join(FLAGS)}"
    return AttributeError(f"no setting {name!r}; {hint}")


def _leave(error: Exception) -> None:
    for act in LEAVE:
        act(error)


config = Config()
