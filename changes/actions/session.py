"""Work sessions: moving, beginning, extending and ending them."""

from datetime import datetime, timedelta

from django.db import transaction

from changes import permissions
from changes.actions.clash import clashing, tell_others
from changes.actions.content import reread, touched
from changes.actions.event import record
from changes.actions.rfc import update
from changes.choices import Phase, State
from changes.domain.content import Content
from changes.exceptions import MoveRefused, NotAllowed, Stale, Unacceptable
from changes.models import RFC, User, WorkSession
from changes.models.session import is_long
from changes.selectors.finding import findings_of
from changes.selectors.session import moved_content, turned_back_at
from changes.selectors.waiting import line_of


@transaction.atomic
def reschedule(session: WorkSession, start: datetime, end: datetime, *, actor: User, at: datetime, version: int | None = None) -> RFC:
    """Move one session to `[start, end)`; its outage moves with it. Same consequences as any edit (`rfc.update`)."""
    rfc = reread(session.rfc)
    return update(rfc, moved_content(rfc.content(), session.pk, start, end), actor=actor, at=at, version=version)


@transaction.atomic
def reschedule_along(
    session: WorkSession, start: datetime, end: datetime, *, agreed: str, actor: User, at: datetime, version: int | None, time_zone: str
) -> tuple[RFC, list[RFC]]:
    """Move one session to `[start, end)` and what waits for its RFC with it, all or nothing; also gives back what came along.

    `agreed` is the digest of the line that was shown (`selectors.waiting`); it is worked out again, and `Stale` is
    raised where it is another by now. What the actor may not move stays. Otherwise as `reschedule`.
    """
    rfc = reread(session.rfc)
    content = moved_content(rfc.content(), session.pk, start, end)
    along = _move_line(rfc, content, agreed, actor=actor, at=at, time_zone=time_zone)
    return update(rfc, content, actor=actor, at=at, version=version), along


@transaction.atomic
def move_waiting(rfc: RFC, *, agreed: str, actor: User, at: datetime, time_zone: str) -> list[RFC]:
    """Move what waits for an RFC behind it, where it stands now; all or nothing. As in `reschedule_along`."""
    rfc = reread(rfc)
    return _move_line(rfc, rfc.content(), agreed, actor=actor, at=at, time_zone=time_zone)


def _move_line(rfc: RFC, content: Content, agreed: str, *, actor: User, at: datetime, time_zone: str) -> list[RFC]:
    """The last first, so that none is in the way of the one that comes after."""
    line = line_of(rfc, content, viewer=actor, at=at, time_zone=time_zone)
    if line.digest != agreed:
        raise Stale("What waits for it has changed meanwhile.", mend="Look at it once more.")
    moved = []
    for one in reversed(line.movable):
        if one.after:
            note = f"Moved along with {one.waits_for}."
            moved.append(update(one.rfc, one.after, actor=actor, at=at, version=one.rfc.version, note=note))
    return moved[::-1]


def not_ahead(moment: datetime, at: datetime, name: str) -> datetime:
    """An actual time as it was told; raises `Unacceptable` for one that has not come yet. `name` is its field."""
    if moment > at:
        raise Unacceptable("An actual time lies in the future.", mend="Give a time up to now.", field=name)
    return moment


def begin_next(rfc: RFC, *, at: datetime) -> WorkSession:
    """Start the clock of the next session that has not begun. Raises `MoveRefused` where there is none."""
    session: WorkSession | None = rfc.sessions.filter(actual_start=None).order_by("planned_start").first()
    if session is None:
        raise MoveRefused("Every session has begun already.", mend="Add a session for what is left.")
    session.actual_start = at
    session.save(update_fields=["actual_start"])
    return session


def end_running(rfc: RFC, *, at: datetime, started_at: datetime | None = None) -> None:
    """Stop the clock of the running session; `started_at` corrects when it began. One without a planned end has it here."""
    for session in rfc.sessions.filter(actual_start__isnull=False, actual_end=None):
        begun = started_at or session.actual_start or at
        if at < begun:
            raise Unacceptable("The work ended before it began.", field="actual_end")
        session.actual_start, session.actual_end = begun, at
        session.save(update_fields=["actual_start", "actual_end"])
        if session.planned_end is None and at > session.planned_start:
            _end_what_was_open(rfc, session, at)


def _end_what_was_open(rfc: RFC, session: WorkSession, at: datetime) -> None:
    """Else it would stand on the schedule for ever."""
    session.planned_end, session.is_long = at, is_long(session.planned_start, at)
    session.save(update_fields=["planned_end", "is_long"])
    rfc.planned_end = max(rfc.planned_end or at, at)
    rfc.save(update_fields=["planned_end"])


@transaction.atomic
def begin(rfc: RFC, *, actor: User, at: datetime, started_at: datetime | None = None) -> RFC:
    """Begin the next night of an RFC that is in progress already, at `started_at` where it is told afterwards.

    Raises `NotAllowed` or `MoveRefused`, and `Unacceptable` for a time ahead.
    """
    rfc = reread(rfc)
    _check_work(rfc, actor, at, rfc.sessions.filter(actual_start=None).order_by("planned_start").first())
    if rfc.sessions.filter(actual_start__isnull=False, actual_end=None).exists():
        raise MoveRefused("A session is running.", mend="End it first.")
    begin_next(rfc, at=not_ahead(started_at or at, at, "actual_start"))
    restarted = _restart_plan(rfc)
    touched(rfc, at)
    record(rfc, "session_begun", actor=actor, at=at, note="The plan starts over." if restarted else "")
    return rfc


def _restart_plan(rfc: RFC) -> bool:
    """Open every step again where the last night worked through the plan or turned back: each session repeats it (DESIGN 4.2).

    A plan that was left half done goes on where it was. The events keep when each step was ticked off.
    """
    steps = list(rfc.steps.all())
    is_through = all(step.done_at for step in steps if step.phase != Phase.ROLLBACK)
    turned_back = any(step.done_at for step in steps if step.phase == Phase.ROLLBACK)
    if not steps or not (is_through or turned_back):
        return False
    rfc.steps.update(done_at=None, done_by=None, note="")
    return True


@transaction.atomic
def end(rfc: RFC, *, actor: User, at: datetime, note: str = "", ended_at: datetime | None = None) -> RFC:
    """End the running night, with more to come; at `ended_at` where it is told afterwards.

    Raises `NotAllowed` or `MoveRefused`, and `Unacceptable` for a time ahead or before the begin.
    """
    rfc = reread(rfc)
    running = rfc.sessions.filter(actual_start__isnull=False, actual_end=None).first()
    _check_work(rfc, actor, at, running)
    if running is None:
        raise MoveRefused("No session is running.")
    end_running(rfc, at=not_ahead(ended_at or at, at, "actual_end"))
    touched(rfc, at)
    record(rfc, "session_ended", actor=actor, at=at, note=note)
    return rfc


@transaction.atomic
def extend(session: WorkSession, minutes: int, *, actor: User, at: datetime, note: str = "") -> RFC:
    """Give a running session more time; noted as it happens, and asked of nobody (DESIGN 4.1). Whose time it comes into is told."""
    rfc = reread(session.rfc)
    session = rfc.sessions.get(pk=session.pk)
    _check_work(rfc, actor, at, session)
    if not session.is_running or session.planned_end is None:
        raise MoveRefused("Only a running session is extended.")
    if minutes <= 0:
        raise Unacceptable("An extension is at least a minute.", field="minutes")
    before, had = session.planned_end, clashing(findings_of(rfc, at=at))
    session.planned_end = max(before, at) + timedelta(minutes=minutes)
    session.is_long = is_long(session.planned_start, session.planned_end)
    session.revision += 1
    session.save(update_fields=["planned_end", "is_long", "revision"])
    last = max(rfc.planned_end or session.planned_end, session.planned_end)
    touched(rfc, at, planned_end=last)
    changes = {"planned_end": [before.isoformat(), session.planned_end.isoformat()]}
    record(rfc, "extended", actor=actor, at=at, note=note, changes=changes)
    tell_others(reread(rfc), had=had, actor=actor, at=at)
    return rfc


@transaction.atomic
def turn_back(rfc: RFC, *, actor: User, at: datetime, note: str = "") -> RFC:
    """Start the rollback of the running night; noted as it happens. Raises `NotAllowed` or `MoveRefused`."""
    return _change_course(rfc, "rollback_begun", actor=actor, at=at, note=note)


@transaction.atomic
def resume(rfc: RFC, *, actor: User, at: datetime, note: str = "") -> RFC:
    """Go on with the rollout after all. Raises `NotAllowed` or `MoveRefused`."""
    return _change_course(rfc, "rollout_resumed", actor=actor, at=at, note=note)


def _change_course(rfc: RFC, action: str, *, actor: User, at: datetime, note: str) -> RFC:
    rfc = reread(rfc)
    _check_work(rfc, actor, at)
    running = rfc.sessions.filter(actual_start__isnull=False, actual_end=None).first()
    if running is None:
        raise MoveRefused("No session is running.", mend="Begin the next one first.")
    if bool(turned_back_at(rfc, running)) == (action == "rollback_begun"):
        raise MoveRefused("The rollback has begun already." if action == "rollback_begun" else "The rollout goes on already.")
    touched(rfc, at)
    record(rfc, action, actor=actor, at=at, note=note)
    return rfc


def _check_work(rfc: RFC, actor: User, at: datetime, session: WorkSession | None = None) -> None:
    """Where something is said of one session, whoever was asked about it says that too; the rest is for those who do the work."""
    may = permissions.can_answer(actor, session, at) if session else permissions.can_work(actor, rfc)
    if not may:
        raise NotAllowed("Its owner and its implementer do the work.", mend=f"Ask {rfc.implementer or rfc.owner}.")
    if rfc.state != State.IN_PROGRESS:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()}, not in progress.")
