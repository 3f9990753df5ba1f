"""Linking a change to an incident: suspected, confirmed, ruled out, and by whom."""

from datetime import timedelta

import pytest

from changes.choices import Role, Section, State
from changes.domain.agenda import place_of
from changes.models import Event, IncidentLink
from changes.selectors.candidate import candidates, term_of
from tests.factories import MeetingFactory, raised, rfc_in

pytestmark = pytest.mark.django_db

INCIDENT = {"system": "incidents", "identifier": "INC-4711"}


def path(rfc):
    return f"/api/v1/rfcs/{rfc.number}/incidents/"


def test_the_last_word_counts_and_every_word_stays_in_the_history(given, owner, client_of):
    rfc = rfc_in(State.COMPLETED, given)
    version = rfc.version

    said = [owner.post(path(rfc), {**INCIDENT, "suspicion": word, "note": f"It is {word}."}).json() for word in ("suspected", "confirmed")]
    by = client_of(given.people.outsider).post(path(rfc), {**INCIDENT, "suspicion": "ruled_out"}).json()["by"]

    assert [one["suspicion"] for one in said] == ["suspected", "confirmed"]
    assert [one["suspicion"] for one in owner.get(path(rfc)).json()] == ["ruled_out"]
    assert (by, IncidentLink.objects.count()) == (given.people.outsider.username, 1)
    events = Event.objects.filter(rfc=rfc, action__startswith="incident_").order_by("pk")
    assert [(event.action, event.changes["incident"]) for event in events] == [
        ("incident_suspected", ["", "suspected"]),
        ("incident_confirmed", ["suspected", "confirmed"]),
        ("incident_ruled_out", ["confirmed", "ruled_out"]),
    ]
    rfc.refresh_from_db()
    assert rfc.version == version


def test_the_same_word_again_is_no_news(given, owner):
    rfc = rfc_in(State.COMPLETED, given)
    for _ in range(3):
        owner.post(path(rfc), {**INCIDENT, "suspicion": "suspected"})

    assert Event.objects.filter(rfc=rfc, action="incident_suspected").count() == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"suspicion": "perhaps"}, "/suspicion"),
        ({"suspicion": "suspected", "system": "  "}, "/system"),
        ({"suspicion": "suspected", "url": "here"}, "/url"),
        ({"suspicion": "suspected", "by": "me"}, "/by"),
        ({}, "/suspicion"),
    ],
)
def test_what_cannot_be_is_named(given, owner, body, pointer):
    answer = owner.post(path(rfc_in(State.COMPLETED, given)), {**INCIDENT, **body})

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not IncidentLink.objects.exists()


def test_viewers_link_nothing_and_a_draft_caused_nothing(given, owner, client_of):
    viewer = given.people.outsider
    viewer.role = Role.VIEWER
    viewer.save()

    assert client_of(viewer).post(path(rfc_in(State.COMPLETED, given)), {**INCIDENT, "suspicion": "suspected"}).status_code == 403
    assert owner.post(path(raised(given)), {**INCIDENT, "suspicion": "suspected"}).status_code == 403


def test_what_changed_near_an_incident_says_what_is_thought_of_it(given, owner, stand_at):
    rfc = rfc_in(State.IN_PROGRESS, given)
    begun = rfc.sessions.get().actual_start
    owner.post(path(rfc), {**INCIDENT, "suspicion": "suspected"})
    stand_at(begun + timedelta(minutes=30))

    (near,) = owner.get("/api/v1/changes-near/").json()

    assert [(link["identifier"], link["suspicion"]) for link in near["incidents"]] == [("INC-4711", "suspected")]


@pytest.mark.parametrize(("word", "stands"), [("confirmed", True), ("suspected", False), ("ruled_out", False)])
def test_a_confirmed_cause_stands_on_the_next_agenda_as_failed(given, owner, word, stands):
    rfc = rfc_in(State.COMPLETED, given)
    end = rfc.sessions.get().actual_end
    cut_off = end + timedelta(days=2)
    meeting = MeetingFactory(board=given.board, starts_at=cut_off + timedelta(days=1), cut_off_at=cut_off)
    owner.post(path(rfc), {**INCIDENT, "suspicion": word})

    _, candidate = candidates(meeting, at=cut_off)[rfc.pk]

    place = place_of(candidate, term_of(meeting))
    assert bool(place and place.section == Section.FAILED and "INC-4711" in place.reason) is stands
