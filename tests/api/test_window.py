"""A fortnightly Los Angeles window over the whole of 2026, and the same nights as its editor shows (DESIGN 4.4)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.factories import WindowFactory

pytestmark = pytest.mark.django_db

#: The clock in Los Angeles goes forward on Sunday 8 March 2026 at 02:00 (10:00 UTC), and back on 1 November at 02:00 (09:00 UTC).
SUMMER = (datetime(2026, 3, 8, 10, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC))
YEAR = "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"


def utc(wall: datetime) -> datetime:
    """A wall-clock time of Los Angeles in 2026, by its two offsets alone; neither 22:00 nor 04:00 comes twice or never."""
    summer = wall + timedelta(hours=7)
    return summer if SUMMER[0] <= summer < SUMMER[1] else wall + timedelta(hours=8)


def expected(first: datetime) -> list[dict]:
    nights = (first + timedelta(weeks=2 * n) for n in range(27))
    times = [(utc(night), utc(night + timedelta(hours=6))) for night in nights if night.year == 2026]
    iso = "%Y-%m-%dT%H:%M:%SZ"
    return [{"start": f"{s:{iso}}", "end": f"{e:{iso}}", "hours": (e - s) / timedelta(hours=1)} for s, e in times]


@pytest.mark.parametrize(
    ("first", "nights", "unusual"),
    [
        (datetime(2026, 1, 3, 22, tzinfo=UTC), 26, {}),
        (
            datetime(2026, 1, 10, 22, tzinfo=UTC),
            26,
            {"2026-03-08T06:00:00Z": 5.0, "2026-11-01T05:00:00Z": 7.0},
        ),
    ],
    ids=["neither night in which the clocks change", "both of them"],
)
def test_a_fortnight_in_los_angeles_over_2026(owner, first, nights, unusual):
    window = WindowFactory(
        time_zone="America/Los_Angeles",
        rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=SA",
        first_start=f"{first:%Y-%m-%dT%H:%M:%S}",
        first_end=f"{first + timedelta(hours=6):%Y-%m-%dT%H:%M:%S}",
    )
    told = owner.get(f"/api/v1/change-windows/{window.pk}/occurrences/?{YEAR}").json()
    assert told == expected(first)
    assert len(told) == nights
    assert {one["start"]: one["hours"] for one in told if one["hours"] != 6.0} == unusual


def test_the_editor_shows_the_same_nights(given, owner, client_of, settings):
    given.people.administrator.time_zone = "UTC"
    given.people.administrator.save()
    browser = Client()
    browser.force_login(given.people.administrator)
    window = WindowFactory(
        time_zone="America/Los_Angeles", first_start="2026-11-28T22:00:00", first_end="2026-11-29T04:00:00", exdates=["2026-12-12T22:00:00"]
    )
    text = browser.get(f"/setup/windows/{window.pk}/").content.decode()
    shown = re.findall(r'<span class="under">(\w+ \d+ \w+)(?: 2027)? (\d\d:\d\d)–(\d\d:\d\d) in UTC</span>', text)
    told = owner.get(f"/api/v1/change-windows/{window.pk}/occurrences/?from=2026-11-21T00:00:00Z&to=2027-02-08T00:00:00Z").json()
    times = [(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])) for one in told]
    happening = [row for row in shown if row[0] != "Sun 13 Dec"]
    assert happening == [(f"{s:%a} {s.day} {s:%b}", f"{s:%H:%M}", f"{e:%H:%M}") for s, e in times]
    assert len(shown) == len(happening) + 1
    assert len(happening) == 10
