"""The C compiler of this machine: which it is, how it is called, what it answers.

Generated files include no header and are read from standard input. Nothing is linked
in but a few kilobytes of the compiler's own support: libm, libmvec and BLAS are found
when the object is loaded. That makes a small graph a matter of some 35 ms.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

from teachgraph.backend import library
from teachgraph.core.record import record

# -O2 gains nothing over -O1 and LOOPS on loops marked `omp simd`, and takes half as
# long again; -fexpensive-optimizations makes recurrences (scan) 1.5 times faster.
OPTIMIZE = "-O1"
LOOPS = ("-fexpensive-optimizations",)

# Integers wrap and each operation rounds once, as in numpy. Never -ffast-math: linked
# with it, gcc's start-up code turns denormals off in the whole process. Nor
# -fno-trapping-math: gcc 12 then makes one truncation of (double)(int)x, which keeps
# the sign of a zero; loops are as fast without it.
SEMANTICS = (
    "-fwrapv",
    "-ffp-contract=off",
    "-fno-math-errno",
)
OBJECT = (
    "-shared",
    "-fPIC",
    "-fno-semantic-interposition",
    "-fno-asynchronous-unwind-tables",
    "-nostartfiles",
    "-nodefaultlibs",
    "-pipe",
    "-w",
)
# Masked vector code for the rest of a loop costs gcc half its time and gains nothing.
GCC_ONLY = ("--param=vect-epilogues-nomask=0",)

# For straight code with no loops worth a thought, such as the runner: gcc -O1 without
# the passes that cost more time than they save. 75 instead of 105 ms, the same speed.
STRAIGHT_CODE = (
    "-fno-dse",
    "-fno-forward-propagate",
    "-fno-guess-branch-probability",
    "-fno-if-conversion",
    "-fno-split-wide-types",
    "-fno-tree-bit-ccp",
    "-fno-tree-ccp",
    "-fno-tree-ch",
    "-fno-tree-coalesce-vars",
    "-fno-tree-copy-prop",
    "-fno-tree-dce",
    "-fno-tree-dominator-opts",
    "-fno-tree-fre",
    "-fno-tree-pta",
)

# The lines of /proc/cpuinfo that say what -march=native means.
CPU_FIELDS = (
    "vendor_id",
    "cpu family",
    "model",
    "model name",
    "stepping",
    "flags",
    "Features",
    "CPU implementer",
    "CPU architecture",
    "CPU variant",
    "CPU part",
)


class NoCompiler(Exception):
    """There is no C compiler on this machine."""


class CompileFailed(Exception):
    """The compiler refused a source, or did not run to its end."""

    def __init__(self, command: tuple[str, ...], stderr: str, source: str):
        lines = stderr.splitlines() or ["it gave no message"]
        first = next((line for line in lines if "error" in line), lines[0])
        super().__init__(f"{command[0]} failed: {first.strip()}")
        self.command, self.stderr, self.source = command, stderr, source


@record()
class Compiler:
    """A C compiler: the words that start it, and what it says it is."""

    command: tuple[str, ...]
    version: str

    @property
    def is_clang(self) -> bool:
        """Whether it takes clang's options."""
        return "clang" in self.version

    @property
    def is_gcc(self) -> bool:
        """Whether it takes gcc's options."""
        return not self.is_clang and (
            "gcc" in self.version.lower() or "Free Software" in self.version
        )

    def flags(self, *, openmp: bool, straight: bool = False) -> tuple[str, ...]:
        """The options for a source.

        Args:
            openmp: several threads, where this machine has the library for it.
            straight: the source has no loops that matter; compile it sooner.
        """
        words = [OPTIMIZE, _native(), *SEMANTICS, *OBJECT, "-fopenmp-simd"]
        if not straight:
            words += LOOPS
        if self.is_gcc:
            words += GCC_ONLY
        if self.is_gcc and straight:
            words += STRAIGHT_CODE
        if self.is_clang and library.vector_math() is not None and _is_x86():
            words.append("-fveclib=libmvec")
        runtime = library.openmp_runtime(clang=self.is_clang) if openmp else None
        if runtime is not None:
            words.append("-fopenmp")
        if runtime is not None and self.is_clang:
            words.append(f"-l:{runtime.path}")  # gcc thinks of its own by itself
        return tuple(words)

    def start(
        self, source: str, output: Path, *, flags: tuple[str, ...]
    ) -> Compilation:
        """Start compiling a source into a shared object, and do not wait."""
        # -lgcc: complex multiplication and division are functions in there.
        command = (*self.command, "-x", "c", "-", *flags, "-o", str(output), "-lgcc")
        with tempfile.TemporaryFile() as text:
            text.write(source.encode())
            text.seek(0)
            process = subprocess.Popen(
                command,
                stdin=text,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, "LC_ALL": "C"},
            )
        return Compilation(command, source, output, process, time.perf_counter())


@record()
class Compilation:
    """A compiler at work."""

    command: tuple[str, ...]
    source: str
    output: Path
    process: subprocess.Popen[bytes]
    began: float

    def wait(self) -> float:
        """Wait until it is done; the seconds it took.

        Raises:
            CompileFailed: it ended with an error; there is no output then.
        """
        stderr = self.process.communicate()[1].decode(errors="replace")
        if self.process.returncode != 0:
            self.output.unlink(missing_ok=True)
            raise CompileFailed(self.command, stderr, self.source)
        return time.perf_counter() - self.began


def find(wanted: str = "") -> tuple[str, ...] | None:
    """The words that start the C compiler, with the full path of the program, or None.

    The first of `wanted`, the environment's CC, gcc, cc and clang decides; one that was
    asked for and is not there is not replaced by another.
    """
    asked = wanted or os.environ.get("CC", "")
    candidates = [shlex.split(asked)] if asked.strip() else [["gcc"], ["cc"], ["clang"]]
    for words in candidates:
        path = shutil.which(words[0])
        if path is not None:
            return (path, *words[1:])
    return None


def describe(command: tuple[str, ...], notes: Path) -> Compiler:
    """The compiler behind a command; its version is asked for once and noted.

    Args:
        command: as `find` gives it.
        notes: a directory of ours, where the version of each compiler is written down.
    """
    status = os.stat(command[0])
    identity = repr((command, status.st_mtime_ns, status.st_size))
    note = notes / f"compiler-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
    if note.exists() and (version := note.read_text(encoding="utf-8")):
        return Compiler(command, version)
    # The first two lines: gcc calls itself by the name it was started with.
    asked = (*command, "--version")
    answer = subprocess.run(asked, check=False, capture_output=True)
    version = "\n".join(answer.stdout.decode(errors="replace").splitlines()[:2])
    fresh = note.with_name(f"{note.name}-{os.getpid()}.tmp")
    fresh.write_text(version, encoding="utf-8")
    fresh.replace(note)
    return Compiler(command, version)


@cache
def cpu() -> str:
    """What this processor is and can do, as far as it matters to compiled code."""
    try:
        with open("/proc/cpuinfo", "rb") as file:
            # The first processor's entry; the kernel writes only what is read.
            text = file.read(8192).decode(errors="replace").partition("\n\n")[0]
    except OSError:
        text = ""
    pairs = (line.partition(":") for line in text.splitlines())
    known = [f"{k.strip()}:{v.strip()}" for k, _, v in pairs if k.strip() in CPU_FIELDS]
    return "\n".join([platform.machine(), *(known or [platform.processor()])])


def _is_x86() -> bool:
    return platform.machine() in ("x86_64", "AMD64")


def _native() -> str:
    # gcc for POWER and clang for ARM know -mcpu only.
    known = _is_x86() or platform.machine() == "aarch64"
    return "-march=native" if known else "-mcpu=native"
