"""Gradients that do not exist, or are zero."""

from errors.corpus.case import case

CASES = (
    case(
        "a_cost_with_axes",
        "non-scalar-cost",
        "build",
        ["cost", "vector"],
        "sum|mean",
        """
w = T.dvector("w")
cost = w**2
g = T.grad(cost, w)  # here
""",
        """
w = T.dvector("w")
cost = (w**2).sum()
g = T.grad(cost, w)
""",
    ),
    case(
        "a_parameter_that_is_not_used",
        "disconnected-input",
        "build",
        ["b", "cost|depend"],
        "remove|use",
        """
x = T.dvector("x")
w, b = tg.shared(1.0, name="w"), tg.shared(0.0, name="b")
cost = (x * w).sum()
gs = T.grad(cost, [w, b])  # here
""",
        """
x = T.dvector("x")
w, b = tg.shared(1.0, name="w"), tg.shared(0.0, name="b")
cost = (x * w + b).sum()
gs = T.grad(cost, [w, b])
""",
    ),
    case(
        "with_respect_to_a_string",
        "not-a-variable",
        "build",
        ["str"],
        "variable",
        """
w = tg.shared(1.0, name="w")
g = T.grad(w**2, "w")  # here
""",
        """
w = tg.shared(1.0, name="w")
g = T.grad(w**2, w)
""",
    ),
    case(
        "with_respect_to_a_new_expression",
        "disconnected-input",
        "build",
        ["depend"],
        "remove|use",
        """
x = T.dvector("x")
cost = (x[1:] ** 2).sum()
g = T.grad(cost, x[1:])  # here
""",
        """
x = T.dvector("x")
rest = x[1:]
cost = (rest**2).sum()
g = T.grad(cost, rest)
""",
    ),
    case(
        "the_error_rate_as_cost",
        "zero-gradient",
        "build",
        ["argmax|Argmax|neq", "differentiable|flat|zero"],
        "cross-entropy|differentiable",
        """
x = T.dmatrix("x")
y = T.lvector("y")
w = tg.shared(np.ones((3, 2)), name="w")
p = T.nnet.softmax(T.dot(x, w))
cost = T.mean(T.neq(T.argmax(p, axis=1), y))
g = T.grad(cost, w)  # here
""",
        """
x = T.dmatrix("x")
y = T.lvector("y")
w = tg.shared(np.ones((3, 2)), name="w")
p = T.nnet.softmax(T.dot(x, w))
cost = T.nnet.categorical_crossentropy(p, y).mean()
g = T.grad(cost, w)
""",
    ),
    case(
        "an_integer_parameter",
        "zero-gradient",
        "build",
        ["w", "int64"],
        "float",
        """
w = tg.shared(np.array([1, 2]), name="w")
g = T.grad((w * 0.5).sum(), w)  # here
""",
        """
w = tg.shared(np.array([1.0, 2.0]), name="w")
g = T.grad((w * 0.5).sum(), w)
""",
    ),
    case(
        "a_rounded_cost",
        "zero-gradient",
        "build",
        ["round"],
        "differentiable",
        """
w = tg.shared(1.5, name="w")
g = T.grad(T.round(w * 3), w)  # here
""",
        """
w = tg.shared(1.5, name="w")
g = T.grad(w * 3, w)
""",
    ),
    case(
        "a_jacobian_of_a_matrix",
        "wrong-rank",
        "build",
        ["vector"],
        "flatten",
        """
x = T.dmatrix("x")
j = tg.jacobian(x * 2, x)  # here
""",
        """
x = T.dmatrix("x")
j = tg.jacobian((x * 2).flatten(), x)
""",
    ),
)
