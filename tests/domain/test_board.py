"""What holds of a board as it is set up: what cannot be, and what is worth a second look (DESIGN 4.1, 4.8)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from changes.domain.board import Plan, Seat, Turn, cautions, faults, first_gap
from changes.domain.meeting import Rhythm

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
THURSDAYS = Rhythm("Europe/Amsterdam", weekday=3, starts=time(14, 0), minutes=60, cut_off_days=2, cut_off_time=time(12, 0))
FINE = Plan("chair", 2, THURSDAYS, (Seat("ann"), Seat("ben")), (Turn("chair"),), {"major": 8, "minor": 5})


def days(count):
    return NOW + timedelta(days=count)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"seats": (Seat("ann"), Seat("ben"), Seat("ann"))}, ("members", 2, "Somebody has two seats: ann.")),
        ({"seats": (Seat("ann", delegate_for="ann"),)}, ("members", 0, "ann cannot sit for themselves.")),
        (
            {"seats": (Seat("ann"), Seat("ben", since=date(2026, 12, 2), until=date(2026, 12, 1)))},
            ("members", 1, "Its last day lies before its first."),
        ),
        ({"seats": (Seat("ann", since=date(2026, 12, 1), until=date(2026, 12, 1)),)}, None),
        ({"rota": (Turn("chair", NOW, NOW),)}, ("rota", 0, "The turn ends at or before its start.")),
        ({"rota": (Turn("chair", NOW, days(1)), Turn("chair", days(1)))}, None),
        (
            {"rhythm": replace(THURSDAYS, cut_off_days=0, cut_off_time=time(14, 1))},
            ("cut_off_time", None, "The cut-off lies after the start of the meeting."),
        ),
        ({"rhythm": replace(THURSDAYS, cut_off_days=0, cut_off_time=time(14, 0))}, None),
    ],
)
def test_what_cannot_be(change, fault):
    found = [(one.field, one.row, one.sentence) for one in faults(replace(FINE, **change))]
    assert found == ([fault] if fault else [])


def test_every_fault_is_told_at_once():
    wrong = replace(FINE, seats=(Seat("ann"), Seat("ann", "ann", date(2026, 12, 2), date(2026, 12, 1))), rota=(Turn("ben", NOW, NOW),))
    assert [(one.field, one.row) for one in faults(wrong)] == [("members", 1), ("members", 1), ("members", 1), ("rota", 0)]


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({}, None, ""),
        ({"quorum": 3}, None, ""),
        ({"quorum": 4}, "quorum.too_large", "3 people have a vote"),
        ({"quorum": 2, "seats": (Seat("chair"),)}, "quorum.too_large", "1 person has a vote"),
        ({"quorum": 3, "seats": (Seat("ann"), Seat("ben", delegate_for="ann", until=date(2027, 1, 1)))}, "quorum.too_large", "2 people"),
        ({"quorum": 0}, "quorum.none", "without anybody there"),
        ({"seats": (Seat("ann"), Seat("ben", delegate_for="zoe"))}, "delegate.nobody", "Ben sits for zoe, who has no seat here"),
        ({"seats": (Seat("ann"), Seat("ben", delegate_for="chair"))}, "delegate.for_good", "without a last day"),
        ({"seats": (Seat("ann"), Seat("dan", delegate_for="chair", until=date(2027, 1, 1)))}, None, ""),
        ({"rota": ()}, "rota.empty", "emergencies would reach nobody"),
        ({"rota": (Turn("chair", until=days(-1)),)}, "rota.empty", "emergencies would reach nobody"),
        ({"rota": (Turn("left"),)}, "rota.empty", "emergencies would reach nobody"),
        ({"rota": (Turn("chair", until=days(2)), Turn("ann", days(3)))}, "rota.gap", "From Mon 23 Nov 10:00 nobody"),
        ({"rota": (Turn("ann", days(2)), Turn("chair", until=days(2)))}, None, ""),
        ({"chair": "left", "seats": (Seat("ann"), Seat("ben"))}, "chair.absent", "left leads the board and decides nothing"),
        ({"seats": (Seat("ann"), Seat("left"))}, "seat.absent", "left has a seat"),
        ({"rhythm": replace(THURSDAYS, holidays=frozenset({date(2026, 12, 25)}))}, "holiday.needless", "Fri 25 Dec 2026"),
        ({"rhythm": replace(THURSDAYS, holidays=frozenset({date(2026, 12, 31)}))}, None, ""),
        ({"item_minutes": {"major": 61}}, "minutes.too_many", "One major item takes 61 min, the whole meeting 60 min."),
    ],
)
def test_what_is_worth_a_second_look(change, code, words):
    found = cautions(replace(FINE, **change), absent={"left"}, names={"ben": "Ben"}, at=NOW)
    assert [one.code for one in found] == ([code] if code else [])
    assert words in " ".join(one.sentence for one in found)
    assert all(one.mend for one in found)


@pytest.mark.parametrize(
    ("rota", "gap"),
    [
        ([], 0),
        ([Turn("a")], None),
        ([Turn("a", days(1))], 0),
        ([Turn("a", until=days(5)), Turn("b", days(4), days(9))], 9),
        ([Turn("a", until=days(5)), Turn("b", days(4), days(29))], None),
        ([Turn("b", days(4)), Turn("a", until=days(5))], None),
    ],
)
def test_the_first_hour_in_which_nobody_answers(rota, gap):
    assert first_gap(rota, NOW) == (None if gap is None else days(gap))
