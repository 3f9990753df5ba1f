"""The figures of the clock: each read from an index or a small table, never from the whole ledger (DESIGN 4.9, 5)."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from changes.choices import Delivery, MeetingState
from changes.domain.metrics import Reading
from changes.models import Meeting, Reminder, Tally
from changes.selectors.heartbeat import last_seen
from changes.selectors.reminder_retry import has_attempts_left

#: The sweep that freezes an agenda comes each minute; so much later something is wrong.
FREEZES_WITHIN = timedelta(minutes=5)
#: So far back reminders that were given up are still counted.
LATELY = timedelta(days=1)


def reading(*, at: datetime) -> Reading:
    """All figures at `at`. Five queries, each as large as what waits, not as what was."""
    due = _due(at)
    return Reading(
        at,
        due={(rule, channel): count for rule, channel, count in due.values_list("rule", "channel").annotate(count=Count("pk"))},
        oldest_due_at=due.aggregate(first=Min("send_at"))["first"],
        held=Reminder.objects.filter(state=Delivery.DUE, send_at__gt=at).count(),
        given_up=_given_up(at).count(),
        ended={(row.rule, row.channel, row.result): row.count for row in Tally.objects.all()},
        seen=last_seen(),
        overdue=_overdue(at).count(),
    )


def _due(at: datetime) -> QuerySet[Reminder]:
    """Not sent yet and still to be: waiting, held by a sweep, or to be tried again."""
    again = Q(state=Delivery.FAILED, send_at__gt=at - LATELY) & has_attempts_left()
    waiting = Q(state=Delivery.DUE) | Q(state=Delivery.CLAIMED) | again
    return Reminder.objects.filter(waiting, send_at__lte=at).order_by()


def _given_up(at: datetime) -> QuerySet[Reminder]:
    return Reminder.objects.filter(~has_attempts_left(), state=Delivery.FAILED, send_at__gt=at - LATELY, send_at__lte=at)


def _overdue(at: datetime) -> QuerySet[Meeting]:
    """Few are planned at a time; the meetings of years are over."""
    return Meeting.objects.filter(state=MeetingState.PLANNED, cut_off_at__lte=at - FREEZES_WITHIN)
