"""The same mistake wherever people write code: the line is found all the same."""

from errors.corpus.case import Case, case


def placed(name: str, body: str, *, facts: tuple[str, ...] = ()) -> Case:
    """A program where a bias of `BAD` elements is made: 3, and 2 put right."""
    body += "\nf(np.ones((4, 2)))  # call\n"
    found = [r"\(3,\)", r"2 elements|2 and 3|3 and 2", *facts]
    wrong, right = body.replace("BAD", "3"), body.replace("BAD", "2")
    return case(name, "shape-mismatch", "call", found, "give", wrong, right)


CASES = (
    placed(
        "in_a_lambda",
        """
x = T.dmatrix("x")
b = tg.shared(np.zeros(BAD), name="b")
act = lambda z: T.maximum(0, z + b)  # here
f = tg.function([x], act(x))""",
        facts=("`z`", "`b`"),
    ),
    placed(
        "in_a_comprehension",
        """
x = T.dmatrix("x")
biases = [tg.shared(np.zeros(n), name=f"b{n}") for n in (2, BAD)]
moved = [T.tanh(x + b) for b in biases]  # here
f = tg.function([x], moved)""",
        facts=("named `b3`",),
    ),
    placed(
        "in_a_generator",
        """
x = T.dmatrix("x")
biases = (tg.shared(np.zeros(n), name=f"b{n}") for n in (2, BAD))
total = sum((x + b).sum() for b in biases)  # here
f = tg.function([x], total)""",
        facts=("named `b3`",),
    ),
    placed(
        "in_a_dict",
        """
x = T.dmatrix("x")
biases = {n: tg.shared(np.zeros(n), name=f"b{n}") for n in (2, BAD)}
outputs = {f"out{n}": x + b for n, b in biases.items()}  # here
f = tg.function([x], outputs)""",
    ),
    placed(
        "in_a_property",
        """
class Net:
    def __init__(self, x):
        self.x, self.b = x, tg.shared(np.zeros(BAD), name="b")
    @property
    def output(self):
        return self.x + self.b  # here

x = T.dmatrix("x")
f = tg.function([x], Net(x).output)""",
        facts=(r"self\.x", r"self\.b"),
    ),
    placed(
        "below_a_decorator",
        """
import functools

def traced(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)
    return inner

@traced
def layer(x, b):
    return x + b  # here

x = T.dmatrix("x")
f = tg.function([x], layer(x, tg.shared(np.zeros(BAD), name="b")))""",
        facts=("in layer",),
    ),
    placed(
        "in_a_chain_of_methods",
        """
x = T.dmatrix("x")
b = tg.shared(np.zeros(BAD), name="b")
out = (
    x
    .dot(b)  # here
    .sum()
)
f = tg.function([x], out)""",
        facts=("`x`", "`b`"),
    ),
    placed(
        "over_several_lines",
        """
x = T.dmatrix("x")
w = tg.shared(np.ones((2, 2)), name="w")
b = tg.shared(np.zeros(BAD), name="b")
out = T.nnet.softmax(
    T.dot(  # also
        x, w
    ) + b  # here
)
f = tg.function([x], out)""",
        facts=(r"`T\.dot\(x, w\)`",),
    ),
    placed(
        "in_a_conditional_expression",
        """
x = T.dmatrix("x")
b = tg.shared(np.zeros(BAD), name="b")
biased = True
out = x + b if biased else x  # here
f = tg.function([x], out)""",
    ),
    placed(
        "with_stars",
        """
def both(*parts):
    return parts[0] + parts[1]  # here

x = T.dmatrix("x")
f = tg.function([x], both(*[x, tg.shared(np.zeros(BAD), name="b")]))""",
    ),
    placed(
        "with_a_walrus",
        """
x = T.dmatrix("x")
b = tg.shared(np.zeros(BAD), name="b")
if (out := x + b) is not None:  # here
    f = tg.function([x], out)""",
    ),
    placed(
        "in_a_name_scope",
        """
x = T.dmatrix("x")
b = tg.shared(np.zeros(BAD), name="b")
with tg.name_scope("encoder"):
    out = T.tanh(x + b)  # here
f = tg.function([x], out)""",
    ),
    placed(
        "by_reduce",
        """
import functools

x = T.dmatrix("x")
b = tg.shared(np.zeros(BAD), name="b")
out = functools.reduce(lambda u, v: u + v, [x, b])  # here
f = tg.function([x], out)""",
    ),
    placed(
        "fused_with_others",
        """
x = T.dmatrix("x")
a = tg.shared(np.ones(2), name="a")
b = tg.shared(np.zeros(BAD), name="b")
y = T.exp(x) * a
z = T.tanh(y) / (1 + b)  # here
f = tg.function([x], (T.sqrt(abs(z)) + 1).sum())""",
        facts=(r"T\.tanh\(y\)", r"1 \+ b"),
    ),
    placed(
        "in_a_step_over_several_lines",
        """
x = T.dmatrix("x")
b = tg.shared(np.zeros(BAD), name="b")
out, _ = tg.scan(
    lambda row: T.tanh(
        row + b  # here
    ),
    sequences=x,
)
f = tg.function([x], out)""",
        facts=("in every turn of scan",),
    ),
    placed(
        "in_a_loop_in_a_loop",
        """
x = T.dmatrix("x")
b = tg.shared(np.zeros(BAD), name="b")

def outer(row):
    found, _ = tg.scan(lambda a: (row + b).sum() + a, sequences=row)  # here
    return found.sum()

out, _ = tg.scan(outer, sequences=x)
f = tg.function([x], out)""",
    ),
    placed(
        "in_letters_of_another_alphabet",
        """
x = T.dmatrix("x")
β = tg.shared(np.zeros(BAD), name="β")
γ = x + β  # here
f = tg.function([x], γ)""",
        facts=("`β`",),
    ),
)
