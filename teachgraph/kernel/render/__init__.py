"""Printers of kernels: one for all C-like languages, two small dialects."""
