"""Functions that rearrange, count, sort and search arrays; re-exports only."""

__all__: list[str] = []
