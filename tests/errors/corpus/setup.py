"""Inputs, outputs, updates, givens, and the values of a call."""

from errors.corpus.case import case

CASES = (
    case(
        "an_input_left_out",
        "missing-input",
        "compile",
        ["w"],
        r"function\(\[x, w\]",
        """
x, w = T.dvectors("x", "w")
f = tg.function([x], x * w)  # here
""",
        """
x, w = T.dvectors("x", "w")
f = tg.function([x, w], x * w)
""",
    ),
    case(
        "an_input_too_many",
        "unused-input",
        "compile",
        ["y"],
        "on_unused_input",
        """
x, y = T.dvectors("x", "y")
f = tg.function([x, y], x * 2)  # here
""",
        """
x, y = T.dvectors("x", "y")
f = tg.function([x, y], x * y)
""",
    ),
    case(
        "another_variable_of_the_same_name",
        "missing-input",
        "compile",
        ["x", "same name"],
        "same variable",
        """
x = T.dvector("x")
y = x * 2
x = T.dvector("x")
f = tg.function([x], y)  # here
""",
        """
x = T.dvector("x")
y = x * 2
f = tg.function([x], y)
""",
    ),
    case(
        "the_same_input_twice",
        "repeated-input",
        "compile",
        ["x", "twice"],
        "once",
        """
x = T.dvector("x")
f = tg.function([x, x], x * 2)  # here
""",
        """
x = T.dvector("x")
f = tg.function([x], x * 2)
""",
    ),
    case(
        "an_array_as_output",
        "output-not-symbolic",
        "compile",
        ["array"],
        "expression|constant",
        """
x = T.dvector("x")
f = tg.function([x], np.ones(3))  # here
""",
        """
x = T.dvector("x")
f = tg.function([x], x * np.ones(3))
""",
    ),
    case(
        "a_value_as_input",
        "not-a-variable",
        "compile",
        ["float"],
        "variable",
        """
x = T.dscalar("x")
f = tg.function([1.0], x * 2)  # here
""",
        """
x = T.dscalar("x")
f = tg.function([x], x * 2)
""",
    ),
    case(
        "two_updates_of_one_variable",
        "repeated-update",
        "compile",
        ["w", "two"],
        "keep one",
        """
w = tg.shared(0.0, name="w")
f = tg.function([], w, updates=[(w, w + 1), (w, w * 2)])  # here
""",
        """
w = tg.shared(0.0, name="w")
f = tg.function([], w, updates=[(w, (w + 1) * 2)])
""",
    ),
    case(
        "an_update_of_an_input",
        "update-of-expression",
        "compile",
        ["x", "shared"],
        "shared",
        """
x = T.dscalar("x")
f = tg.function([x], x, updates=[(x, x + 1)])  # here
""",
        """
x = tg.shared(0.0, name="x")
f = tg.function([], x, updates=[(x, x + 1)])
""",
    ),
    case(
        "an_update_in_double_precision",
        "wrong-dtype",
        "compile",
        ["w", "float64", "float32"],
        "cast",
        """
w = tg.shared(np.zeros(3, "float32"), name="w")
rate = T.dscalar("rate")
f = tg.function([rate], updates=[(w, w - rate)])  # here
""",
        """
w = tg.shared(np.zeros(3, "float32"), name="w")
rate = T.fscalar("rate")
f = tg.function([rate], updates=[(w, w - rate)])
""",
    ),
    case(
        "an_update_of_another_rank",
        "wrong-rank",
        "compile",
        ["w", "matrix", "vector"],
        "axes|sum",
        """
w = tg.shared(np.zeros(3), name="w")
x = T.dmatrix("x")
f = tg.function([x], updates=[(w, w - x)])  # here
""",
        """
w = tg.shared(np.zeros(3), name="w")
x = T.dmatrix("x")
f = tg.function([x], updates=[(w, w - x.sum(axis=0))])
""",
    ),
    case(
        "a_given_of_another_rank",
        "wrong-rank",
        "compile",
        ["x", "data"],
        "axes",
        """
x = T.dvector("x")
data = tg.shared(np.zeros((4, 3)), name="data")
f = tg.function([], x.sum(), givens={x: data})  # here
""",
        """
x = T.dvector("x")
data = tg.shared(np.zeros((4, 3)), name="data")
f = tg.function([], x.sum(), givens={x: data[0]})
""",
    ),
    case(
        "float64_for_float32",
        "wrong-dtype",
        "call",
        ["x", "float64", "float32"],
        "float32|allow_input_downcast",
        """
x = T.fvector("x")
f = tg.function([x], x * 2)
f(np.ones(3))  # here # call
""",
        """
x = T.fvector("x")
f = tg.function([x], x * 2)
f(np.ones(3, "float32"))
""",
    ),
    case(
        "fractions_for_integers",
        "wrong-dtype",
        "call",
        ["labels", "float64", "int32"],
        "astype|allow_input_downcast|int32",
        """
labels = T.ivector("labels")
f = tg.function([labels], labels + 1)
f(np.array([0.5, 1.0]))  # here # call
""",
        """
labels = T.ivector("labels")
f = tg.function([labels], labels + 1)
f(np.array([0, 1], "int32"))
""",
    ),
    case(
        "a_matrix_for_a_vector",
        "wrong-rank",
        "call",
        ["x", r"\(1, 3\)|2", "vector|1"],
        "dimshuffle|reshape|matrix|ravel|\\[0\\]",
        """
x = T.dvector("x")
f = tg.function([x], x * 2)
f(np.ones((1, 3)))  # here # call
""",
        """
x = T.dvector("x")
f = tg.function([x], x * 2)
f(np.ones(3))
""",
    ),
    case(
        "an_argument_too_few",
        "missing-argument",
        "call",
        ["y"],
        "pass|value",
        """
x, y = T.dscalars("x", "y")
f = tg.function([x, y], x + y)
f(1.0)  # here # call
""",
        """
x, y = T.dscalars("x", "y")
f = tg.function([x, y], x + y)
f(1.0, 2.0)
""",
    ),
    case(
        "an_argument_of_an_unknown_name",
        "unknown-name",
        "call",
        ["z"],
        "x",
        """
x = T.dscalar("x")
f = tg.function([x], x + 1)
f(z=1.0)  # here # call
""",
        """
x = T.dscalar("x")
f = tg.function([x], x + 1)
f(x=1.0)
""",
    ),
    case(
        "a_ragged_list",
        "not-numeric",
        "call",
        ["x"],
        "length|rows|pad",
        """
x = T.dmatrix("x")
f = tg.function([x], x.sum())
f([[1.0, 2.0], [3.0]])  # here # call
""",
        """
x = T.dmatrix("x")
f = tg.function([x], x.sum())
f([[1.0, 2.0], [3.0, 4.0]])
""",
    ),
    case(
        "a_shared_list",
        "not-numeric",
        "build",
        ["list"],
        "np.asarray|array",
        """
w = tg.shared([1.0, 2.0], name="w")  # here
""",
        """
w = tg.shared(np.array([1.0, 2.0]), name="w")
""",
    ),
    case(
        "set_value_of_another_rank",
        "wrong-rank",
        "build",
        ["w"],
        "axes|shape|vector|reshape",
        """
w = tg.shared(np.zeros(3), name="w")
w.set_value(np.zeros((3, 1)))  # here
""",
        """
w = tg.shared(np.zeros(3), name="w")
w.set_value(np.zeros(4))
""",
    ),
    case(
        "eval_without_a_value",
        "missing-input",
        "build",
        ["x"],
        r"eval\(\{",
        """
x = T.dscalar("x")
value = (x + 1).eval()  # here
""",
        """
x = T.dscalar("x")
value = (x + 1).eval({x: 1.0})
""",
    ),
    case(
        "a_mode_that_does_not_exist",
        "unknown-name",
        "compile",
        ["FAST_RUNN"],
        "FAST_RUN",
        """
x = T.dscalar("x")
f = tg.function([x], x + 1, mode="FAST_RUNN")  # here
""",
        """
x = T.dscalar("x")
f = tg.function([x], x + 1, mode="FAST_RUN")
""",
    ),
    case(
        "a_default_value_of_another_dtype",
        "wrong-dtype",
        "compile",
        ["n", "float64|0.5", "int64"],
        "whole|cast|int|dscalar|downcast",
        """
n = T.lscalar("n")
f = tg.function([tg.In(n, value=0.5)], n + 1)  # here
""",
        """
n = T.lscalar("n")
f = tg.function([tg.In(n, value=1)], n + 1)
""",
    ),
)
