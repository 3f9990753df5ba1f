"""The detail page of one RFC: everything it shows to one reader, in a number of queries that does not depend on its size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from changes import permissions
from changes.choices import DECIDED_AS, OPEN_STATES, Outcome, Phase, Ratification, Route, Severity, State, Urgency, Verdict
from changes.domain import lifecycle
from changes.domain.finding import Finding, blocking
from changes.domain.severity import QUESTIONS
from changes.domain.word import is_overdue
from changes.models import RFC, AgendaItem, Condition, IncidentLink, Meeting, RotaEntry, User
from changes.models.rfc import RFCQuerySet
from changes.selectors.approval import Approval, approval_of
from changes.selectors.board import Destination, destination_of
from changes.selectors.emergency import Debt, debt_of, on_rota
from changes.selectors.finding import findings_of
from changes.selectors.history import Line, latest
from changes.selectors.lifecycle import Offer, moves_of
from changes.selectors.progress import Night, Row, night_of, numbered
from changes.selectors.submission import meeting_in_time
from changes.selectors.waiver import Row as WaiverRow
from changes.selectors.waiver import Waiving, waiving, with_standing

#: So many events stand beside the work; the history page has them all.
EVENTS_SHOWN = 6


@dataclass(frozen=True)
class Call:
    """Somebody to call: what for, who, and how. `until` ends a turn on the rota."""

    what: str
    who: str
    phone: str = ""
    mail: str = ""
    url: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Rights:
    """What the reader may do to the RFC besides moving it."""

    is_owner: bool
    is_implementer: bool
    is_own: bool
    edits: bool
    fills_in: bool
    reschedules: bool
    works: bool
    confirms_move: bool
    confirms_approval: bool
    reviews: bool
    restores: bool


def readable(user: User) -> RFCQuerySet:
    """The RFCs that `user` may see, read with all that the page shows of one."""
    rfcs = RFC.objects.visible_to(user).with_content()
    waivers = ("waivers__other", "waivers__by")
    return rfcs.select_related("decision__item__meeting", "decision__recorded_by").prefetch_related(*waivers)


class Detail:
    """One RFC as `viewer` sees it at `at`. Parts that a page does not ask for are not read."""

    def __init__(self, rfc: RFC, viewer: User, *, at: datetime, time_zone: str) -> None:
        self.rfc, self.viewer, self.at, self.time_zone = rfc, viewer, at, time_zone

    @cached_property
    def findings(self) -> list[Finding]:
        return findings_of(self.rfc, at=self.at, time_zone=self.time_zone)

    @property
    def blocking(self) -> list[Finding]:
        return blocking(self.findings)

    @cached_property
    def waiving(self) -> Waiving:
        """What the reader could waive, and who could waive the rest."""
        return waiving(self.rfc, self.viewer, self.findings) if self.is_open else Waiving()

    @property
    def debt(self) -> Debt | None:
        """What it owes as an emergency that could not wait."""
        return debt_of(self.rfc, self.findings, at=self.at)

    @property
    def waivable(self) -> Sequence[Finding]:
        return self.waiving.mine

    @cached_property
    def waivers(self) -> list[WaiverRow]:
        """Its waivers with what has become of each."""
        rows = list(self.rfc.waivers.all())
        return with_standing(rows, {self.rfc.pk: self.findings}, at=self.at, time_zone=self.time_zone) if rows else []

    @cached_property
    def incidents(self) -> list[IncidentLink]:
        """What is thought of it and the incidents that it may have caused."""
        return list(self.rfc.incidents.select_related("by"))

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        """Every move from here, by the state it leads to."""
        return {offer.to.value: offer for offer in moves_of(self.rfc, self.viewer, at=self.at, found=self.findings)}

    @property
    def refused(self) -> list[Offer]:
        """The moves that are not possible, each of which says why."""
        return [offer for offer in self.offers.values() if not offer.allowed]

    @cached_property
    def night(self) -> Night | None:
        return night_of(self.rfc, at=self.at)

    @property
    def tally(self) -> str:
        """How many findings there are, and how many of them block or are waived: "3, 1 waived"."""
        parts = [f"{len(self.findings)}"] if self.findings else []
        parts += [f"{len(self.blocking)} blocking"] if self.blocking else []
        waived = sum(bool(finding.waived) for finding in self.findings)
        return ", ".join([*parts, f"{waived} waived"] if waived else parts)

    @cached_property
    def steps(self) -> tuple[Row, ...]:
        """Rollout and verification, with their times where there is a session."""
        return self.night.forward if self.night else numbered([*self.rfc.phase(Phase.ROLLOUT), *self.rfc.phase(Phase.VERIFICATION)], "")

    @cached_property
    def rollback(self) -> tuple[Row, ...]:
        return self.night.back if self.night else numbered(self.rfc.phase(Phase.ROLLBACK), "R")

    @property
    def impact(self) -> list[tuple[str, str]]:
        """The four impact answers in words."""
        answers = self.rfc.impact().answers()
        return [(QUESTIONS[name], answer.label.lower() if answer else "not answered") for name, answer in answers.items()]

    @cached_property
    def follow_ups(self) -> list[RFC]:
        return list(self.rfc.follow_ups.all().visible_to(self.viewer))

    @property
    def owes_raising(self) -> bool:
        """Whether its permanent RFC is still to be raised; one that the reader may not see counts too."""
        rfc, states = self.rfc, [row.state for row in self.rfc.follow_ups.all()]
        return lifecycle.owes_raising(rfc.urgency, rfc.state, is_permanent=rfc.is_permanent or rfc.imported, follow_ups=states)

    @cached_property
    def readable(self) -> frozenset[int]:
        """Of the RFCs that this one names, those that the reader may see; of the others a number is told and no title."""
        named = [*(rfc.pk for rfc in self.rfc.predecessors.all()), self.rfc.follows_up_id]
        return frozenset(RFC.objects.visible_to(self.viewer).filter(pk__in=[pk for pk in named if pk]).values_list("pk", flat=True))

    @cached_property
    def successors(self) -> list[RFC]:
        return list(self.rfc.successors.all().visible_to(self.viewer))

    @cached_property
    def rights(self) -> Rights:
        return _rights(self.rfc, self.viewer)

    @cached_property
    def conditions(self) -> list[tuple[Condition, bool]]:
        """The conditions of the approval in force, each with whether the reader may say that it is met."""
        rows = Condition.objects.filter(decision_id=self.rfc.decision_id) if self.rfc.decision_id else Condition.objects.none()
        return [(row, permissions.can_meet(self.viewer, row)) for row in rows.select_related("owner", "met_by", "decision__rfc")]

    @property
    def unmet(self) -> list[Condition]:
        return [condition for condition, _ in self.conditions if condition.met_at is None]

    @cached_property
    def approval(self) -> Approval | None:
        """What was approved against what stands there now."""
        return approval_of(self.rfc)

    @property
    def verdict(self) -> str:
        """What the decision in force said, as something done."""
        return DECIDED_AS[Verdict(self.rfc.decision.verdict)] if self.rfc.decision else ""

    @cached_property
    def agenda_item(self) -> AgendaItem | None:
        """Where the board has it before it: its item of the latest meeting."""
        return AgendaItem.objects.filter(rfc=self.rfc).select_related("meeting__board").order_by("-meeting__starts_at").first()

    @cached_property
    def destination(self) -> Destination | None:
        """The board that has it, and why that one; where only a board's people decide it."""
        return destination_of(self.rfc) if self.rfc.route in (Route.BOARD, Route.EMERGENCY) and self.is_open else None

    @cached_property
    def next_meeting(self) -> Meeting | None:
        to_board = self.rfc.route == Route.BOARD and self.destination
        return meeting_in_time(to_board.board, at=self.at) if to_board else None

    @cached_property
    def on_rota(self) -> list[RotaEntry]:
        """Who answers for emergencies now, in the order they are called; its own people never do."""
        return on_rota(self.rfc, at=self.at)

    @cached_property
    def calls(self) -> list[Call]:
        """Whom to call, in the order somebody would: those it names, the approver on duty, its people."""
        rfc = self.rfc
        named = [Call(contact.name, contact.role, contact.phone, url=contact.url) for contact in rfc.contacts.all()]
        rota = [_call("Approver on the rota", entry.user, entry.until) for entry in self.on_rota[:2]]
        people = [_call("Implementer", rfc.implementer)] if rfc.implementer else []
        people += [_call("Owner", rfc.owner)] if rfc.owner_id != rfc.implementer_id else []
        return _each_number_once([*named, *rota, *people])

    @cached_property
    def needs_review(self) -> bool:
        urgency = Urgency(self.rfc.urgency) if self.rfc.urgency else None
        outcome = Outcome(self.rfc.outcome) if self.rfc.outcome else None
        return lifecycle.needs_review(Severity(self.rfc.severity), urgency, outcome)

    @property
    def review(self) -> list[tuple[str, str, str]]:
        """The questions of the review as (name, question, answer so far)."""
        answers = self.rfc.review or {}
        return [(name, question, str(answers.get(name, ""))) for name, question in lifecycle.REVIEW_QUESTIONS.items()]

    @cached_property
    def history(self) -> tuple[list[Line], int]:
        return latest(self.rfc, time_zone=self.time_zone, count=EVENTS_SHOWN)

    @property
    def is_open(self) -> bool:
        return self.rfc.state in OPEN_STATES

    @property
    def is_unconfirmed(self) -> bool:
        """Whether work rests on a word that its approver has not confirmed yet."""
        return bool(self.rfc.decision and self.rfc.decision.is_unconfirmed)

    @property
    def is_word_overdue(self) -> bool:
        """Whether it is listed as unauthorised for that, which the board has not judged yet."""
        decision, judged = self.rfc.decision, self.rfc.ratification not in ("", Ratification.OWED)
        return bool(decision and decision.is_unconfirmed and not judged and is_overdue(decision.at, self.at))


def _call(what: str, user: User, until: datetime | None = None) -> Call:
    return Call(what, str(user), user.phone, user.email, until=until)


def _each_number_once(calls: list[Call]) -> list[Call]:
    """The first of those behind one number; who has none is kept."""
    seen: set[str] = set()
    kept = []
    for call in calls:
        number = call.phone.replace(" ", "")
        if not number or number not in seen:
            kept.append(call)
        seen.add(number)
    return kept


def _rights(rfc: RFC, viewer: User) -> Rights:
    own, works = permissions.is_own(viewer, rfc), permissions.can_work(viewer, rfc)
    decision = rfc.decision
    unconfirmed = bool(decision and decision.is_unconfirmed)
    return Rights(
        is_owner=permissions.is_owner(viewer, rfc),
        is_implementer=permissions.is_implementer(viewer, rfc),
        is_own=own,
        edits=permissions.can_edit(viewer, rfc),
        fills_in=permissions.can_fill_in(viewer, rfc),
        reschedules=permissions.can_reschedule(viewer, rfc),
        works=works and rfc.state == State.IN_PROGRESS,
        confirms_move=permissions.can_confirm_move(viewer, rfc) and rfc.is_move_unconfirmed,
        confirms_approval=bool(unconfirmed and decision and decision.by_id == viewer.pk),
        reviews=rfc.state == State.COMPLETED and permissions.can_review(viewer, rfc),
        restores=rfc.state == State.SUBMITTED and permissions.can_say_it_restores(viewer, rfc),
    )
