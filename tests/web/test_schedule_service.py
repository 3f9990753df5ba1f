"""By service: rows, lanes and nights, what is folded and what is left out, and the conflicts told below."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from changes.choices import Outage, Route, Severity, State
from changes.models.waiver import Waiver
from tests import factories as make

pytestmark = pytest.mark.django_db

NOW = make.NOW  # Saturday 21 November 2026, 10:00 in Amsterdam
#: Tuesday 22:00 in Amsterdam.
NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place():
    return make.EnvironmentFactory(slug="production", name="Corporate production", needs_window=False, position=1)


@pytest.fixture
def hub():
    return make.ServiceFactory(slug="hub", name="Hub transport", description="HT-01 to HT-08")


@pytest.fixture
def reader(client):
    client.force_login(make.UserFactory(role="viewer"))
    return client


def session(title, service=None, place=None, *, start=NIGHT, hours=2.0, state=State.SCHEDULED, outage=None, **rfc):
    services = rfc.pop("services", [service] if service else [])
    row = make.RFCFactory(title=title, state=state, services=services, environment=place, **rfc)
    times = {"outage": Outage.PLANNED, "outage_start": start, "outage_end": start + timedelta(minutes=outage)} if outage else {}
    return make.SessionFactory(rfc=row, planned_start=start, planned_end=start + hours * HOUR, **times)


def page(client, query=""):
    return client.get(f"{reverse('schedule')}?view=service{query}").content.decode()


def row(html, key):
    found = re.search(rf'<li class="service-row[^>]*id="row-{key}".*?</li>', html, re.DOTALL)
    assert found, f"no row {key}"
    return found[0]


def bars(html):
    """The bars in order: their classes and words."""
    return re.findall(r'<a class="session-lane ([^"]*)" href="[^"]*" aria-label="([^"]*)"', html)


def told(html):
    return re.findall(r'<li class="finding (\w+)">(.*?)</li>', html, re.DOTALL)


def words(html):
    return re.sub(r" (?=[,;.])", "", " ".join(re.sub(r"<[^>]+>", " ", html).split()))


def test_seven_nights_begin_two_before_tonight(reader, place, hub):
    session("Rollup 8", hub, place)
    html = page(reader)
    assert "19 – 25 November 2026" in html
    assert [" ".join(head.split()) for head in re.findall(r'<text class="night-name[^>]*>(.*?)</text>', html)] == [
        "Thu 19 → Fri", "Fri 20 → Sat", "Sat 21 → Sun · tonight", "Sun 22 → Mon", "Mon 23 → Tue", "Tue 24 → Wed", "Wed 25 → Thu",
    ]  # fmt: skip
    assert re.search(r'<text class="now-time"[^>]*>10:00</text>', html)
    assert "now-time" not in page(reader, "&from=2026-12-01")


def test_a_bar_says_all_of_a_session_in_words(reader, place, hub):
    session("Rollup 8", hub, place, severity=Severity.MAJOR, outage=30)
    assert bars(row(page(reader), "production-hub")) == [
        ("major scheduled", "Tue 24 Nov 22:00 – Wed 25 Nov 00:00, Rollup 8, major, scheduled, outage 22:00–22:30")
    ]


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        (State.SUBMITTED, "unapproved"),
        (State.SCHEDULED, "scheduled"),
        (State.COMPLETED, "done"),
        (State.CANCELLED, "ended"),
    ],
)
def test_a_state_is_a_drawing_and_a_hatch_is_what_is_not_approved(reader, place, hub, state, drawn):
    session("Rollup 8", hub, place, state=state)
    found = row(page(reader), "production-hub")
    assert [classes for classes, _ in bars(found)] == [f"minor {drawn}"]
    assert ('fill="url(#hatch-minor)"' in found) == (state == State.SUBMITTED)


def test_what_runs_past_its_end_is_drawn_past_it(reader, place, hub):
    one = session("Rollup 8", hub, place, start=NOW - 3 * HOUR, hours=2, state=State.IN_PROGRESS)
    one.actual_start = one.planned_start
    one.save()
    found = row(page(reader, "&hours=whole"), "production-hub")
    assert "+60 m" in found
    assert 'class="late"' in found
    assert 'class="used"' in found
    assert "60 min past its end" in bars(found)[0][1]


def test_what_runs_since_before_stands_at_the_edge(reader, place, hub):
    one = session("Migration", hub, place, start=NOW - 3 * HOUR, hours=2, state=State.IN_PROGRESS)
    one.actual_start = one.planned_start
    one.save()
    html = page(reader, "&from=2026-11-24")
    assert re.search(r"<b>1</b> shown", html)
    assert len(bars(row(html, "production-hub"))) == 1
    assert '<tspan class="time">…</tspan>' in html


def test_nothing_in_a_lane_overlaps(reader, place, hub):
    for title, start in (("one", NIGHT), ("two", NIGHT + HOUR), ("three", NIGHT + 24 * HOUR)):
        session(title, hub, place, start=start)
    found = row(page(reader), "production-hub")
    heights = re.findall(r'<rect class="body"[^>]* y="(\d+)"', found)
    assert heights == ["6", "43", "6"]


def test_several_nights_are_drawn_on_each(reader, place, hub):
    session("Migration", hub, place, start=NIGHT - 48 * HOUR, hours=50)
    found = row(page(reader), "production-hub")
    assert len(bars(found)) == 3
    assert re.findall(r'<tspan class="time">(.*?)</tspan>', found) == ["22:00", "…", "…"]


def test_several_services_each_have_it_and_a_part_is_told(reader, place, hub):
    edge = make.ServiceFactory(slug="edge", name="Edge")
    first = session("Rollup 7", place=place, services=[hub, edge], start=NIGHT - 48 * HOUR)
    make.SessionFactory(rfc=first.rfc, planned_start=NIGHT, planned_end=NIGHT + 2 * HOUR)
    html = page(reader)
    for key in ("production-hub", "production-edge"):
        assert "session 1 of 2" in bars(row(html, key))[0][1]
        assert "Rollup 7 · 2/2" in row(html, key)
    assert ">2 sessions</a>" in html


def test_work_by_day_is_counted_and_opens_its_day(reader, place, hub):
    session("by day", hub, place, start=NIGHT - 12 * HOUR)
    found = row(page(reader), "production-hub")
    assert bars(found) == []
    link = re.search(r'<a class="strip-count" href="([^"]*)"[^>]*aria-label="1 session by day, Hub transport"', found)[1]
    assert link.startswith(reverse("schedule-day", args=["2026-11-24"]))
    assert "by day" in reader.get(link.replace("&amp;", "&")).content.decode()
    assert len(bars(row(page(reader, "&hours=whole"), "production-hub"))) == 1


def test_more_than_a_row_holds_is_counted_and_what_presses_stays(reader, place, hub):
    for number in range(9):
        session(f"minor {number}", hub, place)
    session("major", hub, place, severity=Severity.MAJOR, start=NIGHT + HOUR)
    found = row(page(reader), "production-hub")
    assert len(bars(found)) == 6
    assert "major, scheduled" in " ".join(text for _, text in bars(found))
    assert re.search(r'<a class="lane-more" href="[^"]*/2026-11-24/[^"]*service=hub[^"]*"[^>]*><text[^>]*>4 more', found)


def test_windows_are_light_and_in_words(reader, hub):
    place = make.EnvironmentFactory(slug="managed", name="Managed services")
    make.WindowFactory(environment=place)
    session("Rollup 8", hub, place, start=datetime(2026, 11, 28, 21, tzinfo=UTC))
    html = page(reader, "&from=2026-11-26")
    assert re.search(r'<symbol id="ground-managed">\s*<rect class="svg-inside" x="3[23]\.\d+%"', html)
    assert "window every Saturday 22:00–04:00 ·" in words(html)


def test_an_environment_without_windows_is_open_all_night(reader, hub):
    place = make.EnvironmentFactory(slug="ring", name="Pre-release", needs_window=False, routes=dict.fromkeys(Severity, Route.RECORD))
    session("Build", hub, place)
    html = page(reader)
    assert "always open, no approval needed" in html
    assert html.count('<rect class="svg-inside"') == 7


def test_a_freeze_is_hatched_over_what_it_is_about_alone(reader, place, hub):
    edge = make.ServiceFactory(slug="edge", name="Edge")
    session("on hub", hub, place)
    session("on edge", edge, place)
    make.FreezeFactory(name="Legal audit", service=edge, start=NIGHT - 24 * HOUR, end=NIGHT + 10 * HOUR)
    html = page(reader)
    assert "hatch-freeze" not in row(html, "production-hub")
    assert 'fill="url(#hatch-freeze)"' in row(html, "production-edge")
    assert "Freeze: Legal audit, to Wed 25 Nov 08:00" in row(html, "production-edge")


def test_services_with_nothing_planned_are_folded_into_a_line(reader, place, hub):
    make.ServiceFactory(slug="fax", name="Fax gateway")
    session("Rollup 8", hub, place)
    html = page(reader)
    assert "Nothing planned on these nights: Fax gateway. Show it" in words(html)
    shown = re.search(r'href="([^"]*idle=1[^"]*)"', html)[1].replace("&amp;", "&")
    assert "Fax gateway" in row(reader.get(shown.split("#")[0]).content.decode(), "-fax")


def test_nothing_at_all_says_so_and_still_shows_the_nights(reader, hub):
    html = page(reader)
    assert "No changes on these nights" in html
    assert "Thu 19 → Fri" in html


def test_what_a_service_needs_and_what_needs_it_unfolds(reader, place, hub):
    directory = make.ServiceFactory(slug="directory", name="Directory")
    relay, printer = (make.ServiceFactory(slug=slug, name=slug.title()) for slug in ("relay", "printer"))
    hub.depends_on.add(directory)
    relay.depends_on.add(hub)
    printer.depends_on.add(relay)
    session("on hub", hub, place)
    elsewhere = make.EnvironmentFactory(slug="ring", name="Pre-release", short_name="Ring", needs_window=False)
    session("on directory", directory, elsewhere)
    link = re.search(r'id="unfold-production-hub" href="([^"#]*)', row(page(reader, "&service=hub"), "production-hub"))[1]
    html = reader.get(link.replace("&amp;", "&")).content.decode()
    below = [words(item) for item in re.findall(r'<li class="service-row is-below.*?</div>', html, re.DOTALL)]
    assert below == [
        "Directory needed: Hub transport → Directory",
        "Relay needs it: Relay → Hub transport",
        "Printer needs it: Printer → Relay → Hub transport",
    ]
    # The filter for the hub does not hide what was asked for, and another environment is named.
    assert "on directory · Ring" in html
    assert re.search(r"<b>2</b> shown", html)


def test_a_service_filter_says_how_many_need_it(reader, place, hub):
    relay = make.ServiceFactory(slug="relay", name="Relay")
    relay.depends_on.add(hub)
    session("on relay", relay, place)
    html = page(reader, "&service=hub&dependents=1")
    assert "Hub transport, and 1 that needs it" in html
    assert len(bars(row(html, "production-relay"))) == 1


@pytest.fixture
def clash(place, hub):
    """Two on one item: the second was submitted later, and so carries it."""
    item = make.ItemFactory(name="HT-04", service=hub)
    first = session("Antivirus 5.7", hub, place, items=[item], submitted_at=NOW - 48 * HOUR)
    later = session("NIC driver", hub, place, items=[item], start=NIGHT + HOUR, submitted_at=NOW - HOUR)
    return first, later


def test_a_conflict_is_framed_and_told_once_with_what_mends_it(reader, clash, place):
    html = page(reader)
    found = row(html, "production-hub")
    assert found.count('class="clash-frame"') == 2
    assert all("in conflict: same item as" in text for _, text in bars(found))
    (level, text), = told(html)  # fmt: skip
    first, later = (one.rfc for one in clash)
    assert level == "error"
    assert words(text) == (
        "Error: Hub transport, Tue 24 Nov 23:00–00:00: two changes on one item (HT-04), 60 min "
        f"“NIC driver” {later.number}, Tue 24 Nov 23:00–01:00; “Antivirus 5.7” {first.number}, Tue 24 Nov 22:00–00:00. "
        f"“NIC driver” moved last, so {later.owner} mends it: first free night Wed 25 Nov 00:00. conflict.same_item"
    )
    assert all(one.get_absolute_url() in text for one in (first, later))


def test_changes_that_only_warn_of_one_another_in_one_night_are_told_once(reader, hub, place):
    three = [session(f"Change {n}", hub, place, start=NIGHT + n * HOUR / 4) for n in range(3)]
    session("Change 4", hub, place, start=NIGHT + 24 * HOUR)
    (level, text), = told(page(reader))  # fmt: skip
    assert level == "warning"
    assert words(text).startswith("Warning: Hub transport, Tue 24 Nov: 3 changes on one service “Change 0” ")
    assert [text.count(one.rfc.get_absolute_url()) for one in three] == [1, 1, 1]


def test_who_may_mend_it_has_the_link_and_the_change_manager_may_waive(client, clash):
    client.force_login(clash[1].rfc.owner)
    (_, text), = told(page(client))  # fmt: skip
    (link,) = re.findall(r'<a href="([^"]*)" data-question>Move to the first free night, <b>Wed 25 Nov 00:00</b></a>', text)
    assert link.startswith(reverse("session-move-preview", args=[clash[1].pk]))
    assert "Waive it" not in text
    client.force_login(make.UserFactory(role="change_manager"))
    (_, text), = told(page(client))  # fmt: skip
    link = re.search(r'href="([^"]*)">Waive it', text)[1].replace("&amp;", "&")
    assert clash[0].rfc.number in link
    asked = client.get(link).content.decode()
    assert re.search(rf'value="conflict.same_item {clash[0].rfc.number}"[^>]*checked', asked)
    glance = client.get(reverse("session-detail", args=[clash[1].pk])).content.decode()
    assert link.replace("&", "&amp;") in glance


def test_once_both_are_waived_the_frame_is_dashed_and_the_line_says_by_whom(reader, clash):
    manager = make.UserFactory(role="change_manager", first_name="Change", last_name="manager")
    for one, other in (clash, clash[::-1]):
        Waiver.objects.create(
            rfc=one.rfc, other=other.rfc, code="conflict.same_item", reason="HT-05 takes the load.", by=manager, created_at=NOW,
            until=NIGHT + 6 * HOUR, minutes=60, scope=[one.rfc.configuration_items.get().slug],
        )  # fmt: skip
    html = page(reader)
    assert row(html, "production-hub").count('class="clash-frame waived"') == 2
    (level, text), = told(html)  # fmt: skip
    assert level == "advice"
    assert f"Waived by {manager} until Wed 25 Nov 04:00" in words(text)


def test_errors_come_first_then_warnings(reader, clash, place, hub):
    session("on the same service", hub, place, start=NIGHT - 24 * HOUR)
    session("as well", hub, place, start=NIGHT - 24 * HOUR)
    assert [level for level, _ in told(page(reader))] == ["error", "warning"]


def test_the_draft_of_somebody_else_is_possible_and_has_no_title(reader, place, hub):
    item = make.ItemFactory(name="HT-04", service=hub)
    session("Antivirus 5.7", hub, place, items=[item])
    draft = session("Secret plan", hub, place, items=[item], state=State.DRAFT)
    html = page(reader)
    assert "Secret plan" not in html
    (level, text), = told(html)  # fmt: skip
    assert level == "warning"
    assert "possible, two changes on one item" in text
    assert f"the draft {draft.rfc.number}" in words(text)


def test_the_first_free_night_of_an_environment_raises_an_rfc(client, hub):
    client.force_login(make.UserFactory(role="service_manager"))
    place = make.EnvironmentFactory(slug="managed", name="Managed services")
    make.WindowFactory(environment=place)
    assert "First free night" not in page(client)
    html = page(client, "&environment=managed&service=hub&minutes=90")
    assert "Managed services: Sat 21 Nov 22:00 (90 min)" in words(html)
    link = re.search(r'href="([^"]*)">Raise an RFC there', html)[1].replace("&amp;", "&")
    form = client.get(link).content.decode()
    assert 'value="2026-11-21T22:00"' in form
    assert 'value="2026-11-21T23:30"' in form


def test_nights_passed_over_say_why(reader, hub):
    place = make.EnvironmentFactory(slug="managed", name="Managed services")
    make.WindowFactory(environment=place)
    make.FreezeFactory(name="Month-end close", start=NOW, end=NOW + 24 * HOUR)
    html = page(reader, "&environment=managed")
    assert "Managed services: Sat 28 Nov 22:00 (120 min)" in words(html)
    assert "Sat 21 Nov was passed over: frozen: Month-end close." in html


@pytest.mark.parametrize("typed", ["0", "-5", "two", "99999999999999"])
def test_minutes_that_are_none_are_told_and_kept(reader, place, typed):
    html = page(reader, f"&environment=production&minutes={typed}")
    assert "is no number of minutes from 1 to 44640" in html
    assert f'value="{typed}"' in html


@pytest.mark.parametrize("query", ["&hours=never", "&unfold=nobody", "&from=nonsense", "&told=all&idle=1"])
def test_what_cannot_be_read_is_passed_over(reader, clash, query):
    assert "19 – 25 November 2026" in page(reader, query)


def test_nothing_is_inline(reader, clash):
    html = page(reader, "&idle=1")
    assert "style=" not in html
    assert not re.search(r"<script(?![^>]*src=)[^>]*>", html)


def test_it_costs_the_same_for_one_and_for_three(reader, clash, place, hub, django_assert_num_queries, django_assert_max_num_queries):
    item, person = make.ItemFactory(service=hub), make.UserFactory()

    def more(count):
        for number in range(count):
            other = make.ServiceFactory()
            other.depends_on.add(hub)
            session(f"one {number}", place=place, services=[hub, other], items=[item], implementer=person, submitted_at=NOW)

    more(2)
    with django_assert_max_num_queries(90) as first:
        page(reader, "&unfold=hub")
    more(2)
    with django_assert_num_queries(len(first.captured_queries)):
        page(reader, "&unfold=hub")
