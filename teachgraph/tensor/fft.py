"""Fourier transforms; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.fft import irfft, rfft

__all__ = [
    "irfft",
    "rfft",
]

open_doors(globals())
