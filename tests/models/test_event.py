"""History is only added to, whichever way somebody writes (DESIGN 4.1)."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from changes.models import Event, MeetingEvent
from tests.factories import NOW, EventFactory, MeetingFactory

pytestmark = pytest.mark.django_db


def saved(event: Event) -> None:
    event.note = "Told otherwise"
    event.save()


def saved_in_part(event: Event) -> None:
    event.note = "Told otherwise"
    event.save(update_fields=["note"])


def updated_in_bulk(event: Event) -> None:
    event.note = "Told otherwise"
    Event.objects.bulk_update([event], ["note"])


def updated_by_query(event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(note="Told otherwise")


def written_over_in_bulk(event: Event) -> None:
    event.note = "Told otherwise"
    Event.objects.bulk_create([event], update_conflicts=True, unique_fields=["id"], update_fields=["note"])


@pytest.mark.parametrize(
    "attempt",
    [
        saved,
        saved_in_part,
        updated_in_bulk,
        written_over_in_bulk,
        lambda event: event.delete(),
        lambda event: event.rfc.events.all().delete(),
        updated_by_query,
        lambda event: Event.objects.update_or_create(pk=event.pk, defaults={"note": "Told otherwise"}),
    ],
)
def test_a_stored_event_is_neither_rewritten_nor_removed(attempt: Callable[[Event], object]):
    event = EventFactory(note="As it was")
    with pytest.raises(TypeError):
        attempt(event)
    assert list(Event.objects.values_list("pk", "note")) == [(event.pk, "As it was")]


def test_a_new_row_never_takes_the_place_of_a_stored_one():
    event = EventFactory(note="As it was")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event(pk=event.pk, rfc=event.rfc, at=NOW, action="edited", note="Told otherwise").save()
    assert Event.objects.get().note == "As it was"


def test_what_was_done_to_a_meeting_stands_as_it_was_told():
    event = MeetingEvent.objects.create(meeting=MeetingFactory(), at=NOW, action="opened")
    event.note = "Told otherwise"
    for attempt in (event.save, event.delete, MeetingEvent.objects.all().delete, event.meeting.events.all().delete):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(ProtectedError):
        event.meeting.delete()
    assert list(MeetingEvent.objects.values_list("action", "note")) == [("opened", "")]


def test_events_are_added_one_by_one_and_in_bulk():
    event = EventFactory()
    Event.objects.bulk_create([Event(rfc=event.rfc, at=NOW, action="edited")])
    assert list(Event.objects.values_list("action", flat=True)) == ["created", "edited"]
