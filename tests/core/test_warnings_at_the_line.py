"""A report given as a warning lies on the user's line."""

import warnings

from teachgraph.core.entrance import warn_user
from teachgraph.core.report import Report, UsageError


def test_a_warning_lies_on_the_line_that_called():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_user(UsageError(Report("code", "a title")), UserWarning)
    assert caught[0].filename == __file__
    assert "a title" in str(caught[0].message)
