"""What raises nothing in other libraries: here a warning."""

from errors.corpus.case import case

CASES = (
    case(
        "equality_in_an_accuracy",
        "symbolic-equality",
        "build",
        ["prediction", "==", "False"],
        "T.eq",
        """
prediction, target = T.lvectors("prediction", "target")
hits = T.mean(prediction == target)  # here
""",
        """
prediction, target = T.lvectors("prediction", "target")
hits = T.mean(T.eq(prediction, target))
""",
    ),
    case(
        "inequality_as_a_test",
        "symbolic-equality",
        "build",
        ["flag", "!=", "True"],
        "T.neq",
        """
flag = T.lscalar("flag")
rate = 0.1 if flag != 0 else 1.0  # here
""",
        """
flag = T.lscalar("flag")
rate = T.switch(T.neq(flag, 0), 0.1, 1.0)
""",
    ),
    case(
        "a_copy_filled",
        "changed-copy",
        "build",
        ["w", "copy"],
        "set_value",
        """
w = tg.shared(np.zeros(3), name="w")
w.get_value().fill(1.0)  # here
""",
        """
w = tg.shared(np.zeros(3), name="w")
value = w.get_value()
value.fill(1.0)
w.set_value(value)
""",
    ),
    case(
        "a_copy_increased",
        "changed-copy",
        "build",
        ["w", "copy"],
        "set_value",
        """
w = tg.shared(np.zeros(3), name="w")
w.get_value()[:] += 1.0  # here
""",
        """
w = tg.shared(np.zeros(3), name="w")
w.set_value(w.get_value() + 1.0)
""",
    ),
    case(
        "a_buffer_lent_by_set_value",
        "shared-memory",
        "build",
        ["w", "same memory", "borrow"],
        "set_value|borrow=False",
        """
buffer = np.zeros(3)
w = tg.shared(np.ones(3), name="w")
w.set_value(buffer, borrow=True)  # here
buffer[:] = 5.0
w.get_value()
""",
        """
buffer = np.zeros(3)
w = tg.shared(np.ones(3), name="w")
w.set_value(buffer)
buffer[:] = 5.0
w.get_value()
""",
    ),
    case(
        "a_counter_in_a_loop_forgotten",
        "lost-update",
        "compile",
        ["count", "update"],
        "updates",
        """
x = T.dvector("x")
count = tg.shared(0, name="count")
out, u = tg.scan(lambda v: (v * 2, {count: count + 1}), sequences=[x])
f = tg.function([x], out)  # here
""",
        """
x = T.dvector("x")
count = tg.shared(0, name="count")
out, u = tg.scan(lambda v: (v * 2, {count: count + 1}), sequences=[x])
f = tg.function([x], out, updates=u)
""",
    ),
    case(
        "two_streams_of_one_seed",
        "repeated-numbers",
        "compile",
        ["same", "seed"],
        "one object|seed of its own",
        """
first = T.shared_randomstreams.RandomStreams(seed=3)
second = T.shared_randomstreams.RandomStreams(seed=3)
a = first.normal((4,))  # also
b = second.normal((4,))  # here
f = tg.function([], a - b)
""",
        """
first = T.shared_randomstreams.RandomStreams(seed=3)
a = first.normal((4,))
b = first.normal((4,))
f = tg.function([], a - b)
""",
    ),
    case(
        "a_column_against_a_vector",
        "all-pairs",
        "build",
        [r"\(n, 1\)", r"\(n,\)", r"\(n, n\)", "y"],
        "flatten|dimshuffle",
        """
x, y = T.dmatrix("x"), T.dvector("y")
w = tg.shared(np.ones((3, 1)), name="w", broadcastable=(False, True))
error = T.dot(x, w) - y  # here
cost = T.sqr(error).mean()
""",
        """
x, y = T.dmatrix("x"), T.dvector("y")
w = tg.shared(np.ones((3, 1)), name="w", broadcastable=(False, True))
error = T.dot(x, w)[:, 0] - y
cost = T.sqr(error).mean()
""",
    ),
    case(
        "a_dropout_mask_in_a_test_function",
        "training-in-test",
        "compile",
        ["test_fn", "dropout"],
        "second time|testing",
        """
srng = T.shared_randomstreams.RandomStreams(seed=3)
x = T.dmatrix("x")
y = x * srng.binomial(size=x.shape, p=0.5)  # here
test_fn = tg.function([x], y.mean())
""",
        """
x = T.dmatrix("x")
y = x * 0.5
test_fn = tg.function([x], y.mean())
""",
    ),
    case(
        "whole_numbers_in_a_float32_program",
        "float64-variable",
        "compile",
        ["mask", "int64", "float64"],
        "cast",
        """
tg.config.floatX = "float32"
x, mask = T.matrix("x"), T.lvector("mask")
y = x * mask  # here
f = tg.function([x, mask], y)
""",
        """
tg.config.floatX = "float32"
x, mask = T.matrix("x"), T.lvector("mask")
y = x * T.cast(mask, "floatX")
f = tg.function([x, mask], y)
""",
    ),
    case(
        "a_network_written_out_by_a_loop",
        "deep-graph",
        "compile",
        ["nodes", "limit"],
        "scan",
        """
x = T.dvector("x")
h = x
for turn in range(1100):
    h = T.tanh(h)  # here
f = tg.function([x], h, mode="FAST_COMPILE")
""",
        """
x = T.dvector("x")
h = x
for turn in range(30):
    h = T.tanh(h)
f = tg.function([x], h, mode="FAST_COMPILE")
""",
    ),
    case(
        "an_update_to_the_same_value",
        "lost-update",
        "compile",
        ["w", "no effect", "itself"],
        r"updates=\[\(w, w - rate",
        """
w = tg.shared(np.zeros(3), name="w")
x = T.dvector("x")
f = tg.function([x], (w * x).sum(), updates=[(w, w)])  # here
""",
        """
w = tg.shared(np.zeros(3), name="w")
x = T.dvector("x")
f = tg.function([x], (w * x).sum(), updates=[(w, w - 0.1 * x)])
""",
    ),
    case(
        "one_draw_as_two",
        "repeated-numbers",
        "compile",
        ["same draw", "`u`", "0, always"],
        "draw twice",
        """
srng = T.shared_randomstreams.RandomStreams(seed=1)
u = srng.uniform((3,))
difference = u - u  # here
f = tg.function([], difference)
""",
        """
srng = T.shared_randomstreams.RandomStreams(seed=1)
u, v = srng.uniform((3,)), srng.uniform((3,))
difference = u - v
f = tg.function([], difference)
""",
    ),
    case(
        "a_parameter_in_double_precision",
        "float64-variable",
        "compile",
        ["`w` is float64", "floatX is float32", "`x` is float32"],
        r"dtype=tg\.config\.floatX",
        """
with tg.config.change_flags(floatX="float32"):
    w = tg.shared(np.zeros((3, 2)), name="w")
    x = T.matrix("x")
    y = T.dot(x, w)  # here
    f = tg.function([x], y)
""",
        """
with tg.config.change_flags(floatX="float32"):
    w = tg.shared(np.zeros((3, 2), dtype="float32"), name="w")
    x = T.matrix("x")
    y = T.dot(x, w)
    f = tg.function([x], y)
""",
    ),
    case(
        "a_constant_in_double_precision",
        "float64-variable",
        "compile",
        [r"`np\.array\(\[0\.5, 0\.1\]\)` is float64", "floatX is float32"],
        r"T\.cast\(np",
        """
with tg.config.change_flags(floatX="float32"):
    x = T.matrix("x")
    y = x * np.array([0.5, 0.1])  # here
    f = tg.function([x], y)
""",
        """
with tg.config.change_flags(floatX="float32"):
    x = T.matrix("x")
    y = x * np.array([0.5, 0.1], dtype="float32")
    f = tg.function([x], y)
""",
    ),
)
