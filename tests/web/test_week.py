"""The week at a glance: per board, what needs a vote, what was decided, what went wrong, what is ahead (issue 4)."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import vote
from changes.choices import Ballot, Manner, MeetingState, Outcome, Role, Section, Severity, State, Suspicion
from changes.domain.week import looked_back_to, overrun_minutes, what_went_wrong
from changes.models import ElectronicVote, IncidentLink, User
from changes.selectors.week import glance_of
from tests import factories as make

NOW = make.NOW


@pytest.fixture
def meeting(given):
    """Frozen, on Thursday."""
    return make.MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5), state=MeetingState.FROZEN, revision=1)


def text_of(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def on(meeting, given, **other):
    rfc = make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT)
    return make.AgendaItemFactory(meeting=meeting, rfc=rfc, section=Section.NEW, **other)


def done(given, outcome="", **other):
    """Completed two days ago, an hour past its end where `late` says so."""
    late = other.pop("late", 0)
    start = NOW - timedelta(days=2)
    rfc = make.RFCFactory(
        state=State.COMPLETED, environment=given.environment, services=[given.service], owner=given.people.owner, outcome=outcome, **other
    )
    times = {"planned_start": start, "planned_end": start + make.hours(4), "actual_start": start}
    make.SessionFactory(rfc=rfc, **times, actual_end=start + make.hours(4) + timedelta(minutes=late))
    make.EventFactory(rfc=rfc, action="completed", at=start + make.hours(5))
    return rfc


def of(person):
    (week,) = glance_of(person, at=NOW).weeks
    return week


@pytest.mark.parametrize(("days", "since"), [(None, 7), (2, 7), (7, 7), (9, 9)])
def test_it_looks_back_to_the_last_meeting_and_seven_days_at_least(days, since):
    last = NOW - timedelta(days=days) if days else None
    assert looked_back_to(last, NOW) == NOW - timedelta(days=since)


@pytest.mark.parametrize(
    ("outcome", "other", "told"),
    [
        (Outcome.SUCCESSFUL, {}, []),
        (Outcome.NOT_STARTED, {}, []),
        (None, {}, []),
        (Outcome.FAILED, {}, ["failed"]),
        (Outcome.ROLLED_BACK, {"overrun": 35}, ["rolled back", "35 min past its end"]),
        (Outcome.SUCCESSFUL, {"caused": ("INC-1", "INC-2")}, ["caused INC-1, INC-2"]),
        (Outcome.SUCCESSFUL, {"is_unauthorised": True}, ["called unauthorised"]),
        (None, {"is_word_overdue": True}, ["unauthorised: the word was not confirmed within 24 hours"]),
    ],
)
def test_what_counts_as_having_gone_wrong(outcome, other, told):
    assert what_went_wrong(outcome, **other) == told


@pytest.mark.parametrize(
    ("end", "begun", "ended", "minutes"), [(0, -4, -1, 0), (-2, -4, -1, 60), (-2, -4, None, 120), (-2, None, None, 0), (None, -4, None, 0)]
)
def test_how_long_a_session_ran_over(end, begun, ended, minutes):
    moments = [None if one is None else NOW + make.hours(one) for one in (end, begun, ended)]
    assert overrun_minutes(*moments, NOW) == minutes


@pytest.mark.django_db
@pytest.mark.usefixtures("clock_stands")
class TestTheWeek:
    def test_what_needs_my_vote_and_until_when(self, given, meeting):
        item = on(meeting, given)
        on(meeting, given, is_late=True)
        assert [(one.item, one.until, one.is_electronic) for one in of(given.people.member).questions] == [(item, meeting.starts_at, False)]
        make.VoteFactory(item=item, member=given.people.member)
        assert of(given.people.member).questions == []
        assert [one.item for one in of(given.people.chair).questions] == [item]

    def test_nobody_is_asked_about_their_own(self, given, meeting):
        on(meeting, given)
        given.board.members.create(user=given.people.owner)
        assert of(given.people.owner).questions == []

    def test_a_vote_that_an_edit_has_left_behind_is_asked_for_again(self, given, meeting):
        item, member = on(meeting, given), given.people.member
        vote.cast(item, Ballot.APPROVE, actor=member, at=NOW - timedelta(hours=2))
        assert of(member).questions == []
        make.EventFactory(rfc=item.rfc, action="edited", at=NOW - timedelta(hours=1), changes={"rollback": ["", "Restore"]})
        assert [one.item for one in of(member).questions] == [item]

    def test_what_is_voted_on_between_meetings_closes_first(self, given, meeting):
        planned = make.MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=12))
        first, second = on(meeting, given), on(planned, given)
        closes = NOW + timedelta(days=1)
        ElectronicVote.objects.create(item=second, opened_at=NOW, opened_by=given.people.chair, closes_at=closes)
        asked = of(given.people.member).questions
        assert [(one.item, one.until, one.is_electronic) for one in asked] == [(second, closes, True), (first, meeting.starts_at, False)]

    def test_what_was_decided_by_whom_and_how(self, given, meeting, client):
        item = on(meeting, given)
        decision = make.DecisionFactory(rfc=item.rfc, item=item, by=given.people.chair, manner=Manner.MEETING, at=NOW - timedelta(days=1))
        make.ConditionFactory(decision=decision)
        make.DecisionFactory(rfc=item.rfc, at=NOW - timedelta(days=8))
        client.force_login(given.people.member)
        text = text_of(client.get("/week/"))
        assert [one.pk for one in of(given.people.member).decided] == [decision.pk]
        assert "by Chair" in text
        assert "Show that last night's backup can be restored" in text
        assert "In the meeting." in text

    def test_what_went_wrong(self, given):
        failed, late, well = done(given, Outcome.FAILED), done(given, Outcome.SUCCESSFUL, late=60), done(given, Outcome.SUCCESSFUL)
        caused = done(given, Outcome.SUCCESSFUL)
        IncidentLink.objects.create(
            rfc=caused, system="Desk", identifier="INC-7", suspicion=Suspicion.CONFIRMED, by=given.people.owner, at=NOW
        )
        told = {one.rfc: list(one.words) for one in of(given.people.member).wrong}
        assert told[failed] == ["failed"]
        assert told[late] == ["60 min past its end"]
        assert "INC-7" in told[caused][0]
        assert well not in told

    def test_what_is_ahead(self, given, meeting):
        major = make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT)
        make.rfc_in(State.SUBMITTED, given)
        make.FreezeFactory()
        planned = make.MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=8), cut_off_at=NOW + timedelta(days=6))
        week = of(given.people.member)
        assert [session.rfc for session in week.majors] == [major]
        assert [(one.meeting, one.is_cut_off) for one in week.coming if one.at > NOW] == [
            (meeting, True),
            (meeting, False),
            (planned, True),
        ]
        assert [one.freeze.name for one in glance_of(given.people.member, at=NOW).freezes] == ["Month-end close"]
        assert major.severity == Severity.MAJOR

    def test_whoever_sits_on_two_boards_has_both_apart(self, given, client):
        second = make.BoardFactory(name="Messaging board", seats=[given.people.member])
        second.services.add(given.service)
        failed = done(given, Outcome.FAILED)
        first, other = glance_of(given.people.member, at=NOW).weeks
        assert ([one.rfc for one in first.wrong], [one.rfc for one in other.wrong]) == ([], [failed])
        client.force_login(given.people.member)
        assert "Messaging board" in text_of(client.get("/week/"))

    def test_a_delegate_sees_it_in_their_time_and_the_change_manager_all(self, given):
        today = NOW.date()
        given.board.members.create(user=given.people.outsider, delegate_for=given.people.chair, since=today, until=today)
        assert of(given.people.outsider).board == given.board
        assert glance_of(given.people.outsider, at=NOW + timedelta(days=1)).weeks == []
        assert of(given.people.change_manager).board == given.board

    def test_an_empty_week_says_so_and_whoever_sits_nowhere_is_told(self, given, client):
        client.force_login(given.people.member)
        text = text_of(client.get("/week/"))
        assert "Nothing waits for your vote" in text
        assert "Nothing failed, overran, caused an incident or went unauthorised" in text
        assert "Nothing was decided" in text
        client.force_login(make.UserFactory(role=Role.USER))
        assert "You sit on no board" in text_of(client.get("/week/"))

    def test_it_costs_the_same_for_one_and_for_three(self, given, meeting, django_assert_num_queries):
        def fill():
            item = on(meeting, given)
            decided = make.DecisionFactory(rfc=item.rfc, at=NOW)
            make.ConditionFactory(decision=decided)
            done(given, Outcome.FAILED)

        fill()
        with CaptureQueriesContext(connection) as once:
            glance_of(User.objects.get(username="member"), at=NOW)
        for _ in range(2):
            fill()
        with django_assert_num_queries(len(once.captured_queries)):
            glance_of(User.objects.get(username="member"), at=NOW)
