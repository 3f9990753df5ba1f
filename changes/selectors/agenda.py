"""An agenda as pages, mails and the API show it: one source, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from changes.choices import Ballot, Outcome, Route, Section, Severity, State, Urgency
from changes.domain.agenda import DECIDED, HINTS, Term
from changes.domain.finding import Finding
from changes.domain.judgement import stops_submission
from changes.domain.lifecycle import needs_review, unanswered
from changes.models import RFC, AgendaItem, AgendaRevision, Decision, Meeting, User
from changes.selectors.candidate import of_boards, term_of
from changes.selectors.finding import findings_for
from changes.selectors.meeting import Seat, seats_of
from changes.selectors.revision import LeftOff, as_frozen, finding_data, frozen_findings, frozen_left_off, iso, left_off_data
from changes.selectors.vote import Ballots, ballots_of, last_edits

#: A draft whose work begins so soon after a meeting would have needed it.
NEEDS_THIS_ONE = timedelta(days=14)


@dataclass(frozen=True)
class Item:
    """One point, numbered through all sections. `decision` is the board's on this item."""

    row: AgendaItem
    number: int
    findings: tuple[Finding, ...] = ()
    ballots: tuple[Ballots, ...] = ()
    decision: Decision | None = None

    @property
    def rfc(self) -> RFC | None:
        return self.row.rfc

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
        followed = any(row.state == State.CLOSED for row in rfc.follow_ups.all())
        return "permanent RFC owed" if rfc.route == Route.EMERGENCY and not rfc.is_permanent and not followed else ""

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
        return sum(1 for ballot in self.ballots if not ballot.vote)


@dataclass(frozen=True)
class Group:
    """A section with its items; empty sections are left out of an agenda."""

    section: Section
    items: tuple[Item, ...]

    @property
    def hint(self) -> str:
        return HINTS[self.section]

    @property
    def minutes(self) -> int:
        return sum(item.row.minutes for item in self.items)


@dataclass(frozen=True)
class Agenda:
    """The agenda of a meeting at one revision. `frozen_at` is when that revision was made; None before the cut-off."""

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
        return [item for group in self.sections for item in group.items]

    @property
    def minutes(self) -> int:
        return sum(group.minutes for group in self.sections)

    @property
    def over(self) -> int:
        """Minutes that the items take beyond the meeting's length."""
        return max(0, self.minutes - self.meeting.minutes)

    @property
    def open_votes(self) -> int:
        """Votes that are missing on items that are not decided."""
        return sum(item.open_votes for item in self.items if item.is_votable and item.decision is None)

    @property
    def automatic_successful(self) -> int:
        return sum(1 for rfc in self.automatic if rfc.outcome == Outcome.SUCCESSFUL)

    @property
    def is_sent(self) -> bool:
        """Whether the members have been sent this revision."""
        sent = self.meeting.published_at
        return bool(sent and self.frozen_at and sent >= self.frozen_at)


def agenda_of(meeting: Meeting, *, at: datetime, revision: int | None = None, viewer: User | None = None, time_zone: str = "") -> Agenda:
    """The current agenda, or an earlier `revision` in the words and with the findings it froze with.

    Votes and decisions belong to the meeting, so they are today's in every revision; current findings are those
    of `at`, in `time_zone`. What was left off at the cut-off stays left off. `viewer` limits it to what that person may see.
    Raises `AgendaRevision.DoesNotExist`.
    """
    revisions = tuple(meeting.revisions.all())
    shown = meeting.revision if revision is None else revision
    frozen = next((row for row in revisions if row.number == shown), None)
    if frozen is None and shown != meeting.revision:
        raise AgendaRevision.DoesNotExist
    seats = tuple(seats_of(meeting.board, at=at))
    kept = next((row.snapshot for row in reversed(revisions) if row.number <= shown and "left_off" in row.snapshot), None)
    drafts, rows = list(_drafts(meeting, viewer)) if kept is None else [], list(_rows(meeting))
    edits = last_edits(rows)
    found = findings_for([*(row.rfc for row in rows if row.rfc), *drafts], at=at, time_zone=time_zone)
    if frozen is not None and shown != meeting.revision:
        sections, late = as_frozen(rows, frozen.snapshot)
        found = found | frozen_findings(frozen.snapshot, rows)
    else:
        sections, late = _by_section(rows), [row for row in rows if row.is_late and row.section]
    return Agenda(
        meeting=meeting,
        revision=shown,
        frozen_at=frozen.frozen_at if frozen else None,
        sections=tuple(_numbered(sections, found, seats, edits)),
        late=tuple(_item(row, 0, found, seats, edits) for row in late),
        seats=seats,
        left_off=tuple(_left_off(drafts, found) if kept is None else frozen_left_off(kept, viewer)),
        automatic=tuple(_automatic(term_of(meeting))),
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
)
_RFC_ROWS = [f"rfc__{name}" for name in _PEOPLE]
_RFC_LISTS = [f"rfc__{name}" for name in _LISTS]


def _rows(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The items with all that a page shows of them."""
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("rfc", "decision__by", "decision__defer_to", *_RFC_ROWS)
    return rows.prefetch_related("votes__member", "decision__conditions__owner", *_RFC_LISTS).order_by("position", "pk")


def _by_section(rows: Sequence[AgendaItem]) -> dict[Section, list[AgendaItem]]:
    standing = [row for row in rows if row.section and not row.is_late]
    return {section: [row for row in standing if row.section == section] for section in Section}


def _numbered(
    sections: Mapping[Section, Sequence[AgendaItem]],
    found: Mapping[int, list[Finding]],
    seats: Sequence[Seat],
    edits: Mapping[int, datetime],
) -> Iterable[Group]:
    number = 0
    for section, rows in sections.items():
        items = [_item(row, number + place, found, seats, edits) for place, row in enumerate(rows, start=1)]
        number += len(rows)
        if items:
            yield Group(section, tuple(items))


def _item(row: AgendaItem, number: int, found: Mapping[int, list[Finding]], seats: Sequence[Seat], edits: Mapping[int, datetime]) -> Item:
    decision = getattr(row, "decision", None)
    findings = found.get(row.rfc_id, []) if row.rfc_id else []
    return Item(row, number, tuple(findings), tuple(ballots_of(row, seats, edits)), decision)


def _drafts(meeting: Meeting, viewer: User | None) -> Iterable[RFC]:
    """Drafts of this board that somebody worked on since the last cut-off, or whose work would begin soon after the meeting."""
    term = term_of(meeting)
    soon = Q(planned_start__gte=meeting.cut_off_at, planned_start__lt=meeting.starts_at + NEEDS_THIS_ONE)
    visible = RFC.objects.visible_to(viewer) if viewer else RFC.objects.all()
    mine = Q(state=State.DRAFT, route=Route.BOARD, imported=False, created_at__lt=meeting.ends_at)
    rows = visible.filter(mine, Q(updated_at__gte=term.since) | soon).with_content().prefetch_related("waivers__other", "waivers__by")
    return of_boards(rows.order_by("planned_start", "pk"), {meeting.board_id})


def _left_off(drafts: Iterable[RFC], found: Mapping[int, list[Finding]]) -> Iterable[LeftOff]:
    for rfc in drafts:
        yield LeftOff(rfc, tuple(stops_submission(found.get(rfc.pk, []))))


def _automatic(term: Term) -> QuerySet[RFC]:
    """What took the automatic lane since the last cut-off."""
    taken = RFC.objects.filter(severity=Severity.AUTOMATIC, route=Route.AUTOMATIC, imported=False, decision__isnull=False)
    return taken.filter(decision__at__gte=term.since, decision__at__lt=term.sitting.cut_off_at).order_by("planned_start", "pk")


# --- The API's shape ------------------------------------------------------------------------------------------------
def as_data(agenda: Agenda) -> dict[str, Any]:
    """The agenda as the API and a frozen revision have it (DESIGN 7): names and numbers, instants as ISO 8601 in UTC."""
    return {
        "meeting": agenda.meeting.pk,
        "revision": agenda.revision,
        "frozen_at": _iso(agenda.frozen_at),
        "minutes": agenda.minutes,
        "sections": [
            {"code": group.section.value, "title": group.section.label, "items": [_item_data(item) for item in group.items]}
            for group in agenda.sections
        ],
        "late": [_item_data(item) for item in agenda.late],
    }


def as_snapshot(agenda: Agenda, *, at: datetime) -> dict[str, Any]:
    """What a revision made at `at` keeps: the API's shape, and the drafts that the cut-off left off (DESIGN 4.8)."""
    return {**as_data(agenda), "frozen_at": _iso(at), "left_off": left_off_data(agenda.left_off)}


def _item_data(item: Item) -> dict[str, Any]:
    cast = [(ballot, ballot.seat.person.username) for ballot in item.ballots if ballot.vote in set(Ballot)]
    return {
        "id": item.row.pk,
        "rfc": item.rfc.number if item.rfc else None,
        "title": item.row.title,
        "minutes": item.row.minutes,
        "reason": item.row.reason,
        "findings": [finding_data(finding) for finding in item.findings],
        "votes": [_vote_data(ballot, name) for ballot, name in cast],
        "decision": decision_data(item.decision) if item.decision else None,
    }


def _vote_data(ballot: Ballots, name: str) -> dict[str, Any]:
    said = {"member": name, "vote": ballot.vote, "comment": ballot.comment, "at": _iso(ballot.at)}
    return {**said, "before_last_edit": ballot.edited_at is not None}


def decision_data(decision: Decision) -> dict[str, Any]:
    """A decision as the API tells it: what was sent to it, by whom, when, and whether there was a quorum."""
    return {
        "decision": decision.verdict,
        "severity": decision.severity,
        "reason": decision.reason,
        "by": decision.by.username if decision.by else None,
        "at": _iso(decision.at),
        "quorum_met": decision.quorum_met,
        "conditions": [
            {"id": row.pk, "text": row.text, "owner": row.owner.username, "due_at": _iso(row.due_at), "met_at": _iso(row.met_at)}
            for row in decision.conditions.all()
        ],
        "meeting": decision.defer_to_id,
    }


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
