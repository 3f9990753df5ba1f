"""The pack of a meeting: everything that the board reads before it sits, from the rows of the agenda."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from changes.choices import Outcome, Ratification, Route, Section, State
from changes.domain import pack as parts
from changes.domain.agenda import DECIDED, awaits_review
from changes.domain.content import Content, Session
from changes.domain.record import Record
from changes.models import RFC, Meeting, User
from changes.selectors.agenda import Agenda, Group, Item, agenda_of
from changes.selectors.forward import forward_of
from changes.selectors.minutes import said_of
from changes.selectors.record import records_of
from changes.selectors.standing import standing_of


def pack_of(meeting: Meeting, *, viewer: User, at: datetime, time_zone: str = "") -> parts.Pack:
    """The pack of the current revision, as `viewer` may see it; sentences of findings in `time_zone`.

    A fixed number of queries, however many items stand on the agenda.
    """
    agenda = agenda_of(meeting, at=at, viewer=viewer, time_zone=time_zone)
    rfcs = [item.rfc for item in agenda.items if item.rfc]
    records = records_of({rfc.change_type.slug for rfc in rfcs if rfc.change_type})
    beside = _Beside(records, at, time_zone or meeting.board.time_zone)
    return parts.Pack(
        meeting=meeting.pk,
        board=meeting.board.name,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        cut_off_at=meeting.cut_off_at,
        revision=agenda.revision,
        frozen_at=agenda.frozen_at,
        quorum=meeting.board.quorum,
        seats=tuple(parts.Place(str(seat.person), seat.role) for seat in agenda.seats),
        chapters=tuple(_chapter(group, beside) for group in agenda.sections if group.talked),
        minutes=agenda.minutes,
        consent=tuple(_page(item, beside) for item in agenda.consent),
        consent_minutes=agenda.consent_minutes,
        late=tuple(parts.Waiting(item.rfc.number, item.row.title, (item.row.reason,)) for item in agenda.late if item.rfc),
        left_off=tuple(_left_off(agenda)),
        automatic=(len(agenda.automatic), sum(1 for rfc in agenda.automatic if rfc.outcome == Outcome.SUCCESSFUL)),
        forward=forward_of(meeting, viewer=viewer, at=at, time_zone=time_zone),
    )


def pages_of(agenda: Agenda) -> int:
    """About how many pages the pack of an agenda prints on, without making it; no query."""
    decided = sum(1 for item in agenda.items if item.decision or _asked(item))
    return parts.about_pages(decided, len(agenda.items) - decided, len(agenda.late) + len(agenda.left_off))


def _left_off(agenda: Agenda) -> list[parts.Waiting]:
    return [parts.Waiting(one.rfc.number, one.rfc.title, tuple(found.message for found in one.why)) for one in agenda.left_off]


@dataclass(frozen=True)
class _Beside:
    """What an item is told with: the records of change types by slug, and when and in which zone it is read."""

    records: Mapping[str, Record]
    at: datetime
    time_zone: str


def _chapter(group: Group, beside: _Beside) -> parts.Chapter:
    return parts.Chapter(group.section, tuple(_page(item, beside) for item in group.talked))


def _page(item: Item, beside: _Beside) -> parts.Page:
    row, rfc = item.row, item.rfc
    owner = rfc.owner if rfc else row.action.owner if row.action else row.owner
    return parts.Page(
        id=row.pk,
        number=item.number,
        title=row.title,
        section=Section(row.section),
        minutes=row.minutes,
        reason=row.reason,
        standing=standing_of(item, at=beside.at, time_zone=beside.time_zone),
        owner=str(owner) if owner else "",
        asked=_asked(item),
        admitted=row.admitted_reason,
        note=row.note,
        matter=_matter(rfc, item, beside.records) if rfc else None,
        squares=tuple(parts.Square(str(ballot.seat.person), ballot.vote, ballot.comment) for ballot in item.ballots),
        tally=item.tally,
        said=said_of(item.decision) if item.decision else None,
    )


def _asked(item: Item) -> str:
    """The decision asked: "approve", "ratify", or none."""
    rfc = item.rfc
    if rfc is None or item.decision is not None or item.row.section not in DECIDED:
        return ""
    if item.row.section != Section.EMERGENCY:
        return "approve" if rfc.state == State.SUBMITTED else ""
    ratification = Ratification(rfc.ratification) if rfc.ratification else None
    return "ratify" if awaits_review(Route(rfc.route), ratification, rfc.decision.at if rfc.decision else None) else ""


def _matter(rfc: RFC, item: Item, records: Mapping[str, Record]) -> parts.Matter:
    content = rfc.content()
    return parts.Matter(
        number=rfc.number,
        severity=rfc.severity,
        state=rfc.state,
        is_approved=rfc.is_approved,
        owner=str(rfc.owner),
        implementer=str(rfc.implementer) if rfc.implementer else "",
        services=tuple(service.name for service in rfc.services.all()),
        environment=rfc.environment.name if rfc.environment else "",
        description=rfc.description,
        cost=rfc.reason,
        sessions=content.sessions,
        plan=_plan(content),
        findings=item.findings,
        change_type=rfc.change_type.name if rfc.change_type else "",
        record=records.get(content.change_type or "", Record()),
        outcome=rfc.outcome,
        outcome_note=rfc.outcome_note,
        owes=item.owes,
    )


def _plan(content: Content) -> parts.Plan:
    return parts.Plan(content.rollout, content.verification, content.rollback, content.rollback_trigger, _session(content))


def _session(content: Content) -> Session | None:
    """The session that is next, or the first where all are over; only one with a usable end can be drawn."""
    usable = [session for session in content.sessions if session.end and not session.is_reversed]
    return next((session for session in usable if not session.actual_end), usable[0] if usable else None)
