"""Finding a BLAS without installing one, and the addresses of its routines.

numpy brings an OpenBLAS along and has loaded it already; taking that one costs nothing
and adds no second pool of threads. After it come scipy's, Python's own library folder
(where conda keeps one) and the system's. To find none is a normal answer.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from teachgraph.backend.library import Library, ffi
from teachgraph.core.record import record

ROUTINES = (
    *("sgemm", "dgemm", "cgemm", "zgemm"),
    *("sgemv", "dgemv", "sger", "dger", "sdot", "ddot"),
)

# How builds of BLAS name `cblas_dgemm`: prefix, suffix, bits of their integers.
SPELLINGS = (
    ("scipy_", "64_", 64),
    ("scipy_", "", 32),
    ("", "64_", 64),
    ("", "", 32),
)

WORDS = ("get", "set")

SYSTEM_NAMES = (
    "libopenblas.so.0",
    "libopenblas.so",
    "libmkl_rt.so.2",
    "libblis.so.4",
    "libcblas.so.3",
    "libblas.so.3",
    "libcblas.so",
    "libblas.so",
)


@record()
class Blas:
    """A BLAS with the CBLAS calling convention.

    `integer_bits` is the width of every length and stride it takes, 32 or 64;
    `addresses` has the routines that it offers, by names such as `sgemm`.
    """

    library: Library
    prefix: str
    suffix: str
    integer_bits: int
    addresses: Mapping[str, int]

    @property
    def path(self) -> str:
        """The file, or the name by which the system's loader knows it."""
        return self.library.path

    @property
    def name(self) -> str:
        """What it calls itself, for people to read."""
        return (
            _configuration(self.library, self.prefix, self.suffix)
            or Path(self.path).name
        )

    def threads(self) -> int | None:
        """How many threads it may use; None if it does not say."""
        name = f"{self.prefix}openblas_get_num_threads{self.suffix}"
        if self.library.symbol(name) is None:
            return None
        return int(self.library.function(name, "int(*)(void)")())

    @property
    def thread_control(self) -> tuple[int, int] | None:
        """The addresses of what tells and sets the number of threads, if it can."""
        names = (f"{self.prefix}openblas_{w}_num_threads{self.suffix}" for w in WORDS)
        get, put = (self.library.symbol(name) for name in names)
        return None if get is None or put is None else (get, put)

    def set_threads(self, count: int) -> bool:
        """Let it use so many threads; whether it has a way to be told."""
        name = f"{self.prefix}openblas_set_num_threads{self.suffix}"
        if self.library.symbol(name) is None:
            return False
        self.library.function(name, "void(*)(int)")(count)
        return True


@cache
def find() -> Blas | None:
    """The BLAS of this process, or None."""
    return next(_usable(), None)


def _usable() -> Iterator[Blas]:
    for path in _candidates():
        try:
            library = Library(path)
        except OSError:
            continue
        blas = _understood(library)
        if blas is not None:
            yield blas


def _candidates() -> Iterator[str]:
    yield from _bundled("numpy", Path(np.__file__).parent.parent)
    scipy = importlib.util.find_spec("scipy")
    if scipy is not None and scipy.origin is not None:
        yield from _bundled("scipy", Path(scipy.origin).parent.parent)
    for name in SYSTEM_NAMES:
        own = Path(sys.prefix) / "lib" / name
        if own.exists():
            yield str(own)
    yield from SYSTEM_NAMES


def _bundled(package: str, site: Path) -> Iterator[str]:
    for folder in (site / f"{package}.libs", site / package / ".dylibs"):
        yield from map(str, sorted(folder.glob("lib*openblas*")))


def _understood(library: Library) -> Blas | None:
    for prefix, suffix, bits in SPELLINGS:
        if library.symbol(f"{prefix}cblas_dgemm{suffix}") is None:
            continue
        found = {r: library.symbol(f"{prefix}cblas_{r}{suffix}") for r in ROUTINES}
        addresses = {name: at for name, at in found.items() if at is not None}
        # Some builds with wide integers keep the plain names.
        wide = "USE64BITINT" in _configuration(library, prefix, suffix)
        return Blas(
            library, prefix, suffix, 64 if wide else bits, MappingProxyType(addresses)
        )
    return None


def _configuration(library: Library, prefix: str, suffix: str) -> str:
    """OpenBLAS's own description of how it was built, or nothing."""
    name = f"{prefix}openblas_get_config{suffix}"
    if library.symbol(name) is None:
        return ""
    return ffi.string(library.function(name, "char *(*)(void)")()).decode()
