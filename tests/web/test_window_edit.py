"""The editor of change windows: words, the next nights, what a change would mean, and nothing that was typed is lost."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from changes.choices import Role, State
from changes.models import ChangeWindow
from tests import factories as make

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
NEW, CHECK = "/setup/windows/new/", "/setup/windows/check/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def given():
    return make.world(needs_window=True)


@pytest.fixture
def browser(client, given):
    client.force_login(given.people.administrator)
    return client


def typed(**other):
    """Every other Saturday 22:00–04:00, Los Angeles, as the browser sends it."""
    return {
        "name": "Saturday night",
        "environment": "production",
        "time_zone": "America/Los_Angeles",
        "first_day": "2026-11-28",
        "starts": "22:00",
        "ends": "04:00",
        "rhythm": "weekly",
        "rhythm_every": "2",
        "rhythm_weekdays": ["5"],
        **other,
    }


def edit(window, act="save", **other):
    """What the editor of a stored Amsterdam window sends."""
    stored = {
        "name": window.name,
        "time_zone": "Europe/Amsterdam",
        "first_day": "2026-11-07",
        "rhythm_every": "1",
        "window": str(window.pk),
    }
    return typed(**{**stored, "window": str(window.pk), "act": act, **other})


def text_of(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def nights(response) -> list[str]:
    return re.findall(r'<span class="title">(\w+ \d+ \w+(?: \d{4})? 22:00)', response.content.decode())


def faults(response) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_a_window_is_added_in_words(browser, given):
    response = browser.post(NEW, typed(act="save", change_types=["rollup"]), follow=True)
    assert "“Saturday night” is saved: every other Saturday 22:00–04:00, Los Angeles." in text_of(response)
    (window,) = ChangeWindow.objects.all()
    assert (window.rrule, window.time_zone, window.exdates) == ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "America/Los_Angeles", [])
    assert (window.first_start.isoformat(), window.first_end.isoformat()) == ("2026-11-28T22:00:00", "2026-11-29T04:00:00")
    assert [kind.slug for kind in window.change_types.all()] == ["rollup"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.USER, Role.CHANGE_MANAGER])
def test_windows_belong_to_the_administrators(client, given, role):
    window = make.WindowFactory(environment=given.environment)
    client.force_login(make.UserFactory(role=role))
    pages = [NEW, f"/setup/windows/{window.pk}/", f"/setup/windows/{window.pk}/remove/"]
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]
    assert [client.post(page, typed(act="save")).status_code for page in [*pages, CHECK]] == [403] * 4
    assert list(ChangeWindow.objects.values_list("name", flat=True)) == [window.name]
    assert "/setup/windows/" not in client.get("/setup/").content.decode()


def test_the_set_up_page_leads_an_administrator_to_it(browser, given):
    window = make.WindowFactory(environment=given.environment)
    page = browser.get("/setup/").content.decode()
    assert f'href="/setup/windows/{window.pk}/"' in page
    assert f'href="{NEW}"' in page


def test_what_is_stored_begins_the_form_and_saving_it_changes_nothing(browser, given):
    window = make.WindowFactory(
        environment=given.environment,
        change_types=[given.change_type],
        rrule="FREQ=MONTHLY;BYDAY=1SA,-1SA;UNTIL=20270630",
        exdates=["2026-12-05T22:00:00"],
    )
    form = browser.get(f"/setup/windows/{window.pk}/").context["form"]
    sent = {name: value for name in form.fields if (value := form[name].value()) not in (None, "", [])}
    assert sent["exdates"] == "2026-12-05"
    assert sent["rhythm"] == "nth"
    before = ChangeWindow.objects.values().get()
    assert browser.post(f"/setup/windows/{window.pk}/", {**sent, "act": "save"}).status_code == 302
    assert ChangeWindow.objects.values().get() == before
    assert list(window.change_types.all()) == [given.change_type]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "It has no name"),
        ({"environment": ""}, "environment", "Choose one"),
        ({"environment": "moon"}, "environment", "moon"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone", "“Europe/Atlantis” is not a time zone"),
        ({"first_day": "2026-02-30"}, "first_day", "There is no such date"),
        ({"first_day": "9999-12-31"}, "first_day", "cannot be meant"),
        ({"first_day": "2026-11-27"}, "first_day", "does not match the rule"),
        ({"ends": "22:00", "end_days": "0"}, "ends", "lies at or before the first start"),
        ({"rhythm": "nth"}, "rhythm_ordinals", "Say which of the month"),
        ({"rhythm_every": "0"}, "rhythm_every", "a whole number from 1 on"),
        ({"starts": "25:00"}, "starts", "There is no such time"),
        ({"rhythm_until": "2027-01-01", "rhythm_count": "3"}, "rhythm_count", "not both"),
        ({"rhythm_until": "2026-01-01"}, "rhythm", "ends before its first start"),
        ({"rhythm": "raw", "rhythm_raw": "FREQ=HOURLY"}, "rhythm_raw", "not within a day"),
        ({"exdates": "2026-12-26\nBoxing Day"}, "exdates", "Line 2: “Boxing Day” is no night"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_kept(browser, given, change, field, words):
    response = browser.post(NEW, typed(act="save", **change))
    assert response.status_code == 422
    assert words in " ".join(faults(response)[field])
    assert not ChangeWindow.objects.exists()
    assert "Nothing that you typed is lost" in text_of(response)
    for name, value in typed(**change).items():
        assert response.context["form"][name].value() == value


def test_every_fault_of_a_rule_has_its_line(browser, given):
    response = browser.post(NEW, typed(act="save", rhythm="raw", rhythm_raw="FREQ=WEEKLY;BYDAY=SAT;INTERVAL=0"))
    assert faults(response)["rhythm_raw"] == [
        "BYDAY holds “SAT”; it takes days such as SA or, by the month, 2TU.",
        "INTERVAL is a whole number from 1 on.",
    ]


def test_a_rule_that_was_written_over_goes_before_the_words(browser, given):
    written = {"rhythm_raw": "rrule:freq=monthly;byday=2tu", "rhythm_raw_shown": "FREQ=WEEKLY", "first_day": "2026-12-08"}
    browser.post(NEW, typed(act="save", **written))
    assert ChangeWindow.objects.get().rrule == "FREQ=MONTHLY;BYDAY=2TU"


def test_a_zone_is_known_by_its_place_where_only_one_has_it(browser, given):
    browser.post(NEW, typed(act="save", time_zone="los angeles"))
    assert ChangeWindow.objects.get().time_zone == "America/Los_Angeles"


def test_ten_nights_are_shown_while_somebody_types(browser, given):
    response = browser.post(CHECK, typed(name=""))
    assert "Every other Saturday 22:00–04:00, Los Angeles" in text_of(response)
    assert nights(response)[:2] == ["Sat 28 Nov 22:00", "Sat 12 Dec 22:00"]
    assert len(nights(response)) == 10
    assert "Sun 29 Nov 07:00–13:00 in Amsterdam" in text_of(response)
    # A name that is not written yet is no fault while somebody writes; saving asks for it.
    assert faults(response) == {}
    assert not ChangeWindow.objects.exists()


def test_without_script_a_button_shows_the_same(browser, given):
    shown = browser.post(NEW, typed(act="show", name=""))
    assert nights(shown) == nights(browser.post(CHECK, typed()))
    assert faults(shown) == {}


@pytest.mark.parametrize(
    ("day", "told"),
    [("2027-03-13", "5 h, the clocks go forward"), ("2027-11-06", "7 h, the clocks go back"), ("2027-03-20", "")],
)
def test_a_night_in_which_the_clocks_change_is_marked(browser, given, day, told):
    text = text_of(browser.post(CHECK, typed(first_day=day, rhythm_count="1")))
    assert (told or "6 h") in text
    assert ("the clocks go" in text) == bool(told)
    if told.startswith("5"):
        assert "PST, UTC-8 → PDT, UTC-7" in text


def test_a_first_night_that_does_not_match_is_offered_another(browser, given):
    response = browser.post(CHECK, typed(first_day="2026-11-22"))
    assert 'value="start 2026-11-28"' in response.content.decode()
    assert "Start on Sat 28 Nov 2026" in text_of(response)
    taken = browser.post(NEW, typed(first_day="2026-11-22", act="start 2026-11-28"))
    assert taken.context["form"]["first_day"].value() == "2026-11-28"
    assert nights(taken)[0] == "Sat 28 Nov 22:00"


def test_a_night_is_left_out_and_put_back(browser, given):
    out = browser.post(NEW, typed(act="leave-out 2026-12-12T22:00"))
    assert out.context["form"]["exdates"].value() == "2026-12-12"
    assert 'autofocus aria-label="Put back Sat 12 Dec 22:00' in out.content.decode()
    assert len(nights(out)) == 11
    back = browser.post(NEW, typed(exdates="2026-12-12\n2026-12-26", act="put-back 2026-12-12T22:00"))
    assert back.context["form"]["exdates"].value() == "2026-12-26"
    browser.post(NEW, typed(exdates="2026-12-12\r\n2026-12-26 22:00", act="save"))
    assert ChangeWindow.objects.get().exdates == ["2026-12-12T22:00:00", "2026-12-26T22:00:00"]


def test_an_exception_that_leaves_nothing_out_is_told(browser, given):
    assert "2026-12-05 leaves nothing out" in text_of(browser.post(CHECK, typed(exdates="2026-12-05")))


def test_a_window_that_is_over_says_so(browser, given):
    window = make.WindowFactory(environment=given.environment, rrule="")
    assert "No night is left" in text_of(browser.get(f"/setup/windows/{window.pk}/"))


@pytest.mark.parametrize(("end_days", "end"), [("", "2026-11-29T04:00:00"), ("2", "2026-11-30T04:00:00")])
def test_an_end_may_pass_midnight_and_more_than_one(browser, given, end_days, end):
    browser.post(NEW, typed(act="save", end_days=end_days))
    assert ChangeWindow.objects.get().first_end.isoformat() == end


class TestWhatItMeans:
    @pytest.fixture
    def window(self, given):
        return make.WindowFactory(environment=given.environment, name="Saturday night")

    @pytest.fixture
    def planned(self, given, window):
        return make.rfc_in(State.SCHEDULED, given, sessions=(make.session(NIGHT, make.hours(4)),))

    def test_it_is_told_while_somebody_types(self, browser, window, planned):
        text = text_of(browser.post(CHECK, edit(window, act="", ends="01:00")))
        assert "Leaves 1 session outside" in text
        assert f"{planned.number} {planned.title}" in text
        assert "exceeds by 60 min · Scheduled" in text
        assert "outside" not in text_of(browser.post(CHECK, edit(window, act="")))

    def test_it_is_asked_before_it_is_saved(self, browser, window, planned):
        address = f"/setup/windows/{window.pk}/"
        asked = browser.post(address, edit(window, ends="01:00"))
        assert "Save it, and leave 1 session outside?" in text_of(asked)
        assert f'href="{planned.get_absolute_url()}"' in asked.content.decode()
        window.refresh_from_db()
        assert window.first_end.hour == 4
        seen = asked.context["editing"].effect.keys
        assert browser.post(address, edit(window, act="save-confirmed", ends="01:00", seen=seen)).status_code == 302
        window.refresh_from_db()
        planned.refresh_from_db()
        assert window.first_end.hour == 1
        assert planned.state == State.SCHEDULED

    def test_it_is_asked_again_when_another_session_has_come(self, browser, given, window, planned):
        address = f"/setup/windows/{window.pk}/"
        seen = browser.post(address, edit(window, ends="01:00")).context["editing"].effect.keys
        make.rfc_in(State.SCHEDULED, given, sessions=(make.session(NIGHT + timedelta(weeks=1), make.hours(4)),))
        again = browser.post(address, edit(window, act="save-confirmed", ends="01:00", seen=seen))
        assert "Save it, and leave 2 sessions outside?" in text_of(again)
        window.refresh_from_db()
        assert window.first_end.hour == 4

    def test_what_comes_inside_is_told_and_not_asked(self, browser, given, window):
        rfc = make.rfc_in(State.SUBMITTED, given, sessions=(make.session(NIGHT + timedelta(days=1), make.hours(4)),))
        sunday = typed(time_zone="Europe/Amsterdam", first_day="2026-11-29", rhythm_weekdays=["6"])
        text = text_of(browser.post(CHECK, sunday))
        assert f"Brings 1 session inside {rfc.number}" in text
        assert browser.post(NEW, {**sunday, "act": "save"}).status_code == 302

    def test_a_removal_says_what_lies_in_it(self, browser, given, window, planned):
        address = f"/setup/windows/{window.pk}/remove/"
        text = text_of(browser.get(address))
        assert "Every Saturday 22:00–04:00, Amsterdam, in Corporate production. It opens next Sat 21 Nov 22:00" in text
        assert "Corporate production is left without a change window" in text
        assert "Leaves 1 session outside None of them is unscheduled; each is told so from then on" in text
        assert f"{planned.number} {planned.title}" in text
        assert ChangeWindow.objects.exists()
        assert "“Saturday night” is removed." in text_of(browser.post(address, follow=True))
        assert not ChangeWindow.objects.exists()
        planned.refresh_from_db()
        assert planned.state == State.SCHEDULED

    def test_a_removal_that_touches_nobody_says_so(self, browser, given, window):
        make.WindowFactory(environment=given.environment)
        text = text_of(browser.get(f"/setup/windows/{window.pk}/remove/"))
        assert "No planned session lies in it alone" in text
        assert "is left without" not in text
