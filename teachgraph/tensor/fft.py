"""Fourier transforms; re-exports only."""

__all__: list[str] = []
