"""One item of an agenda, as the board looks at it: what is before and behind it, its plan, and the record of its type."""

from dataclasses import dataclass
from datetime import datetime

from changes import permissions
from changes.choices import Ratification, Route, Section, State, Verdict
from changes.domain.agenda import awaits_review
from changes.domain.content import Content, Session
from changes.domain.plan import totals
from changes.domain.record import Record
from changes.models import RFC, Meeting, User
from changes.selectors.agenda import Agenda, Item
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.record import record_of
from changes.selectors.vote import Ballots

_AHEAD = (Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS, Verdict.DEFER, Verdict.REJECT)
_AFTERWARDS = (Verdict.RATIFY, Verdict.UNAUTHORISED)


@dataclass(frozen=True)
class Looked:
    """An item with its neighbours. `why_not_decide` and `why_not_vote` are empty where the viewer may."""

    agenda: Agenda
    item: Item
    previous: Item | None
    next: Item | None
    verdicts: tuple[Verdict, ...]
    why_not_decide: str
    why_not_vote: str
    own_ballot: Ballots | None
    is_own: bool

    @property
    def rfc(self) -> RFC | None:
        return self.item.rfc

    @property
    def content(self) -> Content | None:
        return self.rfc.content() if self.rfc else None

    @property
    def session(self) -> Session | None:
        """The session that is next, or the first where all are over; only one with a usable end can be drawn."""
        sessions = [s for s in self.content.sessions if s.end and not s.is_reversed] if self.content else []
        return next((s for s in sessions if not s.actual_end), sessions[0] if sessions else None)

    @property
    def minutes(self) -> dict[str, int]:
        """The planned minutes of each phase, and "total"."""
        by_phase = {phase.value: count for phase, count in totals(self.content).items()} if self.content else {}
        return {**by_phase, "total": sum(by_phase.values())}

    @property
    def record(self) -> Record:
        return record_of(self.content.change_type if self.content else None)


def waiting_for(person: User, agenda: Agenda) -> list[Item]:
    """The items of an open meeting that are not decided and on which `person` may vote and has not."""
    undecided = [item for item in agenda.items if item.decision is None] if agenda.meeting.state in OPEN_MEETINGS else []
    return [item for item in undecided if any(b.asks(person.pk) for b in item.ballots)]


def look_at(agenda: Agenda, pk: int, *, viewer: User, at: datetime) -> Looked | None:
    """The item with this key on the agenda or its late list, as `viewer` sees it; None where it is on neither."""
    items = agenda.items
    place = next((i for i, one in enumerate(items) if one.row.pk == pk), None)
    item = items[place] if place is not None else next((one for one in agenda.late if one.row.pk == pk), None)
    if item is None:
        return None
    after = items[place + 1 :] if place is not None else []
    own = item.rfc is not None and permissions.is_own(viewer, item.rfc)
    verdicts = _verdicts(item)
    return Looked(
        agenda=agenda,
        item=item,
        previous=items[place - 1] if place else None,
        next=after[0] if after else None,
        verdicts=verdicts,
        why_not_decide=_why_not_decide(item, agenda.meeting, viewer, at, own=own, asked=bool(verdicts)),
        why_not_vote=_why_not_vote(item, agenda.meeting, viewer, at, own=own),
        own_ballot=next((ballot for ballot in item.ballots if ballot.is_of(viewer.pk)), None),
        is_own=own,
    )


def _verdicts(item: Item) -> tuple[Verdict, ...]:
    """What can be decided on it now."""
    rfc = item.rfc
    if rfc is None or item.decision is not None or not item.is_votable:
        return ()
    if item.row.section != Section.EMERGENCY:
        return _AHEAD if rfc.state == State.SUBMITTED else ()
    ratification = Ratification(rfc.ratification) if rfc.ratification else None
    return _AFTERWARDS if awaits_review(Route(rfc.route), ratification, rfc.decision.at if rfc.decision else None) else ()


def _why_not_decide(item: Item, meeting: Meeting, viewer: User, at: datetime, *, own: bool, asked: bool) -> str:
    if item.row.is_late:
        return "It waits on the late list; the chair admits it first."
    if not asked:
        return "No decision is asked on it now."
    if own:
        return "You own this RFC: somebody else who leads the board decides it."
    return "" if permissions.can_lead(viewer, meeting, at) else "The chair, or a delegate, decides."


def _why_not_vote(item: Item, meeting: Meeting, viewer: User, at: datetime, *, own: bool) -> str:
    if own:
        return "You own this RFC: you may not vote on it."
    if not permissions.can_vote(viewer, meeting, item.rfc, at):
        return "Members of the board and their delegates vote."
    if item.row.is_late or not item.is_votable or item.decision is not None or meeting.state not in OPEN_MEETINGS:
        return "Votes are closed."
    return ""
