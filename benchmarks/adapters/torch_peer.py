"""torch, eager."""

import numpy as np
import spec

from .base import Base, Unsupported, chain, tree


class Adapter(Base):
    name = "torch"

    def __init__(self):
        import torch
        import torch.nn.functional as F

        torch.set_num_threads(2)
        self.t, self.F = torch, F

    def versions(self):
        return {self.name: self.t.__version__}

    def jit(self, f):
        return f

    def inputs(self, case):
        self.t.manual_seed(0)
        arrays = spec.inputs(case)
        isarray = {k: isinstance(v, np.ndarray) for k, v in arrays.items()}
        return {k: self.t.from_numpy(v) if isarray[k] else v for k, v in arrays.items()}

    def pure(self, f, *args):
        def check():
            r = f(*args)
            r = list(r) if isinstance(r, (list, tuple)) else [r]
            return [v.detach().numpy() if hasattr(v, "detach") else v for v in r]

        return f, args, check

    def b_call(self, case, what, d):
        t = self.t
        if what == "call_scalar":
            return self.pure(self.jit(lambda x: x + 1), t.tensor(1.5, dtype=t.float64))
        if what == "call_vec1":
            return self.pure(self.jit(lambda x: x + 1), d["x"])
        if what == "call_10scalars":
            return self.pure(
                self.jit(
                    lambda a, b, c, d, e, f, g, h, i, j: (
                        a + b + c + d + e + f + g + h + i + j
                    )
                ),
                *[t.tensor(float(i), dtype=t.float64) for i in range(10)],
            )
        w, x = d["w"].clone(), d["x"]

        def f(x):
            w.mul_(0.9).add_(x)

        f = self.jit(f)

        def check():
            w.copy_(d["w"])
            for _ in range(3):
                f(x)
            return [w.clone().numpy()]

        return f, (x,), check

    def expr(self, kind):
        t = self.t
        if kind == "axpy":
            return lambda x, y: t.add(y, x, alpha=2.5)
        if kind == "logistic":
            return t.sigmoid
        if kind == "gelu":
            return lambda x: self.F.gelu(x, approximate="tanh")
        if kind == "poly":

            def f(x):
                r = spec.POLY[0]
                for c in spec.POLY[1:]:
                    r = r * x + c
                return r

            return f

        def f(x):
            r = t.tanh(x * 1.1 + 0.5)
            return t.clamp_min(t.abs(t.log(t.sqrt(r * r + 1)) - x), 0.1)

        return f

    def b_ew(self, case, what, d):
        kind = what.split("_")[1]
        f = self.jit(self.expr(kind))
        return self.pure(f, d["x"], d["y"]) if kind == "axpy" else self.pure(f, d["x"])

    def b_chain20(self, case, what, d):
        return self.pure(self.jit(lambda x: chain(x, 20, self.t.tanh)), d["x"])

    def b_sum_ax(self, case, what, d):
        f = {
            "all": lambda x: x.sum(),
            "0": lambda x: x.sum(0),
            "1": lambda x: x.sum(1),
        }[case.ax]
        return self.pure(self.jit(f), d["x"])

    def b_softmax(self, case, what, d):
        return self.pure(self.jit(lambda x: self.t.softmax(x, 1)), d["x"])

    def b_logsumexp(self, case, what, d):
        return self.pure(self.jit(lambda x: self.t.logsumexp(x, 1)), d["x"])

    def b_layernorm(self, case, what, d):
        n = case.n
        return self.pure(
            self.jit(lambda x: self.F.layer_norm(x, (n,), eps=1e-5)), d["x"]
        )

    def b_sum_grad_1(self, case, what, d):
        t = self.t
        a = t.tensor(float(d["a"]), dtype=t.float32, requires_grad=True)
        g = self.jit(lambda x, a: t.sigmoid(a * x).sum())

        def f(x):
            cost = g(x, a)
            (ga,) = t.autograd.grad(cost, a)
            return cost.detach(), ga

        return self.pure(f, d["x"])

    def b_bias_relu(self, case, what, d):
        return self.pure(self.jit(lambda x, b: self.t.relu_(x + b)), d["x"], d["b"])

    def b_matmul(self, case, what, d):
        t = self.t
        if what == "matmul_bias_tanh":
            return self.pure(
                self.jit(lambda A, B, b: t.tanh_(t.addmm(b, A, B))),
                d["A"],
                d["B"],
                d["b"],
            )
        if what == "matmul_32_chain10":

            def f(A, B):
                y = A
                for _ in range(10):
                    y = y @ B
                return y

            return self.pure(self.jit(f), d["A"], d["B"])
        return self.pure(self.jit(lambda A, B: A @ B), d["A"], d["B"])

    def b_logreg_step(self, case, what, d):
        t = self.t
        w = d["w"].clone().requires_grad_(True)
        b = t.zeros((), dtype=t.float64, requires_grad=True)

        def fwd(x, y, w, b):
            z = x @ w + b
            xent = self.F.binary_cross_entropy_with_logits(z, y, reduction="none")
            return z > 0, xent, xent.mean() + 0.01 * (w**2).sum()

        fwd = self.jit(fwd)

        def f(x, y):
            pred, xent, cost = fwd(x, y, w, b)
            gw, gb = t.autograd.grad(cost, (w, b))
            with t.no_grad():
                w.sub_(gw, alpha=0.1)
                b.sub_(gb, alpha=0.1)
            return pred, xent.detach()

        def check():
            with t.no_grad():
                w.copy_(d["w"])
                b.zero_()
            for _ in range(3):
                r = f(d["x"], d["y"])
            return [
                r[1].numpy(),
                w.detach().clone().numpy(),
                b.detach().clone().numpy(),
            ]

        return f, (d["x"], d["y"]), check

    def _train(self, d, names, loss, momentum):
        t = self.t
        y = d["y"].long()
        P = [d[n].clone().requires_grad_(True) for n in names]
        opt = t.optim.SGD(P, lr=spec.LR, momentum=spec.MOM if momentum else 0.0)
        loss = self.jit(loss)

        def f(x, y):
            opt.zero_grad(set_to_none=True)
            cost = loss(x, y, *P)
            cost.backward()
            opt.step()
            return cost

        def check():
            with t.no_grad():
                for n, p in zip(names, P):
                    p.copy_(d[n])
            opt.state.clear()
            r = [f(d["x"], y).detach().clone().numpy() for _ in range(3)]
            return r[-1:] + [
                P[0].detach().clone().numpy(),
                P[-1].detach().clone().numpy(),
            ]

        return f, (d["x"], y), check

    def b_mlp_step(self, case, what, d):
        L = len(case.sizes) - 1
        names = [s % i for i in range(L) for s in ("W%d", "b%d")]
        t, F = self.t, self.F

        def loss(x, y, *P):
            h = x
            for i in range(L):
                h = t.addmm(P[2 * i + 1], h, P[2 * i])
                if i < L - 1:
                    h = t.tanh(h)
            return F.cross_entropy(h, y)

        return self._train(d, names, loss, True)

    def b_lenet_step(self, case, what, d):
        t, F = self.t, self.F

        def loss(x, y, K0, c0, K1, c1, W0, b0, W1, b1):
            h = t.tanh(F.max_pool2d(F.conv2d(x, K0), 2) + c0[:, None, None])
            h = t.tanh(F.max_pool2d(F.conv2d(h, K1), 2) + c1[:, None, None])
            h = t.tanh(t.addmm(b0, h.flatten(1), W0))
            return F.cross_entropy(t.addmm(b1, h, W1), y)

        return self._train(d, spec.LENET_P, loss, False)

    def b_lstm_step(self, case, what, d):
        t, F = self.t, self.F
        H, B = case.H, case.B
        z = t.zeros(1, B, H)
        zb = t.zeros(4 * H)

        def loss(x, y, Wx, Wh, b, Wo, bo):
            # torch's own fused LSTM: gate order i, f, g, o is the same
            out = t._VF.lstm(
                x, (z, z), [Wx.t(), Wh.t(), b, zb], True, 1, 0.0, True, False, False
            )[0]
            return F.cross_entropy(t.addmm(bo, out.reshape(-1, H), Wo), y.reshape(-1))

        return self._train(d, spec.LSTM_P, loss, False)

    def graph(self, kind, x, n):
        t = self.t
        return chain(x, n, t.tanh) if kind == "chain" else tree(x, n, t.maximum)

    def scaling(self, kind, n, mode):
        raise Unsupported("eager")


def environ(cache):
    return {}
