"""What the page of a running meeting shows: the strip with its clocks, the order, one item, the votes, who is there, the bar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from changes import permissions
from changes.choices import Section, Verdict
from changes.domain.sitting import Stop, next_stop, place_of, previous_stop, undecided
from changes.domain.vote import Tally, goes_against
from changes.formats.outage import outage_words
from changes.models import Condition, Decision, Meeting, User
from changes.selectors.agenda import Agenda, Item, agenda_of
from changes.selectors.item import Looked, look_at
from changes.selectors.presence import Chair, counted_for, roll_of, seats_in, seats_taken
from changes.selectors.sitting import last_decisions, order_of
from changes.selectors.vote import tally_of
from changes.web.forms.board import ConditionRows, VoteForm
from changes.web.item import decision_form, drawings, people
from changes.web.rfc import reader
from changes.web.sitting_ground import Ground, ground_around
from changes.web.sitting_strip import Strip, strip_of

#: What became of an item, in the list's word or two.
RESULTS = {
    Verdict.APPROVE: "approved",
    Verdict.APPROVE_WITH_CONDITIONS: "approved if",
    Verdict.DEFER: "deferred",
    Verdict.REJECT: "rejected",
    Verdict.RATIFY: "ratified",
    Verdict.UNAUTHORISED: "unauthorised",
}


@dataclass(frozen=True)
class Row:
    """A stop in the list; `result` says what became of it, `number` is empty for the consent list."""

    stop: Stop
    item: Item
    result: str
    is_current: bool
    is_shown: bool

    @property
    def number(self) -> str:
        return "" if self.stop.is_consent else str(self.item.number)

    @property
    def title(self) -> str:
        count = len(self.stop.lines)
        return f"{count} low-risk RFC{'s' if count > 1 else ''}" if self.stop.is_consent else self.item.row.title


@dataclass(frozen=True)
class Desk:
    """A running meeting before one reader, who looks at the item where it stands, or at another one."""

    meeting: Meeting
    agenda: Agenda
    order: Sequence[Stop]
    shown: int | None
    viewer: User
    at: datetime

    @cached_property
    def items(self) -> dict[int, Item]:
        return {item.row.pk: item for item in self.agenda.items}

    @property
    def current(self) -> int | None:
        return self.meeting.current_item_id

    @property
    def presents(self) -> bool:
        return self.meeting.presenter_id == self.viewer.pk

    @cached_property
    def may_present(self) -> bool:
        return permissions.can_prepare(self.viewer, self.meeting, self.at)

    @property
    def follows(self) -> bool:
        """Whether it looks where the meeting is."""
        return place_of(self.order, self.shown) == place_of(self.order, self.current)

    @cached_property
    def looked(self) -> Looked | None:
        return look_at(self.agenda, self.shown, viewer=self.viewer, at=self.at) if self.shown else None

    @cached_property
    def stop(self) -> Stop | None:
        place = place_of(self.order, self.shown)
        return self.order[place] if place is not None else None

    @property
    def next(self) -> Row | None:
        return self._row(next_stop(self.order, self.shown))

    @property
    def previous(self) -> Row | None:
        return self._row(previous_stop(self.order, self.shown))

    @property
    def here(self) -> Row | None:
        """Where the meeting is."""
        place = place_of(self.order, self.current)
        return self._row(self.order[place]) if place is not None else None

    @property
    def consent(self) -> list[Item]:
        return [self.items[line.key] for line in self.stop.lines if line.key in self.items] if self.stop and self.stop.is_consent else []

    @property
    def sections(self) -> list[tuple[str, list[Row]]]:
        """The list, section by section, the consent list last."""
        found: dict[str, list[Row]] = {}
        for stop in self.order:
            if row := self._row(stop):
                label = "Consent" if stop.is_consent else Section(row.item.row.section).label
                found.setdefault(label, []).append(row)
        return list(found.items())

    def _row(self, stop: Stop | None) -> Row | None:
        item = self.items.get(stop.key) if stop else None
        if stop is None or item is None:
            return None
        result = RESULTS[Verdict(item.decision.verdict)] if item.decision and stop.is_settled else ""
        return Row(stop, item, result, self.current in stop.keys, self.shown in stop.keys)

    @cached_property
    def strip(self) -> Strip | None:
        place = place_of(self.order, self.current)
        return strip_of(self.meeting, self.order, self.order[place] if place is not None else None, self.at)

    @cached_property
    def roll(self) -> list[Chair]:
        return roll_of(self.meeting, at=self.at)

    @cached_property
    def counted(self) -> int:
        """How many seats count towards the quorum on the item that is shown; whoever leads and looks on is there."""
        rfc = self.looked.rfc if self.looked else None
        return len(counted_for(self.roll, rfc, self.viewer if self.leads else None))

    @property
    def is_quorate(self) -> bool:
        return self.counted >= self.meeting.board.quorum

    @cached_property
    def tally(self) -> Tally:
        """What the votes on the item that is shown say."""
        return tally_of(self.looked.item.ballots if self.looked else ())

    @property
    def yes_is_against(self) -> bool:
        """Whether approving, or ratifying, goes against the votes cast."""
        return goes_against(Verdict.APPROVE, self.tally)

    @property
    def no_is_against(self) -> bool:
        return goes_against(Verdict.REJECT, self.tally)

    @property
    def backers(self) -> int | None:
        """How many are for what fewest are for on the consent list, with the chair; None where nothing of it is open."""
        chair, asked = self.meeting.board.chair_id, [one for one in self.consent if not one.decision]
        counts = [sum(1 for b in one.ballots if b.vote == "approve" and b.seat.person.pk != chair) for one in asked]
        return min(counts) + 1 if counts else None

    @property
    def present(self) -> int:
        return len(seats_taken(self.roll))

    @property
    def seats(self) -> int:
        return len(seats_in(self.roll))

    @property
    def conditions(self) -> list[tuple[Condition, bool]]:
        """What was promised when the RFC that is shown was approved, each with whether the viewer says that it is met."""
        item = self.looked.item if self.looked else None
        decision = item.rfc.decision if item and item.rfc and item.row.section == Section.ACTIONS else None
        rows = decision.conditions.select_related("owner", "met_by", "decision__rfc").order_by("due_at", "pk") if decision else ()
        return [(row, permissions.can_meet(self.viewer, row)) for row in rows]

    @property
    def own_chair(self) -> Chair | None:
        return next((chair for chair in self.roll if chair.person.pk == self.viewer.pk), None)

    @cached_property
    def last(self) -> list[Decision]:
        """What Undo would take back."""
        return last_decisions(self.meeting)

    @property
    def last_words(self) -> str:
        if not self.last:
            return ""
        first = self.last[0]
        about = first.rfc.number if len(self.last) == 1 else f"{len(self.last)} RFCs on the consent list"
        return f"{about} {RESULTS[Verdict(first.verdict)]}"

    @property
    def leads(self) -> bool:
        return permissions.can_lead(self.viewer, self.meeting, self.at)

    @property
    def undecided(self) -> list[Item]:
        return [self.items[key] for key in undecided(self.order) if key in self.items]

    @property
    def said(self) -> str:
        """What readers of screens are told of a turn."""
        here = self.here
        where = f"Item {here.number}: {here.title}." if here and here.number else f"{here.title}." if here else ""
        paused = " The meeting pauses." if self.meeting.paused_at else ""
        return f"{f'{self.last_words}. ' if self.last else ''}{where}{paused}"


def desk_of(request: HttpRequest, meeting: Meeting, *, at: datetime, item: int | None = None) -> Desk:
    """The running meeting as the reader sees it; `item` where they look at another one than the presenter."""
    viewer = reader(request)
    agenda = agenda_of(meeting, at=at, viewer=viewer, time_zone=timezone.get_current_timezone_name())
    order = order_of(meeting, at=at, agenda=agenda)
    shown = item if place_of(order, item) is not None else meeting.current_item_id
    return Desk(meeting, agenda, order, shown, viewer, at)


def consent_desk(request: HttpRequest, meeting: Meeting, *, at: datetime) -> Desk | None:
    """The running meeting at its consent list; None where nothing stands on it."""
    desk = desk_of(request, meeting, at=at)
    stop = next((stop for stop in desk.order if stop.is_consent), None)
    return replace(desk, shown=stop.key) if stop else None


def context_of(desk: Desk, **forms: Any) -> dict[str, Any]:
    """All that the regions show, with forms as they were typed or fresh ones."""
    looked = desk.looked
    context: dict[str, Any] = {"desk": desk, "meeting": desk.meeting, "looked": looked, "item": looked.item if looked else None}
    context |= {"rfc": looked.rfc if looked else None, "session": None, "people": people(looked) if looked and desk.may_present else []}
    if looked is None or desk.consent:
        return context | forms
    may_decide = not looked.why_not_decide
    if may_decide and "form" not in forms:
        forms |= {"form": decision_form(looked, desk.at), "conditions": ConditionRows(prefix="conditions")}
    if not looked.why_not_vote and "vote_form" not in forms:
        ballot = looked.own_ballot
        forms["vote_form"] = VoteForm(initial={"vote": ballot.vote, "comment": ballot.comment} if ballot and ballot.vote else {})
    if looked.rfc:
        context |= {**drawings(looked), "outage": outage_words(list(looked.rfc.sessions.all())), "ground": _ground(desk, looked)}
    return {**context, "may_decide": may_decide, **forms}


def _ground(desk: Desk, looked: Looked) -> Ground | None:
    if looked.rfc is None or looked.session is None:
        return None
    zone = timezone.get_current_timezone()
    return ground_around(looked.rfc, looked.session, looked.item.findings, viewer=desk.viewer, at=desk.at, zone=zone)
