"""What the ladder of reminders has to know of RFCs that the chair brought to another meeting (see `reminder_facts`)."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q

from changes.choices import Severity, State
from changes.domain.ladder_words import About, Moment, Part, Sign
from changes.domain.reminder import Facts
from changes.models import AgendaItem, Event
from changes.selectors.reminder_facts import BEHIND, Keys

#: What the chair does to bring an RFC to a later meeting of its board, and to an earlier one.
BROUGHT = ("put_off", "pulled_forward")


def of_transfers(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """The event is the subject; only the last one of an RFC is still news, and never to who did it."""
    lately = Q(at__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    asked = Event.objects.filter(lately, action__in=BROUGHT, changes__has_key="meeting", rfc__imported=False)
    rows = list(asked.select_related("rfc").order_by("at", "pk"))
    last = last_brought({row.rfc_id for row in rows})
    for row in rows:
        people = {Part.OWNER: (row.rfc.owner_id,) if row.rfc.owner_id != row.actor_id else ()}
        signs = frozenset() if last[row.rfc_id].pk == row.pk else frozenset({Sign.DONE})
        state, severity = State(row.rfc.state), Severity(row.rfc.severity)
        yield Facts(About.TRANSFER, row.pk, 1, {Moment.MOVED: row.at}, people, state, severity, signs, rfc=row.rfc_id)


def last_brought(rfcs: Collection[int]) -> dict[int, Event]:
    """By RFC, the last time that the chair brought it somewhere; one query where any are asked for."""
    rows = Event.objects.filter(rfc__in=rfcs, action__in=BROUGHT).order_by("at", "pk") if rfcs else ()
    return {row.rfc_id: row for row in rows}


def knows_already(items: Collection[AgendaItem]) -> set[int]:
    """The keys of the items whose owner was told that they come here when the agenda stood already: its publishing is no news to them.

    Read them with their meetings. One query where any of them was brought here.
    """
    brought = [item for item in items if item.pulled_from_id and item.rfc_id]
    last = last_brought({item.rfc_id for item in brought if item.rfc_id})
    return {item.pk for item in brought if (event := last.get(item.rfc_id or 0)) and event.at >= item.meeting.cut_off_at}
