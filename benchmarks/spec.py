"""The cases: their inputs, sizes, traffic, and what teachgraph has to reach.

A case has a name, a group, a dtype, sizes, and, for the roofline, the bytes that must
cross the memory bus once, or the floating-point operations. Inputs come from numpy's
legacy RandomState, which gives the same numbers in every version, so that peers in
different environments can be compared value by value.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LR, MOM = 0.01, 0.9
LENET_P = ("K0", "c0", "K1", "c1", "W0", "b0", "W1", "b1")
LSTM_P = ("Wx", "Wh", "b", "Wo", "bo")
MLP = (784, 500, 500, 10)
# Horner, degree 8
POLY = (0.3, -0.2, 0.15, 0.5, -0.7, 0.11, 0.9, -0.33, 1.25)
GELU_A, GELU_B = 0.7978845608028654, 0.044715
BIG = 10_000_000  # larger than any cache

# What teachgraph has to reach: at most so many times the time of a peer (or of the best
# one), or a number of seconds.
RATIO_GATES = {
    "call_vec1": ("numpy", 1.0),
    "ew_logistic_f32": ("best", 1.3),
    "ew_chain10_f32": ("best", 1.3),
    "softmax": ("best", 1.3),
    "layernorm": ("best", 1.3),
    "bias_relu": ("best", 1.3),
    "normal_f32": ("numpy", 1.0),
    "normal_f64": ("numpy", 1.0),
    "mlp_step": ("best", 1.3),
    "lenet_step": ("best", 1.3),
    "lstm_step": ("best", 1.3),
    "scale_gradient_opt_300": ("pytensor", 0.5),
}
SECONDS_GATES = {"first_logistic_cold": 0.150}


@dataclass(frozen=True)
class Case:
    """One thing to measure. Sizes are attributes: `case.n` is `case.size["n"]`."""

    name: str
    group: str
    dtype: str = "float32"
    tol: float = 2e-4
    reads: int = 0
    writes: int = 0
    flops: int = 0
    kernel: str = ""  # the C loop with the same traffic
    quick: bool = True
    size: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, key: str) -> Any:
        if key == "size" or key not in self.size:
            raise AttributeError(key)
        return self.size[key]

    @property
    def what(self) -> str:
        """The computation, where the case is one of several on it."""
        return self.size.get("what", self.name)


def itemsize(dtype: str) -> int:
    return np.dtype(dtype).itemsize


def call_cases() -> list[Case]:
    """What a call costs."""
    names = ("call_scalar", "call_vec1", "call_10scalars")
    cases = [Case(name, "call", "float64", tol=1e-8) for name in names]
    size = {"n": 10}
    return [*cases, Case("call_shared_update", "call", "float64", tol=1e-8, size=size)]


def elementwise_cases() -> list[Case]:
    """Fused elementwise expressions on ten million numbers."""
    cases = []
    for kind in ("axpy", "logistic", "gelu", "poly", "chain10"):
        for dtype, short in (("float32", "f32"), ("float64", "f64")):
            arrays = 2 if kind == "axpy" else 1
            quick = kind in ("logistic", "axpy") or (kind, short) == ("chain10", "f32")
            case = Case(
                f"ew_{kind}_{short}",
                "elemwise",
                dtype,
                tol=2e-5 if dtype == "float32" else 1e-10,
                reads=arrays * BIG * itemsize(dtype),
                writes=BIG * itemsize(dtype),
                kernel="triad" if kind == "axpy" else "scale",
                quick=quick,
                size={"n": BIG},
            )
            cases.append(case)
    return cases


def reduction_cases() -> list[Case]:
    """Sums, and what is made of them."""
    m = 4096
    cases = []
    for axis in ("all", "0", "1"):
        case = Case(
            f"sum_ax{axis}",
            "reduce",
            tol=3e-4,
            reads=m * m * 4,
            writes=4,
            kernel="readsum",
            size={"m": m, "n": m, "ax": axis},
        )
        cases.append(case)
    for kind in ("softmax", "logsumexp", "layernorm"):
        width = 1024 if kind == "layernorm" else 1000
        small = kind == "logsumexp"
        case = Case(
            kind,
            "reduce",
            reads=m * width * 4,
            writes=4 if small else m * width * 4,
            kernel="readsum" if small else "scale",
            size={"m": m, "n": width},
        )
        cases.append(case)
    reads = BIG * 4
    gradient = Case(
        "sum_grad_1",
        "reduce",
        tol=1e-3,
        reads=reads,
        writes=4,
        kernel="readsum",
        size={"n": BIG},
    )
    return [*cases, gradient]


def matmul_cases() -> list[Case]:
    """Broadcasting and matrix products."""
    m, w, n = 4096, 1024, 1024
    bytes_ = m * w * 4
    size = {"m": m, "n": w}
    big, small = {"n": n}, {"n": 32}
    return [
        Case(
            "bias_relu",
            "matmul",
            reads=bytes_,
            writes=bytes_,
            kernel="scale",
            size=size,
        ),
        Case("matmul_1024", "matmul", flops=2 * n**3, size=big),
        Case("matmul_bias_tanh", "matmul", flops=2 * n**3, size=big),
        Case("matmul_32", "matmul", flops=2 * 32**3, size=small),
        Case("matmul_32_chain10", "matmul", tol=2e-3, flops=20 * 32**3, size=small),
    ]


def training_cases() -> list[Case]:
    """One step of training: forward, backward, update."""
    batch = 128
    weights = sum(a * b for a, b in itertools.pairwise(MLP))
    lstm = {"T": 50, "B": 32, "D": 64, "H": 128}
    lstm_flops = 6 * 50 * 32 * ((64 + 128) * 512 + 128 * 64)
    mlp = {"batch": batch, "sizes": MLP}
    logreg = {"n": 400, "feats": 784}
    return [
        Case("logreg_step", "train", "float64", tol=1e-7, size=logreg),
        Case("mlp_step", "train", tol=2e-3, flops=6 * batch * weights, size=mlp),
        Case("lenet_step", "train", tol=2e-3, quick=False, size={"batch": 64}),
        Case("lstm_step", "train", tol=2e-3, flops=lstm_flops, size=lstm),
    ]


def random_cases() -> list[Case]:
    """A million normal numbers, by a counter-based generator where there is one."""
    count = 1_000_000
    return [
        Case(
            f"normal_{short}",
            "random",
            dtype,
            tol=0.06,
            writes=count * itemsize(dtype),
            size={"count": count, "what": "normal"},
        )
        for dtype, short in (("float32", "f32"), ("float64", "f64"))
    ]


def steady_cases(quick: bool = False) -> list[Case]:
    """The cases that are sampled again and again in one process per peer."""
    cases = call_cases() + elementwise_cases() + reduction_cases()
    cases += matmul_cases() + random_cases() + training_cases()
    return [c for c in cases if c.quick or not quick]


def oneshot_cases(quick: bool = False) -> list[Case]:
    """From nothing to a first result, each in a process of its own."""
    mlp = {"what": "mlp_step", "batch": 128, "sizes": MLP}
    lstm = {"what": "lstm_step", "T": 50, "B": 32, "D": 64, "H": 128}
    logistic = {"what": "ew_logistic_small", "n": 100}
    cases = [
        Case("first_logistic", "first", "float64", size=logistic),
        Case("first_mlp", "first", size=mlp),
        Case("first_lstm", "first", quick=False, size=lstm),
    ]
    return [c for c in cases if c.quick or not quick]


def scaling_cases(quick: bool = False) -> list[tuple[str, str, tuple[int, ...]]]:
    """Kind, mode and growing sizes of large graphs.

    Modes: `nocc` is the cheapest without a C or JIT compiler, `opt` all rewrites
    without one, `run` the default.
    """
    sizes = (100, 1000) if quick else (100, 1000, 5000)
    deep = (10, 50) if quick else (10, 50, 100)
    slopes = (75, 300) if quick else (75, 300, 1200)
    modes = ("nocc", "opt", "run")
    kinds = (
        ("chain", sizes),
        ("tree", sizes),
        ("deepgrad", deep),
        ("gradient", slopes),
    )
    return [(kind, mode, ns) for mode in modes for kind, ns in kinds]


def scaling_name(kind: str, mode: str, n: int) -> str:
    """What a large graph of n operations is called, such as `scale_chain_opt_100`."""
    return f"scale_{kind}_{mode}_{n}"


def memory_cases() -> list[Case]:
    """The cases whose peak of memory is taken."""
    mlp = {"what": "mlp_step", "batch": 128, "sizes": MLP}
    lstm = {"what": "lstm_step", "T": 50, "B": 32, "D": 64, "H": 128}
    chain = {"what": "chain20", "n": BIG}
    return [
        Case("rss_mlp", "memory", size=mlp),
        Case("rss_lstm", "memory", size=lstm),
        Case("rss_chain20", "memory", "float64", size=chain),
    ]


def rs(seed: int = 0) -> np.random.RandomState:
    return np.random.RandomState(seed)


def inputs(case: Case) -> dict[str, Any]:
    """The inputs of a case, as numpy arrays by name."""
    r = rs(7)

    def normal(*shape: int, scale: float = 1.0) -> np.ndarray:
        return (scale * r.standard_normal(shape)).astype(case.dtype)

    match case.what:
        case "ew_logistic_small":
            return {"x": normal(case.n, case.n)}
        case "ew_axpy_f32" | "ew_axpy_f64":
            return {"x": normal(case.n), "y": normal(case.n)}
        case "call_vec1":
            return {"x": np.array([1.5])}
        case "call_shared_update":
            return {"x": np.linspace(0, 1, case.n), "w": np.zeros(case.n)}
        case "call_scalar" | "call_10scalars":
            return {"x": 1.5}
        case "sum_grad_1":
            return {"x": normal(case.n), "a": np.float32(0.7)}
        case "bias_relu":
            return {"x": normal(case.m, case.n), "b": normal(case.n)}
        case "logreg_step":
            return logreg_inputs(case, r)
        case "mlp_step":
            return mlp_inputs(case, r)
        case "lenet_step":
            return lenet_inputs(case, r)
        case "lstm_step":
            return lstm_inputs(case, r)
    if case.what.startswith("matmul"):
        scale = 1.0 / np.sqrt(case.n) if "chain" in case.what else 0.05
        square = (case.n, case.n)
        return {
            "A": normal(*square),
            "B": normal(*square, scale=scale),
            "b": normal(case.n),
        }
    if case.group == "random":
        return {}
    if case.group == "reduce":
        return {"x": normal(case.m, case.n)}
    return {"x": normal(case.n)}


def logreg_inputs(case: Case, r: np.random.RandomState) -> dict[str, Any]:
    return {
        "x": r.standard_normal((case.n, case.feats)),
        "y": r.randint(0, 2, case.n).astype("float64"),
        "w": 0.1 * r.standard_normal(case.feats),
    }


def mlp_inputs(case: Case, r: np.random.RandomState) -> dict[str, Any]:
    d = {
        "x": r.standard_normal((case.batch, case.sizes[0])).astype("float32"),
        "y": r.randint(0, case.sizes[-1], case.batch).astype("int32"),
    }
    for i, (a, b) in enumerate(itertools.pairwise(case.sizes)):
        d[f"W{i}"] = (r.standard_normal((a, b)) / np.sqrt(a)).astype("float32")
        d[f"b{i}"] = np.zeros(b, "float32")
    return d


def lenet_inputs(case: Case, r: np.random.RandomState) -> dict[str, Any]:
    def weights(*shape: int, fan: float) -> np.ndarray:
        return (r.standard_normal(shape) / np.sqrt(fan)).astype("float32")

    return {
        "x": r.standard_normal((case.batch, 1, 28, 28)).astype("float32"),
        "y": r.randint(0, 10, case.batch).astype("int32"),
        "K0": weights(20, 1, 5, 5, fan=25),
        "c0": np.zeros(20, "float32"),
        "K1": weights(50, 20, 5, 5, fan=500),
        "c1": np.zeros(50, "float32"),
        "W0": weights(800, 500, fan=800),
        "b0": np.zeros(500, "float32"),
        "W1": weights(500, 10, fan=500),
        "b1": np.zeros(10, "float32"),
    }


def lstm_inputs(case: Case, r: np.random.RandomState) -> dict[str, Any]:
    steps, batch, width, hidden = case.T, case.B, case.D, case.H

    def weights(rows: int, columns: int) -> np.ndarray:
        return (r.standard_normal((rows, columns)) / np.sqrt(rows)).astype("float32")

    return {
        "x": r.standard_normal((steps, batch, width)).astype("float32"),
        "y": r.randint(0, width, (steps, batch)).astype("int32"),
        "Wx": weights(width, 4 * hidden),
        "Wh": weights(hidden, 4 * hidden),
        "b": np.zeros(4 * hidden, "float32"),
        "Wo": weights(hidden, width),
        "bo": np.zeros(width, "float32"),
    }


def digest(outputs: list[Any]) -> list[dict[str, Any]]:
    """A short fingerprint of each output: its size, a sum, 64 of its entries."""
    result = []
    for output in outputs:
        flat = np.asarray(output).astype("float64").ravel()
        sampled = np.linspace(0, flat.size - 1, min(64, flat.size)).astype("int64")
        result.append(
            {
                "size": int(flat.size),
                "asum": float(np.abs(flat).sum()),
                "v": [float(v) for v in flat[sampled]],
            }
        )
    return result


def relerr(got: list[dict[str, Any]], expected: list[dict[str, Any]]) -> float:
    """The largest error of a digest, relative to the scale of the expected outputs."""
    if [d["size"] for d in got] != [d["size"] for d in expected]:
        return float("inf")
    worst = 0.0
    for a, b in zip(got, expected, strict=True):
        va, vb = np.array(a["v"]), np.array(b["v"])
        if not np.all(np.isfinite(va)):
            return float("inf")
        if len(vb):
            scale = max(np.abs(vb).max(), 1e-30)
            worst = max(worst, float(np.abs(va - vb).max() / scale))
        worst = max(worst, abs(a["asum"] - b["asum"]) / max(b["asum"], 1e-30))
    return worst
