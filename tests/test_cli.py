"""The command line, as a process of its own, on machines that have and lack things."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import teachgraph
from teachgraph.cli import cuda, demo, doctor, findings, jupyter, programs
from teachgraph.cli.findings import Finding

Done = subprocess.CompletedProcess[str]


def teachgraph_command(*words: str, cwd: Path | None = None, **changed: str) -> Done:
    """Run a command; `changed` are variables of its environment."""
    command = [sys.executable, "-m", "teachgraph", *words]
    environment = {**os.environ, "PYTHONUTF8": "1", **changed}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "Traceback" not in done.stdout
    return done


def lines_of(done: Done) -> dict[str, str]:
    """What doctor says, by the name of the thing: its mark and the fact."""
    found = re.findall(r"^(ok|look|-) +(.{16}\S*) +(.*)$", done.stdout, re.MULTILINE)
    return {name.strip(): f"{mark} {fact}" for mark, name, fact in found}


@pytest.fixture(scope="module")
def empty_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which there is nothing."""
    return str(tmp_path_factory.mktemp("empty"))


# doctor


@pytest.fixture(scope="module")
def here() -> Done:
    return teachgraph_command("doctor")


@pytest.fixture(scope="module")
def bare(empty_path: str) -> Done:
    return teachgraph_command("doctor", PATH=empty_path, CC="")


def test_doctor_ends_well_and_says_nothing_to_stderr(here: Done):
    assert (here.returncode, here.stderr) == (0, "")


def test_doctor_looks_at_every_part_of_the_machine(here: Done):
    assert set(lines_of(here)) == {
        *("teachgraph", "NumPy"),
        *("C compiler", "cache", "runner", "BLAS", "a function"),
        *("graphviz", "dot"),
        *("JupyterLab", "extension", "widgets"),
        *("GPU", "NVRTC", "nvcc", "PyCUDA"),
    }


def test_doctor_says_what_to_do_below_each_line_that_is_not_ok(here: Done, bare: Done):
    for done in (here, bare):
        lines = done.stdout.splitlines()
        marked = [n for n, line in enumerate(lines) if re.match(r"look |- ", line)]
        assert all(lines[n + 1].strip().startswith("-> ") for n in marked)


def test_doctor_shows_the_cache_of_the_settings(here: Done):
    flags = os.environ["TEACHGRAPH_FLAGS"]
    folder = dict(part.split("=") for part in flags.split(","))["base_compiledir"]
    assert folder in lines_of(here)["cache"]


def test_doctor_ends_well_where_no_program_is_found(bare: Done):
    assert (bare.returncode, bare.stderr) == (0, "")
    said = lines_of(bare)
    assert said["C compiler"] == "look none found"
    assert "apt-get install gcc" in " ".join(bare.stdout.split())
    assert said["a function"] == "ok 1 / (1 + exp(-0)) is 0.5, computed in NumPy"
    assert said["dot"] == "look not found"
    assert said["nvcc"] == "- not found"


def test_doctor_names_a_compiler_that_was_asked_for_and_is_not_there():
    done = teachgraph_command("doctor", CC="no-such-compiler")
    assert done.returncode == 0
    said = lines_of(done)
    assert said["C compiler"] == "look there is no program no-such-compiler"
    assert "NumPy" in said["a function"]


def test_doctor_says_that_a_compiler_does_not_work():
    done = teachgraph_command("doctor", CC="false")
    assert done.returncode == 0
    assert "cannot be used" in lines_of(done)["C compiler"]
    assert "NumPy" in lines_of(done)["a function"]


def test_doctor_says_that_a_folder_is_not_safe(tmp_path: Path):
    tmp_path.chmod(0o777)
    flags = f"base_compiledir={tmp_path}"
    done = teachgraph_command("doctor", TEACHGRAPH_FLAGS=flags)
    assert done.returncode == 0
    assert lines_of(done)["cache"] == "look cannot be used"
    assert "others may write" in " ".join(done.stdout.split())


def test_doctor_says_that_a_folder_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    flags = f"base_compiledir={tmp_path}/file/below"
    done = teachgraph_command("doctor", TEACHGRAPH_FLAGS=flags)
    assert done.returncode == 0
    assert lines_of(done)["cache"] == "look cannot be used"


def test_a_check_that_fails_becomes_a_line():
    def broken() -> Finding:
        raise FileNotFoundError(2, "No such file or directory", "there")

    finding = findings.looked_at("this", broken)
    assert finding.fact == "could not be looked at: FileNotFoundError"
    assert finding.todo == "No such file or directory: there"


def test_a_compiler_that_is_there_is_ok(here: Done):
    assert re.match(r"ok .*\(/", lines_of(here)["C compiler"])


# doctor, in parts


@pytest.fixture
def jupyter_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which Jupyter has nothing but these folders."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    monkeypatch.setattr(
        teachgraph, "__file__", str(tmp_path / "nowhere" / "__init__.py")
    )
    return tmp_path


def install_extension(folder: Path) -> None:
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "entry.js").write_text("", encoding="utf-8")
    build = {"_build": {"load": "static/entry.js"}}
    package = {"version": "0.1.0", "jupyterlab": build}
    (folder / "package.json").write_text(json.dumps(package), encoding="utf-8")


def test_an_extension_that_was_never_built_is_missed(jupyter_folders: Path):
    assert jupyter.extension().fact == "not built"


def test_an_extension_that_jupyter_does_not_see_is_said_to_be_built(
    jupyter_folders: Path,
):
    install_extension(jupyter_folders / "nowhere" / "labextension")
    found = jupyter.extension()
    assert found.fact == "built, but not where JupyterLab looks"
    assert "make lab" in found.todo


def test_an_extension_in_the_users_folder_is_seen(jupyter_folders: Path):
    install_extension(jupyter_folders / "data" / "labextensions" / "teachgraph")
    found = jupyter.extension()
    assert found.ok
    assert found.fact.startswith("0.1.0, visible in ")


def test_an_extension_that_is_switched_off_is_said_to_be(jupyter_folders: Path):
    install_extension(jupyter_folders / "data" / "labextensions" / "teachgraph")
    settings = jupyter_folders / "config" / "labconfig" / "page_config.json"
    settings.parent.mkdir(parents=True)
    off = {"disabledExtensions": {"teachgraph": True}}
    settings.write_text(json.dumps(off), encoding="utf-8")
    found = jupyter.extension()
    assert found.fact.startswith("switched off in ")
    assert "jupyter labextension enable teachgraph" in found.todo


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert doctor.graphviz().fact == "not installed"
    assert jupyter.lab().fact == "not installed"
    assert jupyter.widgets().fact == "ipywidgets and anywidget not installed"
    assert cuda.pycuda().optional


class Driver:
    """What the library of an NVIDIA driver answers."""

    def __init__(self, *names: str, error: int = 0):
        self.names, self.error = names, error

    def cuInit(self, flags: int) -> int:
        return self.error

    def cuDeviceGetCount(self, count: Any) -> None:
        count._obj.value = len(self.names)

    def cuDeviceGet(self, device: Any, number: int) -> None:
        device._obj.value = number

    def cuDeviceGetName(self, name: Any, size: int, device: Any) -> None:
        name.value = self.names[device.value].encode()

    def cuDriverGetVersion(self, version: Any) -> None:
        version._obj.value = 12040


def with_driver(monkeypatch: pytest.MonkeyPatch, driver: Driver) -> Finding:
    monkeypatch.setattr("ctypes.CDLL", lambda name: driver)
    return cuda.driver()


def test_gpus_are_listed_with_what_their_driver_can(monkeypatch: pytest.MonkeyPatch):
    found = with_driver(monkeypatch, Driver("Small GPU", "Large GPU"))
    assert found.ok
    assert found.fact == "Small GPU, Large GPU; driver for CUDA 12.4"


def test_a_driver_without_a_gpu_is_no_fault(monkeypatch: pytest.MonkeyPatch):
    found = with_driver(monkeypatch, Driver())
    assert found.fact == "the NVIDIA driver finds none"
    assert found.ok


def test_a_driver_that_does_not_start_is_to_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
):
    found = with_driver(monkeypatch, Driver(error=804))
    assert found.fact == "the NVIDIA driver answers error 804"
    assert not found.ok


# explain, cache, and the program itself


def test_explain_shows_the_page_of_a_code():
    done = teachgraph_command("explain", "shape-mismatch")
    assert done.returncode == 0
    assert "[shape-mismatch]" in done.stdout


def test_explain_lists_all_codes():
    done = teachgraph_command("explain")
    assert done.returncode == 0
    assert {"shape-mismatch", "missing-input"} <= set(done.stdout.split())


def test_explain_offers_the_nearest_code():
    done = teachgraph_command("explain", "shape-mismach")
    assert done.returncode == 1
    assert "shape-mismatch" in done.stdout


def test_the_cache_is_counted_and_cleared(tmp_path: Path):
    folder = tmp_path / "compiled"
    folder.mkdir()
    for name in ("a.so", "b.so"):
        (folder / name).write_bytes(bytes(50_000))
    flags = f"base_compiledir={tmp_path}"
    counted = teachgraph_command("cache", TEACHGRAPH_FLAGS=flags, CC="no-such-compiler")
    assert counted.stdout == f"2 compiled objects, 0.1 MB, in {folder}\n"
    cleared = teachgraph_command("cache", "clear", TEACHGRAPH_FLAGS=flags)
    assert cleared.stdout == f"removed 2 compiled objects from {folder}\n"
    assert not list(folder.iterdir())


def test_a_cache_that_was_never_used_is_empty(tmp_path: Path):
    done = teachgraph_command("cache", TEACHGRAPH_FLAGS=f"base_compiledir={tmp_path}")
    assert done.stdout.startswith("0 compiled objects")


def test_the_version_is_that_of_the_package():
    assert teachgraph_command("--version").stdout == (
        f"teachgraph {teachgraph.__version__}\n"
    )


def test_help_names_every_command():
    for words in ((), ("--help",)):
        done = teachgraph_command(*words)
        assert done.returncode == 0
        assert {"demo", "doctor", "explain", "cache"} <= set(done.stdout.split())


def test_an_unknown_command_is_refused_with_the_known_ones():
    done = teachgraph_command("fly")
    assert done.returncode == 2
    assert "demo" in done.stderr


def test_a_reader_that_stops_early_is_no_error():
    command = [sys.executable, "-m", "teachgraph", "explain"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_terminal_without_the_letters_for_a_tree_shows_others(tmp_path: Path):
    done = teachgraph_command(
        "demo", cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert done.returncode == 0
    assert "? x [id B]" in done.stdout


# demo


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """The demo, and the folder in which it ran."""
    folder = tmp_path_factory.mktemp("demo")
    return teachgraph_command("demo", cwd=folder), folder


def test_the_demo_computes_the_logistic_function(shown: tuple[Done, Path]):
    done, _ = shown
    assert (done.returncode, done.stderr) == (0, "")
    assert "[0.26894142 0.11920292]" in done.stdout


def test_the_demo_shows_the_programs_that_it_runs(shown: tuple[Done, Path]):
    typed = re.findall(r"^>>> (.*)$", shown[0].stdout, re.MULTILINE)
    source = demo.source_of(programs.logistic).splitlines()
    assert set(source) <= set(typed)


def test_the_demo_underlines_the_line_of_its_error(shown: tuple[Done, Path]):
    lines = shown[0].stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if "| shifted = scaled + bias" in line)
    assert "~~~~~~~^~~~~~" in lines[at + 1]
    assert "[shape-mismatch]" in shown[0].stdout


def test_the_demo_writes_its_page_and_says_where(shown: tuple[Done, Path]):
    done, folder = shown
    page = folder / "teachgraph-demo.html"
    assert page.as_uri() in done.stdout
    html = page.read_text(encoding="utf-8")
    assert "<title>The logistic function</title>" in html
    assert "<svg" in html


def test_the_demo_is_plain_text_in_a_pipe(shown: tuple[Done, Path]):
    assert "\x1b" not in shown[0].stdout


def test_the_demo_runs_without_a_compiler_and_says_so_in_one_line(tmp_path: Path):
    done = teachgraph_command("demo", cwd=tmp_path, CC="no-such-compiler")
    assert done.returncode == 0
    assert "[0.26894142 0.11920292]" in done.stdout
    assert len(re.findall("NoCompilerWarning", done.stderr)) == 1


def test_the_demo_runs_without_dot(tmp_path: Path, empty_path: str):
    done = teachgraph_command("demo", cwd=tmp_path, PATH=empty_path, CC="")
    assert done.returncode == 0
    assert (tmp_path / "teachgraph-demo.html").exists()


def test_the_demo_says_that_it_could_not_write_its_page(tmp_path: Path):
    done = teachgraph_command("demo", "--page", str(tmp_path / "no" / "page.html"))
    assert done.returncode == 0
    assert "could not write" in done.stdout


def test_a_terminal_gets_colours():
    assert "\x1b[1m" in in_a_terminal("explain", "shape-mismatch")


def in_a_terminal(*words: str) -> str:
    """What a command writes when it writes to a terminal."""
    leader, follower = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    command = [sys.executable, "-m", "teachgraph", *words]
    with subprocess.Popen(command, stdout=follower, env=environment) as process:
        os.close(follower)
        said = bytearray()
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # what Linux says when the other end is closed
                break
            if not piece:
                break
            said += piece
    os.close(leader)
    assert process.returncode == 0
    return said.decode()
