"""A finding as the API tells it."""

from typing import Any

from rest_framework import serializers

from changes.api.serializers.fields import Instant
from changes.choices import Level
from changes.domain.finding import Finding
from changes.domain.interval import Interval


class IntervalOut(serializers.Serializer):
    start = Instant()
    end = Instant(allow_null=True)


class FindingOut(serializers.Serializer):
    code = serializers.CharField()
    kind = serializers.CharField(
        allow_blank=True, help_text="Which of the things it is that one code stands for; empty where there is one."
    )
    level = serializers.ChoiceField(Level.choices())
    field = serializers.CharField()
    message = serializers.CharField()
    mend = serializers.CharField()
    interval = IntervalOut(allow_null=True)
    other = serializers.CharField(allow_null=True)
    own_interval = IntervalOut(
        allow_null=True,
        help_text="Of a conflict of two RFCs: the session or the outage of this one; `interval` is the overlap.",
    )
    other_interval = IntervalOut(allow_null=True, help_text="The session or the outage of the other RFC that it overlaps.")
    minutes = serializers.IntegerField(allow_null=True)
    about = serializers.CharField(allow_blank=True, help_text="The freeze that stops it.")
    freeze = serializers.IntegerField(allow_null=True, help_text="The id of that freeze.")
    possible = serializers.BooleanField()
    waived = serializers.CharField(allow_blank=True)
    lapsed = serializers.CharField(allow_blank=True, help_text="Who had waived it, and why that holds no longer.")


def interval_data(interval: Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    return {"start": interval.start, "end": None if interval.is_open else interval.end}


def finding_data(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "kind": finding.kind,
        "level": finding.level,
        "field": finding.field,
        "message": finding.message,
        "mend": finding.mend,
        "interval": interval_data(finding.interval),
        "other": finding.other,
        "own_interval": interval_data(finding.own_interval),
        "other_interval": interval_data(finding.other_interval),
        "minutes": finding.minutes,
        "about": finding.about,
        "freeze": finding.freeze,
        "possible": finding.possible,
        "waived": finding.waived,
        "lapsed": finding.lapsed,
    }
