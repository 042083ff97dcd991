"""What the function of a loop may return: outputs, updates, a condition to stop.

return y                                one output
return [y, z], {s: s + 1}               outputs and updates
return y, until(y > 10)                 the turn in which it holds is the last
return [y, z], [(s, s + 1)], until(c)   all of them
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard, cast

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.scan import faults
from teachgraph.scan.updates import OrderedUpdates


class until:
    """The condition to stop a loop: the turn in which it is true is the last.

    >>> n = T.lscalar("n")
    >>> fn = lambda k: (k // 2, tg.until(T.eq(k, 1)))
    >>> halves, _ = tg.scan(fn, outputs_info=n, n_steps=99)
    >>> halves.eval({n: 10})
    array([5, 2, 1, 0])
    """

    @public
    def __init__(self, condition: TensorLike):
        self.condition = as_tensor(condition)
        if self.condition.ndim:
            title = f"a condition to stop is one truth value, not {self.condition.type}"
            raise Fault("wrong-rank", title, nodes=(self.condition,))


@dataclass
class Returned:
    """What one turn gives, sorted."""

    outputs: list[Variable] = field(default_factory=list[Variable])
    updates: OrderedUpdates = field(default_factory=OrderedUpdates)
    condition: Variable | None = None


def sorted_out(given: Any) -> Returned:
    """The outputs, updates and condition among what a function returned.

    Raises:
        loop-result: there is something else.
    """
    found = Returned()
    if _is_outputs(given):
        found.outputs = [given] if isinstance(given, Variable) else list(given)
        return found
    if _is_updates(given) or isinstance(given, until):
        _put(given, found, given)
        return found
    if not isinstance(given, list | tuple):
        raise faults.strange_result(given, given)
    for part in cast(Sequence[Any], given):
        _put(part, found, given)
    return found


def _put(part: Any, found: Returned, whole: Any) -> None:
    if isinstance(part, Variable):
        found.outputs.append(part)
    elif isinstance(part, until):
        if found.condition is not None:
            raise faults.strange_result(part, whole)
        found.condition = part.condition
    elif isinstance(part, list | tuple) and not part:
        pass
    elif _is_outputs(part) and not found.outputs:
        found.outputs = list(cast(Sequence[Variable], part))
    elif _is_updates(part):
        found.updates.update(part)
    else:
        raise faults.strange_result(part, whole)


def _is_outputs(given: Any) -> TypeGuard[Variable | Sequence[Variable]]:
    if isinstance(given, list | tuple):
        return all(isinstance(v, Variable) for v in cast(Sequence[Any], given))
    return isinstance(given, Variable)


def _is_updates(given: Any) -> TypeGuard[Any]:
    if isinstance(given, Mapping):
        return True
    return isinstance(given, list | tuple) and all(
        isinstance(pair, list | tuple) and len(cast(Sequence[Any], pair)) == 2
        for pair in cast(Sequence[Any], given)
    )
