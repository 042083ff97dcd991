"""Rewriting: rules as equations, one driver, whole-graph passes, and the phases."""
