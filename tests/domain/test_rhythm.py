"""The words people use for a repetition, and its rule: there and back (DESIGN 4.4)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changes.domain.interval import Interval
from changes.domain.recurrence import Recurrence, RecurrenceError, check, describe, occurrences
from changes.domain.rhythm import MONTH_DAYS, ORDINALS, Kind, Rhythm, rhythm_of, rrule_of
from changes.domain.rrule import faults

LA = "America/Los_Angeles"

#: The words, their rule, and a first day that matches it.
BOTH_WAYS = [
    (Rhythm(Kind.ONCE), "", "2026-11-28", "once, Sat 28 Nov 2026"),
    (Rhythm(Kind.DAILY), "FREQ=DAILY", "2026-11-28", "every day"),
    (Rhythm(Kind.DAILY, every=3), "FREQ=DAILY;INTERVAL=3", "2026-11-28", "every 3 days"),
    (Rhythm(Kind.WEEKDAYS), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-27", "Mon to Fri"),
    (Rhythm(Kind.WEEKLY), "FREQ=WEEKLY", "2026-11-28", "every Saturday"),
    (Rhythm(Kind.WEEKLY, weekdays=(1, 3)), "FREQ=WEEKLY;BYDAY=TU,TH", "2026-11-26", "Tue and Thu"),
    (Rhythm(Kind.WEEKLY, every=2, weekdays=(5,)), "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "2026-11-28", "every other Saturday"),
    (Rhythm(Kind.NTH, weekdays=(1,), ordinals=(2,)), "FREQ=MONTHLY;BYDAY=2TU", "2026-11-10", "second Tuesday of the month"),
    (Rhythm(Kind.NTH, weekdays=(4,), ordinals=(-1,)), "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", "last Friday of the month"),
    (
        Rhythm(Kind.NTH, every=3, weekdays=(5,), ordinals=(1, -1)),
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1SA,-1SA",
        "2026-11-28",
        "first and last Saturday of every 3 months",
    ),
    (Rhythm(Kind.MONTH_DAY, day=15), "FREQ=MONTHLY;BYMONTHDAY=15", "2026-11-15", "the 15th of the month"),
    (Rhythm(Kind.MONTH_DAY, day=-1), "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30", "the last day of the month"),
    (Rhythm(Kind.MONTH_DAY), "FREQ=MONTHLY", "2026-11-28", "the 28th of the month"),
    (Rhythm(Kind.YEARLY), "FREQ=YEARLY", "2026-12-24", "every year on 24 Dec"),
    (Rhythm(Kind.WEEKLY, count=5), "FREQ=WEEKLY;COUNT=5", "2026-11-28", "every Saturday"),
    (Rhythm(Kind.WEEKLY, until=date(2026, 12, 26)), "FREQ=WEEKLY;UNTIL=20261226", "2026-11-28", "every Saturday"),
    (Rhythm(Kind.RAW, raw="FREQ=YEARLY;BYWEEKNO=20;BYDAY=SA"), "FREQ=YEARLY;BYWEEKNO=20;BYDAY=SA", "2026-05-16", "FREQ=YEARLY"),
]


@pytest.mark.parametrize(("rhythm", "rule", "day", "words"), BOTH_WAYS, ids=[row[1] or "once" for row in BOTH_WAYS])
def test_words_and_rule_both_ways(rhythm, rule, day, words):
    assert rrule_of(rhythm) == rule
    assert rhythm_of(rule) == rhythm
    start = datetime.fromisoformat(f"{day}T22:00")
    said = Recurrence(rule, start, start + timedelta(hours=6), LA)
    check(said)
    assert describe(said).startswith(words)


@pytest.mark.parametrize(
    ("rule", "same_as"),
    [
        ("freq=weekly;interval=2;byday=sa;wkst=su", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("FREQ=DAILY;BYDAY=SU,SA", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=-1,1", "FREQ=MONTHLY;BYDAY=1SA,-1SA"),
        ("FREQ=WEEKLY;BYDAY=SA;BYHOUR=22;BYMINUTE=0", "FREQ=WEEKLY;BYDAY=SA"),
    ],
)
def test_other_ways_to_write_it_are_read_into_the_same_words(rule, same_as):
    assert rrule_of(rhythm_of(rule)) == same_as


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=SU",  # the words cannot say where a week begins
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=2TU,3TH",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
        "FREQ=WEEKLY;BYMONTH=11;BYDAY=SA",
        "FREQ=DAILY;INTERVAL=2;BYDAY=SA",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "every other Saturday",
    ],
)
def test_what_no_words_cover_stays_a_rule(rule):
    assert rhythm_of(rule) == Rhythm(Kind.RAW, raw=rule)
    assert rrule_of(rhythm_of(rule)) == "".join(rule.split()).upper()


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261226T220000", date(2026, 12, 26)),
        ("20261226T215959", date(2026, 12, 25)),
        ("20261227T060000Z", date(2026, 12, 26)),  # 22:00 in Los Angeles, the evening before
        ("20261227T055900Z", date(2026, 12, 25)),
    ],
)
def test_an_end_at_a_time_of_day_is_told_as_the_last_day(until, last):
    rule, start = f"FREQ=WEEKLY;BYDAY=SA;UNTIL={until}", datetime(2026, 11, 28, 22)
    assert rhythm_of(rule, first_start=start, time_zone=LA) == Rhythm(Kind.WEEKLY, weekdays=(5,), until=last)
    assert rhythm_of(rule).kind == Kind.RAW


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("FREQ=WEEKLY;BYDAY=SA", []),
        ("FREQ=WEEKLY;BYDAY=SAT;INTERVAL=0", ["BYDAY holds “SAT”", "INTERVAL is a whole number"]),
        ("BYDAY=SA;MONTHS=2", ["MONTHS is not a part", "A rule says FREQ="]),
        ("FREQ=MONTHLY;BYSETPOS=1", ["BYSETPOS picks from a set"]),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", ["BYSETPOS holds “0”"]),
        ("FREQ=HOURLY", ["A rule repeats daily"]),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20270101", ["A rule has COUNT or UNTIL"]),
        ("each Saturday", ["“EACH SATURDAY” is not a part"]),
    ],
)
def test_each_fault_of_a_rule_has_its_sentence(rule, told):
    found = faults(rule)
    assert len(found) == len(told)
    assert all(sentence.startswith(words) for sentence, words in zip(found, told, strict=True))


EVERY = st.integers(1, 6)
WEEKDAYS = st.lists(st.integers(0, 6), max_size=7, unique=True).map(tuple)
ENDS = st.one_of(
    st.just({}),
    st.builds(lambda n: {"count": n}, st.integers(1, 30)),
    st.builds(lambda d: {"until": d}, st.dates(date(2027, 1, 1), date(2030, 1, 1))),
)
RHYTHMS = st.one_of(
    st.just(Rhythm(Kind.ONCE)),
    st.builds(lambda e, end: Rhythm(Kind.DAILY, every=e, **end), EVERY, ENDS),
    st.builds(lambda end: Rhythm(Kind.WEEKDAYS, **end), ENDS),
    st.builds(lambda e, days, end: Rhythm(Kind.WEEKLY, every=e, weekdays=days, **end), EVERY, WEEKDAYS, ENDS),
    st.builds(
        lambda e, day, which, end: Rhythm(Kind.NTH, every=e, weekdays=(day,), ordinals=which, **end),
        EVERY,
        st.integers(0, 6),
        st.lists(st.sampled_from(ORDINALS), min_size=1, unique=True).map(tuple),
        ENDS,
    ),
    st.builds(lambda e, day, end: Rhythm(Kind.MONTH_DAY, every=e, day=day, **end), EVERY, st.sampled_from([None, *MONTH_DAYS]), ENDS),
    st.builds(lambda e, end: Rhythm(Kind.YEARLY, every=e, **end), EVERY, ENDS),
)


@given(RHYTHMS)
def test_a_rule_made_of_words_is_read_into_words_that_make_it(rhythm):
    rule = rrule_of(rhythm)
    assert faults(rule) == [] or rhythm.kind == Kind.ONCE
    assert rhythm_of(rule).kind != Kind.RAW
    assert rrule_of(rhythm_of(rule)) == rule


PARTS = {
    "DAILY": st.sampled_from(["", "BYDAY=SA,SU", "BYDAY=MO,TU,WE,TH,FR", "BYMONTH=12"]),
    "WEEKLY": st.sampled_from(["", "BYDAY=SA", "BYDAY=TU,SA;WKST=SU", "BYDAY=SA,SU,MO;WKST=TH", "BYDAY=SA;BYHOUR=22"]),
    "MONTHLY": st.sampled_from(["", "BYDAY=4SA", "BYDAY=-1SA,2SA", "BYDAY=SA;BYSETPOS=4,1", "BYMONTHDAY=28", "BYDAY=SA"]),
    "YEARLY": st.sampled_from(["", "BYMONTH=11;BYMONTHDAY=28", "BYMONTH=11;BYDAY=-1SA"]),
}
RULES = st.sampled_from(sorted(PARTS)).flatmap(lambda frequency: PARTS[frequency].map(lambda part: f"FREQ={frequency};{part}"))
UNTILS = ["", "COUNT=7", "UNTIL=20281231", "UNTIL=20280226T220000", "UNTIL=20280227T060000Z", "UNTIL=20270228T055959Z"]


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(PARTS)).flatmap(lambda f: PARTS[f].map(lambda p: f"FREQ={f};{p}")), st.integers(1, 4), st.sampled_from(UNTILS)
)
def test_through_the_words_and_back_nothing_happens_on_another_night(text, every, until):
    rule = ";".join(part for part in (*text.split(";"), f"INTERVAL={every}", until) if part)
    start = datetime(2026, 11, 28, 22)
    before = Recurrence(rule, start, start + timedelta(hours=6), LA)
    try:
        check(before)
    except RecurrenceError:
        return
    after = Recurrence(rrule_of(rhythm_of(rule, first_start=start, time_zone=LA)), start, before.first_end, LA)
    check(after)
    years = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2034, 1, 1, tzinfo=UTC))
    assert occurrences(after, years) == occurrences(before, years)
