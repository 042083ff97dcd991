"""PyTensor in its default mode, which compiles with numba."""

import os

from . import theanolike


class Adapter(theanolike.TheanoLike):
    name = "pytensor"

    def __init__(self):
        import pytensor
        import pytensor.tensor as T

        self.th, self.T = pytensor, T

    def mode(self, kind):
        from pytensor.compile.mode import Mode

        if kind == "opt":
            return Mode(linker="py", optimizer="fast_run")
        return {"run": None, "nocc": "FAST_COMPILE"}[kind]

    def softmax(self, x):
        return self.T.special.softmax(x, axis=1)

    def sigmoid(self, x):
        return self.T.sigmoid(x)

    def logsumexp(self, x):
        return self.T.logsumexp(x, axis=1)

    def nll(self, z, y, rows, classes):
        T = self.T
        return -T.mean(T.special.log_softmax(z, axis=1)[T.arange(rows), y])

    def tensor(self, dtype, ndim, name):
        return self.T.tensor(name, dtype=dtype, shape=(None,) * ndim)


def environ(cache):
    return {
        "PYTENSOR_FLAGS": f"base_compiledir={cache},blas__ldflags=-lopenblas",
        "NUMBA_CACHE_DIR": os.path.join(cache, "numba"),
    }
