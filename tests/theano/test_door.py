"""The door for Theano's programs: its module tree, and how names are found in it."""

import importlib
import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import theano as door
from teachgraph.theano.door import Finder
from teachgraph.theano.verdicts import INSTEAD


@pytest.fixture
def installed():
    door.install()
    yield
    door.uninstall()


def module(name: str):
    return importlib.import_module(f"teachgraph.theano.{name}")


def test_every_room_can_be_imported():
    names = [name for name in door.HOUSE.rooms if name != "theano"]
    for name in names:
        assert importlib.import_module(f"teachgraph.{name}").__name__.endswith(name)


def test_a_room_has_the_same_functions_as_the_package():
    assert module("tensor").exp is T.exp
    assert module("tensor.nnet").sigmoid is T.nnet.sigmoid
    assert module("gradient").grad_clip is tg.gradient.grad_clip


def test_import_theano_means_the_door_once_it_is_installed(installed):
    import theano
    import theano.tensor.signal.pool
    from theano.tensor import nnet

    assert theano is door
    assert nnet is module("tensor.nnet")
    assert theano.tensor.signal.pool is module("tensor.signal.pool")


def test_uninstall_takes_the_name_back():
    door.install()
    assert isinstance(importlib.util.find_spec("theano").loader, Finder)
    door.uninstall()
    assert "theano" not in sys.modules
    spec = importlib.util.find_spec("theano")
    assert spec is None or not isinstance(spec.loader, Finder)


def test_another_theano_is_not_pushed_aside(monkeypatch):
    other = ModuleType("theano")
    other.__file__ = "theano/__init__.py"
    monkeypatch.setitem(sys.modules, "theano", other)
    with pytest.raises(RuntimeError, match="install"):
        door.install()


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(AttributeError, match="did you mean 'concatenate'"):
        _ = module("tensor").concatenat


def test_a_name_that_is_not_planned_says_why():
    with pytest.raises(AttributeError, match="ops never contain C here"):
        _ = module("gof").ParamsType


def test_from_import_of_a_missing_name_keeps_the_words():
    with pytest.raises(ImportError, match="did you mean"):
        exec("from teachgraph.theano.tensor import concatenat")


def test_a_missing_module_says_what_to_use_instead(installed):
    with pytest.raises(ImportError, match="no GPU array"):
        exec("import theano.misc.pycuda_init")


def test_every_replacement_is_for_a_name_that_is_missing():
    for full in INSTEAD:
        above, _, name = full.rpartition(".")
        assert full not in door.HOUSE
        assert not (above in door.HOUSE and door.HOUSE.has(above, name))


def test_a_star_import_brings_theano_s_names():
    found: dict[str, object] = {}
    exec("from teachgraph.theano.tensor import *", found)
    assert {"dmatrix", "dmatrices", "exp", "set_subtensor"} <= set(found)


def test_a_function_of_a_submodule_s_name_stays_a_function():
    importlib.import_module("teachgraph.theano.tensor.var")
    importlib.import_module("teachgraph.theano.compile.function")
    assert callable(module("tensor").var)
    assert callable(module("compile").function)


# What is adapted


def test_a_typed_constructor_is_the_type_of_its_variables():
    tensor = module("tensor")
    assert tensor.fmatrix("x").type is tensor.fmatrix
    assert isinstance(tensor.fmatrix, tensor.TensorType)


def test_a_type_is_made_of_truth_values_and_makes_variables():
    kind = module("tensor").TensorType("float32", (False, True))
    assert kind("x").broadcastable == (False, True)


def test_letters_of_a_text_name_several_variables():
    x, y = module("tensor").matrices("xy")
    assert (x.name, y.name) == ("x", "y")


def test_classes_of_variables_recognise_by_what_a_variable_is():
    tensor = module("tensor")
    x, two, w = T.dscalar("x"), T.constant(2.0), tg.shared(1.0)
    assert isinstance(x, tensor.TensorVariable)
    assert isinstance(two, tensor.TensorConstant)
    assert isinstance(w, tensor.sharedvar.TensorSharedVariable)
    assert not isinstance(x, tensor.TensorConstant)
    assert not isinstance(w, tensor.TensorVariable)


def test_set_subtensor_rounds_to_the_dtype_of_what_it_changes():
    tensor = module("tensor")
    x = T.zeros((3,), "float32")
    y = tensor.set_subtensor(x[1:], np.array([0.5, 1.5]))
    assert y.dtype == "float32"
    assert y.eval().tolist() == [0.0, 0.5, 1.5]


def test_a_function_without_outputs_gives_an_empty_list():
    w = tg.shared(1.0)
    assert door.function([], updates=[(w, w + 1)])() == []


def test_a_class_of_elementwise_ops_can_be_derived_from():
    elemwise = module("tensor").Elemwise
    scalar = module("scalar")

    class Blocked(elemwise):
        def grad(self, inputs, output_gradients):
            return [x.zeros_like() for x in inputs]

    x = T.dscalar("x")
    cost = Blocked(scalar.identity)(x) * x
    assert float(tg.grad(cost, x).eval({x: 3.0})) == 3.0
    assert isinstance((x + 1).owner.op, elemwise)


def test_wrappers_of_a_linker_see_every_node():
    seen: list[str] = []
    gof = module("gof")

    def wrapper(i, node, fn):
        fn()
        seen.append(node.op.title)

    linker = gof.WrapLinkerMany([gof.OpWiseCLinker()], [wrapper])
    mode = door.Mode(linker, optimizer="fast_run")
    x = T.dvector("x")
    door.function([x], T.exp(x).sum(), mode=mode)([0.0])
    assert seen == ["exp", "Sum"]


def test_a_program_s_own_mode_is_a_mode():
    class Slow(door.Mode):
        def __init__(self):
            super().__init__(linker="py", optimizer="fast_compile")

    x = T.dscalar("x")
    assert door.function([x], x + 1, mode=Slow())(1.0) == 2.0
    assert isinstance(tg.Mode(), door.Mode)


def test_updates_add_up_in_order():
    v, w = tg.shared(1.0), tg.shared(2.0)
    both = door.OrderedUpdates([(v, v + 1)]) + {w: w + 1}
    assert list(both) == [v, w]


def test_pkl_utils_keep_values_where_numpy_finds_them(tmp_path: Path):
    pkl = module("misc.pkl_utils")
    w = tg.shared(np.arange(3.0), name="w")
    with (tmp_path / "kept.zip").open("wb") as file:
        pkl.dump((w, 1), file)
    with (tmp_path / "kept.zip").open("rb") as file:
        again, one = pkl.load(file)
    assert np.load(tmp_path / "kept.zip")["w"].tolist() == [0.0, 1.0, 2.0]
    assert (again.get_value().tolist(), one) == ([0.0, 1.0, 2.0], 1)


def test_theano_s_test_tools_check_gradients():
    tools = module("tests.unittest_tools")
    tools.verify_grad(T.tanh, [np.array([0.1, 0.2])])
    assert tools.fetch_seed() == 666


def test_types_of_the_door_survive_pickling():
    kind = module("tensor").dmatrix
    assert pickle.loads(pickle.dumps(kind)) == kind


# Ways through the door

SCRIPT = """
import sys
import theano
import theano.tensor as T
x = T.dscalar("x")
print(__name__, sys.argv[1:], theano.function([x], x ** 2)(4.0))
"""


def test_the_command_line_runs_a_script_as_theano(tmp_path: Path):
    script = tmp_path / "program.py"
    script.write_text(SCRIPT)
    words = [sys.executable, "-m", "teachgraph", "run", "--as-theano", str(script), "7"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == "__main__ ['7'] 16.0\n"


def test_the_command_line_says_which_script_is_missing(tmp_path: Path):
    words = [sys.executable, "-m", "teachgraph", "run", str(tmp_path / "none.py")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, "there is no file" in done.stdout) == (1, True)


def test_pdb_breakpoint_stops_where_its_condition_holds(monkeypatch, capsys):
    stops: list[int] = []
    monkeypatch.setattr("builtins.breakpoint", lambda: stops.append(1))
    pdb_breakpoint = module("tests.breakpoint").PdbBreakpoint
    x = T.dscalar("x")
    y = pdb_breakpoint("large")(T.gt(x, 10), x)
    f = tg.function([x], y * 2)
    assert (float(f(3.0)), stops) == (6.0, [])
    assert (float(f(30.0)), stops) == (60.0, [1])
    assert "breakpoint 'large'" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["DebugMode", "NanGuardMode", "MonitorMode"])
def test_a_mode_is_an_instance_of_the_class_that_made_it(name: str):
    modes = module("compile")
    mode = getattr(modes, name)()
    assert isinstance(mode, getattr(modes, name))
    assert not isinstance(modes.get_default_mode(), getattr(modes, name))
    assert isinstance(modes.get_mode(name), getattr(modes, name))


def test_a_shared_variable_has_its_value_as_an_attribute():
    s = door.shared(3.0)
    s.value = 4.0
    assert s.value == s.get_value() == 4.0


def test_a_function_tells_the_defaults_of_its_inputs():
    x, k, s = T.dscalar("x"), T.dscalar("k"), door.shared(5.0, name="s")
    f = door.function([x, door.In(k, value=2.0)], x * k + s)
    assert f.defaults == [(True, True, None), (False, True, 2), (False, False, 5)]
    assert [one.name for one, _, _ in f.indices] == ["x", "k", "s"]
    assert [places for _, places, _ in f.indices] == [[0], [1], [2]]


def test_a_constant_is_made_of_numbers():
    tensor = module("tensor")
    assert tensor.constant([1, 2], name="c").name == "c"
    with pytest.raises(TypeError):
        tensor.constant({})
    with pytest.raises(TypeError, match="is a variable"):
        tensor.constant(T.dscalar("x"))


def test_nodes_of_loops_are_found_by_theano_s_name():
    out, _ = tg.scan(lambda e: e + 1, sequences=T.dvector("v"))
    scan = module("scan_module.scan_op").Scan
    made = [node for v in (out,) for node in module("gof.graph").ops([], [v])]
    assert any(isinstance(node.op, scan) for node in made)
