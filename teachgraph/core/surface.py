"""What may be written with a variable: operators, methods, and NumPy's functions.

Every entry is a *name*. The ops package fills in what the name means, by
`surface.define`, so that the graph itself knows no op.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from teachgraph.core.graph import Variable

MEANINGS: dict[str, Callable[..., Any]] = {}
"""Name of an operator or method -> the function of the ops package that builds it."""

OWN: dict[type, dict[str, Callable[..., Any]]] = {}
"""The meanings that a class of variables has for itself, such as sparse ones."""

ABOVE: dict[str, Any] = {}
"""Names of the T namespace that belong to layers above it, such as `T.grad`."""

LEAVE: list[Callable[[Exception], None]] = []
"""What an error passes on its way out to the user; `core.entrance` fills it in."""


def define(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say that these operator or method names mean the decorated function."""

    def bind(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            MEANINGS[name] = function
        return function

    return bind


def meaning_of(name: str, *operands: Any) -> Callable[..., Any]:
    """What a name means for some operands: the first of a class of its own decides."""
    for x in operands:
        own = OWN.get(x.__class__)
        if own is not None:
            return own.get(name) or own["missing"](name)
    return MEANINGS[name]


def _open(method: Callable[..., Any]) -> Any:
    """The method, with our frames kept out of the errors that the user caused."""

    def entrance(*args: Any, **options: Any) -> Any:
        try:
            return method(*args, **options)
        except Exception as error:
            LEAVE[0](error)
            raise

    return entrance


def _infix(name: str) -> Any:
    @_open
    def method(self: Any, other: Any) -> Any:
        return meaning_of(name, self, other)(self, other)

    return method


def _reflected(name: str) -> Any:
    @_open
    def method(self: Any, other: Any) -> Any:
        return meaning_of(name, self)(other, self)

    return method


def _called(name: str, *more: Any) -> Any:
    @_open
    def method(self: Any, *args: Any) -> Any:
        return meaning_of(name, self)(self, *args, *more)

    return method


class Surface:
    """Operators and the method look-up that `Variable` inherits."""

    __slots__ = ()
    __array_priority__ = 1000

    if TYPE_CHECKING:

        def __add__(self, other: Any) -> Variable: ...
        def __radd__(self, other: Any) -> Variable: ...
        def __sub__(self, other: Any) -> Variable: ...
        def __rsub__(self, other: Any) -> Variable: ...
        def __mul__(self, other: Any) -> Variable: ...
        def __rmul__(self, other: Any) -> Variable: ...
        def __truediv__(self, other: Any) -> Variable: ...
        def __rtruediv__(self, other: Any) -> Variable: ...
        def __floordiv__(self, other: Any) -> Variable: ...
        def __rfloordiv__(self, other: Any) -> Variable: ...
        def __mod__(self, other: Any) -> Variable: ...
        def __rmod__(self, other: Any) -> Variable: ...
        def __pow__(self, other: Any) -> Variable: ...
        def __rpow__(self, other: Any) -> Variable: ...
        def __matmul__(self, other: Any) -> Variable: ...
        def __rmatmul__(self, other: Any) -> Variable: ...
        def __and__(self, other: Any) -> Variable: ...
        def __rand__(self, other: Any) -> Variable: ...
        def __or__(self, other: Any) -> Variable: ...
        def __ror__(self, other: Any) -> Variable: ...
        def __xor__(self, other: Any) -> Variable: ...
        def __rxor__(self, other: Any) -> Variable: ...
        def __lt__(self, other: Any) -> Variable: ...
        def __le__(self, other: Any) -> Variable: ...
        def __gt__(self, other: Any) -> Variable: ...
        def __ge__(self, other: Any) -> Variable: ...
        def __neg__(self) -> Variable: ...
        def __pos__(self) -> Variable: ...
        def __abs__(self) -> Variable: ...
        def __invert__(self) -> Variable: ...
        def __getitem__(self, index: Any) -> Variable: ...
        def __iter__(self) -> Iterator[Variable]: ...
        def __bool__(self) -> bool: ...
        def __len__(self) -> int: ...
        def __contains__(self, other: Any) -> bool: ...
        def __float__(self) -> float: ...
        def __int__(self) -> int: ...
        def __index__(self) -> int: ...

    else:
        __add__, __radd__ = _infix("add"), _reflected("add")
        __sub__, __rsub__ = _infix("sub"), _reflected("sub")
        __mul__, __rmul__ = _infix("mul"), _reflected("mul")
        __truediv__, __rtruediv__ = _infix("true_div"), _reflected("true_div")
        __floordiv__, __rfloordiv__ = _infix("int_div"), _reflected("int_div")
        __mod__, __rmod__ = _infix("mod"), _reflected("mod")
        __divmod__, __rdivmod__ = _infix("divmod"), _reflected("divmod")
        __pow__, __rpow__ = _infix("pow"), _reflected("pow")
        __matmul__, __rmatmul__ = _infix("matmul"), _reflected("matmul")
        __and__, __rand__ = _infix("and_"), _reflected("and_")
        __or__, __ror__ = _infix("or_"), _reflected("or_")
        __xor__, __rxor__ = _infix("xor"), _reflected("xor")
        __lt__, __le__ = _infix("lt"), _infix("le")
        __gt__, __ge__ = _infix("gt"), _infix("ge")
        __getitem__ = _infix("getitem")
        __neg__, __abs__, __invert__ = (
            _called("neg"),
            _called("abs_"),
            _called("invert"),
        )
        __iter__, __bool__, __len__ = (
            _called("iterate"),
            _called("truth"),
            _called("length"),
        )
        __setitem__ = _called("setitem")
        __delitem__ = _called("delitem")
        __contains__ = _called("contains")
        __float__ = _called("to_number", "float")
        __int__ = _called("to_number", "int")
        __index__ = _called("to_number", "index")
        __array__ = _open(
            lambda self, dtype=None, copy=None: MEANINGS["to_array"](self)
        )
        __array_ufunc__ = _open(
            lambda self, ufunc, method, *inputs, **options: MEANINGS["array_ufunc"](
                ufunc, method, inputs, options
            )
        )
        __array_function__ = _open(
            lambda self, function, types, args, options: MEANINGS["array_function"](
                function, args, options
            )
        )

        def __pos__(self):
            return self

        @_open
        def __round__(self, digits=None):
            return MEANINGS[".round"](self) if digits is None else float(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return MEANINGS["mimebundle"](self) if "mimebundle" in MEANINGS else {}

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            meaning = OWN.get(type(self), MEANINGS).get("." + name)
            if meaning is not None:
                return meaning.__get__(self)
            if name.startswith("__"):
                raise AttributeError(name)
            try:
                return meaning_of("missing_attribute", self)(self, name)
            except AttributeError as error:
                LEAVE[0](error)
                raise

    def __dir__(self) -> list[str]:
        names = OWN.get(type(self), MEANINGS)
        methods = [name[1:] for name in names if name.startswith(".")]
        return sorted({*super().__dir__(), *methods})
