"""What became of an ordinary change by now: who raised, decided, did and closed it, and when."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from changes.actions.demo import house
from changes.actions.demo.calendar import in_office
from changes.actions.demo.draw import Draw
from changes.actions.demo.kind import Kind
from changes.actions.demo.tale import Ruled, Sitting, Tale
from changes.choices import Outcome, Route, Severity, State, Urgency, Verdict
from changes.domain.content import Content, Session
from changes.domain.lifecycle import needs_review, route_for
from changes.domain.severity import proposal

_DAY = timedelta(days=1)
_ROUTES = {environment.slug: environment.routes for environment in house.ENVIRONMENTS}
#: How changes end that are not successful, and what their people wrote.
_TROUBLE = (
    (Outcome.ROLLED_BACK, "The installer met a lock; turned back at the point of no return."),
    (Outcome.WITH_ISSUES, "Done, but the service had to be restarted a second time."),
    (Outcome.PARTIAL, "One of the servers is left for another night."),
    (Outcome.FAILED, "The new version does not start; the old one runs again since the morning."),
)
_CANCELLED = (
    "The supplier has withdrawn the build.",
    "No longer needed: the server is switched off instead.",
    "Two people of the shift are ill; a new date follows.",
    "Goes into the next rollup.",
)


def severity_and_route(content: Content, kind: Kind | None) -> tuple[Severity, Route]:
    """As the product proposes them."""
    severity = proposal(content, type_severity=kind.severity if kind else None, type_pre_approved=bool(kind and kind.pre_approved))
    return severity, route_for(content.urgency, severity, _ROUTES.get(content.environment or "", {}))


def begun_tale(key: str, content: Content, kind: Kind | None, created_at: datetime, requester: str = "") -> Tale:
    """A draft; its owner raised it unless somebody else is named."""
    severity, route = severity_and_route(content, kind)
    tale = Tale(key, content, requester or content.owner or "", created_at, severity, route)
    tale.happened(created_at, tale.requester, "created")
    return tale


def tale_of(key: str, draw: Draw, sittings: list[Sitting], at: datetime, rng: Random, *, is_cancelled: bool) -> Tale:
    """The whole tale of one change up to `at`."""
    _severity, route = severity_and_route(draw.content, draw.kind)
    start, notice = draw.interval.start, timedelta(hours=draw.kind.notice_hours)
    sitting = _sitting_for(start, notice, sittings, rng) if route == Route.BOARD else None
    latest = min(sitting.cut_off_at, start - notice) if sitting else start - notice
    submitted_at = in_office(latest - timedelta(hours=rng.uniform(3, 90)), rng)
    lately = at - timedelta(hours=rng.uniform(2, 100))
    if submitted_at > at:
        submitted_at = in_office(lately, rng)
    requester = "project-manager" if rng.random() < 0.1 else ""
    created_at = in_office(submitted_at - timedelta(hours=rng.uniform(0.5, 120)), rng) - timedelta(minutes=5)
    tale = begun_tale(key, draw.content, draw.kind, created_at, requester)
    if start > at + 10 * _DAY and rng.random() < (0.6 if route == Route.BOARD else 0.15):
        return tale
    tale.submitted_at = submitted_at
    tale.enters(State.SUBMITTED, submitted_at, tale.requester, "submitted")
    decide(tale, sitting, at, rng)
    if is_cancelled:
        _cancel(tale, start, at, rng)
    elif tale.state == State.APPROVED and draw.interval.start <= at:
        work(tale, at, rng)
        close(tale, at, rng)
    return tale


def _sitting_for(start: datetime, notice: timedelta, sittings: list[Sitting], rng: Random) -> Sitting | None:
    """The regular meeting that decides: the last one a day before the start, or sometimes the one before that."""
    fitting = [s for s in sittings if s.ends_at <= start - _DAY and s.ends_at - s.starts_at == timedelta(hours=1)]
    if not fitting:
        return None
    return fitting[-2] if len(fitting) > 1 and rng.random() < 0.4 else fitting[-1]


def decide(tale: Tale, sitting: Sitting | None, at: datetime, rng: Random) -> None:
    """Approve by its route, if that has happened by `at`; and put it on the schedule if it is over already."""
    submitted = tale.submitted_at or at
    if tale.route in (Route.RECORD, Route.AUTOMATIC):
        reason = Route.RECORD.label if tale.route == Route.RECORD else "No significant risk"
        rule(tale, Ruled(Verdict.APPROVE, None, submitted, reason))
    elif tale.route == Route.MANAGER:
        decided_at = max(in_office(submitted + timedelta(hours=rng.uniform(1, 30)), rng), submitted + timedelta(minutes=20))
        if tale.content.sessions:
            decided_at = min(decided_at, tale.content.sessions[0].start - timedelta(hours=1))
        if decided_at < at:
            rule(tale, Ruled(Verdict.APPROVE, "change-manager", decided_at, rng.choice(("", "", "The plan is clear."))))
    elif sitting and sitting.is_held:
        decided_at = sitting.starts_at + timedelta(minutes=rng.randrange(8, 55))
        rule(tale, Ruled(Verdict.APPROVE, "chair", decided_at, rng.choice(("", "All for.", "Four for, one abstains.")), sitting))


def rule(tale: Tale, ruled: Ruled) -> None:
    """Put a decision in force."""
    tale.ruled = ruled
    tale.enters(State.APPROVED, ruled.at, ruled.by, "approved", ruled.reason)


def _cancel(tale: Tale, start: datetime, at: datetime, rng: Random) -> None:
    since = tale.happenings[-1].at
    until = max(min(at, start), since + timedelta(minutes=2))
    tale.enters(State.CANCELLED, since + (until - since) * rng.uniform(0.3, 0.95), tale.content.owner, "cancelled", rng.choice(_CANCELLED))


def work(tale: Tale, at: datetime, rng: Random, *, overrun: int | None = None) -> None:
    """Begin, and end if that has happened by `at`. `overrun` is how many minutes the end is late; None draws it."""
    if tale.state != State.APPROVED:
        return
    scheduled_at = tale.ruled.at if tale.ruled else at
    tale.enters(State.SCHEDULED, scheduled_at, None, "scheduled")
    session = tale.content.sessions[0]
    late = overrun if overrun is not None else _late(session, rng)
    begun = session.start + timedelta(minutes=rng.choice((0, 0, 1, 2, 4, 9)))
    ended = (session.end or session.start) + timedelta(minutes=late)
    if begun > at:
        return
    worker = tale.content.implementer or tale.content.owner
    tale.enters(State.IN_PROGRESS, begun, worker, "begun")
    is_over = ended <= at
    tick(tale, begun, ended if is_over else None, at)
    done = replace(session, actual_start=begun, actual_end=ended if is_over else None)
    tale.content = replace(tale.content, sessions=(done, *tale.content.sessions[1:]))
    if is_over:
        outcome, note = (
            rng.choice(_TROUBLE) if rng.random() < 0.034 else (Outcome.SUCCESSFUL, "As planned." if late <= 0 else "Done, late.")
        )
        complete(tale, ended, outcome, note)


def _late(session: Session, rng: Random) -> int:
    """Most end early; about seven in a hundred end late."""
    minutes = int(((session.end or session.start) - session.start).total_seconds() // 60)
    if rng.random() < 0.07:
        return rng.choice((10, 15, 25, 35, 42, 60, 95))
    return -int(minutes * rng.uniform(0.02, 0.35))


def tick(tale: Tale, begun: datetime, ended: datetime | None, at: datetime) -> None:
    """Tick the steps off: all of them by the end, or as many as the plan has by now."""
    told = [*tale.content.rollout, *tale.content.verification]
    whole = sum(step.minutes or 0 for step in told) or 1
    room = (ended - begun) if ended else timedelta(minutes=whole)
    passed = 0
    for step in told:
        passed += step.minutes or 0
        moment = begun + room * (passed / whole)
        if moment >= (ended or at) and not ended:
            return
        tale.happened(moment, tale.content.implementer or tale.content.owner, "step_done", step.instruction)
        tale.steps_done += 1


def complete(tale: Tale, ended: datetime, outcome: Outcome, note: str) -> None:
    worker = tale.content.implementer or tale.content.owner
    tale.outcome, tale.outcome_note = outcome, note
    tale.enters(State.COMPLETED, ended, worker, "completed", note, outcome=["", outcome.value])


def close(tale: Tale, at: datetime, rng: Random) -> None:
    """Close what is some days old; what needs a review takes some days, and some reviews are still owed."""
    if tale.state != State.COMPLETED:
        return
    ended, urgency = tale.happenings[-1].at, tale.content.urgency
    asks = needs_review(tale.severity, Urgency(urgency) if urgency else None, tale.outcome)
    closed_at = ended + timedelta(days=rng.uniform(0.5, 3.5) if asks else rng.uniform(0.3, 2.5))
    if closed_at > at:
        return
    if asks:
        tale.review = review_of(tale)
    tale.enters(State.CLOSED, closed_at, tale.content.owner, "closed")


def review_of(tale: Tale) -> dict[str, str]:
    """The answers of a post-implementation review."""
    went_well = tale.outcome == Outcome.SUCCESSFUL
    return {
        "objective_met": "Yes." if went_well else "Not in that session.",
        "deviations": "None worth noting." if went_well else tale.outcome_note,
        "incidents": "None.",
        "instructions": "None." if went_well else "The check before the installer gets a step of its own.",
        "actions": "None." if went_well else f"A new date, by the owner: {tale.content.title}.",
    }
