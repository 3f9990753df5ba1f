"""Whose status is asked for this week: of emergencies that owe their follow-up, and of work that runs long (DESIGN 4.9, S16)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Subquery

from changes.choices import State, Urgency
from changes.domain.ladder_words import About, Moment, Part, Sign
from changes.domain.lifecycle import MOVES
from changes.domain.reminder import Facts
from changes.domain.status import FIRST_TOLD, monday_of, why_asked
from changes.models import RFC, Event
from changes.selectors.reminder_facts import Keys
from changes.selectors.reminder_wishes import zone_of
from changes.selectors.status import follow_ups_of, last_statuses

_OVER = (State.COMPLETED, State.CLOSED)
#: The events with which work begins and is over.
_BEGUN_OR_OVER = {move.action for (_, after), move in MOVES.items() if after in (State.IN_PROGRESS, State.COMPLETED)}


def of_statuses(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Each week is a revision of its own; what was said since its begin answers it.

    Asked is what owed or ran on that Monday morning; what was completed in mid-week is asked after on the next one.
    """
    rows = list(_asked(at, keys))
    said = last_statuses([rfc.pk for rfc in rows]) if rows else {}
    followed = follow_ups_of([rfc.pk for rfc in rows]) if rows else {}
    for rfc in rows:
        week, morning = monday_of(at, zone_of(rfc.owner))
        last = said.get(rfc.pk)
        done = not _is_asked(rfc, followed.get(rfc.pk, []), morning) or (last is not None and last.at >= week)
        moments, owner = {Moment.MORNING: morning}, {Part.OWNER: (rfc.owner_id,)}
        signs = frozenset({Sign.DONE}) if done else frozenset()
        yield Facts(About.STATUS, rfc.pk, _number(morning), moments, owner, State(rfc.state), signs=signs, rfc=rfc.pk)


def _is_asked(rfc: Any, follow_ups: Sequence[str], morning: datetime) -> bool:
    """Whether there was a reason on that morning already; what was recorded since is of the next week.

    That an emergency owes its follow-up is first told by a reminder of its own (`FOLLOW_UP_OWED`).
    """
    so_then = rfc.so_since is None or rfc.so_since <= morning
    is_told_otherwise = rfc.state in _OVER and rfc.ended_at is not None and morning < rfc.ended_at + FIRST_TOLD
    return so_then and not is_told_otherwise and bool(_why(rfc, follow_ups, morning))


def _why(rfc: Any, follow_ups: Sequence[str], at: datetime) -> str:
    return why_asked(
        urgency=rfc.urgency,
        state=rfc.state,
        is_permanent=rfc.is_permanent,
        follow_ups=follow_ups,
        begun_at=rfc.begun_at,
        at=at,
    )


def whys(rfcs: Collection[int], at: datetime) -> dict[int, str]:
    """Why each is asked after, in a sentence, for their mails; two queries where there are any."""
    rows = list(_asked(at, list(map(str, rfcs)))) if rfcs else []
    followed = follow_ups_of([rfc.pk for rfc in rows]) if rows else {}
    return {rfc.pk: _why(rfc, followed.get(rfc.pk, []), at) for rfc in rows}


def _number(morning: datetime) -> int:
    """Of a week, as a revision in the ledger."""
    year, week, _ = morning.isocalendar()
    return year * 100 + week


def _asked(at: datetime, keys: Keys) -> QuerySet[Any]:
    rows = RFC.objects.filter(pk__in=_asked_at_all() if keys is None else keys, imported=False)
    so_since = Event.objects.filter(rfc=OuterRef("pk"), action__in=_BEGUN_OR_OVER).order_by("-at").values("at")[:1]
    begun, ended = Min("sessions__actual_start"), Max("sessions__actual_end")
    seen = rows.annotate(so_since=Subquery(so_since), begun_at=begun, ended_at=ended)
    return seen.select_related("owner").order_by("pk")


def _asked_at_all() -> list[int]:
    """One question for each index: of what is over by `rfc_owing`, which leaves all but emergencies out, and of what runs."""
    followed = Exists(RFC.objects.filter(follows_up=OuterRef("pk"), state=State.CLOSED))
    over = RFC.objects.filter(urgency=Urgency.EMERGENCY, is_permanent=False, imported=False, state__in=_OVER)
    running = RFC.objects.filter(state=State.IN_PROGRESS)
    return [key for rows in (over.filter(~followed), running) for key in rows.values_list("pk", flat=True)]
