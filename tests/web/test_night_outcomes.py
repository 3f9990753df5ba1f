"""Ten automatic changes are one mail and one page: chosen for each, or for all, and one refusal loses nothing (DESIGN 4.9)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes import permissions
from changes.actions import answer
from changes.choices import Delivery, Outcome, Severity, State
from changes.domain.ladder_words import Rule
from changes.exceptions import MoveRefused
from changes.models import RFC, Event, Preference
from tests.factories import NOW, ReminderFactory, RFCFactory, ServiceFactory, SessionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
EVENING = NOW.date() - timedelta(days=1)
PAGE = f"/nights/{EVENING}/outcomes/"


def ran(given, hours_ago=8.0, **more):
    """An automatic change that was planned for half an hour of last night."""
    rfc = RFCFactory(**{"owner": given.people.owner, "severity": Severity.AUTOMATIC, "state": State.SCHEDULED, "implementer": None, **more})
    start = NOW - timedelta(hours=hours_ago)
    return SessionFactory(rfc=rfc, planned_start=start, planned_end=start + timedelta(minutes=30))


def main_of(response):
    return response.content.decode().partition("<main")[2]


def test_it_shows_mine_of_that_night_and_changes_nothing(visitor, given):
    mine, other_night = ran(given), ran(given, 40)
    others, major = ran(given, owner=UserFactory()), ran(given, severity=Severity.MAJOR)
    events = Event.objects.count()
    main = main_of(visitor.get(PAGE))
    assert mine.rfc.number in main
    assert [row.rfc.number for row in (other_night, others, major) if row.rfc.number in main] == []
    assert Event.objects.count() == events
    assert main.count("selected") == 1  # "Not told yet": nothing is chosen beforehand


def test_all_went_well_keeps_the_exceptions_and_their_words(visitor, given):
    good, bad, better = ran(given), ran(given, 9), ran(given, 10)
    typed = {f"s{bad.pk}-outcome": "rolled_back", f"s{bad.pk}-note": "The check failed.", "all_well": "1"}
    main = main_of(visitor.post(PAGE, {**planned_times(good, bad, better), **typed}, follow=True))
    assert [RFC.objects.get(pk=row.rfc_id).outcome for row in (good, bad, better)] == [
        Outcome.SUCCESSFUL,
        Outcome.ROLLED_BACK,
        Outcome.SUCCESSFUL,
    ]
    good.refresh_from_db()
    assert (good.actual_start, good.actual_end) == (good.planned_start, good.planned_end)
    assert "Everything of that night is told" in main
    assert "The check failed." in main


def planned_times(*rows):
    house, typed = ZoneInfo(settings.FSC_TIME_ZONE), {}
    for row in rows:
        start, end = (f"{at.astimezone(house):%Y-%m-%dT%H:%M}" for at in (row.planned_start, row.planned_end))
        named = {"actual_start": start, "actual_end": end, "outcome": "", "note": ""}
        typed |= {f"s{row.pk}-{name}": value for name, value in named.items()}
    return typed


def test_nothing_chosen_is_nothing_recorded(visitor, given):
    row = ran(given)
    said = visitor.post(PAGE, planned_times(row), follow=True).content.decode()
    assert "Nothing was chosen, so nothing is recorded." in said
    assert RFC.objects.get(pk=row.rfc_id).state == State.SCHEDULED


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"outcome": "failed"}, "An exception needs a word on it."),
        ({"outcome": "successful", "actual_end": "2026-11-20T01:00"}, "The work ended before it began."),
        ({"outcome": "successful", "actual_start": "when it was dark"}, "is no date and time"),
        ({"outcome": "splendid"}, "Select a valid choice."),
    ],
)
def test_one_refused_row_does_not_lose_the_others(visitor, given, typed, words):
    good, refused = ran(given), ran(given, 9)
    data = {**planned_times(good, refused), f"s{good.pk}-outcome": "successful"}
    response = visitor.post(PAGE, data | {f"s{refused.pk}-{name}": value for name, value in typed.items()})
    main = main_of(response)
    assert (response.status_code, words in main, "1 recorded" in main) == (400, True, True)
    assert [RFC.objects.get(pk=row.rfc_id).state for row in (good, refused)] == [State.COMPLETED, State.SCHEDULED]
    assert [value for name, value in typed.items() if name != "outcome" and value not in main] == []


def test_what_a_colleague_reported_meanwhile_stands(visitor, given):
    row = ran(given, implementer=given.people.implementer)
    implementer, times = given.people.implementer, {"started": row.planned_start, "ended": row.planned_end}
    answer.ended(row, Outcome.FAILED, **times, actor=implementer, at=NOW, note="No disk.")
    main = main_of(visitor.post(PAGE, {**planned_times(row), f"s{row.pk}-outcome": "successful"}, follow=True))
    assert RFC.objects.get(pk=row.rfc_id).outcome == Outcome.FAILED
    assert "said by Implementer" in main
    assert "No disk." in main


def test_what_is_not_over_yet_is_not_swept_along(visitor, given):
    running = ran(given, 0.25)
    visitor.post(f"/nights/{NOW.date()}/outcomes/", {**planned_times(running), "all_well": "1"})
    assert RFC.objects.get(pk=running.rfc_id).state == State.SCHEDULED


def test_a_delegate_sees_them_and_who_will_say(client, given):
    row = ran(given)
    other = UserFactory()
    Preference.objects.create(user=given.people.owner, delegate=other)
    client.force_login(other)
    main = main_of(client.get(PAGE))
    assert f"{given.people.owner} will say" in main
    client.post(PAGE, {**planned_times(row), f"s{row.pk}-outcome": "successful"})
    assert RFC.objects.get(pk=row.rfc_id).state == State.SCHEDULED


def test_a_delegate_who_was_asked_reports_them_and_nobody_elses(client, given):
    row, later, others = ran(given), ran(given, -16), ran(given, owner=UserFactory())
    other = UserFactory()
    asked = {
        "rule": Rule.OUTCOMES_OF_THE_NIGHT,
        "subject": f"night:{EVENING}",
        "rfc": None,
        "state": Delivery.SENT,
    }
    ReminderFactory(recipient=other, on_behalf_of=given.people.owner, **asked)
    client.force_login(other)
    assert others.rfc.number not in main_of(client.get(PAGE))
    main = main_of(client.post(PAGE, {**planned_times(row), "all_well": "1"}, follow=True))
    assert "Everything of that night is told" in main
    assert RFC.objects.get(pk=row.rfc_id).outcome == Outcome.SUCCESSFUL
    assert [permissions.can_answer(other, one, NOW) for one in (later, others)] == [False, False]


def test_a_manager_who_was_asked_because_nobody_answered_sees_whose_it_is_and_reports_it(client, given):
    manager = UserFactory()
    row, others = ran(given), ran(given)
    row.rfc.services.set([ServiceFactory(manager=manager)])
    client.force_login(manager)
    assert "No automatic change of yours ended that night" in main_of(client.get(PAGE))
    about = {"subject": f"night:{EVENING}", "rfc": None, "state": Delivery.SENT}
    ReminderFactory(recipient=manager, rule=Rule.OUTCOMES_UNANSWERED, **about)
    main = main_of(client.get(PAGE))
    assert (row.rfc.number in main, others.rfc.number in main, f"of {given.people.owner}" in main) == (True, False, True)
    client.post(PAGE, {**planned_times(row, others), "all_well": "1", f"s{others.pk}-outcome": "successful"})
    assert [RFC.objects.get(pk=one.rfc_id).state for one in (row, others)] == [State.COMPLETED, State.SCHEDULED]


def test_a_night_without_any_says_so_and_a_word_that_is_no_date_is_not_found(visitor, given):
    assert "No automatic change of yours ended that night" in main_of(visitor.get(PAGE))
    for word in ("soon", "9999-12-31"):
        assert visitor.get(f"/nights/{word}/outcomes/").status_code == visitor.post(f"/nights/{word}/outcomes/").status_code == 404


def test_three_rows_ask_as_much_as_one(visitor, given):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            ran(given)
        visitor.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            visitor.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_night_that_did_not_start_does_not_end_the_nights_to_come(given):
    first = ran(given)
    SessionFactory(rfc=first.rfc, planned_start=NOW + timedelta(hours=12), planned_end=NOW + timedelta(hours=13))
    with pytest.raises(MoveRefused, match="more nights to come"):
        answer.ended(first, Outcome.NOT_STARTED, started=None, ended=NOW, actor=given.people.owner, at=NOW)
    assert RFC.objects.get(pk=first.rfc_id).state == State.SCHEDULED
