"""What the ladder of reminders has to know of running meetings: who is called, and what was taken back (see `reminder_facts`)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q

from changes.choices import Delivery, MeetingState
from changes.domain.ladder_words import About, Moment, Part, Rule, Sign
from changes.domain.reminder import Facts
from changes.models import AgendaItem, Decision, Reminder
from changes.selectors.reminder_facts import BEHIND, Keys


def of_calls(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Items of running meetings that are next but one, each called once; nobody is called to what is decided already."""
    lately = Q(called_at__gt=at - BEHIND, meeting__state=MeetingState.IN_SESSION) if keys is None else Q(pk__in=keys)
    found = AgendaItem.objects.filter(lately, called_at__isnull=False).order_by("called_at", "pk")
    called = found.select_related("rfc", "action", "meeting")
    for item in called.annotate(decided=F("decision__pk")):
        owners = {one.owner_id for one in (item.rfc, item.action, item) if one is not None and one.owner_id}
        people = {Part.OWNER: tuple(owners - {item.meeting.presenter_id})}
        over = item.decided or item.meeting.state != MeetingState.IN_SESSION or item.meeting.current_item_id == item.pk
        signs = frozenset({Sign.DONE}) if over else frozenset()
        moments = {Moment.CALLED: item.called_at} if item.called_at else {}
        yield Facts(About.CALL, item.pk, 1, moments, people, signs=signs, rfc=item.rfc_id, meeting=item.meeting_id)


def of_withdrawals(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Decisions that were taken back after their owner had been told of them; whoever was not told needs no second mail."""
    lately = Q(withdrawn_at__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    withdrawn = Decision.objects.filter(lately, withdrawn_at__isnull=False, rfc__imported=False).select_related("rfc")
    rows = list(withdrawn.order_by("withdrawn_at", "pk"))  # by the index that holds no others
    if not rows:
        return
    subjects = [f"{About.DECISION.value}:{row.pk}" for row in rows]
    told = set(Reminder.objects.filter(rule=Rule.DECIDED, subject__in=subjects, state=Delivery.SENT).values_list("subject", flat=True))
    for row, subject in zip(rows, subjects, strict=True):
        if subject in told and row.withdrawn_at:
            moments, people = {Moment.WITHDRAWN: row.withdrawn_at}, {Part.OWNER: (row.rfc.owner_id,)}
            yield Facts(About.WITHDRAWAL, row.pk, 1, moments, people, rfc=row.rfc_id)
