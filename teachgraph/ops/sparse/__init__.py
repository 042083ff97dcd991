"""Sparse matrices: types, their vectors, arithmetic, products; `teachgraph.sparse`."""

from teachgraph.ops.sparse import arithmetic, data, products, surface, types

__all__ = ["arithmetic", "data", "products", "surface", "types"]
