"""Folds as statements: how an accumulator begins, takes in a value, and ends.

A float maximum must be nan as soon as one element is. Lanes that run side by side lose
that, so a flag is folded along with it; both vectorise.
"""

from __future__ import annotations

import numpy as np

from teachgraph.core.record import record
from teachgraph.core.types import is_float
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import (
    Accumulator,
    Assign,
    Const,
    Expr,
    Fold,
    FoldKind,
    If,
    Let,
    Name,
    Statement,
    operands,
)
from teachgraph.program.emit import Emitter

VECTOR_KINDS = ("sum", "prod", "max", "min", "any", "all")


def neutral(kind: FoldKind, dtype: str) -> Const:
    """What an empty fold gives."""
    if kind in ("sum", "any"):
        return k.const(0, dtype)
    if kind in ("prod", "all"):
        return k.const(1, dtype)
    lowest = kind in ("max", "argmax")
    if is_float(dtype):
        return k.const(float("-inf") if lowest else float("inf"), dtype)
    if dtype == "bool":
        return k.const(not lowest, dtype)
    info = np.iinfo(dtype)
    return k.const(info.min if lowest else info.max, dtype)


def combined(kind: FoldKind, acc: Expr, value: Expr) -> Expr:
    """Two values put together; nan wins in max and min."""
    if kind in ("sum", "any"):
        return acc + value if kind == "sum" else acc | value
    if kind in ("prod", "all"):
        return acc * value if kind == "prod" else acc & value
    better = value > acc if kind == "max" else value < acc
    if is_float(value.dtype):
        better = better | k.not_equal(value, value)
    return k.select(better, value, acc)


@record()
class Folding:
    """One fold in progress: the names that hold it, and the lanes it may use."""

    fold: Fold
    acc: Name
    bad: Name | None = None
    where: Name | None = None

    @property
    def accumulators(self) -> tuple[Accumulator, ...]:
        """What a vectorised loop must know of."""
        flag = (Accumulator(self.bad.name, "any"),) if self.bad is not None else ()
        return (Accumulator(self.acc.name, self.fold.kind), *flag)

    @property
    def vector(self) -> bool:
        """True when turns may be interleaved."""
        return self.fold.kind in VECTOR_KINDS

    def result(self) -> Expr:
        """The value of the fold after the loop."""
        if self.where is not None:
            return self.where
        if self.bad is not None:
            nan = k.const(float("nan"), self.acc.dtype)
            return k.select(k.not_equal(self.bad, 0), nan, self.acc)
        return self.acc


def begin(emitter: Emitter, fold: Fold) -> Folding:
    """Declare what the fold needs, in the innermost body."""
    dtype = fold.body.dtype
    acc = _mutable(emitter, "acc", neutral(fold.kind, dtype))
    if fold.kind in ("argmax", "argmin"):
        return Folding(fold, acc, where=_mutable(emitter, "where", k.integer(-1)))
    if fold.kind in ("max", "min") and is_float(dtype):
        flag = "int32" if dtype == "float32" else "int64"
        return Folding(fold, acc, bad=_mutable(emitter, "bad", k.const(0, flag)))
    return Folding(fold, acc)


def take_in(emitter: Emitter, folding: Folding, value: Expr, position: Expr) -> None:
    """Add the statements of one turn; `position` counts turns, for argmax."""
    kind, acc = folding.fold.kind, folding.acc
    if folding.where is not None:
        value = emitter.let("v", value, level=len(emitter.scopes) - 1)
        emitter.add(_better(folding, folding.where, value, position))
        return
    if folding.bad is None:
        emitter.add(_assign(emitter, acc, combined(kind, acc, value)))
        return
    value = emitter.let("v", value, level=len(emitter.scopes) - 1)
    better = value > acc if kind == "max" else value < acc
    emitter.add(_assign(emitter, acc, k.select(better, value, acc)))
    wrong = k.cast(k.not_equal(value, value), folding.bad.dtype)
    emitter.add(_assign(emitter, folding.bad, folding.bad | wrong))


def _better(folding: Folding, where: Name, value: Expr, position: Expr) -> Statement:
    acc = folding.acc
    better = value > acc if folding.fold.kind == "argmax" else value < acc
    if is_float(value.dtype):
        better = better | (k.not_equal(value, value) & k.equal(acc, acc))
    take = (Assign(acc, value), Assign(where, position))
    return If((where < 0) | better, take)


def _mutable(emitter: Emitter, wish: str, value: Expr) -> Name:
    name = Name(emitter.fresh(wish), value.dtype)
    emitter.levels[name.name] = len(emitter.scopes) - 1
    emitter.add(Let(name, value, True, nodes=emitter.origin))
    return name


def _assign(emitter: Emitter, name: Name, value: Expr) -> Assign:
    return Assign(name, value, nodes=emitter.origin)


def find_fold(e: Expr) -> Fold | None:
    """The fold inside what `lower` gave; parts that are shared are seen once."""
    stack, seen = [e], set[int]()
    while stack:
        part = stack.pop()
        if isinstance(part, Fold):
            return part
        if id(part) not in seen:
            seen.add(id(part))
            stack.extend(operands(part))
    return None
