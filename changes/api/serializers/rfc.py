"""An RFC, in and out (DESIGN 7, "An RFC")."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from changes.api.door import address
from changes.api.serializers.approval import ApprovalOut
from changes.api.serializers.fields import Flag, Instant, Named, NamedList, Number, OneOf, Person, Strict, Text
from changes.api.serializers.finding import FindingOut, finding_data
from changes.api.serializers.session import SHORT, SessionBody, SessionOut, known, session_data, sessions_of
from changes.api.serializers.step import StepBody, StepOut, step_data, steps_of
from changes.choices import ImpactLevel, Outage, Outcome, Phase, Relation, Route, Severity, State, Urgency
from changes.domain.content import Contact, Content, Impact, Reference
from changes.models import RFC, ChangeType, Condition, ConfigurationItem, Decision, Environment, Service
from changes.selectors.emergency import Emergency

#: A change over more than this is a list of its own; a body with more is a slip.
MANY = 500


class ContactShape(Strict):
    name = Text(allow_blank=False, max_length=120)
    role = Text(required=False, max_length=120)
    phone = Text(required=False, max_length=40)
    url = serializers.URLField(required=False, allow_blank=True, max_length=200)


class ReferenceShape(Strict):
    system = Text(allow_blank=False, max_length=60)
    identifier = Text(allow_blank=False, max_length=120)
    url = serializers.URLField(required=False, allow_blank=True, max_length=200)
    relation = OneOf(Relation, required=False)


class ImpactShape(Strict):
    sla = OneOf(ImpactLevel, required=False, allow_null=True)
    capacity = OneOf(ImpactLevel, required=False, allow_null=True)
    security = OneOf(ImpactLevel, required=False, allow_null=True)
    disaster_recovery = OneOf(ImpactLevel, required=False, allow_null=True)


class RFCBody(Strict):
    """What people write in an RFC. Nothing is asked for here: what is missing is a finding (DESIGN 4.2)."""

    title = Text(required=False, max_length=200)
    description = Text(required=False, trim_whitespace=False)
    reason = Text(required=False, trim_whitespace=False)
    urgency = OneOf(Urgency, required=False, allow_null=True)
    needed_by = Instant(required=False, allow_null=True)
    environment = Named(Environment, required=False, allow_null=True)
    change_type = Named(ChangeType, required=False, allow_null=True)
    services = NamedList(child=Named(Service), required=False, max_length=MANY)
    configuration_items = NamedList(child=Named(ConfigurationItem), required=False, max_length=MANY)
    predecessors = NamedList(child=Number(), required=False, max_length=MANY)
    owner = Person(required=False)
    implementer = Person(required=False, allow_null=True)
    # many=True makes a ListSerializer of it, which takes max_length; the stubs do not follow that.
    contacts = ContactShape(many=True, required=False, max_length=MANY)  # type: ignore[call-arg]
    impact = ImpactShape(required=False)
    sessions = SessionBody(many=True, required=False, max_length=MANY)  # type: ignore[call-arg]
    planned_start = Instant(required=False)
    planned_end = Instant(required=False, allow_null=True)
    outage = OneOf(Outage, required=False, allow_null=True)
    outage_start = Instant(required=False, allow_null=True)
    outage_end = Instant(required=False, allow_null=True)
    actual_start = Instant(required=False, allow_null=True)
    actual_end = Instant(required=False, allow_null=True)
    rollout = StepBody(many=True, required=False, max_length=MANY)  # type: ignore[call-arg]
    verification = StepBody(many=True, required=False, max_length=MANY)  # type: ignore[call-arg]
    rollback = StepBody(many=True, required=False, max_length=MANY)  # type: ignore[call-arg]
    rollback_trigger = Text(required=False, trim_whitespace=False)
    references = ReferenceShape(many=True, required=False, max_length=MANY)  # type: ignore[call-arg]
    follows_up = Number(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An id names one session or one step; two that name the same would overwrite each other."""
        steps = [step for phase in Phase for step in attrs.get(phase.value, ())]
        for rows, name in ((attrs.get("sessions", ()), "sessions"), (steps, "rollout")):
            ids = [row["id"] for row in rows if "id" in row]
            if len(ids) != len(set(ids)):
                raise serializers.ValidationError({name: ["Two of them have the same id."]})
        return attrs


class NewRFCBody(RFCBody):
    """The same, to raise one: `submit` submits it in the same call; `outcome` is for work that is done already."""

    submit = Flag(required=False, default=False)
    outcome = OneOf(Outcome, required=False)


_PLAIN = ("title", "description", "reason", "urgency", "needed_by", "environment", "change_type", "owner", "implementer")
_SETS = ("services", "configuration_items", "predecessors")


def content_of(data: dict[str, Any], before: Content | None = None) -> Content:
    """The content that a body asks for: `before` (or an empty one) with what the body speaks of.

    Lists are taken whole; of the impact, the questions that are not in the body keep their answers.
    """
    before = before or Content()
    values = {name: data[name] for name in (*_PLAIN, "rollback_trigger", "follows_up") if name in data}
    values |= {name: tuple(sorted(data[name])) for name in _SETS if name in data}
    steps = {step.id for phase in Phase for step in getattr(before, phase.value)}
    for phase in Phase:
        known(data.get(phase.value, ()), phase.value, steps, "step")
    values |= {phase.value: steps_of(data[phase.value]) for phase in Phase if phase.value in data}
    if "contacts" in data:
        values["contacts"] = tuple(Contact(**body) for body in data["contacts"])
    if "references" in data:
        values["references"] = tuple(Reference(**body) for body in data["references"])
    values["impact"] = Impact(**{**before.impact.answers(), **data.get("impact", {})})
    values["sessions"] = sessions_of(data, before.sessions)
    return replace(before, **values)


def is_short(data: dict[str, Any]) -> bool:
    """Whether a body speaks of its one session by the short names."""
    return any(name in data for name in SHORT)


class ConditionOut(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    owner = serializers.CharField()
    due_at = Instant()
    met_at = Instant(allow_null=True)
    met_by = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class RFCOut(serializers.Serializer):
    """An RFC as every path answers it."""

    number = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(State.choices())
    severity = serializers.ChoiceField(Severity.choices())
    proposed_severity = serializers.ChoiceField(Severity.choices())
    route = serializers.ChoiceField(Route.choices())
    urgency = serializers.ChoiceField(Urgency.choices(), allow_null=True)
    due_by = Instant(allow_null=True)
    needed_by = Instant(allow_null=True)
    environment = serializers.CharField(allow_null=True)
    change_type = serializers.CharField(allow_null=True)
    services = serializers.ListField(child=serializers.CharField())
    configuration_items = serializers.ListField(child=serializers.CharField())
    predecessors = serializers.ListField(child=serializers.CharField())
    requester = serializers.CharField()
    owner = serializers.CharField()
    implementer = serializers.CharField(allow_null=True)
    contacts = ContactShape(many=True)
    impact = ImpactShape()
    sessions = SessionOut(many=True)
    planned_start = Instant(allow_null=True)
    planned_end = Instant(allow_null=True)
    rollout = StepOut(many=True)
    verification = StepOut(many=True)
    rollback = StepOut(many=True)
    rollback_trigger = serializers.CharField(allow_blank=True)
    references = ReferenceShape(many=True)
    follows_up = serializers.CharField(allow_null=True)
    retrospective = serializers.BooleanField()
    imported = serializers.BooleanField()
    approved_until = Instant(allow_null=True, help_text="When the approval lapses, if it is not on the schedule then.")
    decided_at = Instant(allow_null=True, help_text="Of the decision in force: null while it is deferred.")
    decided_by = serializers.CharField(allow_null=True)
    conditions = ConditionOut(many=True)
    outcome = serializers.ChoiceField(Outcome.choices(), allow_null=True)
    review = serializers.DictField(child=serializers.CharField(), allow_null=True)
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()
    url = serializers.URLField()


class ApproverOut(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    called_at = Instant(help_text="When the product calls them; unanswered for 15 minutes, the next is called.")


class EmergencyOut(serializers.Serializer):
    """Who can approve an emergency now, and what of it is still to be written."""

    approvers = ApproverOut(many=True)
    owed = FindingOut(many=True)
    owed_by = Instant(help_text="Five days after it was created.")


class RFCAnswerOut(RFCOut):
    """One RFC: of an emergency, with who is called and what is owed, which lists leave out."""

    emergency = EmergencyOut(allow_null=True)
    approval = ApprovalOut(allow_null=True)


class RFCSparseOut(RFCAnswerOut):
    """An RFC; with `fields` only what is named there, without it everything."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


def presentable(rfcs: QuerySet[RFC]) -> QuerySet[RFC]:
    """With all that `rfc_data` reads, in a fixed number of queries."""
    made: QuerySet[RFC] = rfcs.with_content()  # type: ignore[attr-defined]
    return made.prefetch_related("steps__done_by", "decision__conditions__owner", "decision__conditions__met_by")


def rfc_data(rfc: RFC) -> dict[str, Any]:
    """An RFC that was read `presentable`."""
    return {
        **_written(rfc),
        **_worked_out(rfc),
        "requester": rfc.requester.username,
        "sessions": [session_data(session) for session in rfc.sessions.all()],
        **{phase.value: [step_data(step) for step in rfc.phase(phase)] for phase in Phase},
        "retrospective": rfc.retrospective,
        "imported": rfc.imported,
        "outcome": rfc.outcome or None,
        "review": rfc.review,
        "version": rfc.version,
        "created_at": rfc.created_at,
        "updated_at": rfc.updated_at,
        "url": address(rfc.get_absolute_url()),
    }


def _written(rfc: RFC) -> dict[str, Any]:
    content = rfc.content()
    same = (*_PLAIN, *_SETS, "rollback_trigger", "follows_up")
    return {
        "number": rfc.number,
        **{name: getattr(content, name) for name in same},
        "contacts": [vars(contact) for contact in content.contacts],
        "references": [vars(reference) for reference in content.references],
        "impact": content.impact.answers(),
    }


def _worked_out(rfc: RFC) -> dict[str, Any]:
    decision: Decision | None = rfc.decision
    return {
        "state": rfc.state,
        "severity": rfc.severity,
        "proposed_severity": rfc.proposed_severity,
        "route": rfc.route,
        "due_by": rfc.due_by,
        "planned_start": rfc.planned_start,
        "planned_end": rfc.planned_end,
        "approved_until": rfc.approved_until,
        "decided_at": decision.at if decision else None,
        "decided_by": decision.by.username if decision and decision.by else None,
        "conditions": [condition_data(condition) for condition in decision.conditions.all()] if decision else [],
    }


def emergency_data(emergency: Emergency | None) -> dict[str, Any] | None:
    if emergency is None:
        return None
    return {
        "approvers": [
            {"username": one.user.username, "name": str(one.user), "phone": one.user.phone, "called_at": one.called_at}
            for one in emergency.approvers
        ],
        "owed": [finding_data(finding) for finding in emergency.owed],
        "owed_by": emergency.owed_by,
    }


def condition_data(condition: Condition) -> dict[str, Any]:
    return {
        "id": condition.pk,
        "text": condition.text,
        "owner": condition.owner.username,
        "due_at": condition.due_at,
        "met_at": condition.met_at,
        "met_by": condition.met_by.username if condition.met_by else None,
        "note": condition.note,
    }
