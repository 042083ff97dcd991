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

    def scan(self, step, **parts):
        raise theanolike.Unsupported("no scan")


def environ(cache):
    return {"TEACHGRAPH_FLAGS": f"base_compiledir={cache}"}
