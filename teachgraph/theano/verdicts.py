"""What is said of Theano's names: how some differ, why some are not planned.

A name is given as `module.name`, a pattern of the shell's kind: `theano.gof.vm.*`. The
first line that fits is taken. The documentation's page and the errors both read this.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from fnmatch import fnmatchcase

from teachgraph.theano.listing import NAMES

LOOPS = "ops never contain C here: `lower` gives the loops, and the backend writes them"
MEMORY = "nothing in a graph is computed in place; only the program shares memory"
ONE_RUNNER = "one evaluator runs every program; a listener of the mode watches it"
GRAPHS = "graphs are values here: `FunctionGraph` is a view that is replaced"
GRADIENTS = "gradients are written with the ops themselves and have no ops of their own"
INSIDE = "a part of how Theano works inside"
IMPORTED = "a module that Theano's module imported for itself"
GPU = "there is no GPU array; the CUDA text of a function can be looked at"
PRINTERS = "`teachgraph.view` prints; it has no table of printers to add to"
ONE_CLASS = "one op here does it: `Elementwise`, with the function as its attribute"
ONE_OP = "the function is here; it is made of other ops, or its op has another name"
STREAMS = "random numbers are made by a counter, not by this recurrence"
TYPED_LISTS = "lists of variables are lists of Python; `scan` loops over sequences"
COMPARISONS = "sparse comparisons give dense results almost everywhere: make them dense"

NOT_PLANNED: tuple[tuple[str, str], ...] = (
    ("theano.*.C[DEL]*Type theano.*.CDataTypeConstant theano.*.Enum*", LOOPS),
    ("theano.*.COp theano.*.CLinkerO* theano.*OpenMPOp theano.*.Params*", LOOPS),
    ("theano.compile.register_*_c_code theano.tensor.elemwise_cgen", LOOPS),
    ("theano.tensor.inc_code theano.tensor.blas_* theano.scalar.*cgen*", LOOPS),
    ("theano.tensor.nnet.conv.gen_conv_code* theano.scalar.*struct*", LOOPS),
    ("theano.*.*DestroyHandler theano.*.Supervisor theano.*.alias_root", MEMORY),
    ("theano.*.view_tree_set theano.*.insert_deepcopy theano.*.AliasedMem*", MEMORY),
    ("theano.*.DeepCopyOp theano.*.deep_copy_op", MEMORY),
    ("theano.*.view_op theano.*.infer_reuse_pattern theano.*.CpuContig*", MEMORY),
    ("theano.*.cpu_contiguous theano.*.inplace_optimizer", MEMORY),
    ("theano.*.BadDestroyMap theano.*.BadViewMap theano.*.DataDestroyed", MEMORY),
    ("theano.gof.vm.* theano.gof.link.* theano*.LocalLinker", ONE_RUNNER),
    ("theano.*.register_linker theano.predefined_linkers", ONE_RUNNER),
    ("theano.*.StochasticOrder theano.*.BadThunkOutput", ONE_RUNNER),
    ("theano.*FunctionMaker theano.*.orig_function theano.*.std_fgraph", INSIDE),
    ("theano.*.fgraph_updated_vars theano.*.convert_function_input", INSIDE),
    ("theano.*.get_info_on_inputs theano.*.check_equal theano.*.*_checker", INSIDE),
    ("theano.*.rebuild_collect_shared theano.*.iter_over_pairs", INSIDE),
    ("theano.*.inline_ofg_expansion theano.*.io_connection_pattern", INSIDE),
    ("theano.*.function_dump theano.function_dump", "the function can be pickled"),
    ("theano.compile*.PrintCurrentFunctionGraph", PRINTERS),
    ("theano.compile*.AddFeatureOptimizer theano.compile*.local_useless", GRAPHS),
    ("theano.compile*.register_optimizer theano.predefined_optimizers", GRAPHS),
    ("theano.compile.FromFunctionOp", "`as_op` makes its own class of ops"),
    ("theano.compile.is_same_graph", "it is `theano.gof.graph.is_same_graph`"),
    ("theano.compile.profiling.* theano.compile.ScanProfile*", "`f.profile.summary()`"),
    ("theano.compile.debugmode.char_from_number", PRINTERS),
    ("theano.compile.debugmode.*", "each check of DebugMode has its own report"),
    ("theano.compile.nanguardmode.f_*", GPU),
    ("theano*.CachedConstantError theano*.Validator theano*.HideC", GRAPHS),
    ("theano.gof.toolbox.* theano.gof*.Ch*Track* theano.gof*.Updater", GRAPHS),
    ("theano.gof*.*StackTrace* theano.gof*.*stack_trace* theano.gof*.*Strack*", INSIDE),
    ("theano.gof*.*MetaOpt* theano.gof*.GraphToGPU* theano.gof*.pre_*", INSIDE),
    ("theano.gof*.Navigator* theano.gof*.OpKeyOpt* theano.gof*.Merge*", GRAPHS),
    ("theano.gof*.check_chain theano.gof*.is_same_graph_with_merge", GRAPHS),
    ("theano.gof*.merge_dict theano.gof*.Container", INSIDE),
    ("theano.gof.graph.Node theano.gof.graph.nodes_constructed", GRAPHS),
    ("theano.gof.graph.default_node_formatter", PRINTERS),
    ("theano.gof.op.* theano.gof.PureOp theano.gof.type.*", INSIDE),
    ("theano.typed_list* theano.*slicetype theano.*SliceType", TYPED_LISTS),
    ("theano.*SliceConstant theano.*MakeSlice theano.*.make_slice", TYPED_LISTS),
    ("theano.*.NoneConst theano.*.NoneTypeT theano.*.none_type_t", TYPED_LISTS),
    ("theano.d3viz.formatting.*", "the page is written by `teachgraph.write_html`"),
    ("theano.printing.* theano*.pprint theano.tensor.*Printer", PRINTERS),
    ("theano.tensor.elemwise.*Printer theano.tensor.subtensor.*Printer", PRINTERS),
    ("theano.misc.pkl_utils.*", "pickle does it; `dump` and `load` are here"),
    ("theano.tensor*.*MPI* theano.tensor*.mpi_* theano.tensor*.*send", "no MPI"),
    ("theano.tensor*.*recv theano.tensor.irecv", "no MPI"),
    ("theano.tensor*.LoadFromDisk theano.tensor*.load", "load it, then `shared`"),
    ("theano.tensor*.*Grad theano.tensor*.*GradGrad theano.tensor*.*_grad", GRADIENTS),
    ("theano.sparse.*Grad theano.sparse.*_grad theano.sparse.sdg_*", GRADIENTS),
    ("theano.sparse.*GradCSC theano.sparse.*GradCSR", GRADIENTS),
    ("theano.gradient.*_ theano.gradient.ConsiderConstant", GRADIENTS),
    ("theano.gradient.UndefinedGrad theano.gradient.ZeroGrad", GRADIENTS),
    ("theano.gradient.DisconnectedGrad theano.gradient.undefined_grad", GRADIENTS),
    ("theano.gradient.format_as theano.gradient.mode_not_slow", INSIDE),
    (
        "theano.gradient.numeric_grad theano.tensor.numeric_grad",
        "it is in `verify_grad`",
    ),
    ("theano.tensor.nnet*.*Dx theano.tensor.nnet*.*_dx", GRADIENTS),
    ("theano.sandbox.linalg.ops.*", "hints are not needed: shapes are in the types"),
    ("theano.sandbox.rng_mrg.*", STREAMS),
    ("theano.tensor.raw_random.* theano.tensor.shared_randomstreams.*", STREAMS),
    ("theano.scan_module.* theano.ifelse.CondMerge", INSIDE),
    ("theano.scalar.*convert* theano.scalar.*ut* theano.scalar.upgrade*", INSIDE),
    ("theano.scalar.*_out* theano.scalar.Scalar* theano.scalar.as_*", ONE_CLASS),
    ("theano.scalar.*ScalarOp theano.scalar.*BitOp theano.scalar.*Logical*", ONE_CLASS),
    ("theano.scalar.Composite* theano.scalar.handle_*", "fusion makes `Fused`"),
    ("theano.scalar.*", "a function of single numbers has no name of its own here"),
    ("theano.sparse.*_s_s theano.sparse.*_s_d theano.sparse.*SS", COMPARISONS),
    ("theano.sparse.*SD theano.sparse.*bsr*", COMPARISONS),
    ("theano.tensor.values_eq* theano.tensor.type.*", "`TensorType.values_eq_approx`"),
    ("theano.tensor.*_types", "`TensorType(dtype, shape)`"),
    ("theano.tensor.float*_?tol", "`teachgraph.debug` has its own closeness"),
    ("theano.tensor*.*ConstantSignature theano.sparse.*Signature", INSIDE),
    ("theano.tensor*.constructor theano.tensor*.*_constructor", INSIDE),
    ("theano.tensor*.load_shared_variable theano*.make_constant", INSIDE),
    ("theano.tensor*.*check_* theano.tensor*.get_*_slice", INSIDE),
    ("theano.tensor*.as_i*_variable theano.tensor*.adv_index*", INSIDE),
    ("theano.tensor*.get_idx_list theano.tensor*.equal_slices", INSIDE),
    ("theano.tensor*.register_transfer theano.tensor*.sparse_module_ref", INSIDE),
    ("theano.tensor.theano theano.tensor.compile theano.tensor.config", IMPORTED),
    ("theano.tensor.gof theano.tensor.printing theano.tensor.scal", IMPORTED),
    ("theano.tensor*.Default theano.tensor.default theano.tensor.setdefault", INSIDE),
    ("theano.tensor.constant_cache theano.tensor.key_to_cmp", INSIDE),
    ("theano.tensor.alloc_validate_shape theano.tensor.*_elemwises", INSIDE),
    ("theano.tensor.numpy_* theano.tensor.int32* theano.tensor*.disc*type", INSIDE),
    ("theano.tensor*.BaseAdvanced* theano.tensor*.MaxAndArgmax", ONE_OP),
    ("theano.tensor*.Mean theano.tensor*.Flatten theano.tensor*.Tile", ONE_OP),
    ("theano.tensor*.Tri theano.tensor*.DiffOp theano.tensor*.CumOp", ONE_OP),
    ("theano.tensor*.Permute* theano.tensor*.*FromScalar theano.tensor.Split", ONE_OP),
    ("theano.tensor*.Bartlett theano.tensor*.bartlett_ theano.tensor*.Fill*", ONE_OP),
    ("theano.tensor*.fill_diag*_ theano.tensor.sort.*Op theano.tensor*.Uni*", ONE_OP),
    (
        "theano.tensor*.RepeatOp theano.tensor*.*rfft_op theano.tensor.AllocEmpty",
        ONE_OP,
    ),
    ("theano.tensor.nlinalg.QR* theano.tensor.nlinalg.Tensor*", ONE_OP),
    ("theano.tensor.nlinalg.extract_diag theano.tensor*.Eigvalsh", ONE_OP),
    ("theano.tensor.elemwise.*ithoutZeros theano.tensor.elemwise.mul_w*", GRADIENTS),
    ("theano.tensor.xlogx.XlogX theano.tensor.xlogx.XlogY0", ONE_CLASS),
    ("theano.tensor.xlogx.scalar_*", ONE_CLASS),
    ("theano.tensor.utils.shape_of_variables", "lengths are in the types"),
    ("theano.tensor*.AbstractConv* theano.tensor*.BaseAbstractConv", ONE_OP),
    ("theano.tensor*.AbstractBatch* theano.tensor*.BN*", ONE_OP),
    ("theano.tensor*.Crossentropy* theano.tensor*.Prepend_*", ONE_OP),
    ("theano.tensor*.SoftmaxWithBias", ONE_OP),
    (
        "theano.sparse*.get_item_list theano.sparse*.get_item_2lists",
        "rows by a list: `structured_dot` of a matrix that selects them",
    ),
    ("theano.sparse*.conj", "sparse matrices here are real; `dense_from_sparse` first"),
    ("theano.tensor*.graph_merge_* theano.tensor*.softmax_simplifier", INSIDE),
    ("theano.tensor*.crossentropy_to_* theano.tensor*.*_inplace", INSIDE),
    ("theano.tensor*.SparseBlock* theano.tensor.signal.pool.*_t", ONE_OP),
    ("theano.tensor.signal.pool.MaxPoolRop", GRADIENTS),
    ("theano.tensor*.ConnectionistTemp* theano.tensor*.Images2Neibs", ONE_OP),
    ("function.unpack_single", INSIDE),
    ("variable.*construction_observer* function.sync_shared", INSIDE),
    ("function.pickle_* function.return_none", INSIDE),
    ("function.finder function.inv_finder function.*storage*", INSIDE),
    ("theano.tensor.Choose theano.tensor.ScalarFromTensor", ONE_OP),
    ("theano.tensor*.assert_*shape theano.tensor*.ctc_present", INSIDE),
    ("theano.sparse.*_or_* theano.sparse.construct_* theano.sparse.hash_*", INSIDE),
    ("theano.sparse.eq theano.sparse.neq theano.sparse.[gl][et]", COMPARISONS),
    ("theano.sparse.[A-Z]*", ONE_OP),
    ("theano.sparse.add_s_s_data theano.*.theano theano.theano", INSIDE),
    ("theano.toolbox theano.opt theano.utils theano.misc theano.test*", IMPORTED),
    ("theano.*handler* theano.pathparse theano.sparse_grad", INSIDE),
)
"""Patterns of names that will not come, each line with the reason."""

DIFFERS: tuple[tuple[str, str], ...] = (
    ("theano.tensor.inplace.*", "overwrites nothing: the function without `_inplace`"),
    (
        "theano*.TensorConstant theano*.Constant",
        "recognises by what a variable is; `type(x)` is `Variable`",
    ),
    (
        "theano*.TensorSharedVariable theano*.ScalarSharedVariable",
        "recognises by what a variable is; `type(x)` is `SharedVariable`",
    ),
    (
        "theano*.TensorType",
        "has lengths, not only which axes are 1 long",
    ),
    (
        "theano*.COp theano*.OpenMPOp theano*.CLinkerO*",
        "a base for ops whose `perform` runs; C code is left alone",
    ),
    (
        "theano*.RandomStateSharedVariable",
        "a generator in it is a seed; what follows is told as two numbers",
    ),
    (
        "theano*.RepeatOp theano*.DiffOp theano*.CumOp theano*.Unique theano*.SortOp "
        "theano*.FillDiagonal* theano*.Bartlett theano*.*velIndex theano*.ArgSortOp "
        "theano.tensor*.Flatten theano.tensor*.Tile theano.tensor*.Tri "
        "theano.tensor*.Choose theano.tensor*.Split theano.tensor*.Default "
        "theano.tensor*.Mean theano.tensor*.MaxAndArgmax theano*.PermuteRowElements "
        "theano*.TensorFromScalar theano*.ScalarFromTensor theano*.AllocEmpty "
        "theano*.CpuContiguous theano*.ProdWithoutZeros theano*.CAReduce*",
        "made, it is a function with its options filled in",
    ),
    (
        "theano.scalar.*ScalarOp theano.scalar.Composite theano.scalar.*_out* "
        "theano.scalar.upgrade* theano.scalar.transfer_type",
        "takes tensors as it is; `impl` runs for each element, C code never",
    ),
    ("theano.scalar.[A-Z]*", "recognises the function in an `Elementwise`"),
    ("theano.scalar.*", "the function of tensors; types are tensor types without axes"),
    ("theano*.FunctionGraph", "holds one graph after another; nodes do not change"),
    ("theano*.Mode", "backend and phases; linkers only say who watches"),
    ("theano.*Linker theano.*WrapLinkerMany", "wrappers are called once the node ran"),
    (
        "theano*.debugprint theano*.pp theano*.pprint",
        "Theano's words for other graphs: ops that Theano has and nobody needs here, "
        "such as `fill` and copies, are not in them",
    ),
    ("theano*.min_informative_str theano*.pydotprint", "other words for the ops"),
    ("theano.printing.Print", "the same text, but of NumPy 2"),
    ("theano.printing.* theano.d3viz.*", "other words and pictures"),
    (
        "theano*.softmax theano*.logsoftmax theano*.Softmax theano*.LogSoftmax",
        "a graph as an op; tensors of three and more axes are taken, too",
    ),
    ("theano*.softmax_op theano*.logsoftmax_op", "the function itself"),
    (
        "theano*.RandomStreams theano*.MRG_RandomStreams",
        "other numbers for a seed: one counter-based generator behind both names",
    ),
    ("theano*.verify_grad", "other random directions"),
    ("theano*.ProfileStats", "`Profile`, a listener; `summary()` is the same"),
    ("theano*.optdb theano.gof.optdb.*", "only what the program registers is in it"),
    ("theano.misc.pkl_utils.*", "a zip file of the whole pickle and the values"),
    ("theano*.set_subtensor theano*.inc_subtensor", "`inplace` is accepted"),
    ("theano.compat*", "for Python 3 alone"),
    (
        "theano.tensor*.ceil theano.tensor*.floor theano.tensor*.trunc",
        "whole numbers keep their dtype, as in NumPy",
    ),
    ("theano.tensor*.clip", "limits the wrong way round: the upper one, as in NumPy"),
    ("theano*.ConvOp", "`conv2d`; what is known of the shapes is not needed"),
)
"""Patterns of names that are here and are another way, each line with how."""

INSTEAD: dict[str, str] = {
    "theano.misc.pycuda_init": "there is no GPU array; leave the import out, or catch "
    "ImportError as for a Theano without it",
    "theano.typed_list": "use a list of Python, and `theano.scan` for sequences",
    "theano.tensor.signal.downsample.DownsampleFactorMax": "use `pool_2d`",
}
"""What to use instead, by full name, where the reason alone would not help."""


def _said(table: Iterable[tuple[str, str]], full: str) -> str:
    for patterns, words in table:
        if any(fnmatchcase(full, pattern) for pattern in patterns.split()):
            return words
    return ""


def not_planned(module: str, name: str) -> str:
    """Why a name will not come, or nothing."""
    return _said(NOT_PLANNED, f"{module}.{name}")


def difference(module: str, name: str) -> str:
    """How a name that is here differs, or nothing."""
    return _said(DIFFERS, f"{module}.{name}")


def words(module: str, name: str) -> str:
    """What to say when a name is not there."""
    full = f"{module}.{name}"
    known = NAMES.get(module, ())
    if full in INSTEAD:
        return f"{full} is not in teachgraph: {INSTEAD[full]}"
    if name in known:
        why = not_planned(module, name) or "it has not been written yet"
        return f"{full} is not in teachgraph: {why}"
    close = difflib.get_close_matches(name, known, 1)
    return f"{module} has no {name!r}" + (
        f"; did you mean {close[0]!r}?" if close else ""
    )
