"""Set-up data, in and out: everything is named by slug, windows and freezes by their number."""

import re
from datetime import date, datetime, time
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from changes.api.serializers.fields import SLUG_PATTERN, Flag, Instant, Named, NamedList, OneOf, Person, Strict, Text, Whole
from changes.api.serializers.step import MAX_MINUTES
from changes.choices import Route, Severity
from changes.models import ChangeType, Environment, Service

_SLUG = re.compile(r"[-a-zA-Z0-9_]+")
_SMALL = 32767


class Slug(Text):
    """A name for addresses: letters without accents, digits, hyphens and underscores."""

    pattern = SLUG_PATTERN

    def to_internal_value(self, data: Any) -> str:
        slug = super().to_internal_value(data)
        if not _SLUG.fullmatch(slug):
            raise serializers.ValidationError("Use letters without accents, digits, hyphens and underscores.")
        return slug


@extend_schema_field({"type": "string", "pattern": r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:00)?$"})
class WallClock(serializers.Field):
    """A date and a time as a clock on the wall shows them, without an offset."""

    _FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:00)?")

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str) or not self._FORM.fullmatch(data):
            raise serializers.ValidationError("Write it as 2026-11-21T22:00, by the clock on the wall and without an offset.")
        try:
            return datetime.fromisoformat(data)  # naive: the row's time zone makes it an instant
        except ValueError as error:
            raise serializers.ValidationError("There is no such day or time.") from error

    def to_representation(self, value: datetime) -> str:
        return value.isoformat(timespec="seconds")


class Day(serializers.DateField):
    """A date as text."""

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"})  # format: time would ask for an offset
class ClockTime(serializers.TimeField):
    """A time of day as text, on the wall of the board's zone."""

    def to_internal_value(self, value: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(r"\d\d:\d\d(:\d\d)?", value):
            raise serializers.ValidationError("Write it as 14:00.")
        return super().to_internal_value(value)


class RoutesShape(Strict):
    """The route of each severity; one that is not named goes to the board."""

    minor = OneOf(Route, required=False)
    major = OneOf(Route, required=False)
    automatic = OneOf(Route, required=False)


class EnvironmentShape(Strict):
    slug = Slug(max_length=50, allow_blank=False)
    name = Text(max_length=80, allow_blank=False)
    short_name = Text(max_length=16, required=False)
    description = Text(required=False)
    position = Whole(min_value=0, max_value=_SMALL, required=False)
    needs_window = Flag(required=False)
    routes = RoutesShape(required=False)


class ServiceShape(Strict):
    slug = Slug(max_length=50, allow_blank=False)
    name = Text(max_length=80, allow_blank=False)
    description = Text(max_length=200, required=False)
    manager = Person(required=False, allow_null=True)
    approver = Person(required=False, allow_null=True)
    depends_on = NamedList(child=Named(Service), required=False)


class ItemShape(Strict):
    slug = Slug(max_length=120, allow_blank=False)
    name = Text(max_length=120, allow_blank=False)
    service = Named(Service, required=False, allow_null=True)


class TemplateStepShape(Strict):
    """A step that an RFC of this type starts from."""

    instruction = Text(allow_blank=False, trim_whitespace=False)
    command = Text(required=False, trim_whitespace=False)
    role = Text(required=False, max_length=80)
    minutes = Whole(required=False, allow_null=True, min_value=0, max_value=MAX_MINUTES)
    check = Text(required=False, trim_whitespace=False)
    if_not = Text(required=False, trim_whitespace=False)


class ChangeTypeShape(Strict):
    slug = Slug(max_length=50, allow_blank=False)
    name = Text(max_length=120, allow_blank=False)
    category = Text(max_length=80, required=False)
    description = Text(required=False)
    severity = OneOf(Severity, required=False, allow_null=True)
    pre_approved = Flag(required=False)
    notice_hours = Whole(min_value=0, max_value=24 * 366, required=False)
    rollback_trigger = Text(required=False)
    is_active = Flag(required=False)
    rollout = TemplateStepShape(many=True, required=False)
    verification = TemplateStepShape(many=True, required=False)
    rollback = TemplateStepShape(many=True, required=False)


class WindowShape(Strict):
    """A change window; its times are those of a clock on the wall in `time_zone`."""

    name = Text(max_length=120, allow_blank=False)
    environment = Named(Environment)
    change_types = NamedList(child=Named(ChangeType), required=False)
    time_zone = Text(max_length=64, allow_blank=False)
    rrule = Text(max_length=400, required=False)
    first_start = WallClock()
    first_end = WallClock()
    exdates = serializers.ListField(child=WallClock(), required=False)


class FreezeShape(Strict):
    """A freeze; what it names combines by AND, nothing named means everything."""

    name = Text(max_length=120, allow_blank=False)
    reason = Text(required=False)
    start = Instant()
    end = Instant()
    time_zone = Text(max_length=64, allow_blank=False, required=False)
    rrule = Text(max_length=400, required=False)
    environment = Named(Environment, required=False, allow_null=True)
    service = Named(Service, required=False, allow_null=True)
    change_type = Named(ChangeType, required=False, allow_null=True)
    waivable_by = Person(required=False, allow_null=True)


class SeatShape(Strict):
    user = Person()
    seat = Text(max_length=80, required=False)
    delegate_for = Person(required=False, allow_null=True)
    since = Day(required=False, allow_null=True)
    until = Day(required=False, allow_null=True)


class TurnShape(Strict):
    """A turn on the approver rota; without ends it is always."""

    user = Person()
    since = Instant(required=False, allow_null=True)
    until = Instant(required=False, allow_null=True)


class BoardShape(Strict):
    slug = Slug(max_length=50, allow_blank=False)
    name = Text(max_length=120, allow_blank=False)
    environments = NamedList(child=Named(Environment), required=False)
    services = NamedList(child=Named(Service), required=False)
    chair = Person()
    quorum = Whole(min_value=0, max_value=_SMALL, required=False)
    is_voting = Flag(required=False)
    time_zone = Text(max_length=64, allow_blank=False)
    weekday = Whole(min_value=0, max_value=6, help_text="Monday is 0.")
    starts = ClockTime()
    minutes = Whole(min_value=1, max_value=1440, required=False)
    cut_off_days = Whole(min_value=0, max_value=60, required=False)
    cut_off_time = ClockTime()
    minutes_major = Whole(min_value=1, max_value=1440, required=False)
    minutes_minor = Whole(min_value=1, max_value=1440, required=False)
    minutes_automatic = Whole(min_value=1, max_value=1440, required=False)
    members = SeatShape(many=True, required=False)
    rota = TurnShape(many=True, required=False)
    holidays = serializers.ListField(child=Day(), required=False)


class WindowOut(WindowShape):
    id = serializers.IntegerField()


class FreezeOut(FreezeShape):
    id = serializers.IntegerField()
