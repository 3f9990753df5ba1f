"""A freeze as an administrator types it: its shape here, whether it can be asked of the domain."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from changes.choices import Role
from changes.domain import freeze as rules
from changes.domain.freeze import Freeze as FreezeRule
from changes.domain.recurrence import RecurrenceError, zone_of
from changes.domain.rhythm import Kind
from changes.domain.wall_clock import instant_of
from changes.models import ChangeType, Environment, Freeze, Service, User
from changes.web.forms.moment import SHOWN, MomentField, Told, shown, told
from changes.web.forms.rhythm import RhythmForm, rhythm_initial

#: Which field a part of the freeze was typed in.
_TYPED_IN = {"rrule": "rhythm"}
_SCOPE = ("environment", "service", "change_type")


class FreezeForm(RhythmForm):
    """Name and reason, from when to when on the clock of a named zone, how it repeats, whom it holds for, who may waive it."""

    name = forms.CharField(label="Name", max_length=120)
    reason = forms.CharField(label="Reason", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    time_zone = forms.CharField(label="Time zone", max_length=64, widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}))
    start = MomentField(label="From")
    end = MomentField(label="To")
    start_second = forms.BooleanField(label="From the second of the two", required=False)
    end_second = forms.BooleanField(label="To the second of the two", required=False)
    environment = forms.ChoiceField(label="Environment", required=False)
    service = forms.ChoiceField(label="Service", required=False)
    change_type = forms.ChoiceField(label="Change type", required=False)
    waivable_by = forms.ChoiceField(label="May be waived by", required=False)

    field_order = ("name", "reason", "time_zone", "start", "end", "environment", "service", "change_type", "waivable_by")

    def __init__(self, *args: Any, **options: Any) -> None:
        """The lists to choose from are read here, in four queries."""
        super().__init__(*args, **options)
        self.label_suffix = ""
        people = User.objects.filter(is_active=True).exclude(role__in=(Role.VIEWER, Role.TOOL)).order_by("first_name", "username")
        self._offer("environment", "Every environment", _named(Environment.objects.all()))
        self._offer("service", "Every service", _named(Service.objects.all()))
        self._offer("change_type", "Every change type", _named(ChangeType.objects.all()))
        self._offer("waivable_by", "The change manager", [(person.username, str(person)) for person in people])
        self.rule: FreezeRule | None = None
        self.told: list[Told] = []
        for name, asked in self.fields.items():
            asked.widget.attrs["aria-describedby"] = f"problems-{name}"

    def _offer(self, name: str, nothing: str, choices: list[tuple[str, str]]) -> None:
        """The list of a field; what a stored freeze names stays in it, also when nobody is offered it any more."""
        kept = str(self.initial.get(name) or "")
        known = kept in ("", *(value for value, _ in choices))
        self.fields[name].choices = [("", nothing), *choices, *([] if known else [(kept, kept)])]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Makes the rule; one that cannot be is told beside what has to change, and what a clock change makes of a time in `told`."""
        cleaned = super().clean()
        zone = self._zone(cleaned.get("time_zone"))
        for name in ("start", "end"):
            if name in cleaned and zone:
                self._tell(cleaned, name, zone)
        if zone is None or not (cleaned.get("start") and cleaned.get("end")) or "rrule" not in cleaned:
            return cleaned
        start, end = (instant_of(cleaned[name], zone, second=cleaned[f"{name}_second"]) for name in ("start", "end"))
        scope: dict[str, str | None] = {name: cleaned.get(name) or None for name in _SCOPE}
        name, reason = cleaned.get("name", ""), cleaned.get("reason", "")
        self.rule = FreezeRule(0, name, reason, start, end, zone.key, cleaned["rrule"], **scope)
        try:
            rules.check(self.rule)
        except RecurrenceError as error:
            self.refuse(error.field, error.sentence)
        return cleaned

    def _zone(self, name: str | None) -> ZoneInfo | None:
        if not name:
            return None
        try:
            return zone_of(name.strip())
        except RecurrenceError as error:
            self.refuse(error.field, error.sentence)
            return None

    def _tell(self, cleaned: dict[str, Any], name: str, zone: ZoneInfo) -> None:
        second = cleaned[f"{name}_second"]
        if said := told(cleaned[name], zone, choice=f"{name}_second", second=second):
            self.told.append(said)

    def refuse(self, name: str, sentence: str) -> None:
        """Tell a fault beside the field in which that part of the freeze was typed."""
        place = "rhythm_raw" if name == "rrule" and self.repeats.kind == Kind.RAW else _TYPED_IN.get(name, name)
        self.add_error(place if place in self.fields else None, sentence)

    def forget_gaps(self) -> None:
        """Say nothing of what is only not written yet, while somebody is still writing."""
        for name, errors in list(self.errors.as_data().items()):
            if all(error.code == "required" for error in errors):
                del self.errors[name]

    @property
    def is_possible(self) -> bool:
        """Whether there is a rule to ask about; a name that is missing is no hindrance."""
        return self.rule is not None and not set(self.errors) & {"start", "end", "time_zone", "rhythm", "rhythm_raw", *_SCOPE}

    def scope(self) -> str:
        """Whom it holds for, in words, by the names that are chosen."""
        asked = {name: dict(self.fields[name].choices) for name in _SCOPE}  # type: ignore[attr-defined]
        chosen = {name: self.data.get(name, "") if self.is_bound else self.initial.get(name) or "" for name in _SCOPE}
        return rules.scope_in_words(**{name: asked[name].get(slug, "") if slug else "" for name, slug in chosen.items()})

    def values(self) -> dict[str, Any]:
        """What the action takes; ask it of a form without faults."""
        assert self.rule  # noqa: S101 - a form without faults has one
        own = ("name", "reason", "start", "end", "time_zone", "rrule", *_SCOPE)
        return {**{name: getattr(self.rule, name) for name in own}, "waivable_by": self.cleaned_data["waivable_by"] or None}


def _named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(row.slug, row.name) for row in rows]


def stored(row: Freeze) -> FreezeForm:
    """The form as it begins over a stored freeze; its times on the clock of its own zone."""
    zone = ZoneInfo(row.time_zone)
    start, start_second = shown(row.start, zone)
    end, end_second = shown(row.end, zone)
    initial = {
        **{name: getattr(row, name) for name in ("name", "reason", "time_zone")},
        "start": start,
        "end": end,
        "start_second": start_second,
        "end_second": end_second,
        **{name: one.slug if (one := getattr(row, name)) else "" for name in _SCOPE},
        "waivable_by": row.waivable_by.username if row.waivable_by else "",
        **rhythm_initial(row.rrule, first_start=datetime.fromisoformat(start), time_zone=row.time_zone),
    }
    form = FreezeForm(initial=initial)
    form.rule = row.as_rule()
    return form


def blank(*, today: date, time_zone: str) -> FreezeForm:
    """A new freeze begins as a weekend: from the coming Friday at 18:00 to Monday at 08:00."""
    friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
    start, end = datetime.combine(friday, time(18)), datetime.combine(friday + timedelta(days=3), time(8))
    times = {"start": start.strftime(SHOWN), "end": end.strftime(SHOWN), "time_zone": time_zone}
    return FreezeForm(initial={**times, **rhythm_initial("", first_start=start)})


def acted(data: QueryDict, act: str) -> QueryDict:
    """What a button makes of the typed data: `start 2026-11-27T12:00` begins there and lasts as long as before."""
    verb, _, value = act.partition(" ")
    if verb != "start":
        return data
    kept = data.copy()
    try:
        start, before, end = (datetime.fromisoformat(text) for text in (value, data.get("start", ""), data.get("end", "")))
        kept["end"] = (end + (start - before)).strftime(SHOWN)
        kept["start"] = start.strftime(SHOWN)
    except (ValueError, OverflowError, TypeError):
        return data
    return kept
