"""The cache of compiled objects: privacy, damage, and several processes at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sources import ROOT

from teachgraph.backend import cache as cache_module
from teachgraph.backend.cache import (
    Cache,
    UnsafeDirectory,
    make_private,
    open_cache,
    user_cache,
)
from teachgraph.backend.compiler import NoCompiler
from teachgraph.core.config import config

SOURCE = "int number(void) { return 42; }"
OTHER = "int number(void) { return 43; }"

WORKER = """
import sys
from pathlib import Path
from teachgraph.backend.cache import open_cache
cache = open_cache(Path(sys.argv[1]))
for n in range(6):
    code = cache.build("int number(void) { return %d; }" % (n % 3)).load()
    assert code.function("number", "int(*)(void)")() == n % 3
"""


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return open_cache(tmp_path / "base")


def number(cache: Cache, source: str = SOURCE) -> int:
    return cache.build(source).load().function("number", "int(*)(void)")()


def test_a_source_is_compiled_once(cache: Cache):
    first, second = cache.build(SOURCE), cache.build(SOURCE)
    assert not first.cached
    assert first.command
    assert first.seconds > 0
    assert second.cached
    assert second.path == first.path


def test_another_source_or_option_is_another_entry(cache: Cache):
    assert cache.build(SOURCE).path != cache.build(OTHER).path
    assert cache.key(SOURCE, ("-O1",)) != cache.key(SOURCE, ("-O2",))
    assert number(cache) == 42
    assert number(cache, OTHER) == 43


def test_another_compiler_or_processor_is_another_entry(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
):
    flags = ("-O1",)
    other = Cache(cache.directory, type(cache.compiler)(("gcc",), "gcc 99"))
    keys = {cache.key(SOURCE, flags), other.key(SOURCE, flags)}
    monkeypatch.setattr(cache_module.compiler, "cpu", lambda: "another")
    keys.add(cache.key(SOURCE, flags))
    assert len(keys) == 3


def test_directories_are_made_for_the_user_alone(tmp_path: Path):
    before = os.umask(0)
    try:
        cache = open_cache(tmp_path / "deep" / "base")
        entry = cache.build(SOURCE)
    finally:
        os.umask(before)
    assert cache.directory.stat().st_mode & 0o777 == 0o700
    assert cache.directory.parent.stat().st_mode & 0o777 == 0o700
    assert entry.path.stat().st_mode & 0o077 == 0
    assert cache.build(SOURCE).cached


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777])
def test_a_directory_that_others_may_write_to_is_refused(cache: Cache, mode: int):
    cache.build(SOURCE)
    for directory in (cache.directory, cache.directory.parent):
        directory.chmod(mode)
        with pytest.raises(UnsafeDirectory, match=r"others may write.*chmod"):
            open_cache(cache.directory.parent)
        directory.chmod(0o700)
    cache.directory.chmod(mode)
    with pytest.raises(UnsafeDirectory):
        cache.build(SOURCE)


def test_a_directory_of_another_user_is_refused(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
):
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    with pytest.raises(UnsafeDirectory, match="belongs to user"):
        cache.build(SOURCE)


def test_a_link_to_a_private_directory_of_the_user_is_followed(tmp_path: Path):
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert number(open_cache(tmp_path / "link")) == 42
    (tmp_path / "real").chmod(0o777)
    with pytest.raises(UnsafeDirectory):
        open_cache(tmp_path / "link")


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path):
    (tmp_path / "file").touch(mode=0o600)
    with pytest.raises(UnsafeDirectory, match="not a directory"):
        make_private(tmp_path / "file")


def test_an_entry_that_is_a_link_is_refused(cache: Cache, tmp_path: Path):
    path = cache.build(SOURCE).path
    elsewhere = tmp_path / "elsewhere.so"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(UnsafeDirectory, match="not a plain file"):
        cache.build(SOURCE)


def test_an_entry_that_others_may_write_to_is_refused(cache: Cache):
    cache.build(SOURCE).path.chmod(0o722)
    with pytest.raises(UnsafeDirectory, match="others may write"):
        cache.build(SOURCE)


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_bit_off(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def emptied(content: bytes) -> bytes:
    return b""


def without_digest(content: bytes) -> bytes:
    return content[:-40]


@pytest.mark.parametrize("damage", [truncated, one_bit_off, emptied, without_digest])
def test_a_damaged_entry_is_compiled_anew(cache: Cache, damage):
    path = cache.build(SOURCE).path
    path.write_bytes(damage(path.read_bytes()))
    assert not cache.build(SOURCE).cached
    assert cache.build(SOURCE).cached
    assert number(cache) == 42


def test_replacing_a_damaged_entry_does_not_disturb_who_has_it_loaded(cache: Cache):
    built = cache.build(SOURCE)
    f = built.load().function("number", "int(*)(void)")
    code = built.load()
    cache.clear()
    assert not cache.build(SOURCE).cached
    assert f() == 42
    assert code.symbol("number")


def test_several_processes_may_fill_one_cache(tmp_path: Path):
    base = tmp_path / "base"
    command = (sys.executable, "-c", WORKER, str(base))
    crew = [subprocess.Popen(command, cwd=ROOT) for _ in range(4)]
    assert [worker.wait() for worker in crew] == [0] * 4
    names = sorted(path.suffix for path in (base / "compiled").iterdir())
    assert names == ["", ".so", ".so", ".so"]


def test_stats_count_and_clear_empties(cache: Cache):
    cache.build(SOURCE)
    cache.build(OTHER)
    (cache.directory / "left-over.tmp").touch()
    stats = cache.stats()
    assert stats.entries == 2
    assert stats.size > 1000
    assert stats.directory == cache.directory
    assert cache.clear() == 2
    assert cache.stats().entries == 0
    assert not list(cache.directory.glob("*.tmp"))


def test_the_settings_name_the_cache(tmp_path: Path):
    with config.change_flags(base_compiledir=str(tmp_path / "mine")):
        assert user_cache().directory == tmp_path / "mine" / "compiled"
    assert user_cache().directory != tmp_path / "mine" / "compiled"


def test_a_compiler_that_is_missing_is_named(tmp_path: Path):
    with pytest.raises(NoCompiler, match="no-such-compiler"):
        open_cache(tmp_path / "base", cc="no-such-compiler")
