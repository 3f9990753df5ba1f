"""What a new form begins with: nothing, what a link gives, or what the RFC that it follows up says."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict

from changes.choices import Phase, Urgency
from changes.models import RFC, User
from changes.web.forms import moment, typed

_SAME = ("title", "environment", "change_type", "reason", "owner", "implementer")


def prefilled(query: QueryDict, user: User, zone: ZoneInfo) -> QueryDict:
    """The form as a link asks for it.

    `start`, `end` or `minutes`, `environment`, `change_type`, `title`, `reason`, `service` (several),
    `configuration_item` (several), `urgency`, `emergency=1`, `follows_up=RFC-…`, `reference=INC-…` with `system=`.
    """
    data = _following_up(query.get("follows_up", ""), user)
    for name in _SAME:
        if given := query.get(name):
            data[name] = given
    for name, several in (("service", "services"), ("configuration_item", "configuration_items")):
        if query.getlist(name):
            data.setlist(several, query.getlist(name))
    data["urgency"] = query.get("urgency") or data.get("urgency", "")
    if query.get("emergency") == "1":
        data["urgency"], data["emergency"] = Urgency.EMERGENCY, "1"
    data.setdefault("owner", user.username)
    data = _with_times(data, query, zone)
    reference = {"system": query.get("system", "incident"), "identifier": query.get("reference", ""), "relation": "raised_by"}
    data = typed.added(data, "references", {**reference, "url": ""}) if reference["identifier"] else data
    return with_blank_rows(data)


def with_blank_rows(data: QueryDict) -> QueryDict:
    """With a row to write in wherever there is none yet."""
    for group in (*(phase.value for phase in Phase), "sessions"):
        if not typed.prefixes(data, group):
            data = typed.added(data, group, {"instruction" if group != "sessions" else "start": ""})
    return data


def _following_up(number: str, user: User) -> QueryDict:
    """A permanent change has normal priority, and is about the same things as the emergency was (DESIGN 3, S10)."""
    data = typed.blank()
    rfc = RFC.objects.visible_to(user).numbered(number).select_related("environment").first() if number else None
    if rfc is None:
        return data
    data["follows_up"], data["urgency"] = rfc.number, Urgency.NORMAL
    data["environment"] = rfc.environment.slug if rfc.environment else ""
    data.setlist("services", list(rfc.services.values_list("slug", flat=True)))
    data.setlist("configuration_items", list(rfc.configuration_items.values_list("slug", flat=True)))
    return data


def _with_times(data: QueryDict, query: QueryDict, zone: ZoneInfo) -> QueryDict:
    start = moment.prefilled(query.get("start", ""), zone)
    if not start:
        return data
    minutes = query.get("minutes", "")
    end = moment.prefilled(query.get("end", ""), zone)
    if not end and minutes.isdecimal() and len(minutes) < 6:
        end = moment.prefilled(query.get("start", ""), zone, plus=timedelta(minutes=int(minutes)))
    return typed.added(data, "sessions", {"start": start, "end": end})
