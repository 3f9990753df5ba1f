"""Waivers: a recorded acceptance of a blocking finding, and when it lapses (DESIGN 2 and 4.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from changes.domain import wording
from changes.domain.code import is_scheduling
from changes.domain.finding import Finding
from changes.domain.interval import Interval


@dataclass(frozen=True)
class Accepted:
    """A waiver: which finding, who accepted it and why, and until when.

    `other` is the number of the other RFC, None where the finding has none; `about` is the name of the
    freeze, else empty. `by` is a name fit to show. `until` is the first instant at which it no longer
    holds, None for no end. `minutes` is what was accepted: all overlaps of that kind together; None
    where there was nothing to measure. `times` is when: what no other RFC is part of is accepted for
    its own time alone, so that a session waived for one night is not waived for every night.
    """

    code: str
    other: str | None
    reason: str
    by: str
    until: datetime | None = None
    minutes: int | None = None
    about: str = ""
    times: tuple[Interval, ...] = ()


def is_waivable(finding: Finding) -> bool:
    """Whether a person may accept it: a blocking finding about when; what is missing has to be written."""
    return finding.blocks and is_scheduling(finding.code) and finding.code != "interval.reversed"


def accepted_minutes(found: Sequence[Finding]) -> int | None:
    """What a waiver of these findings accepts: the minutes of all together; None as soon as one has no measure."""
    minutes = [finding.minutes for finding in found if finding.minutes is not None]
    return sum(minutes) if minutes and len(minutes) == len(found) else None


def accepted_times(found: Iterable[Finding]) -> tuple[Interval, ...]:
    """The times that a waiver of these findings accepts, in order."""
    return tuple(sorted({finding.interval for finding in found if finding.interval}))


def apply_waivers(findings: Sequence[Finding], waivers: Iterable[Accepted], at: datetime, *, time_zone: str = "UTC") -> list[Finding]:
    """The findings in their order, those waived at `at` marked with who accepted them and until when.

    A waiver lapses when its time is over, or what it accepted has grown or has come to lie elsewhere.
    """
    holding = [waiver for waiver in waivers if (waiver.until is None or at < waiver.until) and not _has_grown(waiver, findings)]
    return [_waived(finding, holding, time_zone) if is_waivable(finding) else finding for finding in findings]


def _waived(finding: Finding, holding: Sequence[Accepted], time_zone: str) -> Finding:
    waiver = next((waiver for waiver in reversed(holding) if _covers(waiver, finding)), None)
    return replace(finding, waived=_who(waiver, time_zone)) if waiver else finding


def _covers(waiver: Accepted, finding: Finding) -> bool:
    """Whether it is the finding that was accepted. One with another RFC is known by that RFC, the rest by their time."""
    if (waiver.code, waiver.other or "", waiver.about) != (finding.code, finding.other or "", finding.about):
        return False
    now = finding.interval
    return bool(finding.other) or now is None or any(accepted.contains(now) for accepted in waiver.times)


def _has_grown(waiver: Accepted, findings: Sequence[Finding]) -> bool:
    if waiver.minutes is None:
        return False
    same = [finding for finding in findings if _covers(waiver, finding)]
    now = accepted_minutes(same)
    return bool(same) and (now is None or now > waiver.minutes)


def _who(waiver: Accepted, time_zone: str) -> str:
    return f"{waiver.by} until {wording.day_time(waiver.until, time_zone)}" if waiver.until else waiver.by
