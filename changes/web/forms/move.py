"""What is typed beside a move, a waiver, an extension or a word on the phone: its shape alone; the actions judge it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from changes.choices import Outcome, State
from changes.domain.finding import Finding
from changes.domain.wording import place_of
from changes.models import RFC, User

#: What each move asks for, by the state it leads to; the others take no more than a word of explanation.
ASKED: Mapping[State, tuple[str, ...]] = {
    State.IN_PROGRESS: ("actual_start", "reason"),
    State.COMPLETED: ("outcome", "actual_start", "actual_end", "reason"),
}
REASONS: Mapping[State, str] = {
    State.DRAFT: "What should its owner mend?",
    State.REJECTED: "Why is it rejected?",
    State.CANCELLED: "Why is it cancelled?",
    State.APPROVED: "A word on the decision",
    State.COMPLETED: "What happened",
    State.SUBMITTED: "A word to those who decide",
}


def moment_field(label: str) -> forms.DateTimeField:
    """A date and a time on the reader's clock, to the minute."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


def words_field(label: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": 3}))


class MoveForm(forms.Form):
    """The fields that a move into `after` asks for, with the version that the reader has seen."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label="How did it go?", choices=Outcome.choices, required=False, widget=forms.RadioSelect)
    actual_start = moment_field("Began")
    actual_end = moment_field("Ended")
    reason = words_field("A word of explanation")

    def __init__(self, *args: Any, rfc: RFC, after: State, **options: Any) -> None:
        """`rfc` is the one that is moved; it says which outcomes are left to choose from."""
        super().__init__(*args, **options)
        self.label_suffix, self.auto_id = "", f"{after.value}-%s"
        kept = {"version", *ASKED.get(after, ("reason",))}
        if rfc.state == State.SCHEDULED and after == State.COMPLETED:
            kept -= {"actual_start", "actual_end"}
        for name in set(self.fields) - kept:
            del self.fields[name]
        self.fields["reason"].label = REASONS.get(after, "A word of explanation")
        if "outcome" in self.fields:
            choices = outcomes_from(rfc)
            self.fields["outcome"].choices = choices  # type: ignore[attr-defined]
            self.fields["outcome"].initial = choices[0][0] if len(choices) == 1 else None


def outcomes_from(rfc: RFC) -> list[tuple[str, str]]:
    """The outcomes that are worth offering; whether one fits is the domain's to say."""
    if rfc.state == State.SCHEDULED:
        return [(Outcome.NOT_STARTED.value, Outcome.NOT_STARTED.label)]
    return [(word.value, word.label) for word in Outcome if word != Outcome.NOT_STARTED or rfc.state == State.DRAFT]


class PlainForm(forms.Form):
    """Labels without a colon."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""


class ExtendForm(PlainForm):
    """Minutes more for the running session."""

    minutes = forms.IntegerField(label="Minutes more", initial=30, widget=forms.NumberInput(attrs={"min": 1, "step": 5, "class": "short"}))
    note = words_field("Why")


class NoteForm(PlainForm):
    note = words_field("What do you see?")


def waiver_value(finding: Finding) -> str:
    """What one waiver is about, for a form's value: a code with an RFC or a freeze."""
    return " ".join(filter(None, (finding.code, finding.other or finding.about, str(finding.freeze or ""))))


class WaiverForm(PlainForm):
    """One of the findings that can be waived, why, and until when; those of one waiver are one choice."""

    finding = forms.ChoiceField(label="Finding", widget=forms.RadioSelect)
    reason = words_field("Why may it be?")
    until = moment_field("Until")

    def __init__(self, *args: Any, found: Sequence[Finding], **options: Any) -> None:
        super().__init__(*args, **options)
        self.found = {waiver_value(finding): finding for finding in found}
        choices = [(value, " ".join(f.message for f in found if waiver_value(f) == value)) for value in self.found]
        self.fields["finding"].choices = choices  # type: ignore[attr-defined]
        self.fields["until"].label = f"Until (on the clock of {place_of(timezone.get_current_timezone_name())})"

    @property
    def chosen(self) -> Finding:
        return self.found[self.cleaned_data["finding"]]


class VerbalForm(PlainForm):
    """Whose word it was, and how it was given."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    approver = forms.ChoiceField(label="Who approved it?", widget=forms.RadioSelect)
    how = forms.CharField(label="How, and when?", required=False, max_length=300)

    def __init__(self, *args: Any, approvers: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(user.username, f"{user}, {user.phone}" if user.phone else str(user)) for user in approvers]
        self.fields["approver"].choices = choices  # type: ignore[attr-defined]
