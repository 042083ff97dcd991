"""numexpr: fused elementwise expressions only (its threaded virtual machine)."""

import numpy as np
import spec

from .base import Base, Unsupported

EXPR = {
    "axpy": "c(2.5)*x + y",
    "logistic": "c(1)/(c(1)+exp(-x))",
    "gelu": f"c(0.5)*x*(c(1)+tanh(c({spec.GELU_A!r})*(x+c({spec.GELU_B!r})*x*x*x)))",
    "chain10": "maximum(abs(log(sqrt(tanh(x*c(1.1)+c(0.5))**2+c(1)))-x), c(0.1))",
}


class Adapter(Base):
    name = "numexpr"

    def __init__(self):
        import numexpr

        self.ne = numexpr
        numexpr.set_num_threads(2)

    def versions(self):
        return {"numexpr": self.ne.__version__}

    def build(self, case):
        from numexpr.expressions import ConstantNode, VariableNode, functions
        from numexpr.necompiler import NumExpr, double

        if not case.what.startswith("ew_"):
            raise Unsupported("elementwise only")
        kind = case.what.split("_")[1]
        arrays = spec.inputs(case)
        single = case.dtype == "float32"
        typ, kindname = (float, "float") if single else (double, "double")
        names = list(arrays)
        text = horner() if kind == "poly" else EXPR[kind]

        def constant(value):
            return ConstantNode(np.dtype(case.dtype).type(value), kindname)

        variables = {n: VariableNode(n, kindname) for n in names}
        expression = eval(text, dict(functions, c=constant, **variables))
        fn = NumExpr(expression, signature=[(n, typ) for n in names])
        return self.pure(fn, *arrays.values())


def horner():
    text = f"c({spec.POLY[0]!r})"
    for value in spec.POLY[1:]:
        text = f"({text})*x+c({value!r})"
    return text


def environ(cache):
    return {}
