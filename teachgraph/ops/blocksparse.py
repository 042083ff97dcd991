"""Products with some blocks of a large matrix, chosen for each example."""

from __future__ import annotations

from teachgraph.core.graph import Variable
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.sliding import check_rank
from teachgraph.ops.subscript import getitem, inc_subtensor

__all__ = ["sparse_block_dot", "sparse_block_gemv", "sparse_block_outer"]


def sparse_block_gemv(
    o: TensorLike,
    W: TensorLike,
    h: TensorLike,
    inputIdx: TensorLike,
    outputIdx: TensorLike,
) -> Variable:
    """o[n, j] + sum over i of h[n, i] W[inputIdx[n, i], outputIdx[n, j]].

    Args:
        o: float[batch, outputs, output size].
        W: float[input blocks, output blocks, input size, output size].
        h: float[batch, inputs, input size].
        inputIdx: numbers of input blocks, int[batch, inputs].
        outputIdx: numbers of output blocks, int[batch, outputs].
    """
    rows, columns = as_tensor(inputIdx), as_tensor(outputIdx)
    check_rank(as_tensor(W).type, 4, "blocks", ("inputs", "outputs", "rows", "columns"))
    places = dimshuffle(rows, 0, 1, "x"), dimshuffle(columns, 0, "x", 1)
    blocks = getitem(as_tensor(W), places)  # batch, i, j, input size, output size
    terms = dimshuffle(as_tensor(h), 0, 1, "x", 2, "x") * blocks
    return as_tensor(o) + terms.sum(axis=(1, 3))


def sparse_block_outer(
    o: TensorLike,
    x: TensorLike,
    y: TensorLike,
    xIdx: TensorLike,
    yIdx: TensorLike,
    alpha: TensorLike = 1,
) -> Variable:
    """o with alpha times x[n, i] y[n, j]^T added to the block (xIdx[n, i], yIdx[n, j]).

    Args:
        o: float[x blocks, y blocks, x size, y size].
        x, y: float[batch, count, size].
        xIdx, yIdx: numbers of blocks, int[batch, count].
    """
    left = dimshuffle(as_tensor(x), 0, 1, "x", 2, "x")
    right = dimshuffle(as_tensor(y), 0, "x", 1, "x", 2)
    places = (
        dimshuffle(as_tensor(xIdx), 0, 1, "x"),
        dimshuffle(as_tensor(yIdx), 0, "x", 1),
    )
    chosen = getitem(as_tensor(o), places)
    return inc_subtensor(chosen, as_tensor(alpha) * left * right)


def sparse_block_dot(
    W: TensorLike,
    h: TensorLike,
    inputIdx: TensorLike,
    b: TensorLike,
    outputIdx: TensorLike,
) -> Variable:
    """Chosen blocks of a layer: h[n, i] W[i, j] summed over i, plus b[j] once.

    Args:
        W: float[input blocks, output blocks, input size, output size].
        h: float[batch, inputs, input size], or without the batch.
        inputIdx, outputIdx: numbers of blocks, int[batch, count], or without the batch.
        b: float[output blocks, output size].

    Returns:
        float[batch, outputs, output size].
    """
    v, rows, columns = as_tensor(h), as_tensor(inputIdx), as_tensor(outputIdx)
    if v.ndim == 2:
        v = dimshuffle(v, "x", 0, 1)
        rows, columns = dimshuffle(rows, "x", 0), dimshuffle(columns, "x", 0)
    return sparse_block_gemv(getitem(as_tensor(b), columns), W, v, rows, columns)
