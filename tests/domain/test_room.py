"""Where a session may go that stands in the way: no way out leads into the next error."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.choices import Urgency
from changes.domain.freeze import Freeze
from changes.domain.judgement import Context, findings
from changes.domain.recurrence import Recurrence
from changes.domain.room import Rooms
from changes.domain.window import Window
from tests.domain.given import SATURDAY, at, between, content, session

NOW = at(-2880)
DAY = 1440


def windows(*spans: tuple[int, int]) -> list[Window]:
    """Windows of one night each, in minutes after Saturday 22:00."""
    begin = SATURDAY.replace(tzinfo=None)
    return [
        Window(place, "Night", "managed", (), Recurrence("", begin + timedelta(minutes=start), begin + timedelta(minutes=end), "UTC"))
        for place, (start, end) in enumerate(spans)
    ]


def freezes(*spans: tuple[int, int], **other) -> list[Freeze]:
    return [Freeze(place, "Freeze", "", at(start), at(end), "UTC", **other) for place, (start, end) in enumerate(spans)]


@pytest.mark.parametrize(
    ("sessions", "permitted", "frozen", "first"),
    [
        # The window that holds it, the next one ahead, never one that is over when it starts.
        ([(-60, 60)], [(0, 360)], [], (0, 360)),
        ([(-60, 60)], [(-DAY, -DAY + 360), (DAY, DAY + 360)], [], (DAY, DAY + 360)),
        ([(300, 400)], [(0, 360)], [], (0, 360)),
        # Long enough for it.
        ([(-60, 60)], [(0, 100), (DAY, DAY + 120)], [], (DAY, DAY + 120)),
        ([(-60, 60)], [(0, 100)], [], None),
        # What a freeze leaves of a window, else the next window.
        ([(-60, 60)], [(0, 360)], [(120, 500)], (0, 120)),
        ([(-60, 60)], [(0, 360)], [(-10, 100)], (100, 360)),
        ([(-60, 60)], [(0, 360), (DAY, DAY + 360)], [(100, 300)], (DAY, DAY + 360)),
        ([(-60, 60)], [(0, 360), (DAY, DAY + 360)], [(-500, 500), (DAY, DAY + 300)], None),
        # Not where another session of its own stands.
        ([(-60, 60), (0, 360)], [(0, 360), (DAY, DAY + 360)], [], (DAY, DAY + 360)),
        ([(-60, 60), (0, 60)], [(0, 360)], [], (60, 360)),
        ([(-60, 60), (60, 0)], [(0, 360)], [], (0, 360)),
        # Bound to no window: behind the freezes, the next one among them.
        ([(0, 60)], [], [(-60, 120)], (120, None)),
        ([(0, 60)], [], [(-60, 120), (120, 240)], (240, None)),
        ([(0, 60)], [], [(-60, 120), (150, 240), (400, 600)], (240, 400)),
        # Three months ahead and no further.
        ([(0, 60)], [(80 * DAY, 80 * DAY + 360)], [], (80 * DAY, 80 * DAY + 360)),
        ([(0, 60)], [(100 * DAY, 100 * DAY + 360)], [], None),
        ([(0, 60)], [], [(-60, 100 * DAY)], None),
    ],
)
def test_the_first_room(sessions, permitted, frozen, first):
    rfc = content(sessions=tuple(session(*times) for times in sessions))
    found = Rooms(rfc, windows(*permitted), freezes(*frozen), NOW).first(0)
    assert (found and (found.start, None if found.is_open else found.end)) == (first and (at(first[0]), first[1] and at(first[1])))


def test_it_is_never_past_nor_within_the_notice():
    rfc = content(sessions=(session(-7 * DAY, -7 * DAY + 60),))
    assert Rooms(rfc, windows((-3 * DAY, -3 * DAY + 360), (0, 360)), (), NOW).first(0) == between(0, 360)
    assert Rooms(rfc, windows((0, 360)), (), at(90)).first(0) == between(90, 360)
    context = Context(windows=windows((-DAY, -DAY + 360), (DAY, DAY + 360)), notice_hours=72)
    (missed,) = (one for one in findings(rfc, context, at=NOW) if one.code == "window.misses")
    assert missed.mend == "Move it into the window Sun 29 Nov 22:00–04:00."


def test_two_sessions_are_not_sent_to_the_same_place():
    rooms = Rooms(content(sessions=(session(0, 60), session(60, 120))), windows((DAY, DAY + 180)), (), NOW)
    assert [rooms.first(0), rooms.first(1), rooms.first(0)] == [
        between(DAY, DAY + 180),
        between(DAY + 60, DAY + 180),
        between(DAY, DAY + 180),
    ]


def test_a_freeze_of_something_else_and_an_emergency_are_not_kept_from_it():
    of_other, of_all = freezes((0, 360), environment="corporate"), freezes((0, 360))
    rfc = content(sessions=(session(-60, 60),))
    assert Rooms(rfc, windows((0, 360)), of_other, NOW).first(0) == between(0, 360)
    assert Rooms(replace(rfc, urgency=Urgency.EMERGENCY), windows((0, 360)), of_all, NOW).first(0) == between(0, 360)


def test_a_freeze_that_runs_into_the_next_names_the_window_after_both():
    """A Friday freeze runs into a month's close; the window is on the Saturday night after."""
    friday = datetime(2026, 11, 27, 22, tzinfo=UTC)
    fridays = Freeze(1, "Fridays", "", friday - timedelta(hours=10), friday + timedelta(hours=2), "UTC", "FREQ=WEEKLY")
    close = Freeze(2, "Month-end close", "", friday + timedelta(hours=2), friday + timedelta(hours=58), "UTC")
    nights = Window(1, "Saturdays", "managed", (), Recurrence("FREQ=WEEKLY", datetime(2026, 11, 7, 22), datetime(2026, 11, 8, 4), "UTC"))
    rfc = content(sessions=(session(-DAY, -DAY + 120),))
    told = {one.code: one.mend for one in findings(rfc, Context(windows=[nights], freezes=[fridays, close]), at=NOW)}
    assert told["freeze.active"] == "Move it into Sat 5 Dec 22:00–04:00, or ask the change manager for a waiver."
    assert told["window.misses"] == "Move it into the window Sat 5 Dec 22:00–04:00."


_SPAN = st.tuples(st.integers(-20, 60), st.integers(1, 30)).map(lambda pair: (pair[0] * 60, (pair[0] + pair[1]) * 60))


@given(
    permitted=st.lists(_SPAN, min_size=1, max_size=4),
    frozen=st.lists(_SPAN, max_size=4),
    sessions=st.lists(st.tuples(st.integers(-10, 40), st.integers(1, 5)), min_size=1, max_size=3, unique_by=lambda pair: pair[0] // 6),
)
def test_who_follows_the_way_out_meets_no_window_and_no_freeze_and_no_other_session_of_its_own(permitted, frozen, sessions):
    rfc = content(sessions=tuple(session(start * 60, (start + hours) * 60) for start, hours in sessions))
    context = Context(windows=windows(*permitted), freezes=freezes(*frozen))
    rooms = Rooms(rfc, context.windows, context.freezes, NOW)
    sent = [(one, rooms.first(place)) for place, one in enumerate(rfc.sessions)]
    moved = replace(rfc, sessions=tuple(one.moved_to(room.start) for one, room in sent if room))
    told = findings(moved, context, at=NOW) if moved.sessions else []
    assert [one for one in told if one.code.startswith(("window.", "freeze.")) or one.kind == "twice"] == []
