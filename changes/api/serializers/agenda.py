"""Meetings, agendas, votes and decisions, in and out."""

from typing import Any

from rest_framework import serializers

from changes.api.serializers.fields import Instant, Number, OneOf, Person, Strict, Text, Whole, WholeInQuery
from changes.api.serializers.finding import FindingOut
from changes.choices import Ballot, MeetingState, Section, Severity, Verdict
from changes.models import Vote


class MeetingBody(Strict):
    starts_at = Instant()
    ends_at = Instant()
    cut_off_at = Instant()


class MeetingChange(MeetingBody):
    """Other times while it is planned; `state` says that it begins, is held or is cancelled."""

    state = OneOf(MeetingState)


class AgendaQuery(Strict):
    revision = WholeInQuery(min_value=0, max_value=2**31 - 1, required=False)


class VoteOut(serializers.Serializer):
    member = serializers.CharField()
    vote = serializers.ChoiceField(Ballot.choices())
    comment = serializers.CharField(allow_blank=True)
    at = Instant()
    before_last_edit = serializers.BooleanField(help_text="Whether the RFC has been edited since the vote.")


class PromiseOut(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    owner = serializers.CharField()
    due_at = Instant()
    met_at = Instant(allow_null=True)


class DecisionOut(serializers.Serializer):
    decision = serializers.ChoiceField(Verdict.choices())
    severity = serializers.ChoiceField(Severity.choices())
    reason = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_null=True)
    at = Instant()
    quorum_met = serializers.BooleanField(allow_null=True)
    conditions = PromiseOut(many=True)
    meeting = serializers.IntegerField(allow_null=True, help_text="The one it is deferred to.")


class ItemOut(serializers.Serializer):
    id = serializers.IntegerField()
    rfc = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    minutes = serializers.IntegerField()
    reason = serializers.CharField()
    findings = FindingOut(many=True)
    votes = VoteOut(many=True)
    decision = DecisionOut(allow_null=True)


class SectionOut(serializers.Serializer):
    code = serializers.ChoiceField(Section.choices())
    title = serializers.CharField()
    items = ItemOut(many=True)


class AgendaOut(serializers.Serializer):
    meeting = serializers.IntegerField()
    revision = serializers.IntegerField()
    frozen_at = Instant(allow_null=True)
    minutes = serializers.IntegerField()
    sections = SectionOut(many=True)
    late = ItemOut(many=True)


class Nothing(Strict):
    """A body without fields, or none at all."""


class AdmitBody(Strict):
    rfc = Number()
    reason = Text()


class VoteBody(Strict):
    vote = OneOf(Ballot)
    comment = Text(required=False, trim_whitespace=False)


class ConditionBody(Strict):
    text = Text(allow_blank=False, trim_whitespace=False)
    owner = Person()
    due_at = Instant()


class DecisionBody(Strict):
    decision = OneOf(Verdict)
    severity = OneOf(Severity, required=False, allow_null=True)
    reason = Text(required=False, trim_whitespace=False)
    conditions = ConditionBody(many=True, required=False)
    meeting = Whole(required=False, allow_null=True, min_value=1, max_value=2**53, help_text="The one it is deferred to.")


def vote_data(vote: Vote) -> dict[str, Any]:
    return {"member": vote.member.username, "vote": vote.vote, "comment": vote.comment, "at": vote.at, "before_last_edit": False}
