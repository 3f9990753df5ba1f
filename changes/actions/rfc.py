"""Raising an RFC and writing in it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from changes import permissions
from changes.actions.automatic import go_on
from changes.actions.clash import clashing, tell_others
from changes.actions.content import refuse_the_impossible, reread, touched, write_content
from changes.actions.event import changes_between, first_words, record
from changes.actions.state import check_version, enter, settle
from changes.choices import OPEN_STATES, Outcome, Role, Severity, State, Urgency
from changes.domain import judgement, owed
from changes.domain.conflict import books_the_same
from changes.domain.content import Content
from changes.domain.lifecycle import owes_follow_up
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, User
from changes.selectors.basis import SetUp, set_up, set_up_for
from changes.selectors.consequence import Effect, consequence_of
from changes.selectors.finding import findings, findings_of
from changes.selectors.proposal import proposal_for


@transaction.atomic
def create(content: Content, *, actor: User, at: datetime, outcome: Outcome | None = None) -> RFC:
    """Raise an RFC as a draft of `actor`, who becomes its requester and, if nobody else is named, its owner.

    `outcome` is kept for a change that is written down after it was done. Raises `NotAllowed` or `Unacceptable`.
    """
    check_may_raise(actor, content)
    rfc = RFC(requester=actor, owner=actor, created_at=at, updated_at=at, outcome=outcome or "")
    write_content(rfc, content)
    rfc = reread(rfc)
    assess(rfc)
    record(rfc, "created", actor=actor, at=at, changes=first_words(content, requester=actor.username))
    return rfc


def check_may_raise(actor: User, content: Content) -> None:
    """Raise `NotAllowed` for who may not raise an RFC of this content; whoever tries one out hears it too."""
    if permissions.can_raise_urgency(actor, content.urgency):
        return
    if permissions.is_tool(actor):
        raise NotAllowed("An incident tool raises emergencies only.", mend="Set the urgency to emergency.")
    raise NotAllowed("A viewer raises no RFCs.", mend="Ask an administrator for another role.")


def assess(rfc: RFC) -> None:
    """Work out what follows from the content: proposed severity, route and due-by; save them without a new version.

    A severity that a decision has assigned stays; so do route and due-by once the work has begun.
    """
    assigned = Severity(rfc.severity) if rfc.decision_id else None
    proposal = proposal_for(rfc.content(), created_at=rfc.created_at, assigned=assigned)
    rfc.proposed_severity, rfc.severity = proposal.proposed_severity, proposal.severity
    if rfc.state in OPEN_STATES:
        rfc.route, rfc.due_by = proposal.route, proposal.due_by
    rfc.save(update_fields=["proposed_severity", "severity", "route", "due_by"])


@transaction.atomic
def update(rfc: RFC, content: Content, *, actor: User, at: datetime, version: int | None = None, note: str = "") -> RFC:
    """Write `content` into an RFC whose work has not begun, and draw what that means for its approval.

    A material edit of an approved RFC returns it to *submitted*; a move to another permitted occurrence
    waits for the change manager; the rest changes nothing about it (DESIGN 4.1). `consequence_of` says
    beforehand which it will be. Of an emergency whose work has begun what it owes may be filled in, and
    nothing else. Raises `NotAllowed`, `MoveRefused`, `Unacceptable` or `Stale`.
    """
    rfc = reread(rfc)
    check_version(rfc, version)
    before = rfc.content()
    content = writable(rfc, content, actor)
    changes = changes_between(before, content)
    if not changes:
        return rfc
    refuse_the_impossible(content)
    shared = set_up_for(set_up(at), [before, content])
    _check_still_complete(rfc, content, at, shared)
    consequence = consequence_of(rfc, content, at=at, shared=shared)
    moved = _moved(before, content, at) if rfc.state != State.DRAFT else {}
    had = clashing(findings_of(rfc, at=at, shared=shared)) if moved else set()
    write_content(rfc, content)
    rfc = reread(rfc)
    assess(rfc)
    touched(rfc, at, **moved)
    record(rfc, "moved" if set(changes) == {"sessions"} else "edited", actor=actor, at=at, note=note, changes=changes)
    if moved:
        tell_others(rfc, had=had, actor=actor, at=at)
    _follow(rfc, consequence.effect, actor=actor, at=at, reason=consequence.sentence)
    return reread(rfc)


def _moved(before: Content, after: Content, at: datetime) -> dict[str, datetime]:
    """The instants that an edit of what was submitted renews: of its times, of its people, and of all that it books."""
    changes = changes_between(before, after)
    renewed = {
        "moved_at": "sessions" in changes,
        "named_at": not {"owner", "implementer"}.isdisjoint(changes),
        "booked_at": not books_the_same(before, after),
    }
    return {column: at for column, is_new in renewed.items() if is_new}


def writable(rfc: RFC, content: Content, actor: User) -> Content:
    """What writing `content` into a stored RFC would write, if `actor` may; asked by `update` and by trying it out.

    Raises `NotAllowed`, `MoveRefused` or `Unacceptable`, as `update` does.
    """
    if rfc.state not in OPEN_STATES:
        content = owed.continued(rfc.content(), content)
    _check_editable(rfc, content, actor)
    return content


def _check_editable(rfc: RFC, content: Content, actor: User) -> None:
    if rfc.state not in OPEN_STATES:
        _check_fills_in(rfc, content, actor)
        return
    only_sessions = set(changes_between(rfc.content(), content)) <= {"sessions", "outage"}
    allowed = permissions.can_reschedule if only_sessions else permissions.can_edit
    if not allowed(actor, rfc):
        raise NotAllowed(f"Only its requester and its owner write in {rfc.number}.", mend=f"Ask {rfc.owner}.")
    if rfc.state != State.DRAFT and _actual_times(content) - _actual_times(rfc.content()):
        raise Unacceptable(
            f"{rfc.number} is {State(rfc.state).label.lower()}; its actual times come from beginning and ending the work.",
            mend="Begin it, or record its outcome.",
            field="sessions",
        )
    if actor.role == Role.TOOL and content.urgency != Urgency.EMERGENCY:
        raise NotAllowed("An incident tool raises emergencies only.", mend="Leave the urgency at emergency.")


def _check_fills_in(rfc: RFC, content: Content, actor: User) -> None:
    """Once the work has begun an emergency's people write what it still owes; everything else stands as it is."""
    is_in = f"{rfc.number} is {State(rfc.state).label.lower()}"
    if not owed.is_owing(rfc.urgency, rfc.state, imported=rfc.imported):
        raise MoveRefused(f"{is_in}; its content stands as it is.", mend="Note a deviation on its page, or raise a new RFC.")
    if not permissions.can_fill_in(actor, rfc):
        raise NotAllowed(f"Only its requester and its owner write in {rfc.number}.", mend=f"Ask {rfc.owner}.")
    if changed := owed.beyond(rfc.content(), content):
        left = owed.listed(owed.open_fields(rfc.content()))
        may = f"only what was left open may still be written: {left}" if left else "nothing was left open"
        mend = f"Leave {owed.listed(changed)} as before, and note on its page what went differently."
        raise MoveRefused(f"{is_in}, and {may}.", mend=mend)


def _check_still_complete(rfc: RFC, content: Content, at: datetime, shared: SetUp) -> None:
    """What has been submitted stays complete: nothing is decided, or done, on less than *submitted* asks for."""
    if rfc.state == State.DRAFT:
        return
    had = {(finding.code, finding.field) for finding in judgement.stops_submission(findings_of(rfc, at=at, shared=shared))}
    lost = [f for f in judgement.stops_submission(findings(content, rfc=rfc, at=at, shared=shared)) if (f.code, f.field) not in had]
    if lost:
        raise MoveRefused(
            f"{rfc.number} is {State(rfc.state).label.lower()}, and would no longer be complete.",
            mend="Mend what is listed, or return it to draft first.",
            findings=lost,
        )


def _actual_times(content: Content) -> set[datetime]:
    times = {moment for s in content.sessions for moment in (s.actual_start, s.actual_end, s.actual_outage_start, s.actual_outage_end)}
    return {moment for moment in times if moment}


#: What an RFC loses with its approval.
NOT_APPROVED: dict[str, Any] = {"decision": None, "approved_until": None, "is_move_unconfirmed": False, "ground": ""}


def _follow(rfc: RFC, effect: Effect, *, actor: User, at: datetime, reason: str) -> None:
    """Draw the consequence of an edit that has been written."""
    if rfc.state not in (State.APPROVED, State.SCHEDULED):
        return
    if effect == Effect.RETURNS:
        enter(rfc, State.SUBMITTED, actor=actor, at=at, note=reason, **NOT_APPROVED)
        assess(rfc)
        go_on(rfc, at=at)
    elif effect == Effect.CONFIRM and not permissions.can_confirm_move(actor, rfc):
        _take_off(rfc, actor=actor, at=at, note=reason, is_move_unconfirmed=True)
    elif effect == Effect.COMES_OFF:
        _take_off(rfc, actor=actor, at=at, note=reason)
    else:
        _stay(rfc, actor=actor, at=at)


def _take_off(rfc: RFC, *, actor: User, at: datetime, note: str, **columns: Any) -> None:
    """Off the schedule, with the approval good. What was not on it keeps the version of the edit itself."""
    if rfc.state == State.SCHEDULED:
        enter(rfc, State.APPROVED, actor=actor, at=at, note=note, **columns)
    elif columns:
        RFC.objects.filter(pk=rfc.pk).update(**columns)


def _stay(rfc: RFC, *, actor: User, at: datetime) -> None:
    """The approval holds. What was on the schedule stays there, whatever has come to stand against it since (DESIGN 4.5)."""
    if rfc.is_move_unconfirmed and permissions.can_confirm_move(actor, rfc):
        rfc.is_move_unconfirmed = False
        rfc.save(update_fields=["is_move_unconfirmed"])
    settle(rfc, at=at)


@transaction.atomic
def confirm_move(rfc: RFC, *, actor: User, at: datetime, version: int | None = None) -> RFC:
    """The change manager agrees to a move to another permitted occurrence. Raises `NotAllowed` or `MoveRefused`."""
    rfc = reread(rfc)
    check_version(rfc, version)
    if not permissions.can_confirm_move(actor, rfc):
        raise NotAllowed("Only the change manager confirms a move, and never of an own RFC.")
    if not rfc.is_move_unconfirmed:
        raise MoveRefused(f"No move of {rfc.number} waits to be confirmed.")
    touched(rfc, at, is_move_unconfirmed=False)
    record(rfc, "move_confirmed", actor=actor, at=at)
    return settle(rfc, at=at)


@transaction.atomic
def call_permanent(rfc: RFC, reason: str, *, actor: User, at: datetime) -> RFC:
    """The owner records that an emergency's fix is permanent, so that no RFC has to follow it up (DESIGN 4.1).

    Raises `NotAllowed` for anybody else, `MoveRefused` where nothing is owed, `Unacceptable` without a reason.
    """
    rfc = reread(rfc)
    if not permissions.is_owner(actor, rfc):
        raise NotAllowed("Its owner says whether the fix is permanent.", mend=f"Ask {rfc.owner}.")
    states = [row.state for row in rfc.follow_ups.all()]
    if not owes_follow_up(rfc.urgency, rfc.state, is_permanent=rfc.is_permanent or rfc.imported, follow_ups=states):
        raise MoveRefused(f"{rfc.number} owes no permanent RFC.")
    if not reason.strip():
        raise Unacceptable("Nobody can tell why the fix may stay.", mend="Say why it is permanent.", field="reason")
    touched(rfc, at, is_permanent=True)
    record(rfc, "called_permanent", actor=actor, at=at, note=reason)
    return rfc
