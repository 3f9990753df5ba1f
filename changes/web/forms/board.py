"""What is typed on the page of an agenda's item: its shape alone; the actions judge it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from changes.actions.ruling import Promise, Ruling
from changes.choices import Ballot, Severity, Verdict
from changes.formats import times
from changes.models import Meeting, User
from changes.web.forms.move import moment_field, words_field

#: The key and the word of each choice; the words are shorter than the verdicts' own.
VERDICTS = {
    Verdict.APPROVE: ("A", "Approve"),
    Verdict.APPROVE_WITH_CONDITIONS: ("C", "Approve if …"),
    Verdict.DEFER: ("D", "Defer"),
    Verdict.REJECT: ("R", "Reject"),
    Verdict.RATIFY: ("T", "Ratify"),
    Verdict.UNAUTHORISED: ("X", "Call unauthorised"),
}


class VoteForm(forms.Form):
    """A member's vote, with a word to the others."""

    vote = forms.ChoiceField(label="Your vote", choices=[(word.value, word.label) for word in Ballot], widget=forms.RadioSelect)
    comment = forms.CharField(label="A word to the others", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class MeetingField(forms.ModelChoiceField):
    """Meetings by their day and time."""

    def label_from_instance(self, obj: Meeting) -> str:
        return times.moment(obj.starts_at, zone=timezone.get_current_timezone(), today=timezone.localdate())


class ConditionForm(forms.Form):
    """One condition; a row that is left empty is none."""

    text = forms.CharField(label="What has to be done first", max_length=500)
    owner = forms.CharField(label="By whom", widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}))
    due_at = moment_field("Until")

    def clean_owner(self) -> User:
        name = self.cleaned_data["owner"].strip()
        person = User.objects.filter(username=name, is_active=True).first()
        if person is None:
            raise forms.ValidationError(f"Nobody has the name “{name}”. Choose one of the list.")
        return person

    def clean_due_at(self) -> Any:
        if self.cleaned_data["due_at"] is None:
            raise forms.ValidationError("Say until when.")
        return self.cleaned_data["due_at"]

    def promise(self) -> Promise:
        given = self.cleaned_data
        return Promise(given["text"], given["owner"], given["due_at"])


#: Two empty rows to begin with; "Add a condition" brings more without script.
ConditionRows = forms.formset_factory(ConditionForm, extra=2, max_num=20)


class DecisionForm(forms.Form):
    """What the chair decides. `present` is empty where those who voted count as present."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(label="Decision", widget=forms.RadioSelect)
    severity = forms.ChoiceField(label="As", choices=[(word.value, word.label) for word in Severity], required=False)
    defer_to = MeetingField(queryset=Meeting.objects.none(), label="To the meeting of", required=False, empty_label="Choose a meeting")
    reason = words_field("Reason, for the minutes")
    present = forms.ChoiceField(
        label="Quorum", required=False, choices=[("", "As the votes say"), ("1", "Enough are present"), ("0", "Too few are present")]
    )

    def __init__(self, *args: Any, verdicts: Sequence[Verdict], meetings: QuerySet[Meeting], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["verdict"].choices = [(word.value, VERDICTS[word][1]) for word in verdicts]  # type: ignore[attr-defined]
        self.fields["defer_to"].queryset = meetings  # type: ignore[attr-defined]
        if Verdict.DEFER not in verdicts:
            del self.fields["severity"], self.fields["defer_to"]

    @property
    def first_meeting(self) -> Meeting | None:
        """Where a deferral leads if nobody says otherwise."""
        field = self.fields.get("defer_to")
        meetings = field.queryset if isinstance(field, forms.ModelChoiceField) else None
        return meetings.first() if meetings is not None else None

    def keys(self) -> list[tuple[str, str, str]]:
        """The choices as value, key and word."""
        return [(value, VERDICTS[Verdict(value)][0], word) for value, word in self.fields["verdict"].choices]  # type: ignore[attr-defined]

    def ruling(self, conditions: Sequence[Promise]) -> Ruling:
        given = self.cleaned_data
        verdict = Verdict(given["verdict"])
        return Ruling(
            verdict,
            reason=given["reason"],
            severity=Severity(given["severity"]) if given.get("severity") else None,
            conditions=conditions if verdict == Verdict.APPROVE_WITH_CONDITIONS else (),
            defer_to=given.get("defer_to") if verdict == Verdict.DEFER else None,
            quorum_met={"1": True, "0": False}.get(given["present"]),
        )
