"""What the ladder of reminders has to know of post-implementation reviews (see `reminder_facts`)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from changes.choices import Outcome, Severity, State, Urgency
from changes.domain.ladder_words import About, Moment, Part, Sign
from changes.domain.lifecycle import needs_review, unanswered
from changes.domain.reminder import Facts
from changes.domain.status import REVIEW_WEEKS, WEEK, week_after
from changes.models import RFC
from changes.selectors.reminder_escalation import change_managers
from changes.selectors.reminder_facts import Keys

_NEEDS_ONE = Q(severity=Severity.MAJOR) | Q(urgency=Urgency.EMERGENCY) | ~Q(outcome=Outcome.SUCCESSFUL)


def of_reviews(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Completed RFCs that cannot be closed before their review; each week since the end is a revision of its own.

    With the second one the change managers are told as well, once, for its owner may have left.
    """
    rows = list(_completed(at, keys))
    managers = tuple(change_managers()) if rows else ()
    for rfc in rows:
        if needs_review(Severity(rfc.severity), Urgency(rfc.urgency) if rfc.urgency else None, Outcome(rfc.outcome)):
            week = week_after(rfc.ended_at, at)
            moments = {Moment.END: rfc.ended_at + (week - 1) * WEEK}
            people = {Part.OWNER: (rfc.owner_id,), Part.CHANGE_MANAGERS: managers if week == 2 else ()}
            signs = frozenset() if unanswered(rfc.review) else frozenset({Sign.DONE})
            yield Facts(About.REVIEW, rfc.pk, week, moments, people, State(rfc.state), signs=signs, rfc=rfc.pk)


def _completed(at: datetime, keys: Keys) -> QuerySet[Any]:
    """By state, of which there is an index: what is completed waits to be closed, and the history is closed."""
    of = Q() if keys is None else Q(pk__in=keys)
    rows = RFC.objects.filter(of, _NEEDS_ONE, state=State.COMPLETED, imported=False)
    ended = rows.annotate(ended_at=Max("sessions__actual_end")).filter(ended_at__isnull=False)
    return ended.filter(ended_at__gt=at - (REVIEW_WEEKS + 1) * WEEK) if keys is None else ended
