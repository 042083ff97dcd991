"""What is said when a backend cannot work on this machine."""

from __future__ import annotations


class BackendUnavailable(Exception):
    """A backend cannot work here; the message says what is missing, in a few words."""


class NoCompilerWarning(UserWarning):
    """Functions run in NumPy because the C backend cannot work here."""
