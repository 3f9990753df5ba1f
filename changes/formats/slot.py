"""A free slot in words: why the nights before it were passed over (DESIGN 4.7, LOOK 6)."""

from collections.abc import Sequence
from datetime import date, tzinfo

from changes.domain.slot import PassedOver, Slot
from changes.formats import times

#: So many nights with one reason are named; more are counted.
_NAMED = 3


def why(slot: Slot, *, is_first: bool, zone: tzinfo, today: date) -> str:
    """ "First free night. Sat 21 Nov was passed over: …", one sentence per reason; days are those of `zone`."""
    begin = f"First free {'night' if _is_night(slot, zone) else 'time'}." if is_first else ""
    reasons: dict[str, list[PassedOver]] = {}
    for passed in slot.passed_over:
        reasons.setdefault(passed.reason, []).append(passed)
    sentences = [_sentence(reason, passed, zone, today) for reason, passed in reasons.items()]
    return " ".join([begin, *sentences] if begin else sentences) or "Next in the rhythm."


def _is_night(slot: Slot, zone: tzinfo) -> bool:
    """A night belongs to the evening it starts (LOOK 1)."""
    return not 6 <= slot.interval.start.astimezone(zone).hour < 18


def _sentence(reason: str, passed: Sequence[PassedOver], zone: tzinfo, today: date) -> str:
    days = list(dict.fromkeys(times.day(p.interval.start.astimezone(zone).date(), today=today) for p in passed))
    if len(days) > _NAMED:
        return f"{days[0]} to {days[-1]}, {len(days)} in all, were passed over: {reason}."
    if len(days) == 1:
        return f"{days[0]} was passed over: {reason}."
    return f"{', '.join(days[:-1])} and {days[-1]} were passed over: {reason}."
