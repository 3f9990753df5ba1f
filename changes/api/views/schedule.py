"""The forward schedule, free slots, the gate, and what changed near an incident."""

from datetime import datetime, timedelta

from rest_framework.request import Request
from rest_framework.response import Response

from changes import filters
from changes.api.door import Door
from changes.api.problems import QueryError
from changes.api.serializers.finding import finding_data
from changes.api.serializers.rfc_query import filter_data
from changes.api.serializers.schedule import (
    GateOut,
    GateQuery,
    NearOut,
    NearQuery,
    ScheduleOut,
    ScheduleQuery,
    SlotOut,
    SlotQuery,
    near_data,
    schedule_data,
    slot_data,
)
from changes.domain.content import Content
from changes.domain.interval import Interval
from changes.selectors.gate import gate_at
from changes.selectors.near import changes_near
from changes.selectors.schedule import forward_schedule
from changes.selectors.slot import free_slots_for

USUAL_PERIOD = timedelta(weeks=4)
#: What is longer is a report and not a schedule.
LONGEST_PERIOD = timedelta(days=3 * 366)
LOOKBACK = timedelta(hours=24)
LOOKAHEAD = timedelta(hours=2)


def period_of(query: dict[str, datetime], at: datetime) -> Interval:
    """The period asked for; without one, four weeks. Raises `QueryError` for one that is too long."""
    start = query.get("from") or (query["to"] - USUAL_PERIOD if "to" in query else at)
    end = query.get("to") or start + USUAL_PERIOD
    if end - start > LONGEST_PERIOD:
        raise QueryError({"to": [f"It lies more than {LONGEST_PERIOD.days} days after `from`; ask for a shorter period."]})
    return Interval(start, end)


class ForwardSchedule(Door):
    """All that is planned, proposed or done in a period, with the windows, freezes and meetings in it."""

    queries = {"GET": ScheduleQuery}
    answers = {"GET": (200, ScheduleOut)}

    def get(self, request: Request) -> Response:
        narrowing = filters.ScheduleFilter.of(filter_data({k: v for k, v in self.query.items() if k not in ("from", "to")}), self.user)
        period = period_of(self.query, self.at)
        schedule = forward_schedule(period, viewer=self.user, filters=narrowing, at=self.at, time_zone=self.time_zone)
        return Response(schedule_data(schedule))


class Slots(Door):
    """The next free times for work of so many minutes, each with why earlier ones were passed over."""

    queries = {"GET": SlotQuery}
    answers = {"GET": (200, SlotOut(many=True))}

    def get(self, request: Request) -> Response:
        query = self.query
        content = Content(environment=query["environment"], change_type=query.get("change_type"), services=tuple(query.get("service", ())))
        slots = free_slots_for(
            content,
            minutes=query["minutes"],
            after=query.get("after"),
            count=query["count"],
            at=self.at,
            time_zone=self.time_zone,
        )
        return Response([slot_data(slot) for slot in slots])


class GateNow(Door):
    """May something of this kind go now?"""

    queries = {"GET": GateQuery}
    answers = {"GET": (200, GateOut)}

    def get(self, request: Request) -> Response:
        query = self.query
        gate = gate_at(
            query["environment"],
            service=query.get("service"),
            change_type=query.get("change_type"),
            at=query.get("at", self.at),
            time_zone=self.time_zone,
        )
        return Response(
            {
                "state": "open" if gate.is_open else "closed",
                "reasons": [finding_data(finding) for finding in gate.reasons],
                "next_change_at": gate.next_change_at,
            }
        )


class ChangesNear(Door):
    """What changed near an incident: the likeliest cause first, each with its reason."""

    queries = {"GET": NearQuery}
    answers = {"GET": (200, NearOut(many=True))}

    def get(self, request: Request) -> Response:
        query = self.query
        found = changes_near(
            self.user,
            at=query.get("at", self.at),
            lookback=query.get("lookback", LOOKBACK),
            lookahead=query.get("lookahead", LOOKAHEAD),
            services=query.get("service"),
        )
        return Response([near_data(one) for one in found])
