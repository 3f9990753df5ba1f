"""The demo made again: the same for the same day, and carried on by the days between two runs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from changes.actions.demo import make_demo
from changes.choices import State
from changes.models import RFC, Decision, Event, Meeting, User

pytestmark = [pytest.mark.django_db, pytest.mark.once]
#: A Saturday, between two boards.
AT = datetime(2026, 11, 21, 9, 20, tzinfo=UTC)
PASSWORD = "a word for the demo"


def picture():
    """All that two runs have to agree on."""
    rfcs = RFC.objects.values_list("import_key", "title", "state", "version", "planned_start", "created_at", "owner__username")
    return list(rfcs.order_by("pk")), Event.objects.count(), Decision.objects.count(), Meeting.objects.count(), User.objects.count()


@pytest.mark.parametrize("day", [23, 25, 27])
def test_there_is_a_frozen_agenda_whatever_the_weekday(day):
    at = datetime(2026, 11, day, 9, tzinfo=UTC)

    make_demo(at=at, password=PASSWORD)

    coming = Meeting.objects.filter(state="frozen", starts_at__gt=at)
    assert coming.filter(items__section="new", items__is_late=False).exists()


def test_a_second_run_on_the_day_changes_nothing():
    first = make_demo(at=AT, password=PASSWORD)
    before = picture()

    second = make_demo(at=AT + timedelta(hours=3), password=PASSWORD)

    assert (first > 0, second, picture()) == (True, 0, before)


def test_a_later_day_adds_what_came_nearer_and_leaves_what_people_did():
    make_demo(at=AT, password=PASSWORD)
    mine = RFC.objects.filter(state=State.DRAFT, owner__username="service-manager").first()
    RFC.objects.filter(pk=mine.pk).update(title="What a person wrote")
    later = AT + timedelta(days=8)

    added = make_demo(at=later, password=PASSWORD)

    assert 20 < added < 200
    assert RFC.objects.get(pk=mine.pk).title == "What a person wrote"
    assert not RFC.objects.filter(state=State.SCHEDULED, planned_end__lt=later - timedelta(hours=13)).exists()


def test_running_it_again_gives_the_same_house_from_the_beginning():
    with transaction.atomic():
        make_demo(at=AT, password=PASSWORD)
        first = picture()
        transaction.set_rollback(True)

    make_demo(at=AT, password=PASSWORD)

    assert picture() == first


def test_two_days_on_there_is_a_frozen_agenda_again():
    monday = datetime(2026, 11, 23, 12, tzinfo=UTC)
    make_demo(at=AT, password=PASSWORD)

    make_demo(at=monday, password=PASSWORD)

    assert Meeting.objects.filter(state="frozen", starts_at__gt=monday, items__is_late=False).exists()
