"""May this go now: what windows and freezes say of one instant, and when they say something else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.domain.content import Content, Session
from changes.domain.finding import Finding, blocking
from changes.domain.freeze import concerns, frozen
from changes.domain.gate import HORIZON, next_change, open_stretches
from changes.domain.interval import Interval
from changes.domain.window import permitted, serving
from changes.selectors.basis import SetUp, set_up
from changes.selectors.finding import findings

#: What is judged of an instant; notice and completeness are asked of a plan, not of a moment.
_JUDGED = ("window.", "freeze.", "conflict.")
_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Gate:
    """Open where nothing blocks. `next_change_at` is None where nothing changes within `HORIZON`."""

    is_open: bool
    reasons: tuple[Finding, ...]
    next_change_at: datetime | None


def gate_at(environment: str, *, service: str | None, change_type: str | None, at: datetime, time_zone: str = "") -> Gate:
    """The gate of an environment, by slug, at an aware instant (DESIGN 7). Sentences are in `time_zone`, or the house's."""
    services = (service,) if service else ()
    content = Content(environment=environment, change_type=change_type, services=services, sessions=(Session(at, at + _MOMENT),))
    shared = set_up(at)
    judged = findings(content, at=at, time_zone=time_zone, shared=shared)
    found = [finding for finding in judged if finding.code.startswith(_JUDGED)]
    stretches = _open(content, Interval(at, at + HORIZON), shared)
    return Gate(not blocking(found), tuple(found), next_change(stretches, at, at + HORIZON))


def _open(content: Content, period: Interval, shared: SetUp) -> list[Interval]:
    is_bound = content.environment not in shared.always_open and serving(shared.windows, content.environment, content.change_type)
    allowed = permitted(shared.windows, content.environment, content.change_type, period) if is_bound else [period]
    denied = [one for freeze in shared.freezes if concerns(freeze, content) for one in frozen(freeze, period)]
    return open_stretches(allowed, denied)
