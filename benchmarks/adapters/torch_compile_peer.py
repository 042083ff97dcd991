"""torch.compile (inductor, C++/OpenMP code on the CPU)."""

import os

import spec

from . import torch_peer
from .base import Unsupported


class Adapter(torch_peer.Adapter):
    name = "torch_compile"

    def jit(self, f):
        self.t._dynamo.reset()
        return self.t.compile(f)

    def b_lstm_step(self, case, what, d):
        raise Unsupported(
            "inductor leaves the fused LSTM to eager; unrolling 50 steps takes minutes"
        )

    def scaling(self, kind, n, mode):
        t = self.t
        if mode != "run" or kind == "gradient":
            raise Unsupported("no such mode")
        t._dynamo.reset()
        if kind in ("chain", "tree"):
            g = t.compile(lambda x: self.graph(kind, x, n))
            x = t.linspace(-1, 1, 10, dtype=t.float64)
            return lambda: g(x).numpy()
        r = spec.rs(3)
        P = []
        for _ in range(n):
            weights = t.from_numpy(r.standard_normal((64, 64)) / 8.0)
            bias = t.zeros(64, dtype=t.float64)
            P += [weights.requires_grad_(True), bias.requires_grad_(True)]

        def loss(x, *P):
            h = x
            for i in range(n):
                h = t.tanh(t.addmm(P[2 * i + 1], h, P[2 * i]))
            return (h**2).mean()

        loss = t.compile(loss)
        opt = t.optim.SGD(P, lr=0.01)

        def f():
            opt.zero_grad()
            c = loss(t.ones(16, 64, dtype=t.float64), *P)
            c.backward()
            opt.step()
            return c.detach().numpy()

        return f


def environ(cache):
    return {
        "TORCHINDUCTOR_CACHE_DIR": os.path.join(cache, "inductor"),
        "TRITON_CACHE_DIR": os.path.join(cache, "triton"),
        "TORCHINDUCTOR_COMPILE_THREADS": "1",
    }
