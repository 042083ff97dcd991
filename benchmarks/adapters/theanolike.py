"""The cases written against the Theano interface, for PyTensor and teachgraph.

An adapter says where the modules are, and overrides what its package spells otherwise.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import spec

from .base import Base, Built, Unsupported, chain, tree

LETTERS = {"float32": "f", "float64": "d", "int32": "i"}
RANKS = ("scalar", "vector", "matrix", "tensor3", "tensor4")


class TheanoLike(Base):
    """`self.th` is the package, `self.T` its tensor module."""

    th: Any
    T: Any

    def versions(self):
        return {self.name: self.th.__version__, "numpy": np.__version__}

    # ------------------------------------------------------------- to be overridden

    def mode(self, kind: str) -> Any:
        raise NotImplementedError(f"{self.name} does not say what {kind} is")

    def softmax(self, x):
        return self.T.nnet.softmax(x)

    def sigmoid(self, x):
        return self.T.nnet.sigmoid(x)

    def logsumexp(self, x):
        T = self.T
        m = T.max(x, axis=1, keepdims=True)
        return T.log(T.sum(T.exp(x - m), axis=1)) + m.flatten()

    def nll(self, z, y, rows: int, classes: int):
        """Mean over rows of minus the log of the probability of the class."""
        T = self.T
        return -T.mean(T.log(self.softmax(z))[T.arange(rows), y])

    def conv2d(self, x, filters):
        raise Unsupported("no conv2d")

    def pool2(self, x):
        raise Unsupported("no pooling")

    def scan(self, step, **parts):
        return self.th.scan(step, **parts)

    def tensor(self, dtype: str, ndim: int, name: str):
        return getattr(self.T, LETTERS[dtype] + RANKS[ndim])(name)

    # ------------------------------------------------------------------------ cases

    def inputs(self, case):
        self.th.config.floatX = case.dtype
        return spec.inputs(case)

    def function(self, inputs, outputs, **options):
        return self.th.function(inputs, outputs, **options)

    def shared(self, value, name: str):
        return self.th.shared(value, name=name)

    def of(
        self, d: dict[str, Any], names: str, expression: Callable[..., Any]
    ) -> Built:
        """A case that is one expression of some of its inputs."""
        arrays = [d[name] for name in names]
        variables = [
            self.tensor(str(np.asarray(a).dtype), np.ndim(a), name)
            for a, name in zip(arrays, names, strict=True)
        ]
        return self.pure(self.function(variables, expression(*variables)), *arrays)

    def b_call(self, case, what, d):
        T = self.T
        if what in ("call_scalar", "call_vec1"):
            return self.of(d, "x", lambda x: x + 1)
        if what == "call_10scalars":
            xs = [T.dscalar(f"x{i}") for i in range(10)]
            f = self.function(xs, sum(xs[1:], xs[0]))
            return self.pure(f, *[float(i) for i in range(10)])
        w, x = self.shared(d["w"].copy(), "w"), T.dvector("x")
        f = self.function([x], [], updates=[(w, w * 0.9 + x)])

        def check():
            w.set_value(d["w"].copy())
            for _ in range(3):
                f(d["x"])
            return [w.get_value()]

        return f, (d["x"],), check

    def expression(self, kind, x, y=None):
        T = self.T
        match kind:
            case "axpy":
                return 2.5 * x + y
            case "logistic":
                return 1 / (1 + T.exp(-x))
            case "gelu":
                return 0.5 * x * (1 + T.tanh(spec.GELU_A * (x + spec.GELU_B * x**3)))
            case "poly":
                t = spec.POLY[0]
                for c in spec.POLY[1:]:
                    t = t * x + c
                return t
            case _:
                t = T.tanh(x * 1.1 + 0.5)
                return T.maximum(abs(T.log(T.sqrt(t * t + 1)) - x), 0.1)

    def b_ew(self, case, what, d):
        kind = what.split("_")[1]
        return self.of(d, "".join(d), lambda *v: self.expression(kind, *v))

    def b_chain20(self, case, what, d):
        return self.of(d, "x", lambda x: chain(x, 20, self.T.tanh))

    def b_sum_ax(self, case, what, d):
        axis = {"all": None, "0": 0, "1": 1}[case.ax]
        return self.of(d, "x", lambda x: x.sum(axis=axis))

    def b_softmax(self, case, what, d):
        return self.of(d, "x", self.softmax)

    def b_logsumexp(self, case, what, d):
        return self.of(d, "x", self.logsumexp)

    def b_layernorm(self, case, what, d):
        def layernorm(x):
            c = x - x.mean(axis=1, keepdims=True)
            return c / self.T.sqrt((c**2).mean(axis=1, keepdims=True) + 1e-5)

        return self.of(d, "x", layernorm)

    def b_sum_grad_1(self, case, what, d):
        def cost_and_gradient(x, a):
            cost = self.T.sum(self.sigmoid(a * x))
            return [cost, self.th.grad(cost, a)]

        return self.of(d, "xa", cost_and_gradient)

    def b_bias_relu(self, case, what, d):
        return self.of(d, "xb", lambda x, b: self.T.maximum(x + b, 0))

    def b_matmul(self, case, what, d):
        T = self.T
        if what == "matmul_bias_tanh":
            return self.of(d, "ABb", lambda A, B, b: T.tanh(T.dot(A, B) + b))

        def products(A, B):
            y = T.dot(A, B)
            for _ in range(9 if what == "matmul_32_chain10" else 0):
                y = T.dot(y, B)
            return y

        return self.of(d, "AB", products)

    # --------------------------------------------------------------------- training

    def b_logreg_step(self, case, what, d):
        T = self.T
        x, y = T.dmatrix("x"), T.dvector("y")
        w, b = self.shared(d["w"].copy(), "w"), self.shared(0.0, "b")
        p = 1 / (1 + T.exp(-T.dot(x, w) - b))
        xent = -y * T.log(p) - (1 - y) * T.log(1 - p)
        cost = xent.mean() + 0.01 * (w**2).sum()
        gw, gb = self.th.grad(cost, [w, b])
        updates = [(w, w - 0.1 * gw), (b, b - 0.1 * gb)]
        f = self.function([x, y], [p > 0.5, xent], updates=updates)

        def check():
            w.set_value(d["w"].copy())
            b.set_value(0.0)
            for _ in range(3):
                result = f(d["x"], d["y"])
            return [result[1], w.get_value(), b.get_value()]

        return f, (d["x"], d["y"]), check

    def trained(self, d, names, x, y, cost, parameters, momentum: bool) -> Built:
        """A step of gradient descent on the shared variables of these names."""
        rate, keep = np.float32(spec.LR), np.float32(spec.MOM)
        updates, velocities = [], []
        gradients = self.th.grad(cost, parameters)
        for p, g in zip(parameters, gradients, strict=True):
            if not momentum:
                updates.append((p, p - rate * g))
                continue
            v = self.shared(np.zeros_like(p.get_value()), f"v_{p.name}")
            velocities.append(v)
            step = keep * v - rate * g
            updates += [(v, step), (p, p + step)]
        f = self.function([x, y], cost, updates=updates)

        def check():
            for name, p in zip(names, parameters, strict=True):
                p.set_value(d[name].copy())
            for v in velocities:
                v.set_value(np.zeros_like(v.get_value()))
            costs = [f(d["x"], d["y"]) for _ in range(3)]
            return [costs[-1], parameters[0].get_value(), parameters[-1].get_value()]

        return f, (d["x"], d["y"]), check

    def b_mlp_step(self, case, what, d):
        T = self.T
        x, y = T.fmatrix("x"), T.ivector("y")
        layers = len(case.sizes) - 1
        names = [f"{letter}{i}" for i in range(layers) for letter in "Wb"]
        parameters = [self.shared(d[name].copy(), name) for name in names]
        h = x
        for i in range(layers):
            h = T.dot(h, parameters[2 * i]) + parameters[2 * i + 1]
            if i < layers - 1:
                h = T.tanh(h)
        cost = self.nll(h, y, case.batch, case.sizes[-1])
        return self.trained(d, names, x, y, cost, parameters, momentum=True)

    def b_lenet_step(self, case, what, d):
        T, names = self.T, spec.LENET_P
        x, y = self.tensor("float32", 4, "x"), T.ivector("y")
        s = {n: self.shared(d[n].copy(), n) for n in names}
        h = self.pool2(self.conv2d(x, s["K0"])) + s["c0"].dimshuffle("x", 0, "x", "x")
        h = self.conv2d(T.tanh(h), s["K1"])
        h = T.tanh(self.pool2(h) + s["c1"].dimshuffle("x", 0, "x", "x"))
        h = T.tanh(T.dot(h.flatten(2), s["W0"]) + s["b0"])
        cost = self.nll(T.dot(h, s["W1"]) + s["b1"], y, case.batch, 10)
        return self.trained(d, names, x, y, cost, list(s.values()), momentum=False)

    def b_lstm_step(self, case, what, d):
        T, names, hidden = self.T, spec.LSTM_P, case.H
        x, y = T.ftensor3("x"), T.imatrix("y")
        s = {n: self.shared(d[n].copy(), n) for n in names}

        def step(x_t, h, c, Wx, Wh, b):
            z = T.dot(x_t, Wx) + T.dot(h, Wh) + b
            gates = [z[:, k * hidden : (k + 1) * hidden] for k in range(4)]
            i, f, o = (self.sigmoid(gates[k]) for k in (0, 1, 3))
            c = f * c + i * T.tanh(gates[2])
            return o * T.tanh(c), c

        start = T.as_tensor_variable(np.zeros((case.B, hidden), "float32"))
        (hs, _), _ = self.scan(
            step,
            sequences=[x],
            outputs_info=[start, start],
            non_sequences=[s["Wx"], s["Wh"], s["b"]],
        )
        rows = case.T * case.B
        z = T.dot(hs.reshape((rows, hidden)), s["Wo"]) + s["bo"]
        cost = self.nll(z, y.flatten(), rows, case.D)
        return self.trained(d, names, x, y, cost, list(s.values()), momentum=False)

    # ----------------------------------------------------------------- large graphs

    def scaling(self, kind: str, n: int, mode: str) -> Callable[[], Any]:
        """Build and compile a graph of n operations or layers; the result calls it."""
        T = self.T
        self.th.config.floatX = "float64"
        options = {"mode": self.mode(mode)}
        if kind == "deepgrad":
            x, cost, updates = self.deep(n)
            f = self.function([x], cost, updates=updates, **options)
            value = np.ones((16, 64))
        else:
            x = T.dvector("x")
            f = self.function([x], self.long(kind, x, n), **options)
            value = np.linspace(-1, 1, 10)
        # After the rewrites alone, fused nodes may have no Python code to run.
        return (lambda: np.zeros(1)) if mode == "opt" else (lambda: f(value))

    def long(self, kind: str, x: Any, n: int) -> Any:
        """A graph of n operations, or the gradient of n times three."""
        if kind == "chain":
            return chain(x, n, self.T.tanh)
        if kind == "tree":
            return tree(x, n, self.T.maximum)
        y = x
        for k in range(n):
            y = self.T.tanh(y * 1.01 + k)
        return self.th.grad(y.sum(), x)

    def deep(self, n: int) -> tuple[Any, Any, Any]:
        """n layers of 64 units, and a step of descent on all of them."""
        T, r = self.T, spec.rs(3)
        parameters = []
        x = h = T.dmatrix("x")
        for i in range(n):
            w = self.shared(r.standard_normal((64, 64)) / 8.0, f"W{i}")
            b = self.shared(np.zeros(64), f"b{i}")
            parameters += [w, b]
            h = T.tanh(T.dot(h, w) + b)
        cost = (h**2).mean()
        pairs = zip(parameters, self.th.grad(cost, parameters), strict=True)
        return x, cost, [(p, p - 0.01 * g) for p, g in pairs]
