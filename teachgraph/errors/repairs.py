"""What to do about a fault, where the one who found it does not say.

`infer` of an op knows what it refuses, and says so in a title; what helps is often the
same for many ops, and stands here once: first by the words of a title, then by the code
alone. A fault that brings hints of its own keeps those.
"""

from __future__ import annotations

import re

from teachgraph.core.report import REPAIRS, Hint, Report

Choice = tuple[str, tuple[Hint, ...]]

WHOLE = Hint("make a whole number of it", "T.cast(n, 'int64')")
LENGTH_OF = Hint("or take the length of an axis", "x.shape[0]")

BY_TITLE: tuple[Choice, ...] = (
    (
        r"a length is a whole number, not \w+\[.",
        (Hint("its shape may be meant", "x.shape"),),
    ),
    (r"(length|number of turns|n_steps|places).* whole", (WHOLE, LENGTH_OF)),
    (r"length of -\d+ is asked for", (Hint("keep lengths at 0 or above"),)),
    (
        r"more axes than the \d+ lengths",
        (Hint("ask for as many lengths as there are axes, or take axes away"),),
    ),
    (
        r"more axes than the .* assigned to",
        (Hint("put in what has the axes of that part, or fewer"),),
    ),
    (r"cannot be put into", (Hint("cast what is put in", "value.astype(x.dtype)"),)),
    (
        r"index is a whole number",
        (
            Hint("make whole numbers of it", "T.cast(i, 'int64')"),
            Hint("to choose by a condition, compare", "x[(mask > 0).nonzero()]"),
        ),
    ),
    (
        r"(bound of a slice|position or bound) has no axes",
        (Hint("take one element of it", "n[0]"),),
    ),
    (
        r"step of a (slice|range) is 0",
        (Hint("step by 1 or more, or by -1", "x[::-1]"),),
    ),
    (r"only one \.\.\.", (Hint("leave one `...` in", "x[..., 0]"),)),
    (
        r"axes are indexed, but",
        (Hint("give one index for each axis at most", "x[0, 1]"),),
    ),
    (r"bounds of a range are scalars", (Hint("take one number", "T.arange(n[0])"),)),
    (r"do not fall into .* groups", (Hint("let num_groups divide the channels"),)),
    (r"filter_shape has", (Hint("say all four lengths", "filter_shape=w.shape"),)),
    (
        r"a matrix or a vector is multiplied",
        (Hint("for more axes, say which to sum over", "T.tensordot(x, y, axes=1)"),),
    ),
    (
        r"a batch of matrices has 3 axes",
        (Hint("put the batch axis in first", "x.dimshuffle('x', 0, 1)"),),
    ),
    (r"@ .* is not defined", (Hint("multiply element by element", "x * y"),)),
    (
        r"axes cannot pair",
        (Hint("name as many axes of each", "axes=[[1], [0]]"),),
    ),
    (r"takes \S+ inputs?, (not|and)", (Hint("pass one variable for each input"),)),
    (
        r"is declared as .*; it got",
        (
            Hint("pass what has the declared number of axes and dtype"),
            Hint("or declare the input of the graph inside otherwise"),
        ),
    ),
    (r"lengths, \S+ parts", (Hint("give one length for each part"),)),
    (
        r"to join are",
        (Hint("give all the same number of axes", "x.dimshuffle(0, 'x')"),),
    ),
    (
        r"(square matrix|factor|this) has 2 axes|2 axes, and this",
        (Hint("pass a matrix", "T.dmatrix('a')"),),
    ),
    (r"there is no norm", (Hint("one of", "1, 2, -1, -2, inf, -inf, 'fro' or 'nuc'"),)),
    (
        r"pooling goes over",
        (
            Hint(
                "put axes for batch and channels in front",
                "x.dimshuffle('x', 'x', 0, 1)",
            ),
        ),
    ),
    (r"the pad .* is not smaller", (Hint("pad by less than the window is long"),)),
    (
        r"random state is",
        (Hint("draw from a stream object", "srng = RandomStreams(seed=1)"),),
    ),
    (
        r"complex numbers have no order",
        (Hint("compare their sizes, or their real parts", "abs(z), z.real"),),
    ),
    (
        r"complex|real (floating )?numbers",
        (Hint("take a real part of it first", "z.real, z.imag or abs(z)"),),
    ),
    (
        r"probabilities are at least a vector",
        (Hint("give one probability for each class", "pvals=[0.2, 0.8]"),),
    ),
    (r"probability", (Hint("keep it between 0 and 1", "p=0.5"),)),
    (r"deviation", (Hint("give the deviation, above 0", "std=1.0"),)),
    (r"only one length of a shape", (Hint("leave one -1, and say the other lengths"),)),
    (
        r"cannot be flattened",
        (Hint("ask for no more axes than it has"),),
    ),
    (
        r"shape is a vector of whole numbers",
        (Hint("pass a tuple of whole numbers", "x.reshape((2, 3))"),),
    ),
    (
        r"walks along axis 0",
        (
            Hint("what is the same in every turn belongs to", "non_sequences=[...]"),
            Hint("or give it an axis to walk along", "x.dimshuffle('x')"),
        ),
    ),
    (r"cannot run \S+ turns", (Hint("n_steps is 0 or more", "n_steps=x.shape[0]"),)),
    (r"right side has", (Hint("pass a vector or a matrix", "T.dvector('b')"),)),
    (
        r"sparse matrix (has 2 axes|is made of)|becomes sparse",
        (Hint("pass a matrix", "T.dmatrix('x')"),),
    ),
    (r"division by a sparse", (Hint("multiply, or divide by what is dense", "x / d"),)),
    (r"use T\.dot", (Hint("for dense operands", "T.dot(x, y)"),)),
    (
        r"lengths are (needed|given for)",
        (Hint("give one length for each axis, None where it is not known"),),
    ),
    (r"a seed is", (Hint("pass a whole number", "RandomStreams(seed=1234)"),)),
    (r"without putting any back", (Hint("choose fewer, or put back", "replace=True"),)),
    (r"no rows to shuffle", (Hint("pass a vector or a matrix"),)),
    (r"negative length", (Hint("give lengths of 0 or more"),)),
)
"""Hints by a pattern that the title has; the first that is found counts."""

BY_CODE: dict[str, tuple[Hint, ...]] = {
    "wrong-rank": (
        Hint("to add an axis", "x.dimshuffle(0, 'x')"),
        Hint(
            "to take one away, choose a position or sum over it", "x[0], x.sum(axis=0)"
        ),
    ),
    "wrong-dtype": (Hint("cast it", "x.astype(dtype)"),),
    "wrong-value": (Hint("pass one of the values that are named above"),),
    "broken-op": (
        Hint("let every method of the op speak of the same types: see `explain`"),
    ),
    "wrong-index": (Hint("an index is a whole number, a slice or a variable of them"),),
    "wrong-argument-count": (Hint("pass as many as are named above"),),
    "wrong-argument-kind": (Hint("pass an argument of the kind named above"),),
    "shape-mismatch": (Hint("make the lengths equal that are named above"),),
    "no-gradient": (
        Hint("where no gradient is wanted", "T.grad(cost, w, consider_constant=[x])"),
    ),
    "not-a-variable": (Hint("pass a variable", "T.dmatrix('x')"),),
    "unknown-name": (Hint("look at the names that there are, with dir(...)"),),
    "unsupported-numpy-function": (
        Hint("see what there is with dir(teachgraph.tensor)"),
    ),
    "index-out-of-range": (Hint("keep positions below the length of the axis"),),
    "symbolic-length": (Hint("the length as a variable", "x.shape[0]"),),
    "loop-taps": (Hint("taps are whole numbers below 0", "taps=[-2, -1]"),),
    "missing-cost": (
        Hint("if a function of yours makes the cost, let it return it", "return cost"),
    ),
    "update-of-expression": (Hint("update a whole shared variable", "{w: new}"),),
    "repeated-update": (Hint("give each shared variable one new value"),),
}


def repairs(report: Report) -> tuple[Hint, ...]:
    """What to do about a fault whose report does not say it."""
    for pattern, hints in BY_TITLE:
        if re.search(pattern, report.title):
            return hints
    return BY_CODE.get(report.code, ())


REPAIRS.append(repairs)
