"""Waivers: what is accepted, and when that lapses (DESIGN 4.6)."""

from dataclasses import replace

import pytest

from changes.choices import Level
from changes.domain.clash import CARRIED, Reader
from changes.domain.finding import Finding, blocking
from changes.domain.interval import FOREVER, Interval
from changes.domain.waiver import (
    Accepted,
    Standing,
    accepted_minutes,
    accepted_scope,
    accepted_times,
    apply_waivers,
    from_the_other_side,
    is_waivable,
    standing,
)
from tests.domain.given import at

ITEM = Finding("conflict.same_item", Level.ERROR, "sessions[0]", "Same item.", "Move.", other="RFC-000002", minutes=60)
CLOSED = Interval(at(0), at(48))
FREEZE = Finding("freeze.active", Level.ERROR, "sessions[0]", "Frozen.", "Move.", CLOSED, minutes=240, about="Month-end close", freeze=1)
MISSES = Finding("window.misses", Level.ERROR, "sessions[0]", "Misses.", "Move.", Interval(at(24), at(28)), minutes=240)
PREDECESSOR = Finding("conflict.predecessor", Level.ERROR, "predecessors", "Not done.", "Move.", other="RFC-000003")
WAIVER = Accepted("conflict.same_item", "RFC-000002", "Both teams agree.", "the change manager", at(100), 60)


@pytest.mark.parametrize(
    ("waiver", "now", "waived"),
    [
        (WAIVER, at(0), "the change manager until Sat 28 Nov 23:40"),
        (WAIVER, at(99), "the change manager until Sat 28 Nov 23:40"),
        (WAIVER, at(100), ""),
        (replace(WAIVER, until=None), at(10_000), "the change manager"),
        (replace(WAIVER, minutes=61), at(0), "the change manager until Sat 28 Nov 23:40"),
        (replace(WAIVER, minutes=59), at(0), ""),
        (replace(WAIVER, minutes=None), at(0), "the change manager until Sat 28 Nov 23:40"),
        (replace(WAIVER, other="RFC-000009"), at(0), ""),
        (replace(WAIVER, code="conflict.outage"), at(0), ""),
    ],
)
def test_a_waiver_holds_for_its_finding_until_its_time_or_until_the_overlap_grows(waiver, now, waived):
    (found,) = apply_waivers([ITEM], [waiver], now)
    assert (found.waived, found.level, found.blocks) == (waived, Level.ERROR, not waived)
    assert replace(found, waived="", lapsed="") == ITEM


def left(found: list[Finding], waivers: list[Accepted]) -> list[Finding]:
    """What blocks still, without what is said of the waiver that lapsed."""
    return [replace(finding, lapsed="") for finding in blocking(apply_waivers(found, waivers, at(0)))]


def test_an_overlap_with_the_same_rfc_in_another_session_is_growth():
    again = replace(ITEM, field="sessions[1]")
    assert left([ITEM, again], [WAIVER]) == [ITEM, again]
    assert accepted_minutes([ITEM, again]) == 120
    assert not left([ITEM, again], [replace(WAIVER, minutes=120)])


def test_an_overlap_that_lost_its_end_has_grown():
    assert left([replace(ITEM, minutes=None)], [WAIVER])


def accepting(*found: Finding) -> Accepted:
    """A waiver of these as they stand."""
    first, minutes, times = found[0], accepted_minutes(found), accepted_times(found)
    return Accepted(first.code, first.other, "Agreed.", "the change manager", None, minutes, first.freeze, times, accepted_scope(found))


@pytest.mark.parametrize("finding", [FREEZE, PREDECESSOR, MISSES])
def test_findings_without_another_rfc_or_a_measure_can_be_waived(finding):
    waiver = accepting(finding)
    assert waiver.minutes == finding.minutes
    assert left([finding], [waiver]) == []


@pytest.mark.parametrize(
    ("accepted", "now"),
    [
        (FREEZE, replace(FREEZE, freeze=2)),
        (FREEZE, replace(FREEZE, interval=Interval(at(24), at(72)))),
        (FREEZE, replace(FREEZE, interval=Interval(at(0), at(49)))),
        (FREEZE, replace(FREEZE, minutes=241)),
        (MISSES, replace(MISSES, interval=Interval(at(25), at(29)))),
        (MISSES, replace(MISSES, interval=Interval(at(48), at(52)))),
        (MISSES, replace(MISSES, interval=Interval(at(24), FOREVER), minutes=None)),
        (replace(MISSES, code="notice.too_short"), replace(MISSES, code="notice.too_short", interval=Interval(at(48), at(52)))),
    ],
)
def test_one_freeze_or_time_is_accepted_and_no_other(accepted, now):
    assert left([now], [accepting(accepted)]) == [now]


@pytest.mark.parametrize(
    ("accepted", "now"),
    [
        (FREEZE, replace(FREEZE, interval=Interval(at(0), at(24)))),
        (MISSES, replace(MISSES, interval=Interval(at(25), at(28)), minutes=180)),
        (ITEM, replace(ITEM, interval=Interval(at(72), at(73)))),
    ],
)
def test_less_of_the_same_is_accepted_still_and_an_overlap_may_move(accepted, now):
    assert left([now], [accepting(accepted)]) == []


def test_each_freeze_and_each_night_has_its_own_waiver():
    other_freeze = replace(FREEZE, freeze=2)
    other_night = replace(MISSES, field="sessions[1]", interval=Interval(at(48), at(52)))
    found = [FREEZE, other_freeze, MISSES, other_night]
    assert left(found, [accepting(FREEZE), accepting(MISSES)]) == [other_freeze, other_night]
    assert left(found, [accepting(finding) for finding in found]) == []


def test_more_minutes_of_one_freeze_in_a_second_session_are_growth():
    again = replace(FREEZE, field="sessions[1]")
    assert left([FREEZE, again], [accepting(FREEZE)]) == [FREEZE, again]
    assert left([FREEZE, again], [accepting(FREEZE, again)]) == []


def test_the_later_of_two_waivers_counts_and_order_is_kept():
    lapsed = replace(WAIVER, until=at(-1))
    found = apply_waivers([FREEZE, ITEM], [WAIVER, lapsed], at(0))
    assert [finding.code for finding in found] == ["freeze.active", "conflict.same_item"]
    assert [bool(finding.waived) for finding in found] == [False, True]


def test_the_time_is_told_in_the_readers_zone():
    (found,) = apply_waivers([ITEM], [WAIVER], at(0), time_zone="Europe/Amsterdam")
    assert found.waived == "the change manager until Sun 29 Nov 00:40"


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (ITEM, True),
        (FREEZE, True),
        (replace(ITEM, code="window.misses"), True),
        (replace(ITEM, code="notice.too_short"), True),
        (replace(ITEM, code="interval.reversed"), False),
        (replace(ITEM, code="rollback.missing"), False),
        (replace(ITEM, code="plan.exceeds_session"), False),
        (replace(ITEM, level=Level.WARNING), False),
        (replace(ITEM, waived="the change manager"), False),
    ],
)
def test_what_can_be_waived_is_a_blocking_finding_about_when(finding, expected):
    assert is_waivable(finding) is expected


def test_what_has_to_be_written_is_not_waived():
    missing = replace(ITEM, code="rollback.missing")
    assert apply_waivers([missing], [replace(WAIVER, code="rollback.missing")], at(0)) == [missing]


BOTH = replace(ITEM, scope=("HT-01", "HT-02"))
ONE = replace(ITEM, scope=("HT-01",))
TERMS = ("freeze.type:rollup", "freeze.reason:close")
WORK = ("environment:test", "type:rollup", "service:mail")


@pytest.mark.parametrize(
    ("accepted", "now", "words"),
    [
        (ITEM, replace(ITEM, minutes=75), "the overlap grew from 60 min to 75 min"),
        (ITEM, replace(ITEM, minutes=None), "60 min were accepted, and it has no end any more"),
        (FREEZE, replace(FREEZE, minutes=241), "it grew from 240 min to 241 min"),
        (MISSES, replace(MISSES, interval=Interval(at(48), at(52))), "it was for another time"),
        (ONE, BOTH, "it is about Hub 2 as well now, which was not part of it"),
        (BOTH, ONE, ""),
        (ONE, ONE, ""),
        (ITEM, BOTH, ""),  # from before the scope was kept
        (replace(FREEZE, scope=TERMS), replace(FREEZE, about="Renamed", scope=TERMS), ""),
        (replace(FREEZE, scope=TERMS), replace(FREEZE, scope=("freeze.type:",)), "the freeze covers something else now"),
        (replace(FREEZE, scope=TERMS), replace(FREEZE, scope=("freeze.reason:hold",)), "the freeze has another reason now"),
        (replace(MISSES, scope=WORK), replace(MISSES, scope=WORK[:2]), ""),
        (replace(MISSES, scope=WORK), replace(MISSES, scope=("environment:prod",)), "it was for another environment"),
        (replace(MISSES, scope=WORK), replace(MISSES, scope=("type:",)), "it was for another change type"),
        (
            replace(MISSES, scope=WORK),
            replace(MISSES, scope=(*WORK, "service:pay")),
            "it is about Payroll as well now, which was not part of it",
        ),
    ],
)
def test_a_waiver_that_lapsed_says_why_on_the_finding_that_blocks_again(accepted, now, words):
    waiver, names = accepting(accepted), {("item", "HT-02"): "Hub 2", ("service", "pay"): "Payroll"}
    (found,) = apply_waivers([now], [waiver], at(0), names=names)
    assert found.lapsed == (f"the change manager had waived it, but {words}." if words else "")
    assert found.blocks == bool(words)
    assert standing(waiver, [now], at(0), Reader(names=names)) == ((Standing.LAPSED, words) if words else (Standing.HOLDS, ""))


def test_a_waiver_whose_time_is_over_says_so_and_one_without_its_finding_has_nothing_left_to_do():
    over = "its time was over Sat 28 Nov 23:40"
    assert standing(WAIVER, [ITEM], at(100), Reader()) == (Standing.LAPSED, over)
    assert apply_waivers([ITEM], [WAIVER], at(100))[0].lapsed == f"the change manager had waived it, but {over}."
    assert standing(WAIVER, [], at(0), Reader()) == (Standing.UNNEEDED, "")
    assert standing(WAIVER, [replace(ITEM, level=Level.WARNING)], at(0), Reader()) == (Standing.UNNEEDED, "")


def test_a_second_night_that_nobody_waived_does_not_say_that_the_waiver_of_the_first_lapsed():
    other_night = replace(MISSES, field="sessions[1]", interval=Interval(at(48), at(52)))
    found = apply_waivers([MISSES, other_night], [accepting(MISSES)], at(0))
    assert [(one.blocks, one.lapsed) for one in found] == [(False, ""), (True, "")]


@pytest.mark.parametrize(("minutes", "waived"), [(60, True), (45, True), (75, False)])
def test_what_one_of_two_has_accepted_of_a_conflict_marks_it_on_the_other_as_well(minutes, waived):
    mine = from_the_other_side(replace(WAIVER, other="RFC-000001"), "RFC-000002")
    blocking_here = replace(ITEM, minutes=minutes)
    carried_there = replace(blocking_here, level=Level.WARNING, kind=CARRIED)
    for finding in (blocking_here, carried_there):
        (found,) = apply_waivers([finding], [mine], at(0))
        assert bool(found.waived) == waived
    assert standing(WAIVER, [replace(ITEM, level=Level.WARNING, kind=CARRIED)], at(0), Reader()) == (Standing.HOLDS, "")
