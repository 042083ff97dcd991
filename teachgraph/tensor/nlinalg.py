"""Linear algebra by NumPy; re-exports only."""

__all__: list[str] = []
