"""The C and CUDA that students read, in golden files.

The contract with the caller, which stands in front of each file of C, is left away.
"""

from collections.abc import Callable

import numpy as np
import pytest
from running import fused, program_of
from sources import Golden

import teachgraph.tensor as T
from teachgraph.backend.chain import parts
from teachgraph.backend.csource import Options, Unit, c_source
from teachgraph.backend.cuda import cuda_kernels, cuda_source
from teachgraph.backend.seam import ABI_PRELUDE
from teachgraph.core.graph import Graph, Variable
from teachgraph.kernel.render.clike import source_text
from teachgraph.ops.scan import Scan


def logistic() -> Graph:
    x = T.dvector("x")
    return Graph((x,), (1 / (1 + T.exp(-x)),))


def softmax() -> Graph:
    x = T.fmatrix("x")
    e = T.exp(x - x.max(axis=1, keepdims=True))
    return Graph((x,), (e / e.sum(axis=1, keepdims=True),))


def layernorm() -> Graph:
    x, gain = T.dmatrix("x"), T.dvector("gain")
    c = x - x.mean(axis=1, keepdims=True)
    c.name = "centred"
    return Graph((x, gain), (gain * c / T.sqrt((c * c).mean(axis=1, keepdims=True)),))


def column_sums() -> Graph:
    x = T.dmatrix("x")
    return Graph((x,), (T.exp(x).sum(axis=0),))


def sum_of_all() -> Graph:
    x, y = T.dvectors("x", "y")
    return Graph((x, y), ((x * y).sum(),))


def argmax() -> Graph:
    x = T.dmatrix("x")
    return Graph((x,), (x.argmax(axis=1),))


def gather() -> Graph:
    x, i = T.dmatrix("x"), T.lvector("i")
    return Graph((x, i), (x[i] * 2,))


def bias_relu() -> Graph:
    x, b = T.fmatrix("x"), T.fvector("b")
    return Graph((x, b), (T.maximum(x + b, np.float32(0)),))


def whole_division() -> Graph:
    a, b = T.lvector("a"), T.ivector("b")
    return Graph((a, b), (a // b, a % 7))


def complex_product() -> Graph:
    a, b = T.zvectors("a", "b")
    return Graph((a, b), (T.abs_(a * b),))


def recurrence() -> Graph:
    x, start, decay = T.dmatrix("x"), T.dmatrix("start"), T.dscalar("decay")
    row, past, by = T.dvector("row"), T.dvector("past"), T.dscalar("by")
    new = T.tanh(past * by + row)
    turn = fused(Graph((row, past, by), (new, new.sum())))
    op = Scan(turn, 1, ((-1,),), keep=(1, None))
    return Graph((x, start, decay), op.make(x.shape[0], x, start, decay).outputs)


GRAPHS: list[Callable[[], Graph]] = [
    logistic,
    softmax,
    layernorm,
    column_sums,
    sum_of_all,
    argmax,
    gather,
    bias_relu,
    whole_division,
    complex_product,
    recurrence,
]
every_graph = pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)


@every_graph
def test_c_reads_well(make: Callable[[], Graph], golden: Golden):
    (part,) = parts(program_of(fused(make())))
    assert isinstance(part.work, Unit)
    text = c_source(part.work, Options()).text
    golden(f"kernels/{make.__name__}.c", text.removeprefix(ABI_PRELUDE).lstrip())


@every_graph
def test_cuda_reads_well(make: Callable[[], Graph], golden: Golden):
    kernels = cuda_kernels(program_of(fused(make())))
    if kernels:
        golden(f"kernels/{make.__name__}.cu", source_text(cuda_source(kernels)))
    else:
        assert make is complex_product


def test_a_comment_cannot_be_ended_by_a_name():
    x = Variable(T.TensorType("float64", (None,)), "x */ #error \\")
    (part,) = parts(program_of(Graph((x,), (x + 1,))))
    assert "#error */" not in c_source(part.work, Options()).text
