"""A board as an administrator types it: its shape here, whether it can be asked of the domain."""

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.text import slugify

from changes.domain import recurrence
from changes.domain.board import Fault, Plan, Seat, Turn, faults
from changes.domain.meeting import Rhythm
from changes.domain.recurrence import RecurrenceError
from changes.domain.wall_clock import instant_of
from changes.domain.wording import place_of
from changes.models import Board, Environment, Service
from changes.selectors.board import People
from changes.web.forms.board_rows import MOST_ROWS
from changes.web.forms.moment import MomentField, shown
from changes.web.forms.person import PersonField
from changes.web.forms.window import zone_names
from changes.web.time_zone import is_known

WEEKDAYS = [(str(n), name) for n, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))]
#: What each way of deciding means, in a sentence.
WAYS = [
    ("", "Advisory: members vote ahead and say what they think; the chair decides."),
    ("on", "Voting: the votes of members and delegates decide; the chair records what they said."),
]
_YEARS = range(1970, 2300)


def _clock(label: str) -> forms.TimeField:
    wrong = {"required": f"{label} is not said.", "invalid": "There is no such time; write it as 14:00."}
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages=wrong)


def _number(label: str, least: int, most: int) -> forms.IntegerField:
    told = f"Write a whole number from {least} to {most}."
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), told),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": "There is no such date; write it as 2026-11-28."}
    return forms.DateField(label=label, required=False, widget=widget, error_messages=wrong)


class DaysField(forms.CharField):
    """Days, one a line; cleans to a list of dates."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        read, wrong = [], []
        for place, line in enumerate(super().clean(value).splitlines(), start=1):
            try:
                on = date.fromisoformat(line.strip()) if line.strip() else None
            except ValueError:
                on = None
            if on and on.year in _YEARS:
                read.append(on)
            elif line.strip():
                wrong.append(f"Line {place}: “{line.strip()[:40]}” is no day; write it as 2026-12-31.")
        if wrong:
            raise forms.ValidationError(wrong)
        return sorted(set(read))


class _WithPeople(forms.Form):
    def __init__(self, *args: Any, people: People, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"problems-{self.add_prefix(name)}"
            if isinstance(field, PersonField):
                field.people = people


class SeatForm(_WithPeople):
    """A seat; a row that is left empty is none."""

    user = PersonField(label="Who", error_messages={"required": "Say who sits here, or take the seat away."})
    seat = forms.CharField(label="Speaks for", max_length=80, required=False)
    delegate_for = PersonField(label="Sits for", required=False)
    since = _day("From")
    until = _day("Until")

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "delegate_for": self.cleaned_data["delegate_for"] or None}


class TurnForm(_WithPeople):
    """A turn on the rota, on the board's clock; a row that is left empty is none."""

    user = PersonField(label="Who", error_messages={"required": "Say whom to call, or take the turn away."})
    since = MomentField(label="From", required=False)
    until = MomentField(label="Until", required=False)

    def values(self, zone: ZoneInfo) -> dict[str, Any]:
        given = self.cleaned_data
        ends = {name: instant_of(given[name], zone) if given[name] else None for name in ("since", "until")}
        return {"user": given["user"], **ends}


SeatRows = forms.formset_factory(SeatForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
TurnRows = forms.formset_factory(TurnForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class BoardForm(_WithPeople):
    """What a board has once."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "It has no name. Write what people call it."})
    slug = forms.SlugField(label="Name in addresses", max_length=50, required=False)
    is_voting = forms.ChoiceField(label="How it decides", choices=WAYS, required=False, widget=forms.RadioSelect)
    environments = forms.MultipleChoiceField(label="Environments", required=False, widget=forms.CheckboxSelectMultiple)
    services = forms.MultipleChoiceField(label="Services", required=False, widget=forms.CheckboxSelectMultiple)
    chair = PersonField(label="Chair", error_messages={"required": "Nobody leads it. Choose its chair."})
    quorum = _number("Quorum", 0, 1000)
    weekday = forms.ChoiceField(label="Day", choices=WEEKDAYS)
    starts = _clock("Starts")
    minutes = _number("Minutes", 1, 1440)
    time_zone = forms.CharField(
        label="Time zone",
        max_length=64,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
        error_messages={"required": "It has no time zone. Name one, such as Europe/Amsterdam."},
    )
    cut_off_days = _number("Cut-off, days before", 0, 60)
    cut_off_time = _clock("Cut-off, at")
    minutes_major = _number("Major", 1, 1440)
    minutes_minor = _number("Minor", 1, 1440)
    minutes_automatic = _number("Automatic", 1, 1440)
    holidays = DaysField(label="Holidays without a meeting", required=False, max_length=20000)

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        """The lists to choose from are read here, in two queries."""
        super().__init__(*args, **options)
        for name, rows in (("environments", Environment.objects.all()), ("services", Service.objects.all())):
            self.fields[name].choices = [(row.slug, row.name) for row in rows]  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["slug"]

    def clean_time_zone(self) -> str:
        """A zone by its name, or by its place alone where only one has it."""
        typed: str = self.cleaned_data["time_zone"]
        found = [name for name in zone_names() if place_of(name).casefold() == typed.casefold()]
        name = found[0] if len(found) == 1 and not is_known(typed) else typed
        try:
            recurrence.zone_of(name)
        except RecurrenceError as error:
            raise forms.ValidationError(error.sentence) from error
        return name

    @property
    def rhythm(self) -> Rhythm | None:
        """The week as it is typed; None while it cannot be read."""
        names = ("time_zone", "weekday", "starts", "minutes", "cut_off_days", "cut_off_time", "holidays")
        given = self.cleaned_data
        if not self.is_bound or any(name not in given for name in names):
            return None
        read = {**{name: given[name] for name in names}, "weekday": int(given["weekday"]), "holidays": frozenset(given["holidays"])}
        return Rhythm(**read)


class BoardEntry:
    """The form with its rows, and what the domain says of them. Bound to `data`, or begun over `initial`."""

    def __init__(self, *, people: People, is_new: bool, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> None:
        begin, asked = initial or {}, {"people": people}
        self.form = BoardForm(data, initial=begin, is_new=is_new, **asked)
        self.seats = SeatRows(data, prefix="seats", initial=begin.get("seats"), form_kwargs=asked)
        self.rota = TurnRows(data, prefix="rota", initial=begin.get("rota"), form_kwargs=asked)
        self.people, self.is_bound = people, data is not None
        self.is_valid = self.is_bound and self._judged()

    def _judged(self) -> bool:
        valid = [self.form.is_valid(), self.seats.is_valid(), self.rota.is_valid()]
        for fault in faults(self.plan, self.people.names) if self.plan else ():
            self._place(fault)
            valid.append(False)
        return all(valid)

    def _place(self, fault: Fault) -> None:
        words = f"{fault.sentence} {fault.mend}"
        if fault.row is None:
            self.form.add_error(fault.field, words)
            return
        rows = self._filled("seats" if fault.field == "members" else "rota")
        rows[fault.row].add_error("until" if fault.sentence.startswith(("Its last", "The turn")) else "user", words)

    def forget_gaps(self) -> None:
        """What is only not written yet is no fault until it is saved."""
        for form in (self.form, *self.seats, *self.rota):
            for name, errors in list(form.errors.items()):
                if all(error.code == "required" for error in errors.as_data()):
                    del form.errors[name]

    def begin_at(self, name: str) -> None:
        """The field of this name has the focus when the page opens."""
        for row in (*self.seats, *self.rota):
            if name == row.add_prefix("user"):
                row.fields["user"].widget.attrs["autofocus"] = True

    def refuse(self, field: str, words: str) -> None:
        """What the action refused, beside its field where the form has it."""
        self.form.add_error(field if field in self.form.fields else None, words)

    def _filled(self, prefix: str) -> list[Any]:
        rows: Any = self.seats if prefix == "seats" else self.rota
        return [row for row in rows if row.is_bound and row.is_valid() and row.cleaned_data.get("user")]

    @property
    def errors(self) -> bool:
        return self.is_bound and not self.is_valid

    @property
    def plan(self) -> Plan | None:
        """The board as it is typed, for the rules; None while its week cannot be read."""
        rhythm, given = self.form.rhythm, getattr(self.form, "cleaned_data", {})
        if rhythm is None:
            return None
        seats = [Seat(row["user"], row["delegate_for"], row["since"], row["until"]) for row in self._members()]
        turns = [Turn(**row) for row in self._turns(rhythm.zone, "person")]
        minutes = {kind: given[f"minutes_{kind}"] for kind in ("major", "minor", "automatic") if f"minutes_{kind}" in given}
        return Plan(given.get("chair", ""), given.get("quorum", 1), rhythm, seats, turns, minutes)

    def _members(self) -> list[dict[str, Any]]:
        return [row.values() for row in self._filled("seats")]

    def _turns(self, zone: ZoneInfo, who: str = "user") -> list[dict[str, Any]]:
        read = [row.values(zone) for row in self._filled("rota")]
        return [{who: one["user"], "since": one["since"], "until": one["until"]} for one in read]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = dict(self.form.cleaned_data)
        if "slug" in given:
            given["slug"] = given["slug"] or slugify(given["name"])[:50]
        given |= {"is_voting": bool(given["is_voting"]), "weekday": int(given["weekday"])}
        return {**given, "members": self._members(), "rota": self._turns(ZoneInfo(given["time_zone"]))}


def stored(board: Board, people: People) -> BoardEntry:
    """The form as it begins over a stored board, read with all that belongs to it."""
    zone = ZoneInfo(board.time_zone)
    same = ("name", "quorum", "weekday", "starts", "minutes", "time_zone", "cut_off_days", "cut_off_time")
    initial = {name: getattr(board, name) for name in (*same, "minutes_major", "minutes_minor", "minutes_automatic")}
    initial |= {
        "is_voting": "on" if board.is_voting else "",
        "environments": [row.slug for row in board.environments.all()],
        "services": [row.slug for row in board.services.all()],
        "chair": board.chair.username,
        "holidays": "\n".join(f"{holiday.on}" for holiday in board.holidays.all()),
        "seats": [_seat(row) for row in board.members.all()],
        "rota": [{"user": row.user.username, **_ends(row, zone)} for row in board.rota.all()],
    }
    return BoardEntry(people=people, is_new=False, initial=initial)


def _seat(row: Any) -> dict[str, Any]:
    absent = row.delegate_for.username if row.delegate_for else ""
    return {"user": row.user.username, "seat": row.seat, "delegate_for": absent, "since": row.since, "until": row.until}


def _ends(row: Any, zone: ZoneInfo) -> dict[str, str]:
    return {name: shown(getattr(row, name), zone)[0] for name in ("since", "until")}


def blank(people: People, *, time_zone: str) -> BoardEntry:
    """A new board begins as most are: an hour on Thursday afternoon, cut-off on the Tuesday before at noon."""
    week = {"weekday": 3, "starts": time(14), "minutes": 60, "time_zone": time_zone, "cut_off_days": 2, "cut_off_time": time(12)}
    items = {"minutes_major": 8, "minutes_minor": 5, "minutes_automatic": 2}
    return BoardEntry(people=people, is_new=True, initial={**week, **items, "quorum": 2, "is_voting": "", "seats": [{}, {}], "rota": [{}]})
