"""teachgraph: symbolic expressions whose graphs, rewrites, code and errors can be seen."""

__version__ = "0.1.0"
