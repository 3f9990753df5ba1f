"""How a reminder reaches somebody: by which channels, when, and who gets it in their stead (DESIGN 4.9).

Held, not lost. A digest waits for its hour and quiet hours for their end, where the reminder still helps then; one
that would be of no help any more once its hold is over is sent at once, because nobody is served by a reminder that
was kept until it was useless; but what others did not answer, and is no emergency, wakes nobody: by then it is not sent at all.
What is urgent (`Haste.AT_ONCE`) is never held. The list on the page disturbs nobody and holds nothing.
Hours are those of a clock on the wall in the person's zone: what falls into the spring gap moves forward by it, what
comes twice in autumn is the first of the two.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from changes.choices import Channel, Hold
from changes.domain.haste import ALWAYS_BY_MAIL, MAY_BE_OFF, PERSONAL, haste_of
from changes.domain.interval import Interval
from changes.domain.ladder import PASSED_ON
from changes.domain.ladder_words import Haste, Rule
from changes.domain.wall_clock import instant_of

_DAY = timedelta(days=1)
#: A digest takes only what still helps for so long once it is there; else it would bring a plan to read minutes before the start.
TIME_TO_ACT = timedelta(hours=8)

_PATIENT = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
#: A sweep may come a little early; without this what is tried each minute would miss every other one.
_EARLY = timedelta(seconds=10)
#: How long after each failed attempt the next is made; after the last one the reminder stays failed. What somebody waits for this minute
#: is tried each minute for ten of them and each five until two hours are over, as long as it helps.
RETRIES: Mapping[Haste, tuple[timedelta, ...]] = {
    Haste.AT_ONCE: (timedelta(minutes=1) - _EARLY,) * 10 + (timedelta(minutes=5) - _EARLY,) * 22,
    Haste.SOON: _PATIENT,
    Haste.CAN_WAIT: _PATIENT,
}


#: Why what somebody wants to hear nothing of is not sent.
MUTED = "Turned off by who would have got it."


@dataclass(frozen=True)
class Wishes:
    """How somebody wants to be told: without any by mail and on the page, at once. Dates are in `zone`, both included.

    `is_there` is false for who has left, and for an account that reads nothing.
    """

    zone: tzinfo = UTC
    by_mail: bool = True
    on_page: bool = True
    by_chat: bool = False
    digest_at: time | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    muted: frozenset[str] = frozenset()
    delegate: int | None = None
    delegate_since: date | None = None
    delegate_until: date | None = None
    is_there: bool = True


@dataclass(frozen=True)
class Copy:
    """One row of the ledger to be: who gets it by which channel, when, and in whose stead. `why_not` where it is not sent at all."""

    recipient: int
    channel: Channel
    send_at: datetime
    held_for: Hold | None = None
    on_behalf_of: int | None = None
    why_not: str = ""


@dataclass(frozen=True)
class Useful:
    """When a reminder is of use: half-open from `due_at` until `until`; and whether it is about an emergency."""

    due_at: datetime
    until: datetime
    is_emergency: bool = False


# --- When -------------------------------------------------------------------------------------------------------------


def quiet_hours(wishes: Wishes, around: datetime) -> list[Interval]:
    """The quiet hours that an instant could lie in: those that begin on the day before it and on its own."""
    begins, ends = wishes.quiet_from, wishes.quiet_until
    if begins is None or ends is None or begins == ends:
        return []
    today, over_midnight = around.astimezone(wishes.zone).date(), _DAY if ends < begins else timedelta()
    nights = [(_at(day, begins, wishes.zone), _at(day + over_midnight, ends, wishes.zone)) for day in (today - _DAY, today)]
    return [Interval(start, end) for start, end in nights if start < end]


def quiet_until(wishes: Wishes, at: datetime) -> datetime | None:
    """When the quiet hours end in which `at` lies; None outside of them."""
    return next((night.end for night in quiet_hours(wishes, at) if night.start <= at < night.end), None)


def next_digest(wishes: Wishes, at: datetime) -> datetime | None:
    """The person's next digest, not before `at`: at its hour, or as soon as the quiet hours that it lies in are over."""
    if wishes.digest_at is None:
        return None
    today = at.astimezone(wishes.zone).date()
    instants = (_at(today + back * _DAY, wishes.digest_at, wishes.zone) for back in (-1, 0, 1, 2))
    return next(end for one in instants if (end := quiet_until(wishes, one) or one) >= at)


def held(useful: Useful, at: datetime, wishes: Wishes, haste: Haste) -> tuple[datetime, Hold | None]:
    """When what is ready at `at` may go, and what holds it until then."""
    digest = next_digest(wishes, at) if haste == Haste.CAN_WAIT else None
    if digest and digest + TIME_TO_ACT <= useful.until:
        return digest, Hold.DIGEST
    end = held_quietly(useful.until, at, wishes, haste)
    return (end, Hold.QUIET) if end else (at, None)


def held_quietly(until: datetime, at: datetime, wishes: Wishes, haste: Haste) -> datetime | None:
    """Until when quiet hours hold at `at` what helps until `until`; None where they do not."""
    end = quiet_until(wishes, at) if haste != Haste.AT_ONCE else None
    return end if end and end < until else None


def why_silent(rule: str, useful: Useful, at: datetime, wishes: Wishes) -> str:
    """Why what others did not answer is not sent at `at` nor later: it is quiet until it helps no more. "" where it is."""
    if rule not in PASSED_ON or haste_of(rule, is_emergency=useful.is_emergency) == Haste.AT_ONCE:
        return ""
    end = quiet_until(wishes, max(at, useful.due_at))
    return f"Quiet until {end.astimezone(wishes.zone):%H:%M}, too late by then." if end and end >= useful.until else ""


def next_try(attempts: int, last_at: datetime | None, haste: Haste) -> datetime | None:
    """When what has failed so often, `last_at` the last time, is tried again; None where it is given up."""
    waits = RETRIES[haste]
    return last_at + waits[attempts - 1] if last_at and 0 < attempts <= len(waits) else None


def send_at(useful: Useful, at: datetime, wishes: Wishes, haste: Haste) -> tuple[datetime, Hold | None]:
    """When a reminder that is written at `at` may go, and what holds it until then.

    After a standstill it goes at once where its hour has passed, late since that hour; unless it is quiet by now.
    """
    promised, hold = held(useful, useful.due_at, wishes, haste)
    if promised >= at:
        return promised, hold
    again, hold_now = held(useful, at, wishes, Haste.SOON if haste == Haste.CAN_WAIT else haste)
    return (again, hold_now) if hold_now else (promised, hold)


def _at(day: date, hour: time, zone: tzinfo) -> datetime:
    wall = datetime.combine(day, hour)
    return instant_of(wall, zone) if isinstance(zone, ZoneInfo) else wall.replace(tzinfo=zone).astimezone(UTC)


# --- Who, and by what -------------------------------------------------------------------------------------------------


def stand_in(person: int, people: Mapping[int, Wishes], at: datetime) -> int | None:
    """Who gets it in a person's stead at `at`: their delegate, unless that one has left or is away too."""
    delegate = _delegate_on(people[person], at)
    other = people.get(delegate) if delegate else None
    return delegate if other and other.is_there and delegate != person and not _delegate_on(other, at) else None


def _delegate_on(wishes: Wishes, at: datetime) -> int | None:
    today = at.astimezone(wishes.zone).date()
    since, until = wishes.delegate_since or today, wishes.delegate_until or today
    return wishes.delegate if since <= today <= until else None


def copies(
    person: int, rule: Rule, useful: Useful, people: Mapping[int, Wishes], at: datetime, silent: Collection[int] = ()
) -> Iterator[Copy]:
    """Every copy of a reminder that is written at `at`. `people` holds the wishes of the person and of their delegate.

    What only the person can do (`PERSONAL`) goes to nobody else, and what nobody answered to none of the `silent` who were
    asked. Whoever has a delegate keeps it on their own page.
    """
    wishes = people[person]
    if rule in MAY_BE_OFF and rule.value in wishes.muted:
        yield Copy(person, Channel.MAIL, useful.due_at, why_not=MUTED)
        return
    other = None if rule in PERSONAL else stand_in(person, people, at)
    other = None if other in silent else other
    reader = people[other] if other else wishes
    haste = haste_of(rule, is_emergency=useful.is_emergency)
    for channel in _channels(reader, rule):
        is_bell = channel == Channel.BELL
        why_not = "" if is_bell else why_silent(rule, useful, at, reader)
        when, hold = (useful.due_at, None) if is_bell or why_not else send_at(useful, at, reader, haste)
        yield Copy(other or person, channel, when, hold, person if other else None, why_not)
    if other:
        yield Copy(person, Channel.BELL, useful.due_at)


def _channels(wishes: Wishes, rule: Rule) -> list[Channel]:
    """At least one: the page is left where everything is off. For who is not there one row is enough to say so."""
    if not wishes.is_there:
        return [Channel.MAIL]
    by_mail = wishes.by_mail or rule in ALWAYS_BY_MAIL
    wanted = {Channel.MAIL: by_mail, Channel.CHAT: wishes.by_chat, Channel.BELL: wishes.on_page}
    return [channel for channel, is_on in wanted.items() if is_on] or [Channel.BELL]
