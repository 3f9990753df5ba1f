"""Saving a board: its meetings follow its week, and what was deferred to one that falls out stands on the next (DESIGN 4.8)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from changes.actions import decision as decisions
from changes.actions import set_up
from changes.actions.agenda import generate
from changes.actions.meeting import make_meetings
from changes.actions.ruling import Ruling
from changes.choices import MeetingState, Route, State, Verdict
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import AgendaItem, Board, Meeting, MeetingEvent
from changes.selectors.board import destination_of, waiting_by_meeting, week_effect
from changes.selectors.submission import next_meeting
from tests import factories as make

pytestmark = pytest.mark.django_db

#: Saturday; the meetings made are on Thursday 26 November, 3, 10 and 17 December.
NOW = make.NOW


@pytest.fixture
def meetings(given):
    return make_meetings(given.board, at=NOW)


def change(given, *, at=NOW, **values):
    return set_up.change(given.board, values, actor=given.people.administrator, at=at)


def planned(given):
    rows = Meeting.objects.filter(board=given.board).order_by("starts_at")
    return [(f"{row.starts_at:%a %d %b %H:%M}", row.state, row.planned_for) for row in rows]


def test_planned_meetings_follow_to_another_day_and_none_is_made_twice(given, meetings):
    change(given, weekday=1, starts=time(10))
    assert planned(given) == [
        ("Tue 24 Nov 09:00", "planned", date(2026, 11, 24)),
        ("Tue 01 Dec 09:00", "planned", date(2026, 12, 1)),
        ("Tue 08 Dec 09:00", "planned", date(2026, 12, 8)),
        ("Tue 15 Dec 09:00", "planned", date(2026, 12, 15)),
    ]
    assert make_meetings(Board.objects.get(), at=NOW) == []
    told = MeetingEvent.objects.values_list("actor__username", "action", "note")
    assert list(told) == [("administrator", "moved", "The board’s week changed.")] * 4


def test_a_frozen_one_stays_and_its_week_gets_no_second_one(given, meetings):
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    generate(meetings[0], at=at)
    change(given, at=at, weekday=4)
    assert planned(given)[:2] == [("Thu 26 Nov 13:00", "frozen", date(2026, 11, 27)), ("Fri 04 Dec 13:00", "planned", date(2026, 12, 4))]
    assert make_meetings(Board.objects.get(), at=at) == []


def test_what_changes_nothing_of_the_week_touches_no_meeting(given, meetings):
    before = list(Meeting.objects.values())
    change(given, name="Another name", quorum=2, members=[{"user": "member"}])
    assert list(Meeting.objects.values()) == before


def test_a_holiday_taken_back_brings_its_meeting_back(given, meetings):
    change(given, holidays=[date(2026, 12, 3)])
    assert [state for _, state, _ in planned(given)] == ["planned", "cancelled", "planned", "planned"]
    change(given, holidays=[])
    assert [state for _, state, _ in planned(given)] == ["planned"] * 4


class TestWhatWasDeferred:
    @pytest.fixture
    def deferred(self, given, meetings):
        """Before the board of 26 November, and deferred to 3 December."""
        rfc = make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT)
        generate(meetings[0], at=meetings[0].cut_off_at)
        item = AgendaItem.objects.get(rfc=rfc)
        ruling = Ruling(Verdict.DEFER, reason="The plan is not read yet.", defer_to=meetings[1])
        decisions.decide(rfc, ruling, actor=given.people.chair, at=meetings[0].starts_at, item=item)
        Meeting.objects.filter(pk=meetings[0].pk).update(state=MeetingState.HELD)
        return rfc

    def on_agenda(self, meeting, at):
        generate(meeting, at=at)
        return list(AgendaItem.objects.filter(meeting=meeting).exclude(section="").values_list("rfc__pk", "section"))

    def test_it_moves_with_the_meeting(self, given, meetings, deferred):
        at = meetings[0].ends_at
        assert waiting_by_meeting([one.pk for one in meetings]) == {meetings[1].pk: 1}
        change(given, at=at, weekday=1)
        moved = Meeting.objects.get(pk=meetings[1].pk)
        assert f"{moved.starts_at:%a %d %b}" == "Tue 01 Dec"
        assert self.on_agenda(moved, at) == [(deferred.pk, "deferred")]

    def test_where_it_falls_out_it_stands_on_the_next(self, given, meetings, deferred):
        at = meetings[0].ends_at
        week = Board.objects.get().rhythm_with(frozenset({date(2026, 12, 3)}))
        (effect,) = week_effect(given.board, after=week, at=at)
        assert (effect.meeting, effect.waiting, effect.following.fate) == (meetings[1], 1, "falls out")
        change(given, at=at, holidays=[date(2026, 12, 3)])
        assert Meeting.objects.get(pk=meetings[1].pk).state == MeetingState.CANCELLED
        assert self.on_agenda(meetings[2], at) == [(deferred.pk, "deferred")]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"cut_off_days": 0, "cut_off_time": time(15)}, "cut_off_time"),
        ({"members": [{"user": "member"}, {"user": "member"}]}, "members[1]"),
        ({"rota": [{"user": "chair", "since": NOW, "until": NOW}]}, "rota[0]"),
        ({"members": [{"user": "nobody"}]}, "members"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(given, meetings, values, field):
    with pytest.raises(Unacceptable) as refused:
        change(given, weekday=1, **values)
    assert refused.value.field == field
    assert (Board.objects.get().weekday, planned(given)[0][0]) == (3, "Thu 26 Nov 13:00")


def test_only_an_administrator_changes_a_board(given, meetings):
    with pytest.raises(NotAllowed):
        set_up.change(given.board, {"weekday": 1}, actor=given.people.chair, at=NOW)
    assert planned(given)[0][0] == "Thu 26 Nov 13:00"


def test_an_rfc_goes_to_the_meeting_of_its_own_board_and_says_why(given, meetings):
    messaging = make.BoardFactory(name="Messaging board", weekday=4)
    messaging.services.add(given.service)
    rfc = make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT)
    assert rfc.route == Route.BOARD
    told = destination_of(rfc)
    assert (told.board, told.why) == (messaging, "Messaging board looks after the service Hub transport.")
    # The other board's meeting does not take it, however near it is.
    assert next_meeting(rfc.content(), at=NOW) is None
    (own, *_) = make_meetings(messaging, at=NOW)
    assert next_meeting(rfc.content(), at=NOW) == own
    assert own.starts_at - NOW < timedelta(days=7)
