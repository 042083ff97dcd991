"""`theano.config`: Theano's flags, from files, environment and programs."""

from pathlib import Path

import pytest

from teachgraph.core.config import config
from teachgraph.theano import settings
from teachgraph.theano.listing import FLAGS, NAMES
from teachgraph.theano.settings import FlagWarning, Settings


@pytest.fixture
def flags():
    with config.change_flags(mode=config.mode, floatX=config.floatX):
        yield Settings(NAMES[FLAGS])


def test_a_flag_of_both_is_the_same_setting(flags: Settings):
    flags.floatX = "float32"
    assert config.floatX == "float32"


def test_every_flag_of_theano_s_has_a_value(flags: Settings):
    for name in NAMES[FLAGS]:
        flags.value(name)


def test_a_flag_with_a_dot_is_reached_through_its_part(flags: Settings):
    flags.gcc.cxxflags = "-O3"
    assert flags.gcc.cxxflags == "-O3"


def test_an_unknown_flag_is_an_attribute_error(flags: Settings):
    with pytest.raises(AttributeError, match="floatY"):
        _ = flags.floatY


def test_optimizer_and_linker_choose_the_mode(flags: Settings):
    flags.optimizer = "fast_compile"
    assert config.mode == "FAST_COMPILE"
    flags.optimizer = "fast_run"
    assert config.mode == "FAST_RUN"
    flags.linker = "py"
    assert config.mode == "FAST_COMPILE"


def test_changed_flags_come_back(flags: Settings):
    with flags.change_flags(floatX="float32", allow_gc=False):
        assert (config.floatX, flags.allow_gc) == ("float32", False)
    assert (config.floatX, flags.allow_gc) == ("float64", True)


def test_change_flags_decorates(flags: Settings):
    @flags.change_flags(floatX="float32")
    def dtype() -> str:
        return config.floatX

    assert (dtype(), config.floatX) == ("float32", "float64")


def test_the_environment_wins_over_files(tmp_path: Path):
    rc = tmp_path / "theanorc"
    rc.write_text("[global]\nfloatX = float32\ndevice = cpu\n[gcc]\ncxxflags = -O2\n")
    found = settings.flags_of({"THEANORC": str(rc), "THEANO_FLAGS": "floatX=float64"})
    assert found == {"floatX": "float64", "device": "cpu", "gcc.cxxflags": "-O2"}


def test_flags_without_meaning_are_said_in_one_line(flags, monkeypatch):
    said = "floatX=float64,device=cuda0,allow_gc=False,optimizer=fast_run"
    monkeypatch.setenv("THEANO_FLAGS", said)
    monkeypatch.setenv("THEANORC", "")
    with pytest.warns(FlagWarning) as caught:
        settings.opened(NAMES[FLAGS])
    assert [str(w.message).partition(": ")[2] for w in caught] == [
        "device=cuda0, allow_gc=False"
    ]


def test_flags_that_mean_something_are_taken_without_a_word(flags, monkeypatch):
    monkeypatch.setenv("THEANO_FLAGS", "floatX=float32,optimizer=fast_compile")
    monkeypatch.setenv("THEANORC", "")
    settings.opened(NAMES[FLAGS])
    assert (config.floatX, config.mode) == ("float32", "FAST_COMPILE")


def test_a_program_adds_a_flag_of_its_own(flags: Settings):
    flags.add("pylearn2.seed", "where random numbers begin", 3)
    assert flags.pylearn2.seed == 3
