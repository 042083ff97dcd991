"""Loops: the one language between graphs and machine code, and its printers."""
