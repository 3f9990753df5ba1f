"""Choosing somebody by name."""

from typing import Any

from django import forms

from changes.selectors.board import People


class PersonField(forms.CharField):
    """Somebody, chosen from a list of names that narrows as one types; cleans to the username, "" for nobody."""

    widget = forms.TextInput(attrs={"list": "board-people", "autocomplete": "off", "spellcheck": "false", "placeholder": "Type a name"})
    people: People

    def prepare_value(self, value: Any) -> Any:
        """The name of whoever is named; what cannot be read stays as it was typed."""
        meant = self.people.meant_by(value.strip()) if isinstance(value, str) else []
        return self.people.labels[meant[0]] if len(meant) == 1 else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value).strip()
        meant = self.people.meant_by(typed) if typed else [""]
        if len(meant) == 1:
            return meant[0]
        near = [self.people.labels[who] for who in meant] or self.people.like(typed)
        told = "Several people are called" if meant else "Nobody who takes part in changes is called"
        offered = f"Did you mean {' or '.join(near[:3])}?" if near else "Choose one of the list."
        raise forms.ValidationError(f"{told} “{typed[:60]}”. {offered}")
