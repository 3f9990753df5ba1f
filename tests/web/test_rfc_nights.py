"""Several sessions on the form: one line for many, free nights for all, and what is done to many at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from changes.choices import Outage, State
from changes.domain.content import Content
from changes.models import RFC
from changes.selectors.finding import findings_of
from changes.selectors.slot import free_slots_for
from tests.factories import NOW, FreezeFactory, WindowFactory, rfc_in, session
from tests.web.rfc_form import cell, text, typed, value_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
URL, CHECK = "/rfcs/new/", "/rfcs/check/"
LINE = "six nights from Monday, 22:00 to 02:00, outage 23:00 to 23:30"
MONDAY = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
NIGHTS = [MONDAY + timedelta(days=n) for n in range(6)]
#: A form without a session of its own yet.
NONE_YET = {"sessions-0-start": "", "sessions-0-end": "", "sessions-0-outage": None}


def fields_of(response):
    """All that a browser would send again of the page: texts, hidden ones, and what is ticked."""
    page, data = response.content.decode().partition("<template")[0], {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, kind, value = (re.search(rf'{word}="([^"]*)"', tag) for word in ("name", "type", "value"))
        if name and (not kind or kind[1] not in ("radio", "checkbox") or " checked" in tag):
            data.setdefault(name[1], []).append(value[1] if value else "")
    return data


def rows(response):
    """By row, what stands in the inputs of the sessions."""
    return {name: value[0] for name, value in fields_of(response).items() if name.startswith("sessions-")}


def starts(response):
    return sorted(value for name, value in rows(response).items() if name.endswith("-start"))


def meant(response):
    """The nights that the line means, as the page lists them."""
    part = response.content.decode().partition('<ol class="nights-list">')[2].partition("</ol>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in part.split("<li><span class=")[1:]]


def test_the_line_is_told_as_the_sessions_it_means_and_nothing_is_written(visitor):
    response = visitor.post(CHECK, typed(nights=LINE, **NONE_YET), headers={"HX-Request": "true"})
    told = [night.partition(">")[2].strip() for night in meant(response)]
    assert len(told) == 6
    assert told[0].startswith("Mon 23 Nov 22:00 – Tue 24 Nov 02:00 outage 23:00–23:30")
    assert "nothing in its way" in told[0]
    assert "Add these 6 sessions" in text(response)
    assert RFC.objects.count() == 0


def test_each_night_has_the_finding_that_saving_it_would_give(visitor, given):
    rfc_in(State.SCHEDULED, given, title="Firmware of HT-01", sessions=(session(NIGHTS[2], timedelta(hours=2)),))
    previewed = meant(visitor.post(CHECK, typed(nights=LINE, **NONE_YET)))
    assert [place for place, night in enumerate(previewed) if "Firmware of HT-01" in night] == [2]
    added = visitor.post(CHECK, {**typed(nights=LINE, **NONE_YET), "act": "add-nights"})
    places = [place for place in range(6) if "Firmware of HT-01" in cell(added, f"sessions-{place}")]
    assert places == [2]


def test_added_they_are_rows_and_saved_they_are_what_was_previewed(visitor):
    page = visitor.post(URL, {**typed(nights=LINE, **NONE_YET), "act": "add-nights"})
    assert (page.status_code, RFC.objects.count()) == (200, 0)
    assert (value_of(page, "nights"), value_of(page, "title")) == ("", "Hub transport rollup 8, site A")
    saved = visitor.post(URL, {**typed(**NONE_YET), **rows(page), "act": "save"})
    assert saved.status_code == 302
    sessions = list(RFC.objects.get().sessions.order_by("planned_start"))
    assert [one.planned_start for one in sessions] == NIGHTS
    assert {one.planned_end - one.planned_start for one in sessions} == {timedelta(hours=4)}
    assert {(one.outage, one.outage_start - one.planned_start, one.outage_end - one.planned_start) for one in sessions} == {
        (Outage.PLANNED, timedelta(hours=1), timedelta(hours=1, minutes=30))
    }


def test_the_sessions_that_stand_there_stay_and_are_not_added_twice(visitor):
    response = visitor.post(URL, {**typed(nights=LINE), "act": "add-nights"})
    assert starts(response) == [f"2026-11-{day}T22:00" for day in range(23, 29)]
    assert value_of(response, "sessions-0-start") == "2026-11-24T22:00"
    assert "5 sessions on the clock of Amsterdam; 1 more stands above already." in text(visitor.post(CHECK, typed(nights=LINE)))


@pytest.mark.parametrize("act", ["check", "add-nights"])
def test_a_line_that_is_not_understood_stays_with_its_reason(visitor, act):
    response = visitor.post(URL, {**typed(nights="six nigths from Monday, 22:00 to 02:00"), "act": act})
    assert value_of(response, "nights") == "six nigths from Monday, 22:00 to 02:00"
    assert "“nigths” is not understood. Write it as “six nights from Monday, 22:00 to 02:00”." in text(response)
    assert starts(response) == ["2026-11-24T22:00"]


def test_a_draft_is_saved_with_the_nights_that_are_still_in_the_line(visitor):
    response = visitor.post(URL, {"title": "Six nights", "nights": LINE, "act": "save"})
    assert response.status_code == 302
    sessions = RFC.objects.get().sessions.order_by("planned_start")
    assert [one.planned_start for one in sessions] == NIGHTS


def test_it_is_submitted_with_them(visitor):
    visitor.post(URL, {**typed(nights="two nights from Monday, 22:00 to 02:00, no outage", **NONE_YET), "act": "submit"})
    rfc = RFC.objects.get()
    assert (rfc.state == State.DRAFT, rfc.sessions.count()) == (False, 2)


@pytest.mark.parametrize("act", ["save", "submit"])
def test_a_line_that_is_not_understood_is_named_alone_and_first(visitor, act):
    response = visitor.post(URL, {"title": "Six nights", "nights": "six nigths from Monday, 22:00 to 02:00", "act": act})
    assert (response.status_code, RFC.objects.count()) == (422, 0)
    banner = text(response).partition("Nothing that you typed is lost.")
    assert banner[0].endswith("Not saved: “nigths” is not understood. ")
    assert banner[2].startswith(" To mend first: several nights What")
    assert "These nights are no sessions yet." in cell(response, "nights")
    assert value_of(response, "nights") == "six nigths from Monday, 22:00 to 02:00"
    assert "Nobody has said" not in "".join(cell(response, name) for name in ("people", "impact", "slots"))


def errors(response):
    return response.context["tally"].errors


@pytest.mark.parametrize("act", ["enter", "add-nights"])
def test_enter_in_the_line_adds_the_nights_and_blames_nothing_that_is_not_reached_yet(visitor, act):
    begun = {"title": "Six nights", "nights": "six nights from Monday, 22:00 to 02:00"}
    response = visitor.post(URL, {**begun, "act": act})
    assert (response.status_code, RFC.objects.count(), len(starts(response))) == (200, 0, 6)
    assert errors(response) == errors(visitor.post(CHECK, begun))
    assert "6 sessions have no outage statement." in cell(response, "slots")


def test_the_first_button_of_the_form_is_that_of_the_enter_key(visitor):
    """Without a script a browser presses it for Enter in any line."""
    page = visitor.get(URL).content.decode()
    assert re.findall(r'<button[^>]*name="act" value="([^"]*)"', page)[0] == "enter"
    untouched = visitor.post(URL, {"title": "", "act": "enter"})
    assert errors(untouched) == 0


def test_without_an_environment_nothing_is_said_to_be_in_order(visitor):
    without = typed(nights=LINE, environment="", **NONE_YET)
    read = text(visitor.post(CHECK, without))
    assert "6 sessions on the clock of Amsterdam. They are not judged until an environment is chosen." in read
    assert "nothing in its way" not in read
    assert "not judged" not in text(visitor.post(CHECK, typed(nights=LINE, **NONE_YET)))


# --- The same of all of them ------------------------------------------------------------------------------------------


def six(**other):
    times = {}
    for place, day in enumerate(range(23, 29)):
        times |= {f"sessions-{place}-start": f"2026-11-{day}T22:00", f"sessions-{place}-end": f"2026-11-{day + 1}T02:00"}
    return typed(**{**times, "sessions-0-outage": None, **other})


def for_all(response):
    return dict(re.findall(r'name="act" value="(mend [^"]*)"[^>]*>([^<]*)<', response.content.decode()))


@pytest.mark.parametrize(
    ("words", "outage", "begins"), [("None for all", "none", ""), ("Whole session for all", "planned", "2026-11-28T22:00")]
)
def test_an_outage_that_nobody_has_stated_is_one_question_for_all(visitor, words, outage, begins):
    asked = visitor.post(URL, {**six(), "act": "check"})
    assert "6 sessions have no outage statement." in cell(asked, "slots")
    assert text(asked).count("outage.missing") == 1
    assert errors(asked) == 1
    value = next(value for value, verb in for_all(asked).items() if verb == words)
    mended = visitor.post(CHECK, {**six(), "act": value})
    shown = rows(mended)
    assert shown["sessions-5-outage_start"] == begins
    assert errors(mended) == 0
    assert len(re.findall(rf'<input[^>]*-outage"[^>]*value="{outage}"[^>]* checked', mended.content.decode())) == 6


def test_of_those_that_are_left_the_number_is_told(visitor):
    told = cell(visitor.post(URL, {**six(**{"sessions-1-outage": "none"}), "act": "check"}), "slots")
    assert "5 of 6 sessions have no outage statement." in told


def test_what_is_the_same_for_all_is_said_once_and_mended_in_all(visitor):
    planned = {f"sessions-{place}-outage": "planned" for place in range(6)}
    asked = visitor.post(URL, {**six(**planned), "act": "check"})
    assert "An outage is planned, but it has no times. This is so for all 6 sessions." in cell(asked, "slots")
    assert (text(asked).count("outage.missing"), errors(asked)) == (1, 1)
    value = next(value for value, verb in for_all(asked).items() if verb == "Whole session for all")
    mended = visitor.post(CHECK, {**six(**planned), "act": value})
    assert {rows(mended)[f"sessions-{place}-outage_end"][11:] for place in range(6)} == {"02:00"}


def test_only_the_form_says_it_once(visitor):
    visitor.post(URL, {**six(), "act": "save"})
    found = findings_of(RFC.objects.get(), at=NOW)
    assert [one.field for one in found if one.code == "outage.missing"] == [f"sessions[{place}].outage" for place in range(6)]


def test_what_is_about_some_of_them_stays_beside_each(visitor):
    none = {f"sessions-{place}-outage": "none" for place in range(6)}
    asked = visitor.post(URL, {**six(**none, **{"sessions-2-end": "2026-11-25T23:10"}), "act": "check"})
    assert "plan.exceeds_session" in cell(asked, "sessions-2")
    assert "This is so for all" not in text(asked)


def test_a_line_is_counted_from_the_readers_day(visitor, given, time_machine):
    """Half past midnight in Amsterdam: tonight is Sunday's night, whatever the day in UTC."""
    time_machine.move_to(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), tick=False)
    response = visitor.post(CHECK, typed(nights="one night from tonight, 22:00 to 02:00", **NONE_YET))
    assert "Sun 22 Nov 22:00 – Mon 23 Nov 02:00" in meant(response)[0]


def test_a_night_on_which_the_clocks_change_keeps_its_times(visitor):
    page = visitor.post(URL, {**typed(nights="three nights from 26 March 2027, 23:00 to 04:00", **NONE_YET), "act": "add-nights"})
    visitor.post(URL, {**typed(**NONE_YET), **rows(page), "act": "save"})
    lengths = [one.planned_end - one.planned_start for one in RFC.objects.get().sessions.order_by("planned_start")]
    assert lengths == [timedelta(hours=5), timedelta(hours=4), timedelta(hours=5)]


# --- Many at once -----------------------------------------------------------------------------------------------------


def three(**other):
    times = {}
    for place, day in enumerate((24, 25, 26)):
        times |= {f"sessions-{place}-start": f"2026-11-{day}T22:00", f"sessions-{place}-end": f"2026-11-{day + 1}T02:00"}
    return typed(**{**times, **other})


def test_each_session_has_its_findings_beside_it(visitor, given):
    rfc_in(State.SCHEDULED, given, title="Firmware of HT-01", sessions=(session(NIGHTS[2], timedelta(hours=2)),))
    response = visitor.post(CHECK, three(**{"sessions-2-end": "2026-11-26T21:00"}))
    assert "Firmware of HT-01" in cell(response, "sessions-1")
    assert "interval.reversed" in cell(response, "sessions-2")
    assert "Firmware" not in cell(response, "sessions-0") + cell(response, "sessions-2") + cell(response, "slots")
    assert "session 3" in text(response)


def test_findings_follow_the_row_and_not_its_place_in_time(visitor):
    response = visitor.post(CHECK, three(**{"sessions-0-start": "2026-11-28T22:00", "sessions-0-end": "2026-11-28T22:00"}))
    assert "interval.reversed" in cell(response, "sessions-0")


def test_the_ticked_are_taken_away_at_once(visitor):
    response = visitor.post(URL, {**three(), "ticked": ["sessions-0", "sessions-2"], "act": "remove-ticked"})
    assert starts(response) == ["2026-11-25T22:00"]


def test_all_get_the_outage_of_the_first(visitor):
    out = {"sessions-0-outage": "planned", "sessions-0-outage_start": "2026-11-24T23:30", "sessions-0-outage_end": "2026-11-25T00:15"}
    response = visitor.post(URL, {**three(**out), "act": "same-outage"})
    assert value_of(response, "sessions-2-outage_start") == "2026-11-26T23:30"
    assert value_of(response, "sessions-2-outage_end") == "2026-11-27T00:15"


def test_many_are_folded_to_a_line_each_and_nothing_of_them_is_lost(visitor):
    page = visitor.post(URL, {**typed(nights="20 nights from Monday, 22:00 to 02:00, no outage", **NONE_YET), "act": "add-nights"})
    assert page.content.decode().count('class="night-fold"') == 20
    assert "Mon 23 Nov 22:00 – Tue 24 Nov 02:00 no outage" in text(page)
    sent = {**typed(**NONE_YET), **rows(page)}
    again = visitor.post(CHECK, {**sent, "sessions-1-start": "2026-11-23T21:00"}).content.decode()
    assert 'id="line-sessions-1" hx-swap-oob="true"' in again
    visitor.post(URL, {**sent, "act": "save"})
    assert RFC.objects.get().sessions.filter(outage=Outage.NONE).count() == 20


def test_the_check_asks_the_database_as_often_for_two_nights_as_for_thirty(visitor, django_assert_max_num_queries):
    counts = []
    for line in ("2 nights from 1 Dec, 22:00 to 02:00", "30 nights from 1 Dec, 22:00 to 02:00"):
        with django_assert_max_num_queries(70) as asked:
            visitor.post(CHECK, typed(nights=line))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- Free nights for all ----------------------------------------------------------------------------------------------


@pytest.fixture
def saturdays(given):
    given.environment.needs_window = True
    given.environment.save()
    WindowFactory(environment=given.environment)
    FreezeFactory()


def test_the_next_free_nights_for_all_each_with_why_others_were_passed_over(visitor, saturdays):
    told = text(visitor.post(CHECK, three()))
    assert "The next free nights for all 3 sessions" in told
    assert "1 Sat 21 Nov 22:00 – Sun 22 Nov 02:00 First free night." in told
    assert "2 Sat 5 Dec 22:00 – Sun 6 Dec 02:00 Sat 28 Nov was passed over: frozen: Month-end close." in told
    assert "Put all 3 on these nights" in told


def test_taken_they_move_all_sessions_with_their_outages(visitor, saturdays):
    out = {"sessions-1-outage": "planned", "sessions-1-outage_start": "2026-11-25T23:00", "sessions-1-outage_end": "2026-11-25T23:30"}
    page = visitor.post(URL, {**three(**out), "act": "check"})
    response = visitor.post(URL, {**three(**out), "free_nights": value_of(page, "free_nights"), "act": "take-nights"})
    assert starts(response) == ["2026-11-21T22:00", "2026-12-05T22:00", "2026-12-12T22:00"]
    assert value_of(response, "sessions-1-outage_start") == "2026-12-05T23:00"
    assert "The 3 sessions stand on the next free nights." in text(response)


def test_free_nights_are_those_of_the_api(visitor, given, saturdays):
    page = visitor.post(URL, {**three(), "act": "check"})
    offered = [tuple(pair.split("/")) for pair in value_of(page, "free_nights").split()]
    query = {"environment": "production", "change_type": "rollup", "service": "hub-transport", "minutes": 240, "count": 3}
    answered = visitor.get("/api/v1/slots/", query).json()
    assert [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in offered] == [
        (datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])) for one in answered
    ]
    passed = answered[1]["passed_over"]
    assert [(one["code"], one["reason"]) for one in passed] == [("freeze.active", "frozen: Month-end close")]


def test_in_an_environment_that_is_always_open_a_series_keeps_its_time_of_day(visitor, given):
    page = visitor.post(URL, {**three(), "act": "check"})
    taken = visitor.post(URL, {**three(), "free_nights": value_of(page, "free_nights"), "act": "take-nights"})
    assert starts(taken) == ["2026-11-21T22:00", "2026-11-22T22:00", "2026-11-23T22:00"]


def test_a_content_of_an_open_environment_has_a_slot_a_day(given):
    slots = free_slots_for(Content(environment="production"), at=NOW, count=3)
    assert [slot.interval.start for slot in slots] == [NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)]
