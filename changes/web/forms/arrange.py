"""What is typed while an agenda is arranged: its shape alone; the actions judge it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from changes.actions.free_item import FreeItem
from changes.choices import Section
from changes.formats import times
from changes.models import AgendaItem, Meeting, User
from changes.web.forms.move import PlainForm

_MINUTES = forms.NumberInput(attrs={"min": 1, "max": 480, "class": "short"})
#: What is only for information has none, and may keep them.
_KEPT_MINUTES = forms.NumberInput(attrs={"min": 0, "max": 480, "class": "short"})


class KeptForm(PlainForm):
    """The minutes and the note of one item."""

    minutes = forms.IntegerField(label="Minutes", widget=_KEPT_MINUTES)
    note = forms.CharField(label="Note", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))
    #: The note as it stood when the page was made.
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class FreeItemForm(PlainForm):
    """A free item; who speaks to it is one of the board, or nobody."""

    title = forms.CharField(label="What is it about?", max_length=200)
    section = forms.ChoiceField(label="Section", choices=[(word.value, word.label) for word in Section], initial=Section.NEW)
    minutes = forms.IntegerField(label="Minutes", initial=5, widget=_MINUTES)
    owner = forms.ChoiceField(label="Who speaks to it", required=False)
    note = forms.CharField(label="Note", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, people: Iterable[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(person.pk): person for person in people}
        named = [(key, str(person)) for key, person in self.people.items()]
        self.fields["owner"].choices = [("", "Nobody in particular"), *named]  # type: ignore[attr-defined]

    def item(self) -> FreeItem:
        """What was typed, as the action takes it."""
        given = self.cleaned_data
        return FreeItem(given["title"], Section(given["section"]), given["minutes"], given["note"], self.people.get(given["owner"]))


def as_typed(item: AgendaItem) -> dict[str, Any]:
    """A free item as its form begins."""
    return {"title": item.title, "section": item.section, "minutes": item.minutes, "owner": item.owner_id, "note": item.note}


class PutOffForm(PlainForm):
    """To which later meeting, and why."""

    to = forms.ChoiceField(label="To the meeting of")
    reason = forms.CharField(label="Why it can wait", max_length=200)

    def __init__(self, *args: Any, meetings: Iterable[Meeting], **options: Any) -> None:
        super().__init__(*args, **options)
        self.meetings = {str(meeting.pk): meeting for meeting in meetings}
        zone, today = timezone.get_current_timezone(), timezone.localdate()
        named = [(key, times.moment(meeting.starts_at, zone=zone, today=today)) for key, meeting in self.meetings.items()]
        self.fields["to"].choices = named  # type: ignore[attr-defined]

    def clean_to(self) -> Meeting:
        return self.meetings[self.cleaned_data["to"]]
