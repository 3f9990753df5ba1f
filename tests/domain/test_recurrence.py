"""Recurrence on the wall clock, through both daylight-saving nights of three zones (DESIGN 4.4)."""

import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from changes.domain.interval import FOREVER, Interval
from changes.domain.recurrence import Recurrence, RecurrenceError, check, dated_occurrences, describe, occurrences

CASES = Path(__file__).resolve().parents[3] / "shared" / "data" / "window-cases.json"
LA, AMSTERDAM, SYDNEY = "America/Los_Angeles", "Europe/Amsterdam", "Australia/Sydney"


def clock(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M")


def rule(rrule: str, start: str, end: str, zone: str = "UTC", *exdates: str) -> Recurrence:
    return Recurrence(rrule, clock(start), clock(end), zone, tuple(clock(text) for text in exdates))


def period(start: str, end: str) -> Interval:
    return Interval(clock(f"{start} 00:00").replace(tzinfo=UTC), clock(f"{end} 00:00").replace(tzinfo=UTC))


def shown(intervals: list[Interval]) -> list[str]:
    return [f"{one.start:%Y-%m-%dT%H:%M}/{one.end:%Y-%m-%dT%H:%M}" for one in intervals]


def cases() -> list[dict]:
    return json.loads(CASES.read_text())["cases"] if CASES.exists() else []


@pytest.mark.skipif(not CASES.exists(), reason="The shared cases lie beside the repository and are not here.")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_shared_cases(case):
    def local(text: str) -> datetime:
        return datetime.strptime(text, "%Y%m%dT%H%M%S")

    window = Recurrence(
        case["rrule"],
        local(case["first_start_local"]),
        local(case["first_end_local"]),
        case["time_zone"],
        tuple(local(text) for text in case["exdates_local"]),
    )
    check(window)
    found = occurrences(window, period(*case["between_utc"]))
    assert [[f"{o.start:%Y-%m-%dT%H:%MZ}", f"{o.end:%Y-%m-%dT%H:%MZ}"] for o in found] == case["occurrences_utc"]


#: Zone, the night, the wall-clock window, and the one occurrence in UTC (None where it does not exist).
NIGHTS = [
    # Spring: the clock leaps from 02:00 to 03:00.
    (LA, "2026-03-07", "22:00", "04:00", "2026-03-08T06:00/2026-03-08T11:00"),
    (AMSTERDAM, "2026-03-28", "22:00", "04:00", "2026-03-28T21:00/2026-03-29T02:00"),
    (SYDNEY, "2026-10-03", "22:00", "04:00", "2026-10-03T12:00/2026-10-03T17:00"),
    # A start or an end in the gap moves forward by it.
    (LA, "2026-03-08", "02:30", "05:00", "2026-03-08T10:30/2026-03-08T12:00"),
    (LA, "2026-03-08", "01:00", "02:30", "2026-03-08T09:00/2026-03-08T10:30"),
    (AMSTERDAM, "2026-03-29", "02:15", "02:45", "2026-03-29T01:15/2026-03-29T01:45"),
    # Empty, or even reversed by the shift: no occurrence.
    (LA, "2026-03-08", "02:30", "03:30", None),
    (SYDNEY, "2026-10-04", "02:30", "03:10", None),
    # Autumn: the hour before the clock goes back comes twice, and the first one counts.
    (LA, "2026-10-31", "22:00", "04:00", "2026-11-01T05:00/2026-11-01T12:00"),
    (AMSTERDAM, "2026-10-24", "22:00", "04:00", "2026-10-24T20:00/2026-10-25T03:00"),
    (SYDNEY, "2026-04-04", "22:00", "04:00", "2026-04-04T11:00/2026-04-04T18:00"),
    (LA, "2026-11-01", "01:30", "03:00", "2026-11-01T08:30/2026-11-01T11:00"),
    (AMSTERDAM, "2026-10-25", "00:00", "02:30", "2026-10-24T22:00/2026-10-25T00:30"),
    (SYDNEY, "2026-04-05", "02:15", "02:45", "2026-04-04T15:15/2026-04-04T15:45"),
    # Half an hour's change, and a day that did not happen.
    ("Australia/Lord_Howe", "2026-10-04", "01:00", "02:15", "2026-10-03T14:30/2026-10-03T15:45"),
    ("Pacific/Apia", "2011-12-29", "22:00", "04:00", "2011-12-30T08:00/2011-12-30T14:00"),
]


@pytest.mark.parametrize(("zone", "night", "start", "end", "expected"), NIGHTS)
def test_clock_change_nights(zone, night, start, end, expected):
    begin = clock(f"{night} {start}")
    finish = clock(f"{night} {end}") + timedelta(days=end <= start)
    earlier = begin - timedelta(days=28), finish - timedelta(days=28)
    weekly = Recurrence("FREQ=WEEKLY", *earlier, zone)
    check(weekly)
    around = Interval(begin.replace(tzinfo=UTC) - timedelta(days=2), begin.replace(tzinfo=UTC) + timedelta(days=2))
    assert shown(occurrences(weekly, around)) == ([expected] if expected else [])
    assert shown(occurrences(Recurrence("", begin, finish, zone), around)) == ([expected] if expected else [])


def test_half_open_at_both_ends_of_the_period():
    nightly = rule("FREQ=DAILY", "2026-01-01 22:00", "2026-01-02 00:00")
    assert shown(occurrences(nightly, period("2026-01-03", "2026-01-04"))) == ["2026-01-03T22:00/2026-01-04T00:00"]


def test_an_occurrence_that_began_before_the_period_is_found_whole():
    weekend = rule("FREQ=WEEKLY", "2026-01-02 18:00", "2026-01-05 06:00")
    assert shown(occurrences(weekend, period("2026-01-11", "2026-01-12"))) == ["2026-01-09T18:00/2026-01-12T06:00"]


def test_overlapping_occurrences_of_one_rule_all_count():
    long = rule("FREQ=DAILY", "2026-01-01 00:00", "2026-01-03 12:00")
    assert len(occurrences(long, period("2026-02-01", "2026-02-02"))) == 3


@pytest.mark.parametrize(
    ("rrule", "starts"),
    [
        ("", ["01-03"]),
        ("FREQ=DAILY;INTERVAL=10", ["01-03", "01-13", "01-23"]),
        ("FREQ=WEEKLY;COUNT=3", ["01-03", "01-10", "01-17"]),
        ("FREQ=WEEKLY;UNTIL=20260117T220000", ["01-03", "01-10", "01-17"]),
        ("FREQ=WEEKLY;UNTIL=20260117T215900", ["01-03", "01-10"]),
        ("FREQ=WEEKLY;UNTIL=20260117T220000Z", ["01-03", "01-10", "01-17"]),
        ("FREQ=WEEKLY;UNTIL=20260117", ["01-03", "01-10", "01-17"]),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1,-1", ["01-03", "01-31"]),
        ("FREQ=MONTHLY", ["01-03"]),
        ("FREQ=YEARLY", ["01-03"]),
        ("freq=weekly;byday=sa,mo;interval=2", ["01-03", "01-12", "01-17", "01-26", "01-31"]),
        ("FREQ=WEEKLY;BYDAY=SA,SU;INTERVAL=2;WKST=SU", ["01-03", "01-11", "01-17", "01-25", "01-31"]),
        ("FREQ=WEEKLY;BYDAY=SA,SU;INTERVAL=2;WKST=MO", ["01-03", "01-04", "01-17", "01-18", "01-31"]),
    ],
)
def test_rules_over_a_month(rrule, starts):
    window = rule(rrule, "2026-01-03 22:00", "2026-01-03 23:00")
    check(window)
    assert [f"{one.start:%m-%d}" for one in occurrences(window, period("2026-01-01", "2026-02-01"))] == starts


def test_until_in_utc_is_an_instant_even_in_the_hour_that_comes_twice():
    # 01:30 of 1 November is 08:30 UTC, its first time; the rule ends in between, at 01:15 for the second time.
    ends_later = rule("FREQ=WEEKLY;UNTIL=20261101T091500Z", "2026-10-25 01:30", "2026-10-25 03:00", LA)
    ends_before = rule("FREQ=WEEKLY;UNTIL=20261101T081500Z", "2026-10-25 01:30", "2026-10-25 03:00", LA)
    assert len(occurrences(ends_later, period("2026-10-20", "2026-12-01"))) == 2
    assert len(occurrences(ends_before, period("2026-10-20", "2026-12-01"))) == 1


def test_exception_dates_are_left_out_and_still_counted():
    window = rule("FREQ=WEEKLY;COUNT=3", "2026-01-03 22:00", "2026-01-04 04:00", LA, "2026-01-10 22:00")
    found = occurrences(window, period("2026-01-01", "2027-01-01"))
    assert [f"{one.start:%m-%d}" for one in found] == ["01-04", "01-18"]


def test_monthly_on_the_31st_skips_short_months():
    window = rule("FREQ=MONTHLY", "2026-01-31 22:00", "2026-01-31 23:00")
    assert [one.start.month for one in occurrences(window, period("2026-01-01", "2027-01-01"))] == [1, 3, 5, 7, 8, 10, 12]


def test_yearly_on_a_leap_day():
    window = rule("FREQ=YEARLY", "2024-02-29 22:00", "2024-02-29 23:00")
    assert [one.start.year for one in occurrences(window, period("2024-01-01", "2034-01-01"))] == [2024, 2028, 2032]


def test_nothing_before_the_first_start():
    window = rule("FREQ=DAILY", "2026-06-01 22:00", "2026-06-01 23:00")
    assert occurrences(window, period("2026-01-01", "2026-06-01")) == []


def test_an_open_period_and_the_ends_of_time_are_answered():
    window = rule("FREQ=YEARLY", "2026-06-01 22:00", "2026-06-01 23:00", LA)
    assert len(occurrences(window, Interval(datetime(2026, 1, 1, tzinfo=UTC), FOREVER))) == 6
    assert len(occurrences(window, Interval(datetime.min.replace(tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)))) == 2
    assert occurrences(window, Interval(FOREVER - timedelta(days=300), FOREVER)) != []


@pytest.mark.parametrize("rrule", ["FREQ=DAILY", "FREQ=DAILY;COUNT=20000", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=YEARLY"])
def test_far_from_the_first_start_is_as_quick(rrule):
    window = rule(rrule, "1990-01-01 22:00", "1990-01-01 23:00", LA)
    check(window)
    occurrences(window, period("2026-01-01", "2026-01-08"))  # what a count ends with is reckoned once
    begun = time.perf_counter()
    for week in range(100):
        near = datetime(2044, 1, 1, tzinfo=UTC) + timedelta(weeks=week)
        occurrences(window, Interval(near, near + timedelta(weeks=1)))
    assert time.perf_counter() - begun < 1


REFUSED = [
    ("FREQ=HOURLY", "rrule", "within a day"),
    ("FREQ=DAILY;BYHOUR=9,22", "rrule", "within a day"),
    ("FREQ=DAILY;BYHOUR=24", "rrule", "from 0 to 23"),
    ("INTERVAL=2", "rrule", "FREQ"),
    ("every Saturday", "rrule", "not a part"),
    ("RRULE:FREQ=WEEKLY", "rrule", "FREQ"),
    ("FREQ=WEEKLY;", "rrule", "not a part"),
    ("FREQ=WEEKLY;FREQ=DAILY", "rrule", "twice"),
    ("FREQ=WEEKLY;INTERVAL=0", "rrule", "INTERVAL"),
    ("FREQ=WEEKLY;COUNT=0", "rrule", "COUNT"),
    ("FREQ=WEEKLY;COUNT=2;UNTIL=20270101", "rrule", "not both"),
    ("FREQ=WEEKLY;UNTIL=tomorrow", "rrule", "UNTIL"),
    ("FREQ=WEEKLY;UNTIL=20260230", "rrule", "does not exist"),
    ("FREQ=WEEKLY;UNTIL=20251231", "rrule", "before its first start"),
    ("FREQ=WEEKLY;BYDAY=2SA", "rrule", "2SA"),
    ("FREQ=WEEKLY;BYDAY=SAT", "rrule", "SAT"),
    ("FREQ=WEEKLY;BYMONTHDAY=3", "rrule", "does not go"),
    ("FREQ=MONTHLY;BYMONTHDAY=32", "rrule", "1 to 31"),
    ("FREQ=MONTHLY;BYSETPOS=1", "rrule", "another BY"),
    ("FREQ=WEEKLY;WKST=XX", "rrule", "WKST"),
    ("FREQ=YEARLY;BYEASTER=0", "rrule", "BYEASTER"),
    ("FREQ=WEEKLY;BYDAY=SU", "first_start", "does not match"),
    ("FREQ=DAILY;BYHOUR=21", "first_start", "does not match"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "first_start", "does not match"),
    ("FREQ=WEEKLY;BYDAY=MO,SA;BYSETPOS=1", "first_start", "does not match"),
]


@pytest.mark.parametrize(("rrule", "field", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_rules_refused(rrule, field, words):
    with pytest.raises(RecurrenceError, match=words) as refusal:
        check(rule(rrule, "2026-01-03 22:00", "2026-01-04 04:00"))
    assert refusal.value.field == field


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "America", "../../etc/passwd", "+01:00"])
def test_unknown_zones_are_refused(zone):
    for call in (check, lambda window: occurrences(window, period("2026-01-01", "2026-02-01"))):
        with pytest.raises(RecurrenceError) as refusal:
            call(rule("FREQ=DAILY", "2026-01-03 22:00", "2026-01-04 04:00", zone))
        assert refusal.value.field == "time_zone"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_end": clock("2026-01-03 22:00")}, "first_end"),
        ({"first_end": clock("2026-01-03 21:00")}, "first_end"),
        ({"first_start": datetime(2026, 1, 3, 22, tzinfo=UTC)}, "first_start"),
        ({"first_end": datetime(2026, 1, 4, 4, 0, 30)}, "first_end"),
        ({"exdates": (datetime(2026, 1, 3, 22, tzinfo=UTC),)}, "exdates"),
    ],
)
def test_times_refused(change, field):
    window = rule("FREQ=WEEKLY", "2026-01-03 22:00", "2026-01-04 04:00")
    with pytest.raises(RecurrenceError) as refusal:
        check(Recurrence(**{**vars(window), **change}))
    assert refusal.value.field == field


def test_a_rule_that_never_matches_is_given_up_soon():
    begun = time.perf_counter()
    with pytest.raises(RecurrenceError):
        check(rule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "2026-01-03 22:00", "2026-01-04 04:00"))
    assert time.perf_counter() - begun < 1.5


#: First start on Saturday, 3 January 2026, unless the rule needs another.
WORDS = [
    ("", "2026-01-03", "once, Sat 3 Jan 2026 22:00–04:00"),
    ("FREQ=DAILY", "2026-01-03", "every day 22:00–04:00"),
    ("FREQ=DAILY;INTERVAL=2", "2026-01-03", "every other day 22:00–04:00"),
    ("FREQ=WEEKLY", "2026-01-03", "every Saturday 22:00–04:00"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "2026-01-03", "every other Saturday 22:00–04:00"),
    ("FREQ=WEEKLY;INTERVAL=3;BYDAY=SA", "2026-01-03", "Saturday of every 3 weeks 22:00–04:00"),
    ("FREQ=WEEKLY;BYDAY=TH,TU", "2026-01-06", "Tue and Thu 22:00–04:00"),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-01-05", "Mon to Fri 22:00–04:00"),
    ("FREQ=WEEKLY;COUNT=5", "2026-01-03", "every Saturday 22:00–04:00, 5 times"),
    ("FREQ=WEEKLY;UNTIL=20261231", "2026-01-03", "every Saturday 22:00–04:00, until 31 Dec 2026"),
    ("FREQ=MONTHLY;BYDAY=2TU", "2026-01-13", "second Tuesday of the month 22:00–04:00"),
    ("FREQ=MONTHLY;BYDAY=2TU,4TU", "2026-01-13", "second and fourth Tuesday of the month 22:00–04:00"),
    ("FREQ=MONTHLY;BYDAY=-1SA;INTERVAL=3", "2026-01-31", "last Saturday of every 3 months 22:00–04:00"),
    ("FREQ=MONTHLY", "2026-01-22", "the 22nd of the month 22:00–04:00"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "the last day of the month 22:00–04:00"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-01-01", "first weekday of the month 22:00–04:00"),
    ("FREQ=YEARLY", "2026-12-24", "every year on 24 Dec 22:00–04:00"),
    ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26", "fourth Thursday of November 22:00–04:00"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=SA", "2026-05-16", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=SA 22:00–04:00"),
]


@pytest.mark.parametrize(("rrule", "day", "words"), WORDS)
def test_described_in_words(rrule, day, words):
    start = clock(f"{day} 22:00")
    window = Recurrence(rrule, start, start + timedelta(hours=6), LA)
    check(window)
    assert describe(window) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-01-03 00:00", "2026-01-04 00:00", "every Saturday all day"),
        ("2026-01-02 18:00", "2026-01-05 06:00", "every Friday 18:00 for 60 h"),
        ("2026-01-02 18:00", "2026-01-02 22:00", "every Friday 18:00–22:00"),
    ],
)
def test_lengths_described(start, end, words):
    assert describe(rule("FREQ=WEEKLY", start, end)) == words


def test_an_end_in_utc_is_told_as_the_day_it_is_on_the_windows_clock():
    # Half past six in the morning UTC is still the evening before in Los Angeles.
    assert describe(rule("FREQ=WEEKLY;UNTIL=20261227T063000Z", "2026-01-03 22:00", "2026-01-04 04:00", LA)).endswith(", until 26 Dec 2026")


ZONES = [LA, "America/New_York", "America/St_Johns", AMSTERDAM, "Europe/Dublin", SYDNEY, "Australia/Lord_Howe", "Pacific/Auckland",
         "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "America/Sao_Paulo", "America/Santiago", "Africa/Cairo", "UTC"]  # fmt: skip
DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True)
ORDINALS = st.sampled_from(["1", "2", "3", "-1"])
ENDS = st.one_of(st.just(""), st.integers(1, 40).map("COUNT={}".format), st.just("UNTIL=20270615T120000Z"))


@st.composite
def recurrences(draw):
    frequency = draw(st.sampled_from(["", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [] if not frequency else [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}", draw(ENDS)]
    if frequency == "WEEKLY" and draw(st.booleans()):
        parts += [f"BYDAY={','.join(draw(DAYS))}", f"WKST={draw(st.sampled_from(['MO', 'SU']))}"]
    if frequency == "MONTHLY":
        days = draw(DAYS)
        ordinals = ",".join(draw(ORDINALS) + day for day in days)
        month_days = ",".join(str(day) for day in draw(st.lists(st.integers(1, 31), min_size=1, max_size=3)))
        picked = f"BYDAY={','.join(days)};BYSETPOS={draw(ORDINALS)}"
        parts.append(draw(st.sampled_from(["", f"BYDAY={ordinals}", f"BYMONTHDAY={month_days}", "BYMONTHDAY=-1", picked])))
    if frequency == "YEARLY":
        month = draw(st.integers(1, 12))
        parts.append(draw(st.sampled_from(["", f"BYMONTH={month}", f"BYMONTH={month};BYDAY={draw(ORDINALS)}{draw(DAYS)[0]}"])))
    start = datetime.combine(draw(st.dates(date(2024, 1, 1), date(2026, 12, 31))), draw(st.times())).replace(second=0, microsecond=0)
    length = timedelta(minutes=draw(st.integers(30, 60 * 30)))
    text = ";".join(part for part in parts if part)
    return Recurrence(text, start, start + length, draw(st.sampled_from(ZONES)))


def matching(window: Recurrence) -> Recurrence | None:
    """The same rule with its first start moved to the first day that matches it."""
    for days in range(400):
        step = timedelta(days=days)
        moved = Recurrence(window.rrule, window.first_start + step, window.first_end + step, window.time_zone)
        try:
            check(moved)
        except RecurrenceError:
            continue
        return moved
    return None


def has_clock_change(one: Interval, zone: ZoneInfo) -> bool:
    offsets = {(one.start + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in range(-30, 66)}
    return len(offsets) > 1


def left_out(window: Recurrence, places: list[int]) -> Recurrence:
    """The same without some of its first thirty nights."""
    start = window.first_start.replace(tzinfo=UTC)
    dated = dated_occurrences(window, Interval(start - timedelta(days=2), start + timedelta(days=800)))[:30]
    return replace(window, exdates=tuple(wall for place, (_, wall) in enumerate(dated) if place in places))


@settings(max_examples=250, deadline=None)
@given(recurrences(), st.lists(st.integers(0, 29), max_size=8), st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(1, 400))
def test_agrees_with_recurring_ical_events(window, places, day, length):
    whole = matching(window)
    assume(whole)
    matched = left_out(whole, places)
    zone = ZoneInfo(matched.time_zone)
    near = Interval(
        datetime(day.year, day.month, day.day, tzinfo=UTC), datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=length)
    )
    text = "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20240101T000000Z",
        f"DTSTART;TZID={matched.time_zone}:{matched.first_start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={matched.time_zone}:{matched.first_end:%Y%m%dT%H%M%S}",
        *([f"RRULE:{matched.rrule}"] if matched.rrule else []),
        *(f"EXDATE;TZID={matched.time_zone}:{wall:%Y%m%dT%H%M%S}" for wall in matched.exdates),
        "END:VEVENT", "END:VCALENDAR", "",
    ])  # fmt: skip
    events = recurring_ical_events.of(Calendar.from_ical(text)).between(near.start, near.end)
    expected = {event["DTSTART"].dt.astimezone(UTC) for event in events}
    found = {one.start for one in occurrences(matched, near)}
    differing = found ^ expected
    assert all(has_clock_change(Interval(start, start + timedelta(hours=1)), zone) for start in differing)


@settings(max_examples=60, deadline=None)
@given(recurrences(), st.integers(0, 1500), st.integers(1, 60))
def test_a_part_of_the_time_gives_a_part_of_the_occurrences(window, days, length):
    whole = period("2024-01-01", "2030-01-01")
    start = whole.start + timedelta(days=days)
    part = Interval(start, start + timedelta(days=length))
    assert occurrences(window, part) == [one for one in occurrences(window, whole) if one.overlaps(part)]


@pytest.mark.parametrize(
    ("rrule", "last"),
    [
        ("FREQ=DAILY;COUNT=3", datetime(2026, 1, 5)),
        ("FREQ=DAILY;COUNT=90000;INTERVAL=2", None),
        ("FREQ=DAILY;COUNT=20000", datetime(2080, 10, 5)),
        ("FREQ=DAILY;COUNT=999999", None),
        ("FREQ=WEEKLY;COUNT=5000", datetime(2121, 10, 25)),
    ],
)
def test_a_count_ends_where_it_is_used_up_however_far_it_counts(rrule, last):
    window = rule(rrule, "2026-01-03 22:00", "2026-01-04 04:00")
    began = time.perf_counter()
    check(window)
    far = last or datetime(2290, 1, 1)
    found = dated_occurrences(window, Interval(far.replace(tzinfo=UTC) - timedelta(days=8), far.replace(tzinfo=UTC) + timedelta(days=8)))
    assert time.perf_counter() - began < 0.5
    assert [start.date() for _, start in found][-1] == far.date() if last else len(found) >= 8


def test_what_would_have_to_be_counted_one_by_one_is_refused_beyond_a_number():
    with pytest.raises(RecurrenceError) as refusal:
        check(rule("FREQ=MONTHLY;BYDAY=SA;COUNT=5001", "2026-01-03 22:00", "2026-01-04 04:00"))
    assert (refusal.value.field, refusal.value.sentence) == ("rrule", "A rule counts to 5,000 at most; give it UNTIL, or no end.")
