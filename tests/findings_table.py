"""One way to every finding code: what has to stand around, and what is written (issue 3, "every finding code reached").

The tests of REST and of the browser walk the same table; a code without a case fails both.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from changes.choices import Outage, State, Urgency
from changes.domain.content import Content, Impact
from changes.domain.materiality import as_data
from changes.models import RFC
from tests.factories import (
    HIGH_IMPACT,
    NOW,
    ChangeTypeFactory,
    FreezeFactory,
    ServiceFactory,
    WindowFactory,
    World,
    content,
    hours,
    rfc_in,
    session,
    step,
)

#: What is written differently from a whole RFC; where something has to stand around, a function puts it there.
Build = Callable[[World], Mapping[str, Any]]
START = NOW + timedelta(days=3)


def _written(**other: Any) -> Build:
    return lambda _given: other


def _windowed(given: World) -> None:
    """Saturdays 22:00–04:00 in Amsterdam; the session of `content` is on a Tuesday."""
    given.environment.needs_window = True
    given.environment.save()


def _misses(given: World) -> Mapping[str, Any]:
    _windowed(given)
    WindowFactory(environment=given.environment)
    return {}


def _exceeds(given: World) -> Mapping[str, Any]:
    _misses(given)
    return {"sessions": (session(NOW + hours(12), hours(8)),)}  # from 22:00 in Amsterdam


def _undefined(given: World) -> Mapping[str, Any]:
    _windowed(given)
    return {}


def _frozen(given: World) -> Mapping[str, Any]:
    FreezeFactory(start=START, end=START + hours(24))
    return {}


def _short_notice(given: World) -> Mapping[str, Any]:
    given.change_type.notice_hours = 240
    given.change_type.save()
    return {}


def _template(given: World) -> Mapping[str, Any]:
    asks = "Drain the queues of <server>"
    ChangeTypeFactory(slug="asks", name="It asks", steps=[("rollout", asks, 20)])
    return {"change_type": "asks", "rollout": (step(asks),)}


def _unusual(given: World) -> Mapping[str, Any]:
    return {"sessions": (session(NOW + timedelta(days=800)),)}


def _same_item(given: World) -> Mapping[str, Any]:
    rfc_in(State.SUBMITTED, given, implementer=None)
    return {}


def _same_implementer(given: World) -> Mapping[str, Any]:
    rfc_in(State.SUBMITTED, given, configuration_items=())
    return {}


def _out(start: Any = START) -> Any:
    return session(start, outage=Outage.PLANNED, outage_start=start, outage_end=start + hours(2))


def _outage(given: World) -> Mapping[str, Any]:
    rfc_in(State.SUBMITTED, given, sessions=(_out(),), configuration_items=(), implementer=None)
    return {"sessions": (_out(START + hours(1)),)}


def _same_service(given: World) -> Mapping[str, Any]:
    rfc_in(State.SUBMITTED, given, configuration_items=(), implementer=None)
    return {}


def _dependency(given: World) -> Mapping[str, Any]:
    ServiceFactory(slug="journal", name="Journal", depends_on=[given.service])
    rfc_in(State.SUBMITTED, given, sessions=(_out(),), configuration_items=(), implementer=None)
    return {"services": ("journal",), "configuration_items": ()}


def _predecessor(given: World) -> Mapping[str, Any]:
    before = rfc_in(State.SUBMITTED, given, sessions=(session(START + hours(24)),))
    return {"predecessors": (before.number,)}


_GAP = replace(step(), role="", check="")
CASES: Mapping[str, Build] = {
    "title.missing": _written(title=""),
    "reason.missing": _written(reason=""),
    "incident.missing": _written(urgency=Urgency.EMERGENCY, reason=""),
    "service.missing": _written(services=()),
    "environment.missing": _written(environment=None),
    "change_type.missing": _written(change_type=None),
    "urgency.missing": _written(urgency=None),
    "impact.missing": _written(impact=Impact()),
    "turnaround.missing": _written(sessions=()),
    "outage.missing": _written(sessions=(session(outage=None),)),
    "rollout.missing": _written(rollout=()),
    "rollout.step_unclear": _written(rollout=(_GAP,), impact=HIGH_IMPACT),
    "verification.missing": _written(verification=()),
    "verification.step_unclear": _written(verification=(_GAP,), impact=HIGH_IMPACT),
    "rollback.missing": _written(rollback=()),
    "rollback.step_unclear": _written(rollback=(_GAP,), impact=HIGH_IMPACT),
    "rollback.no_trigger": _written(rollback_trigger=""),
    "plan.no_total": _written(rollback=(step(minutes=None),)),
    "plan.exceeds_session": _written(sessions=(session(length=hours(1)),)),
    "plan.no_reserve": _written(sessions=(session(length=timedelta(minutes=111)),)),
    "plan.template_unchanged": _template,
    "interval.reversed": _written(sessions=(session(length=hours(-1)),)),
    "interval.in_past": _written(sessions=(session(NOW - hours(24)),)),
    "interval.unusual": _unusual,
    "window.misses": _misses,
    "window.exceeds": _exceeds,
    "window.undefined": _undefined,
    "freeze.active": _frozen,
    "notice.too_short": _short_notice,
    "conflict.same_item": _same_item,
    "conflict.same_implementer": _same_implementer,
    "conflict.outage": _outage,
    "conflict.predecessor": _predecessor,
    "conflict.same_service": _same_service,
    "conflict.dependency": _dependency,
}


def _awaited(given: World) -> RFC:
    """One for which another waits that starts before it is done."""
    rfc = rfc_in(State.SUBMITTED, given)
    rfc_in(State.SUBMITTED, given, predecessors=(rfc.number,), sessions=(session(START + hours(1)),))
    return rfc


def _left(given: World) -> RFC:
    """One whose implementer has left since it was raised."""
    rfc = rfc_in(State.SUBMITTED, given)
    given.people.implementer.is_active = False
    given.people.implementer.save()
    return rfc


#: What only a stored RFC can have, for nobody refers to one that is not there yet.
STORED: Mapping[str, Callable[[World], RFC]] = {"conflict.successor": _awaited, "people.left": _left}
#: Saving refuses times that run backwards, so that they are a finding of what is not stored yet.
NEVER_STORED = {"interval.reversed"}


def built(code: str, given: World) -> Content:
    """The content of a case, with what has to stand around it in the database."""
    return content(given, **CASES[code](given))


def body_of(typed: Content) -> dict[str, Any]:
    """A content as a caller of REST writes it."""
    data = as_data(typed)
    for row in (row for phase in ("rollout", "verification", "rollback") for row in data[phase]):
        row.pop("id")
    for row in data["sessions"]:
        row.pop("id")
        row["planned_start"], row["planned_end"] = row.pop("start"), row.pop("end")
    return data
