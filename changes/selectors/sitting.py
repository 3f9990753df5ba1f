"""A running meeting: its order, its clocks, where it stands, and what would be taken back."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from changes.choices import Ballot, Manner, MeetingState, Ratification, Route, Section, Severity, State
from changes.domain.agenda import DECIDED, awaits_review
from changes.domain.consent import CONSENTED
from changes.domain.sitting import Clock, Line, Stop, stops
from changes.models import AgendaItem, Decision, Meeting
from changes.selectors.agenda import Agenda, agenda_of

_ORDER = {section: place for place, section in enumerate(Section)}


@dataclass(frozen=True)
class Turn:
    """What a page that follows asks for again and again: where the meeting stands, in one query."""

    number: int
    state: str


def turn_of(meeting: int) -> Turn | None:
    """None where there is no such meeting."""
    found = Meeting.objects.filter(pk=meeting).values_list("turn", "state").first()
    return Turn(*found) if found else None


def order_of(meeting: Meeting, *, at: datetime, agenda: Agenda | None = None) -> list[Stop]:
    """What the meeting looks at, in order, the consent list as one stop at the end: what stands on it, and what it has decided.

    Two queries where the agenda is at hand, or nothing can be on that list.
    """
    rows = list(_standing(meeting))
    rows.sort(key=lambda row: (_ORDER[Section(row.section)], row.position, row.pk))
    consent = {row.pk for row in rows if (decision := _decision(row)) and decision.manner == Manner.CONSENT}
    if agenda is None and _may_be_consented(meeting):
        agenda = agenda_of(meeting, at=at)
    consent |= {item.row.pk for item in agenda.consent} if agenda else set()
    return stops([_line(row) for row in rows], consent)


def _may_be_consented(meeting: Meeting) -> bool:
    """Whether the long question, what all agree on, has to be asked at all."""
    asked = AgendaItem.objects.filter(meeting=meeting, is_late=False, section__in=CONSENTED, decision=None, pulled_by=None)
    return asked.filter(votes__vote=Ballot.APPROVE).exclude(rfc__severity=Severity.MAJOR).exists()


def _standing(meeting: Meeting) -> QuerySet[AgendaItem]:
    rows = AgendaItem.objects.filter(meeting=meeting, is_late=False).exclude(section="")
    return rows.select_related("rfc__decision", "decision")


def _decision(row: AgendaItem) -> Decision | None:
    return getattr(row, "decision", None)


def _line(row: AgendaItem) -> Line:
    decided = _decision(row) is not None
    return Line(row.pk, row.minutes, decided or asks_for_decision(row), decided, row.spent_seconds)


def asks_for_decision(row: AgendaItem) -> bool:
    """Whether the board can decide on it now; what was cancelled, withdrawn or decided elsewhere is news."""
    rfc = row.rfc
    if rfc is None or row.section not in DECIDED:
        return False
    if row.section != Section.EMERGENCY:
        return rfc.state == State.SUBMITTED
    ratification = Ratification(rfc.ratification) if rfc.ratification else None
    return awaits_review(Route(rfc.route), ratification, rfc.decision.at if rfc.decision else None)


def clock_of(meeting: Meeting) -> Clock | None:
    """The clocks of a meeting that was opened."""
    if meeting.opened_at is None:
        return None
    return Clock(meeting.starts_at, meeting.ends_at, meeting.opened_at, meeting.paused_at, meeting.paused_seconds, meeting.item_since)


def last_decisions(meeting: Meeting) -> list[Decision]:
    """The latest decision of this sitting, or all of a consent list, which was one act; empty where nothing was decided in it."""
    if meeting.opened_at is None:
        return []
    held = Decision.objects.filter(item__meeting=meeting, manner__in=(Manner.MEETING, Manner.CONSENT), at__gte=meeting.opened_at)
    held = held.select_related("rfc", "by", "item__meeting__board").order_by("-at", "-pk")
    latest = held.first()
    if latest is None or latest.manner != Manner.CONSENT:
        return [latest] if latest else []
    return list(held.filter(manner=Manner.CONSENT, at=latest.at).order_by("item__position"))


def earlier_meeting(meeting: Meeting, *, at: datetime) -> Meeting | None:
    """A meeting of the same board that comes before this one and is not over."""
    coming = (MeetingState.PLANNED, MeetingState.FROZEN, MeetingState.IN_SESSION)
    before = Meeting.objects.filter(board=meeting.board_id, starts_at__lt=meeting.starts_at, state__in=coming, ends_at__gt=at)
    return before.select_related("board").order_by("starts_at").first()
