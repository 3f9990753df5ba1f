"""Finding sessions by time: the database's split against the definition, on every way a session can lie."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from changes.domain.interval import FOREVER, Interval
from changes.models import RFC, WorkSession
from changes.models.session import LONG, MANY_PERIODS, is_long
from tests.factories import RFCFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = Interval(NOON, NOON + HOUR)


def session(start, end, actual=(None, None)):
    rfc = RFC.objects.first() or RFCFactory()
    rfc.sessions.all().delete()
    return WorkSession.objects.create(
        rfc=rfc, planned_start=start, planned_end=end, actual_start=actual[0], actual_end=actual[1], is_long=is_long(start, end)
    )


@pytest.mark.parametrize(
    ("start", "end", "actual", "is_found"),
    [
        (NOON, NOON + HOUR, (None, None), True),
        (NOON - HOUR, NOON, (None, None), False),  # touching
        (NOON + HOUR, NOON + 2 * HOUR, (None, None), False),
        (NOON - LONG + HOUR, NOON + HOUR, (None, None), True),
        (NOON - 2 * LONG, NOON + HOUR, (None, None), True),
        (NOON - 2 * LONG, NOON - LONG, (None, None), False),
        (NOON - 400 * DAY, None, (None, None), True),
        (NOON + 2 * HOUR, None, (None, None), False),
        (NOON - 3 * HOUR, NOON - HOUR, (NOON - 3 * HOUR, NOON + HOUR), True),  # it lasted longer
        (NOON - 3 * HOUR, NOON + HOUR, (NOON - 3 * HOUR, NOON - HOUR), True),  # it was over sooner, and had the time
        (NOON - 3 * HOUR, NOON - HOUR, (NOON - 3 * HOUR, NOON), False),
        (NOON - 3 * HOUR, NOON - HOUR, (NOON - 3 * HOUR, None), True),  # it runs
        (NOON - 400 * DAY, NOON - 399 * DAY, (NOON - 400 * DAY, None), True),  # it has been forgotten and still runs
        (NOON + 2 * HOUR, NOON + 3 * HOUR, (NOON, None), True),  # begun before its time, and runs
        (NOON + 2 * HOUR, NOON + 3 * HOUR, (NOON + HOUR, None), False),
        (NOON + 2 * HOUR, NOON + 3 * HOUR, (NOON, NOON + HOUR), False),  # begun before its time, and over; its time is what is asked
    ],
)
def test_a_session_overlaps_a_period_by_its_planned_or_actual_time(start, end, actual, is_found):
    session(start, end, actual)

    assert WorkSession.objects.overlapping(ASKED).exists() is is_found


def test_until_follows_every_write():
    row = session(NOON, NOON + HOUR)
    found = []
    for change in ({"actual_start": NOON}, {"actual_end": NOON + 2 * HOUR}, {"planned_end": None}):
        WorkSession.objects.filter(pk=row.pk).update(**change)
        found.append(WorkSession.objects.values_list("until", flat=True).get())

    assert found == [FOREVER, NOON + 2 * HOUR, FOREVER]


def test_a_period_without_an_end_finds_all_that_is_still_to_come():
    session(NOON + 400 * DAY, NOON + 401 * DAY)

    assert WorkSession.objects.overlapping(Interval(NOON)).exists()
    assert not WorkSession.objects.overlapping(Interval(NOON + 401 * DAY)).exists()


@pytest.mark.parametrize(
    ("start", "end", "actual", "is_found"),
    [
        (NOON + 400 * DAY, NOON + 401 * DAY, (None, None), True),  # in the one without an end
        (NOON + DAY, NOON + 2 * DAY, (None, None), False),  # between the two
        (NOON + DAY, NOON + 2 * DAY, (NOON + DAY, None), True),  # it runs
        (NOON - 2 * LONG, NOON + HOUR, (None, None), True),  # long, in the first
        (NOON - 2 * LONG, NOON - LONG, (None, None), False),  # long, and over before both
    ],
)
def test_of_several_periods_one_is_enough_and_one_without_an_end_counts_among_them(start, end, actual, is_found):
    session(start, end, actual)

    assert WorkSession.objects.overlapping_any([Interval(NOON + 30 * DAY), ASKED]).exists() is is_found


@pytest.mark.parametrize("nights", [1, 2, MANY_PERIODS])
@pytest.mark.parametrize("index", ["session_start_until", "session_long_until", "session_runs"])
def test_a_plan_takes_each_of_the_three_indexes(index, nights):
    """On SQLite, which plans by shape; PostgreSQL reads so small a table whole."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL takes an index only where there is something to gain")
    periods = [Interval(NOON + night * DAY, NOON + night * DAY + HOUR) for night in range(nights)]
    plan = WorkSession.objects.overlapping_any(periods).order_by().explain()

    assert index in plan
    assert [line for line in plan.splitlines() if "SCAN" in line and "USING INDEX session_runs" not in line] == []
