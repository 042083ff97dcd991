"""Linear algebra by SciPy; re-exports only."""

__all__: list[str] = []
