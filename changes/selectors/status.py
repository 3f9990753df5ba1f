"""What was said of how an RFC stands, and whether anybody asks."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from changes.domain.ladder_words import Rule
from changes.domain.status import why_asked
from changes.models import RFC, Event

#: The event of a status.
TOLD = "status_told"


def why_asked_of(rfc: RFC, *, at: datetime) -> str:
    """Why its owner is asked, in a sentence; empty where nobody is. Two queries."""
    return why_asked(
        urgency=rfc.urgency,
        state=rfc.state,
        is_permanent=rfc.is_permanent or rfc.imported,
        follow_ups=follow_ups_of([rfc.pk]).get(rfc.pk, []),
        begun_at=rfc.sessions.aggregate(begun=Min("actual_start"))["begun"],
        at=at,
    )


def follow_ups_of(rfcs: Iterable[int]) -> dict[int, list[str]]:
    """The states of what follows them up, by their keys, for `domain.lifecycle.owes_follow_up`; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = RFC.objects.filter(follows_up__in=list(rfcs)).order_by("pk").values_list("follows_up", "state")
    for followed, state in rows:
        found[followed or 0].append(state)
    return found


def was_ever_asked(rfc: RFC) -> bool:
    """Whether its owner has been asked before, or has said something unasked. At most two queries."""
    return rfc.reminders.filter(rule=Rule.STATUS_ASKED).exists() or rfc.events.filter(action=TOLD).exists()


def statuses_of(rfc: RFC, count: int = 5) -> list[Event]:
    """The last lines, the latest first."""
    return list(rfc.events.filter(action=TOLD).select_related("actor").order_by("-at", "-pk")[:count])


def last_statuses(rfcs: Iterable[int]) -> dict[int, Event]:
    """The last line of each RFC, by its key; one query."""
    rows = Event.objects.filter(rfc__in=list(rfcs), action=TOLD).select_related("actor").order_by("at", "pk")
    return {row.rfc_id: row for row in rows}
