import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from changes.choices import State
from changes.models import RFC, WorkSession
from tests import factories as make

pytestmark = pytest.mark.django_db

NOW = make.NOW
SCHEDULE = "/schedule/?severity=minor"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def rfc(given):
    return make.rfc_in(State.SUBMITTED, given)


@pytest.fixture
def session(rfc):
    return rfc.sessions.get()


@pytest.fixture
def owner(client, given):
    client.force_login(given.people.owner)
    return client


def url(name, session):
    return reverse(name, args=[session.pk])


def preview(client, session, **query):
    return client.get(f"{url('session-move-preview', session)}?{urlencode(query)}").content.decode()


def move(client, session, start, end, *, version=None, back=SCHEDULE):
    data = {"start_at": start.isoformat(), "end_at": end.isoformat(), "next": back}
    return client.post(url("session-move", session), {**data, **({"version": version} if version else {})})


def stored(session):
    return WorkSession.objects.get(pk=session.pk)


def test_the_popover_says_what_when_who_and_what_is_next(owner, session, rfc):
    fragment = owner.get(url("session-detail", session), HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in fragment
    for words in (rfc.number, rfc.title, "none planned", "Hub transport", "Owner", "The change manager decides", "Not yet approved"):
        assert words in fragment
    assert "<html" in owner.get(url("session-detail", session)).content.decode()


def test_a_conflict_is_drawn_as_two_bars_with_one_mend(owner, given, session):
    other = make.rfc_in(State.SUBMITTED, given, title="Antivirus 5.7")
    text = owner.get(url("session-detail", session), HTTP_HX_REQUEST="true").content.decode()
    assert other.number in text
    assert '<div class="overlap">' in text
    assert "both 10:00–14:00, 240 min" in text
    assert "To mend it: the first free night is" in text
    assert f"{url('session-move-preview', session)}?start_at=" in text


def test_drafts_of_others_are_not_found(client, given):
    draft = make.raised(given).sessions.get()
    client.force_login(given.people.outsider)
    for name in ("session-detail", "session-move", "session-move-preview"):
        answer = client.get(url(name, draft))
        assert (answer.status_code, draft.rfc.title in answer.content.decode()) == (404, False), name


def test_the_form_holds_the_times_of_the_readers_clock(owner, session):
    text = owner.get(url("session-move", session)).content.decode()
    assert 'value="2026-11-24T10:00"' in text
    assert 'value="2026-11-24T14:00"' in text


def test_the_question_names_the_change_and_writes_nothing(owner, session, rfc):
    before = session.interval
    text = preview(owner, session, day="2026-11-26", next=SCHEDULE)
    assert f"Move “{rfc.title}”" in text
    assert "Thu 26 Nov 10:00" in text
    assert "Move it" in text
    assert "Keep Tue 24 Nov" in text
    assert "It is not approved yet" in text
    assert "Nothing is in its way" in text
    assert stored(session).interval == before


def test_for_htmx_the_question_is_a_dialog(owner, session):
    response = owner.get(f"{url('session-move-preview', session)}?day=2026-11-26", HTTP_HX_REQUEST="true")
    assert response.content.decode().strip().startswith("<dialog")


def test_what_stands_in_the_way_is_shown_before(owner, given, session):
    make.FreezeFactory()
    text = preview(owner, session, start="2026-11-28T22:00", end="2026-11-29T02:00")
    assert "freeze.active" in text
    assert "Month-end close" in text


def test_an_approved_rfc_says_what_the_move_means(owner, given):
    make.WindowFactory(
        environment=given.environment, rrule="FREQ=DAILY", first_start="2026-11-01T08:00:00", first_end="2026-11-01T18:00:00"
    )
    given.environment.needs_window = True
    given.environment.save()
    approved = make.rfc_in(State.SCHEDULED, given).sessions.get()
    assert "the change manager confirms that" in preview(owner, approved, day="2026-11-26")
    assert "It needs approval again" in preview(owner, approved, start="2026-11-26T20:00", end="2026-11-26T23:00")


def test_moving_saves_says_so_and_can_be_taken_back(owner, session, rfc):
    was = session.interval
    response = move(owner, session, was.start + timedelta(days=2), was.end + timedelta(days=2), version=rfc.version)
    assert response["Location"] == SCHEDULE
    assert stored(session).planned_start == was.start + timedelta(days=2)
    said = next(str(message) for message in response.wsgi_request._messages)
    assert "moved to Thu 26 Nov 10:00." in said
    assert 'name="start_at" value="2026-11-24T09:00:00+00:00"' in said
    assert "Undo" in said
    now = RFC.objects.get(pk=rfc.pk)
    move(owner, session, was.start, was.end, version=now.version)
    assert stored(session).interval == was
    assert [event.action for event in rfc.events.order_by("pk")][-2:] == ["moved", "moved"]


def test_a_stale_version_is_told_and_nothing_is_lost(owner, session, rfc):
    start, end = session.planned_start + timedelta(days=2), session.planned_end + timedelta(days=2)
    move(owner, session, session.planned_start + timedelta(days=1), session.planned_end + timedelta(days=1), version=rfc.version)
    between = stored(session).interval
    response = move(owner, session, start, end, version=rfc.version)
    text = response.content.decode()
    assert response.status_code == 409
    assert "has been changed meanwhile" in text
    assert "Thu 26 Nov 10:00" in text  # what was asked for
    assert f'name="version" value="{RFC.objects.get(pk=rfc.pk).version}"' in text  # so that asking again is heard
    assert stored(session).interval == between


def test_who_may_not_move_it_is_told_whom_to_ask(client, given, session):
    client.force_login(given.people.outsider)
    text = preview(client, session, day="2026-11-26")
    assert "Move it" not in text
    assert "Ask Owner." in text
    response = move(client, session, session.planned_start + timedelta(days=1), session.planned_end + timedelta(days=1))
    assert response.status_code == 400
    assert stored(session).interval == session.interval


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ("2026-11-26T14:00", "2026-11-26T10:00", "interval.reversed"),
        ("2026-11-26T10:00", "2026-11-26T10:00", "interval.reversed"),
        ("tomorrow", "2026-11-26T10:00", "is no date and time"),
        ("2026-11-24T10:00", "2026-11-24T14:00", "It stands there already"),
    ],
)
def test_what_cannot_be_asked_for_says_why(owner, session, start, end, says):
    text = preview(owner, session, start=start, end=end)
    assert says in text
    assert "Move it" not in text


def test_reversed_instants_are_refused_and_change_nothing(owner, session):
    response = move(owner, session, session.planned_end, session.planned_start)
    assert response.status_code == 400
    assert stored(session).interval == session.interval


@pytest.mark.parametrize("text", ["", "soon", "2026-11-26T10:00:00"])
def test_instants_that_are_none_are_refused(owner, session, text):
    response = owner.post(url("session-move", session), {"start_at": text, "end_at": text})
    assert response.status_code == 400
    assert stored(session).interval == session.interval


def test_a_time_that_the_clock_skips_or_shows_twice_is_told(owner, session):
    skipped = preview(owner, session, start="2027-03-28T02:30", end="2027-03-28T06:00")
    assert "There is no 02:30 on Sun 28 Mar" in skipped
    twice = preview(owner, session, start="2027-10-31T02:30", end="2027-10-31T06:00")
    assert "02:30 comes twice" in twice
    assert 'name="start_second"' in twice
    second = preview(owner, session, start="2027-10-31T02:30", end="2027-10-31T06:00", start_second="on")
    assert datetime(2027, 10, 31, 1, 30, tzinfo=UTC).isoformat() in second


def test_dragged_into_the_gap_it_lies_later_and_says_so(owner, given):
    night = make.rfc_in(State.SUBMITTED, given, sessions=(make.session(datetime(2027, 3, 21, 1, 30, tzinfo=UTC)),)).sessions.get()
    text = preview(owner, night, day="2027-03-27")
    assert "There is no 02:30" in text
    assert "2027-03-28T01:30:00+00:00" in text  # 03:30 there


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_a_foreign_way_back_is_not_taken(owner, session, rfc, back):
    response = move(owner, session, session.planned_start + timedelta(days=1), session.planned_end + timedelta(days=1), back=back)
    assert response["Location"] == rfc.get_absolute_url()


def free_rows(text):
    """The free times on the page: each with the address that asks for it."""
    return re.findall(r'<a class="slot"([^>]*)href="([^"]*)">.*?<span class="when">(.*?)</span><br>', text, re.DOTALL)


def test_the_page_offers_the_free_times_and_each_leads_to_what_it_means(owner, given, session):
    make.rfc_in(State.SCHEDULED, given, sessions=(make.session(NOW, timedelta(hours=2)),))
    offered = free_rows(owner.get(f"{url('session-move', session)}?{urlencode({'next': SCHEDULE})}").content.decode())
    assert len(offered) == 3
    address = unescape(offered[0][1])
    query = parse_qs(urlsplit(address).query)
    start, end = (datetime.fromisoformat(query[name][0]) for name in ("start_at", "end_at"))
    assert (end - start, query["next"]) == (session.planned_end - session.planned_start, [SCHEDULE])
    assert start >= NOW + timedelta(hours=2)

    asked = owner.get(address).content.decode()
    assert 'id="question-head">Move to ' in asked
    assert f'value="{start.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}"' in asked
    assert [row for marks, row, _ in free_rows(asked) if "aria-current" in marks] == [offered[0][1]]


def test_neither_where_it_stands_nor_another_session_of_the_same_rfc_is_offered(owner, given):
    sessions = (make.session(NOW), make.session(NOW + timedelta(days=1)))
    rfc = make.rfc_in(State.SUBMITTED, given, sessions=sessions)
    text = owner.get(url("session-move", rfc.sessions.first())).content.decode()
    starts = {datetime.fromisoformat(parse_qs(urlsplit(unescape(row)).query)["start_at"][0]) for _, row, _ in free_rows(text)}
    assert len(starts) == 3
    assert not starts & {one.start for one in sessions}
