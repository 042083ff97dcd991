"""Finding the C compiler, and what it makes of sources."""

import ast
from pathlib import Path

import cffi
import numpy as np
import pytest

from teachgraph.backend import compiler, library
from teachgraph.backend.cache import open_cache, user_cache
from teachgraph.backend.compiler import CompileFailed, Compiler
from teachgraph.backend.library import ffi

GCC = Compiler(("gcc",), "gcc (Debian) 12.2.0\nCopyright (C) Free Software Foundation")
CLANG = Compiler(("clang",), "Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu")


def program(path: Path, answer: str) -> Path:
    """A program that prints one line and counts its runs in a file beside it."""
    path.write_text(f"#!/bin/sh\necho run >> {path}.runs\necho '{answer}'\n")
    path.chmod(0o755)
    return path


def test_the_first_of_gcc_cc_and_clang_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compiler.find() is None
    for name in ("clang", "cc", "gcc"):
        path = program(tmp_path / name, name)
        assert compiler.find() == (str(path),)


def test_cc_names_the_compiler_and_its_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = program(tmp_path / "mycc", "mine")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CC", "mycc -m64")
    assert compiler.find() == (str(path), "-m64")
    assert compiler.find("other") is None
    monkeypatch.setenv("CC", "missing")
    assert compiler.find() is None


def test_the_version_is_asked_for_once_and_again_when_the_program_changes(
    tmp_path: Path,
):
    path = program(tmp_path / "gcc", "gcc 1.0")
    notes = tmp_path / "notes"
    notes.mkdir()
    for _ in range(2):
        assert compiler.describe((str(path),), notes).version == "gcc 1.0"
    assert Path(f"{path}.runs").read_text() == "run\n"
    program(path, "gcc 2.0 is longer")
    assert compiler.describe((str(path),), notes).version == "gcc 2.0 is longer"


def test_gcc_and_clang_get_options_they_know():
    assert GCC.is_gcc
    assert not CLANG.is_gcc
    assert CLANG.is_clang
    assert "--param=vect-epilogues-nomask=0" in GCC.flags(openmp=False)
    assert not [f for f in CLANG.flags(openmp=False, straight=True) if "param" in f]


def test_no_option_lets_the_process_lose_denormals():
    words = GCC.flags(openmp=True) + CLANG.flags(openmp=True)
    assert not {"-ffast-math", "-Ofast", "-funsafe-math-optimizations"} & set(words)


def test_a_refused_source_is_reported_with_command_and_message():
    source = "long graph(void) { return nothing; }"
    with pytest.raises(CompileFailed) as caught:
        user_cache().build(source)
    assert "nothing" in caught.value.stderr
    assert caught.value.source == source
    assert caught.value.command[0].startswith("/")
    assert "error" in str(caught.value)


def test_a_refused_source_leaves_nothing_behind(tmp_path: Path):
    cache = open_cache(tmp_path)
    before = sorted(cache.directory.iterdir())
    with pytest.raises(CompileFailed):
        cache.build("long graph(void) { return missing; }")
    assert sorted(cache.directory.iterdir()) == before


def test_two_compilations_run_at_once():
    sources = [f"int number(void) {{ return {n}; }}" for n in (1, 2)]
    pending = [user_cache().start(source) for source in sources]
    assert all(p.compilation is not None for p in pending)
    answers = [p.wait().load().function("number", "int(*)(void)")() for p in pending]
    assert answers == [1, 2]


def test_integers_wrap():
    source = "int grows(int x) { return x + 1 > x; }"
    code = user_cache().build(source).load()
    assert code.function("grows", "int(*)(int)")(2**31 - 1) == 0


def test_each_operation_rounds_once_as_in_numpy():
    source = "double f(double x, double y, double z) { return x * y + z; }"
    code = user_cache().build(source).load()
    f = code.function("f", "double(*)(double, double, double)")
    x = 1 + 2.0**-30
    assert f(x, x, -1.0) == float(np.float64(x) * x - 1)


def test_complex_products_find_their_function():
    source = """
void f(double *p) {
  __complex__ double a = p[0] + p[1] * 1.0i, b = p[2] + p[3] * 1.0i, c = a * b / 2.0i;
  p[0] = __real__ c;
  p[1] = __imag__ c;
}
"""
    p = ffi.new("double[]", [1, 2, 3, 4])
    code = user_cache().build(source).load()
    code.function("f", "void(*)(double *)")(p)
    assert complex(p[0], p[1]) == (1 + 2j) * (3 + 4j) / 2j


@pytest.mark.skipif(
    not library.has_vector_function("exp"), reason="this C library has no libmvec"
)
def test_vector_functions_are_found_when_the_object_is_loaded():
    source = """
__attribute__((simd("notinbranch"))) extern double exp(double);
void f(const double *restrict x, double *restrict y, long n) {
  _Pragma("omp simd")
  for (long i = 0; i < n; i++) y[i] = exp(x[i]);
}
"""
    x = np.linspace(-20, 20, 1003)
    y = np.empty_like(x)
    f = user_cache().build(source).load().function("f", "void(*)(void *, void *, long)")
    f(ffi.from_buffer(x), ffi.from_buffer(y), x.size)
    np.testing.assert_allclose(y, np.exp(x), rtol=1e-15)


def test_a_function_that_is_nowhere_is_reported_when_the_object_is_loaded():
    built = user_cache().build("int nowhere(int); int f(int x) { return nowhere(x); }")
    with pytest.raises(OSError, match="nowhere"):
        built.load()


def test_loading_compiled_code_keeps_denormals():
    user_cache().build("int nothing(void) { return 0; }", openmp=True).load()
    assert np.float32(1e-40) * np.float32(1) > 0


def test_a_symbol_that_is_not_there_is_none():
    code = user_cache().build("int here(void) { return 0; }").load()
    assert code.symbol("here")
    assert code.symbol("there") is None
    with pytest.raises(OSError, match="there"):
        code.function("there", "int(*)(void)")


def test_the_precompiled_declarations_are_what_cffi_makes_of_the_text(tmp_path: Path):
    builder = cffi.FFI()
    builder.cdef(library.DECLARATIONS)
    builder.set_source("declarations", None)
    path = tmp_path / "declarations.py"
    builder.emit_python_code(str(path))
    tree = ast.walk(ast.parse(path.read_text()))
    made = next(node for node in tree if isinstance(node, ast.Call))
    words = {word.arg: ast.literal_eval(word.value) for word in made.keywords}
    assert words == {
        "_version": library.VERSION,
        "_types": library.TYPES,
        "_globals": library.GLOBALS,
    }


def test_the_processor_is_told_apart_by_its_features():
    assert len(compiler.cpu().splitlines()) > 1
