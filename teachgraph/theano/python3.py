"""`theano.compat` and the `six` in it: names by which programs ran on two Pythons."""

from __future__ import annotations

import builtins
import collections
import configparser
import functools
import importlib
import io
import pickle
import queue
from collections.abc import Callable, Iterable, Mapping, MutableMapping, ValuesView
from typing import Any, NoReturn

SIX_MOVES: dict[str, Any] = {
    "range": range,
    "xrange": range,
    "zip": zip,
    "map": map,
    "filter": filter,
    "input": input,
    "reduce": functools.reduce,
    "cPickle": pickle,
    "StringIO": io.StringIO,
    "reload_module": importlib.reload,
    "configparser": configparser,
    "builtins": builtins,
    "queue": queue,
}
"""`six.moves`, of Python 3 alone."""


def _items(d: Mapping[Any, Any]) -> Iterable[Any]:
    return iter(d.items())


def _values(d: Mapping[Any, Any]) -> Iterable[Any]:
    return iter(d.values())


def _with_metaclass(meta: type, *bases: type) -> type:
    """A base from which classes of a metaclass derive."""
    return meta("made_by_with_metaclass", bases, {})


def _add_metaclass(meta: type) -> Callable[[type], type]:
    """Decorator: the class again, of another metaclass."""

    def made(cls: type) -> type:
        left_out = ("__dict__", "__weakref__")
        kept = {k: v for k, v in vars(cls).items() if k not in left_out}
        return meta(cls.__name__, cls.__bases__, kept)

    return made


def _reraise(kind: Any, value: BaseException, trace: Any = None) -> NoReturn:
    """Raise an error with its traceback."""
    del kind
    raise value.with_traceback(trace)


SIX: dict[str, Any] = {
    "PY2": False,
    "PY3": True,
    "string_types": (str,),
    "integer_types": (int,),
    "class_types": (type,),
    "text_type": str,
    "binary_type": bytes,
    "BytesIO": io.BytesIO,
    "StringIO": io.StringIO,
    "Iterator": object,
    "iteritems": _items,
    "itervalues": _values,
    "iterkeys": iter,
    "with_metaclass": _with_metaclass,
    "add_metaclass": _add_metaclass,
    "reraise": _reraise,
    "next": next,
    "callable": callable,
}
"""`six`, of Python 3 alone."""


def exc_message(e: BaseException) -> Any:
    """The message of an exception, also of one that has another inside."""
    args = e.args[0] if e.args else ""
    return exc_message(args) if isinstance(args, BaseException) else args


def _divide(a: Any, b: Any) -> Any:
    return a / b


def _compare(a: Any, b: Any) -> int:
    return int(a > b) - int(a < b)


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")


def _decoded(itr: Iterable[bytes]) -> Iterable[str]:
    return map(bytes.decode, itr)


def _plain(method: Any) -> Any:
    return getattr(method, "__func__", method)


COMPAT: dict[str, Any] = {
    "OrderedDict": collections.OrderedDict,
    "DefaultOrderedDict": collections.defaultdict,
    "PY3": True,
    "izip": zip,
    "imap": map,
    "ifilter": filter,
    "next": next,
    "BytesIO": io.BytesIO,
    "Callable": Callable,
    "Iterable": Iterable,
    "Mapping": Mapping,
    "DictMixin": MutableMapping,
    "ValuesView": ValuesView,
    "operator_div": _divide,
    "configparser": configparser,
    "reload": importlib.reload,
    "exc_message": exc_message,
    "cmp": _compare,
    "b": _bytes,
    "decode": bytes.decode,
    "decode_iter": _decoded,
    "decode_with": bytes.decode,
    "get_unbound_function": _plain,
}
"""`theano.compat`, of Python 3 alone."""
