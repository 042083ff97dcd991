"""Loops: what goes in, what comes out, and in which turn it fails."""

from errors.corpus.case import case

CASES = (
    case(
        "a_loop_without_an_end",
        "loop-without-end",
        "build",
        ["turns"],
        "n_steps",
        """
h0 = T.dvector("h0")
out, _ = tg.scan(lambda h: h * 2, outputs_info=[h0])  # here
""",
        """
h0 = T.dvector("h0")
out, _ = tg.scan(lambda h: h * 2, outputs_info=[h0], n_steps=3)
""",
    ),
    case(
        "a_state_that_changes_its_dtype",
        "loop-state",
        "build",
        ["float64", "float32"],
        "cast|astype|float64",
        """
h0 = T.fvector("h0")
x = T.dmatrix("x")
out, _ = tg.scan(lambda r, h: h + r, sequences=[x], outputs_info=[h0])  # here
""",
        """
h0 = T.dvector("h0")
x = T.dmatrix("x")
out, _ = tg.scan(lambda r, h: h + r, sequences=[x], outputs_info=[h0])
""",
    ),
    case(
        "a_state_that_changes_its_rank",
        "loop-state",
        "build",
        [r"float64\[\?\]", r"float64\[\]"],
        "initial|axes|vector",
        """
x = T.dmatrix("x")
h0 = T.dscalar("h0")
out, _ = tg.scan(lambda r, h: h + r, sequences=[x], outputs_info=[h0])  # here
""",
        """
x = T.dmatrix("x")
h0 = T.dvector("h0")
out, _ = tg.scan(lambda r, h: h + r, sequences=[x], outputs_info=[h0])
""",
    ),
    case(
        "more_outputs_than_states",
        "loop-outputs",
        "build",
        ["2", "1"],
        "outputs_info",
        """
x = T.dvector("x")
out, _ = tg.scan(lambda v: [v, v * 2], sequences=[x], outputs_info=[None])  # here
""",
        """
x = T.dvector("x")
out, _ = tg.scan(lambda v: [v, v * 2], sequences=[x], outputs_info=[None, None])
""",
    ),
    case(
        "a_step_that_gives_nothing",
        "loop-result",
        "build",
        ["None|nothing"],
        "return",
        """
x = T.dvector("x")


def step(v):
    v * 2


out, _ = tg.scan(step, sequences=[x])  # here
""",
        """
x = T.dvector("x")


def step(v):
    return v * 2


out, _ = tg.scan(step, sequences=[x])
""",
    ),
    case(
        "a_step_with_too_few_arguments",
        "wrong-argument-count",
        "build",
        ["passes 2", r"\(v\)"],
        "one argument for each",
        """
x, y = T.dvectors("x", "y")
out, _ = tg.scan(lambda v: v * 2, sequences=[x, y])  # here
""",
        """
x, y = T.dvectors("x", "y")
out, _ = tg.scan(lambda v, u: v * u, sequences=[x, y])
""",
    ),
    case(
        "lengths_that_differ_in_a_turn",
        "shape-mismatch",
        "call",
        ["w", "h", r"\(3,\)|3"],
        "give",
        """
x = T.dmatrix("x")
w = tg.shared(np.ones((3, 3)), name="w")


def step(row, h):
    return T.tanh(row + T.dot(h, w))  # here


out, _ = tg.scan(step, sequences=[x], outputs_info=[T.zeros((3,))])
f = tg.function([x], out[-1])
f(np.ones((5, 4)))  # call
""",
        """
x = T.dmatrix("x")
w = tg.shared(np.ones((3, 3)), name="w")


def step(row, h):
    return T.tanh(row + T.dot(h, w))


out, _ = tg.scan(step, sequences=[x], outputs_info=[T.zeros((3,))])
f = tg.function([x], out[-1])
f(np.ones((5, 3)))
""",
    ),
    case(
        "the_last_turn_of_none",
        "index-out-of-range",
        "call",
        ["scan", "0 steps", "xs"],
        "at least one",
        """
xs = T.dvector("xs")
out, _ = tg.scan(lambda x, h: x + h, sequences=[xs], outputs_info=[T.zeros(())])  # also
f = tg.function([xs], out[-1])  # here
f(np.ones(0))  # call
""",
        """
xs = T.dvector("xs")
out, _ = tg.scan(lambda x, h: x + h, sequences=[xs], outputs_info=[T.zeros(())])
f = tg.function([xs], out[-1])
f(np.ones(1))
""",
    ),
    case(
        "an_index_out_of_range_in_a_turn",
        "index-out-of-range",
        "call",
        ["table", "7"],
        "between 0 and|at least",
        """
table = tg.shared(np.eye(4), name="table")
ids = T.lvector("ids")
out, _ = tg.scan(lambda i: table[i], sequences=[ids])  # here
f = tg.function([ids], out.sum())
f([0, 7])  # call
""",
        """
table = tg.shared(np.eye(4), name="table")
ids = T.lvector("ids")
out, _ = tg.scan(lambda i: table[i], sequences=[ids])
f = tg.function([ids], out.sum())
f([0, 3])
""",
    ),
)
