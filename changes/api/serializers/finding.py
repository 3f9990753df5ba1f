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
    level = serializers.ChoiceField(Level.choices())
    field = serializers.CharField()
    message = serializers.CharField()
    mend = serializers.CharField()
    interval = IntervalOut(allow_null=True)
    other = serializers.CharField(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    about = serializers.CharField(allow_blank=True, help_text="The freeze that stops it.")
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
        "level": finding.level,
        "field": finding.field,
        "message": finding.message,
        "mend": finding.mend,
        "interval": interval_data(finding.interval),
        "other": finding.other,
        "minutes": finding.minutes,
        "about": finding.about,
        "possible": finding.possible,
        "waived": finding.waived,
        "lapsed": finding.lapsed,
    }
