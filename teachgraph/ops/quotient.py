"""What `/` means between variables: of whole numbers, a quotient in `config.floatX`.

The op `true_div` chooses its dtype by its inputs alone. Programs of old count on
`floatX`: so a count by a count stays float32 where all else is.
"""

from __future__ import annotations

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.surface import define
from teachgraph.core.types import is_integer, upcast
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast
from teachgraph.ops.dtypes import to_float
from teachgraph.ops.scalars import true_div


@define("true_div")
def quotient(x: TensorLike, y: TensorLike) -> Variable:
    """The quotient of the elements, never rounded.

    >>> (T.constant(np.int8(1)) / T.constant(np.int8(3))).dtype
    'float64'
    """
    a, b = as_tensor(x), as_tensor(y)
    if not (_is_whole(a) and _is_whole(b)):
        return true_div(a, b)
    natural = to_float(a.dtype, b.dtype)
    if natural == config.floatX:
        return true_div(a, b)
    if upcast(natural, config.floatX) == natural:
        return cast(true_div(a, b), config.floatX)
    return true_div(cast(a, config.floatX), cast(b, config.floatX))


def _is_whole(v: Variable) -> bool:
    return is_integer(v.dtype) or v.dtype == "bool"
