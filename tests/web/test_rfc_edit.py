"""Writing in a stored RFC: two people at once, and what an edit costs an approval."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from changes.actions import rfc as rfc_actions
from changes.choices import Outage, State
from changes.models import RFC
from tests.factories import NOW, content, raised, rfc_in, session
from tests.web.rfc_form import text, typed, value_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]


def url(rfc):
    return f"/rfcs/{rfc.number}/edit/"


def sent(rfc, act, **other):
    """What the browser sends for a stored RFC of `tests.factories.content`, changed by `other`."""
    rows = {name: value for name, value in form_of(rfc).items() if value is not None}
    return {**rows, "act": act, "version": str(rfc.version), "read_at": rfc.updated_at.isoformat(), **other}


def form_of(rfc):
    stored = RFC.objects.with_content().get(pk=rfc.pk).content()
    times = {"sessions-0-id": str(stored.sessions[0].id), "sessions-0-start": "2026-11-24T10:00", "sessions-0-end": "2026-11-24T14:00"}
    rows = typed(**times, **{"sessions-0-outage": stored.sessions[0].outage or ""})
    for phase in ("rollout", "verification", "rollback"):
        for place, one in enumerate(getattr(stored, phase)):
            rows |= {
                f"{phase}-{place}-{name}": str(getattr(one, name)) for name in ("id", "instruction", "role", "minutes", "check", "if_not")
            }
    return rows


# --- Reading and saving -----------------------------------------------------------------------------------------------


def test_the_form_holds_what_is_stored(visitor, given):
    rfc = raised(given)
    page = visitor.get(url(rfc))
    assert (value_of(page, "title"), value_of(page, "version")) == ("Hub transport rollup 8, site A", str(rfc.version))
    assert (value_of(page, "sessions-0-start"), value_of(page, "services")) == ("2026-11-24T10:00", "hub-transport")


def test_saving_what_was_read_changes_nothing(visitor, given):
    rfc = raised(given)
    response = visitor.post(url(rfc), sent(rfc, "save"))
    stored = RFC.objects.get(pk=rfc.pk)
    assert (response.status_code, stored.version, stored.events.count()) == (302, rfc.version, 1)


def test_an_edit_keeps_the_steps_and_sessions_that_it_continues(visitor, given):
    rfc = raised(given)
    before = RFC.objects.with_content().get(pk=rfc.pk).content()
    visitor.post(url(rfc), sent(rfc, "save", title="Another title"))
    after = RFC.objects.with_content().get(pk=rfc.pk).content()
    assert after.title == "Another title"
    assert [step.id for step in after.rollout] == [step.id for step in before.rollout]
    assert after.sessions[0].id == before.sessions[0].id


def test_the_second_of_two_hours_is_read_and_saved_unchanged(visitor, given):
    start = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    rfc = raised(given, sessions=(session(start),))
    page = visitor.get(url(rfc))
    assert value_of(page, "sessions-0-start") == "2027-10-31T02:30"
    assert 'name="sessions-0-start_second" value="1" checked' in page.content.decode()


@pytest.mark.parametrize(
    ("person", "status"), [("owner", 200), ("change_manager", 403), ("member", 403), ("outsider", 404), ("viewer", 404)]
)
def test_who_may_write_in_a_draft(given, person, status):
    rfc = raised(given)
    client = Client()
    client.force_login(getattr(given.people, person))
    page, before = client.get(url(rfc)), RFC.objects.get()
    saved = client.post(url(rfc), sent(rfc, "save", title="Rollup 9"))
    assert (page.status_code, rfc.title in page.content.decode()) == (status, status == 200)
    assert (saved.status_code, RFC.objects.get().title) == ((302, "Rollup 9") if status == 200 else (status, before.title))


def test_work_that_has_begun_is_written_in_no_more(visitor, given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    assert (visitor.get(url(rfc)).status_code, visitor.post(url(rfc), {"act": "save"}).status_code) == (403, 403)


# --- Two people at once -----------------------------------------------------------------------------------------------


@pytest.fixture
def overtaken(given):
    """An RFC that the owner reads, and its version as read; then its requester changes the reason."""
    read = raised(given, by=given.people.outsider)
    rfc_actions.update(
        read, content(given, reason="It is urgent after all."), actor=given.people.outsider, at=NOW.replace(hour=10), version=1
    )
    return read


def test_a_stale_save_shows_both_and_keeps_what_was_typed(visitor, overtaken):
    response = visitor.post(url(overtaken), sent(overtaken, "save", title="My title"))
    page = text(response)
    assert response.status_code == 409
    assert f"{overtaken.number} has been changed meanwhile" in page
    assert "Outsider edited: reason" in page
    assert "It is urgent after all." in page
    assert value_of(response, "title") == "My title"
    assert RFC.objects.get(pk=overtaken.pk).title == "Hub transport rollup 8, site A"


def test_mine_is_saved_over_it_when_that_is_asked(visitor, overtaken):
    stale = visitor.post(url(overtaken), sent(overtaken, "save", title="My title"))
    over = sent(overtaken, "save-over", title="My title", over_version=value_of(stale, "over_version"))
    assert visitor.post(url(overtaken), over).status_code == 302
    stored = RFC.objects.get(pk=overtaken.pk)
    assert (stored.title, stored.reason) == ("My title", typed()["reason"])


def test_what_changed_after_that_was_shown_is_shown_again(visitor, overtaken):
    stale = visitor.post(url(overtaken), sent(overtaken, "save", title="My title"))
    RFC.objects.filter(pk=overtaken.pk).update(version=9)
    over = sent(overtaken, "save-over", title="My title", over_version=value_of(stale, "over_version"))
    assert visitor.post(url(overtaken), over).status_code == 409
    assert RFC.objects.get(pk=overtaken.pk).title == "Hub transport rollup 8, site A"


# --- An approval is of a content --------------------------------------------------------------------------------------


def test_a_material_edit_is_asked_about_before_it_is_saved(visitor, given):
    rfc = rfc_in(State.SCHEDULED, given)
    response = visitor.post(url(rfc), sent(rfc, "save", rollback_trigger="More than 20 messages wait."))
    page = text(response)
    assert "Save this, and ask for approval again?" in page
    assert "More than 500 messages wait after step 2. More than 20 messages wait. material: needs approval again" in page
    assert RFC.objects.get(pk=rfc.pk).state == State.SCHEDULED


def test_it_is_held_against_what_was_approved_and_not_material_stands_last_and_says_so(visitor, given):
    rfc = rfc_in(State.SCHEDULED, given)
    approved = sent(rfc, "save", title="Better words")
    visitor.post(url(rfc), approved)
    again = RFC.objects.with_content().get(pk=rfc.pk)
    page = text(visitor.post(url(rfc), sent(again, "save", title="Better words still", rollback_trigger="More than 20 messages wait.")))
    trigger = "Rollback trigger More than 500 messages wait after step 2. More than 20 messages wait. material: needs approval again"
    assert f"{trigger} Title Hub transport rollup 8, site A Better words still not material" in page


def test_confirmed_it_returns_to_submitted(visitor, given):
    rfc = rfc_in(State.SCHEDULED, given)
    visitor.post(url(rfc), sent(rfc, "save-confirmed", rollback_trigger="More than 20 messages wait."))
    stored = RFC.objects.get(pk=rfc.pk)
    assert (stored.state, stored.rollback_trigger) == (State.SUBMITTED, "More than 20 messages wait.")


def test_wording_alone_is_saved_at_once(visitor, given):
    rfc = rfc_in(State.SCHEDULED, given)
    response = visitor.post(url(rfc), sent(rfc, "save", title="Better words"))
    stored = RFC.objects.get(pk=rfc.pk)
    assert (response.url, stored.title, stored.state) == (f"/rfcs/{rfc.number}/", "Better words", State.SCHEDULED)


def test_an_approved_rfc_has_no_button_to_submit(visitor, given):
    page = text(visitor.get(url(rfc_in(State.SCHEDULED, given))))
    assert "Save changes" in page
    assert "Save draft" not in page


# --- Submitting a draft that was stored -------------------------------------------------------------------------------


def test_a_stored_draft_is_edited_and_submitted_in_one_go(visitor, given):
    rfc = raised(given, rollback_trigger="")
    visitor.post(url(rfc), sent(rfc, "submit"))
    stored = RFC.objects.get(pk=rfc.pk)
    assert (stored.state, stored.rollback_trigger) == (State.SUBMITTED, "More than 500 messages wait after step 2.")


def test_a_refused_submission_leaves_the_stored_draft_as_it_was(visitor, given):
    rfc = raised(given)
    response = visitor.post(url(rfc), sent(rfc, "submit", title="My title", reason=""))
    assert (response.status_code, value_of(response, "title")) == (422, "My title")
    assert RFC.objects.get(pk=rfc.pk).title == "Hub transport rollup 8, site A"


def test_a_change_written_down_afterwards_is_asked_for_its_outcome(visitor, given):
    rfc = raised(given)
    past = {"sessions-0-start": "2026-11-20T10:00", "sessions-0-end": "2026-11-20T12:00", "sessions-0-outage": Outage.NONE.value}
    done = {"sessions-0-actual_start": "2026-11-20T10:00", "sessions-0-actual_end": "2026-11-20T11:30"}
    visitor.post(url(rfc), sent(rfc, "submit", **past, **done))
    stored = RFC.objects.get(pk=rfc.pk)
    assert (stored.state, stored.retrospective, stored.outcome) == (State.IN_PROGRESS, True, "")
    visitor.post(f"/rfcs/{rfc.number}/moves/completed/", {"version": stored.version, "outcome": "successful"})
    stored.refresh_from_db()
    assert (stored.state, stored.outcome, stored.sessions.get().actual_end.hour) == (State.COMPLETED, "successful", 10)


def test_times_that_the_page_does_not_show_stay(visitor, given):
    rfc = rfc_in(State.SUBMITTED, given)
    rfc.sessions.update(actual_start=NOW)
    visitor.post(url(rfc), sent(rfc, "save", title="Better words"))
    assert (RFC.objects.get(pk=rfc.pk).title, rfc.sessions.get().actual_start) == ("Better words", NOW)
