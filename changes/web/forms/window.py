"""A change window as an administrator types it: its shape here, whether it can be asked of the domain."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import QueryDict

from changes.domain import recurrence
from changes.domain.recurrence import Recurrence, RecurrenceError
from changes.domain.rhythm import Kind
from changes.domain.wording import place_of
from changes.models import ChangeType, ChangeWindow, Environment
from changes.web.forms.rhythm import RhythmForm, rhythm_initial
from changes.web.time_zone import is_known

#: Which field a part of the recurrence was typed in.
_TYPED_IN = {"first_start": "first_day", "first_end": "ends", "rrule": "rhythm"}
#: What is said of what is not written.
_MISSING = {
    "name": "It has no name. Write what people call it.",
    "environment": "It opens no environment. Choose one.",
    "time_zone": "It has no time zone. Name one, such as Europe/Amsterdam.",
    "first_day": "It has no first night. Say on which day it starts.",
    "starts": "It has no start. Say when it opens.",
    "ends": "It has no end. Say when it closes.",
}
_NO_SUCH = {
    "first_day": "There is no such date; write it as 2026-11-28.",
    "starts": "There is no such time; write it as 22:00.",
    "ends": "There is no such time; write it as 22:00.",
    "end_days": "It is a whole number of days.",
}
_DAY = timedelta(days=1)
#: A date that zones can be computed for.
_YEARS = range(1970, 2300)


@cache
def zone_names() -> list[str]:
    """The zones that people live in, for a list to choose from; the field takes every other one as well."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))]


class LinesField(forms.CharField):
    """Dates, or dates and times, one a line; cleans to a list of (date, time or None)."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        read, faults = [], []
        for place, line in enumerate(lines, start=1):
            try:
                moment = datetime.fromisoformat(line) if line else None
            except ValueError:
                moment = None
            if moment and not moment.tzinfo and moment.year in _YEARS:
                read.append((moment.date(), moment.time() if len(line) > len("2026-12-26") else None))
            elif line:
                faults.append(f"Line {place}: “{line[:40]}” is no night; write it as 2026-12-26, or 2026-12-26 22:00.")
        if faults:
            raise forms.ValidationError(faults)
        return read


class WindowForm(RhythmForm):
    """Name, where and for what, the first night, how it repeats, and which nights are left out."""

    name = forms.CharField(label="Name", max_length=120)
    environment = forms.ChoiceField(label="Environment")
    change_types = forms.MultipleChoiceField(label="For these change types", required=False, widget=forms.CheckboxSelectMultiple)
    time_zone = forms.CharField(label="Time zone", max_length=64, widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}))
    first_day = forms.DateField(label="First night", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label="To", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end_days = forms.IntegerField(label="Days later", min_value=0, max_value=366, required=False)
    exdates = LinesField(label="Nights left out", required=False, max_length=20000)

    field_order = ("name", "environment", "change_types", "time_zone", "first_day", "starts", "ends", "end_days")

    def __init__(self, *args: Any, **options: Any) -> None:
        """The lists to choose from are read here, in two queries."""
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.fields["environment"].choices = [("", "Choose one"), *_named(Environment.objects.all())]  # type: ignore[attr-defined]
        self.fields["change_types"].choices = _named(ChangeType.objects.all())  # type: ignore[attr-defined]
        self.rule: Recurrence | None = None
        for name, asked in self.fields.items():
            asked.widget.attrs["aria-describedby"] = f"problems-{name}"
            said = {"required": _MISSING.get(name), "invalid": _NO_SUCH.get(name)}
            asked.error_messages.update({code: words for code, words in said.items() if words})

    def clean_time_zone(self) -> str:
        """A zone by its name, or by its place alone where only one has it: "los angeles" is America/Los_Angeles."""
        typed: str = self.cleaned_data["time_zone"]
        found = [name for name in zone_names() if place_of(name).casefold() == typed.casefold()]
        return found[0] if len(found) == 1 and not is_known(typed) else typed

    def clean_first_day(self) -> date:
        on: date = self.cleaned_data["first_day"]
        if on.year not in _YEARS:
            raise forms.ValidationError(f"The year {on.year} cannot be meant.")
        return on

    def clean(self) -> dict[str, Any]:
        """Adds `first_start`, `first_end` and the rule; a rule that cannot be is told beside what has to change."""
        cleaned = super().clean()
        if not {"time_zone", "first_day", "starts", "ends", "rrule"} <= cleaned.keys():
            return cleaned
        start = datetime.combine(cleaned["first_day"], cleaned["starts"])
        end = datetime.combine(cleaned["first_day"], cleaned["ends"]) + self._days(cleaned) * _DAY
        left_out = {datetime.combine(on, at or cleaned["starts"]) for on, at in cleaned.get("exdates", [])}
        self.rule = Recurrence(cleaned["rrule"], start, end, cleaned["time_zone"], tuple(sorted(left_out)))
        try:
            recurrence.check(self.rule)
        except RecurrenceError as error:
            self.refuse(error.field, error.sentence)
        return cleaned

    @staticmethod
    def _days(cleaned: Mapping[str, Any]) -> int:
        """After how many midnights it ends; unless said, with the first time that the end comes."""
        said: int | None = cleaned.get("end_days")
        return said if said is not None else int(cleaned["ends"] <= cleaned["starts"])

    def refuse(self, name: str, sentence: str) -> None:
        """Tell a fault beside the field in which that part of the window was typed."""
        self.add_error(self._place(name), sentence)

    def _place(self, name: str) -> str | None:
        if name == "rrule" and self.repeats.kind == Kind.RAW:
            return "rhythm_raw"
        place = _TYPED_IN.get(name, name)
        return place if place in self.fields else None

    def forget_gaps(self) -> None:
        """Say nothing of what is only not written yet, while somebody is still writing."""
        for name, errors in list(self.errors.as_data().items()):
            if all(error.code == "required" for error in errors):
                del self.errors[name]

    def values(self) -> dict[str, Any]:
        """What the action takes; ask it of a form without faults."""
        assert self.rule  # noqa: S101 - a form without faults has one
        rule = self.rule
        own = {name: self.cleaned_data[name] for name in ("name", "environment", "change_types")}
        parts = {name: getattr(rule, name) for name in ("time_zone", "rrule", "first_start", "first_end")}
        return {**own, **parts, "exdates": list(rule.exdates)}


def _named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(row.slug, row.name) for row in rows]


def stored(window: ChangeWindow) -> WindowForm:
    """The form as it begins over a stored window."""
    start, end = window.first_start, window.first_end
    days = (end.date() - start.date()).days
    initial = {
        "name": window.name,
        "environment": window.environment.slug,
        "change_types": [kind.slug for kind in window.change_types.all()],
        "time_zone": window.time_zone,
        "first_day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "end_days": "" if days == int(end.time() <= start.time()) else days,
        "exdates": lines(window.recurrence.exdates, start.time()),
        **rhythm_initial(window.rrule, first_start=start, time_zone=window.time_zone),
    }
    form = WindowForm(initial=initial)
    form.rule = window.recurrence
    return form


def blank(*, today: date, time_zone: str, environment: str) -> WindowForm:
    """The form of a new window begins as what most are: the night of the coming Saturday, every week."""
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    start = datetime.combine(saturday, time(22))
    rule = Recurrence("FREQ=WEEKLY", start, start + timedelta(hours=6), time_zone)
    night = {"first_day": saturday, "starts": start.time(), "ends": rule.first_end.time(), "time_zone": time_zone}
    form = WindowForm(initial={**night, "environment": environment, **rhythm_initial(rule.rrule, first_start=start)})
    form.rule = rule
    return form


def lines(walls: Iterable[datetime], starts: time) -> str:
    """Exception dates as the field holds them: the day alone where it is a start at the usual time."""
    return "\n".join(f"{wall:%Y-%m-%d}" if wall.time() == starts else f"{wall:%Y-%m-%d %H:%M}" for wall in sorted(walls))


def acted(data: QueryDict, act: str) -> QueryDict:
    """What a button in the list of nights makes of the typed data: a night left out or put back, another first start."""
    verb, _, value = act.partition(" ")
    kept = data.copy()
    if verb == "start":
        kept["first_day"] = value
    if turned(act):
        kept["exdates"] = _with_night(kept.get("exdates", ""), value, kept.get("starts", ""), out=verb == "leave-out")
    return kept


def turned(act: str) -> str:
    """The night that a button leaves out or puts back, by its start; empty for every other button."""
    verb, _, value = act.partition(" ")
    return value if verb in ("leave-out", "put-back") else ""


def _with_night(text: str, wall: str, starts: str, *, out: bool) -> str:
    day, _, at = wall.partition("T")
    same = {day, f"{day} {at}", f"{day}T{at}"} if at == starts[:5] else {f"{day} {at}", f"{day}T{at}"}
    rest = [line.strip() for line in text.splitlines() if line.strip() and line.strip()[:16] not in same]
    added = [day if at == starts[:5] else f"{day} {at}"] if out else []
    return "\n".join(sorted([*rest, *added]))
