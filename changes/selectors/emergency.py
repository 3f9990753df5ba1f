"""An emergency at three in the morning: who can approve it, when each is called, and what is owed afterwards (DESIGN 4.1, 4.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from changes import permissions
from changes.choices import OPEN_STATES, State, Urgency
from changes.domain import judgement
from changes.domain.completeness import OWED_WITHIN, is_owed
from changes.domain.finding import Finding
from changes.domain.ladder import LADDER
from changes.domain.ladder_words import Rule
from changes.domain.owed import OWING_STATES, still_owed, words
from changes.models import RFC, RotaEntry, User
from changes.selectors.finding import findings_of

#: Unanswered for so long, the next on the rota is called.
PATIENCE = next(rung.apart for rung in LADDER if rung.rule == Rule.EMERGENCY_WAITING)

#: From the submission until it is closed: the states in which others rely on what it says.
RELIED_ON = (OPEN_STATES - {State.DRAFT}) | OWING_STATES


@dataclass(frozen=True)
class Approver:
    """Somebody who can approve it now, and when the product calls them."""

    user: User
    called_at: datetime


@dataclass(frozen=True)
class Emergency:
    """`approvers` in the order they are called, none once it is decided; `owed` is what is still to be written, by `owed_by`."""

    approvers: tuple[Approver, ...]
    owed: tuple[Finding, ...]
    owed_by: datetime


@dataclass(frozen=True)
class Debt:
    """What an emergency that somebody relies on has yet to say, in words, and by when; `is_late` once that has passed."""

    words: str
    due_at: datetime
    is_late: bool


def debt_of(rfc: RFC, found: Iterable[Finding], *, at: datetime) -> Debt | None:
    """What is owed of an emergency from its submission until it is closed; None for what owes nothing. `found` are its findings."""
    owed = judgement.in_order(still_owed(found))
    if rfc.urgency != Urgency.EMERGENCY or rfc.imported or rfc.state not in RELIED_ON or not owed:
        return None
    due_at = rfc.created_at + OWED_WITHIN
    return Debt(words(owed), due_at, due_at <= at)


def emergency_of(rfc: RFC, *, at: datetime, time_zone: str = "") -> Emergency | None:
    """What an emergency waits for and owes at `at`; None for any other RFC. Sentences are in `time_zone`, or the house's."""
    if rfc.urgency != Urgency.EMERGENCY:
        return None
    begun, waits = rfc.submitted_at or at, rfc.state == State.SUBMITTED
    people = [entry.user for entry in on_rota(rfc, at=at)] if waits else []
    approvers = tuple(Approver(user, begun + place * PATIENCE) for place, user in enumerate(people))
    owed = tuple(finding for finding in findings_of(rfc, at=at, time_zone=time_zone) if is_owed(finding))
    return Emergency(approvers, owed, rfc.created_at + OWED_WITHIN)


def on_rota(rfc: RFC, *, at: datetime) -> list[RotaEntry]:
    """Who answers for emergencies at `at`, in the order they are called; its own people never do."""
    entries = RotaEntry.objects.on_duty(at).filter(board=permissions.board_of(rfc)).select_related("user")
    first_turns = {entry.user_id: entry for entry in reversed(list(entries)) if not permissions.is_own(entry.user, rfc)}
    return sorted(first_turns.values(), key=lambda entry: (entry.position, entry.pk))
