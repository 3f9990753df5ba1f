"""Waivers: a recorded acceptance of a blocking finding, and when it lapses (DESIGN 2 and 4.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from changes.domain import wording
from changes.domain.code import is_scheduling
from changes.domain.finding import Finding


@dataclass(frozen=True)
class Accepted:
    """A waiver: which finding, who accepted it and why, and until when.

    `other` is the number of the other RFC, None where the finding has none. `by` is a name fit to
    show. `until` is the first instant at which it no longer holds, None for no end. `minutes` is
    what was accepted: all overlaps with that code and that RFC together; None where there was nothing
    to measure.
    """

    code: str
    other: str | None
    reason: str
    by: str
    until: datetime | None = None
    minutes: int | None = None


def is_waivable(finding: Finding) -> bool:
    """Whether a person may accept it: a blocking finding about when; what is missing has to be written."""
    return finding.blocks and is_scheduling(finding.code) and finding.code != "interval.reversed"


def accepted_minutes(findings: Iterable[Finding], code: str, other: str | None) -> int | None:
    """What a waiver of `code` and `other` accepts now, to be kept with it; None where nothing is measured."""
    return _total([finding for finding in findings if _key(finding) == (code, other or "")])


def apply_waivers(findings: Sequence[Finding], waivers: Iterable[Accepted], at: datetime, *, time_zone: str = "UTC") -> list[Finding]:
    """The findings in their order, those waived at `at` marked with who accepted them and until when.

    A waiver lapses when its time is over or what it accepted has grown.
    """
    holding = [waiver for waiver in waivers if (waiver.until is None or at < waiver.until) and not _has_grown(waiver, findings)]
    by_key = {(waiver.code, waiver.other or ""): waiver for waiver in holding}
    return [
        replace(finding, waived=_who(waiver, time_zone)) if is_waivable(finding) and (waiver := by_key.get(_key(finding))) else finding
        for finding in findings
    ]


def _key(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.other or ""


def _has_grown(waiver: Accepted, findings: Sequence[Finding]) -> bool:
    if waiver.minutes is None:
        return False
    same = [finding for finding in findings if _key(finding) == (waiver.code, waiver.other or "")]
    now = _total(same)
    return bool(same) and (now is None or now > waiver.minutes)


def _total(findings: Sequence[Finding]) -> int | None:
    """The minutes of all together; None as soon as one has no measure, such as an overlap without an end."""
    minutes = [finding.minutes for finding in findings if finding.minutes is not None]
    return sum(minutes) if minutes and len(minutes) == len(findings) else None


def _who(waiver: Accepted, time_zone: str) -> str:
    return f"{waiver.by} until {wording.day_time(waiver.until, time_zone)}" if waiver.until else waiver.by
