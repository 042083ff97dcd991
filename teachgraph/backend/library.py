"""Shared objects in this process: opened by cffi, their symbols found by name.

cffi reads C declarations with a parser written in Python, which takes 20 ms; the four
declarations needed here are therefore kept in the form that cffi compiles them to (its
out-of-line ABI mode), and every other function is reached through its address.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import weakref
from collections.abc import Generator
from functools import cache
from typing import Any

import _cffi_backend

from teachgraph.core.record import record

DECLARATIONS = """
void *dlopen(const char *path, int mode);
void *dlsym(void *handle, const char *name);
char *dlerror(void);
int dlclose(void *handle);
"""
# What cffi makes of DECLARATIONS; a test compares.
VERSION = 0x2601
TYPES = (
    b"\x00\x00\x0d\x0d\x00\x00\x00\x0f\x00\x00\x07\x0d\x00\x00\x0f\x03\x00\x00\x00\x0f"
    b"\x00\x00\x03\x0d\x00\x00\x0e\x03\x00\x00\x07\x01\x00\x00\x00\x0f\x00\x00\x03\x0d"
    b"\x00\x00\x03\x11\x00\x00\x06\x11\x00\x00\x00\x0f\x00\x00\x0e\x03\x00\x00\x02\x01"
    b"\x00\x00\x00\x01"
)
GLOBALS = (
    b"\x00\x00\x02\x23dlclose",
    0,
    b"\x00\x00\x00\x23dlerror",
    0,
    b"\x00\x00\x05\x23dlopen",
    0,
    b"\x00\x00\x09\x23dlsym",
    0,
)

ffi: Any = _cffi_backend.FFI(
    "teachgraph", _version=VERSION, _types=TYPES, _globals=GLOBALS
)
_loader: Any = ffi.dlopen(None)
# Fetched now: fetching uses the loader, which forgets its last error then.
_open, _find, _error, _close = (
    getattr(_loader, name) for name in ("dlopen", "dlsym", "dlerror", "dlclose")
)

# The letter that names the 128-bit vector functions of libmvec.
_VECTOR_ABI = {"x86_64": "b", "aarch64": "n"}


class Library:
    """An open shared object; closed when the last reference to it is gone.

    Whoever keeps an address from `symbol` must keep the library too.
    """

    def __init__(self, path: str, *, for_all: bool = False):
        """Open a file, or a name that the system's loader looks for.

        Args:
            path: a file name; without a slash it is searched as the loader does.
            for_all: let objects that are opened later use its symbols.

        Raises:
            OSError: it cannot be opened; the message is the loader's.
        """
        mode = ffi.RTLD_NOW | (ffi.RTLD_GLOBAL if for_all else ffi.RTLD_LOCAL)
        handle = _open(path.encode(), mode)
        if handle == ffi.NULL:
            raise OSError(_message() or f"{path} cannot be opened")
        self.path = path
        self._handle = handle
        self._closing = weakref.finalize(self, _close, handle)
        # Memory may still be given back while the interpreter goes down.
        self._closing.atexit = False

    def symbol(self, name: str) -> int | None:
        """The address of a function or variable, or None."""
        address = int(ffi.cast("uintptr_t", _find(self._handle, name.encode())))
        return address or None

    def function(self, name: str, signature: str) -> Function:
        """A function to call from Python, its C type given as `int(*)(long)`.

        Raises:
            OSError: the library has no such symbol.
        """
        address = self.symbol(name)
        if address is None:
            raise OSError(f"{self.path} has no symbol {name}")
        return Function(self, ffi.cast(signature, address))

    def __repr__(self) -> str:
        return f"Library({self.path!r})"


@record()
class Function:
    """A function of a library, which stays open as long as this does."""

    library: Library
    pointer: Any

    def __call__(self, *args: Any) -> Any:
        """Call it without the interpreter's lock."""
        return self.pointer(*args)


def _message() -> str:
    """What the system's loader says of its last failure."""
    text = _error()
    return "" if text == ffi.NULL else ffi.string(text).decode(errors="replace")


def _open_or_none(path: str, *, for_all: bool = False) -> Library | None:
    try:
        return Library(path, for_all=for_all)
    except OSError:
        return None


@cache
def vector_math() -> Library | None:
    """glibc's vector functions, made available to compiled graphs, if there are any."""
    return _open_or_none("libmvec.so.1", for_all=True)


@cache
def scalar_math() -> Library | None:
    """The C library's mathematics, made available to compiled graphs."""
    name = "libm.so.6" if sys.platform == "linux" else "libm.dylib"
    return _open_or_none(name, for_all=True)


@cache
def has_vector_function(name: str) -> bool:
    """Whether `name`, of one argument (`exp`, `tanhf`), may be declared with `simd`.

    Two arguments (`pow`, `atan2f`) are asked for in the same way.
    """
    library = vector_math()
    letter = _VECTOR_ABI.get(platform.machine())
    if library is None or letter is None:
        return False
    lanes = 4 if name.endswith("f") and name != "erf" else 2
    arguments = "vv" if name.rstrip("f") in ("pow", "atan2", "hypot") else "v"
    return library.symbol(f"_ZGV{letter}N{lanes}{arguments}_{name}") is not None


@cache
def openmp_runtime(*, clang: bool) -> Library | None:
    """The library behind `#pragma omp parallel` for code of gcc, or of clang.

    Its threads sleep while they wait. Spinning, they would take the cores from BLAS,
    whose threads are others: a training step then runs twenty times as long.
    """
    names = ("libomp.so.5", "libomp.so") if clang else ("libgomp.so.1",)
    with _environment(GOMP_SPINCOUNT="0", KMP_BLOCKTIME="0"):
        for name in names:
            library = _open_or_none(name)
            if library is not None:
                return library
    return None


@contextlib.contextmanager
def _environment(**defaults: str) -> Generator[None, None, None]:
    """Set variables that the user has not, while a library reads them."""
    missing = {k: v for k, v in defaults.items() if k not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]
