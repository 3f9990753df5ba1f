"""The plan against its time: totals, the point of no return, and what does not fit (DESIGN 4.2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from changes.choices import Level, Phase
from changes.domain.code import RULES
from changes.domain.completeness import eased
from changes.domain.content import Content, Session
from changes.domain.finding import Finding

#: A plan that leaves less than this part of its own length has no reserve.
RESERVE = 0.1


def totals(content: Content) -> dict[Phase, int]:
    """The planned minutes of each phase; a step without minutes counts as none."""
    return {phase: content.minutes(phase.value) for phase in Phase}


def total_minutes(content: Content) -> int:
    """Rollout, verification and rollback together: what each session has to hold."""
    return sum(totals(content).values())


def point_of_no_return(session: Session, rollback_minutes: int) -> datetime | None:
    """The last instant at which turning back still ends in time: session end minus rollback minutes.

    None for a session without a usable end, and where the rollback's minutes are not known (0).
    It may lie before the session's start: then the rollback alone does not fit.
    """
    if session.end is None or session.is_reversed or rollback_minutes <= 0:
        return None
    return session.end - timedelta(minutes=rollback_minutes)


def plan_findings(content: Content) -> list[Finding]:
    """What keeps the plan from being carried out in its sessions. The plan is that of each session."""
    found = [*_no_total(content), *_exceeds(content), *_no_reserve(content), *_no_trigger(content)]
    return [eased(finding) for finding in found] if content.is_emergency else found


def _no_total(content: Content) -> Iterator[Finding]:
    for phase in (Phase.ROLLOUT, Phase.ROLLBACK):
        steps = getattr(content, phase.value)
        if steps and all(step.minutes is None for step in steps):
            message = f"No step of the {phase} says how long it takes, so its total is not known."
            yield Finding("plan.no_total", Level.ERROR, phase.value, message, RULES["plan.no_total"].mend)


def _bounded(content: Content) -> list[tuple[int, Session]]:
    """The sessions that have a usable end, with their index."""
    return [(i, s) for i, s in enumerate(content.sessions) if s.end is not None and not s.is_reversed]


def _exceeds(content: Content) -> Iterator[Finding]:
    needed = total_minutes(content)
    for index, session in _bounded(content):
        excess = needed - session.interval.minutes
        if excess > 0:
            where = f"session {index + 1}" if len(content.sessions) > 1 else "the session"
            message = f"The plan takes {needed} minutes with its rollback, {excess} more than the {session.interval.minutes} of {where}."
            mend = f"Make {where} {excess} minutes longer, or the plan shorter."
            yield Finding("plan.exceeds_session", Level.ERROR, f"sessions[{index}]", message, mend,
                          session.interval, minutes=excess)  # fmt: skip


def _no_reserve(content: Content) -> Iterator[Finding]:
    """Told once, of the tightest session that still holds the plan."""
    needed = total_minutes(content)
    fitting = [(s.interval.minutes - needed, i, s) for i, s in _bounded(content) if s.interval.minutes >= needed]
    if not needed or not fitting:
        return
    spare, index, session = min(fitting, key=lambda entry: entry[:2])
    if spare >= needed * RESERVE:
        return
    left = "fills the session to the minute" if spare == 0 else f"leaves {spare} of its {session.interval.minutes}"
    message = f"The plan {left}." if spare == 0 else f"The plan {left} minutes as reserve."
    yield Finding("plan.no_reserve", Level.ADVICE, f"sessions[{index}]", message,
                  RULES["plan.no_reserve"].mend, session.interval, minutes=spare)  # fmt: skip


def _no_trigger(content: Content) -> Iterator[Finding]:
    if not content.rollback_trigger.strip():
        yield Finding(
            "rollback.no_trigger",
            Level.ERROR,
            "rollback_trigger",
            "At the point of no return nobody can tell whether to turn back.",
            RULES["rollback.no_trigger"].mend,
        )
