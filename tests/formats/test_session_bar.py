"""The session bar's geometry: what lies where, in percent of the session."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.formats.session_bar import Plan, draw

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 12, 5, 21, tzinfo=UTC)


def plan(minutes=200, **given):
    return Plan(START, START + timedelta(minutes=minutes), **given)


def pieces(drawing):
    return {piece.kind: (piece.x, piece.width) for piece in drawing.pieces}


def test_rollout_stands_first_and_rollback_flush_with_the_end():
    drawing = draw(plan(rollout=100, verification=20, rollback=50), zone=AMSTERDAM)
    assert pieces(drawing) == {
        "spare": ("0.00%", "100.00%"),
        "rollout": ("0.00%", "50.00%"),
        "verification": ("50.00%", "10.00%"),
        "rollback": ("75.00%", "25.00%"),
    }
    assert (drawing.turn.x, drawing.turn.label) == ("75.00%", "Point of no return 00:30")


def test_what_is_behind_is_grey_and_the_rest_of_the_rollout_follows_it():
    drawing = draw(plan(rollout=100, done=40, done_label="3 steps done"), zone=AMSTERDAM)
    assert (pieces(drawing)["done"], pieces(drawing)["rollout"]) == (("0.00%", "20.00%"), ("20.00%", "30.00%"))


def test_a_plan_that_exceeds_its_session_stays_inside_the_drawing_and_says_by_how_much():
    drawing = draw(plan(rollout=180, verification=30, rollback=250), zone=AMSTERDAM)
    assert pieces(drawing)["rollback"] == ("0.00%", "100.00%")
    assert pieces(drawing)["verification"] == ("90.00%", "10.00%")
    assert "exceeds it by 260 min" in drawing.words


def test_the_words_say_what_the_drawing_shows():
    outage = {"outage_start": START + timedelta(minutes=30), "outage_end": START + timedelta(minutes=60)}
    drawing = draw(plan(rollout=100, verification=20, rollback=50, **outage), zone=AMSTERDAM)
    assert drawing.words == (
        "Session 22:00–01:20, 200 min: rollout 100 min, verification 20 min, rollback 50 min, spare 30 min, outage 22:30–23:00. "
        "Point of no return 00:30."
    )


@pytest.mark.parametrize(("minutes", "shown"), [(-1, False), (0, True), (199, True), (200, False)])
def test_now_is_shown_inside_the_session_only(minutes, shown):
    assert bool(draw(plan(), zone=AMSTERDAM, at=START + timedelta(minutes=minutes)).now) is shown


def test_now_near_the_point_of_no_return_is_written_below_and_hours_give_way():
    drawing = draw(plan(rollback=50), zone=AMSTERDAM, at=START + timedelta(minutes=125))
    assert drawing.now_below
    assert [mark.label for mark in drawing.marks] == ["22:00", "23:00", "01:20"]


@pytest.mark.parametrize(("minutes", "is_below"), [(20, False), (128, True), (240, True), (270, True)])
def test_now_gives_way_where_the_other_label_lies_not_where_its_line_stands(minutes, is_below):
    late = draw(plan(300, rollback=35), zone=AMSTERDAM, at=START + timedelta(minutes=minutes))
    assert (late.turn.anchor, late.now_below) == ("end", is_below)


@pytest.mark.parametrize("minutes", [1, 59, 260, 24 * 60, 40 * 24 * 60, 3000 * 24 * 60])
def test_the_axis_has_few_marks_however_long_the_session_is(minutes):
    marks = draw(plan(minutes), zone=AMSTERDAM).marks
    assert 2 <= len(marks) <= 8
    assert (marks[0].x, marks[-1].x) == ("0%", "100%")
