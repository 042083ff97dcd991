"""Calls that do not fit, names that are elsewhere, ops of one's own, numerics."""

from errors.corpus.case import case

OWN_OP = """
from teachgraph.theano.gof import Apply, Op

class Halves(Op):
    __props__ = ()
    def make_node(self, x):
        x = T.as_tensor_variable(x)
        return Apply(self, [x], [x.type()])
    def perform(self, node, inputs, outputs):
        PERFORM
    def grad(self, inputs, gradients):
        return [gradients[0] / 2]
"""


def own_op(perform: str) -> str:
    return OWN_OP.replace("PERFORM", perform)


CASES = (
    case(
        "an_argument_of_another_name",
        "unknown-name",
        "compile",
        ["function", "`input`", "inputs, outputs"],
        "perhaps you mean: inputs=",
        """
x = T.dvector("x")
f = tg.function(input=[x], outputs=x * 2)  # here
""",
        """
x = T.dvector("x")
f = tg.function(inputs=[x], outputs=x * 2)
""",
    ),
    case(
        "axes_for_axis",
        "unknown-name",
        "build",
        ["`sum`", "`axes`", "input, axis"],
        "perhaps you mean: axis=",
        """
x = T.dmatrix("x")
y = x.sum(axes=0)  # here
""",
        """
x = T.dmatrix("x")
y = x.sum(axis=0)
""",
    ),
    case(
        "half_a_product",
        "missing-argument",
        "build",
        ["`dot` needs `b`", "a, b"],
        "give it",
        """
x = T.dmatrix("x")
y = T.dot(x)  # here
""",
        """
x = T.dmatrix("x")
y = T.dot(x, x.T)
""",
    ),
    case(
        "an_operand_too_many",
        "wrong-argument-count",
        "build",
        ["exp takes 1 operand", "3"],
        "leave 2 out",
        """
x = T.dvector("x")
y = T.exp(x, x, x)  # here
""",
        """
x = T.dvector("x")
y = T.exp(x)
""",
    ),
    case(
        "a_shape_for_a_name",
        "wrong-argument-kind",
        "build",
        ["name", "tuple"],
        r"shape=\(3, 4\)",
        """
x = T.dmatrix((3, 4))  # here
""",
        """
x = T.dmatrix("x", shape=(3, 4))
""",
    ),
    case(
        "a_number_for_a_name",
        "wrong-argument-kind",
        "compile",
        ["name of a function", "3 is an int"],
        "in quotes",
        """
x = T.dvector("x")
f = tg.function([x], x, name=3)  # here
""",
        """
x = T.dvector("x")
f = tg.function([x], x, name="f")
""",
    ),
    case(
        "a_value_for_eval_without_its_variable",
        "wrong-argument-kind",
        "build",
        ["eval", "dict", "a float"],
        r"y\.eval\(\{x: 1\.0\}\)",
        """
x = T.dscalar("x")
y = (x + 1).eval(1.0)  # here
""",
        """
x = T.dscalar("x")
y = (x + 1).eval({x: 1.0})
""",
    ),
    case(
        "a_function_that_returns_nothing",
        "output-not-symbolic",
        "compile",
        ["output 0", "NoneType"],
        "return y",
        """
def cost(x):
    T.sqr(x).sum()

x = T.dvector("x")
f = tg.function([x], [cost(x)])  # here
""",
        """
def cost(x):
    return T.sqr(x).sum()

x = T.dvector("x")
f = tg.function([x], [cost(x)])
""",
    ),
    case(
        "inputs_in_two_lists",
        "inputs-not-a-list",
        "compile",
        [r"\[x, y\]", "list within"],
        r"function\(\[x, y\]",
        """
x, y = T.dscalars("x", "y")
f = tg.function([[x, y]], x + y)  # here
""",
        """
x, y = T.dscalars("x", "y")
f = tg.function([x, y], x + y)
""",
    ),
    case(
        "the_updates_of_a_loop_as_output",
        "output-not-symbolic",
        "compile",
        ["OrderedUpdates"],
        r"outputs, updates = scan",
        """
x = T.dvector("x")
sums, updates = tg.scan(lambda a, b: a + b, sequences=x, outputs_info=T.zeros(()))
f = tg.function([x], updates)  # here
""",
        """
x = T.dvector("x")
sums, updates = tg.scan(lambda a, b: a + b, sequences=x, outputs_info=T.zeros(()))
f = tg.function([x], sums, updates=updates)
""",
    ),
    case(
        "a_misspelt_function_of_a_part_of_t",
        "unknown-name",
        "build",
        ["softmx", "nnet"],
        r"T\.nnet\.softmax",
        """
x = T.dmatrix("x")
y = T.nnet.softmx(x)  # here
""",
        """
x = T.dmatrix("x")
y = T.nnet.softmax(x)
""",
    ),
    case(
        "a_function_looked_for_in_a_part_of_t",
        "unknown-name",
        "build",
        ["exp", "nnet"],
        r"another module: T\.exp",
        """
x = T.dmatrix("x")
y = T.nnet.exp(x)  # here
""",
        """
x = T.dmatrix("x")
y = T.exp(x)
""",
    ),
    case(
        "the_value_of_a_shared_variable",
        "unknown-name",
        "build",
        ["'numpy'", "w"],
        r"w\.get_value\(\)",
        """
w = tg.shared(np.zeros(3), name="w")
total = w.numpy().sum()  # here
""",
        """
w = tg.shared(np.zeros(3), name="w")
total = w.get_value().sum()
""",
    ),
    case(
        "any_of_python",
        "symbolic-iteration",
        "build",
        ["x > 0", r"bool\[\?\]"],
        r"\(x > 0\)\.any\(\)",
        """
x = T.dvector("x")
y = any(x > 0)  # here
""",
        """
x = T.dvector("x")
y = (x > 0).any()
""",
    ),
    case(
        "a_float_in_a_bitwise_and",
        "wrong-dtype",
        "build",
        ["`&`", "float64", "a"],
        "cast",
        """
a = T.dvector("a")
c = (a > 0) & a  # here
""",
        """
a = T.dvector("a")
c = (a > 0) & (a < 1)
""",
    ),
    case(
        "a_dtype_that_does_not_exist",
        "wrong-dtype",
        "build",
        ["'float23'", "ones"],
        "'float32'",
        """
y = T.ones((2, 3), "float23")  # here
""",
        """
y = T.ones((2, 3), "float32")
""",
    ),
    case(
        "the_inverse_of_zeros",
        "computation-failed",
        "call",
        ["MatrixInverse", "x", "Singular"],
        r"1e-6 \* T\.identity_like",
        """
x = T.dmatrix("x")
y = T.nlinalg.matrix_inverse(x)  # here
f = tg.function([x], y)
f(np.zeros((3, 3)))  # call
""",
        """
x = T.dmatrix("x")
y = T.nlinalg.matrix_inverse(x + 1e-6 * T.identity_like(x))
f = tg.function([x], y)
f(np.zeros((3, 3)))
""",
    ),
    case(
        "the_root_of_a_negative_matrix",
        "computation-failed",
        "call",
        ["Cholesky", "x", "SciPy", "positive definite"],
        "symmetric",
        """
x = T.dmatrix("x")
y = T.slinalg.cholesky(x)  # here
f = tg.function([x], y)
f(-np.eye(3))  # call
""",
        """
x = T.dmatrix("x")
y = T.slinalg.cholesky(x)
f = tg.function([x], y)
f(np.eye(3))
""",
    ),
    case(
        "the_inverse_of_a_tall_matrix",
        "shape-mismatch",
        "call",
        [r"x` \(3, 2\)", "3 rows and 2 columns", "square"],
        "pinv",
        """
x = T.dmatrix("x")
y = T.nlinalg.matrix_inverse(x)  # here
f = tg.function([x], y)
f(np.ones((3, 2)))  # call
""",
        """
x = T.dmatrix("x")
y = T.nlinalg.pinv(x)
f = tg.function([x], y)
f(np.ones((3, 2)))
""",
    ),
    case(
        "a_condition_that_does_not_hold",
        "computation-failed",
        "call",
        ["x must be positive", "condition"],
        "values that were passed",
        """
x = T.dvector("x")
y = tg.Assert("x must be positive")(x, (x > 0).all())  # here
f = tg.function([x], y)
f([-1.0])  # call
""",
        """
x = T.dvector("x")
y = tg.Assert("x must be positive")(x, (x > 0).all())
f = tg.function([x], y)
f([1.0])
""",
    ),
    case(
        "an_op_whose_own_code_fails",
        "computation-failed",
        "call",
        ["Halves", "ValueError", "broadcast", "line 9"],
        "repair that line",
        own_op("outputs[0][0] = inputs[0] / np.ones(5)")
        + """
x = T.dvector("x")
y = Halves()(x)  # here
f = tg.function([x], y)
f(np.ones(3))  # call
""",
        own_op("outputs[0][0] = inputs[0] / 2")
        + """
x = T.dvector("x")
f = tg.function([x], Halves()(x))
f(np.ones(3))
""",
    ),
    case(
        "an_op_that_stores_nothing",
        "broken-op",
        "call",
        ["Halves", "perform", "nothing", "line 8"],
        r"outputs\[0\]\[0\] = result",
        own_op("half = inputs[0] / 2")
        + """
x = T.dvector("x")
y = Halves()(x)  # here
f = tg.function([x], y)
f(np.ones(3))  # call
""",
        own_op("outputs[0][0] = inputs[0] / 2")
        + """
x = T.dvector("x")
f = tg.function([x], Halves()(x))
f(np.ones(3))
""",
    ),
    case(
        "an_op_that_gives_another_rank",
        "broken-op",
        "call",
        ["Halves", r"float64\[\]", r"float64\[\?\]"],
        "let `perform` give what `make_node` says",
        own_op("outputs[0][0] = inputs[0].sum()")
        + """
x = T.dvector("x")
y = Halves()(x)  # here
f = tg.function([x], y)
f(np.ones(3))  # call
""",
        own_op("outputs[0][0] = inputs[0] / 2")
        + """
x = T.dvector("x")
f = tg.function([x], Halves()(x))
f(np.ones(3))
""",
    ),
    case(
        "a_seed_in_words",
        "wrong-argument-kind",
        "build",
        ["seed", "'first'"],
        "RandomStreams",
        """
srng = T.shared_randomstreams.RandomStreams("first")  # here
""",
        """
srng = T.shared_randomstreams.RandomStreams(1)
""",
    ),
    case(
        "random_numbers_like_a_matrix",
        "wrong-dtype",
        "build",
        ["length", r"float64\[\?, \?\]"],
        r"x\.shape",
        """
srng = T.shared_randomstreams.RandomStreams(1)
x = T.dmatrix("x")
noise = srng.normal(size=x)  # here
""",
        """
srng = T.shared_randomstreams.RandomStreams(1)
x = T.dmatrix("x")
noise = srng.normal(size=x.shape)
""",
    ),
)
