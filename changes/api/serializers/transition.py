"""Moves, waivers and conditions, in and out."""

from typing import Any

from rest_framework import serializers

from changes.api.serializers.fields import Flag, Instant, Number, OneOf, Strict, Text, Whole
from changes.api.serializers.finding import FindingOut, IntervalOut, finding_data, interval_data
from changes.choices import Outcome, State
from changes.domain.lifecycle import REVIEW_QUESTIONS
from changes.models import Waiver
from changes.selectors.lifecycle import Offer


class ReviewBody(Strict):
    """The answers of a post-implementation review, by question."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: Text(required=False, trim_whitespace=False, help_text=asked) for name, asked in REVIEW_QUESTIONS.items()}


class TransitionBody(Strict):
    to = OneOf(State)
    reason = Text(required=False, trim_whitespace=False)
    outcome = OneOf(Outcome, required=False, allow_null=True)
    actual_start = Instant(required=False, allow_null=True)
    actual_end = Instant(required=False, allow_null=True)
    review = ReviewBody(required=False)


class TransitionOut(serializers.Serializer):
    to = serializers.ChoiceField(State.choices())
    allowed = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True, help_text="Why it is refused now; empty where it is allowed.")
    findings = FindingOut(many=True)


class WaiverBody(Strict):
    code = Text(allow_blank=False, max_length=60)
    other = Number(required=False, allow_null=True)
    about = Text(required=False, max_length=200, help_text="The name of the freeze, where more than one stops it.")
    freeze = Whole(required=False, allow_null=True, min_value=1, help_text="The id of the freeze, where more than one has that name.")
    reason = Text()
    until = Instant()


class WaiverOut(serializers.Serializer):
    code = serializers.CharField()
    other = serializers.CharField(allow_null=True)
    about = serializers.CharField(allow_blank=True, help_text="What the freeze that was accepted was called.")
    freeze = serializers.IntegerField(allow_null=True, help_text="The id of that freeze; null once it is lifted.")
    times = IntervalOut(many=True, help_text="When what was accepted lay; elsewhere the waiver does not hold.")
    reason = serializers.CharField()
    by = serializers.CharField()
    until = Instant()
    minutes = serializers.IntegerField(allow_null=True)
    scope = serializers.ListField(child=serializers.CharField(), help_text="What it was about; it lapses with anything else.")
    created_at = Instant()


class ConditionMark(Strict):
    said = {"required": ["met"]}  # a PATCH of one thing that is always given

    met = Flag()
    note = Text(required=False, trim_whitespace=False)


def transition_data(offer: Offer) -> dict[str, Any]:
    return {
        "to": offer.to,
        "allowed": offer.allowed,
        "why": offer.why,
        "findings": [finding_data(finding) for finding in offer.findings],
    }


def waiver_data(waiver: Waiver) -> dict[str, Any]:
    return {
        "code": waiver.code,
        "other": waiver.other.number if waiver.other else None,
        "about": waiver.about,
        "freeze": waiver.freeze_id,
        "times": [interval_data(time) for time in waiver.intervals],
        "reason": waiver.reason,
        "by": waiver.by.username,
        "until": waiver.until,
        "minutes": waiver.minutes,
        "scope": waiver.scope,
        "created_at": waiver.created_at,
    }
