"""JAX, jitted."""

import os

import numpy as np
import spec

from .base import Base, Unsupported, chain, tree


class Adapter(Base):
    name = "jax"

    def __init__(self):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        self.jax, self.np = jax, jnp

    def versions(self):
        import jaxlib

        return {"jax": self.jax.__version__, "jaxlib": jaxlib.__version__}

    def inputs(self, case):
        arrays = spec.inputs(case)
        if case.what == "call_vec1":
            return arrays  # numpy in, as the others get
        isarray = {k: isinstance(v, np.ndarray) for k, v in arrays.items()}
        return {k: self.np.asarray(v) if isarray[k] else v for k, v in arrays.items()}

    def pure(self, f, *args, **kw):
        g = self.jax.jit(f)
        block = self.jax.block_until_ready

        if kw.get("single", True):

            def run(*a):
                return g(*a).block_until_ready()
        else:

            def run(*a):
                return block(g(*a))

        def check():
            r = run(*args)
            return [np.asarray(v) for v in (r if isinstance(r, (list, tuple)) else [r])]

        return run, args, check

    def b_call(self, case, what, d):
        if what == "call_scalar":
            return self.pure(lambda x: x + 1, 1.5)
        if what == "call_vec1":
            return self.pure(lambda x: x + 1, d["x"])
        if what == "call_10scalars":
            return self.pure(
                lambda a, b, c, d, e, f, g, h, i, j: (
                    a + b + c + d + e + f + g + h + i + j
                ),
                *[float(i) for i in range(10)],
            )
        S = [d["w"]]
        g = self.jax.jit(lambda w, x: w * 0.9 + x, donate_argnums=0)
        S = [self.np.array(d["w"])]

        def f(x):
            S[0] = g(S[0], x)
            S[0].block_until_ready()

        def check():
            S[0] = self.np.array(d["w"])
            for _ in range(3):
                f(d["x"])
            return [np.array(S[0])]

        return f, (d["x"],), check

    def b_normal(self, case, what, d):
        random, shape = self.jax.random, (case.count,)
        g = self.jax.jit(lambda key: random.normal(key, shape, dtype=case.dtype))
        return self.drawn(lambda key: g(key).block_until_ready(), random.key(1))

    def b_ew(self, case, what, d):
        kind = what.split("_")[1]
        jnp = self.np
        if kind == "axpy":
            return self.pure(lambda x, y: 2.5 * x + y, d["x"], d["y"])
        if kind == "logistic":

            def f(x):
                return 1 / (1 + jnp.exp(-x))
        elif kind == "gelu":

            def f(x):
                cubic = x + spec.GELU_B * x * x * x
                return 0.5 * x * (1 + jnp.tanh(spec.GELU_A * cubic))

        elif kind == "poly":

            def f(x):
                r = spec.POLY[0]
                for c in spec.POLY[1:]:
                    r = r * x + c
                return r
        else:

            def f(x):
                t = jnp.tanh(x * 1.1 + 0.5)
                return jnp.maximum(jnp.abs(jnp.log(jnp.sqrt(t * t + 1)) - x), 0.1)

        return self.pure(f, d["x"])

    def b_chain20(self, case, what, d):
        return self.pure(lambda x: chain(x, 20, self.np.tanh), d["x"])

    def b_sum_ax(self, case, what, d):
        ax = {"all": None, "0": 0, "1": 1}[case.ax]
        return self.pure(lambda x: x.sum(axis=ax), d["x"])

    def b_softmax(self, case, what, d):
        return self.pure(lambda x: self.jax.nn.softmax(x, axis=1), d["x"])

    def b_logsumexp(self, case, what, d):
        return self.pure(lambda x: self.jax.nn.logsumexp(x, axis=1), d["x"])

    def b_layernorm(self, case, what, d):
        jnp = self.np

        def f(x):
            c = x - x.mean(1, keepdims=True)
            return c / jnp.sqrt((c**2).mean(1, keepdims=True) + 1e-5)

        return self.pure(f, d["x"])

    def b_sum_grad_1(self, case, what, d):
        g = self.jax.value_and_grad(lambda a, x: self.jax.nn.sigmoid(a * x).sum())
        return self.pure(lambda x, a: g(a, x), d["x"], d["a"], single=False)

    def b_bias_relu(self, case, what, d):
        return self.pure(lambda x, b: self.np.maximum(x + b, 0), d["x"], d["b"])

    def b_matmul(self, case, what, d):
        jnp = self.np
        if what == "matmul_bias_tanh":
            return self.pure(
                lambda A, B, b: jnp.tanh(A @ B + b), d["A"], d["B"], d["b"]
            )
        if what == "matmul_32_chain10":

            def f(A, B):
                y = A
                for _ in range(10):
                    y = y @ B
                return y

            return self.pure(f, d["A"], d["B"])
        return self.pure(lambda A, B: A @ B, d["A"], d["B"])

    def b_logreg_step(self, case, what, d):
        jax, jnp = self.jax, self.np

        def loss(P, x, y):
            w, b = P
            p = 1 / (1 + jnp.exp(-(x @ w) - b))
            xent = -y * jnp.log(p) - (1 - y) * jnp.log(1 - p)
            return xent.mean() + 0.01 * (w**2).sum(), (p > 0.5, xent)

        def step(P, x, y):
            (_, aux), G = jax.value_and_grad(loss, has_aux=True)(P, x, y)
            return [p - 0.1 * g for p, g in zip(P, G)], aux

        return self._state(
            step, [d["w"], 0.0], (d["x"], d["y"]), lambda S, r: [r[1], S[0], S[1]]
        )

    def _state(self, step, P0, args, outs):
        jax, jnp = self.jax, self.np
        P0 = [np.array(p) for p in P0]
        g = jax.jit(step, donate_argnums=0)
        S = [None]
        block = jax.block_until_ready

        def reset():
            S[0] = [jnp.array(p) for p in P0]

        def f(*a):
            S[0], r = g(S[0], *a)
            return block(r)

        def check():
            reset()
            for _ in range(3):
                r = f(*args)
            block(S[0])
            return [np.array(v) for v in outs(S[0], r)]

        reset()
        return f, args, check

    def _train(self, d, names, loss, momentum):
        jax, _jnp = self.jax, self.np
        lr, mom = np.float32(spec.LR), np.float32(spec.MOM)
        k = len(names)

        def step(S, x, y):
            P, V = S[:k], S[k:]
            cost, G = jax.value_and_grad(loss)(P, x, y)
            if momentum:
                V = [mom * v - lr * g for v, g in zip(V, G)]
                P = [p + v for p, v in zip(P, V)]
            else:
                P = [p - lr * g for p, g in zip(P, G)]
            return P + V, cost

        P0 = [d[n] for n in names]
        V0 = [np.zeros(p.shape, "float32") for p in P0] if momentum else []
        return self._state(
            step, P0 + V0, (d["x"], d["y"]), lambda S, r: [r, S[0], S[k - 1]]
        )

    def nll(self, z, y):
        logs = self.jax.nn.log_softmax(z, axis=1)
        return -self.np.take_along_axis(logs, y[:, None], 1).mean()

    def b_mlp_step(self, case, what, d):
        L = len(case.sizes) - 1
        names = [s % i for i in range(L) for s in ("W%d", "b%d")]

        def loss(P, x, y):
            h = x
            for i in range(L):
                h = h @ P[2 * i] + P[2 * i + 1]
                if i < L - 1:
                    h = self.np.tanh(h)
            return self.nll(h, y)

        return self._train(d, names, loss, True)

    def b_lenet_step(self, case, what, d):
        lax, jnp = self.jax.lax, self.np

        def pool(x):
            return lax.reduce_window(
                x, -np.float32(np.inf), lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID"
            )

        def loss(P, x, y):
            K0, c0, K1, c1, W0, b0, W1, b1 = P
            h = jnp.tanh(pool(lax.conv(x, K0, (1, 1), "VALID")) + c0[:, None, None])
            h = jnp.tanh(pool(lax.conv(h, K1, (1, 1), "VALID")) + c1[:, None, None])
            h = jnp.tanh(h.reshape(h.shape[0], -1) @ W0 + b0)
            return self.nll(h @ W1 + b1, y)

        return self._train(d, spec.LENET_P, loss, False)

    def b_lstm_step(self, case, what, d):
        jax, jnp = self.jax, self.np
        H, B = case.H, case.B
        sg = jax.nn.sigmoid

        def loss(P, x, y):
            Wx, Wh, b, Wo, bo = P
            Z = x @ Wx + b

            def step(hc, z_t):
                h, c = hc
                z = z_t + h @ Wh
                i, f, g, o = jnp.split(z, 4, axis=1)
                c = sg(f) * c + sg(i) * jnp.tanh(g)
                h = sg(o) * jnp.tanh(c)
                return (h, c), h

            h0 = jnp.zeros((B, H), "float32")
            _, hs = jax.lax.scan(step, (h0, h0), Z)
            return self.nll(hs.reshape(-1, H) @ Wo + bo, y.reshape(-1))

        return self._train(d, spec.LSTM_P, loss, False)

    def graph(self, kind, x, n):
        jnp = self.np
        return chain(x, n, jnp.tanh) if kind == "chain" else tree(x, n, jnp.maximum)

    def scaling(self, kind, n, mode):
        jax, jnp = self.jax, self.np
        if mode == "nocc" or kind == "gradient":
            raise Unsupported("no such mode")
        if kind in ("chain", "tree"):
            x = jnp.linspace(-1, 1, 10)
            low = jax.jit(lambda x: self.graph(kind, x, n)).lower(x)
            if (
                mode == "opt"
            ):  # trace and lower to StableHLO: XLA's own rewrites are in 'run'
                return lambda: np.zeros(10)
            g = low.compile()
            return lambda: np.asarray(g(x))
        r = spec.rs(3)
        P = []
        for _ in range(n):
            P += [jnp.asarray(r.standard_normal((64, 64)) / 8.0), jnp.zeros(64)]

        def loss(P, x):
            h = x
            for i in range(n):
                h = jnp.tanh(h @ P[2 * i] + P[2 * i + 1])
            return (h**2).mean()

        def step(P, x):
            c, G = jax.value_and_grad(loss)(P, x)
            return c, [p - 0.01 * g for p, g in zip(P, G)]

        x = jnp.ones((16, 64))
        low = jax.jit(step).lower(P, x)
        if mode == "opt":
            return lambda: np.zeros(1)
        g = low.compile()
        return lambda: np.asarray(g(P, x)[0])


def environ(cache):
    return {
        "JAX_COMPILATION_CACHE_DIR": os.path.join(cache, "jax"),
        "JAX_PLATFORMS": "cpu",
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=true",
    }
