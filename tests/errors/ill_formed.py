"""Random programs with something wrong in them: wrong ranks, lengths, dtypes, kinds.

A program is a few statements; what one makes, later ones use. Operations and arguments
are drawn without regard to what fits, so most programs fail somewhere.
"""

import random

NAMES = "abcdefgh"

LEAVES = (
    "T.dscalar({n!r})",
    "T.dvector({n!r})",
    "T.dmatrix({n!r})",
    "T.dtensor3({n!r})",
    "T.lvector({n!r})",
    "T.lscalar({n!r})",
    "T.fmatrix({n!r})",
    "T.zvector({n!r})",
    "T.drow({n!r})",
    "T.dcol({n!r})",
    "T.tensor('float64', shape=(3, None), name={n!r})",
    "T.tensor('int32', shape=(2,), name={n!r})",
    "tg.shared(np.ones((3, 4)), name={n!r})",
    "tg.shared(np.arange(3), name={n!r})",
    "tg.shared(2.5, name={n!r})",
    "T.constant(np.ones((2, 3)))",
    "T.dtensor4({n!r})",
    "tg.sparse.csr_matrix({n!r}, dtype='float64')",
    "tg.sparse.csc_matrix({n!r}, dtype='float32')",
    "tg.shared(np.ones((1, 1, 4, 4)), name={n!r})",
)
"""What a program begins with."""

THINGS = (
    "None",
    "'text'",
    "1.5",
    "-7",
    "True",
    "[1, 2]",
    "[[1.0], [2.0, 3.0]]",
    "{}",
    "object()",
    "np.ones((2, 2))",
    "np.array(['x'])",
    "slice(None, None, 0)",
    "lambda v: v",
    "1j",
    "(2, 3)",
    "float('nan')",
    "10**30",
)
"""What is passed where a variable, a number or a shape belongs."""

CALLS = (
    "{x} + {y}",
    "{x} * {y}",
    "{x} - {y}",
    "{x} / {y}",
    "{x} ** {y}",
    "{x} // {y}",
    "{x} % {y}",
    "{x} @ {y}",
    "{x} < {y}",
    "{x} & {y}",
    "-{x}",
    "~{x}",
    "T.dot({x}, {y})",
    "T.tensordot({x}, {y}, axes={k})",
    "T.batched_dot({x}, {y})",
    "T.outer({x}, {y})",
    "T.exp({x})",
    "T.log({x})",
    "T.switch({x}, {y}, {z})",
    "T.clip({x}, {y}, {z})",
    "T.maximum({x}, {y})",
    "T.concatenate([{x}, {y}], axis={k})",
    "T.stack([{x}, {y}])",
    "T.sum({x}, axis={k})",
    "T.mean({x}, axis={k})",
    "T.argmax({x}, axis={k})",
    "T.max({x}, axis={k}, keepdims={y})",
    "T.prod({x}, dtype={y})",
    "T.cumsum({x}, axis={k})",
    "T.sort({x}, axis={k})",
    "T.repeat({x}, {y}, axis={k})",
    "T.tile({x}, {y})",
    "T.arange({x})",
    "T.zeros({x})",
    "T.eye({x})",
    "T.alloc({x}, {y}, {z})",
    "T.diag({x})",
    "T.cast({x}, {t})",
    "T.reshape({x}, {y})",
    "T.reshape({x}, (2, -1))",
    "T.nnet.softmax({x})",
    "T.nnet.sigmoid({x})",
    "T.nnet.relu({x}, {y})",
    "T.nnet.categorical_crossentropy({x}, {y})",
    "T.nnet.binary_crossentropy({x}, {y})",
    "T.nnet.conv2d({x}, {y})",
    "T.set_subtensor({x}[{k}], {y})",
    "T.inc_subtensor({x}[{k}:], {y})",
    "T.addbroadcast({x}, {k})",
    "T.specify_shape({x}, {y})",
    "{x}.dimshuffle({k}, 'x')",
    "{x}.dimshuffle({y})",
    "{x}.T",
    "{x}.flatten({k})",
    "{x}.reshape({y})",
    "{x}.sum(axis={y})",
    "{x}.astype({t})",
    "{x}[{k}]",
    "{x}[{y}]",
    "{x}[{y}, {z}]",
    "{x}[{k}:{y}]",
    "{x}[::{k}]",
    "{x}.shape[{k}]",
    "{x}.nothing",
    "T.nothing({x})",
    "len({x})",
    "list({x})",
    "int({x})",
    "float({x})",
    "bool({x})",
    "{y} in {x}",
    "max({x}, {y})",
    "range({x})",
    "np.{f}({x})",
    "np.add({x}, {y})",
    "T.grad({x}, {y})",
    "T.grad(T.sum({x}), {y})",
    "T.jacobian({x}, {y})",
    "tg.scan(lambda u: u * {y}, sequences=[{x}])[0]",
    "tg.scan(lambda u, v: u + v, sequences=[{x}], outputs_info=[{y}])[0]",
    "tg.scan(lambda v: v + {x}, outputs_info=[{y}], n_steps={k})[0]",
    "tg.scan(lambda: {x}, n_steps={y})[0]",
    "tg.ifelse({x}, {y}, {z})",
    "tg.shared({x})",
    "tg.clone({x}, replace={{{y}: {z}}})",
    "tg.function([{x}], {y})",
    "tg.function([], {x}, updates=[({y}, {z})])",
    "tg.function([{x}], {y}, givens={{{x}: {z}}})",
    "tg.function({x}, {y}, mode={t})",
    "tg.check({{{x}: (2, {k})}}, {y})",
)
"""What a statement may compute, of variables or of things that do not belong there."""

AREAS = {
    "parts": (
        "{x}[{y}, ..., {k}]",
        "{x}[None, {y}]",
        "{x}[{y} > 0]",
        "{x}[[{k}, 0], {y}]",
        "{x}[{y}.nonzero()]",
        "{x}[{k}, {y}:{z}:{k}]",
        "{x}.take({y}, axis={k})",
        "T.choose({x}, [{y}, {z}])",
        "T.set_subtensor({x}[{y}], {z})",
        "T.inc_subtensor({x}[{y}, {k}], {z})",
        "T.set_subtensor({x}[{y} > 0], {z})",
        "T.split({x}, {y}, {k}, axis={k})",
        "T.roll({x}, {y}, axis={k})",
        "T.searchsorted({x}, {y})",
        "T.topk({x}, {k})",
    ),
    "loops": (
        "tg.scan(lambda u, v: (u, v + {y}), sequences=dict(input={x}, taps=[{k}, 0]),"
        " outputs_info=[None, {z}])[0]",
        "tg.scan(lambda u, v, w: u + v * w, outputs_info=[dict(initial={x},"
        " taps=[-2, {k}])], non_sequences=[{y}], n_steps={z})[0]",
        "tg.scan(lambda u: (u, tg.until(u > {y})), sequences={x})[0]",
        "tg.scan(lambda u: ({y}, {{{z}: u}}), sequences=[{x}])[0]",
        "tg.scan(lambda u: u, sequences=[{x}], go_backwards={y},"
        " truncate_gradient={k})[0]",
        "tg.scan({y}, sequences=[{x}], outputs_info={z})[0]",
        "tg.foldl(lambda u, v: u + v, {x}, {y})[0]",
        "tg.reduce(lambda u, v: u * v, {x}, {y})[0]",
        "tg.map(lambda u: u[{k}], {x}, [{y}])[0]",
        "T.grad(tg.scan(lambda u, v: u * v + {z}, sequences=[{x}],"
        " outputs_info=[{y}])[0].sum(), {x})",
        "tg.scan(lambda u: tg.scan(lambda v: v + {y}, sequences=[u])[0],"
        " sequences=[{x}])[0]",
    ),
    "layers": (
        "T.nnet.conv2d({x}, {y}, border_mode={z}, subsample=({k}, 1))",
        "T.nnet.conv2d({x}, {y}, input_shape={z}, filter_shape=(1, 1, {k}, 2))",
        "T.nnet.conv2d({x}, {y}, filter_dilation=({k}, {k}), num_groups={z})",
        "T.nnet.conv3d({x}, {y})",
        "T.signal.pool.pool_2d({x}, ({k}, 2), ignore_border=True)",
        "T.signal.pool.pool_2d({x}, {y}, pad={z}, mode={t})",
        "T.nnet.bn.batch_normalization_train({x}, {y}, {z}, axes={k})[0]",
        "T.nnet.crossentropy_softmax_argmax_1hot_with_bias({x}, {y}, {z})[0]",
        "T.nnet.softmax({x}, axis={k})",
        "T.nnet.h_softmax({x}, {k}, {k}, {k}, {y}, {z}, {x}, {y})",
        "T.extra_ops.to_one_hot({x}, {k})",
    ),
    "chance": (
        "s.uniform({x})",
        "s.uniform({x}.shape, low={y}, high={z})",
        "s.normal(size={y}, avg={x}, std={z})",
        "s.binomial(size={y}, p={x}, n={k})",
        "s.multinomial(pvals={x})",
        "s.multinomial(size={y}, n={k}, pvals={x})",
        "s.choice(size={y}, a={x}, replace={z})",
        "s.permutation(size={y}, n={x})",
        "s.shuffle_row_elements({x})",
        "s.poisson(size={y}, lam={x})",
        "s.random_integers(size={y}, low={x}, high={k})",
        "s.seed({y})",
    ),
    "sparse": (
        "tg.sparse.dot({x}, {y})",
        "tg.sparse.csr_from_dense({x})",
        "tg.sparse.dense_from_sparse({x})",
        "tg.sparse.add({x}, {y})",
        "tg.sparse.mul({x}, {y})",
        "tg.sparse.sp_sum({x}, axis={k})",
        "tg.sparse.structured_dot({x}, {y})",
        "tg.sparse.csm_data({x})",
        "tg.sparse.CSR({x}, {y}, {z}, (2, {k}))",
        "tg.sparse.sub({x}, {y}).toarray()",
        "T.grad(tg.sparse.dot({x}, {y}).sum(), {y})",
    ),
    "functions": (
        "tg.function([], {x}, updates=[({y}, {z}), ({y}, {x})])",
        "tg.function([{x}], {y}, updates={{{z}: {x}}}, givens=[({x}, {y})])",
        "tg.function([tg.In({x}, value={y}, update={z})], {x})",
        "tg.function([{x}, {x}], [{y}, {z}], updates={y})",
        "tg.function([({x}, {y})], tg.Out({z}), givens={y})",
        "tg.function([{x}], {{'out': {y}, {k}: {z}}})",
        "tg.function([{x}], {y}, name={z}, input={x})",
        "tg.OpFromGraph([{x}, {y}], [{z}])({y}, {x})",
        "tg.OpFromGraph({x}, {y})",
        "{x}.eval({{{y}: {z}}})",
        "{x}.set_value({y})",
        "{x}.get_value(borrow={y})",
        "tg.Rop({x}, {y}, {z})",
        "tg.Lop({x}, {y}, {z})",
        "tg.hessian({x}, {y})",
        "T.grad(None, {x}, known_grads={{{y}: {z}}})",
        "T.grad({x}.sum(), [{y}, {z}], disconnected_inputs={t})",
    ),
    "matrices": (
        "T.nlinalg.matrix_inverse({x})",
        "T.nlinalg.svd({x}, {y})",
        "T.nlinalg.eigh({x}, {y})",
        "T.nlinalg.matrix_power({x}, {k})",
        "T.nlinalg.norm({x}, {y})",
        "T.nlinalg.qr({x}, {t})",
        "T.slinalg.solve({x}, {y})",
        "T.slinalg.cholesky({x})",
        "T.slinalg.kron({x}, {y})",
        "T.fft.rfft({x}, {t})",
        "T.einsum('ij,jk->ik', {x}, {y})",
    ),
}
"""What else it may compute, by the area of the library."""

DTYPES = ("'float64'", "'int8'", "'flaot32'", "'complex64'", "None", "3", "'bool'")
FUNCTIONS = ("exp", "sum", "unwrap", "dot", "mean", "linalg.norm", "array", "sort")
VALUES = ("np.ones({s})", "np.zeros({s}, 'int64')", "[1.0, 2.0]", "2", "'no'", "None")
SHAPES = ("()", "2", "3", "(2, 3)", "(3, 4)", "(1, 3)", "(2, 1, 3)", "(0,)", "(4, 4)")


def program(seed: int) -> str:
    """The source of the program of a seed."""
    draw = random.Random(seed)
    lines: list[str] = []
    made: list[str] = []

    def operand() -> str:
        return draw.choice(made) if draw.random() < 0.85 else draw.choice(THINGS)

    calls = CALLS if draw.random() < 0.4 else AREAS[draw.choice(tuple(AREAS))]
    lines.append("s = T.shared_randomstreams.RandomStreams(1)")
    count = draw.randint(2, 3)
    for name in NAMES[:count]:
        lines.append(f"{name} = {draw.choice(LEAVES).format(n=name)}")
        made.append(name)
    for name in NAMES[count : count + draw.randint(1, 3)]:
        call = draw.choice(calls if draw.random() < 0.7 else CALLS).format(
            x=draw.choice(made) if draw.random() < 0.95 else operand(),
            y=operand(),
            z=operand(),
            k=draw.randint(-3, 3),
            t=draw.choice(DTYPES),
            f=draw.choice(FUNCTIONS),
        )
        lines.append(f"{name} = {call}")
        made.append(name)
    inputs = ", ".join(NAMES[:count])
    lines.append(f"wanted = [v for v in ({inputs},) if v.kind == 'variable']")
    lines.append("wanted = [v for v in wanted if v.data is None]")
    options = "on_unused_input='ignore'"
    lines.append(f"call = tg.function(wanted, {made[-1]}, {options})")
    values = ", ".join(
        draw.choice(VALUES).format(s=draw.choice(SHAPES)) for _ in range(count)
    )
    lines.append(f"result = call(*[{values}][: len(wanted)])")
    return "\n".join(lines) + "\n"
