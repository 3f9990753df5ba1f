"""One made RFC per finding code, so that a rule can be shown saying its own sentence (issue 3, "the rules")."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from changes.choices import ImpactLevel, Outage, Severity, State, Urgency
from changes.domain.clash import Booking
from changes.domain.conflict import Predecessor
from changes.domain.content import Content, Impact, Session, Step
from changes.domain.finding import Finding
from changes.domain.freeze import Freeze
from changes.domain.interval import Interval
from changes.domain.judgement import Context, findings
from changes.domain.recurrence import Recurrence
from changes.domain.waiting import Waiter
from changes.domain.window import Window
from changes.domain.wording import day_time, when

#: When the made RFCs are judged, and the night for which they are planned.
JUDGED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)


def _hours(number: float) -> timedelta:
    return timedelta(hours=number)


def _night(begins: float = 0, lasts: float = 4, **other: Any) -> Session:
    """A session that begins so many hours after ten in the evening."""
    start = NIGHT + _hours(begins)
    return replace(Session(start, start + _hours(lasts), Outage.NONE), **other)


def _out(begins: float, lasts: float) -> dict[str, Any]:
    start = NIGHT + _hours(begins)
    return {"outage": Outage.PLANNED, "outage_start": start, "outage_end": start + _hours(lasts)}


def _step(instruction: str, minutes: int | None = 30) -> Step:
    return Step(instruction, "", "Implementer", minutes, "Fewer than 10 messages wait.", "Turn back.")


RFC = Content(
    title="Hub transport rollup 8, site A",
    reason="Mends the queue stall.",
    urgency=Urgency.NORMAL,
    environment="production",
    change_type="rollup",
    services=("relay",),
    configuration_items=("ht-01",),
    owner="owner",
    implementer="implementer",
    impact=Impact(*[ImpactLevel.NONE] * 4),
    sessions=(_night(),),
    rollout=(_step("Drain the queues of HT-01"), _step("Install rollup 8 and restart HT-01", 60)),
    verification=(_step("Send the test mails of all six routes", 20),),
    rollback=(_step("Remove rollup 8 and restart HT-01"),),
    rollback_trigger="More than 500 messages wait after step 2.",
)
#: Always open, so that a window speaks only where a specimen has one.
OPEN = Context(
    number="RFC-000123",
    window_required=False,
    names={
        ("item", "ht-01"): "HT-01",
        ("service", "relay"): "Relay",
        ("service", "journal"): "Journal",
        ("person", "implementer"): "the implementer",
    },
)
_NIGHTS = Recurrence("FREQ=WEEKLY;BYDAY=SA", datetime(2026, 11, 7, 22), datetime(2026, 11, 8, 4), "UTC")  # noqa: DTZ001 - its zone stands beside it
_WINDOW = Window(1, "Saturday nights", "production", (), _NIGHTS)
_FREEZE = Freeze(1, "Month-end close", "The books are closed.", NIGHT - _hours(4), NIGHT + _hours(58), "UTC")


def _other(begins: float = 2, lasts: float = 4, **other: Any) -> Booking:
    start = NIGHT + _hours(begins)
    return Booking("RFC-000118", "Certificates of the relay", Interval(start, start + _hours(lasts)), **other)


_RELAY = frozenset({"relay"})


@dataclass(frozen=True)
class Specimen:
    """What is different from a whole RFC in an open environment."""

    content: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)

    def findings(self, time_zone: str = "UTC") -> list[Finding]:
        return findings(replace(RFC, **self.content), replace(OPEN, time_zone=time_zone, **self.context), at=JUDGED_AT)


_EMERGENCY = {"urgency": Urgency.EMERGENCY, "reason": ""}
SPECIMENS: Mapping[str, Specimen] = {
    "title.missing": Specimen({"title": ""}),
    "reason.missing": Specimen({"reason": ""}),
    "incident.missing": Specimen(_EMERGENCY),
    "service.missing": Specimen({"services": ()}),
    "environment.missing": Specimen({"environment": None}),
    "change_type.missing": Specimen({"change_type": None}),
    "urgency.missing": Specimen({"urgency": None}),
    "impact.missing": Specimen({"impact": Impact(ImpactLevel.LOW)}),
    "turnaround.missing": Specimen({"sessions": ()}),
    "outage.missing": Specimen({"sessions": (_night(outage=None),)}),
    "rollout.missing": Specimen({"rollout": ()}),
    "rollout.step_unclear": Specimen({"rollout": (Step("Install rollup 8", minutes=60),)}, {"severity": Severity.MAJOR}),
    "verification.missing": Specimen({"verification": ()}),
    "verification.step_unclear": Specimen(
        {"verification": (Step("Look at the queues", role="Implementer"),)}, {"severity": Severity.MAJOR}
    ),
    "rollback.missing": Specimen({"rollback": ()}),
    "rollback.step_unclear": Specimen({"rollback": (Step("Remove rollup 8", minutes=30),)}, {"severity": Severity.MAJOR}),
    "rollback.no_trigger": Specimen({"rollback_trigger": ""}),
    "plan.no_total": Specimen({"rollback": (_step("Remove rollup 8", None),)}),
    "plan.exceeds_session": Specimen({"sessions": (_night(lasts=2),)}),
    "plan.no_reserve": Specimen({"sessions": (_night(lasts=2.4),)}),
    "plan.template_unchanged": Specimen(
        {"rollout": (_step("Drain the queues of <server>"),)}, {"template_steps": ["Drain the queues of <server>"]}
    ),
    "people.left": Specimen({}, {"left": frozenset({"implementer"}), "names": {"implementer": "Ann Example"}}),
    "interval.reversed": Specimen({"sessions": (_night(lasts=-1),)}),
    "interval.in_past": Specimen({"sessions": (_night(begins=-240),)}),
    "interval.unusual": Specimen({"sessions": (_night(lasts=12),)}, {"usual_minutes": 120}),
    "window.misses": Specimen({"sessions": (_night(begins=48),)}, {"window_required": True, "windows": [_WINDOW]}),
    "window.exceeds": Specimen({"sessions": (_night(begins=3),)}, {"window_required": True, "windows": [_WINDOW]}),
    "window.undefined": Specimen({}, {"window_required": True}),
    "freeze.active": Specimen({}, {"freezes": [_FREEZE]}),
    "notice.too_short": Specimen({}, {"notice_hours": 168}),
    "conflict.same_item": Specimen({}, {"bookings": [_other(items=frozenset({"ht-01"}))]}),
    "conflict.same_implementer": Specimen({}, {"bookings": [_other(implementer="implementer")]}),
    "conflict.outage": Specimen(
        {"sessions": (_night(**_out(0, 3)),)},
        {"bookings": [_other(services=_RELAY, outage=Interval(NIGHT + _hours(2), NIGHT + _hours(4)))]},
    ),
    "conflict.predecessor": Specimen(
        {"predecessors": ("RFC-000118",)},
        {"predecessors": [Predecessor("RFC-000118", "Certificates of the relay", NIGHT + _hours(2), State.SCHEDULED)]},
    ),
    "conflict.same_service": Specimen({}, {"bookings": [_other(services=_RELAY)]}),
    "conflict.successor": Specimen({}, {"waiting": [Waiter("RFC-000131", "Move the mailboxes of site A", NIGHT + _hours(2))]}),
    "conflict.dependency": Specimen(
        {"services": ("journal",)},
        {
            "dependencies": {"journal": _RELAY},
            "bookings": [_other(services=_RELAY, outage=Interval(NIGHT + _hours(2), NIGHT + _hours(3)))],
        },
    ),
}


@cache
def example_of(code: str, time_zone: str = "UTC") -> Finding | None:
    """What the rule of `code` says of its specimen, with times in `time_zone`; None for a code that has none."""
    specimen = SPECIMENS.get(code)
    return next((finding for finding in specimen.findings(time_zone) if finding.code == code), None) if specimen else None


#: Families whose examples are reckoned from what their specimen has.
_RECKONED = {"interval", "notice", "window", "freeze", "conflict"}


def given_of(code: str, time_zone: str = "UTC") -> str:
    """What the numbers of the example are reckoned from, with times in `time_zone`; "" where there are none."""
    specimen, family = SPECIMENS.get(code), code.partition(".")[0]
    if specimen is None:
        return ""
    content = replace(RFC, **specimen.content)
    if family == "plan":
        return f"{_session_told(content.sessions[0], time_zone)}; {_plan_told(content)}"
    return _session_told(content.sessions[0], time_zone) if family in _RECKONED else ""


def _session_told(session: Session, time_zone: str) -> str:
    end = day_time(session.end, time_zone) if session.end else "open"
    outage = f", with an outage {when(session.outage_interval, time_zone)}" if session.outage_interval else ""
    return f"a session {day_time(session.start, time_zone)} to {end}{outage}, asked for {day_time(JUDGED_AT, time_zone)}"


def _plan_told(content: Content) -> str:
    phases = {"rollout": content.rollout, "verification": content.verification, "rollback": content.rollback}
    return ", ".join(f"{name} {sum(step.minutes or 0 for step in steps)} min" for name, steps in phases.items())
