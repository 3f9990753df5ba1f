"""Deciding on an RFC, by whichever route."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from changes.actions.by_votes import end_vote, is_put_to_the_vote
from changes.actions.content import reread, touched
from changes.actions.event import record
from changes.actions.ruling import Ruling, check_complete, check_item, check_ruling
from changes.actions.state import as_it_stood, check_version, enter, settle
from changes.actions.turn import stir
from changes.choices import Manner, MeetingState, Ratification, Route, State, Verdict
from changes.domain.agenda import DECIDED, is_quorate
from changes.domain.finding import blocking
from changes.domain.lifecycle import approved_until
from changes.domain.materiality import as_data, digest
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import RFC, AgendaItem, Condition, Decision, Meeting, User, WorkSession
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.finding import findings_of
from changes.selectors.presence import counted_for, roll_of

#: An emergency that is approved without a session gets one of this length where its plan has no minutes.
EMERGENCY_SESSION = timedelta(hours=1)

_APPROVING = (Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS)


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
    check_ruling(rfc, ruling, item, actor=actor, at=at)
    if ruling.verdict in _APPROVING:
        check_complete(rfc, findings_of(rfc, at=at))
        rfc = _with_session(rfc, at)
    decision = keep(rfc, ruling, actor=actor, at=at, item=item)
    _carry_out(rfc, decision, actor=actor, at=at)
    if item is not None:
        stir(item.meeting_id)
    return decision


def _carry_out(rfc: RFC, decision: Decision, *, actor: User, at: datetime) -> None:
    """Move the RFC as the decision says."""
    if decision.verdict in _APPROVING:
        put_in_force(rfc, decision, actor=actor, at=at, severity=decision.severity)
        settle(reread(rfc), at=at)
    elif decision.verdict == Verdict.REJECT:
        enter(rfc, State.REJECTED, actor=actor, at=at, note=decision.reason, decision=decision)
    elif decision.verdict == Verdict.DEFER:
        touched(rfc, at)
        record(rfc, "deferred", actor=actor, at=at, note=_to(decision.defer_to) + decision.reason)
    else:
        _say_afterwards(rfc, decision, actor=actor, at=at)


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
