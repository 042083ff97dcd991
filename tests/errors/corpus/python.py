"""Python that needs values where there are none yet, and names that do not exist."""

from errors.corpus.case import case

CASES = (
    case(
        "while_on_a_variable",
        "symbolic-truth",
        "build",
        ["x", "true|value"],
        "switch|ifelse|scan",
        """
x = T.dscalar("x")
while x > 0:  # here
    x = x - 1
""",
        """
x = T.dscalar("x")
y = T.switch(x > 0, x - 1, x)
""",
    ),
    case(
        "and_between_conditions",
        "symbolic-truth",
        "build",
        ["x"],
        "&",
        """
x = T.dscalar("x")
inside = x > 0 and x < 1  # here
""",
        """
x = T.dscalar("x")
inside = (x > 0) & (x < 1)
""",
    ),
    case(
        "a_chain_of_comparisons",
        "symbolic-truth",
        "build",
        ["x"],
        "&",
        """
x = T.dscalar("x")
inside = 0 < x < 1  # here
""",
        """
x = T.dscalar("x")
inside = (0 < x) & (x < 1)
""",
    ),
    case(
        "not_of_a_condition",
        "symbolic-truth",
        "build",
        ["x"],
        "~",
        """
x = T.dscalar("x")
other = not x > 0  # here
""",
        """
x = T.dscalar("x")
other = ~(x > 0)
""",
    ),
    case(
        "math_of_a_variable",
        "symbolic-number",
        "build",
        ["x", "float"],
        "T.exp|inside the graph",
        """
import math

x = T.dscalar("x")
y = math.exp(x)  # here
""",
        """
x = T.dscalar("x")
y = T.exp(x)
""",
    ),
    case(
        "int_of_a_variable",
        "symbolic-number",
        "build",
        ["x", "int"],
        "cast",
        """
x = T.dscalar("x")
n = int(x)  # here
""",
        """
x = T.dscalar("x")
n = T.cast(x, "int64")
""",
    ),
    case(
        "formatted_as_a_number",
        "symbolic-number",
        "build",
        ["cost"],
        "eval",
        """
cost = T.dscalar("cost")
text = f"cost {cost:.3f}"  # here
""",
        """
cost = T.dscalar("cost")
value = cost.eval({cost: 2.0})
text = f"cost {float(value):.3f}"
""",
    ),
    case(
        "a_numpy_function_without_a_counterpart",
        "unsupported-numpy-function",
        "build",
        ["np.unwrap|unwrap"],
        "dir|tensor",
        """
x = T.dvector("x")
y = np.unwrap(x)  # here
""",
        """
x = T.dvector("x")
y = np.tanh(x)
""",
    ),
    case(
        "a_list_of_vectors_as_an_array",
        "symbolic-array",
        "build",
        ["x|y"],
        "T.stack",
        """
x, y = T.dvectors("x", "y")
z = np.array([x, y])  # here
""",
        """
x, y = T.dvectors("x", "y")
z = T.stack([x, y])
""",
    ),
    case(
        "zip_of_variables",
        "symbolic-iteration",
        "build",
        ["x"],
        "scan",
        """
x, y = T.dvectors("x", "y")
pairs = list(zip(x, y))  # here
""",
        """
x, y = T.dvectors("x", "y")
pairs = T.stack([x, y], axis=1)
""",
    ),
    case(
        "range_of_a_length",
        "symbolic-number",
        "build",
        [r"x.shape\\[0\\]|x.shape\[0\]"],
        "scan|T.arange",
        """
x = T.dmatrix("x")
rows = [x[i] for i in range(x.shape[0])]  # here
""",
        """
x = T.dmatrix("x")
rows = x[T.arange(x.shape[0])]
""",
    ),
    case(
        "sum_of_python",
        "symbolic-iteration",
        "build",
        ["x"],
        "all elements at once|scan|x.sum",
        """
x = T.dvector("x")
total = sum(x)  # here
""",
        """
x = T.dvector("x")
total = x.sum()
""",
    ),
    case(
        "a_name_of_another_library",
        "unknown-name",
        "build",
        ["relu"],
        "T.nnet.relu",
        """
x = T.dvector("x")
y = T.relu(x)  # here
""",
        """
x = T.dvector("x")
y = T.nnet.relu(x)
""",
    ),
    case(
        "softmax_among_the_methods",
        "unknown-name",
        "build",
        ["softmax", "x"],
        "T.nnet.softmax",
        """
x = T.dmatrix("x")
y = x.softmax()  # here
""",
        """
x = T.dmatrix("x")
y = T.nnet.softmax(x)
""",
    ),
    case(
        "a_misspelt_method",
        "unknown-name",
        "build",
        ["summ", "x"],
        "x.sum",
        """
x = T.dmatrix("x")
y = x.summ()  # here
""",
        """
x = T.dmatrix("x")
y = x.sum()
""",
    ),
    case(
        "a_setting_in_lower_case",
        "unknown-name",
        "build",
        ["floatx"],
        "floatX",
        """
name = tg.config.floatx  # here
""",
        """
name = tg.config.floatX
""",
    ),
    case(
        "a_constructor_of_the_wrong_module",
        "unknown-name",
        "build",
        ["dmatrix"],
        "T.dmatrix",
        """
x = tg.dmatrix("x")  # here
""",
        """
x = T.dmatrix("x")
""",
    ),
    case(
        "a_value_looked_for_in_a_variable",
        "symbolic-truth",
        "build",
        ["x", "1"],
        "T.eq",
        """
x = T.lvector("x")
found = 1 in x  # here
""",
        """
x = T.lvector("x")
found = T.any(T.eq(x, 1))
""",
    ),
    case(
        "an_element_increased_in_place",
        "symbolic-assignment",
        "build",
        ["x"],
        "inc_subtensor",
        """
x = T.dvector("x")
x[0] += 1.0  # here
""",
        """
x = T.dvector("x")
y = T.inc_subtensor(x[0], 1.0)
""",
    ),
    case(
        "a_string_added",
        "not-numeric",
        "build",
        ["x|str"],
        "number|array",
        """
x = T.dvector("x")
y = x + "1"  # here
""",
        """
x = T.dvector("x")
y = x + 1
""",
    ),
    case(
        "none_among_the_operands",
        "not-numeric",
        "build",
        ["None"],
        "number|array|value",
        """
x = T.dvector("x")
scale = None
y = x * scale  # here
""",
        """
x = T.dvector("x")
scale = 2.0
y = x * scale
""",
    ),
)
