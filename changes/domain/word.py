"""An approval by word, which somebody else wrote down, until its approver stands by it (DESIGN 4.3)."""

from datetime import datetime, timedelta

#: So long the approver has; what is not confirmed by then is listed as unauthorised.
CONFIRMED_WITHIN = timedelta(hours=24)


def is_overdue(decided_at: datetime, at: datetime) -> bool:
    """Whether a word of `decided_at` that nobody has confirmed is too old at `at`."""
    return at - decided_at >= CONFIRMED_WITHIN
