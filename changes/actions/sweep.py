"""What the clock does to the schedule, whoever asks: beat every few minutes, or an operator."""

from datetime import datetime

from changes.actions.lifecycle import lapse, settle_again
from changes.choices import State
from changes.selectors.rfc import awaiting_schedule, lapsed


def settle_schedule(*, at: datetime) -> tuple[int, int]:
    """Lapse what was approved too long ago, and schedule what has nothing in its way any more.

    Each RFC in a transaction of its own, so that one does not hold up the others. Gives back how many
    lapsed and how many were scheduled.
    """
    lapses = sum(lapse(rfc, at=at).state == State.SUBMITTED for rfc in lapsed(at))
    scheduled = sum(settle_again(rfc, at=at).state == State.SCHEDULED for rfc in awaiting_schedule(at))
    return lapses, scheduled
