"""Not a package: C loops with the memory traffic of a case, or multiply-adds.

Outputs are allocated before, and stores pass by the cache where the CPU has AVX-512.
"""

import ctypes
import subprocess
from pathlib import Path

import numpy as np

from .base import Base, Unsupported

HERE = Path(__file__).resolve().parent.parent
FLAGS = ("-O3", "-march=native", "-fopenmp", "-ffast-math", "-shared", "-fPIC")


def library():
    built, source = HERE / "_stream.so", HERE / "stream.c"
    if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
        subprocess.check_call(["gcc", *FLAGS, "-o", built, source])
    return ctypes.CDLL(str(built))


def aligned(count, dtype):
    """Zeros at a multiple of 64 bytes, as stores past the cache need them."""
    item = np.dtype(dtype).itemsize
    raw = np.zeros(count + 64, dtype)
    offset = (-raw.ctypes.data % 64) // item
    return raw[offset : offset + count]


class Adapter(Base):
    name = "roofline"

    def __init__(self):
        self.library = library()
        self.held = []

    def versions(self):
        return {"stores past the cache": self.library.have_nt()}

    def release(self):
        self.held.clear()

    def build(self, case):
        past_cache = self.library.have_nt()
        if case.flops > 1e9 and past_cache:
            rounds = int(case.flops / (2 * 12 * 32))
            return self.library.fma_f32, (ctypes.c_ssize_t(rounds),), list
        if not case.kernel:
            raise Unsupported("no memory-bound ceiling")
        inputs = 2 if case.kernel == "triad" else 1
        item = np.dtype(case.dtype).itemsize
        count = case.reads // item // inputs
        arrays = [np.ones(count, case.dtype) for _ in range(inputs)]
        name = f"{case.kernel}_f{8 * item}"
        if case.kernel != "readsum":
            arrays.insert(0, aligned(count, case.dtype))
            name = f"{case.kernel}{'_nt' if past_cache else ''}_f{8 * item}"
        self.held = arrays
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in arrays]
        return getattr(self.library, name), (*pointers, ctypes.c_ssize_t(count)), list


def environ(cache):
    return {}
