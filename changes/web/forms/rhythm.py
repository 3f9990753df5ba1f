"""How something repeats, asked in the words people use; change windows and freezes share these fields."""

from copy import copy
from datetime import date, datetime
from typing import Any

from django import forms

from changes.domain.rhythm import MONTH_DAYS, ORDINALS, Kind, Rhythm, rhythm_of, rrule_of
from changes.domain.rrule import faults

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth", -1: "Last"}
_WHOLE = dict.fromkeys(("invalid", "min_value", "max_value"), "It is a whole number from 1 on.")
_DAY_CHOICES = list(enumerate(_DAYS))


def _number(value: str) -> int | None:
    return int(value) if value else None


class RhythmForm(forms.Form):
    """Fields for a repetition, to be inherited by the form of what repeats; shown by `partials/rhythm_fields.html`.

    Once clean, `cleaned_data["rrule"]` is the rule, empty for what happens once. A rule that was written over
    goes before the words: `rhythm_raw_shown` is what the page showed of it.
    """

    rhythm = forms.ChoiceField(label="Repeats", choices=Kind.choices, initial=Kind.ONCE.value, required=False)
    rhythm_every = forms.IntegerField(label="Every", min_value=1, max_value=999_999, initial=1, required=False, error_messages=_WHOLE)
    rhythm_weekdays = forms.TypedMultipleChoiceField(
        label="On", choices=_DAY_CHOICES, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    rhythm_ordinals = forms.TypedMultipleChoiceField(
        label="Which of the month",
        choices=[(number, _ORDINALS[number]) for number in ORDINALS],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    rhythm_weekday = forms.TypedChoiceField(label="Weekday", choices=_DAY_CHOICES, coerce=int, required=False)
    rhythm_day = forms.TypedChoiceField(
        label="Day of the month",
        choices=[("", "as the first start"), *((day, "the last day" if day < 0 else str(day)) for day in MONTH_DAYS)],
        coerce=_number,
        empty_value=None,
        required=False,
    )
    rhythm_until = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "There is no such date; write it as 2026-12-31."},
    )
    rhythm_count = forms.IntegerField(
        label="Or so many times in all", min_value=1, max_value=999_999, required=False, error_messages=_WHOLE
    )
    rhythm_raw = forms.CharField(
        label="The rule",
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"class": "code", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    rhythm_raw_shown = forms.CharField(required=False, widget=forms.HiddenInput)

    #: What was asked for, once it is clean.
    repeats = Rhythm(Kind.ONCE)

    def clean(self) -> dict[str, Any]:
        """Adds `rrule`, or the fault of the field that has one."""
        cleaned = super().clean() or self.cleaned_data
        self.repeats = rhythm = self._rhythm(cleaned)
        if rhythm.kind == Kind.NTH and not rhythm.ordinals:
            self.add_error("rhythm_ordinals", "Say which of the month: the first, the second, the last.")
        elif rhythm.until and rhythm.count:
            self.add_error("rhythm_count", "It has a last day or a number of times, not both.")
        elif rhythm.kind == Kind.RAW and (wrong := _wrong(rhythm)):
            self.add_error("rhythm_raw", wrong)
        else:
            cleaned["rrule"] = rrule_of(rhythm)
            self._show_rule(cleaned["rrule"])
        return cleaned

    def _show_rule(self, rrule: str) -> None:
        """The rule that the words make stands in its field, when the form is shown again; one that was written stays."""
        if self.repeats.kind != Kind.RAW:
            shown: Any = copy(self.data)
            for name in ("rhythm_raw", "rhythm_raw_shown"):
                shown[self.add_prefix(name)] = rrule
            self.data = shown

    @staticmethod
    def _rhythm(cleaned: dict[str, Any]) -> Rhythm:
        """The words as typed; of a field with a fault its default, for the fault is told beside it."""
        kind, raw = Kind(cleaned.get("rhythm") or Kind.ONCE), cleaned.get("rhythm_raw") or ""
        if kind == Kind.RAW or (raw and raw != cleaned.get("rhythm_raw_shown")):
            return Rhythm(Kind.RAW, raw=raw)
        if kind == Kind.ONCE:
            return Rhythm(kind)
        weekdays = [cleaned.get("rhythm_weekday") or 0] if kind == Kind.NTH else cleaned.get("rhythm_weekdays", [])
        return Rhythm(
            kind=kind,
            every=cleaned.get("rhythm_every") or 1,
            weekdays=tuple(weekdays),
            ordinals=tuple(cleaned.get("rhythm_ordinals", [])),
            day=cleaned.get("rhythm_day"),
            until=cleaned.get("rhythm_until"),
            count=cleaned.get("rhythm_count"),
        )


def rhythm_initial(rrule: str, *, first_start: datetime | None = None, time_zone: str = "UTC") -> dict[str, Any]:
    """A stored rule as the fields begin with it; `first_start` is its naive wall-clock start in `time_zone`."""
    rhythm = rhythm_of(rrule, first_start=first_start, time_zone=time_zone)
    start: date | None = first_start
    by_default = start.weekday() if start else 0
    return {
        "rhythm": rhythm.kind.value,
        "rhythm_every": rhythm.every,
        "rhythm_weekdays": list(rhythm.weekdays) if rhythm.kind == Kind.WEEKLY else [],
        "rhythm_ordinals": list(rhythm.ordinals),
        "rhythm_weekday": rhythm.weekdays[0] if rhythm.kind == Kind.NTH else by_default,
        "rhythm_day": rhythm.day or "",
        "rhythm_until": rhythm.until,
        "rhythm_count": rhythm.count,
        "rhythm_raw": rrule,
        "rhythm_raw_shown": rrule,
    }


def _wrong(rhythm: Rhythm) -> list[str]:
    rule = rrule_of(rhythm)
    return faults(rule) if rule else ["Write a rule, such as FREQ=WEEKLY;INTERVAL=2;BYDAY=SA."]
