"""The forward schedule, free slots, the gate and what is near, as the API tells them."""

from typing import Any

from rest_framework import serializers

from changes.api.door import address
from changes.api.serializers.fields import Duration, Instant, Named, NamedList, Strict, WholeInQuery
from changes.api.serializers.finding import FindingOut, finding_data
from changes.api.serializers.incident import IncidentOut, incident_data
from changes.api.serializers.rfc_query import Filters, Period
from changes.api.serializers.session import SessionOut, session_data
from changes.choices import MeetingState, Outcome, Route, Severity, State, Urgency
from changes.domain.near import Nearness
from changes.domain.slot import Slot
from changes.models import RFC, ChangeType, Environment, Meeting, Service
from changes.selectors.near import NearChange
from changes.selectors.schedule import Frozen, Occurrence, Schedule

#: What a line of the schedule reads besides itself.
RELATED = ("environment", "change_type", "requester", "owner", "implementer")
ROWS = ("services", "configuration_items", "sessions")


class ScheduleQuery(Period, Filters):
    """The parameters of `schedule/`: without a period, the four weeks from now on."""


class BriefOut(serializers.Serializer):
    """An RFC in a line: what stands on a calendar."""

    number = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(State.choices())
    severity = serializers.ChoiceField(Severity.choices())
    route = serializers.ChoiceField(Route.choices())
    urgency = serializers.ChoiceField(Urgency.choices(), allow_null=True)
    due_by = Instant(allow_null=True)
    environment = serializers.CharField(allow_null=True)
    change_type = serializers.CharField(allow_null=True)
    services = serializers.ListField(child=serializers.CharField())
    configuration_items = serializers.ListField(child=serializers.CharField())
    requester = serializers.CharField()
    owner = serializers.CharField()
    implementer = serializers.CharField(allow_null=True)
    planned_start = Instant(allow_null=True)
    planned_end = Instant(allow_null=True)
    sessions = SessionOut(many=True)
    outcome = serializers.ChoiceField(Outcome.choices(), allow_null=True)
    url = serializers.URLField()


class ChangeOut(BriefOut):
    findings = FindingOut(many=True, help_text="Those about its times.")


class OccurrenceOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    environment = serializers.CharField()
    change_types = serializers.ListField(child=serializers.CharField())
    start = Instant()
    end = Instant()


class FrozenOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    environment = serializers.CharField(allow_null=True)
    service = serializers.CharField(allow_null=True)
    change_type = serializers.CharField(allow_null=True)
    start = Instant()
    end = Instant()


class MeetingOut(serializers.Serializer):
    id = serializers.IntegerField()
    board = serializers.CharField()
    starts_at = Instant()
    ends_at = Instant()
    cut_off_at = Instant()
    state = serializers.ChoiceField(MeetingState.choices())


class ScheduleOut(serializers.Serializer):
    changes = ChangeOut(many=True)
    windows = OccurrenceOut(many=True)
    freezes = FrozenOut(many=True)
    meetings = MeetingOut(many=True)
    undated = BriefOut(many=True)
    hidden = serializers.IntegerField(help_text="How many sessions of the period the filters leave out.")


def brief_data(rfc: RFC) -> dict[str, Any]:
    """An RFC that was read with `RELATED` and `ROWS`."""
    same = ("number", "title", "state", "severity", "route", "due_by", "planned_start", "planned_end")
    return {
        **{name: getattr(rfc, name) for name in same},
        "urgency": rfc.urgency or None,
        "environment": rfc.environment.slug if rfc.environment else None,
        "change_type": rfc.change_type.slug if rfc.change_type else None,
        "services": sorted(service.slug for service in rfc.services.all()),
        "configuration_items": sorted(item.slug for item in rfc.configuration_items.all()),
        "requester": rfc.requester.username,
        "owner": rfc.owner.username,
        "implementer": rfc.implementer.username if rfc.implementer else None,
        "sessions": [session_data(session) for session in rfc.sessions.all()],
        "outcome": rfc.outcome or None,
        "url": address(rfc.get_absolute_url()),
    }


def schedule_data(schedule: Schedule) -> dict[str, Any]:
    keys = [rfc.pk for rfc in (*schedule.rfcs, *schedule.undated)]
    rows = RFC.objects.filter(pk__in=keys).select_related(*RELATED).prefetch_related(*ROWS)
    brief = {rfc.pk: brief_data(rfc) for rfc in rows}
    found: dict[int, list[dict[str, Any]]] = {}
    for entry in schedule.entries:
        found.setdefault(entry.rfc.pk, []).extend(finding_data(finding) for finding in entry.findings)
    return {
        "changes": [{**brief[rfc.pk], "findings": _once(found[rfc.pk])} for rfc in schedule.rfcs],
        "windows": [_occurrence(one) for one in schedule.windows],
        "freezes": [_frozen(one) for one in schedule.freezes],
        "meetings": [meeting_data(meeting) for meeting in schedule.meetings],
        "undated": [brief[rfc.pk] for rfc in schedule.undated],
        "hidden": schedule.hidden,
    }


def _once(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is said of every session of an RFC is said once of the RFC."""
    return [finding for place, finding in enumerate(findings) if finding not in findings[:place]]


def _occurrence(one: Occurrence) -> dict[str, Any]:
    return {
        "id": one.window.id,
        "name": one.window.name,
        "environment": one.window.environment,
        "change_types": list(one.window.change_types),
        "start": one.interval.start,
        "end": one.interval.end,
    }


def _frozen(one: Frozen) -> dict[str, Any]:
    same = ("id", "name", "reason", "environment", "service", "change_type")
    return {**{name: getattr(one.freeze, name) for name in same}, "start": one.interval.start, "end": one.interval.end}


def meeting_data(meeting: Meeting) -> dict[str, Any]:
    same = ("starts_at", "ends_at", "cut_off_at", "state")
    return {"id": meeting.pk, "board": meeting.board.slug, **{name: getattr(meeting, name) for name in same}}


class SlotQuery(Strict):
    environment = Named(Environment)
    change_type = Named(ChangeType, required=False)
    service = NamedList(child=Named(Service), required=False)
    minutes = WholeInQuery(min_value=1, max_value=60 * 24 * 31)
    after = Instant(required=False)
    count = WholeInQuery(min_value=1, max_value=20, default=4)


class PassedOverOut(serializers.Serializer):
    start = Instant()
    end = Instant()
    code = serializers.CharField()
    reason = serializers.CharField()


class SlotOut(serializers.Serializer):
    start = Instant()
    end = Instant()
    note = serializers.CharField(allow_blank=True)
    passed_over = PassedOverOut(many=True)


def slot_data(slot: Slot) -> dict[str, Any]:
    return {
        "start": slot.interval.start,
        "end": slot.interval.end,
        "note": slot.note,
        "passed_over": [
            {"start": one.interval.start, "end": one.interval.end, "code": one.code, "reason": one.reason} for one in slot.passed_over
        ],
    }


class GateQuery(Strict):
    environment = Named(Environment)
    service = Named(Service, required=False)
    change_type = Named(ChangeType, required=False)
    at = Instant(required=False)


class GateOut(serializers.Serializer):
    state = serializers.ChoiceField([("open", "Open"), ("closed", "Closed")])
    reasons = FindingOut(many=True)
    next_change_at = Instant(allow_null=True)


class NearQuery(Strict):
    at = Instant(required=False)
    lookback = Duration(required=False)
    lookahead = Duration(required=False)
    service = NamedList(child=Named(Service), required=False)


class NearOut(BriefOut):
    reason = serializers.ChoiceField([(one.value, one.value) for one in Nearness])
    message = serializers.CharField()
    minutes = serializers.IntegerField(help_text="The distance from the instant; 0 for what is going on.")
    path = serializers.ListField(child=serializers.CharField(), help_text="From the service asked for to the one changed.")
    session = SessionOut()
    incidents = IncidentOut(many=True, help_text="The incidents that it is suspected of, or was.")


def near_data(one: NearChange) -> dict[str, Any]:
    return {
        **brief_data(one.session.rfc),
        "reason": one.near.nearness,
        "message": one.near.message,
        "minutes": one.near.minutes,
        "path": list(one.path),
        "session": session_data(one.session),
        "incidents": [incident_data(link) for link in one.session.rfc.incidents.all()],
    }
