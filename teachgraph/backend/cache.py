"""The user's private cache of compiled objects: a source goes in, a path comes out.

An entry is named by everything it depends on: source, options, compiler, processor. It
is written under another name and then renamed, so several processes may work on one
cache, and a digest at its end tells a damaged entry, which is compiled anew. Loading a
shared object runs code, so nothing is loaded from a directory or a file that anybody
else could have written to.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import shlex
import stat
from functools import cache
from pathlib import Path

from teachgraph.backend import compiler, library
from teachgraph.backend.compiler import Compilation, Compiler, NoCompiler
from teachgraph.backend.library import Library
from teachgraph.core.config import config
from teachgraph.core.record import record

# Behind the object, where no loader looks: a SHA-256 of the object, and a mark.
MARK = b"teachgr1"
TRAILER = 32 + len(MARK)

OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH

_numbers = itertools.count()


class UnsafeDirectory(Exception):
    """Somebody else can write where compiled objects would be loaded from."""


@record()
class Built:
    """A compiled object: where it is, and what it took.

    `command` is empty and `seconds` is 0 when it was in the cache.
    """

    path: Path
    command: tuple[str, ...]
    seconds: float

    @property
    def cached(self) -> bool:
        """Whether nothing had to be compiled."""
        return not self.command

    def load(self) -> Library:
        """Load it into this process.

        Raises:
            OSError: a function it needs is in no library.
        """
        # Compiled graphs name these two libraries nowhere.
        library.scalar_math()
        library.vector_math()
        return Library(str(self.path))


@record()
class Pending:
    """An object that is being compiled, or was found in the cache."""

    path: Path
    compilation: Compilation | None

    def wait(self) -> Built:
        """Wait for the object. To be called once.

        Raises:
            CompileFailed: the compiler refused the source.
        """
        if self.compilation is None:
            return Built(self.path, (), 0.0)
        seconds = self.compilation.wait()
        _seal(self.compilation.output)
        self.compilation.output.replace(self.path)
        return Built(self.path, self.compilation.command, seconds)


@record()
class Stats:
    """What lies in a cache; sizes are in bytes."""

    directory: Path
    entries: int
    size: int


@record()
class Cache:
    """Compiled objects in one directory, made by one compiler."""

    directory: Path
    compiler: Compiler

    def start(
        self, source: str, *, openmp: bool = False, straight: bool = False
    ) -> Pending:
        """Look an object up, or start to compile it; does not wait for the compiler.

        Args:
            source: C without headers.
            openmp: several threads, where this machine has the library for it.
            straight: no loops that matter in there; compile it sooner.

        Raises:
            UnsafeDirectory: somebody else can write to the cache.
        """
        make_private(self.directory)
        flags = self.compiler.flags(openmp=openmp, straight=straight)
        if not straight:
            flags += own_flags()
        path = self.directory / f"{self.key(source, flags)}.so"
        if _is_whole(path):
            return Pending(path, None)
        path.unlink(missing_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}-{next(_numbers)}.tmp")
        return Pending(path, self.compiler.start(source, fresh, flags=flags))

    def build(
        self, source: str, *, openmp: bool = False, straight: bool = False
    ) -> Built:
        """An object, compiled or found; raises as `start` and `wait` do."""
        return self.start(source, openmp=openmp, straight=straight).wait()

    def key(self, source: str, flags: tuple[str, ...]) -> str:
        """The name of an entry: 40 hexadecimal digits."""
        parts = (*self.compiler.command, self.compiler.version, compiler.cpu(), *flags)
        text = "\0".join((*parts, source))
        return hashlib.sha256(text.encode()).hexdigest()[:40]

    def stats(self) -> Stats:
        """How much there is."""
        sizes = [path.stat().st_size for path in self.directory.glob("*.so")]
        return Stats(self.directory, len(sizes), sum(sizes))

    def clear(self) -> int:
        """Remove every object; how many there were. What is loaded stays loaded."""
        entries = list(self.directory.glob("*.so"))
        for path in (*entries, *self.directory.glob("*.tmp")):
            path.unlink(missing_ok=True)
        return len(entries)


def open_cache(base: Path, *, cc: str = "") -> Cache:
    """The cache below a directory, which is made if need be.

    Args:
        base: usually `config.base_compiledir`.
        cc: the compiler to use; empty: the first of $CC, gcc, cc, clang.

    Raises:
        NoCompiler: this machine has none.
        UnsafeDirectory: somebody else can write there.
        OSError: it cannot be made.
    """
    command = compiler.find(cc)
    if command is None:
        raise NoCompiler(f"no C compiler found{f' by the name {cc}' if cc else ''}")
    base.parent.mkdir(parents=True, exist_ok=True)
    make_private(base)
    directory = base / "compiled"
    make_private(directory)
    return Cache(directory, compiler.describe(command, directory))


def user_cache() -> Cache:
    """The cache that the settings in force name; raises as `open_cache`."""
    base = Path(str(config.base_compiledir)).expanduser()
    return _opened(base, str(config.cc), os.environ.get("CC", ""))


@cache
def _opened(base: Path, cc: str, environment: str) -> Cache:
    return open_cache(base, cc=cc or environment)


def own_flags() -> tuple[str, ...]:
    """The options for the C compiler that the user's settings add."""
    return tuple(shlex.split(str(getattr(config, "gcc.cxxflags"))))


def make_private(directory: Path) -> None:
    """Make a directory for the user alone, or make sure that it is one.

    Raises:
        UnsafeDirectory: it, or a link that leads to it, belongs to somebody else, or
            others may write to it.
    """
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        pass
    link = directory.lstat()
    if stat.S_ISLNK(link.st_mode) and link.st_uid != os.geteuid():
        raise UnsafeDirectory(
            f"{directory} is a link that belongs to user {link.st_uid}"
        )
    status = directory.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise UnsafeDirectory(f"{directory} is not a directory")
    _refuse_if_shared(directory, status)


def _refuse_if_shared(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise UnsafeDirectory(f"{path} belongs to user {status.st_uid}, not to you")
    if status.st_mode & OTHERS_MAY_WRITE:
        mode = stat.S_IMODE(status.st_mode)
        raise UnsafeDirectory(
            f"others may write to {path} (mode {mode:o}); chmod go-w would repair it"
        )


def _seal(path: Path) -> None:
    """Put the digest behind a fresh object."""
    path.chmod(0o700)
    with path.open("r+b") as file:
        content = file.read()
        file.write(hashlib.sha256(content).digest() + MARK)


def _is_whole(path: Path) -> bool:
    """Whether an entry is there and undamaged.

    Raises:
        UnsafeDirectory: it is a link, or somebody else's, or others may write to it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UnsafeDirectory(
            f"{path} is not a plain file: {error.strerror}"
        ) from error
    with open(handle, "rb") as file:
        _refuse_if_shared(path, os.fstat(handle))
        content = file.read()
    body, digest = content[:-TRAILER], content[-TRAILER : -len(MARK)]
    return content.endswith(MARK) and hashlib.sha256(body).digest() == digest
