"""What an emergency owes, on its page, on the home page and on the form once its work has begun."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from changes.actions import lifecycle
from changes.actions.lifecycle import Request
from changes.choices import Outcome, State, Urgency
from changes.domain.content import Impact
from changes.models import RFC
from tests.factories import NOW, raised, step
from tests.web.rfc_form import text, value_of

pytestmark = pytest.mark.django_db
S = State
#: Past the Thursday by which it is owed.
LATE = NOW + timedelta(days=5, hours=1)
STEPS = {"rollout": (step("Restart the broker", None, role=""),), "verification": ()}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine.move_to


@pytest.fixture
def visitor(given):
    return signed_in(given.people.owner)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def emergency(given, state=S.IN_PROGRESS, **other):
    least = {"reason": "INC-7", "impact": Impact(), "sessions": (), "rollback_trigger": "", "change_type": None, **STEPS, **other}
    rfc = lifecycle.move(raised(given, urgency=Urgency.EMERGENCY, **least), S.SUBMITTED, actor=given.people.owner, at=NOW)
    lifecycle.move(rfc, S.APPROVED, actor=given.people.chair, at=NOW)
    if state in (S.IN_PROGRESS, S.COMPLETED):
        lifecycle.move(rfc, S.IN_PROGRESS, actor=given.people.implementer, at=NOW)
    if state == S.COMPLETED:
        lifecycle.move(rfc, S.COMPLETED, actor=given.people.implementer, at=NOW, request=Request(outcome=Outcome.SUCCESSFUL))
    return stored(rfc)


def stored(rfc):
    return RFC.objects.with_content().get(pk=rfc.pk)


def url(rfc):
    return f"/rfcs/{rfc.number}/edit/"


def shown(rfc, **other):
    """What the browser sends back of the fields that the page shows: of the steps and the session, as they are stored."""
    content = rfc.content()
    rows = {"act": "save", "version": str(rfc.version), "rollback_trigger": "", "type_taken": "", "change_type": ""}
    start, end = (f"{moment:%Y-%m-%dT}{moment.hour + 1:02}:{moment:%M}" for moment in (content.sessions[0].start, content.sessions[0].end))
    rows |= {"sessions-0-id": str(content.sessions[0].id), "sessions-0-start": start, "sessions-0-end": end, "sessions-0-outage": ""}
    for phase in ("rollout", "verification", "rollback"):
        for place, one in enumerate(getattr(content, phase)):
            names = ("id", "instruction", "role", "minutes", "check", "if_not")
            rows |= {f"{phase}-{place}-{name}": str(getattr(one, name) or "") for name in names}
    return {**rows, **other}


OWED = {
    "rollback_trigger": "It hangs for 5 minutes.",
    "sessions-0-outage": "none",
    "rollout-0-role": "Implementer",
    "rollout-0-minutes": "5",
    "verification-0-instruction": "Send the test mails",
    **{f"impact_{name}": "low" for name in ("sla", "capacity", "security", "disaster_recovery")},
}


# --- The page of the RFC ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.SCHEDULED, S.IN_PROGRESS, S.COMPLETED])
def test_the_page_says_what_is_owed_until_when_and_where_to_write_it(given, visitor, state):
    rfc = emergency(given, state)
    page = visitor.get(rfc.get_absolute_url())
    assert "Owed until Thu 26 Nov" in text(page)
    assert ": outage, rollout, verification, rollback trigger and impact" in text(page)
    assert "Write it" in text(page)
    assert f'href="{url(rfc)}"' in page.content.decode()
    others = signed_in(given.people.member).get(rfc.get_absolute_url())
    assert "Owed until Thu 26 Nov" in text(others)
    assert f'href="{url(rfc)}"' not in others.content.decode()


def test_after_five_days_it_says_since_when_it_is_overdue(given, visitor, clock):
    rfc = emergency(given, S.COMPLETED)
    clock(LATE, tick=False)
    assert "Owed, and overdue since Thu 26 Nov" in text(visitor.get(rfc.get_absolute_url()))


def test_what_owes_nothing_says_nothing_of_it(given, visitor):
    rfc = emergency(given, S.COMPLETED)
    visitor.post(url(rfc), shown(rfc, **OWED))
    assert "Owed" not in text(visitor.get(rfc.get_absolute_url()))


# --- The home page ----------------------------------------------------------------------------------------------------


def test_home_lists_it_for_its_owner_alone_and_late_once_it_is(given, visitor, clock):
    rfc = emergency(given, S.COMPLETED)
    page = visitor.get("/")
    assert f"“{rfc.title}” owes what could wait" in text(page)
    assert "Still to be written: outage, rollout, verification, rollback trigger and impact." in text(page)
    assert f'href="{url(rfc)}"' in page.content.decode()
    assert "owes what could wait" not in text(signed_in(given.people.implementer).get("/"))
    visitor.post(url(rfc), shown(rfc, **OWED))
    assert "owes what could wait" not in text(visitor.get("/"))


def test_more_of_them_take_no_more_queries(given, visitor):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            emergency(given, S.COMPLETED)
        with CaptureQueriesContext(connection) as asked:
            page = visitor.get("/")
        counts.append(len(asked))
        assert text(page).count("Still to be written") == (1, 3)[more - 1]
    assert counts[0] == counts[1]


# --- The form ---------------------------------------------------------------------------------------------------------


def test_the_form_shows_only_what_was_left_open(given, visitor):
    rfc = emergency(given)
    page = visitor.get(url(rfc))
    assert "Only what was left open is written here: rollback trigger, change type, outage, rollout, verification and impact" in text(page)
    body = page.content.decode()
    assert [name in body for name in ('name="rollback_trigger"', 'name="impact_sla"', 'name="rollout-0-role"')] == [True] * 3
    others = ('name="title"', 'name="services', 'name="owner"', 'name="description"', 'href="#people"')
    assert [name in body for name in others] == [False] * 5


@pytest.mark.parametrize("state", [S.IN_PROGRESS, S.COMPLETED])
def test_what_is_filled_in_is_saved_and_the_rest_stands(given, visitor, state):
    rfc = emergency(given, state)
    response = visitor.post(url(rfc), shown(rfc, **OWED))
    before, after = rfc.content(), stored(rfc).content()
    assert (response.status_code, response.url, stored(rfc).state) == (302, rfc.get_absolute_url(), state)
    assert (after.rollback_trigger, after.impact.sla, after.rollout[0].minutes) == ("It hangs for 5 minutes.", "low", 5)
    assert [one.instruction for one in after.verification] == ["Send the test mails"]
    assert (after.title, after.services, after.rollout[0].id, after.sessions[0].start) == (
        before.title, before.services, before.rollout[0].id, before.sessions[0].start,
    )  # fmt: skip


def test_more_than_that_is_refused_and_what_was_typed_stays(given, visitor):
    rfc = emergency(given)
    response = visitor.post(url(rfc), shown(rfc, **OWED, **{"rollout-0-instruction": "Rebuild the broker"}))
    assert response.status_code == 422
    assert f"Not saved: {rfc.number} is in progress, and only what was left open may still be written" in text(response)
    assert "Leave rollout as before, and note on its page what went differently." in text(response)
    assert "Rebuild the broker" in response.content.decode()
    assert value_of(response, "rollout-0-minutes") == "5"
    assert stored(rfc).version == rfc.version


def test_somebody_else_is_shown_first(given, visitor):
    rfc = emergency(given)
    visitor.post(url(rfc), shown(rfc, rollback_trigger="It hangs."))
    response = visitor.post(url(rfc), shown(rfc, **OWED))
    assert response.status_code == 409
    assert f"{rfc.number} has been changed meanwhile" in text(response)


@pytest.mark.parametrize("person", ["implementer", "member", "change_manager"])
def test_nobody_else_writes_it(given, person):
    rfc = emergency(given)
    assert signed_in(getattr(given.people, person)).post(url(rfc), shown(rfc, **OWED)).status_code == 403
    assert stored(rfc).rollback_trigger == ""


def test_while_it_is_typed_only_the_parts_of_the_page_are_judged(given, visitor):
    rfc = emergency(given)
    answered = {"impact_sla": "low", "impact_capacity": "low"}
    response = visitor.post("/rfcs/check/", shown(rfc, number=rfc.number, act="", **answered))
    page = response.content.decode()
    assert 'id="beside-impact"' in page
    assert 'id="beside-title"' not in page
    assert "security is not answered" in text(response)
    assert "capacity is not answered" not in text(response)


def test_in_the_night_its_owner_fills_it_in_before_the_work_and_nobody_is_asked_again(given, visitor):
    rfc = emergency(given, S.SCHEDULED)
    whole = {"title": rfc.title, "reason": rfc.reason, "description": rfc.description, "urgency": "emergency", "environment": "production"}
    people = {"services": ["hub-transport"], "configuration_items": ["ht-01"], "owner": "owner", "implementer": "implementer"}
    response = visitor.post(url(rfc), shown(rfc, **whole, **people, **OWED))
    assert (response.status_code, stored(rfc).state, stored(rfc).rollback_trigger) == (302, S.SCHEDULED, "It hangs for 5 minutes.")
