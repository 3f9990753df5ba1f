"""The table of routes: one save, what it changes shown before it, and what cannot be chosen refused at every door (DESIGN 4.1)."""

import html
import re

import pytest
from django.contrib.admin.models import LogEntry

from changes.actions.route import choose
from changes.choices import Role, Route, Severity, State
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import RFC, RouteRule
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]

PAGE = "/setup/routes/"


@pytest.fixture
def admin(client, given):
    client.force_login(given.people.administrator)
    return client


def typed(given, minor="manager", major="board", automatic="automatic", **other):
    pk = given.environment.pk
    return {f"minor-{pk}": minor, f"major-{pk}": major, f"automatic-{pk}": automatic, **other}


def text_of(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def stored(given):
    return dict(RouteRule.objects.filter(environment=given.environment).values_list("severity", "route"))


def test_one_save_writes_the_table_and_its_history(admin, given):
    response = admin.post(PAGE, typed(given, minor="board", automatic="record", act="save"), follow=True)
    assert "The routes of Corporate production are saved." in text_of(response)
    assert stored(given) == {"minor": "board", "major": "board", "automatic": "record"}
    entry = LogEntry.objects.get()
    told = "routes: minor manager → board, automatic automatic → record"
    assert (str(entry.user), entry.object_repr, entry.change_message) == ("Administrator", "Corporate production", told)
    assert "Every route stays as it was." in text_of(
        admin.post(PAGE, typed(given, minor="board", automatic="record", act="save"), follow=True)
    )
    assert LogEntry.objects.count() == 1


def test_what_it_changes_is_shown_and_the_submitted_keep_their_route(admin, given):
    submitted = make.rfc_in(State.SUBMITTED, given)
    make.rfc_in(State.DRAFT, given)
    text = text_of(admin.post(PAGE, typed(given, minor="board", act="show")))
    assert "Corporate production, minor: from “change manager alone” to “board”" in text
    assert "1 draft takes it when submitted. 1 submitted RFC keeps the route submitted with, until somebody edits it." in text
    assert stored(given)["minor"] == "manager"
    admin.post(PAGE, typed(given, minor="board", act="save"))
    submitted.refresh_from_db()
    assert submitted.route == Route.MANAGER


def test_a_draft_takes_the_new_route_when_it_is_submitted(admin, given):
    draft = make.rfc_in(State.DRAFT, given)
    admin.post(PAGE, typed(given, minor="board", act="save"))
    admin.force_login(given.people.owner)
    admin.post(f"/rfcs/{draft.number}/moves/submitted/", {"version": draft.version})
    rfc = RFC.objects.get(pk=draft.pk)
    assert (rfc.state, rfc.route) == (State.SUBMITTED, Route.BOARD)


def test_an_emergency_has_its_route_anyway(admin, given):
    make.rfc_in(State.SUBMITTED, given, urgency="emergency")
    assert "No draft and no submitted RFC would take another route" in text_of(admin.post(PAGE, typed(given, minor="board", act="show")))


@pytest.mark.parametrize(
    ("severity", "route"), [("minor", "emergency"), ("major", "automatic"), ("automatic", "board"), ("minor", "nowhere"), ("major", "")]
)
def test_what_the_domain_forbids_is_not_chosen_and_what_was_chosen_stays(admin, given, severity, route):
    response = admin.post(PAGE, typed(given, **{severity: route, "act": "save"}))
    assert response.status_code == 422
    assert "Nothing that you chose is lost" in text_of(response)
    assert stored(given) == {"minor": "manager", "major": "board", "automatic": "automatic"}


def test_every_door_refuses_the_same(given):
    with pytest.raises(Unacceptable, match="would never be asked") as refused:
        choose({"production": {Severity.AUTOMATIC: Route.BOARD}}, actor=given.people.administrator, at=make.NOW)
    assert refused.value.field == "routes.automatic"
    with pytest.raises(Unacceptable, match="There is no “moon”"):
        choose({"moon": {}}, actor=given.people.administrator, at=make.NOW)
    with pytest.raises(NotAllowed):
        choose({}, actor=given.people.change_manager, at=make.NOW)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.USER, Role.CHANGE_MANAGER])
def test_routes_belong_to_the_administrators(client, given, role):
    client.force_login(make.UserFactory(role=role))
    assert (client.get(PAGE).status_code, client.post(PAGE, typed(given, minor="board", act="save")).status_code) == (403, 403)
    assert stored(given)["minor"] == "manager"


def test_all_or_none(given):
    make.EnvironmentFactory(slug="zoo")
    wrong = {"production": {Severity.MINOR: Route.BOARD}, "zoo": {Severity.MINOR: Route.EMERGENCY}}
    with pytest.raises(Unacceptable):
        choose(wrong, actor=given.people.administrator, at=make.NOW)
    assert stored(given)["minor"] == "manager"
