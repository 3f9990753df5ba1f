"""The board takes the ground of an automatic change away (DESIGN 4.3)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from changes import permissions
from changes.actions.agenda import locked
from changes.actions.content import reread, touched
from changes.actions.event import record
from changes.actions.rfc import NOT_APPROVED
from changes.actions.state import enter
from changes.choices import Route, Severity, State
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, Meeting, User
from changes.selectors.lane import GROUND_WITHDRAWN

_NOT_BEGUN = (State.APPROVED, State.SCHEDULED)


@transaction.atomic
def withdraw_ground(meeting: Meeting, rfc: RFC, reason: str, *, actor: User, at: datetime) -> RFC:
    """Whoever leads the board of this meeting says that a change should not have been automatic.

    While its work has not begun it loses its approval and waits for the board, as a minor change whose severity the board
    assigns; its owner is told by the mail about a lost approval. Once the work has begun, that is written down and changes
    nothing; its owner is told that by a mail of its own. Raises `NotAllowed`, `Unacceptable` without a reason, and `MoveRefused`
    where there is no ground (any more).
    """
    meeting, rfc = locked(meeting), reread(rfc)
    if not permissions.can_lead(actor, meeting, at) or permissions.has_a_hand_in(actor, rfc):
        raise NotAllowed("The chair, or a delegate, withdraws the ground of an automatic change, and never of an own one.")
    if not reason.strip():
        raise Unacceptable("It is not said why.", mend="Say what makes it a change for the board.", field="reason")
    if rfc.route != Route.AUTOMATIC or not rfc.ground or rfc.events.filter(action=GROUND_WITHDRAWN).exists():
        raise MoveRefused(f"{rfc.number} has no ground that could be withdrawn.", mend="Its history says what has become of it.")
    if rfc.state in _NOT_BEGUN:
        note = f"The board withdrew its ground, “{rfc.get_ground_display().lower()}”: {reason.strip()}"
        enter(rfc, State.SUBMITTED, actor=actor, at=at, note=note, **NOT_APPROVED, **_for_the_board(at))
    else:
        touched(rfc, at)
        record(rfc, GROUND_WITHDRAWN, actor=actor, at=at, note=reason.strip())
    return rfc


def _for_the_board(at: datetime) -> dict[str, Any]:
    return {"severity": Severity.MINOR, "route": Route.BOARD, "submitted_at": at}
