"""Names that people expect because another library has them, and what they are here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from teachgraph.core.report import Hint
from teachgraph.errors.suggest import nearest

METHODS = {
    "append": ("two variables as one", "T.concatenate([{x}, y])"),
    "concatenate": ("two variables as one", "T.concatenate([{x}, y])"),
    "detach": ("a constant as far as gradients go", "T.disconnected_grad({x})"),
    "stop_gradient": ("a constant as far as gradients go", "T.disconnected_grad({x})"),
    "backward": ("gradients are expressions", "T.grad({x}, [w, b])"),
    "grad": ("gradients are expressions", "T.grad({x}, [w, b])"),
    "exp": ("a function of T", "T.exp({x})"),
    "log": ("a function of T", "T.log({x})"),
    "expand_dims": ("a new axis", "{x}.dimshuffle(0, 'x')"),
    "unsqueeze": ("a new axis", "{x}.dimshuffle(0, 'x')"),
    "get_value": ("only a shared variable has a value of its own", "{x}.eval({{...}})"),
    "set_value": ("only a shared variable has a value to set", "shared(value)"),
    "item": ("the value, when everything it needs is given", "{x}.eval({{...}})"),
    "numpy": ("the value, when everything it needs is given", "{x}.eval({{...}})"),
    "tolist": ("the value, when everything it needs is given", "{x}.eval({{...}})"),
    "value": ("the value, when everything it needs is given", "{x}.eval({{...}})"),
    "permute": ("axes in another order", "{x}.dimshuffle(1, 0)"),
    "relu": ("a function of T.nnet", "T.nnet.relu({x})"),
    "sigmoid": ("a function of T.nnet", "T.nnet.sigmoid({x})"),
    "softmax": ("a function of T.nnet", "T.nnet.softmax({x})"),
    "softplus": ("a function of T.nnet", "T.nnet.softplus({x})"),
    "tanh": ("a function of T", "T.tanh({x})"),
    "type_as": ("another dtype", "{x}.astype(y.dtype)"),
    "view": ("the same elements in another shape", "{x}.reshape(shape)"),
    "float": ("another dtype", "{x}.astype('floatX')"),
    "double": ("another dtype", "{x}.astype('float64')"),
    "int": ("another dtype", "{x}.astype('int64')"),
}
"""What to write with a variable `x` where people write `x.name`."""

MODULES = {
    "array": "T.as_tensor_variable(value), or T.constant(value)",
    "asarray": "T.as_tensor_variable(value)",
    "astensor": "T.as_tensor_variable(value)",
    "tensor": "T.tensor(dtype, shape), or T.constant(value) for a value",
    "cat": "T.concatenate([x, y])",
    "divide": "T.true_div(x, y)",
    "equal": "T.eq(x, y)",
    "not_equal": "T.neq(x, y)",
    "greater": "T.gt(x, y)",
    "less": "T.lt(x, y)",
    "matmul": "T.dot(x, y)",
    "multiply": "T.mul(x, y)",
    "subtract": "T.sub(x, y)",
    "power": "T.pow(x, y)",
    "placeholder": "T.dmatrix('x'), or another constructor",
    "scan": "teachgraph.scan",
    "shared": "teachgraph.shared",
    "function": "teachgraph.function",
    "square": "T.sqr(x)",
    "reduce_mean": "T.mean(x)",
    "reduce_sum": "T.sum(x)",
    "argwhere": "T.nonzero(x)",
    "ifelse": "teachgraph.ifelse",
    "extra_ops": "its functions stand in T itself, such as T.repeat, T.to_one_hot",
    "opt": "what optimizes is not part of T; Assert is teachgraph.Assert",
    "basic": "its functions stand in T itself",
    "Op": "to write an op of your own: from teachgraph.theano import Op, Apply",
    "Apply": "to write an op of your own: from teachgraph.theano import Op, Apply",
    "gof": "import teachgraph.theano, which has the names of Theano's",
    "sandbox": "import teachgraph.theano, which has the names of Theano's",
    "compile": "teachgraph.function, teachgraph.shared, teachgraph.Mode",
    "Variable": "T.dvector, T.dmatrix and so on make variables",
    "Module": "an ordinary class with shared variables as attributes",
    "Linear": "T.dot(x, w) + b, with shared variables w and b",
    "optim": "updates=[(w, w - rate * T.grad(cost, w))]",
    "no_grad": "T.disconnected_grad(x)",
    "manual_seed": "RandomStreams(seed=1)",
}
"""What to write where people write `T.name`."""


VALUES = ("value", "numpy", "item", "tolist", "data", "container")
"""What people call the value of a shared variable."""


def elsewhere(
    name: str, x: str, known: Iterable[str], *, shared: bool = False
) -> tuple[Hint, ...]:
    """What to write instead of the attribute `name` of a variable called `x`."""
    if shared and name in VALUES:
        return (Hint("the value of a shared variable", f"{x}.get_value()"),)
    close = nearest(name, [k for k in known if not k.startswith("_")])
    hints = (Hint("perhaps you mean", f"{x}.{close}"),) if close else ()
    if name in METHODS:
        words, code = METHODS[name]
        return (Hint(words, code.format(x=x)),)
    return hints


def in_module(
    name: str, prefix: str, known: Iterable[str], places: Mapping[str, Iterable[str]]
) -> tuple[Hint, ...]:
    """What to write instead of `T.name`, T being what `prefix` says.

    Args:
        known: the names of the module itself.
        places: the names of other modules, by what to write for the module.
    """
    for place, names in places.items():
        if name in names:
            return (Hint("it is in another module", f"{place}.{name}"),)
    if name in MODULES:
        return (Hint("here it is", MODULES[name]),)
    close = nearest(name, [k for k in known if not k.startswith("_")])
    return (Hint("perhaps you mean", f"{prefix}.{close}"),) if close else ()
