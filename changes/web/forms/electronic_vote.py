"""Putting an item to the vote: until when, and why; the action judges it."""

from datetime import datetime
from typing import Any

from django import forms

from changes.web.forms.move import moment_field, words_field


class PollForm(forms.Form):
    """Both are asked for; a time that cannot be read says so beside it."""

    closes_at = moment_field("The vote closes")
    reason = words_field("Why it does not wait for the meeting")

    def clean_closes_at(self) -> datetime:
        closes_at: Any = self.cleaned_data["closes_at"]
        if closes_at is None:
            raise forms.ValidationError("Say until when.")
        found: datetime = closes_at
        return found
