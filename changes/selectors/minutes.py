"""The minutes of a meeting: drawn from its rows while they are a draft, read from what was kept once they are published."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from changes.choices import Manner, MeetingState, Ratification, Route, Section, State, Verdict
from changes.domain import minutes as kept
from changes.domain.agenda import awaits_review
from changes.domain.attendance import seats_filled
from changes.domain.frozen import from_data
from changes.models import Action, Addendum, AgendaItem, Condition, Decision, Meeting, User, Vote
from changes.selectors.meeting import Seat, seats_of

_AHEAD = (MeetingState.PLANNED, MeetingState.FROZEN)


def minutes_of(meeting: Meeting) -> kept.Minutes:
    """As they were published, whatever has become of the rows since; before, as the rows stand. A fixed number of queries."""
    snapshot = meeting.minutes_snapshot
    return from_data(kept.Minutes, snapshot["minutes"]) if snapshot else drawn(meeting)


def corrections_of(meeting: Meeting) -> list[kept.Correction]:
    """The addenda in their order; one query."""
    return [kept.Correction(row.text, str(row.by), row.at) for row in Addendum.objects.filter(meeting=meeting).select_related("by")]


def drawn(meeting: Meeting) -> kept.Minutes:
    """The minutes as the rows tell them now."""
    board = meeting.board
    seats = seats_of(board, at=meeting.starts_at)
    rows = list(items_of(meeting))
    present, absent, filled = _attendance(meeting, seats)
    return kept.Minutes(
        board=board.name,
        time_zone=board.time_zone,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        state=MeetingState(meeting.state),
        revision=meeting.revision,
        quorum=board.quorum,
        opened_at=meeting.opened_at,
        closed_at=meeting.closed_at,
        next_at=_next(meeting),
        present=tuple(present),
        absent=tuple(absent),
        parts=tuple(_parts(rows, meeting)),
        actions=tuple(_actions(meeting)),
        late=tuple(_late(row) for row in rows if row.is_late),
        note=meeting.note,
        seats=seats_filled(seat.holder for seat in seats),
        seats_filled=filled,
    )


def items_of(meeting: Meeting) -> QuerySet[AgendaItem]:
    """What stood on the agenda or waited on its late list, with all that the minutes tell of it."""
    people = ("rfc__owner", "rfc__decision", "owner", "action__owner", "decision__by", "decision__defer_to")
    conditions = Prefetch("decision__conditions", Condition.objects.select_related("owner"))
    votes = Prefetch("votes", Vote.objects.select_related("member"))
    rows = AgendaItem.objects.filter(meeting=meeting).exclude(section="").select_related(*people)
    return rows.prefetch_related(conditions, votes).order_by("position", "pk")


def told_of(meeting: Meeting) -> list[int]:
    """Who is sent the minutes, by key: who had a seat on that day, and the owners of the RFCs that stood on the agenda."""
    seats = [seat.person.pk for seat in seats_of(meeting.board, at=meeting.starts_at)]
    standing = AgendaItem.objects.filter(meeting=meeting, rfc__isnull=False, is_late=False).exclude(section="")
    owners = User.objects.filter(owned_rfcs__agenda_items__in=standing, is_active=True).distinct().order_by("pk")
    return list(dict.fromkeys([*seats, *owners.values_list("pk", flat=True)]))


def recipients_of(meeting: Meeting) -> list[str]:
    """The same by name, in that order."""
    keys = told_of(meeting)
    people = User.objects.in_bulk(keys)
    return [str(people[key]) for key in keys if key in people]


# --- Who was there ----------------------------------------------------------------------------------------------------
def _attendance(meeting: Meeting, seats: Sequence[Seat]) -> tuple[list[kept.Attendant], list[kept.Attendant], int]:
    """Those who came, then guests, who have no seat; those with a seat of their own who did not; how many seats were filled."""
    noted = {row.person_id: row for row in meeting.attendances.select_related("person")}
    guests = [Seat(row.person, "") for key, row in noted.items() if key not in {seat.person.pk for seat in seats}]
    came, stayed, holders = [], [], []
    for seat in [*seats, *guests]:
        row = noted.get(seat.person.pk)
        was_there = row is not None and (row.is_present or row.came_at is not None)
        says, came_at, left_at = (row.says, row.came_at, row.left_at) if row else ("", None, None)
        attendant = kept.Attendant(str(seat.person), seat.role, says, came_at, left_at)
        if was_there:
            came.append(attendant)
            holders += [] if seat in guests else [seat.holder]
        elif seat.is_own and seat not in guests:
            stayed.append(attendant)
    return came, stayed, seats_filled(holders)


def _next(meeting: Meeting) -> datetime | None:
    later = Meeting.objects.filter(board=meeting.board_id, starts_at__gt=meeting.starts_at, state__in=_AHEAD)
    return later.order_by("starts_at").values_list("starts_at", flat=True).first()


# --- What was dealt with ----------------------------------------------------------------------------------------------
def _parts(rows: Iterable[AgendaItem], meeting: Meeting) -> Iterable[kept.Part]:
    """The sections that hold something, their points numbered through all of them as on the agenda."""
    standing, number = [row for row in rows if not row.is_late], 0
    for section in Section:
        here = [row for row in standing if row.section == section]
        points = tuple(_point(row, number + place, meeting) for place, row in enumerate(here, start=1))
        number += len(here)
        if points:
            yield kept.Part(section, points)


def _point(row: AgendaItem, number: int, meeting: Meeting) -> kept.Point:
    decision: Decision | None = getattr(row, "decision", None)
    is_over, was_reached = meeting.state == MeetingState.HELD, _was_reached(row, meeting)
    return kept.Point(
        id=row.pk,
        number=number,
        title=row.title,
        reason=row.reason,
        minutes=row.minutes,
        admitted=row.admitted_reason,
        spent_seconds=row.spent_seconds,
        note=row.note,
        said=said_of(decision) if decision else None,
        voices=tuple(kept.Voice(str(vote.member), vote.vote, vote.comment) for vote in row.votes.all()),
        undecided="" if decision else _undecided(row, is_over=is_over, was_reached=was_reached),
        was_reached=was_reached,
        **_about(row),
    )


def _about(row: AgendaItem) -> Mapping[str, Any]:
    """What it was about: an RFC, an action with its owner, or free."""
    rfc, action = row.rfc, row.action
    if rfc is not None:
        told = {"rfc": rfc.number, "severity": rfc.severity, "owner": str(rfc.owner)}
        return {**told, "planned_start": rfc.planned_start, "planned_end": rfc.planned_end}
    owner = action.owner if action else row.owner
    return {"owner": str(owner) if owner else ""}


def _was_reached(row: AgendaItem, meeting: Meeting) -> bool:
    """Whether the meeting, once it is over, has spent time on it; one that nobody opened on its page counts none."""
    return meeting.opened_at is None or meeting.closed_at is None or row.spent_seconds > 0


def _undecided(row: AgendaItem, *, is_over: bool, was_reached: bool) -> str:
    rfc = row.rfc
    ratification = Ratification(rfc.ratification) if rfc and rfc.ratification else None
    approved_at = rfc.decision.at if rfc and rfc.decision else None
    awaits = rfc is not None and awaits_review(Route(rfc.route), ratification, approved_at)
    told = {"awaits_review": awaits, "is_over": is_over, "was_reached": was_reached}
    return kept.why_undecided(Section(row.section), State(rfc.state) if rfc else None, **told)


def said_of(decision: Decision) -> kept.Said:
    """A decision as minutes and packs tell it; reads its conditions with their owners."""
    return kept.Said(
        verdict=Verdict(decision.verdict),
        by=str(decision.by) if decision.by else "",
        at=decision.at,
        reason=decision.reason,
        manner=Manner(decision.manner).value if decision.manner else "",
        quorum_met=decision.quorum_met,
        present=decision.present,
        conditions=tuple(kept.Promised(row.text, str(row.owner), row.due_at, row.met_at) for row in decision.conditions.all()),
        deferred_to=decision.defer_to.starts_at if decision.defer_to else None,
    )


def _actions(meeting: Meeting) -> Iterable[kept.Promised]:
    """What was promised in this meeting."""
    for row in Action.objects.filter(meeting=meeting).select_related("owner"):
        yield kept.Promised(row.text, str(row.owner), row.due_at, row.done_at)


def _late(row: AgendaItem) -> kept.Latecomer:
    return kept.Latecomer(row.rfc.number if row.rfc else "", row.title, row.reason)
