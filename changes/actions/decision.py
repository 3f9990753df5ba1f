"""Deciding on an RFC, by whichever route."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from changes import permissions
from changes.actions.by_votes import check_votes, end_vote, is_put_to_the_vote
from changes.actions.content import reread, touched
from changes.actions.event import record
from changes.actions.state import as_it_stood, check_version, enter, settle
from changes.actions.turn import stir
from changes.choices import Manner, MeetingState, Ratification, Route, Severity, State, Verdict
from changes.domain import judgement
from changes.domain.agenda import DECIDED, awaits_review, is_quorate
from changes.domain.finding import Finding, blocking
from changes.domain.lifecycle import approved_until
from changes.domain.lifecycle import makers as makers_of
from changes.domain.materiality import as_data, digest
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, AgendaItem, Condition, Decision, Meeting, User, WorkSession
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.finding import findings_of
from changes.selectors.presence import counted_for, roll_of

#: An emergency that is approved without a session gets one of this length where its plan has no minutes.
EMERGENCY_SESSION = timedelta(hours=1)

_APPROVING = (Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS)
_AFTERWARDS = (Verdict.RATIFY, Verdict.UNAUTHORISED)


@dataclass(frozen=True)
class Promise:
    """A condition as it is decided: what, by whom, until when."""

    text: str
    owner: User
    due_at: datetime


@dataclass(frozen=True)
class Ruling:
    """What is decided, and how. `verbal_by` is the approver whose word somebody else writes down.

    `present` is how many with a vote were asked. Where a meeting sits, `manner`, `present` and `quorum_met` come of it.
    """

    verdict: Verdict
    reason: str = ""
    severity: Severity | None = None
    conditions: Sequence[Promise] = ()
    defer_to: Meeting | None = None
    verbal_by: User | None = None
    how: str = ""
    quorum_met: bool | None = None
    manner: Manner | None = None
    present: int | None = None


@transaction.atomic
def decide(
    rfc: RFC,
    ruling: Ruling,
    *,
    actor: User,
    at: datetime,
    version: int | None = None,
    item: AgendaItem | None = None,
) -> Decision:
    """Decide on an RFC: keep the decision with the content it is about, and move the RFC as it says.

    Approving enters *approved* and, where nothing stops it, *scheduled*; rejecting enters *rejected*;
    deferring leaves it *submitted* with its meeting; ratifying and calling unauthorised mark a change
    that did not wait. What stands on an agenda is decided there, from whichever door, and its quorum is
    recorded. Raises `NotAllowed`, `MoveRefused`, `Unacceptable` or `Stale`, and then writes nothing.
    """
    rfc = reread(rfc)
    check_version(rfc, version)
    item = _as_stored(item) if item else _standing_item(rfc)
    check_item(rfc, item)
    _check_right(rfc, ruling, actor, at)
    _check_whole(rfc, ruling)
    _check_promises(ruling, at)
    _check_deferral(ruling, item, at)
    check_votes(ruling.verdict, ruling.reason, item, at)
    if ruling.verdict in _APPROVING:
        check_complete(rfc, findings_of(rfc, at=at))
        rfc = _with_session(rfc, at)
    decision = keep(rfc, ruling, actor=actor, at=at, item=item)
    if ruling.verdict in _APPROVING:
        _approve(rfc, decision, actor=actor, at=at)
    elif ruling.verdict == Verdict.REJECT:
        enter(rfc, State.REJECTED, actor=actor, at=at, note=ruling.reason, decision=decision)
    elif ruling.verdict == Verdict.DEFER:
        touched(rfc, at)
        record(rfc, "deferred", actor=actor, at=at, note=_to(ruling.defer_to) + ruling.reason)
    else:
        _say_afterwards(rfc, decision, actor=actor, at=at)
    if item is not None:
        stir(item.meeting_id)
    return decision


def _to(meeting: Meeting | None) -> str:
    """The day of the meeting it is deferred to, where the board sits."""
    return f"to {meeting.board.date_at(meeting.starts_at)}. " if meeting else ""


def _as_stored(item: AgendaItem) -> AgendaItem:
    """With its meeting as it is now: in our turn nobody ends it, and nobody publishes its minutes."""
    return AgendaItem.objects.select_related("meeting__board__chair").get(pk=item.pk)


def _standing_item(rfc: RFC) -> AgendaItem | None:
    """The undecided item of an agenda that is not over, where one asks for the board's decision."""
    asked = AgendaItem.objects.filter(rfc=rfc, section__in=DECIDED, is_late=False, decision=None)
    return asked.filter(meeting__state__in=OPEN_MEETINGS).select_related("meeting__board").first()


def check_item(rfc: RFC, item: AgendaItem | None) -> None:
    """Raise `MoveRefused` where this item cannot be decided: most of all where somebody was quicker, with what and by whom."""
    if item is None:
        return
    if item.rfc_id != rfc.pk:
        raise Unacceptable("This item is about another RFC.", field="item")
    decided = Decision.objects.filter(item=item).select_related("by").first()
    if decided:
        verdict = Verdict(decided.verdict).label.lower()
        raise MoveRefused(f"This item is decided already: {verdict}, by {decided.whose}.", mend="Read the agenda again.")
    if item.meeting.minutes_published_at:
        raise MoveRefused("The minutes of this meeting are published.", mend="Decide on it at the board’s next meeting.")
    is_asked = not item.is_late or is_put_to_the_vote(item)
    if not is_asked or not item.section:
        raise MoveRefused("It is not on the agenda.", mend="The chair admits it from the late list first.")


def _check_deferral(ruling: Ruling, item: AgendaItem | None, at: datetime) -> None:
    """The meeting named has to be able to take it: of the same board, with its cut-off ahead."""
    to = ruling.defer_to
    if ruling.verdict != Verdict.DEFER or to is None:
        return
    same_board = item is None or to.board_id == item.meeting.board_id
    if to.state != MeetingState.PLANNED or to.cut_off_at <= at or not same_board or (item and to.pk == item.meeting_id):
        raise Unacceptable("That meeting cannot take it.", mend="Name a meeting of this board whose cut-off is ahead.", field="meeting")


def _as_held(rfc: RFC, ruling: Ruling, item: AgendaItem | None, actor: User | None, at: datetime) -> Ruling:
    """The ruling with how it came about: where the board sits, by those who are there; what is told already stays."""
    if item is None or actor is None:
        return ruling
    if item.meeting.state == MeetingState.IN_SESSION:
        present = len(counted_for(roll_of(item.meeting, at=at), rfc, actor)) if ruling.present is None else ruling.present
        ruling = replace(ruling, manner=ruling.manner or Manner.MEETING, present=present)
    elif ruling.manner is None and is_put_to_the_vote(item):
        ruling = replace(ruling, manner=Manner.ELECTRONIC)
    if ruling.quorum_met is not None:
        return ruling
    return replace(ruling, quorum_met=_is_quorum_met(ruling, item, actor))


def _is_quorum_met(ruling: Ruling, item: AgendaItem, actor: User) -> bool:
    """By how many are there; where nobody counted, those who voted are, with the one who decides."""
    quorum = item.meeting.board.quorum
    if ruling.present is not None:
        return ruling.present >= quorum
    return is_quorate([actor.pk, *item.votes.values_list("member_id", flat=True)], quorum)


def _check_right(rfc: RFC, ruling: Ruling, actor: User, at: datetime) -> None:
    approver = ruling.verbal_by or actor
    if ruling.verdict in _AFTERWARDS:
        if permissions.has_a_hand_in(actor, rfc) or not permissions.is_chair_for(actor, rfc, at):
            raise NotAllowed("Only the board's chair says so, and never of an own change.")
        return
    if rfc.state != State.SUBMITTED:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()}; only what is submitted is decided.")
    if ruling.verbal_by and not (rfc.route == Route.EMERGENCY and permissions.is_own(actor, rfc)):
        raise NotAllowed("A verbal approval is written down by those whose emergency it is.")
    after = State.REJECTED if ruling.verdict in (Verdict.REJECT, Verdict.DEFER) else State.APPROVED
    if not permissions.may_move(approver, rfc, after, at):
        makers = ", ".join(sorted(makers_of(rfc.state, after, rfc.route)))
        own = "who has a hand in an RFC never decides it"
        why = own if permissions.has_a_hand_in(approver, rfc) else f"the {makers} decides it"
        raise NotAllowed(f"{approver} may not decide {rfc.number}: {why}.", mend=f"Its route: {Route(rfc.route).label}.")


def check_complete(rfc: RFC, found: Iterable[Finding]) -> None:
    """Nothing incomplete is approved, however it came to be so. Raises `MoveRefused` with what is missing."""
    missing = judgement.stops_submission(found)
    if missing:
        raise MoveRefused(f"{rfc.number} is not complete.", mend="Have its owner mend what is listed.", findings=missing)


def _check_whole(rfc: RFC, ruling: Ruling) -> None:
    if ruling.verdict in (Verdict.REJECT, Verdict.UNAUTHORISED) and not ruling.reason.strip():
        raise Unacceptable("This decision needs a reason.", mend="Say why, in a sentence.", field="reason")
    if ruling.verdict == Verdict.APPROVE_WITH_CONDITIONS and not ruling.conditions:
        raise Unacceptable("No condition is named.", mend="Name one, or approve without.", field="conditions")
    if ruling.verdict == Verdict.DEFER and ruling.defer_to is None:
        raise Unacceptable("A deferred RFC needs its meeting.", mend="Name a later meeting.", field="meeting")
    if ruling.verdict in _AFTERWARDS and not _awaits_review(rfc):
        raise MoveRefused(f"{rfc.number} does not wait to be ratified.")
    if ruling.verbal_by and not ruling.how.strip():
        raise Unacceptable("A verbal approval says how it was given.", mend="By phone, for example.", field="how")


def _check_promises(ruling: Ruling, at: datetime) -> None:
    for place, promise in enumerate(ruling.conditions):
        if promise.due_at <= at:
            raise Unacceptable("This time is past; nobody can keep it.", mend="Name a later time.", field=f"conditions[{place}].due_at")


def _awaits_review(rfc: RFC) -> bool:
    ratification = Ratification(rfc.ratification) if rfc.ratification else None
    return awaits_review(Route(rfc.route), ratification, rfc.decision.at if rfc.decision else None)


def keep(rfc: RFC, ruling: Ruling, *, actor: User | None, at: datetime, item: AgendaItem | None = None) -> Decision:
    """The decision as a row, with what was before those who decided."""
    content = rfc.content()
    shown = blocking(findings_of(rfc, at=at)) if rfc.route == Route.EMERGENCY else []
    ruling = _as_held(rfc, ruling, item, actor, at)
    decision = Decision.objects.create(
        rfc=rfc,
        item=item,
        route=rfc.route,
        verdict=ruling.verdict,
        severity=ruling.severity or rfc.severity,
        reason=ruling.reason,
        by=ruling.verbal_by or actor,
        recorded_by=actor,
        at=at,
        defer_to=ruling.defer_to,
        quorum_met=ruling.quorum_met,
        present=ruling.present,
        manner=ruling.manner or "",
        accepted=[{"code": f.code, "other": f.other, "minutes": f.minutes, "scope": f.scope} for f in shown],
        content=as_data(content),
        digest=digest(content),
        before=as_it_stood(rfc),
        is_verbal=ruling.verbal_by is not None,
        how=ruling.how,
    )
    end_vote(decision)
    Condition.objects.bulk_create(Condition(decision=decision, **vars(promise)) for promise in ruling.conditions)
    return decision


def _approve(rfc: RFC, decision: Decision, *, actor: User, at: datetime) -> None:
    put_in_force(rfc, decision, actor=actor, at=at, severity=decision.severity)
    settle(reread(rfc), at=at)


def put_in_force(rfc: RFC, decision: Decision, *, actor: User | None, at: datetime, **columns: Any) -> None:
    """Enter *approved* with the decision; `columns` may say otherwise of what goes with it."""
    good_for = timedelta(days=settings.FSC_APPROVAL_DAYS)
    force = {"decision": decision, "approved_until": approved_until(at, good_for), "is_move_unconfirmed": False}
    enter(rfc, State.APPROVED, actor=actor, at=at, note=decision.reason, **{**force, **columns})


def _with_session(rfc: RFC, at: datetime) -> RFC:
    """An emergency without a session starts now; the approval is of that session too, and covers what stands against it."""
    if rfc.route != Route.EMERGENCY or rfc.sessions.exists():
        return rfc
    content, at = rfc.content(), at.replace(second=0, microsecond=0)
    minutes = sum(content.minutes(phase) for phase in ("rollout", "verification", "rollback"))
    end = at + (timedelta(minutes=minutes) if minutes else EMERGENCY_SESSION)
    WorkSession.objects.create(rfc=rfc, planned_start=at, planned_end=end)
    touched(rfc, rfc.updated_at, planned_start=at, planned_end=end)
    return reread(rfc)


def _say_afterwards(rfc: RFC, decision: Decision, *, actor: User, at: datetime) -> None:
    """An approval stays in force with what it covers; what had none has this decision."""
    ratified = decision.verdict == Verdict.RATIFY
    word = Ratification.RATIFIED if ratified else Ratification.UNAUTHORISED
    touched(rfc, at, ratification=word, decision=rfc.decision or decision)
    record(rfc, decision.verdict, actor=actor, at=at, note=decision.reason)


@transaction.atomic
def confirm(rfc: RFC, *, actor: User, at: datetime) -> RFC:
    """The approver stands by a verbal approval. Raises `NotAllowed` for anybody else."""
    rfc = reread(rfc)
    decision = rfc.decision
    if decision is None or not decision.is_verbal or decision.confirmed_at:
        raise MoveRefused(f"{rfc.number} has no verbal approval that waits to be confirmed.")
    if decision.by_id != actor.pk:
        raise NotAllowed(f"Only {decision.by}, whose word it was, can confirm it.")
    decision.confirmed_at = at
    decision.save(update_fields=["confirmed_at"])
    touched(rfc, at)
    record(rfc, "approval_confirmed", actor=actor, at=at)
    return rfc


@transaction.atomic
def meet(condition: Condition, *, met: bool, actor: User, at: datetime, note: str = "") -> Condition:
    """Say that a condition is met, or is not after all. Raises `NotAllowed`."""
    condition = Condition.objects.select_for_update(of=("self",)).select_related("decision__rfc").get(pk=condition.pk)
    if not permissions.can_meet(actor, condition):
        raise NotAllowed("Its owner, the RFC's owner and the change manager say when a condition is met.")
    condition.met_at, condition.met_by, condition.note = (at, actor, note) if met else (None, None, note)
    condition.save(update_fields=["met_at", "met_by", "note"])
    rfc = reread(condition.decision.rfc)
    touched(rfc, at)
    record(rfc, "condition_met" if met else "condition_open", actor=actor, at=at, note=f"{condition.text} {note}".strip())
    return condition
