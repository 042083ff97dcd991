"""CUDA: the text of a program's kernels, and PTX from it where a compiler is found.

Nothing here needs a GPU. NVRTC (a library, on PyPI as `nvidia-cuda-nvrtc`) or `nvcc`
turns the text into PTX, which shows that it is well made.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from teachgraph.backend.library import Library, ffi
from teachgraph.core.record import record
from teachgraph.kernel.ir import Kernel, checked_nodes
from teachgraph.kernel.render.clike import SourceLine, source_text
from teachgraph.kernel.render.cuda import Cuda, can_print
from teachgraph.program.program import Program, RunKernel, every_step

# Turing, the oldest that today's compilers know; each product is rounded, as in NumPy.
OPTIONS = ("-arch=compute_75", "-fmad=false")


class CudaRefused(Exception):
    """The CUDA compiler refused a source; `log` is what it said."""

    def __init__(self, log: str, source: str):
        super().__init__(log)
        self.log, self.source = log, source


@record()
class CudaCompiler:
    """Something that makes PTX: its name with its version, and how to ask it.

    `compile` raises CudaRefused where it finds a mistake.
    """

    name: str
    compile: Callable[[str], str]


def cuda_kernels(program: Program) -> list[Kernel]:
    """The kernels of a program that CUDA can run; all but those of complex numbers."""
    steps = every_step(program.steps)
    kernels = (step.kernel for step in steps if isinstance(step, RunKernel))
    return [kernel for kernel in kernels if can_print(kernel)]


def cuda_source(kernels: Sequence[Kernel]) -> list[SourceLine]:
    """Kernels as one CUDA file, helpers first."""
    numbers = {node: n for n, node in enumerate(checked_nodes(kernels), start=1)}
    printer = Cuda(numbers)
    lines: list[SourceLine] = []
    for kernel in kernels:
        lines += [*printer.kernel(kernel), SourceLine("")]
    helpers = [line for text in printer.preamble() for line in (*text.split("\n"), "")]
    return [*map(SourceLine, helpers), *lines[:-1]]


def ptx(lines: Sequence[SourceLine]) -> str | None:
    """PTX for a source; None where no CUDA compiler is found.

    Raises:
        CudaRefused: the compiler found a mistake.
    """
    found = compiler()
    return None if found is None else found.compile(source_text(lines))


@cache
def compiler() -> CudaCompiler | None:
    """NVRTC, or nvcc, or None."""
    return nvrtc() or nvcc()


# NVRTC

DECLARED = {
    "Version": "int (*)(int *, int *)",
    "CreateProgram": "int (*)(void **, char *, char *, int, char **, char **)",
    "CompileProgram": "int (*)(void *, int, char **)",
    "GetPTXSize": "int (*)(void *, size_t *)",
    "GetPTX": "int (*)(void *, char *)",
    "GetProgramLogSize": "int (*)(void *, size_t *)",
    "GetProgramLog": "int (*)(void *, char *)",
    "DestroyProgram": "int (*)(void **)",
}


@record()
class Nvrtc:
    """The compiler that is a library."""

    library: Library

    def ask(self, name: str, *args: Any) -> int:
        """Call a function; the number it gives is 0 if all is well."""
        return int(self.library.function(f"nvrtc{name}", DECLARED[name])(*args))

    def version(self) -> str:
        """Such as 13.0."""
        major, minor = ffi.new("int *"), ffi.new("int *")
        self.ask("Version", major, minor)
        return f"{major[0]}.{minor[0]}"

    def compile(self, source: str) -> str:
        """PTX for a source; raises CudaRefused."""
        handle, null = ffi.new("void **"), ffi.NULL
        text = ffi.new("char[]", source.encode())
        name = ffi.new("char[]", b"kernels.cu")
        self.ask("CreateProgram", handle, text, name, 0, null, null)
        options = [ffi.new("char[]", o.encode()) for o in OPTIONS]
        failed = self.ask("CompileProgram", handle[0], len(options), options)
        answer = self._text(handle[0], "ProgramLog" if failed else "PTX")
        self.ask("DestroyProgram", handle)
        if failed:
            raise CudaRefused(answer, source)
        return answer

    def _text(self, program: Any, kind: str) -> str:
        size = ffi.new("size_t *")
        self.ask(f"Get{kind}Size", program, size)
        room = ffi.new("char[]", size[0] + 1)
        self.ask(f"Get{kind}", program, room)
        return ffi.string(room).decode()


def nvrtc() -> CudaCompiler | None:
    """NVRTC, if it is installed."""
    for path in _nvrtc_paths():
        try:
            found = Nvrtc(Library(path))
        except OSError:
            continue
        where = Path(path).name
        return CudaCompiler(f"NVRTC {found.version()} ({where})", found.compile)
    return None


def _nvrtc_paths() -> Iterator[str]:
    """The library that pip installs, then names that the loader may know."""
    packages = importlib.util.find_spec("nvidia")
    for folder in (packages and packages.submodule_search_locations) or ():
        yield from map(str, sorted(Path(folder).glob("*/lib/libnvrtc.so.*[0-9]")))
    yield from ("libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12")


# nvcc


def nvcc() -> CudaCompiler | None:
    """The compiler that is a program, if it is installed."""
    path = shutil.which("nvcc")
    if path is None:
        return None

    def compile_(source: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            file, out = Path(folder) / "kernels.cu", Path(folder) / "kernels.ptx"
            file.write_text(source, encoding="utf-8")
            command = [path, "-ptx", *OPTIONS, "-o", str(out), str(file)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise CudaRefused(done.stderr or done.stdout, source)
            return out.read_text(encoding="utf-8")

    return CudaCompiler(f"nvcc ({path})", compile_)
