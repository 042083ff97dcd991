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

    count = draw.randint(2, 3)
    for name in NAMES[:count]:
        lines.append(f"{name} = {draw.choice(LEAVES).format(n=name)}")
        made.append(name)
    for name in NAMES[count : count + draw.randint(1, 3)]:
        call = draw.choice(CALLS).format(
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
