"""Random graphs of the names that classroom programs use, for two libraries alike.

    python p0_graphs.py pytensor.tensor pytensor < specs.json

reads graphs from standard input and prints what the library makes of them. The test
runs the same builder on teachgraph, in its own process.
"""

import importlib
import json
import sys

import numpy as np

UNARY = [
    "exp", "tanh", "sqr", "abs", "neg", "sin", "cos", "floor", "ceil", "sgn", "log1p",
    "sqrt", "log", "sigmoid", "softplus", "expm1", "arctan", "erf",
]  # fmt: skip
BINARY = ["add", "sub", "mul", "true_div", "maximum", "minimum", "pow", "mod"]
COMPARE = ["lt", "le", "gt", "ge", "eq", "neq"]
REDUCE = ["sum", "mean", "max", "min", "prod", "std", "var", "argmax"]
SHAPES = [
    "T",
    "reshape",
    "dimshuffle",
    "slice",
    "stack",
    "concatenate",
    "set",
    "cumsum",
]


def specs(count: int, seed: int) -> list[dict]:
    """`count` graphs as data: each step names an op and the steps that it reads."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        steps = []
        for at in range(2, 2 + int(rng.integers(3, 9))):
            kind = rng.choice(["unary", "binary", "switch", "reduce", "shape", "dot"])
            names = {
                "unary": UNARY,
                "binary": BINARY,
                "switch": COMPARE,
                "reduce": REDUCE,
                "shape": SHAPES,
                "dot": ["dot"],
            }[str(kind)]
            reads = [int(rng.integers(0, at)) for _ in range(2)]
            steps.append(
                [str(kind), str(rng.choice(names)), *reads, int(rng.integers(9))]
            )
        found.append({"steps": steps, "seed": int(rng.integers(1 << 30))})
    return found


def values(spec: dict) -> list[np.ndarray]:
    """The values of the two inputs, (3, 4) each."""
    rng = np.random.default_rng(spec["seed"])
    return [rng.uniform(0.2, 1.8, size=(3, 4)) for _ in range(2)]


def build(T, spec: dict, inputs: list) -> list:
    """The graph: every step is brought back to shape (3, 4), so that all fit."""
    known = list(inputs)
    for kind, name, first, second, number in spec["steps"]:
        x, y = known[first], known[second]
        known.append(STEPS[kind](T, name, x, y, number))
    return [known[-1], known[-1].sum()]


def _unary(T, name, x, y, number):
    tame = T.tanh(x)
    special = {"abs": abs, "neg": lambda v: -v}
    positive = name in ("sqrt", "log", "log1p")
    function = special.get(name) or getattr(T, name)
    return function(T.sqr(tame) + 0.1 if positive else tame)


def _binary(T, name, x, y, number):
    special = {"pow": lambda a, b: (T.sqr(T.tanh(a)) + 0.1) ** T.tanh(b)}
    if name in ("true_div", "mod"):
        return getattr(T, name)(x, T.sqr(y) + 0.5)
    return special.get(name, getattr(T, name))(x, y)


def _switch(T, name, x, y, number):
    return T.switch(getattr(T, name)(x, y + 0.01), x, y)


def _reduce(T, name, x, y, number):
    axis = number % 3
    if name == "argmax":
        found = T.argmax(x, axis=1)
        return x + found.dimshuffle(0, "x")
    if axis == 2:
        return y + getattr(T.tanh(x), name)()
    kept = getattr(T.tanh(x), name)(axis=axis, keepdims=True)
    return y * kept


def _shape(T, name, x, y, number):
    at = number % 3
    made = {
        "T": lambda: (x.T + y.T).T,
        "reshape": lambda: x.reshape((4, 3)).reshape((3, 4)),
        "dimshuffle": lambda: (x.dimshuffle(0, 1, "x") * y.dimshuffle(0, 1, "x")).sum(
            2
        ),
        "slice": lambda: T.concatenate([x[at:], y[:at]], axis=0),
        "stack": lambda: T.stack([x, y], axis=0)[number % 2],
        "concatenate": lambda: T.concatenate([x[:, :1], y[:, 1:]], axis=1),
        "set": lambda: T.set_subtensor(x[at], y[at] * 2),
        "cumsum": lambda: T.cumsum(T.tanh(x), axis=number % 2),
    }
    return made[name]()


def _dot(T, name, x, y, number):
    return T.dot(T.dot(T.tanh(x), T.tanh(y).T), T.tanh(x))


STEPS = {
    "unary": _unary,
    "binary": _binary,
    "switch": _switch,
    "reduce": _reduce,
    "shape": _shape,
    "dot": _dot,
}


def results(T, library, graphs: list[dict]) -> list[list]:
    """The outputs of each graph, and the gradient of its sum for the first input."""
    found = []
    for spec in graphs:
        inputs = [T.dmatrix("x"), T.dmatrix("y")]
        outputs = build(T, spec, inputs)
        slope = library.grad(outputs[1], inputs[0], disconnected_inputs="ignore")
        f = library.function(inputs, [*outputs, slope], on_unused_input="ignore")
        found.append([np.asarray(a).tolist() for a in f(*values(spec))])
    return found


if __name__ == "__main__":
    names, library = (importlib.import_module(name) for name in sys.argv[1:3])
    json.dump(results(names, library, json.load(sys.stdin)), sys.stdout)
