"""Contents to begin from: one that no rule has anything to say of, and its parts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from changes.choices import ImpactLevel, Outage, Urgency
from changes.domain.content import Content, Impact, Session, Step
from changes.domain.finding import Finding
from changes.domain.interval import Interval

#: Saturday evening, 22:00 UTC.
SATURDAY = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    """So many minutes after Saturday 22:00."""
    return SATURDAY + timedelta(minutes=minutes)


def between(start: int, end: int) -> Interval:
    return Interval(at(start), at(end))


def session(start: int = 0, end: int | None = 240, **other: Any) -> Session:
    """A session in minutes after Saturday 22:00; `end` None is one without an end."""
    return replace(Session(at(start), None if end is None else at(end), Outage.NONE), **other)


def step(instruction: str = "Drain the queues of HT-01", minutes: int | None = 30, **other: Any) -> Step:
    return replace(Step(instruction, "", "Implementer", minutes, "Fewer than 10 messages wait", "Turn back"), **other)


def impact(*levels: ImpactLevel | None) -> Impact:
    return Impact(*levels)


NO_IMPACT = impact(*[ImpactLevel.NONE] * 4)


def content(**other: Any) -> Content:
    """A complete RFC: 120 minutes of plan in a session of 240."""
    whole = Content(
        title="Hub transport rollup 8, site A",
        description="Rollup 8 on four servers.",
        reason="Mends the queue stall; without it a restart every second day.",
        urgency=Urgency.NORMAL,
        environment="managed",
        change_type="rollup",
        services=("mail",),
        configuration_items=("HT-01",),
        owner="service-manager",
        implementer="implementer",
        impact=NO_IMPACT,
        sessions=(session(),),
        rollout=(step(), step("Install rollup 8 and restart HT-01")),
        verification=(step("Send the test mails of all six routes"),),
        rollback=(step("Remove rollup 8 and restart HT-01"),),
        rollback_trigger="More than 500 messages wait after step 2.",
    )
    return replace(whole, **other)


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Code, level and field of each: what a table of cases compares."""
    return [(finding.code, finding.level.value, finding.field) for finding in findings]
