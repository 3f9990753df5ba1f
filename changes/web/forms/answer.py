"""What is typed into an answer to a mail: times on the reader's clock, minutes, a word. Shape alone; the actions judge it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from changes.choices import Outcome
from changes.domain.answer import LENGTHS
from changes.domain.wall_clock import comes_twice, instant_of
from changes.web.forms.moment import MomentField, shown
from changes.web.forms.move import PlainForm, words_field

_TIMES = {"actual_start": "Began", "actual_end": "Ended"}


class TimesForm(PlainForm):
    """When it began, when it ended; which of them is asked is the page's to say."""

    actual_start = MomentField(label=_TIMES["actual_start"])
    actual_end = MomentField(label=_TIMES["actual_end"])
    note = words_field("A word of explanation")

    def __init__(self, *args: Any, zone: ZoneInfo, at: datetime, asks: tuple[str, ...], **options: Any) -> None:
        """`asks` are the fields that there are; `at` is now, after which nothing has happened yet."""
        super().__init__(*args, **options)
        self.zone, self.at = zone, at
        for name in set(self.fields) - set(asks):
            del self.fields[name]
        self.initial = {name: shown(given, zone)[0] if isinstance(given, datetime) else given for name, given in self.initial.items()}

    def instant(self, name: str) -> datetime | None:
        """The typed time. Where the clock shows it twice the later is meant, unless that is still ahead."""
        wall = self.cleaned_data.get(name)
        if wall is None:
            return None
        later = instant_of(wall, self.zone, second=True) if comes_twice(wall, self.zone) else None
        return later if later and later <= self.at else instant_of(wall, self.zone)


class LongerForm(PlainForm):
    """How much longer, seen against which end, and why."""

    minutes = forms.TypedChoiceField(choices=[(n, str(n)) for n in LENGTHS], coerce=int, widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = words_field("Why")


class OutcomeForm(TimesForm):
    """One row of a night: how it went, when it began and ended. Nothing is chosen beforehand."""

    outcome = forms.ChoiceField(label="How did it go?", choices=[("", "Not told yet"), *Outcome.choices()], required=False)
