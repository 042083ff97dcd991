"""Readers of events: text, drawings, pages and a stepper, all built from one model."""

from teachgraph.view import mimebundle

__all__ = ["mimebundle"]
