import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from changes.choices import Outcome, Severity, State
from tests import factories as make

pytestmark = pytest.mark.django_db

NOW = make.NOW  # a Saturday, 10:00 in Amsterdam


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def viewer():
    return make.UserFactory(role="viewer")


@pytest.fixture
def reader(client, viewer):
    client.force_login(viewer)
    return client


def session(title="Rollup 8", *, start=NOW + timedelta(days=1), hours=4.0, state=State.SUBMITTED, **rfc):
    row = make.RFCFactory(title=title, state=state, **rfc)
    return make.SessionFactory(rfc=row, planned_start=start, planned_end=start + timedelta(hours=hours))


def page(client, query="", **headers):
    return client.get(reverse("schedule") + query, **headers).content.decode()


def cell(html, day):
    """What stands in one night of the month."""
    found = re.search(rf'<section class="day[^>]*data-day="{day}".*?</section>', html, re.DOTALL)
    assert found, f"no cell for {day}"
    return found[0]


def row_of(html, title):
    return next(li for li in re.findall(r'<li class="session-row.*?</li>', html, re.DOTALL) if title in li)


def test_the_month_opens_on_this_week_and_shows_five(reader):
    html = page(reader)
    assert re.findall(r'data-day="([\d-]+)"', html) == [
        f"{datetime(2026, 11, 16, tzinfo=UTC) + timedelta(days=n):%Y-%m-%d}" for n in range(35)
    ]
    assert "16 November – 20 December 2026" in html
    assert re.findall(r'<h2 class="wk"[^>]*>.*?</span>(\d+)</h2>', html) == ["47", "48", "49", "50", "51"]
    assert "is-today" in cell(html, "2026-11-21")


def test_a_night_belongs_to_the_evening_it_starts(reader):
    session("after midnight", start=datetime(2026, 11, 25, 0, 30, tzinfo=UTC))  # Wed 01:30 in Amsterdam
    html = page(reader)
    assert "after midnight" in cell(html, "2026-11-24")
    assert "after midnight" not in cell(html, "2026-11-25")


def test_longer_than_a_day_stands_on_every_night_that_it_covers(reader):
    session("long", start=datetime(2026, 11, 24, 21, tzinfo=UTC), hours=50)
    html = page(reader)
    assert ">long<" in cell(html, "2026-11-24")
    for day in ("2026-11-25", "2026-11-26"):
        assert "… long" in cell(html, day)
    assert "long" not in cell(html, "2026-11-27")


def test_what_began_before_the_nights_shown_stands_on_the_first_without_a_time(reader):
    session("since Sunday", start=datetime(2026, 11, 15, 20, tzinfo=UTC), hours=12)
    found = cell(page(reader), "2026-11-16")
    assert "… since Sunday" in found
    assert "21:00" not in found


def test_severity_and_state_are_words_as_well_as_drawings(reader):
    session("shown", severity=Severity.MAJOR, state=State.SUBMITTED)
    session("rolled back", start=NOW - timedelta(days=1), state=State.CLOSED, outcome=Outcome.ROLLED_BACK)
    html = page(reader)
    assert re.search(r"session-chip major unapproved.*?major, not yet approved", cell(html, "2026-11-22"), re.DOTALL)
    assert "turned back" in cell(html, "2026-11-20")


def test_automatic_ones_fold_and_what_has_no_room_is_counted(reader):
    for number in range(3):
        session(f"quiet {number}", severity=Severity.AUTOMATIC)
    for number in range(8):
        session(f"loud {number}")
    found = cell(page(reader), "2026-11-22")
    assert "<span>3 automatic</span>" in found
    assert "4 more" in found
    assert found.count("session-chip") == 4
    day = reverse("schedule-day", args=["2026-11-22"])
    assert f'href="{day}"' in found
    opened = reader.get(day).content.decode()
    assert all(f"loud {number}" in opened for number in range(8))
    assert all(f"quiet {number}" in opened for number in range(3))


def test_windows_freezes_and_the_boards_week_are_drawn(reader):
    make.WindowFactory(environment=make.EnvironmentFactory(name="Managed services", short_name="Managed"))
    make.FreezeFactory()
    make.MeetingFactory(starts_at=datetime(2026, 11, 26, 13, tzinfo=UTC), cut_off_at=datetime(2026, 11, 24, 11, tzinfo=UTC))
    html = page(reader)
    assert "Managed 22–04" in cell(html, "2026-11-28")
    assert "12:00 Cut-off" in cell(html, "2026-11-24")
    assert "14:00 Board" in cell(html, "2026-11-26")
    assert "Freeze: Month-end close, Fri 18:00 – Mon 08:00" in cell(html, "2026-11-27")
    assert all("ground-freeze" in cell(html, day) for day in ("2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"))
    assert "Freeze until 08:00" in cell(html, "2026-11-30")
    assert "ground-freeze" not in cell(html, "2026-12-01")


def test_the_board_stands_on_its_date_and_work_on_its_night(reader):
    make.MeetingFactory(starts_at=datetime(2026, 11, 26, 13, tzinfo=UTC), cut_off_at=datetime(2026, 11, 24, 11, tzinfo=UTC))
    make.MeetingFactory(starts_at=datetime(2026, 12, 21, 13, tzinfo=UTC), cut_off_at=datetime(2026, 12, 18, 11, tzinfo=UTC))
    html = page(reader, "?tz=Pacific/Auckland&from=2026-11-23")
    assert "02:00 Board" in cell(html, "2026-11-27")
    assert "02:00 Board" not in cell(html, "2026-11-26")
    assert "02:00 Board" in cell(page(reader, "?tz=Pacific/Auckland&from=2026-12-22&view=week"), "2026-12-22")


def test_the_zone_is_called_what_it_is_called_then(reader):
    def named(query):
        return re.findall(r'Amsterdam <span class="soft">(\w+)</span>', page(reader, query))

    assert (named("?view=week&from=2026-11-16"), named("?view=week&from=2027-04-12"), named("?view=week&from=2027-03-22")) == (
        ["CET"],
        ["CEST"],
        [],
    )


def test_a_window_for_some_types_stands_on_its_night_alone(reader):
    make.WindowFactory(name="Certificates", change_types=[make.ChangeTypeFactory()])
    assert "Certificates" not in page(reader, "?view=month")
    assert "Certificates 22–04" in reader.get(reverse("schedule-day", args=["2026-11-28"])).content.decode()


def test_counts_are_links_to_what_they_count(reader):
    session("major", severity=Severity.MAJOR)
    session("minor")
    make.RFCFactory(title="no date yet", state=State.SUBMITTED, severity=Severity.MAJOR)
    html = page(reader, "?severity=major")
    assert re.search(r"<b>1</b> shown", html)
    assert re.search(r'<a href="/schedule/">1 hidden by filters</a>', html)
    assert re.search(r'<a href="/schedule/\?view=undated&amp;severity=major">1 without dates</a>', html)
    assert "no date yet" in page(reader, "?view=undated&severity=major")


def test_filters_stay_in_the_link_through_views_and_periods(reader):
    html = page(reader, "?severity=major&severity=minor&q=queue&view=week&from=2026-11-25")
    assert "/schedule/?view=month&amp;from=2026-11-23&amp;severity=major&amp;severity=minor&amp;q=queue" in html
    assert "/schedule/?view=week&amp;from=2026-11-30&amp;severity=major&amp;severity=minor&amp;q=queue" in html  # later
    assert "/schedule/?view=week&amp;from=2026-11-25&amp;severity=minor&amp;q=queue" in html  # without major


def test_a_filter_that_nobody_knows_is_told(reader):
    session("shown")
    html = page(reader, "?service=nothing")
    assert "The filter was left out" in html
    assert "shown" in cell(html, "2026-11-22")


def test_nothing_there_says_why_and_the_way_out(reader):
    assert "Nothing is planned, proposed or done in this period." in page(reader)
    session("minor")
    html = page(reader, "?severity=major")
    assert "No changes on these nights" in html
    assert "1 is hidden by filters." in html


@pytest.mark.parametrize("query", ["?from=nonsense", "?from=0001-01-01", "?from=9999-12-31", "?view=year", "?tz=Nowhere/At_all"])
def test_what_cannot_be_read_falls_back_to_this_week(reader, query):
    assert "16 November – 20 December 2026" in page(reader, query)


def test_the_list_has_night_headings_and_one_reason(reader):
    item = make.ItemFactory()
    make.FreezeFactory(start=NOW, end=NOW + timedelta(days=3))
    session("first", items=[item])
    session("alone", start=NOW + timedelta(days=9))
    html = page(reader, "?view=list")
    assert re.search(r"<h2[^>]*>Tonight, Sat 21 → Sun 22 Nov</h2>", html)
    assert "inside a freeze" in row_of(html, "first")
    assert "is-error" not in row_of(html, "alone")


def test_a_phone_that_chose_nothing_gets_a_list_beside_the_month(reader):
    session("soon")
    html = page(reader)
    assert html.count("for-narrow") >= 2
    assert "night-list" in html
    assert "night-list" not in page(reader, "?view=month")


def test_running_work_says_how_far_it_is_and_what_is_late(reader):
    row = session("late", start=NOW - timedelta(hours=2), hours=1.5, state=State.IN_PROGRESS)
    row.actual_start = row.planned_start
    row.save()
    html = page(reader)
    assert "+30 m" in cell(html, "2026-11-21")
    rail = html[html.index('class="rail tonight') :]
    assert "Past its end" in rail
    assert "30 min over" in rail
    assert "Nothing is running." in rail


def test_the_readers_zone_holds_and_a_link_can_bring_another(reader, viewer):
    session("night", start=datetime(2026, 11, 24, 21, tzinfo=UTC))
    assert "22:00" in cell(page(reader), "2026-11-24")
    html = page(reader, "?tz=America/Chicago")
    assert "15:00" in cell(html, "2026-11-24")
    assert "This link shows times in Chicago" in html
    assert 'name="next" value="/schedule/"' in html


def test_only_who_may_move_it_can_drag_it(reader, client):
    row = session("mine")
    begun = session("begun", state=State.IN_PROGRESS, owner=row.rfc.owner, start=NOW - timedelta(hours=1))
    begun.actual_start = begun.planned_start
    begun.save()
    assert "draggable" not in page(reader)
    client.force_login(row.rfc.owner)
    assert re.findall(r'data-session="(\d+)"', page(client, "?view=month")) == [str(row.pk)]


def test_a_night_comes_as_a_dialog_for_htmx_and_as_a_page_without(reader):
    session("shown")
    url = reverse("schedule-day", args=["2026-11-22"])
    fragment = reader.get(url, HTTP_HX_REQUEST="true")
    assert fragment.content.decode().strip().startswith("<dialog")
    assert "HX-Request" in fragment["Vary"]
    assert "<html" in reader.get(url).content.decode()


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_a_night_that_is_none_is_not_found(reader, day):
    answer = reader.get(f"/schedule/day/{day}/")
    assert (answer.status_code, "There is nothing at this address" in answer.content.decode()) == (404, True)


def test_nothing_is_inline(reader):
    session("shown")
    html = page(reader)
    assert " style=" not in html
    assert "<script>" not in html


def test_the_page_costs_the_same_for_one_and_for_three(reader, django_assert_num_queries, django_assert_max_num_queries):
    service, person, place = make.ServiceFactory(), make.UserFactory(), make.EnvironmentFactory()

    def more(count):
        for _ in range(count):
            session("one", services=[service], implementer=person, environment=place, items=[make.ItemFactory(service=service)])

    more(1)
    with django_assert_max_num_queries(75) as first:
        page(reader)
    more(2)
    with django_assert_num_queries(len(first.captured_queries)):
        page(reader)
