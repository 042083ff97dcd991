"""CUDA: the text of a program's kernels, and PTX from it where a compiler is found.

Nothing here needs a GPU. NVRTC (a library, also on PyPI as `nvidia-cuda-nvrtc`) or `nvcc`
turns the text into PTX, which shows that it is right; running it comes with the backend.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from teachgraph.backend.library import Library, ffi
from teachgraph.kernel.ir import Kernel, checked_nodes
from teachgraph.kernel.render.clike import SourceLine, source_text
from teachgraph.kernel.render.cuda import Cuda
from teachgraph.program.program import Program, RunKernel

ARCHITECTURE = "compute_75"
NAMES = ("libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12")


class CudaRefused(Exception):
    """The CUDA compiler refused a source; `log` is what it said."""

    def __init__(self, log: str, source: str):
        super().__init__(log)
        self.log, self.source = log, source


@dataclass(frozen=True)
class CudaCompiler:
    """Something that makes PTX: its name and version, and how to ask it."""

    name: str
    compile: Callable[[str], str]


def cuda_source(program: Program) -> list[SourceLine]:
    """The kernels of a program as CUDA, helpers first."""
    kernels = [step.kernel for step in program.steps if isinstance(step, RunKernel)]
    return kernels_source(kernels)


def kernels_source(kernels: list[Kernel]) -> list[SourceLine]:
    """Kernels as one CUDA file."""
    numbers = {node: n for n, node in enumerate(checked_nodes(kernels), start=1)}
    printer = Cuda(numbers)
    lines: list[SourceLine] = []
    for kernel in kernels:
        lines.extend([*printer.kernel(kernel), SourceLine("")])
    helpers = [line for text in printer.preamble() for line in (*text.split("\n"), "")]
    return [*(SourceLine(line) for line in helpers), *lines]


def ptx(lines: list[SourceLine]) -> str | None:
    """PTX for a source; None where no CUDA compiler is found.

    Raises:
        CudaRefused: the compiler found a mistake.
    """
    found = compiler()
    return None if found is None else found.compile(source_text(lines))


@cache
def compiler() -> CudaCompiler | None:
    """NVRTC, or nvcc, or None."""
    return _nvrtc() or _nvcc()


# NVRTC

DECLARED = {
    "nvrtcVersion": "int (*)(int *, int *)",
    "nvrtcCreateProgram": (
        "int (*)(void **, const char *, const char *, int, const char **, const char **)"
    ),
    "nvrtcCompileProgram": "int (*)(void *, int, const char **)",
    "nvrtcGetPTXSize": "int (*)(void *, size_t *)",
    "nvrtcGetPTX": "int (*)(void *, char *)",
    "nvrtcGetProgramLogSize": "int (*)(void *, size_t *)",
    "nvrtcGetProgramLog": "int (*)(void *, char *)",
    "nvrtcDestroyProgram": "int (*)(void **)",
}


def _nvrtc() -> CudaCompiler | None:
    for path in _nvrtc_candidates():
        try:
            library = Library(path)
        except OSError:
            continue
        major, minor = ffi.new("int *"), ffi.new("int *")
        _call(library, "nvrtcVersion", major, minor)
        name = f"NVRTC {major[0]}.{minor[0]}"
        return CudaCompiler(name, lambda source: _by_nvrtc(library, source))
    return None


def _nvrtc_candidates() -> list[str]:
    spec = importlib.util.find_spec("nvidia")
    roots = [Path(p) for p in (spec.submodule_search_locations or [])] if spec else []
    packaged = [str(p) for root in roots for p in sorted(root.glob("*/lib/libnvrtc.so.*"))]
    return [*packaged, *NAMES]


def _call(library: Library, name: str, *args: Any) -> int:
    return int(library.function(name, DECLARED[name])(*args))


def _by_nvrtc(library: Library, source: str) -> str:
    handle = ffi.new("void **")
    text, name = ffi.new("char[]", source.encode()), ffi.new("char[]", b"kernels.cu")
    _call(library, "nvrtcCreateProgram", handle, text, name, 0, ffi.NULL, ffi.NULL)
    options = [ffi.new("char[]", o.encode()) for o in (f"--gpu-architecture={ARCHITECTURE}",)]
    failed = _call(library, "nvrtcCompileProgram", handle[0], len(options), options)
    kind = "ProgramLog" if failed else "PTX"
    size = ffi.new("size_t *")
    _call(library, f"nvrtcGet{kind}Size", handle[0], size)
    room = ffi.new("char[]", size[0] + 1)
    _call(library, f"nvrtcGet{kind}", handle[0], room)
    _call(library, "nvrtcDestroyProgram", handle)
    answer = ffi.string(room).decode()
    if failed:
        raise CudaRefused(answer, source)
    return answer


# nvcc


def _nvcc() -> CudaCompiler | None:
    path = shutil.which("nvcc")
    if path is None:
        return None
    return CudaCompiler(f"nvcc ({path})", lambda source: _by_nvcc(path, source))


def _by_nvcc(path: str, source: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kernels.cu"
        file.write_text(source)
        out = file.with_suffix(".ptx")
        arch = f"-arch={ARCHITECTURE}"
        command = [path, "-ptx", arch, "-o", str(out), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CudaRefused(done.stderr, source)
        return out.read_text()
