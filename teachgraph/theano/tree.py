"""Theano's modules, each with what it holds: the table from which the door is built.

A room's own things come first; every other name is looked up on its shelves when it is
asked for.
"""

from __future__ import annotations

import collections
import os
from typing import Any

import numpy as np

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import compile as compiled
from teachgraph import debug, gradient, random, sparse
from teachgraph.compile.function import Function
from teachgraph.compile.io import In, Out, Param
from teachgraph.compile.mode import MODES
from teachgraph.compile.shared import Container
from teachgraph.core import report
from teachgraph.core.graph import Variable
from teachgraph.core.types import TensorType, upcast
from teachgraph.ops import assertion, ifelse, inner, printed, wrapped
from teachgraph.ops.scan import Scan
from teachgraph.random.state import STATE
from teachgraph.scan import front, returned, views
from teachgraph.scan.checkpoints import scan_checkpoints
from teachgraph.scan.updates import OrderedUpdates
from teachgraph.theano import (
    adapted,
    classic_ops,
    compiling,
    composites,
    descriptor,
    features,
    fgraph,
    gof_utils,
    gpu,
    gradients,
    kinds,
    made_ops,
    objects,
    own_ops,
    own_types,
    printers,
    python3,
    rewriters,
    scalar_ops,
    settings,
    small,
    testing,
    walks,
)
from teachgraph.theano.door import Room
from teachgraph.theano.listing import FLAGS, NAMES
from teachgraph.theano.modes import MODE_CLASSES
from teachgraph.view import printing

CONFIG = settings.opened(NAMES[FLAGS])

TYPES, CLASSES, SCALARS = adapted.Types(), small.Classes(), small.Scalars()


OWN_OPS: dict[str, Any] = {
    "hashtype": small.hashtype,
    "object2": object,
    "MethodNotDefined": small.MethodNotDefined,
    "Op": own_ops.Op,
    "Apply": own_ops.Apply,
    "ViewOp": classic_ops.ViewOp,
    "view_op": classic_ops.view_op,
    "DeepCopyOp": classic_ops.DeepCopyOp,
    "deep_copy_op": classic_ops.deep_copy_op,
    "Type": own_types.Type,
    "Generic": own_types.Generic,
    "generic": objects.GENERIC,
    "DisconnectedType": own_types.DisconnectedType,
    "NullType": own_types.NullType,
    "null_type": gradients.NULL,
    "grad_undefined": own_types.grad_undefined,
    "grad_not_implemented": own_types.grad_not_implemented,
}
VARIABLES: dict[str, Any] = {
    **OWN_OPS,
    "Variable": kinds.TheirVariable,
    "Constant": kinds.Constant,
    "TensorType": TensorType,
    "TensorVariable": kinds.TensorVariable,
    "TensorConstant": kinds.Constant,
    "TensorSharedVariable": kinds.TensorSharedVariable,
    "ScalarSharedVariable": kinds.TensorSharedVariable,
    "SharedVariable": kinds.TensorSharedVariable,
    "_tensor_py_operators": Variable,
}
FUNCTIONS: dict[str, Any] = {
    "function": compiling.with_flags(CONFIG),
    "pfunc": compiling.with_params(CONFIG),
    "shared": objects.shared,
    "In": In,
    "Out": Out,
    "Param": Param,
    "SymbolicInput": In,
    "SymbolicOutput": Out,
    "Container": Container,
    "Function": Function,
    "Mode": compiling.Mode,
    "predefined_modes": MODES,
    "get_mode": compiling.get_mode,
    "get_default_mode": compiling.get_default_mode,
    "register_mode": compiling.register_mode,
    "UnusedInputError": report.UnusedInputError,
    "OpFromGraph": inner.OpFromGraph,
    "as_op": wrapped.as_op,
    "ProfileStats": debug.Profile,
    "SharedVariable": kinds.TensorSharedVariable,
    "shared_constructor": small.shared_constructor,
    "generic_constructor": small.generic_constructor,
    "detect_nan": small.detect_nan,
    "contains_nan": small.contains_nan,
    "contains_inf": small.contains_inf,
    "optdb": features.OPTDB,
}
GRAPHS: dict[str, Any] = {
    **VARIABLES,
    "FunctionGraph": fgraph.FunctionGraph,
    "MissingInputError": report.MissingInputError,
}
PRINTED: dict[str, Any] = {
    "pp": printers.pp,
    "pprint": printers.pprint,
    "debugprint": printers.debugprint,
    "min_informative_str": printing.min_informative_str,
}
FLAG_NAMES: dict[str, Any] = {"config": CONFIG, "change_flags": CONFIG.change_flags}
LOOPS: dict[str, Any] = {
    "scan": front.scan,
    "map": views.map,
    "reduce": views.reduce,
    "foldl": views.foldl,
    "foldr": views.foldr,
    "until": returned.until,
    "scan_checkpoints": scan_checkpoints,
}
PHASES = {
    "register_canonicalize": "canonicalize",
    "register_stabilize": "stabilize",
    "register_specialize": "specialize",
    "register_uncanonicalize": "specialize",
    "register_specialize_device": "specialize",
    "register_useless": "canonicalize",
}
REGISTRARS = {name: rewriters.registrar(phase) for name, phase in PHASES.items()}


def add_flag(
    name: str, doc: str, configparam: settings.Parameter, *more: Any, **options: Any
) -> None:
    """`AddConfigVar`: a flag of the program's own."""
    del more, options
    CONFIG.add(name, doc, configparam.default)


PARAMETERS: dict[str, Any] = dict.fromkeys(
    (
        "ConfigParam",
        "StrParam",
        "BoolParam",
        "IntParam",
        "FloatParam",
        "EnumStr",
        "TypedParam",
    ),
    settings.Parameter,
)


def several(above: str, names: str, room: Room) -> dict[str, Room]:
    """One room for several modules; `.` is the module above itself."""
    return {above if name == "." else f"{above}.{name}": room for name in names.split()}


POOL = {"Pool": made_ops.MADE["Pool"]}
SOLVERS = {name: made_ops.MADE[name] for name in ("Cholesky", "Solve", "lstsq")}
TENSOR = Room(
    {
        **VARIABLES,
        **small.DTYPE_LISTS,
        **REGISTRARS,
        **gradients.GRADIENTS,
        **made_ops.MADE,
        "shared": objects.shared,
        "constant": adapted.constant,
        "set_subtensor": adapted.set_subtensor,
        "inc_subtensor": adapted.inc_subtensor,
        "Tensor": TensorType,
        "join_": T.join,
        "var": T.var,
        "AsTensorError": TypeError,
        "ShapeError": report.ShapeError,
        "AdvancedIndexingError": TypeError,
        "AdvancedBooleanIndexingError": TypeError,
        **PRINTED,
        "sort": T.sort,
        "Elemwise": classic_ops.Elemwise,
        "Assert": assertion.Assert,
        "assert_": assertion.assert_,
        "hash_from_ndarray": small.hash_from_ndarray,
        "_allclose": testing.all_close,
        "RandomStreams": random.RandomStreams,
    },
    (TYPES, CLASSES, gradient),
)
CONVOLUTION = {"ConvOp": made_ops.MADE["ConvOp"]}
NNET = Room(
    {
        **CONVOLUTION,
        "ScalarSigmoid": small.scalar_class("ScalarSigmoid"),
        "ScalarSoftplus": small.scalar_class("ScalarSoftplus"),
        "relu": adapted.relu,
        "Softmax": composites.Softmax,
        "LogSoftmax": composites.LogSoftmax,
        "softmax": composites.softmax,
        "logsoftmax": composites.logsoftmax,
        "softmax_with_bias": composites.softmax_with_bias,
        "softmax_op": composites.softmax,
        "softmax_graph": T.nnet.softmax,
        "logsoftmax_op": composites.logsoftmax,
        "scalar_sigmoid": T.sigmoid,
        "abstract_conv2d": T.nnet.conv2d,
    },
    (T.nnet, T.nnet.nnet, T.nnet.abstract_conv, CLASSES, T),
)
SIGNAL = Room(POOL, (CLASSES,))
RANDOM = Room(
    {
        "RandomStreams": random.RandomStreams,
        "random_state_type": STATE,
        "RandomStateSharedVariable": objects.RandomStateSharedVariable,
    },
    (random, random.distributions, random.streams),
)
LINALG = Room(SOLVERS, (T.nlinalg, T.slinalg, T, CLASSES))
SPARSE = Room(
    {
        **OWN_OPS,
        **adapted.SPARSE_TYPES,
        **adapted.SPARSE_CASTS,
        "enable_sparse": True,
        "all_dtypes": small.DTYPE_LISTS["all_dtypes"],
        "shared": objects.shared,
        "constant": sparse.as_sparse_variable,
        "get_item_2d": adapted.item,
        "get_item_scalar": adapted.item,
    },
    (sparse, CLASSES),
)
COMPILE = Room(
    {
        **OWN_OPS,
        **FUNCTIONS,
        **MODE_CLASSES,
        **PRINTED,
        **features.QUERIES,
        **{n: made_ops.MADE[n] for n in ("Rebroadcast", "Shape", "SpecifyShape")},
        "OpenMPOp": gof_utils.OpenMPOp,
        "default_make_thunk": list[Any](),
        "flatten": gof_utils.flatten,
        "BadOptimization": report.GraphError,
    },
    (compiling, compiled, debug, gradient, T, CLASSES),
)
SCAN = Room(LOOPS, (tg,))
GOF = Room({**GRAPHS, **gof_utils.GOF}, (rewriters, features, walks, compiling))
SCALAR = Room(
    {
        **VARIABLES,
        **PRINTED,
        "upcast": upcast,
        **scalar_ops.SCALAR_OPS,
        "identity": T.tensor_copy,
        "as_scalar": adapted.as_scalar,
        **small.TYPE_LISTS,
        **small.DTYPE_LISTS,
    },
    (SCALARS, T),
)
GPU = Room({**gpu.DEVICE, **gpu.MOVES, **gpu.CUDNN, "GpuOp": own_ops.Op})

EXTENSION = "pyd" if os.name == "nt" else "so"
"""How the names of compiled libraries end."""

LOCKS = ("get_lock", "release_lock", "set_lock_status", "force_unlock")
"""Theano's lock on the folder of compiled code; here files are written whole."""

ROOMS: dict[str, Room] = {
    "theano": Room(
        {
            **GRAPHS,
            **FUNCTIONS,
            **MODE_CLASSES,
            **FLAG_NAMES,
            **LOOPS,
            **PRINTED,
            **{name: gradients.GRADIENTS[name] for name in ("grad", "Lop", "Rop")},
            "OrderedUpdates": OrderedUpdates,
            "InconsistencyError": features.InconsistencyError,
            "__version__": "1.0.5",
            "_asarray": small.as_array,
        },
        (tg, gradient, compiling, T),
    ),
    "theano.version": Room({"version": "1.0.5", "__version__": "1.0.5"}),
    "theano.configparser": Room(
        {
            **FLAG_NAMES,
            **PARAMETERS,
            "AddConfigVar": add_flag,
            "TheanoConfigParser": settings.Settings,
            "TheanoConfigWarning": settings.FlagWarning,
        }
    ),
    "theano.configdefaults": Room(
        {**FLAG_NAMES, "python_int_bitwidth": small.python_int_bitwidth}
    ),
    "theano.compat": Room(python3.COMPAT),
    "theano.compat.six": Room(python3.SIX),
    "theano.compat.six.moves": Room(python3.SIX_MOVES),
    "theano.compat.python2x": Room({"OrderedDict": collections.OrderedDict}),
    "theano.gradient": Room({**OWN_OPS, **gradients.GRADIENTS}, (gradient, T, CLASSES)),
    "theano.ifelse": Room({"ifelse": ifelse.ifelse, "IfElse": made_ops.MADE["IfElse"]}),
    "theano.printing": Room(
        {
            "Print": printed.Print,
            **PRINTED,
            "pydot_imported": True,
            "var_descriptor": descriptor.var_descriptor,
        },
        (printing,),
    ),
    "theano.d3viz": Room({"d3viz": printing.d3viz, "d3write": printing.d3viz}),
    "theano.updates": Room({"OrderedUpdates": OrderedUpdates}),
    "theano.raise_op": Room({}, (CLASSES,)),
    "theano.tests.unittest_tools": Room({}, (testing.Tools(CONFIG), testing)),
    "theano.tests.breakpoint": Room({"PdbBreakpoint": classic_ops.PdbBreakpoint}),
    "theano.misc.pkl_utils": Room({"dump": small.dump, "load": small.load}),
    "theano.misc.safe_asarray": Room({"_asarray": small.as_array}),
    "theano.misc.may_share_memory": Room({"may_share_memory": np.may_share_memory}),
    "theano.misc.strutil": Room({"render_string": str.__mod__}),
    "theano.misc.ordered_set": Room({"OrderedSet": walks.OrderedSet}),
    **several(
        "theano.tensor",
        ". basic elemwise subtensor opt extra_ops sharedvar utils io type_other xlogx "
        "blas var type sort opt_uncanonicalize",
        TENSOR,
    ),
    "theano.tensor.inplace": Room({}, (small.InPlace(T),)),
    "theano.tensor.nlinalg": LINALG,
    "theano.tensor.slinalg": Room(SOLVERS, (T.slinalg, T.nlinalg, T, CLASSES)),
    "theano.tensor.fft": Room({}, (T.fft, CLASSES)),
    **several("theano.tensor.nnet", ". nnet corr Conv3D sigm", NNET),
    **{
        f"theano.tensor.nnet.{file}": Room({}, (getattr(T.nnet, file), *NNET.shelves))
        for file in ("bn", "abstract_conv", "neighbours", "ctc", "blocksparse")
    },
    "theano.tensor.nnet.conv": Room(CONVOLUTION, (T.nnet.conv, *NNET.shelves)),
    "theano.tensor.signal": SIGNAL,
    **{
        f"theano.tensor.signal.{file}": Room(POOL, (getattr(T.signal, file), CLASSES))
        for file in ("pool", "conv", "downsample")
    },
    **several("theano.tensor", "raw_random shared_randomstreams", RANDOM),
    **several("theano.sandbox", "rng_mrg multinomial", RANDOM),
    **several("theano.sandbox", "linalg linalg.ops", LINALG),
    **several("theano.sandbox", "neighbours neighbourhoods softsign", NNET),
    **several("theano.gpuarray", ". dnn basic_ops type", GPU),
    **several("theano.sandbox", "gpuarray cuda cuda.dnn cuda.basic_ops cuda.type", GPU),
    "theano.sandbox.cuda.var": Room(
        {"float32_shared_constructor": gpu.float32_shared_constructor}
    ),
    **several("theano.sparse", ". basic type sharedvar sandbox", SPARSE),
    **several(
        "theano.compile",
        ". mode io sharedvalue debugmode nanguardmode monitormode profiling "
        "profilemode ops builders function_module function pfunc",
        COMPILE,
    ),
    **several(
        "theano.gof",
        ". graph fg op type opt toolbox utils link vm cc null_type destroyhandler",
        GOF,
    ),
    "theano.gof.compilelock": Room(dict.fromkeys(LOCKS, small.nothing)),
    "theano.gof.cmodule": Room({"get_lib_extension": lambda: EXTENSION}),
    "theano.gof.optdb": Room({}, (features,)),
    "theano.scan_module": SCAN,
    "theano.scan_module.scan_op": Room({"Scan": Scan}),
    "theano.scan_module.scan_utils": Room(
        {**LOOPS, "equal_computations": walks.equal_computations}, (tg,)
    ),
    **several("theano.scalar", ". basic sharedvar", SCALAR),
}
