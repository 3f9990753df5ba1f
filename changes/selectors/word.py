"""Approvals by word that nobody has confirmed."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from changes.choices import Ratification, State
from changes.domain.word import CONFIRMED_WITHIN
from changes.models import RFC, Decision

#: An approval is in force in these, or was when the work began.
RESTING_ON_ONE = (State.APPROVED, State.SCHEDULED, State.IN_PROGRESS, State.COMPLETED, State.CLOSED)


def unconfirmed_words() -> QuerySet[Decision]:
    """The approvals in force that wait for their approver; once the board has said what a change was, none waits.

    Those by word first, by an index that holds no others: the rest would be looked for among all that was ever decided.
    """
    by_word = list(Decision.objects.filter(is_verbal=True, confirmed_at=None).values_list("pk", flat=True))
    in_force = Q(pk=F("rfc__decision"))
    open_still = Q(rfc__ratification__in=("", Ratification.OWED), rfc__state__in=RESTING_ON_ONE, rfc__imported=False)
    return Decision.objects.filter(in_force, open_still, pk__in=by_word)


def overdue_words(at: datetime) -> QuerySet[RFC]:
    """The RFCs that are listed as unauthorised at `at`, because their approver has not confirmed in time."""
    return RFC.objects.filter(decision__in=unconfirmed_words().filter(at__lte=at - CONFIRMED_WITHIN))
