"""What there is of CUDA: a GPU with its driver, and compilers that need neither.

teachgraph prints CUDA for every function it compiles to C. NVRTC or nvcc turn it into
PTX on any machine; a GPU runs it.
"""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import shutil
import subprocess
from collections.abc import Iterator

from teachgraph.backend import cuda as compilers
from teachgraph.cli.findings import Finding

NO_GPU = "only running CUDA needs one; printing and compiling it do not"


def absent(name: str, fact: str, todo: str) -> Finding:
    """Something that most machines do without."""
    return Finding(name, fact, todo, optional=True)


def driver() -> Finding:
    """The GPUs that the driver finds."""
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return absent("GPU", "no NVIDIA driver", NO_GPU)
    failed = cuda.cuInit(0)
    if failed:
        todo = "`nvidia-smi` says more; the driver may be older than its kernel module"
        return Finding("GPU", f"the NVIDIA driver answers error {failed}", todo)
    names = list(_names(cuda))
    version = ctypes.c_int()
    cuda.cuDriverGetVersion(ctypes.byref(version))
    if not names:
        return absent("GPU", "the NVIDIA driver finds none", NO_GPU)
    return Finding(
        "GPU", f"{', '.join(names)}; driver for CUDA {_dotted(version.value)}"
    )


def nvrtc() -> Finding:
    """The compiler that is a library; it works without a driver."""
    found = compilers.nvrtc()
    if found is not None:
        return Finding("NVRTC", found.name.removeprefix("NVRTC "))
    todo = "only compiling CUDA needs it: pip install nvidia-cuda-nvrtc"
    return absent("NVRTC", "not found", todo)


def nvcc() -> Finding:
    """The compiler that is a program."""
    path = shutil.which("nvcc")
    if path is None:
        todo = "only CUDA without NVRTC needs it; it comes with NVIDIA's CUDA toolkit"
        return absent("nvcc", "not found", todo)
    done = subprocess.run(
        [path, "--version"], capture_output=True, text=True, timeout=20, check=True
    )
    release = [line for line in done.stdout.splitlines() if "release" in line]
    version = release[0].partition("release ")[2].partition(",")[0] if release else "?"
    return Finding("nvcc", f"{version} ({path})")


def pycuda() -> Finding:
    """The package that runs kernels."""
    if importlib.util.find_spec("pycuda") is None:
        todo = "only running on a GPU needs it: pip install 'teachgraph[cuda]'"
        return absent("PyCUDA", "not installed", todo)
    return Finding("PyCUDA", importlib.metadata.version("pycuda"))


def _names(cuda: ctypes.CDLL) -> Iterator[str]:
    count = ctypes.c_int()
    cuda.cuDeviceGetCount(ctypes.byref(count))
    for number in range(count.value):
        device, name = ctypes.c_int(), ctypes.create_string_buffer(256)
        cuda.cuDeviceGet(ctypes.byref(device), number)
        cuda.cuDeviceGetName(name, len(name), device)
        yield name.value.decode(errors="replace")


def _dotted(version: int) -> str:
    """`12.4` for the 12040 that the driver says."""
    return f"{version // 1000}.{version % 1000 // 10}"
