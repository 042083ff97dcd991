"""Plain numpy with hand-written gradients: the reference for the agreement check."""

import numpy as np
import spec

from .base import Base, chain


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def logsoftmax_grad(z, y):
    """mean NLL of rows of z and its gradient."""
    n = len(y)
    m = z.max(1, keepdims=True)
    e = np.exp(z - m)
    s = e.sum(1, keepdims=True)
    nll = (np.log(s[:, 0]) + m[:, 0] - z[np.arange(n), y]).mean()
    e /= s
    e[np.arange(n), y] -= 1
    e /= n
    return nll, e


class Adapter(Base):
    name = "numpy"

    def versions(self):
        return {"numpy": np.__version__}

    def b_call(self, case, what, d):
        if what == "call_scalar":
            return self.pure(lambda x: x + 1, np.float64(1.5))
        if what == "call_vec1":
            return self.pure(lambda x: x + 1, d["x"])
        if what == "call_10scalars":
            return self.pure(
                lambda a, b, c, d, e, f, g, h, i, j: (
                    a + b + c + d + e + f + g + h + i + j
                ),
                *[np.float64(i) for i in range(10)],
            )
        w, x = d["w"].copy(), d["x"]

        def f(x):
            np.multiply(w, 0.9, out=w)
            np.add(w, x, out=w)

        def check():
            w[:] = d["w"]
            for _ in range(3):
                f(x)
            return [w.copy()]

        return f, (x,), check

    def b_normal(self, case, what, d):
        rng = np.random.Generator(np.random.Philox(1))
        return self.drawn(lambda: rng.standard_normal(case.count, dtype=case.dtype))

    def b_ew(self, case, what, d):
        kind = what.split("_")[1]
        if kind == "axpy":

            def f(x, y):
                t = x * x.dtype.type(2.5)
                t += y
                return t

            return self.pure(f, d["x"], d["y"])
        if kind == "logistic":

            def f(x):
                t = np.negative(x)
                np.exp(t, out=t)
                t += 1
                return np.reciprocal(t, out=t)
        elif kind == "gelu":

            def f(x):
                t = x * x
                t *= spec.GELU_B
                t += 1
                t *= x
                t *= spec.GELU_A
                np.tanh(t, out=t)
                t += 1
                t *= x
                t *= 0.5
                return t
        elif kind == "poly":

            def f(x):
                t = x * spec.POLY[0]
                t += spec.POLY[1]
                for c in spec.POLY[2:]:
                    t *= x
                    t += c
                return t
        else:

            def f(x):
                t = x * 1.1
                t += 0.5
                np.tanh(t, out=t)
                np.multiply(t, t, out=t)
                t += 1
                np.sqrt(t, out=t)
                np.log(t, out=t)
                t -= x
                np.abs(t, out=t)
                return np.maximum(t, 0.1, out=t)

        return self.pure(f, d["x"])

    def b_chain20(self, case, what, d):
        return self.pure(lambda x: chain(x, 20, np.tanh), d["x"])

    def b_sum_ax(self, case, what, d):
        ax = {"all": None, "0": 0, "1": 1}[case.ax]
        return self.pure(lambda x: x.sum(axis=ax), d["x"])

    def b_softmax(self, case, what, d):
        def f(x):
            t = x - x.max(1, keepdims=True)
            np.exp(t, out=t)
            t /= t.sum(1, keepdims=True)
            return t

        return self.pure(f, d["x"])

    def b_logsumexp(self, case, what, d):
        def f(x):
            m = x.max(1, keepdims=True)
            t = x - m
            np.exp(t, out=t)
            return np.log(t.sum(1)) + m[:, 0]

        return self.pure(f, d["x"])

    def b_layernorm(self, case, what, d):
        def f(x):
            c = x - x.mean(1, keepdims=True)
            v = np.einsum("ij,ij->i", c, c)[:, None] / x.shape[1]
            c /= np.sqrt(v + 1e-5).astype(x.dtype)
            return c

        return self.pure(f, d["x"])

    def b_sum_grad_1(self, case, what, d):
        def f(x, a):
            s = sigmoid(a * x)
            return s.sum(), (s * (1 - s) * x).sum()

        # the reference sums in float64
        def check():
            x, a = d["x"].astype("float64"), float(d["a"])
            return list(f(x, a))

        return f, (d["x"], d["a"]), check

    def b_bias_relu(self, case, what, d):
        def f(x, b):
            t = x + b
            return np.maximum(t, 0, out=t)

        return self.pure(f, d["x"], d["b"])

    def b_matmul(self, case, what, d):
        if what == "matmul_bias_tanh":

            def f(A, B, b):
                t = A @ B
                t += b
                return np.tanh(t, out=t)

            return self.pure(f, d["A"], d["B"], d["b"])
        if what == "matmul_32_chain10":

            def f(A, B):
                y = A
                for _ in range(10):
                    y = y @ B
                return y

            return self.pure(f, d["A"], d["B"])
        return self.pure(lambda A, B: A @ B, d["A"], d["B"])

    def b_logreg_step(self, case, what, d):
        S = {"w": d["w"].copy(), "b": 0.0}

        def f(x, y):
            w = S["w"]
            p = 1 / (1 + np.exp(-(x @ w) - S["b"]))
            xent = -y * np.log(p) - (1 - y) * np.log(1 - p)
            g = (p - y) / len(y)
            S["w"] = w - 0.1 * (g @ x + 0.02 * w)
            S["b"] -= 0.1 * g.sum()
            return p > 0.5, xent

        def check():
            S["w"], S["b"] = d["w"].copy(), 0.0
            for _ in range(3):
                r = f(d["x"], d["y"])
            return [r[1], S["w"], S["b"]]

        return f, (d["x"], d["y"]), check

    def _mk(self, d, names, loss_grads, momentum, args):
        P = [d[n].copy() for n in names]
        V = [np.zeros_like(p) for p in P]
        lr, mom = np.float32(spec.LR), np.float32(spec.MOM)

        def f(x, y):
            cost, G = loss_grads(P, x, y)
            for p, v, g in zip(P, V, G):
                g *= lr
                if momentum:
                    v *= mom
                    v -= g
                    p += v
                else:
                    p -= g
            return cost

        def check():
            for n, p, v in zip(names, P, V):
                p[...] = d[n]
                v[...] = 0
            r = [f(*args) for _ in range(3)]
            return r[-1:] + [P[0].copy(), P[-1].copy()]

        return f, args, check

    def b_mlp_step(self, case, what, d):
        L = len(case.sizes) - 1
        names = [s % i for i in range(L) for s in ("W%d", "b%d")]

        def lg(P, x, y):
            hs = [x]
            for i in range(L):
                h = hs[-1] @ P[2 * i]
                h += P[2 * i + 1]
                if i < L - 1:
                    np.tanh(h, out=h)
                hs.append(h)
            cost, dz = logsoftmax_grad(hs[-1], y)
            G = [None] * (2 * L)
            for i in reversed(range(L)):
                G[2 * i] = hs[i].T @ dz
                G[2 * i + 1] = dz.sum(0)
                if i:
                    dz = dz @ P[2 * i].T
                    dz *= 1 - hs[i] * hs[i]
            return cost, G

        return self._mk(d, names, lg, True, (d["x"], d["y"]))

    def b_lenet_step(self, case, what, d):
        def im2col(x, k):
            w = np.lib.stride_tricks.sliding_window_view(
                x, (k, k), axis=(2, 3)
            )  # B,C,H,W,k,k
            B, C, Ho, Wo = w.shape[:4]
            return w.transpose(0, 2, 3, 1, 4, 5).reshape(B * Ho * Wo, C * k * k), Ho, Wo

        def pool(x):
            B, C, H, W = x.shape
            v = (
                x.reshape(B, C, H // 2, 2, W // 2, 2)
                .transpose(0, 1, 2, 4, 3, 5)
                .reshape(B, C, H // 2, W // 2, 4)
            )
            a = v.argmax(-1)
            return np.take_along_axis(v, a[..., None], -1)[..., 0], a

        def unpool(g, a):
            B, C, H, W = g.shape
            v = np.zeros((B, C, H, W, 4), g.dtype)
            np.put_along_axis(v, a[..., None], g[..., None], -1)
            return (
                v.reshape(B, C, H, W, 2, 2)
                .transpose(0, 1, 2, 4, 3, 5)
                .reshape(B, C, 2 * H, 2 * W)
            )

        def lg(P, x, y):
            K0, c0, K1, c1, W0, b0, W1, b1 = P
            B = len(x)
            C0, H0, _ = im2col(x, 5)
            z0 = (
                (C0 @ K0.reshape(20, -1).T).reshape(B, H0, H0, 20).transpose(0, 3, 1, 2)
            )
            p0, a0 = pool(z0)
            h0 = np.tanh(p0 + c0[:, None, None])
            C1, H1, _ = im2col(h0, 5)
            z1 = (
                (C1 @ K1.reshape(50, -1).T).reshape(B, H1, H1, 50).transpose(0, 3, 1, 2)
            )
            p1, a1 = pool(z1)
            h1 = np.tanh(p1 + c1[:, None, None])
            f1 = h1.reshape(B, -1)
            h2 = np.tanh(f1 @ W0 + b0)
            cost, dz = logsoftmax_grad(h2 @ W1 + b1, y)
            gW1, gb1 = h2.T @ dz, dz.sum(0)
            d2 = (dz @ W1.T) * (1 - h2 * h2)
            gW0, gb0 = f1.T @ d2, d2.sum(0)
            d1 = (d2 @ W0.T).reshape(h1.shape) * (1 - h1 * h1)
            gc1 = d1.sum((0, 2, 3))
            u1 = unpool(d1, a1).transpose(0, 2, 3, 1).reshape(-1, 50)
            gK1 = (u1.T @ C1).reshape(K1.shape)
            dC = (u1 @ K1.reshape(50, -1)).reshape(B, H1, H1, 20, 5, 5)
            dh = np.zeros_like(h0)
            for i in range(5):
                for j in range(5):
                    dh[:, :, i : i + H1, j : j + H1] += dC[..., i, j].transpose(
                        0, 3, 1, 2
                    )
            d0 = dh * (1 - h0 * h0)
            gc0 = d0.sum((0, 2, 3))
            u0 = unpool(d0, a0).transpose(0, 2, 3, 1).reshape(-1, 20)
            gK0 = (u0.T @ C0).reshape(K0.shape)
            return cost, [gK0, gc0, gK1, gc1, gW0, gb0, gW1, gb1]

        return self._mk(d, spec.LENET_P, lg, False, (d["x"], d["y"]))

    def b_lstm_step(self, case, what, d):
        H, T, B = case.H, case.T, case.B

        def lg(P, x, y):
            Wx, Wh, b, Wo, bo = P
            Z = (x.reshape(T * B, -1) @ Wx + b).reshape(T, B, 4 * H)
            h = np.zeros((T + 1, B, H), x.dtype)
            c = np.zeros((T + 1, B, H), x.dtype)
            A = np.empty((T, B, 4 * H), x.dtype)
            tc = np.empty((T, B, H), x.dtype)
            for t in range(T):
                z = Z[t] + h[t] @ Wh
                a = A[t]
                a[:, : 2 * H] = sigmoid(z[:, : 2 * H])
                a[:, 2 * H : 3 * H] = np.tanh(z[:, 2 * H : 3 * H])
                a[:, 3 * H :] = sigmoid(z[:, 3 * H :])
                c[t + 1] = a[:, H : 2 * H] * c[t] + a[:, :H] * a[:, 2 * H : 3 * H]
                np.tanh(c[t + 1], out=tc[t])
                h[t + 1] = a[:, 3 * H :] * tc[t]
            hf = h[1:].reshape(T * B, H)
            cost, dz = logsoftmax_grad(hf @ Wo + bo, y.ravel())
            gWo, gbo = hf.T @ dz, dz.sum(0)
            dh_all = (dz @ Wo.T).reshape(T, B, H)
            dZ = np.empty_like(A)
            dh, dc = np.zeros((B, H), x.dtype), np.zeros((B, H), x.dtype)
            WhT = np.ascontiguousarray(Wh.T)
            for t in reversed(range(T)):
                a = A[t]
                i, f, g, o = (
                    a[:, :H],
                    a[:, H : 2 * H],
                    a[:, 2 * H : 3 * H],
                    a[:, 3 * H :],
                )
                dh = dh + dh_all[t]
                dc = dc + dh * o * (1 - tc[t] * tc[t])
                q = dZ[t]
                q[:, :H] = dc * g * i * (1 - i)
                q[:, H : 2 * H] = dc * c[t] * f * (1 - f)
                q[:, 2 * H : 3 * H] = dc * i * (1 - g * g)
                q[:, 3 * H :] = dh * tc[t] * o * (1 - o)
                dc = dc * f
                dh = q @ WhT
            dZf = dZ.reshape(T * B, 4 * H)
            gWx = x.reshape(T * B, -1).T @ dZf
            gWh = h[:-1].reshape(T * B, H).T @ dZf
            return cost, [gWx, gWh, dZf.sum(0), gWo, gbo]

        return self._mk(d, spec.LSTM_P, lg, False, (d["x"], d["y"]))


def environ(cache):
    return {}
