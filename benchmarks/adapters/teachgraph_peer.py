"""teachgraph, through its public names only."""

from . import theanolike


class Adapter(theanolike.TheanoLike):
    name = "teachgraph"

    def __init__(self):
        import teachgraph as tg
        import teachgraph.tensor as T

        self.th, self.T = tg, T

    def mode(self, kind):
        if kind == "opt":
            return self.th.Mode(backend="python")
        return {"run": None, "nocc": "FAST_COMPILE"}[kind]

    def conv2d(self, x, filters):
        shape = filters.get_value(borrow=True).shape
        return self.T.nnet.conv2d(x, filters, filter_shape=shape, filter_flip=False)

    def b_normal(self, case, what, d):
        srng = self.th.random.RandomStreams(1)
        return self.drawn(
            self.function([], srng.normal((case.count,), dtype=case.dtype))
        )

    def pool2(self, x):
        return self.T.signal.pool.pool_2d(x, (2, 2), ignore_border=True)


def environ(cache):
    return {"TEACHGRAPH_FLAGS": f"base_compiledir={cache}"}
