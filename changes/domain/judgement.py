"""All rules on one content, in one call: what every door asks (DESIGN 4, issue 3)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from changes.choices import Ground, Level, Severity
from changes.domain import freeze, odd_date, window
from changes.domain.clash import Names
from changes.domain.code import is_scheduling
from changes.domain.completeness import completeness
from changes.domain.conflict import Booking, Dependencies, Predecessor, bookings, conflicts, predecessor_findings
from changes.domain.content import Content
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.people import people_findings
from changes.domain.plan import plan_findings
from changes.domain.room import Rooms
from changes.domain.severity import proposed_severity
from changes.domain.waiting import Waiter, successor_findings
from changes.domain.waiver import Accepted, apply_waivers, with_scope

_LEVELS = (Level.ERROR, Level.WARNING, Level.ADVICE)
#: The form from top to bottom (LOOK 5), by the name before a dot or a bracket.
_FORM = (
    "title", "change_type", "reason", "references", "urgency", "environment", "services", "configuration_items",
    "predecessors", "sessions", "needed_by", "rollout", "verification", "rollback", "rollback_trigger", "impact",
    "owner", "implementer",
)  # fmt: skip


@dataclass(frozen=True)
class Context:
    """All that a judgement needs besides the content.

    `number` is the RFC's own, "" for one that has none yet. `severity` is the assigned one; without it
    the proposed one counts; `ground` is that of the automatic lane. `judged_at` is the latest
    submission or move, as of which notice and "in the past" are judged; without it they are judged
    now. `bookings` are the others', `names` the words for slugs, `time_zone` the reader's zone.
    `window_required` is false for an environment that is always open.
    """

    number: str = ""
    windows: Sequence[window.Window] = ()
    freezes: Sequence[freeze.Freeze] = ()
    bookings: Sequence[Booking] = ()
    dependencies: Dependencies = field(default_factory=dict)
    predecessors: Sequence[Predecessor] = ()
    #: Those that wait for this one.
    waiting: Sequence[Waiter] = ()
    waivers: Sequence[Accepted] = ()
    template_steps: Collection[str] = ()
    knows_types: bool = True
    notice_hours: int | None = None
    usual_minutes: int | None = None
    severity: Severity | None = None
    ground: Ground | None = None
    window_required: bool = True
    judged_at: datetime | None = None
    #: Since when the RFC holds what it books; None for what is only being written.
    holds_since: datetime | None = None
    time_zone: str = "UTC"
    #: On whose clock midnight and clock changes are judged, whoever reads; "" is the reader's.
    clock: str = ""
    names: Names = field(default_factory=dict)
    #: Usernames of those who cannot sign in any more.
    left: Collection[str] = ()
    #: The conflicts, where a caller has computed them for many RFCs at once; None has them computed from `bookings`.
    conflicts: Sequence[Finding] | None = None


def findings(content: Content, context: Context, *, at: datetime) -> list[Finding]:
    """Every finding on `content` at `at`, waivers applied: errors first, then in the order of the form.

    What is no longer judged once the work has begun is for the caller to leave out.
    """
    found = [*on_content(content, context), *on_time(content, context, at=at)]
    return in_order(apply_waivers(found, context.waivers, at, time_zone=context.time_zone, names=context.names))


def on_content(content: Content, context: Context) -> list[Finding]:
    """Completeness and plan (DESIGN 4.2): what *submitted* needs."""
    severity = context.severity or proposed_severity(content.impact)
    return [
        *completeness(
            content,
            severity=severity,
            template_steps=context.template_steps,
            knows_types=context.knows_types,
        ),
        *plan_findings(content),
        *people_findings(content, context.left, context.names),
    ]


def on_time(content: Content, context: Context, *, at: datetime) -> list[Finding]:
    """Intervals, windows, freezes and conflicts (DESIGN 4.4 to 4.6): what *scheduled* needs."""
    judged_at, zone = context.judged_at or at, context.time_zone
    room = _rooms(content, context, at=at).first
    found = [
        *_odd(content, context, at=judged_at),
        *_windows(content, context, room),
        *window.notice_findings(content, context.notice_hours, judged_at, is_automatic=context.ground is not None, time_zone=zone),
        *freeze.freeze_findings(content, context.freezes, room=room, time_zone=zone),
        *predecessor_findings(content, context.predecessors, at=at, time_zone=zone),
        *successor_findings(content, context.waiting),
        *(_conflicts(content, context, at) if context.conflicts is None else context.conflicts),
    ]
    return with_scope(found, content)


def _odd(content: Content, context: Context, *, at: datetime) -> list[Finding]:
    usual, zone = context.usual_minutes, context.time_zone
    return odd_date.interval_findings(content, at=at, usual_minutes=usual, time_zone=zone, clock=context.clock)


def _conflicts(content: Content, context: Context, at: datetime) -> list[Finding]:
    mine = bookings(content, number=context.number, since=context.holds_since, at=at)
    return conflicts(mine, context.bookings, context.dependencies, time_zone=context.time_zone, names=context.names)


def _rooms(content: Content, context: Context, *, at: datetime) -> Rooms:
    """Where its sessions may go: what is bound to no window may go anywhere that is not frozen."""
    is_bound = context.window_required and context.ground != Ground.RESTORES_SERVICE
    windows = window.serving(context.windows, content.environment, content.change_type) if is_bound else []
    needs_notice = context.notice_hours and not content.is_emergency and context.ground is None
    notice = timedelta(hours=context.notice_hours or 0) if needs_notice else timedelta()
    return Rooms(content, windows, context.freezes, at + notice)


def _windows(content: Content, context: Context, room: Callable[[int], Interval | None]) -> list[Finding]:
    return window.window_findings(
        content,
        context.windows,
        room=room,
        is_automatic_restoring=context.ground == Ground.RESTORES_SERVICE,
        required=context.window_required,
        time_zone=context.time_zone,
    )


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """What blocks first, then by level and by the place on the form, and otherwise as they came."""
    return sorted(found, key=lambda item: (not item.blocks, _LEVELS.index(item.level), _place(item.field)))


def _place(field_name: str) -> int:
    name = field_name.partition(".")[0].partition("[")[0]
    return _FORM.index(name) if name in _FORM else len(_FORM)


def stops_submission(found: Iterable[Finding]) -> list[Finding]:
    """The findings that keep an RFC from being submitted: blocking ones about what is written."""
    return [finding for finding in found if finding.blocks and not is_scheduling(finding.code)]


def stops_scheduling(found: Iterable[Finding]) -> list[Finding]:
    """The findings that keep an approved RFC from being scheduled: blocking ones about when."""
    return [finding for finding in found if finding.blocks and is_scheduling(finding.code)]
