"""Errors and warnings that end at the user's line: what lies below is not theirs."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from teachgraph.core.origin import here
from teachgraph.core.report import InternalError, TeachgraphError

P = ParamSpec("P")
R = TypeVar("R")


def users_frames_only(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose reports leave no frame of this package in the traceback.

    A fault of our own, an InternalError, keeps them all.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except InternalError:
            raise
        except TeachgraphError as error:
            # A bare `raise` adds no frame to the traceback, so none is left.
            error.__traceback__ = None
            raise

    return call


def warn_user(error: TeachgraphError, category: type[Warning]) -> None:
    """Give a report as a warning, at the user's line."""
    place = here()
    span = place.span() if place is not None else None
    file, line = (span.file, span.line) if span is not None else ("<unknown>", 0)
    warnings.warn_explicit(str(error), category, file, line)
