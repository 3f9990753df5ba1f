"""Rows of the ledger by whether they are tried again, and when; what cannot wait is tried more often (`domain.delivery.RETRIES`).

As conditions, so that whoever asks says of which rows and by which index.
"""

from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Exists, OuterRef, Q

from changes.choices import Delivery, Urgency
from changes.domain.delivery import RETRIES
from changes.domain.haste import AT_ONCE, AT_ONCE_IN_AN_EMERGENCY
from changes.domain.ladder_words import Haste
from changes.models import RFC


def cannot_wait() -> Q:
    """What nothing holds (`domain.haste.haste_of`); an RFC is looked up by its key, and only where the rule leaves it open."""
    of_an_emergency = Exists(RFC.objects.filter(pk=OuterRef("rfc"), urgency=Urgency.EMERGENCY))
    return Q(rule__in=AT_ONCE) | (Q(rule__in=AT_ONCE_IN_AN_EMERGENCY) & Q(of_an_emergency))


def has_attempts_left() -> Q:
    """What is not given up, be it failed or in the hands of a worker."""
    return Q(attempts__lte=len(RETRIES[Haste.SOON])) | (Q(attempts__lte=len(RETRIES[Haste.AT_ONCE])) & cannot_wait())


def to_be_tried_again(at: datetime) -> Q:
    """What failed and whose next attempt is due at `at`; what cannot wait waits nowhere longer than the rest."""
    return Q(state=Delivery.FAILED) & (_has_waited(Haste.SOON, at) | (_has_waited(Haste.AT_ONCE, at) & cannot_wait()))


def _has_waited(haste: Haste, at: datetime) -> Q:
    """One condition for each length of waiting, however many attempts have it."""
    found = Q(pk__in=())
    for wait, group in groupby(enumerate(RETRIES[haste], start=1), key=_wait):
        attempts = [number for number, _ in group]
        found |= Q(attempts__gte=attempts[0], attempts__lte=attempts[-1], claimed_at__lte=at - wait)
    return found


def _wait(numbered: tuple[int, timedelta]) -> timedelta:
    return numbered[1]
