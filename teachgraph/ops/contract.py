"""Sums of products by Einstein's notation, and other products of whole tensors.

    subscripts = operand, operand, ... [-> result]

Each operand is a word with a letter for each axis; `...` stands for the axes that have
none. Letters that the result does not name are summed over. Two operands at a time
become a product of matrices, one for each position along the axes they share and keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.core.record import record
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.dot import matrices_product, paired_axes
from teachgraph.ops.reshape import reshape
from teachgraph.ops.scalars import mul
from teachgraph.ops.shape import Axis, as_list, dimshuffle
from teachgraph.ops.statistics import sum
from teachgraph.ops.subscript import diagonal

DOTS = "..."


@record()
class Term:
    """A tensor and the label of each of its axes."""

    value: Variable
    labels: tuple[str, ...]

    def ordered(self, labels: Sequence[str]) -> Variable:
        """The tensor with its axes as named; those it lacks are 1 long."""
        order: list[Axis] = [
            self.labels.index(n) if n in self.labels else "x" for n in labels
        ]
        return dimshuffle(self.value, order)

    def without(self, labels: Sequence[str]) -> Term:
        """The sum over some labels."""
        axes = [a for a, n in enumerate(self.labels) if n in labels]
        if not axes:
            return self
        kept = tuple(n for n in self.labels if n not in labels)
        return Term(sum(self.value, axes), kept)


@define("np.einsum")
def einsum(subscripts: str, *operands: TensorLike, optimize: Any = False) -> Variable:
    """A sum of products of tensors, by Einstein's notation.

    Args:
        subscripts: such as `"ij,jk->ik"`: a letter for each axis of each operand, and
            of the result. Without a result: the letters that occur once, in order.
        operands: as many as there are words.
        optimize: taken for NumPy's sake; products are worked out from left to right.

    Raises:
        wrong-value: the words and the operands do not fit.
        shape-mismatch: axes with the same letter differ in length.

    >>> a, b = T.dmatrices("a", "b")
    >>> T.einsum("ij,jk->ik", a, b).type
    TensorType(dtype='float64', shape=(None, None))
    """
    del optimize
    words, result = _words(subscripts)
    if len(words) != len(operands):
        raise Fault(
            "wrong-value",
            f"{subscripts!r} speaks of {len(words)} operands, not {len(operands)}",
        )
    terms = [_term(w, as_tensor(x)) for w, x in zip(words, operands, strict=True)]
    wanted = _result_labels(words, result, terms)
    left = terms[0]
    for position, right in enumerate(terms[1:], 1):
        later = {n for t in terms[position + 1 :] for n in t.labels}
        left = _product(left, right, {*wanted, *later})
    left = left.without([n for n in left.labels if n not in wanted])
    return left.ordered(wanted)


def _words(subscripts: str) -> tuple[list[str], str | None]:
    text = subscripts.replace(" ", "")
    left, arrow, result = text.partition("->")
    words = left.split(",")
    for word in [*words, result]:
        letters = word.replace(DOTS, "", 1)
        if not all(c.isalpha() for c in letters):
            raise Fault("wrong-value", f"{word!r} is not made of letters and one ...")
    return words, result if arrow else None


def _term(word: str, x: Variable) -> Term:
    """An operand with its labels; one that is named twice is read on the diagonal.

    The axes under `...` are labelled by their number, counted from the last.
    """
    before, dots, after = word.partition(DOTS)
    rest = x.ndim - len(before) - len(after)
    if rest < 0 or (rest and not dots):
        raise Fault("wrong-value", f"{word!r} does not name the axes of {x.type}")
    labels = [*before, *map(str, reversed(range(rest))), *after]
    while len(set(labels)) < len(labels):
        twice = next(n for n in labels if labels.count(n) > 1)
        first, second = [a for a, n in enumerate(labels) if n == twice][:2]
        x = diagonal(x, 0, first, second)
        labels = [n for a, n in enumerate(labels) if a not in (first, second)]
        labels.append(twice)
    return Term(x, tuple(labels))


def _result_labels(
    words: Sequence[str], result: str | None, terms: Sequence[Term]
) -> tuple[str, ...]:
    """What the axes of the result are called, in order."""
    every = [n for t in terms for n in t.labels]
    dots = sorted({n for n in every if n.isdigit()}, key=int, reverse=True)
    if result is None:
        letters = "".join(words)
        once = sorted(n for n in letters if n.isalpha() and letters.count(n) == 1)
        return (*dots, *once)
    before, found, after = result.partition(DOTS)
    wanted = (*before, *(dots if found else ()), *after)
    wrong = [n for n in wanted if n not in every or wanted.count(n) > 1]
    if wrong:
        raise Fault(
            "wrong-value",
            f"the result {result!r} names {wrong[0]!r}, which is not one axis",
        )
    return wanted


def _product(left: Term, right: Term, needed: set[str]) -> Term:
    """Two operands multiplied, and summed over what nobody needs any more."""
    left, right = _unstretched(left, right), _unstretched(right, left)
    mine = [n for n in left.labels if n not in right.labels and n not in needed]
    yours = [n for n in right.labels if n not in left.labels and n not in needed]
    left, right = left.without(mine), right.without(yours)
    shared = [n for n in left.labels if n in right.labels]
    batch = [n for n in shared if n in needed]
    summed = [n for n in shared if n not in needed]
    rows = [n for n in left.labels if n not in shared]
    columns = [n for n in right.labels if n not in shared]
    labels = (*batch, *rows, *columns)
    if not summed:
        return Term(mul(left.ordered(labels), right.ordered(labels)), labels)
    a = left.ordered([*batch, *rows, *summed])
    b = right.ordered([*batch, *summed, *columns])
    found = matrices_product(a, b, batch=len(batch), summed=len(summed))
    return Term(found, labels)


def _unstretched(term: Term, other: Term) -> Term:
    """A term without axes known to be 1 long where the other one is longer."""
    single = [
        n
        for n, length in zip(term.labels, term.value.type.shape, strict=True)
        if length == 1 and n in other.labels
        if other.value.type.shape[other.labels.index(n)] != 1
    ]
    return term.without(single)


def batched_dot(a: TensorLike, b: TensorLike) -> Variable:
    """For each position along the first axis, the product of what stands there.

    Args:
        a, b: [batch, ...]; what stands at a position multiplies as in `dot`.

    Raises:
        wrong-rank: a single number, which has no batch.
        shape-mismatch: the batches, or the axes summed over, differ in length.

    >>> T.batched_dot(T.dtensor3("a"), T.dtensor3("b")).type
    TensorType(dtype='float64', shape=(None, None, None))
    """
    x, y = as_tensor(a), as_tensor(b)
    if not x.ndim or not y.ndim:
        raise Fault("wrong-rank", f"a batch has an axis: {x.type}, {y.type}")
    if x.ndim == 1 or y.ndim == 1:
        wide = dimshuffle(x, 0, *["x"] * (y.ndim - 1)) if x.ndim == 1 else x
        tall = dimshuffle(y, 0, *["x"] * (x.ndim - 1)) if y.ndim == 1 else y
        return mul(wide, tall)
    return batched_tensordot(x, y, ([x.ndim - 1], [max(y.ndim - 2, 1)]))


def batched_tensordot(x: TensorLike, y: TensorLike, axes: Any = 2) -> Variable:
    """For each position along the first axis, `tensordot` of what stands there.

    Args:
        axes: how many, the last of `x` and the first after the batch of `y`; or two
            lists of axes, counted with the batch axis, which is none of them.

    Raises:
        wrong-rank: the batch axis is among them.
        shape-mismatch: lengths of paired axes differ.
    """
    a, b = as_tensor(x), as_tensor(y)
    if isinstance(axes, int):
        left, right = range(a.ndim - axes, a.ndim), range(1, axes + 1)
    else:
        left, right = paired_axes(a, b, [as_list(s) for s in axes])
    if 0 in left or 0 in right:
        raise Fault("wrong-rank", f"axis 0 counts the batch; it is not in {axes}")
    rows = [i for i in range(1, a.ndim) if i not in left]
    columns = [i for i in range(1, b.ndim) if i not in right]
    return matrices_product(
        dimshuffle(a, [0, *rows, *left]),
        dimshuffle(b, [0, *right, *columns]),
        batch=1,
        summed=len(left),
    )


@define("np.kron")
def kron(a: TensorLike, b: TensorLike) -> Variable:
    """Kronecker's product: a block for each element of `a`, that many times `b`.

    >>> T.kron([1, 10], [1, 2]).eval()
    array([ 1,  2, 10, 20])
    """
    x, y = as_tensor(a), as_tensor(b)
    rank = max(x.ndim, y.ndim)
    x = dimshuffle(x, *["x"] * (rank - x.ndim), *range(x.ndim))
    y = dimshuffle(y, *["x"] * (rank - y.ndim), *range(y.ndim))
    wide: list[Axis] = [axis for a in range(rank) for axis in (a, "x")]
    inner: list[Axis] = [axis for a in range(rank) for axis in ("x", a)]
    product = mul(dimshuffle(x, wide), dimshuffle(y, inner))
    sides = zip(lengths_of(x), lengths_of(y), strict=True)
    return reshape(product, [mul(n, m) for n, m in sides])
