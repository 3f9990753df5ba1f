"""Stretches of days as people name them: "this week", "next weekend", "in December", "tonight and tomorrow" (`domain.nights`)."""

import re
from datetime import date, timedelta

from changes.domain.spoken import MONTH, WEEKDAY, day_from, month_of

_SOON = r"(?:today|tonight|tomorrow(?: night| evening)?)"
#: "this week", "next month", "in December 2026".
PERIOD = re.compile(
    r"\b(?:(?:in|during|over|throughout|of)\s+)?(?:the\s+)?(?P<which>this|next|coming)\s+(?P<what>week|weekend|month)\b"
    rf"|\b(?:in|during|throughout)\s+(?P<month>{MONTH})\b\.?(?:\s+(?P<year>20\d\d)\b(?!\s*[:-]))?"
)
#: "tonight and tomorrow", "tonight, tomorrow and Monday".
LISTED = re.compile(rf"(?<!from )(?<!starting )\b({_SOON})\b((?:\s*(?:,\s*and|,|and|&|\+)\s*(?:{_SOON}|{WEEKDAY})\b)+)")
_NAMED = re.compile(rf"\b(?:{_SOON}|{WEEKDAY})\b")


def period_of(match: re.Match[str], today: date) -> tuple[date, date]:
    """The first and the last day that a match of `PERIOD` means, nothing before `today`; weeks begin on Monday."""
    if match["month"]:
        first, last = month_of(match["month"], match["year"], today)
    else:
        first, last = _NEAR[match["what"]](today, int(match["which"] == "next"))
    return max(first, today), last


def _week(today: date, ahead: int) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
    return monday, monday + timedelta(days=6)


def _weekend(today: date, ahead: int) -> tuple[date, date]:
    monday, sunday = _week(today, ahead)
    return monday + timedelta(days=5), sunday


def _month(today: date, ahead: int) -> tuple[date, date]:
    first = (today.replace(day=1) + timedelta(days=31 * ahead)).replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


_NEAR = {"week": _week, "weekend": _weekend, "month": _month}


def listed_days(match: re.Match[str], today: date) -> list[date]:
    """The days that a match of `LISTED` names, in order, each once."""
    return sorted({day_from(word, today) for word in _NAMED.findall(match[0])})
