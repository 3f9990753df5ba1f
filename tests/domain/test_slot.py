"""The next free slots, and why the nights before were passed over (DESIGN 4.7)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.choices import Level
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.slot import PassedOver, Search, Slot, free_nights, free_slots
from tests.domain.given import at, between

DAY = 1440
#: Four nights, 22:00 to 04:00.
NIGHTS = [between(day * DAY, day * DAY + 360) for day in range(4)]


def conflict(taken: Interval) -> Finding:
    return Finding("conflict.same_item", Level.ERROR, "sessions[0]", "RFC-000007 works on HT-01.", "", taken, "RFC-000007")


def busy_with(*taken: Interval, warned: Sequence[Interval] = ()):
    """What blocks an interval, and what only warns of it."""

    def found(interval: Interval, _: int) -> list[Finding]:
        told = ((one, conflict) for one in taken), ((one, warning) for one in warned)
        return [tell(piece) for one, tell in chain(*told) if (piece := interval.intersection(one))]

    return found


def warning(taken: Interval) -> Finding:
    return Finding("conflict.same_service", Level.WARNING, "sessions[0]", "RFC-000009 works on Mail.", "", taken, "RFC-000009")


def slots(minutes=240, permitted=NIGHTS, frozen=(), busy=(), warned=(), after=-60, count=2, **other):
    given = {"permitted": permitted, "frozen": frozen, "found": busy_with(*busy, warned=warned), "after": at(after), **other}
    return free_slots(Search(minutes, **given), count)


def starts(found: list[Slot]) -> list[Interval]:
    return [slot.interval for slot in found]


def test_the_next_nights_from_their_beginning():
    assert slots() == [Slot(between(0, 240), NIGHTS[0]), Slot(between(DAY, DAY + 240), NIGHTS[1])]


@pytest.mark.parametrize(
    ("busy", "expected"),
    [
        ((0, 60), (60, 300)),
        ((-60, 100), (105, 345)),
        ((240, 360), (0, 240)),
        ((30, 40), (45, 285)),
        ((100, 120), (120, 360)),
        ((100, 121), (DAY, DAY + 240)),
    ],
)
def test_inside_a_night_the_next_free_quarter(busy, expected):
    assert starts(slots(busy=[between(*busy)], count=1)) == [between(*expected)]


def test_why_nights_were_passed_over():
    first, second = slots(
        permitted=[between(-500, -440), *NIGHTS],
        after=-490,
        frozen=[(between(-10, 400), "Year end")],
        busy=[between(2 * DAY + 100, 2 * DAY + 200)],
    )
    assert first == Slot(
        between(DAY, DAY + 240),
        NIGHTS[1],
        (
            PassedOver(between(-500, -440), "it is too short: 60 min", "window.exceeds"),
            PassedOver(NIGHTS[0], "frozen: Year end", "freeze.active"),
        ),
    )
    assert second.occurrence == NIGHTS[3]
    assert second.passed_over == (PassedOver(NIGHTS[2], "RFC-000007 works on HT-01", "conflict.same_item"),)


def test_a_night_that_has_begun_offers_what_is_left():
    assert starts(slots(minutes=120, after=50, count=1)) == [between(60, 180)]
    (slot,) = slots(after=121, count=1)
    assert slot.passed_over == (PassedOver(NIGHTS[0], "only 239 min of it are left", "window.exceeds"),)


def test_nights_that_are_over_are_not_spoken_of():
    (slot,) = slots(after=360, count=1)
    assert (slot.interval, slot.passed_over) == (between(DAY, DAY + 240), ())


def test_notice_is_a_reason():
    (slot,) = slots(count=1, notice_until=at(600))
    assert slot.interval == between(DAY, DAY + 240)
    reason = "the notice is too short: not before Sun 29 Nov 08:00"
    assert slot.passed_over == (PassedOver(NIGHTS[0], reason, "notice.too_short"),)


@pytest.mark.parametrize(
    ("due", "note"),
    [(240, ""), (239, "after its due date"), (240 - 29 * DAY, "29 days after its due date"), (240 - DAY, "after its due date")],
)
def test_after_its_due_date(due, note):
    assert slots(count=1, due_by=at(due))[0].note == note


def test_adjoining_stretches_are_one_night():
    assert starts(slots(minutes=400, permitted=[between(0, 360), between(360, 720)], count=1)) == [between(0, 400)]


def test_nothing_free_gives_nothing():
    assert slots(permitted=[]) == []
    assert slots(minutes=361) == []
    assert slots(frozen=[(between(-DAY, 9 * DAY), "Audit")]) == []


def test_a_finding_without_a_time_ends_the_night_and_not_the_search():
    refusal = Finding("conflict.predecessor", Level.ERROR, "predecessors", "RFC-000005 is cancelled.", "")
    found = slots(60, found=lambda one, _: [refusal] if one.start < at(DAY) else [], after=0, count=1)
    assert found == [Slot(between(DAY, DAY + 60), NIGHTS[1], (PassedOver(NIGHTS[0], "RFC-000005 is cancelled", "conflict.predecessor"),))]


def test_a_slot_lasts_at_least_a_minute():
    with pytest.raises(ValueError, match="minute"):
        slots(minutes=0)


# --- What only warns --------------------------------------------------------------------------------------------------


def test_a_night_of_which_something_warns_is_passed_over_as_long_as_another_is_found():
    (first,) = slots(warned=[NIGHTS[0]], count=1)
    assert (first.interval, first.note) == (between(DAY, DAY + 240), "")
    assert first.passed_over == (PassedOver(NIGHTS[0], "RFC-000009 works on Mail", "conflict.same_service"),)


def test_where_there_are_not_enough_others_it_comes_last_and_says_what_warns_of_it():
    found = slots(warned=NIGHTS[:3], count=3)
    assert [(slot.interval, slot.note) for slot in found] == [
        (between(3 * DAY, 3 * DAY + 240), ""),
        (between(0, 240), "same service: RFC-000009"),
        (between(DAY, DAY + 240), "same service: RFC-000009"),
    ]


def test_what_blocks_is_not_leapt_over_together_with_what_warns():
    (slot,) = slots(60, permitted=NIGHTS[:1], busy=[between(-60, 15)], warned=[NIGHTS[0]], count=1)
    assert (slot.interval, slot.note) == (between(15, 75), "same service: RFC-000009")


def test_who_is_hurried_takes_what_only_warns():
    (slot,) = slots(warned=[NIGHTS[0]], count=1, hurried=True, standing=["no change window is defined"])
    assert (slot.interval, slot.note) == (between(0, 240), "no change window is defined, same service: RFC-000009")


# --- Long stretches, and a night for each session ---------------------------------------------------------------------


def test_a_long_stretch_has_a_slot_a_day():
    assert starts(slots(permitted=[between(0, 5 * DAY)], count=3)) == [between(day * DAY, day * DAY + 240) for day in range(3)]
    assert starts(slots(permitted=[between(0, 2 * DAY + 100)], count=9)) == [between(0, 240), between(DAY, DAY + 240)]
    assert starts(slots(30 * 60, permitted=[between(0, 5 * DAY)], count=3)) == [
        between(0, 30 * 60),
        between(2 * DAY, 2 * DAY + 30 * 60),
    ]


def nights(count, minutes=240, permitted=NIGHTS, **other):
    return free_nights(Search(minutes, permitted, (), **{"after": at(-60), "found": busy_with(), **other}), count)


def test_each_session_is_tried_as_itself():
    def second_not_on_the_second(interval: Interval, place: int) -> list[Finding]:
        return [conflict(interval)] if place == 1 and interval.overlaps(NIGHTS[1]) else []

    first, second = nights(2, found=second_not_on_the_second)
    assert starts([first, second]) == [between(0, 240), between(2 * DAY, 2 * DAY + 240)]
    assert [passed.interval for passed in second.passed_over] == [NIGHTS[1]]


def test_nights_of_which_something_warns_are_taken_only_where_the_others_do_not_suffice():
    warned = busy_with(warned=[NIGHTS[1]])
    assert [slot.note for slot in nights(3, found=warned)] == ["", "", ""]
    assert [slot.note for slot in nights(4, found=warned)] == ["", "same service: RFC-000009", "", ""]


stretches = st.tuples(st.integers(0, 5000), st.integers(1, 600)).map(lambda pair: between(pair[0], pair[0] + pair[1]))
many = st.lists(stretches, max_size=6)


@given(st.integers(1, 400), many, many, many, st.integers(0, 2000), st.integers(1, 4))
def test_a_slot_is_permitted_and_free(minutes, permitted, frozen, taken, after, count):
    named = [(interval, "Freeze") for interval in frozen]
    found = slots(minutes=minutes, permitted=permitted, frozen=named, busy=taken, after=after, count=count)
    assert len(found) <= count
    for slot in found:
        assert slot.interval.end - slot.interval.start == timedelta(minutes=minutes)
        assert slot.occurrence.contains(slot.interval)
        assert slot.interval.start >= at(after)
        assert not any(slot.interval.overlaps(one) for one in [*frozen, *taken])


@given(st.integers(1, 300), many, st.integers(0, 2000))
def test_no_free_quarter_of_an_hour_is_leapt_over(minutes, taken, after):
    day = between(0, 6000)
    quarters = (at(quarter) for quarter in range(0, 6000, 15) if quarter >= after)
    free = (
        start
        for start in quarters
        if start + timedelta(minutes=minutes) <= day.end
        and not any(Interval(start, start + timedelta(minutes=minutes)).overlaps(one) for one in taken)
    )
    found = slots(minutes=minutes, permitted=[day], busy=taken, after=after, count=1)
    assert [slot.interval.start for slot in found] == [start for start in [next(free, None)] if start]
