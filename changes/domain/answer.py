"""What somebody says of a session from a mail: that it has begun, that it went well, that it takes longer (DESIGN 4.9)."""

from datetime import datetime, timedelta

from changes.choices import State, Word

#: Who answers within so long of the planned time is taken to speak of now; later, of what was planned.
SPEAKS_OF_NOW = timedelta(hours=1)
#: What "another hour" can be changed to, in minutes.
LENGTHS = (30, 60, 90, 120)


class Say(Word):
    """The answers that a mail has a button for."""

    BEGUN = "begun", "It has begun"
    WELL = "well", "It went well"
    HOUR = "hour", "I need another hour"


def asked_now(state: State, *, is_begun: bool) -> Say:
    """The question of the hour where a link names none."""
    return Say.WELL if state == State.IN_PROGRESS and is_begun else Say.BEGUN


def likely_begin(planned_start: datetime, at: datetime) -> datetime:
    """When it has begun, as far as one can tell at `at`: now, or as planned where the answer comes late."""
    return at if at < planned_start + SPEAKS_OF_NOW else planned_start


def likely_end(planned_end: datetime | None, begun: datetime, at: datetime) -> datetime:
    """When it has ended, never before it began: now, or as planned where the answer comes late."""
    if planned_end is None or at < planned_end + SPEAKS_OF_NOW:
        return at
    return max(planned_end, begun)


def longer_until(planned_end: datetime, minutes: int, at: datetime) -> datetime:
    """The end with so many minutes more; counted from now where the planned end has passed."""
    return max(planned_end, at) + timedelta(minutes=minutes)
