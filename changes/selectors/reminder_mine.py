"""Which subjects of the ladder could tell certain people anything: so that the page of one person costs what it shows (DESIGN 4.9)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from changes.choices import Role, Severity, State, Urgency
from changes.domain.ladder_words import About
from changes.domain.schedule import night_of_end
from changes.domain.status import REVIEW_WEEKS, WEEK
from changes.models import (
    RFC,
    Action,
    AgendaItem,
    Board,
    Condition,
    Decision,
    ElectronicVote,
    Event,
    FreezeNotice,
    Meeting,
    Preference,
    User,
    WorkSession,
)
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.reminder_facts import AHEAD, BEHIND, IN_THE_WAY, RETURNED, SENT_BACK, Keys, near
from changes.selectors.reminder_off import IS_OFF
from changes.selectors.reminder_transfer import BROUGHT

_OVER = (State.COMPLETED, State.CLOSED)


@dataclass(frozen=True)
class Asked:
    """For whom, by key, and for which time: half-open from `at` to `until`. `boards` are those on which one of them sits."""

    people: Collection[int]
    at: datetime
    until: datetime
    boards: Collection[int] = ()
    chairs: bool = False
    manages_changes: bool = False

    @property
    def owned(self) -> Q:
        return Q(rfc__owner__in=self.people)

    @property
    def worked(self) -> Q:
        return self.owned | Q(rfc__implementer__in=self.people)

    @property
    def lately(self) -> datetime:
        """What happened before this is told of no more."""
        return self.at - BEHIND


def asked_for(people: Collection[int], at: datetime, until: datetime) -> Asked:
    """Two queries for what these people are."""
    boards = Board.objects.filter(Q(chair__in=people) | Q(members__user__in=people)).distinct()
    seats = dict(boards.values_list("pk", "chair"))
    manages = User.objects.filter(pk__in=people, role=Role.CHANGE_MANAGER).exists()
    return Asked(people, at, until, list(seats), any(chair in people for chair in seats.values()), manages)


def keys_of(about: About, asked: Asked) -> Keys:
    """The keys of the subjects that could tell one of them anything, as the source of `about` takes them; None for all that there are.

    Not narrowed is what is few by nature. One query where it is.
    """
    found = _OF[about](asked) if about in _OF else None
    return None if found is None else [str(key) for key in found]


def _keys(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", flat=True).distinct())


def _sessions(asked: Asked) -> QuerySet[WorkSession] | None:
    """Of their own work, and of services that they manage; whoever chairs a board, or manages changes, may hear of any."""
    if asked.chairs or asked.manages_changes:
        return None
    theirs = asked.worked | Q(rfc__services__manager__in=asked.people)
    return WorkSession.objects.filter(
        theirs, near(asked.at, asked.until), rfc__imported=False, rfc__state__in=(State.SCHEDULED, State.IN_PROGRESS)
    )


def _nights(asked: Asked) -> list[Any] | None:
    rows = _sessions(asked)
    if rows is None:
        return None
    zone = ZoneInfo(settings.FSC_TIME_ZONE)
    ends = rows.filter(rfc__severity=Severity.AUTOMATIC, planned_end__isnull=False).values_list("planned_end", flat=True)
    return sorted({night_of_end(end, zone).isoformat() for end in ends if end})


def _events(asked: Asked, of: Q, **such: Any) -> list[Any]:
    return _keys(Event.objects.filter(of, at__gt=asked.lately, **such))


def _rfcs(asked: Asked, *of: Q, **such: Any) -> list[Any]:
    return _keys(RFC.objects.filter(*of, owner__in=asked.people, imported=False, **such))


def _statuses(asked: Asked) -> list[Any]:
    owing = Q(urgency=Urgency.EMERGENCY, is_permanent=False, state__in=_OVER)
    return _rfcs(asked, owing | Q(state=State.IN_PROGRESS))


def _reviews(asked: Asked) -> list[Any] | None:
    """Change managers hear of any in the second week."""
    since = asked.at - (REVIEW_WEEKS + 1) * WEEK
    return None if asked.manages_changes else _rfcs(asked, state=State.COMPLETED, sessions__actual_end__gt=since)


def _reminded(asked: Asked) -> list[Any]:
    """What was cancelled, moved or taken off lately and one of them had a reminder of."""
    told = Q(rfc__reminders__recipient__in=asked.people) | Q(rfc__reminders__on_behalf_of__in=asked.people)
    return _events(asked, told & IS_OFF)


def _due(model: Any, asked: Asked, **such: Any) -> list[Any]:
    near_due = {"due_at__gt": asked.lately, "due_at__lte": asked.until + AHEAD}
    return _keys(model.objects.filter(owner__in=asked.people, **near_due, **such))


def _decisions(asked: Asked, **such: Any) -> list[Any]:
    return _keys(Decision.objects.filter(asked.owned, **such))


def _words(asked: Asked) -> list[Any] | None:
    if asked.manages_changes:
        return None
    return _keys(Decision.objects.filter(is_verbal=True, by__in=asked.people, at__gt=asked.lately))


_OF: Mapping[About, Callable[[Asked], list[Any] | None]] = {
    About.SESSION: lambda asked: None if (rows := _sessions(asked)) is None else _keys(rows),
    About.NIGHT: _nights,
    About.DRAFT: lambda asked: _rfcs(asked, state=State.DRAFT),
    About.APPROVAL: lambda asked: _rfcs(asked, state=State.APPROVED),
    About.STATUS: _statuses,
    About.REVIEW: _reviews,
    About.FOLLOW_UP: lambda asked: _rfcs(asked, urgency=Urgency.EMERGENCY, sessions__actual_end__gt=asked.lately),
    About.MOVE: lambda asked: None if asked.manages_changes else [],
    About.WORD: _words,
    About.DECISION: lambda asked: _decisions(asked, at__gt=asked.lately),
    About.WITHDRAWAL: lambda asked: _decisions(asked, withdrawn_at__gt=asked.lately),
    About.RETURN: lambda asked: _events(asked, asked.worked, action__in=(RETURNED, SENT_BACK)),
    About.CLASH: lambda asked: _events(asked, asked.owned, action=IN_THE_WAY),
    About.TRANSFER: lambda asked: _events(asked, asked.owned, action__in=BROUGHT),
    About.OFF: _reminded,
    About.CONDITION: lambda asked: _due(Condition, asked, met_at=None),
    About.ACTION: lambda asked: _due(Action, asked, done_at=None),
    About.ITEM: lambda asked: _keys(AgendaItem.objects.filter(asked.owned, meeting__state__in=OPEN_MEETINGS)),
    About.MEETING: lambda asked: _keys(Meeting.objects.filter(board__in=asked.boards, starts_at__gt=asked.at, state__in=OPEN_MEETINGS)),
    About.ELECTRONIC: lambda asked: _keys(ElectronicVote.objects.filter(item__meeting__board__in=asked.boards, closed_at=None)),
    About.ASKING: lambda asked: None if asked.boards else [],
    About.FREEZE: lambda asked: _keys(FreezeNotice.objects.filter(lines__owner__in=asked.people, at__gt=asked.lately)),
    About.DELEGATE: lambda asked: _keys(Preference.objects.filter(delegate__in=asked.people, delegate_named_at__gt=asked.lately)),
}
