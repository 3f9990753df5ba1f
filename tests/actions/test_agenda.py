"""Generating an agenda, freezing it, and letting late RFCs in (DESIGN 4.8)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions.agenda import admit, generate
from changes.actions.decision import decide
from changes.actions.lifecycle import Request, move
from changes.actions.meeting import generate_due, publish
from changes.actions.ruling import Promise, Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, MeetingState, Outcome, Route, Section, Severity, State, Urgency, Verdict
from changes.domain.content import Reference
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import AgendaItem, AgendaRevision, Holiday, Meeting
from tests.factories import (
    HIGH_IMPACT,
    NOW,
    BoardFactory,
    EnvironmentFactory,
    MeetingFactory,
    RFCFactory,
    hours,
    raised,
    rfc_in,
    session,
)

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(given):
    return MeetingFactory(board=given.board, starts_at=THURSDAY, cut_off_at=CUT_OFF)


def submitted(given, *, at=NOW, **other):
    """An RFC that waits for the board."""
    return rfc_in(State.SUBMITTED, given, at=at, impact=HIGH_IMPACT, **other)


def standing(meeting):
    """What the agenda holds, as (position, section, number)."""
    rows = AgendaItem.objects.filter(meeting=meeting, is_late=False).exclude(section="").select_related("rfc")
    return [(row.position, row.section, row.rfc.number) for row in rows]


def late(meeting):
    return [row.rfc.number for row in meeting.items.filter(is_late=True).exclude(section="")]


def test_a_submitted_rfc_stands_on_the_coming_agenda(given, meeting):
    rfc = submitted(given)
    generate(meeting, at=NOW)
    item = AgendaItem.objects.get()
    assert (item.rfc, item.section, item.minutes, item.reason) == (rfc, "new", 8, "Submitted Sat 21 Nov 10:00.")
    assert not meeting.revisions.exists()


def test_generating_again_gives_the_same_and_keeps_what_people_gave(given, meeting):
    first, second = submitted(given), submitted(given)
    generate(meeting, at=NOW)
    one, other = AgendaItem.objects.order_by("position")
    AgendaItem.objects.filter(pk=one.pk).update(position=2, minutes=15, note="Ask about the spare disk.")
    AgendaItem.objects.filter(pk=other.pk).update(position=1)
    cast(other, Ballot.APPROVE, comment="Fine.", actor=given.people.member, at=NOW)
    before = list(AgendaItem.objects.values())
    for _ in range(3):
        generate(meeting, at=NOW)
    assert list(AgendaItem.objects.values()) == before
    third = submitted(given)
    generate(meeting, at=NOW)
    assert standing(meeting) == [(1, "new", second.number), (2, "new", first.number), (3, "new", third.number)]


def test_at_the_cut_off_it_freezes_and_goes_out(given, meeting):
    rfc = submitted(given)
    assert not generate(meeting, at=CUT_OFF - MINUTE).frozen
    done = generate(meeting, at=CUT_OFF)
    assert (done.frozen, done.meeting.state, done.meeting.revision, done.meeting.published_at) == (True, "frozen", 1, CUT_OFF)
    revision = AgendaRevision.objects.get()
    assert (revision.number, revision.frozen_at) == (1, CUT_OFF)
    assert [[item["rfc"] for item in part["items"]] for part in revision.snapshot["sections"]] == [[rfc.number]]
    assert not generate(meeting, at=CUT_OFF + MINUTE).frozen
    assert AgendaRevision.objects.get().snapshot == revision.snapshot


@pytest.mark.parametrize(("before_cut_off", "on_agenda"), [(MINUTE, True), (timedelta(0), False)])
def test_what_comes_at_the_cut_off_is_late(given, meeting, before_cut_off, on_agenda):
    """The same whether the clock was there at the cut-off or three hours after."""
    rfc = submitted(given, at=CUT_OFF - before_cut_off)
    generate(meeting, at=CUT_OFF + hours(3))
    assert [number for *_, number in standing(meeting)] == ([rfc.number] if on_agenda else [])
    assert late(meeting) == ([] if on_agenda else [rfc.number])


def test_a_frozen_agenda_only_gains_late_ones(given, meeting):
    stays = submitted(given)
    generate(meeting, at=CUT_OFF)
    comes = submitted(given, at=CUT_OFF + hours(1))
    move(stays, State.CANCELLED, actor=given.people.owner, at=CUT_OFF + hours(1))
    generate(meeting, at=CUT_OFF + hours(2))
    assert standing(meeting) == [(1, "new", stays.number)]
    assert late(meeting) == [comes.number]
    move(comes, State.CANCELLED, actor=given.people.owner, at=CUT_OFF + hours(3))
    generate(meeting, at=CUT_OFF + hours(4))
    assert late(meeting) == []


def test_the_chair_admits_a_late_one_with_a_reason_and_that_is_the_next_revision(given, meeting):
    submitted(given)
    generate(meeting, at=CUT_OFF)
    rfc = submitted(given, at=CUT_OFF + hours(1))
    item = admit(meeting, rfc, reason="The vendor ends support on Friday.", actor=given.people.chair, at=CUT_OFF + hours(2))
    assert (item.is_late, item.section, item.position) == (False, "new", 2)
    meeting.refresh_from_db()
    assert meeting.revision == 2
    one, two = AgendaRevision.objects.order_by("number")
    assert [len(row.snapshot["sections"][0]["items"]) for row in (one, two)] == [1, 2]
    assert two.reason == f"{rfc.number} admitted: The vendor ends support on Friday."


def test_only_the_chair_admits_only_with_a_reason_and_only_what_is_late(given, meeting):
    on_time = submitted(given)
    generate(meeting, at=CUT_OFF)
    rfc = submitted(given, at=CUT_OFF + hours(1))
    at = CUT_OFF + hours(2)
    with pytest.raises(NotAllowed):
        admit(meeting, rfc, reason="Now.", actor=given.people.member, at=at)
    with pytest.raises(Unacceptable):
        admit(meeting, rfc, reason=" ", actor=given.people.chair, at=at)
    with pytest.raises(MoveRefused):
        admit(meeting, on_time, reason="Now.", actor=given.people.chair, at=at)
    assert AgendaRevision.objects.count() == 1


def test_an_rfc_stands_in_one_section_of_one_agenda(given, meeting):
    following = MeetingFactory(board=given.board, starts_at=THURSDAY + timedelta(weeks=1), cut_off_at=CUT_OFF + timedelta(weeks=1))
    submitted(given)
    for at in (NOW, CUT_OFF, CUT_OFF + hours(1)):
        generate(meeting, at=at)
        generate(following, at=at)
        assert AgendaItem.objects.count() == 1
    rfc = submitted(given, at=CUT_OFF + hours(2))
    generate(meeting, at=CUT_OFF + hours(3))
    generate(following, at=CUT_OFF + hours(3))
    assert (late(meeting), [number for *_, number in standing(following)]) == ([rfc.number], [rfc.number])
    admit(meeting, rfc, reason="It cannot wait.", actor=given.people.chair, at=CUT_OFF + hours(4))
    assert standing(following) == []


def test_one_taken_back_leaves_and_its_votes_return_with_it(given, meeting):
    rfc = submitted(given)
    generate(meeting, at=NOW)
    item = AgendaItem.objects.get()
    cast(item, Ballot.REJECT, comment="Which disk?", actor=given.people.member, at=NOW)
    move(rfc, State.DRAFT, actor=given.people.owner, at=NOW)
    generate(meeting, at=NOW)
    assert standing(meeting) == []
    move(rfc, State.SUBMITTED, actor=given.people.owner, at=NOW + MINUTE)
    generate(meeting, at=NOW + MINUTE)
    assert standing(meeting) == [(1, "new", rfc.number)]
    assert AgendaItem.objects.get().votes.get().comment == "Which disk?"


def test_deferred_to_a_named_meeting_it_returns_there(given, meeting):
    generate_due(at=NOW)
    rfc = submitted(given)
    generate_due(at=CUT_OFF)
    target = Meeting.objects.get(starts_at=THURSDAY + timedelta(weeks=2))
    ruling = Ruling(Verdict.DEFER, reason="Wait for the vendor.", defer_to=target)
    decide(rfc, ruling, actor=given.people.chair, at=THURSDAY)
    for week in (1, 2):
        generate_due(at=THURSDAY + timedelta(weeks=week, minutes=-10))
    meetings = [(item.meeting.starts_at, item.section) for item in AgendaItem.objects.order_by("meeting__starts_at")]
    assert meetings == [(THURSDAY, "new"), (THURSDAY + timedelta(weeks=2), "deferred")]
    assert AgendaItem.objects.get(section="deferred").reason == "Deferred on Thu 26 Nov 14:00: Wait for the vendor."


def test_deferred_to_a_meeting_that_falls_out_it_returns_at_the_next(given, meeting):
    generate_due(at=NOW)
    rfc = submitted(given)
    generate_due(at=CUT_OFF)
    target = Meeting.objects.get(starts_at=THURSDAY + timedelta(weeks=1))
    decide(rfc, Ruling(Verdict.DEFER, defer_to=target), actor=given.people.chair, at=THURSDAY)
    Holiday.objects.create(board=given.board, on=target.starts_at.date())
    generate_due(at=THURSDAY + hours(2))
    target.refresh_from_db()
    assert target.state == MeetingState.CANCELLED
    generate_due(at=THURSDAY + timedelta(weeks=1, days=1))
    item = AgendaItem.objects.get(section="deferred")
    assert item.meeting.starts_at == THURSDAY + timedelta(weeks=2)


def emergency(given, *, at):
    """An emergency that the rota has approved."""
    rfc = raised(given, at=at, urgency=Urgency.EMERGENCY, references=(Reference("incidents", "INC-20417"),))
    rfc = move(rfc, State.SUBMITTED, actor=given.people.owner, at=at)
    decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.change_manager, at=at)
    return rfc


def with_condition(given):
    rfc = submitted(given)
    promise = Promise("Show the restore", given.people.owner, NOW + hours(24))
    decide(rfc, Ruling(Verdict.APPROVE_WITH_CONDITIONS, conditions=[promise]), actor=given.people.chair, at=NOW)
    return rfc


def rolled_back(given):
    rfc = rfc_in(State.IN_PROGRESS, given, at=NOW - timedelta(days=2), sessions=(session(NOW - hours(20)),))
    request = Request(outcome=Outcome.ROLLED_BACK, reason="The installer hung.")
    return move(rfc, State.COMPLETED, actor=given.people.owner, at=NOW - hours(16), request=request)


def retrospective(given):
    past = session(NOW - hours(5), hours(1), actual_start=NOW - hours(5), actual_end=NOW - hours(4))
    rfc = raised(given, sessions=(past,))
    return move(rfc, State.COMPLETED, actor=given.people.owner, at=NOW, request=Request(outcome=Outcome.SUCCESSFUL))


def of_two_nights(given):
    nights = (session(NOW - hours(12), hours(4)), session(NOW + timedelta(days=7), hours(4)))
    return rfc_in(State.IN_PROGRESS, given, at=NOW - timedelta(days=2), sessions=nights)


def test_every_section_in_its_order(given, meeting):
    ongoing, new, failed = of_two_nights(given), submitted(given), rolled_back(given)
    afterwards, urgent, action = retrospective(given), emergency(given, at=NOW - hours(2)), with_condition(given)
    generate(meeting, at=NOW)
    assert standing(meeting) == [
        (1, "actions", action.number),
        (2, "emergency", urgent.number),
        (3, "emergency", afterwards.number),
        (4, "failed", failed.number),
        (5, "new", new.number),
        (6, "ongoing", ongoing.number),
    ]


def test_an_imported_rfc_raises_no_item(given, meeting):
    rfc = submitted(given)
    rfc.imported = True
    rfc.save(update_fields=["imported"])
    generate(meeting, at=NOW)
    assert standing(meeting) == []


def test_candidates_cost_the_same_number_of_queries(given, meeting):
    def queries(count):
        for _ in range(count):
            submitted(given)
        with CaptureQueriesContext(connection) as captured:
            generate(meeting, at=NOW)
        return len(captured)

    queries(1)  # from now on there are items to keep
    assert queries(1) == queries(3) == queries(9)


def test_the_clock_makes_four_weeks_of_meetings_once(given):
    Holiday.objects.create(board=given.board, on=datetime(2026, 12, 3, tzinfo=UTC).date())
    generate_due(at=NOW)
    done = generate_due(at=NOW)
    assert [meeting.starts_at.day for meeting in Meeting.objects.all()] == [26, 10, 17]
    assert [one.sentence for one in done] == ["", "", ""]


def test_a_meeting_is_held_once_it_is_over(given, meeting):
    generate_due(at=CUT_OFF)
    generate_due(at=THURSDAY + hours(1) - MINUTE)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.FROZEN
    generate_due(at=THURSDAY + hours(1))
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.HELD
    with pytest.raises(MoveRefused):
        generate(meeting, at=THURSDAY + hours(2))


def test_sending_is_for_chair_and_change_manager_and_a_frozen_agenda(given, meeting):
    with pytest.raises(MoveRefused):
        publish(meeting, actor=given.people.chair, at=NOW)
    generate(meeting, at=CUT_OFF)
    with pytest.raises(NotAllowed):
        publish(meeting, actor=given.people.member, at=CUT_OFF + MINUTE)
    assert publish(meeting, actor=given.people.change_manager, at=CUT_OFF + MINUTE).published_at == CUT_OFF + MINUTE


def test_generating_by_hand_is_for_those_who_prepare(given, meeting):
    with pytest.raises(NotAllowed):
        generate(meeting, at=NOW, actor=given.people.owner)
    assert generate(meeting, at=NOW, actor=given.people.change_manager).added == 0


def test_undecided_at_the_last_meeting_it_comes_again(given, meeting):
    generate_due(at=NOW)
    rfc = submitted(given)
    generate_due(at=CUT_OFF)
    generate_due(at=THURSDAY + hours(2))
    item = AgendaItem.objects.get(rfc=rfc, meeting__starts_at=THURSDAY + timedelta(weeks=1))
    assert (item.section, item.reason) == (Section.NEW, "Left undecided on Thu 26 Nov. Submitted Sat 21 Nov 10:00.")


def test_a_meeting_that_was_moved_or_cancelled_is_not_made_again(given):
    generate_due(at=NOW)
    first, second = Meeting.objects.order_by("starts_at")[:2]
    Meeting.objects.filter(pk=first.pk).update(starts_at=first.starts_at + hours(2), ends_at=first.ends_at + hours(2))
    Meeting.objects.filter(pk=second.pk).update(state=MeetingState.CANCELLED)
    count = Meeting.objects.count()
    generate_due(at=NOW + MINUTE)
    assert Meeting.objects.count() == count


def test_one_that_was_planned_by_hand_for_the_boards_own_time_stands_for_that_day(given):
    meeting = MeetingFactory(board=given.board, starts_at=THURSDAY)
    generate_due(at=NOW)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=THURSDAY + hours(2), ends_at=THURSDAY + hours(3))
    generate_due(at=NOW + MINUTE)
    assert [m.starts_at for m in Meeting.objects.filter(starts_at__date=THURSDAY.date())] == [THURSDAY + hours(2)]


def test_an_extraordinary_meeting_keeps_the_regular_one(given):
    MeetingFactory(board=given.board, starts_at=THURSDAY - timedelta(days=2))
    generate_due(at=NOW)
    assert Meeting.objects.filter(starts_at=THURSDAY).exists()


def test_days_are_those_of_the_boards_zone(given):
    """Thursday 15:00 in Honolulu is Friday in UTC: moved into the past hour, it still stands for its Thursday."""
    given.board.time_zone, given.board.starts = "Pacific/Honolulu", time(15, 0)
    given.board.save()
    friday = datetime(2026, 11, 27, 0, 30, tzinfo=UTC)
    generate_due(at=NOW)
    first = Meeting.objects.order_by("starts_at").first()
    assert first.starts_at == friday + MINUTE * 30
    Meeting.objects.filter(pk=first.pk).update(starts_at=friday - hours(1), ends_at=friday + hours(1), state=MeetingState.IN_SESSION)
    generate_due(at=friday)
    assert not Meeting.objects.filter(starts_at=first.starts_at).exists()


def test_a_board_that_fails_keeps_no_other_from_its_meetings_and_agendas(given, meeting, caplog):
    broken = BoardFactory(name="A board of nowhere", time_zone="Europe/Atlantis")
    broken.environments.add(nowhere := EnvironmentFactory())
    RFCFactory(state=State.SUBMITTED, route=Route.BOARD, severity=Severity.MAJOR, submitted_at=NOW, environment=nowhere)
    MeetingFactory(board=broken, starts_at=THURSDAY - hours(1), cut_off_at=CUT_OFF)
    rfc = submitted(given)
    done = generate_due(at=NOW)
    assert {one.meeting.board for one in done} == {given.board}
    assert AgendaItem.objects.get().rfc == rfc
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "The meetings of A board of nowhere could not be brought up to date",
        "The agenda of A board of nowhere, 2026-11-26 12:00 could not be brought up to date",
    ]
