"""Times for templates, in the active time zone (`changes.web.time_zone` activates the reader's).

{% interval start end %}  {{ at|day }}  {{ at|hhmm }}  {{ at|moment }}  {{ 90|minutes }}  {% zone_abbr start end %}  {% night date %}
"""

import calendar
from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from changes.domain.wording import place_of
from changes.formats import times

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    return times.day(timezone.localtime(value) if isinstance(value, datetime) else value, today=timezone.localdate())


@register.filter
def hhmm(value: datetime | None) -> str:
    return times.hhmm(value, zone=timezone.get_current_timezone()) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    return times.moment(value, zone=timezone.get_current_timezone(), today=timezone.localdate()) if value else ""


@register.filter
def minutes(value: float | timedelta | None) -> str:
    if value is None:
        return ""
    return times.duration(int(value.total_seconds() // 60) if isinstance(value, timedelta) else int(value))


@register.filter
def until(value: datetime | None, at: datetime) -> timedelta | None:
    """The time between two instants, whichever comes first: {{ session.planned_end|until:at|minutes }}."""
    return abs(value - at) if value else None


@register.filter
def iso(value: datetime | None) -> str:
    """For `datetime=` and for scripts: UTC, to the second."""
    return f"{value.astimezone(timezone.get_fixed_timezone(0)):%Y-%m-%dT%H:%M:%SZ}" if value else ""


@register.filter
def place(zone_name: str) -> str:
    return place_of(zone_name)


@register.filter
def weekday(number: int) -> str:
    """0 is Monday."""
    return calendar.day_name[number]


@register.simple_tag
def interval(start: datetime | None, end: datetime | None) -> SafeString | str:
    first, dash, last = times.interval(start, end, zone=timezone.get_current_timezone(), today=timezone.localdate())
    if start is None:
        return first
    if end is None or times.is_open_ended(end):
        return format_html('<time datetime="{}">{}</time>{}{}', iso(start), first, dash, last)
    return format_html('<time datetime="{}">{}</time>{}<time datetime="{}">{}</time>', iso(start), first, dash, iso(end), last)


@register.simple_tag
def at_moment(value: datetime | None) -> SafeString | str:
    """A single instant as <time>."""
    return format_html('<time datetime="{}">{}</time>', iso(value), moment(value)) if value else ""


@register.simple_tag
def zone_abbr(at: datetime, until: datetime | None = None) -> str:
    """The zone as it is called at the instant shown, never as it is called today; its place where the clocks change in between."""
    return times.zone_words(at, until or at, zone=timezone.get_current_timezone())


@register.simple_tag
def night(on: date) -> str:
    """A night belongs to the evening it starts: "Sat 21 → Sun 22 Nov"."""
    following = on + timedelta(days=1)
    first = f"{on:%a} {on.day}" if on.month == following.month else f"{on:%a} {on.day} {on:%b}"
    return f"{first} → {times.day(following, today=timezone.localdate())}"
