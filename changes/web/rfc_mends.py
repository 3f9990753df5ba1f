"""Beside which findings of the form one stroke mends, and its buttons."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.mend import mends
from changes.domain.record import Record
from changes.domain.window import permitted
from changes.selectors.basis import SetUp
from changes.web.forms.mended import MendButton, button

#: A window is looked at so far around a session; a longer session is no night that a few minutes would mend.
_NEAR = timedelta(days=2)
_LONGEST = timedelta(days=31)


def buttons(
    found: Sequence[Finding], content: Content, prefixes: Sequence[str], *, shared: SetUp, record: Record
) -> Mapping[Finding, list[MendButton]]:
    """The buttons by finding; `prefixes` are the rows of the content's sessions, in their order. No query."""
    stretches = [one for period in _periods(content.sessions) for one in _permitted(content, shared, period)]
    nine = (record.actual if record.actual.count else record.planned).nine_in_ten
    zone = timezone.get_current_timezone_name()
    return {
        one: [button(mend, prefixes[mend.place]) for mend in strokes]
        for one in found
        if (strokes := mends(one, content, permitted=stretches, nine_in_ten=nine, time_zone=zone))
    }


def _permitted(content: Content, shared: SetUp, period: Interval) -> list[Interval]:
    return permitted(shared.windows, content.environment, content.change_type, period)


def _periods(sessions: Sequence[Session]) -> Iterator[Interval]:
    for session in sessions:
        if session.end and not session.is_reversed and session.end - session.start <= _LONGEST:
            yield Interval(session.start - _NEAR, session.end + _NEAR)
