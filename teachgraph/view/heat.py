"""Arrays as small pictures: a sign of base64 for each cell, as the protocol tells them.

A large array is pooled: a cell is the mean of the elements it covers, and not finite if
one of them is not, so that a single nan is still to be seen.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from teachgraph.view import protocol

Array = np.ndarray[Any, Any]

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
LARGEST = 28
STRIP = 56
SMALLEST_IMAGE = 16
"""From this many pixels on each side an array may be an image."""


def heat_of(array: Array, low: float, high: float) -> protocol.Heat | None:
    """The picture of an array of real numbers; None where there is none to draw."""
    found = _plane(array)
    if found is None or not math.isfinite(high - low):
        return None
    plane, image = found
    most = (1, STRIP) if plane.shape[0] == 1 else (LARGEST, LARGEST)
    cells = pooled(plane.astype("float64"), *most)
    heat: protocol.Heat = {
        "rows": cells.shape[0],
        "columns": cells.shape[1],
        "cells": signs(cells, low, high),
    }
    if image:
        heat["image"] = 1
    return heat


def _plane(array: Array) -> tuple[Array, bool] | None:
    """Two axes of the array, and whether they look like an image."""
    if array.size == 0 or array.ndim == 0:
        return None
    if array.ndim == 1:
        return array[None, :], False
    if array.ndim > 2:
        plane = array[(0,) * (array.ndim - 2)]
        return plane, min(plane.shape) >= SMALLEST_IMAGE
    rows, columns = array.shape
    positive = bool(np.nanmin(array) >= 0) if not np.isnan(array).all() else False
    side = math.isqrt(columns)
    if positive and side * side == columns and side >= SMALLEST_IMAGE:
        return array[0].reshape(side, side), True
    square = rows == columns and rows >= SMALLEST_IMAGE
    return array, positive and square


def pooled(plane: Array, rows: int, columns: int) -> Array:
    """The array with at most so many rows and columns, each the mean of several."""
    down = _edges(plane.shape[0], rows)
    across = _edges(plane.shape[1], columns)
    with np.errstate(all="ignore"):
        sums = np.add.reduceat(np.add.reduceat(plane, down, axis=0), across, axis=1)
    tall = np.diff([*down, plane.shape[0]])
    wide = np.diff([*across, plane.shape[1]])
    return sums / (tall[:, None] * wide[None, :])


def _edges(length: int, most: int) -> list[int]:
    """Where the pieces begin when a length is divided into at most so many."""
    count = min(length, most)
    return [length * i // count for i in range(count)]


def signs(cells: Array, low: float, high: float) -> str:
    """A sign for each cell: its level from `low` to `high`, or what it is instead."""
    span = high - low or 1.0
    with np.errstate(all="ignore"):
        levels = np.nan_to_num((cells - low) / span * (len(SIGNS) - 1))
    whole = np.clip(np.rint(levels), 0, len(SIGNS) - 1).astype(int)
    return "".join(
        _wrong(value) if not math.isfinite(value) else SIGNS[level]
        for value, level in zip(cells.flat, whole.flat, strict=True)
    )


def _wrong(value: float) -> str:
    if math.isnan(value):
        return "!"
    return ">" if value > 0 else "<"
