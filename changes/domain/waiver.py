"""Waivers: a recorded acceptance of a blocking finding, and when it lapses (DESIGN 2 and 4.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from changes.choices import Level, Word
from changes.domain import wording
from changes.domain.clash import CARRIED, Names, Reader, kind_of
from changes.domain.code import can_be_waived
from changes.domain.content import Content
from changes.domain.finding import Finding
from changes.domain.interval import Interval


class Standing(Word):
    """What has become of a waiver."""

    HOLDS = "holds"
    LAPSED = "lapsed"
    UNNEEDED = "unneeded", "Nothing left to waive"


@dataclass(frozen=True)
class Accepted:
    """A waiver: which finding, who accepted it and why, and until when.

    `other` is the number of the other RFC, None where the finding has none; `freeze` is the key of the
    freeze, None where it is of none. `by` is a name fit to show. `until` is the first instant at which it no longer
    holds, None for no end. `minutes` is what was accepted: all overlaps of that kind together; None
    where there was nothing to measure. `times` is when: what no other RFC is part of is accepted for
    its own time alone, so that a session waived for one night is not waived for every night. `scope` is
    what it was about (`Finding.scope`); empty where that was never asked.
    """

    code: str
    other: str | None
    reason: str
    by: str
    until: datetime | None = None
    minutes: int | None = None
    freeze: int | None = None
    times: tuple[Interval, ...] = ()
    scope: frozenset[str] = frozenset()


def is_waivable(finding: Finding) -> bool:
    """Whether a person may accept it: a blocking finding about when; what is missing has to be written."""
    return finding.blocks and can_be_waived(finding.code)


def accepted_minutes(found: Sequence[Finding]) -> int | None:
    """What a waiver of these findings accepts: the minutes of all together; None as soon as one has no measure."""
    minutes = [finding.minutes for finding in found if finding.minutes is not None]
    return sum(minutes) if minutes and len(minutes) == len(found) else None


def accepted_times(found: Iterable[Finding]) -> tuple[Interval, ...]:
    """The times that a waiver of these findings accepts, in order."""
    return tuple(sorted({finding.interval for finding in found if finding.interval}))


def accepted_scope(found: Iterable[Finding]) -> frozenset[str]:
    """What a waiver of these findings accepts as what they are about: the scopes of all together."""
    return frozenset(slug for finding in found for slug in finding.scope)


def with_scope(findings: Iterable[Finding], content: Content) -> list[Finding]:
    """The findings, those that no other RFC is part of with where, of what type and on which services the work is."""
    told = {"environment": content.environment, "type": content.change_type}
    own = (*(f"{name}:{value or ''}" for name, value in told.items()), *(f"service:{slug}" for slug in content.services))
    return [replace(one, scope=(*one.scope, *own)) if one.other is None and can_be_waived(one.code) else one for one in findings]


def from_the_other_side(waiver: Accepted, number: str) -> Accepted:
    """What the RFC of that `number` has waived of a conflict, as the other one of the two reads it: a pair is agreed on once."""
    return replace(waiver, other=number)


def apply_waivers(
    findings: Sequence[Finding],
    waivers: Iterable[Accepted],
    at: datetime,
    *,
    time_zone: str = "UTC",
    names: Names | None = None,
) -> list[Finding]:
    """The findings in their order: those waived at `at` marked with who accepted them and until when.

    A waiver lapses when its time is over, or when what it accepted has grown, has come to lie elsewhere or
    is about something else. A finding that blocks again says so, in `time_zone` and with `names` for slugs. A conflict
    that the other RFC carries blocks nothing here and is marked all the same, so that both tell alike of it.
    """
    reader = Reader(time_zone, names or {})
    judged = [(waiver, why_lapsed(waiver, findings, at, reader)) for waiver in waivers]
    return [_applied(finding, judged, time_zone) for finding in findings]


def _applied(finding: Finding, judged: Sequence[tuple[Accepted, str]], time_zone: str) -> Finding:
    """With the latest waiver of it that holds; else with why the latest that does not lapsed."""
    is_told = is_waivable(finding) or finding.kind == CARRIED
    mine = [(waiver, why) for waiver, why in reversed(judged) if _is_about(waiver, finding)] if is_told else []
    holding = next((waiver for waiver, why in mine if not why and _covers(waiver, finding)), None)
    if holding:
        return replace(finding, waived=_who(holding, time_zone))
    if finding.kind == CARRIED:
        return finding
    return replace(finding, lapsed=next((f"{waiver.by} had waived it, but {why}." for waiver, why in mine if why), ""))


def standing(waiver: Accepted, findings: Sequence[Finding], at: datetime, reader: Reader) -> tuple[Standing, str]:
    """What has become of a waiver, and why: give all findings of its RFC as they are at `at`."""
    why = why_lapsed(waiver, findings, at, reader)
    if why:
        return Standing.LAPSED, why
    holds = any(_covers(waiver, finding) for finding in findings if finding.level == Level.ERROR or finding.kind == CARRIED)
    return (Standing.HOLDS if holds else Standing.UNNEEDED), ""


def why_lapsed(waiver: Accepted, findings: Sequence[Finding], at: datetime, reader: Reader) -> str:
    """Why it holds no longer, as half a sentence; "" while nothing speaks against it."""
    if waiver.until is not None and at >= waiver.until:
        return f"its time was over {wording.day_time(waiver.until, reader.time_zone)}"
    about = [finding for finding in findings if _is_about(waiver, finding)]
    same = [finding for finding in about if _covers(waiver, finding)]
    if about and not same:
        return "it was for another time"
    more = sorted(accepted_scope(same) - waiver.scope) if waiver.scope else []
    return _widened(waiver, more, reader) if more else _growth(waiver, same)


#: How it is said that what no other RFC is part of has come to be about something else, the weightiest first.
_ELSE = {
    "environment:": "it was for another environment",
    "type:": "it was for another change type",
    "freeze.reason:": "the freeze has another reason now",
    "freeze.": "the freeze covers something else now",
}


def _widened(waiver: Accepted, more: Sequence[str], reader: Reader) -> str:
    """What it is about now and was not then, as half a sentence."""
    if waiver.other is None:
        if words := next((words for name, words in _ELSE.items() if any(one.startswith(name) for one in more)), ""):
            return words
        more = [one.removeprefix("service:") for one in more]
    return f"it is about {reader.named(kind_of(waiver.code), more)} as well now, which was not part of it"


def _growth(waiver: Accepted, same: Sequence[Finding]) -> str:
    if waiver.minutes is None or not same:
        return ""
    now = accepted_minutes(same)
    if now is None:
        return f"{wording.length(waiver.minutes)} were accepted, and it has no end any more"
    what = "the overlap" if waiver.other else "it"
    return f"{what} grew from {wording.length(waiver.minutes)} to {wording.length(now)}" if now > waiver.minutes else ""


def _is_about(waiver: Accepted, finding: Finding) -> bool:
    """Whether it is of the kind that was accepted, with the same RFC or the same freeze, wherever it lies."""
    return (waiver.code, waiver.other, waiver.freeze) == (finding.code, finding.other, finding.freeze)


def _covers(waiver: Accepted, finding: Finding) -> bool:
    """Whether it is the finding that was accepted. One with another RFC is known by that RFC, the rest by their time."""
    now = finding.interval
    return _is_about(waiver, finding) and (bool(finding.other) or now is None or any(time.contains(now) for time in waiver.times))


def _who(waiver: Accepted, time_zone: str) -> str:
    return f"{waiver.by} until {wording.day_time(waiver.until, time_zone)}" if waiver.until else waiver.by
