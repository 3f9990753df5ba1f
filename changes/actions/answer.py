"""What is answered to a mail about one session: it has begun, it is over, it needs longer (DESIGN 4.9).

Each is the move or the work that it amounts to, in one transaction; whoever comes second is told so and nothing is written twice.
"""

from datetime import datetime

from django.db import transaction

from changes.actions import lifecycle
from changes.actions import session as work
from changes.actions.content import reread
from changes.actions.lifecycle import Request
from changes.choices import Outcome, State
from changes.exceptions import MoveRefused, Stale
from changes.models import RFC, User, WorkSession


@transaction.atomic
def begun(session: WorkSession, started: datetime, *, actor: User, at: datetime) -> RFC:
    """It has begun, at `started`. Raises `NotAllowed`, `MoveRefused` or `Unacceptable`; `Stale` where that has been said already."""
    rfc, session = _locked(session)
    if session.actual_start:
        raise Stale("That it has begun was said already.")
    first = rfc.sessions.filter(actual_start=None).order_by("planned_start").first()
    if first is not None and first.pk != session.pk:
        raise MoveRefused("An earlier session has not been reported yet.", mend="Say first how that one went.")
    if rfc.state == State.IN_PROGRESS:
        return work.begin(rfc, actor=actor, at=at, started_at=started)
    return lifecycle.move(rfc, State.IN_PROGRESS, actor=actor, at=at, request=Request(actual_start=started))


@transaction.atomic
def ended(
    session: WorkSession, outcome: Outcome, *, started: datetime | None, ended: datetime, actor: User, at: datetime, note: str = ""
) -> RFC:
    """It is over, with this outcome; what nobody said had begun began at `started`. With more sessions to come it ends alone.

    Of work that did not start nothing but that is recorded. Raises as `begun` does.
    """
    rfc, session = _locked(session)
    if session.actual_end or rfc.state == State.COMPLETED:
        raise Stale("How it went was said already.")
    if outcome == Outcome.NOT_STARTED:
        if rfc.sessions.filter(actual_start=None).exclude(pk=session.pk).exists():
            raise MoveRefused(
                "There are more nights to come, so that the whole of it is not over.",
                mend="Move this night to another one, or cancel the RFC if nothing of it will be done.",
            )
        return lifecycle.move(rfc, State.COMPLETED, actor=actor, at=at, request=Request(note, outcome))
    if session.actual_start is None:
        rfc = begun(session, started or session.planned_start, actor=actor, at=at)
    if rfc.sessions.filter(actual_start=None).exists():
        told = note if outcome == Outcome.SUCCESSFUL else f"{outcome.label}. {note}".strip()
        return work.end(rfc, actor=actor, at=at, note=told, ended_at=ended)
    request = Request(note, outcome, actual_start=started or session.actual_start, actual_end=ended)
    return lifecycle.move(rfc, State.COMPLETED, actor=actor, at=at, request=request)


@transaction.atomic
def longer(session: WorkSession, minutes: int, *, seen: int, actor: User, at: datetime, note: str = "") -> RFC:
    """So many minutes more. `seen` is the revision of the session that the answer was given to: pressed twice, it counts once."""
    _, current = _locked(session)
    if current.revision != seen:
        raise Stale("Its end has changed meanwhile.", mend="Look at the new one first.")
    return work.extend(current, minutes, actor=actor, at=at, note=note)


def _locked(session: WorkSession) -> tuple[RFC, WorkSession]:
    rfc = reread(session.rfc)
    return rfc, rfc.sessions.get(pk=session.pk)
