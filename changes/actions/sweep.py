"""What the clock does to the schedule, whoever asks: beat every few minutes, or an operator."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from changes.actions.lifecycle import lapse, settle_again
from changes.choices import State
from changes.models import RFC
from changes.selectors.rfc import awaiting_schedule, lapsed

logger = logging.getLogger(__name__)


def settle_schedule(*, at: datetime) -> tuple[int, int]:
    """Lapse what was approved too long ago, and schedule what has nothing in its way any more.

    Each RFC in a transaction of its own, and one that fails keeps up no other. Gives back how many
    lapsed and how many were scheduled.
    """
    lapses = _each(lapsed(at), lapse, at).count(State.SUBMITTED)
    return lapses, _each(awaiting_schedule(at), settle_again, at).count(State.SCHEDULED)


def _each(rfcs: Iterable[RFC], act: Callable[..., RFC], at: datetime) -> list[str]:
    """The states that the RFCs have come to; what failed is told to whoever runs this."""
    states = []
    for rfc in rfcs:
        try:
            states.append(act(rfc, at=at).state)
        except Exception:
            logger.exception("%s could not be settled", rfc.number)
    return states
