"""How somebody wants to be told, as it is typed: shape alone; the action judges it."""

from typing import Any

from django import forms

from changes.actions.preference import Wish
from changes.domain.haste import MAY_BE_OFF
from changes.domain.ladder_words import Rule
from changes.models import Preference, User
from changes.selectors.preference import delegates_for
from changes.web.forms.move import PlainForm

_HOUR = {"invalid": "Write a time as 20:00."}
_DAY = {"invalid": "Write a day as 2026-11-21."}


def _hour(label: str) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget, error_messages=_HOUR)


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, error_messages=_DAY)


def _address(label: str) -> forms.CharField:
    """As it is written; the browser keeps no list of secrets."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "aria-describedby": "hint-chat"})
    return forms.CharField(label=label, required=False, max_length=400, widget=widget)


class PreferenceForm(PlainForm):
    """The whole page. `wanted` are the rules that stay on, of those that may be turned off."""

    by_mail = forms.BooleanField(label="Mail", required=False)
    on_page = forms.BooleanField(label="On the page, under the bell", required=False)
    chat_url = _address("Address of the chat")
    chat_off = forms.BooleanField(label="No chat any more", required=False)
    digest_at = _hour("At")
    quiet_from = _hour("From")
    quiet_until = _hour("Until")
    wanted = forms.MultipleChoiceField(
        required=False, choices=[(rule.value, rule.label) for rule in Rule if rule in MAY_BE_OFF], widget=forms.CheckboxSelectMultiple
    )
    delegate = forms.ModelChoiceField(label="Who", queryset=User.objects.none(), required=False, empty_label="Nobody")
    delegate_since = _day("From")
    delegate_until = _day("Until, that day included")

    def __init__(self, *args: Any, preference: Preference, **options: Any) -> None:
        names = ("by_mail", "on_page", "digest_at", "quiet_from", "quiet_until", "delegate_since", "delegate_until")
        initial = {name: getattr(preference, name) for name in names} | {"delegate": preference.delegate_id}
        initial["wanted"] = [rule.value for rule in MAY_BE_OFF if rule.value not in preference.muted]
        super().__init__(*args, initial=initial, **options)
        self.fields["delegate"].queryset = delegates_for(preference.user)  # type: ignore[attr-defined]

    @property
    def wish(self) -> Wish:
        """What is typed, once it has its shape."""
        typed = self.cleaned_data
        url = "" if typed["chat_off"] else typed["chat_url"].strip() or None
        muted = {rule.value for rule in MAY_BE_OFF} - set(typed["wanted"])
        same = ("by_mail", "on_page", "digest_at", "quiet_from", "quiet_until", "delegate", "delegate_since", "delegate_until")
        return Wish(chat_url=url, muted=muted, **{name: typed[name] for name in same})
