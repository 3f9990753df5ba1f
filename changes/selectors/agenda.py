"""An agenda as pages, mails and the API show it: one source, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from changes.choices import Ballot, Outcome, Section, Severity, State, Urgency
from changes.domain.agenda import DECIDED, HINTS, is_first_time
from changes.domain.consent import how_many, total_minutes
from changes.domain.consent import minutes_for as consent_minutes
from changes.domain.finding import Finding
from changes.domain.judgement import stops_submission
from changes.domain.lifecycle import needs_review, owes_follow_up, unanswered
from changes.models import RFC, AgendaItem, AgendaRevision, Decision, Event, Meeting, User
from changes.selectors.candidate import OPEN_MEETINGS, drafts_for, of_boards
from changes.selectors.consent import case_of, consent_of
from changes.selectors.finding import findings_for
from changes.selectors.lane import automatic_in
from changes.selectors.meeting import Seat, seats_of
from changes.selectors.revision import LeftOff, frozen_left_off
from changes.selectors.status import last_statuses
from changes.selectors.vote import Ballots, Traces, ballots_of, traces_of

#: Sections whose items their owners are asked about each week.
_TELLS_STATUS = (Section.EMERGENCY, Section.ONGOING)


@dataclass(frozen=True)
class Item:
    """One point, numbered through all sections. `decision` is the board's on this item."""

    row: AgendaItem
    number: int
    findings: tuple[Finding, ...] = ()
    ballots: tuple[Ballots, ...] = ()
    decision: Decision | None = None
    is_low_risk: bool = False
    #: What keeps it off the consent list, a sentence each; None where the list is not asked about.
    why_not_consent: tuple[str, ...] | None = None
    #: What was last said of how it stands, of what goes on or is owed.
    status: Event | None = None

    @property
    def is_consented(self) -> bool:
        """Whether it stands on the consent list."""
        return self.why_not_consent == () and self.decision is None

    @property
    def rfc(self) -> RFC | None:
        return self.row.rfc

    @property
    def says_why(self) -> bool:
        """Whether its reason tells more than that it was submitted: the board had it before, or somebody brought it here."""
        section, reason = self.row.section, self.row.reason
        return self.rfc is not None and (section == Section.DEFERRED or (section == Section.NEW and not is_first_time(reason)))

    @property
    def is_votable(self) -> bool:
        """Whether members vote on it: a decision is asked."""
        return self.row.section in DECIDED and self.rfc is not None

    @property
    def owes(self) -> str:
        """What its owner still owes after the work: "PIR due", "permanent RFC owed"; empty where nothing."""
        rfc = self.rfc
        if rfc is None:
            return ""
        outcome, urgency = Outcome(rfc.outcome) if rfc.outcome else None, Urgency(rfc.urgency) if rfc.urgency else None
        if rfc.state == State.COMPLETED and needs_review(Severity(rfc.severity), urgency, outcome) and unanswered(rfc.review):
            return "PIR due"
        permanent, states = rfc.is_permanent or rfc.imported, [row.state for row in rfc.follow_ups.all()]
        owed = owes_follow_up(rfc.urgency, rfc.state, is_permanent=permanent, follow_ups=states)
        return "permanent RFC owed" if owed else ""

    @property
    def tally(self) -> str:
        """The votes in words: "3 for, 1 against, 2 open"; and how many of them an edit has left behind."""
        counted = [ballot.vote for ballot in self.ballots]
        words = [(Ballot.APPROVE, "for"), (Ballot.REJECT, "against"), (Ballot.ABSTAIN, "abstain"), ("", "open")]
        said = [f"{counted.count(vote)} {word}" for vote, word in words if vote in counted]
        return ", ".join([*said, f"{self.outdated_votes} before the last edit"] if self.outdated_votes else said)

    @property
    def outdated_votes(self) -> int:
        """Votes about an RFC that has been edited since; once it is decided nobody asks any more."""
        return sum(1 for ballot in self.ballots if ballot.edited_at) if self.decision is None else 0

    @property
    def shows_votes(self) -> bool:
        """Whether the squares say anything: before the decision always, after it where somebody voted."""
        return self.decision is None or any(ballot.at for ballot in self.ballots)

    @property
    def open_votes(self) -> int:
        """Votes that are asked for: nobody has given them, or an edit has left them behind."""
        return sum(1 for ballot in self.ballots if ballot.is_missing and ballot.holder)


@dataclass(frozen=True)
class Group:
    """A section with its items; empty sections are left out of an agenda."""

    section: Section
    items: tuple[Item, ...]

    @property
    def hint(self) -> str:
        return HINTS[self.section]

    @property
    def talked(self) -> tuple[Item, ...]:
        """What is talked about: all but the consent list."""
        return tuple(item for item in self.items if not item.is_consented)

    @property
    def folded(self) -> tuple[Item, ...]:
        """Automatic changes that only ran over, and to which nobody gave time: told in one line where there are several."""
        ran_over = [item for item in self.talked if not item.row.minutes and item.rfc and item.rfc.severity == Severity.AUTOMATIC]
        return tuple(ran_over) if len(ran_over) > 1 and self.section == Section.FAILED else ()

    @property
    def minutes(self) -> int:
        return sum(item.row.minutes for item in self.talked)


@dataclass(frozen=True)
class Agenda:
    """The agenda of a meeting at its current revision. `frozen_at` is when that was made; None before the cut-off."""

    meeting: Meeting
    revision: int
    frozen_at: datetime | None
    sections: tuple[Group, ...]
    late: tuple[Item, ...]
    seats: tuple[Seat, ...]
    left_off: tuple[LeftOff, ...] = ()
    automatic: tuple[RFC, ...] = ()
    revisions: tuple[AgendaRevision, ...] = ()

    @property
    def items(self) -> list[Item]:
        """In the order of their numbers: what is talked about section by section, then the consent list."""
        return sorted((item for group in self.sections for item in group.items), key=lambda item: item.number)

    @property
    def how_many(self) -> str:
        """In words: "25 items and a consent list of 3"; what is talked about one by one, and what in one act."""
        return how_many(sum(len(group.talked) for group in self.sections), len(self.consent))

    @property
    def consent(self) -> list[Item]:
        """What is decided in one act."""
        return [item for item in self.items if item.is_consented]

    @property
    def consent_minutes(self) -> int:
        return consent_minutes(len(self.consent))

    @property
    def minutes(self) -> int:
        """What the sections take, and the consent list as a whole."""
        return total_minutes({item.row.pk: item.row.minutes for item in self.items}, {item.row.pk for item in self.consent})

    @property
    def over(self) -> int:
        """Minutes that the items take beyond the meeting's length."""
        return max(0, self.minutes - self.meeting.minutes)

    @property
    def undecided(self) -> list[Item]:
        """What a decision is asked on and has none."""
        return [item for item in self.items if item.is_votable and item.decision is None]

    @property
    def open_votes(self) -> int:
        """Votes that are missing on items that are not decided."""
        return sum(item.open_votes for item in self.undecided)

    @property
    def automatic_successful(self) -> int:
        return sum(1 for rfc in self.automatic if rfc.outcome == Outcome.SUCCESSFUL)

    @property
    def is_sent(self) -> bool:
        """Whether the members have been sent this revision."""
        sent = self.meeting.published_at
        return bool(sent and self.frozen_at and sent >= self.frozen_at)


def agenda_of(meeting: Meeting, *, at: datetime, viewer: User | None = None, time_zone: str = "") -> Agenda:
    """The current agenda; an earlier revision is read from what it froze (`selectors.revision`).

    Findings are those of `at`, in `time_zone`. What was left off at the cut-off stays left off. `viewer` limits it to what
    that person may see.
    """
    revisions = tuple(meeting.revisions.all())
    frozen = next((row for row in revisions if row.number == meeting.revision), None)
    seats = tuple(seats_of(meeting.board, at=at))
    kept = next((row.snapshot for row in reversed(revisions) if "left_off" in row.snapshot), None)
    drafts, rows = list(_drafts(meeting, viewer)) if kept is None else [], list(_rows(meeting))
    found = findings_for([*(row.rfc for row in rows if row.rfc), *drafts], at=at, time_zone=time_zone)
    asks_consent = meeting.state in OPEN_MEETINGS
    told = last_statuses(row.rfc_id for row in rows if row.rfc_id and row.section in _TELLS_STATUS)
    beside = _Beside(meeting, found, seats, traces_of(rows), asks_consent, told)
    return Agenda(
        meeting=meeting,
        revision=meeting.revision,
        frozen_at=frozen.frozen_at if frozen else None,
        sections=tuple(_numbered(_by_section(rows), beside)),
        late=tuple(_item(row, beside) for row in rows if row.is_late and row.section),
        seats=seats,
        left_off=tuple(_left_off(drafts, found) if kept is None else frozen_left_off(kept, viewer)),
        automatic=tuple(automatic_in(meeting)),
        revisions=revisions,
    )


_PEOPLE = ("requester", "owner", "implementer", "environment", "change_type", "follows_up", "decision__by")
_LISTS = (
    "services",
    "configuration_items",
    "predecessors",
    "sessions",
    "steps",
    "contacts",
    "references",
    "waivers__other",
    "waivers__by",
    "follow_ups",
    "decision__conditions__owner",
)
_RFC_ROWS = [f"rfc__{name}" for name in _PEOPLE]
_RFC_LISTS = [f"rfc__{name}" for name in _LISTS]


def _rows(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The items with all that a page shows of them."""
    people = ("owner", "action__owner", "action__rfc", "action__done_by", "pulled_from", "pulled_by", "decision__by", "decision__defer_to")
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("rfc", *people, *_RFC_ROWS)
    return rows.prefetch_related("votes__member", "electronic_votes", "decision__conditions__owner", *_RFC_LISTS).order_by("position", "pk")


def _by_section(rows: Sequence[AgendaItem]) -> dict[Section, list[AgendaItem]]:
    standing = [row for row in rows if row.section and not row.is_late]
    return {section: [row for row in standing if row.section == section] for section in Section}


@dataclass(frozen=True)
class _Beside:
    """What an item is shown with. `asks_consent` is whether the meeting may still decide by consent."""

    meeting: Meeting
    found: Mapping[int, list[Finding]]
    seats: Sequence[Seat]
    traces: Traces
    asks_consent: bool
    statuses: Mapping[int, Event]


def _numbered(sections: Mapping[Section, Sequence[AgendaItem]], beside: _Beside) -> Iterable[Group]:
    """Numbers run through all sections; those of the consent list, which nobody reads out, come after all others."""
    made = {section: [_item(row, beside) for row in rows] for section, rows in sections.items() if rows}
    in_order = sorted((item for items in made.values() for item in items), key=lambda item: item.is_consented)
    numbers = {item.row.pk: number for number, item in enumerate(in_order, start=1)}
    for section, items in made.items():
        yield Group(section, tuple(replace(item, number=numbers[item.row.pk]) for item in items))


def _item(row: AgendaItem, beside: _Beside) -> Item:
    findings = tuple(beside.found.get(row.rfc_id, ())) if row.rfc_id else ()
    ballots = tuple(ballots_of(row, beside.seats, beside.traces))
    is_low_risk, why_not = consent_of(case_of(row, findings, ballots, beside.meeting.board))
    return Item(
        row,
        0,
        findings,
        ballots,
        getattr(row, "decision", None),
        is_low_risk,
        why_not_consent=why_not if beside.asks_consent else None,
        status=beside.statuses.get(row.rfc_id or 0),
    )


def _drafts(meeting: Meeting, viewer: User | None) -> Iterable[RFC]:
    """Drafts of this board that somebody worked on since the last cut-off, or whose work would begin soon after the meeting."""
    visible = RFC.objects.visible_to(viewer) if viewer else RFC.objects.all()
    rows = visible.filter(drafts_for(meeting)).with_content().prefetch_related("waivers__other", "waivers__by")
    return of_boards(rows.order_by("planned_start", "pk"), {meeting.board_id})


def _left_off(drafts: Iterable[RFC], found: Mapping[int, list[Finding]]) -> Iterable[LeftOff]:
    for rfc in drafts:
        yield LeftOff(rfc, tuple(stops_submission(found.get(rfc.pk, []))))
