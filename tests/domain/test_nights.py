"""Many sessions in one line: what is understood, what is refused and how, and the nights on which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from changes.choices import Outage
from changes.domain.nights import EXAMPLE, MOST, NotUnderstood, nights

#: A Saturday.
TODAY = date(2026, 11, 21)
AMSTERDAM, LOS_ANGELES = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/Los_Angeles")


def days(text, today=TODAY):
    return [f"{night.start:%a %d %b}" for night in nights(text, today=today)]


def clock(text):
    night = nights(text, today=TODAY)[0]
    return f"{night.start:%a %H:%M}-{night.end:%a %H:%M}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("six nights from Monday, 22:00 to 02:00", ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov", "Sat 28 Nov"]),
        ("2 nights from Monday 22:00-02:00", ["Mon 23 Nov", "Tue 24 Nov"]),
        ("22:00 to 02:00, two nights from Monday", ["Mon 23 Nov", "Tue 24 Nov"]),
        ("TWO NIGHTS FROM MONDAY, 22:00 – 02:00", ["Mon 23 Nov", "Tue 24 Nov"]),
        ("the next two nights, 22:00 to 02:00", ["Sat 21 Nov", "Sun 22 Nov"]),
        ("two nights 22:00 to 02:00", ["Sat 21 Nov", "Sun 22 Nov"]),
        ("two nights from tonight, 22:00 to 02:00", ["Sat 21 Nov", "Sun 22 Nov"]),
        ("two nights from tomorrow, 22:00 to 02:00", ["Sun 22 Nov", "Mon 23 Nov"]),
        ("two nights from Saturday, 22:00 to 02:00", ["Sat 21 Nov", "Sun 22 Nov"]),
        ("two nights from next Saturday, 22:00 to 02:00", ["Sat 28 Nov", "Sun 29 Nov"]),
        ("two nights in a row from next week, 22:00 to 02:00", ["Mon 23 Nov", "Tue 24 Nov"]),
        ("two nights from 30 Nov, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
        ("two nights from Nov 30 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
        ("two nights from the 30th of November, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
        ("two nights starting on Mon 30 November 2026, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
        ("two nights from 2026-11-30, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
        ("two days from 3 January, 08:00 to 12:00", ["Sun 03 Jan", "Mon 04 Jan"]),
        ("two evenings from Monday, 18:00 to 20:00", ["Mon 23 Nov", "Tue 24 Nov"]),
        ("twenty nights until 22 Nov, 22:00 to 02:00", ["Sat 21 Nov", "Sun 22 Nov"]),
        ("three Saturdays, 22:00 to 04:00", ["Sat 21 Nov", "Sat 28 Nov", "Sat 05 Dec"]),
        ("every other Saturday, three times, 22:00 to 04:00", ["Sat 21 Nov", "Sat 05 Dec", "Sat 19 Dec"]),
        ("three nights, every second Saturday from 28 Nov, 22:00 to 04:00", ["Sat 28 Nov", "Sat 12 Dec", "Sat 26 Dec"]),
        ("three Saturdays every other week, 22:00 to 04:00", ["Sat 21 Nov", "Sat 05 Dec", "Sat 19 Dec"]),
        ("three nights fortnightly from Monday, 22:00 to 04:00", ["Mon 23 Nov", "Mon 07 Dec", "Mon 21 Dec"]),
        ("every Saturday until 5 Dec, 22:00 to 04:00", ["Sat 21 Nov", "Sat 28 Nov", "Sat 05 Dec"]),
        ("every other Saturday from 30 Nov until 2 Jan, 22:00 to 04:00", ["Sat 05 Dec", "Sat 19 Dec", "Sat 02 Jan"]),
        ("every second night from Monday, three times, 22:00 to 02:00", ["Mon 23 Nov", "Wed 25 Nov", "Fri 27 Nov"]),
        ("every third day, 2 sessions from 24 Dec, 22:00 to 23:00", ["Thu 24 Dec", "Sun 27 Dec"]),
        ("six weekdays, 18:00 to 20:00", ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov", "Mon 30 Nov"]),
        ("six working days, 18:00 to 20:00", ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov", "Mon 30 Nov"]),
        ("weekdays from Thursday until 1 Dec, 18:00 to 20:00", ["Thu 26 Nov", "Fri 27 Nov", "Mon 30 Nov", "Tue 01 Dec"]),
        ("four nights, Mondays and Thursdays, 22:00 to 02:00", ["Mon 23 Nov", "Thu 26 Nov", "Mon 30 Nov", "Thu 03 Dec"]),
        ("Mon, Wed and Fri, four nights from 30 Nov, 22:00 to 02:00", ["Mon 30 Nov", "Wed 02 Dec", "Fri 04 Dec", "Mon 07 Dec"]),
        ("three nights, Tuesday to Wednesday, 22:00 to 02:00", ["Tue 24 Nov", "Wed 25 Nov", "Tue 01 Dec"]),
        ("four weekends, 08:00 to 12:00", ["Sat 21 Nov", "Sun 22 Nov", "Sat 28 Nov", "Sun 29 Nov"]),
        ("from Monday to Wednesday, 22:00 to 02:00", ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov"]),
        ("from Mon 30 Nov to Wed 2 Dec, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec", "Wed 02 Dec"]),
        ("one night from 29 Feb, 22:00 to 23:00", ["Tue 29 Feb"]),
        ("Mon-Fri 22:00-02:00", ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov"]),
        ("on Monday to Wednesday, 22:00-02:00", ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov"]),
        ("Mon-Tue for 2 weeks, 22:00-02:00", ["Mon 23 Nov", "Tue 24 Nov", "Mon 30 Nov", "Tue 01 Dec"]),
        ("every night this week 22:00-02:00", ["Sat 21 Nov", "Sun 22 Nov"]),
        ("weekdays next week 22:00-02:00", ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov"]),
        ("this weekend 22:00-02:00", ["Sat 21 Nov", "Sun 22 Nov"]),
        ("next weekend 22:00-02:00", ["Sat 28 Nov", "Sun 29 Nov"]),
        ("Saturdays next month, 22:00-02:00", ["Sat 05 Dec", "Sat 12 Dec", "Sat 19 Dec", "Sat 26 Dec"]),
        ("three nights from next week, 22:00-02:00", ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov"]),
        (
            "Tuesday and Thursday nights for 3 weeks, 21:00 to 03:00",
            ["Tue 24 Nov", "Thu 26 Nov", "Tue 01 Dec", "Thu 03 Dec", "Tue 08 Dec", "Thu 10 Dec"],
        ),
        ("every other Saturday for 6 weeks, 22:00-02:00", ["Sat 21 Nov", "Sat 05 Dec", "Sat 19 Dec"]),
        ("weekly on Saturdays for 2 weeks, 22:00-02:00", ["Sat 21 Nov", "Sat 28 Nov"]),
        ("Tues and Thurs 22:00-02:00", ["Tue 24 Nov", "Thu 26 Nov"]),
        ("Friday night 22:00-02:00", ["Fri 27 Nov"]),
        ("tonight 22:00-02:00", ["Sat 21 Nov"]),
        ("30 Nov 22:00-02:00", ["Mon 30 Nov"]),
        ("tonight and tomorrow 22:00-02:00", ["Sat 21 Nov", "Sun 22 Nov"]),
        ("tonight, tomorrow and Wednesday 22:00-02:00", ["Sat 21 Nov", "Sun 22 Nov", "Wed 25 Nov"]),
        ("next 4 Saturdays, 22:00-02:00", ["Sat 21 Nov", "Sat 28 Nov", "Sat 05 Dec", "Sat 12 Dec"]),
        ("Sundays in December 22:00-02:00", ["Sun 06 Dec", "Sun 13 Dec", "Sun 20 Dec", "Sun 27 Dec"]),
        ("weekends in November 22:00-02:00", ["Sat 21 Nov", "Sun 22 Nov", "Sat 28 Nov", "Sun 29 Nov"]),
        ("3 Sundays from 6 Dec, 22:00-02:00", ["Sun 06 Dec", "Sun 13 Dec", "Sun 20 Dec"]),
        ("two nights from 30/11, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
        ("two nights from 30.11.2026, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
        ("two nights from 11/30/26, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
        ("two nights from 2026/11/30, 22:00 to 02:00", ["Mon 30 Nov", "Tue 01 Dec"]),
    ],
)
def test_which_nights_are_meant(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("22:00 to 02:00", "Mon 22:00-Tue 02:00"),
        ("22:00-02:00", "Mon 22:00-Tue 02:00"),
        ("22:00—02:00", "Mon 22:00-Tue 02:00"),
        ("22.00 until 02.00", "Mon 22:00-Tue 02:00"),
        ("at 22h00 to 2h30", "Mon 22:00-Tue 02:30"),
        ("between 22:00 and 02:00", "Mon 22:00-Tue 02:00"),
        ("10pm to 2am", "Mon 22:00-Tue 02:00"),
        ("10:30 p.m. to 2 a.m.", "Mon 22:30-Tue 02:00"),
        ("12am to 12pm", "Mon 00:00-Mon 12:00"),
        ("22:00 to midnight", "Mon 22:00-Tue 00:00"),
        ("22:00 to 24:00", "Mon 22:00-Tue 00:00"),
        ("22:00 to 2", "Mon 22:00-Tue 02:00"),
        ("22h to 2h", "Mon 22:00-Tue 02:00"),
        ("22h-2h30", "Mon 22:00-Tue 02:30"),
        ("noon to 14:00", "Mon 12:00-Mon 14:00"),
        ("22:00 for 4 hours", "Mon 22:00-Tue 02:00"),
        ("at 23:30 for 90 minutes", "Mon 23:30-Tue 01:00"),
        ("08:00 for half an hour", "Mon 08:00-Mon 08:30"),
    ],
)
def test_from_when_to_when(times, expected):
    assert clock(f"three nights from Monday, {times}") == expected
    assert clock(f"{times}, three nights from Monday") == expected


@pytest.mark.parametrize(
    ("words", "outage", "expected"),
    [
        ("", None, None),
        ("no outage", Outage.NONE, None),
        ("without an outage", Outage.NONE, None),
        ("outage 23:00 to 23:30", Outage.PLANNED, "Mon 23:00-Mon 23:30"),
        ("outage from 23:30 until 00:30", Outage.PLANNED, "Mon 23:30-Tue 00:30"),
        ("with outage 00:15-01:00", Outage.PLANNED, "Tue 00:15-Tue 01:00"),
        ("outage 11pm to 11:30pm", Outage.PLANNED, "Mon 23:00-Mon 23:30"),
        ("outage 22:00 to 02:00", Outage.PLANNED, "Mon 22:00-Tue 02:00"),
        ("outage as long as the session", Outage.PLANNED, "Mon 22:00-Tue 02:00"),
    ],
)
def test_the_outage_lies_inside_each_of_them(words, outage, expected):
    for night in nights(f"two nights from Monday, 22:00 to 02:00, {words}", today=TODAY):
        assert night.outage == outage
        assert (night.outage_start is None) == (expected is None)
    first = nights(f"one night from Monday, {words}, 22:00 to 02:00", today=TODAY)[0]
    assert expected is None or f"{first.outage_start:%a %H:%M}-{first.outage_end:%a %H:%M}" == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "From when to when is not said."),
        ("six nights from Monday", "From when to when is not said."),
        ("hello", "From when to when is not said."),
        ("six nigths from Monday, 22:00 to 02:00", "“nigths” is not understood."),
        ("six nights when the moon is full, 22:00 to 02:00", "“when moon is full” is not understood."),
        ("six free nights, 22:00 to 02:00", "“free” is not understood."),
        ("6 nights from 12/01/2026", "“12/01/2026” can be 12 Jan 2026 or 1 Dec 2026."),
        ("6 nights from 12/01, 22:00 to 02:00", "“12/01” can be 12 Jan 2027 or 1 Dec 2026."),
        ("6 nights from 03.04.2027, 22:00 to 02:00", "“03.04.2027” can be 3 Apr 2027 or 4 Mar 2027."),
        ("6 nights from 31/31, 22:00 to 02:00", "There is no “31/31”."),
        ("for 2 weeks, 22:00 to 02:00", "On which nights of these weeks is not said."),
        ("Saturdays for 61 weeks, 22:00 to 02:00", "61 weeks do not come from one line."),
        ("6 nights, tonight and tomorrow, 22:00 to 02:00", "“tonight and tomorrow” is 2 nights, not 6."),
        ("Tuesday and Thursday nights, 22:00 to 02:00", "How many sessions is not said."),
        ("every Mon-Fri, 22:00 to 02:00", "How many sessions is not said."),
        ("nightly from Monday, 22:00 to 02:00", "How many sessions is not said."),
        ("six nights, 22:00 to 02:00 and 03:00 to 04:00", "“03:00 to 04:00” is not understood."),
        ("every Saturday, 22:00 to 02:00", "How many sessions is not said."),
        ("Mondays and Thursdays, 22:00 to 02:00", "How many sessions is not said."),
        ("six nights, 10 to 2", "“10 to 2” can be meant in two ways."),
        ("six nights, 10pm to 2", "“10pm to 2” can be meant in two ways."),
        ("six nights, every other weekday, 22:00 to 02:00", "“every other weekday” can be meant in two ways."),
        ("six nights, Mondays, every second night, 22:00 to 02:00", "Days of the week and every so many nights do not go together."),
        ("0 nights, 22:00 to 02:00", "0 sessions do not come from one line."),
        ("61 nights, 22:00 to 02:00", "61 sessions do not come from one line."),
        ("every day until 31 Dec 2030, 22:00 to 02:00", "More than 60 sessions do not come from one line."),
        ("six nights, 25:00 to 02:00", "No clock shows “25:00”."),
        ("six nights, 22:75 to 02:00", "No clock shows “22:75”."),
        ("six nights, 13pm to 2am", "No clock shows “13pm”."),
        ("six nights, 22:00 to 22:00", "A session from 22:00 to 22:00 has no length."),
        ("six nights, 22:00 for 24 hours", "A session of 24 hours is none of a night."),
        ("six nights from 31 Nov, 22:00 to 02:00", "There is no “31 Nov”."),
        ("six nights from 2026-13-01, 22:00 to 02:00", "There is no “2026-13-01”."),
        ("six nights from 9999-12-31, 22:00 to 02:00", "There is no “9999-12-31”."),
        ("six nights from Sat 30 Nov, 22:00 to 02:00", "30 Nov 2026 is a Monday, not a Saturday."),
        ("from 30 Nov, from 1 Dec, six nights 22:00 to 02:00", "“1 Dec” is one date too many."),
        ("from 2026-12-04 until 2026-12-01, 22:00 to 02:00", "No day is left between its begin and its end."),
        ("two nights, 22:00 to 02:00, outage 04:00 to 05:00", "The outage 04:00 to 05:00 lies outside of 22:00 to 02:00."),
    ],
)
def test_what_is_not_understood_is_named_with_a_way_out(text, sentence):
    with pytest.raises(NotUnderstood) as refused:
        nights(text, today=TODAY)
    assert refused.value.sentence == sentence
    assert refused.value.mend.endswith(".")


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("3 Sundays from 6 Dec", "three Sundays from 6 Dec, 22:00 to 02:00"),
        ("next 4 Saturdays", "four Saturdays, 22:00 to 02:00"),
        ("weekends in December", "Saturdays and Sundays from 1 Dec until 31 Dec, 22:00 to 02:00"),
        ("Tuesdays and Thursdays, 21:00 to 03:00", "six nights, Tuesdays and Thursdays, 21:00 to 03:00"),
        ("tonight and tomorrow", "tonight and tomorrow, 22:00 to 02:00"),
        ("Saturday nights for 3 weeks", "Saturdays for 3 weeks, 22:00 to 02:00"),
        ("every other Saturday, 21:00 to 03:00", "six Saturdays, every 2 weeks, 21:00 to 03:00"),
        ("three purple Saturdays until 5 Dec, 21:00 to 03:00", "three Saturdays until 5 Dec, 21:00 to 03:00"),
        ("one night from 30 Nov 2027", "one night from 30 Nov 2027, 22:00 to 02:00"),
        ("", EXAMPLE.replace(" from Monday", "")),
        ("three Saturdays from 6 Dec until 7 Dec, 22:00 to 02:00", EXAMPLE),
    ],
)
def test_the_way_out_says_what_was_understood_and_can_be_typed(text, example):
    with pytest.raises(NotUnderstood) as refused:
        nights(text, today=TODAY)
    assert f"“{example}”." in refused.value.mend
    assert nights(example, today=TODAY)


def test_the_example_is_one():
    assert len(nights(EXAMPLE, today=TODAY)) == 6


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (AMSTERDAM, date(2027, 3, 27), [4, 3, 4]),
        (AMSTERDAM, date(2027, 10, 30), [4, 5, 4]),
        (LOS_ANGELES, date(2027, 3, 13), [4, 3, 4]),
        (LOS_ANGELES, date(2027, 11, 6), [4, 5, 4]),
    ],
)
def test_the_clock_on_the_wall_holds_on_the_nights_it_changes(zone, day, hours):
    before = day - timedelta(days=1)
    sessions = [night.session(zone) for night in nights(f"three nights from {before}, 23:00 to 03:00", today=TODAY)]
    assert [(s.end - s.start) / timedelta(hours=1) for s in sessions] == hours
    walls = {(s.start.astimezone(zone).strftime("%H:%M"), s.end.astimezone(zone).strftime("%H:%M")) for s in sessions}
    assert walls == {("23:00", "03:00")}


def test_a_time_that_the_clocks_skip_moves_out_of_the_gap():
    spring = nights("one night from 2027-03-28, 02:30 to 06:00", today=TODAY)[0].session(AMSTERDAM)
    assert spring.start == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@given(
    count=strategies.integers(1, MOST),
    begin=strategies.dates(date(2026, 1, 1), date(2030, 12, 31)),
    first=strategies.times().map(lambda t: t.replace(second=0, microsecond=0)),
    minutes=strategies.integers(1, 24 * 60 - 1),
)
def test_so_many_nights_one_after_the_other_and_none_into_the_next(count, begin, first, minutes):
    last = (datetime.combine(begin, first) + timedelta(minutes=minutes)).time()
    found = nights(f"{count} nights from {begin}, {first:%H:%M} to {last:%H:%M}", today=TODAY)
    assert [night.start.date() for night in found] == [begin + timedelta(days=n) for n in range(count)]
    assert {night.end - night.start for night in found} == {timedelta(minutes=minutes)}


def test_a_span_of_weekdays_is_the_next_whole_one():
    """Said on a Wednesday, "Mon-Fri" is none of the days that are over."""
    assert days("Mon-Fri 22:00-02:00", today=date(2026, 11, 25))[0] == "Mon 30 Nov"


@given(strategies.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(text):
    try:
        said = f"{len(nights(text, today=TODAY))} nights."
    except NotUnderstood as refused:
        said = refused.sentence
    assert said.endswith(".")
