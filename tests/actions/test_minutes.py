from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist

from changes.actions.meeting_plan import rearrange
from changes.actions.minutes import add_addendum, publish_minutes, write_note
from changes.choices import Ballot, Manner, MeetingState, State, Verdict
from changes.domain.frozen import from_data
from changes.domain.minutes import Minutes
from changes.exceptions import MoveRefused, NotAllowed, Stale, Unacceptable
from changes.formats.minutes import quorum, summary
from changes.models import Action, Addendum, Attendance, BoardMember, Meeting
from changes.selectors.minutes import corrections_of, minutes_of
from tests.factories import (
    NOW,
    AgendaItemFactory,
    ConditionFactory,
    DecisionFactory,
    MeetingFactory,
    RFCFactory,
    UserFactory,
    VoteFactory,
    hours,
)

pytestmark = pytest.mark.django_db
AFTER = NOW + hours(2)


@pytest.fixture
def meeting(given):
    """Held just now, with two items: one approved with a condition, one left open."""
    held = MeetingFactory(board=given.board, starts_at=NOW - hours(1), state=MeetingState.HELD, revision=1)
    decided, _ = (
        AgendaItemFactory(meeting=held, rfc=RFCFactory(state=State.SUBMITTED, title=title, owner=given.people.owner), position=place)
        for place, title in enumerate(("Rollup 8", "Firmware"))
    )
    VoteFactory(item=decided, member=given.people.member, vote=Ballot.APPROVE, comment="Fine.")
    said = {"verdict": Verdict.APPROVE_WITH_CONDITIONS, "manner": Manner.MEETING, "present": 2, "quorum_met": True}
    decision = DecisionFactory(rfc=decided.rfc, item=decided, by=given.people.chair, **said)
    ConditionFactory(decision=decision, owner=given.people.owner, text="Show a restore")
    Attendance.objects.create(meeting=held, person=given.people.chair, is_present=True, came_at=NOW)
    return held


def read(meeting):
    return minutes_of(Meeting.objects.select_related("board__chair").get(pk=meeting.pk))


def test_a_draft_is_written_by_the_decisions(given, meeting):
    minutes = read(meeting)
    (first, second) = minutes.points
    assert (first.said.words, first.said.by, first.said.present) == ("Approved with conditions", str(given.people.chair), 2)
    assert [(one.text, one.owner) for one in first.said.conditions] == [("Show a restore", str(given.people.owner))]
    assert [(one.vote, one.comment) for one in first.voices] == [("approve", "Fine.")]
    assert second.undecided == "Not decided."
    assert [one.name for one in minutes.present] == [str(given.people.chair)]
    assert [one.name for one in minutes.absent] == [str(given.people.member)]


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ((), "1 of 2 seats filled, 2 needed: missed."),  # the chair alone
        (("member",), "2 of 2 seats filled, 2 needed: met."),
        (("outsider",), "2 of 2 seats filled, 2 needed: met."),  # who sits for the member
        (("member", "outsider"), "2 of 2 seats filled, 2 needed: met."),  # at one seat
        (("viewer", "owner"), "1 of 2 seats filled, 2 needed: missed."),  # guests
    ],
)
def test_the_quorum_counts_seats_and_no_persons(given, meeting, there, told):
    given.board.quorum = 2
    given.board.save()
    BoardMember.objects.create(board=given.board, user=given.people.outsider, delegate_for=given.people.member)
    for name in there:
        Attendance.objects.create(meeting=meeting, person=getattr(given.people, name), came_at=NOW, left_at=NOW)
    minutes = read(meeting)
    assert (quorum(minutes), len(minutes.present)) == (told, 1 + len(there))
    publish_minutes(meeting, actor=given.people.chair, at=AFTER)
    BoardMember.objects.all().delete()
    assert quorum(read(meeting)) == told


def test_minutes_published_before_seats_were_counted_stay_as_they_were(given, meeting):
    publish_minutes(meeting, actor=given.people.chair, at=AFTER)
    snapshot = Meeting.objects.get(pk=meeting.pk).minutes_snapshot
    old = {name: value for name, value in snapshot["minutes"].items() if name not in ("seats", "seats_filled")}
    assert quorum(from_data(Minutes, old)) == "1 present, 1 needed: met."


def test_free_items_actions_and_late_ones_stand_there_with_their_owners(given, meeting):
    AgendaItemFactory(meeting=meeting, title="The new room", owner=given.people.member)
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(title="Too late"), is_late=True)
    promise = {"owner": given.people.owner, "due_at": AFTER, "board": given.board, "created_by": given.people.chair, "created_at": NOW}
    Action.objects.create(text="Name a second approver", meeting=meeting, **promise)
    minutes = read(meeting)
    assert [(point.title, point.owner) for point in minutes.points][-1] == ("The new room", str(given.people.member))
    assert [(one.text, one.owner) for one in minutes.actions] == [("Name a second approver", str(given.people.owner))]
    assert [one.title for one in minutes.late] == ["Too late"]


def test_the_summary_adds_up_and_tells_what_was_not_reached(given, meeting):
    for place, (section, spent) in enumerate([("new", 0), ("new", 90), ("ongoing", 40), ("ongoing", 0)], start=5):
        rfc = RFCFactory(state=State.SUBMITTED, owner=given.people.owner)
        AgendaItemFactory(meeting=meeting, rfc=rfc, section=section, spent_seconds=spent, position=place)
    assert summary(read(meeting)) == "6 items: 1 approved with conditions; 3 left open, 2 with nothing to decide."
    Meeting.objects.update(opened_at=NOW - hours(1), closed_at=NOW)
    minutes = read(meeting)
    assert summary(minutes) == "6 items: 1 approved with conditions; 1 left open, 1 with nothing to decide, 3 not reached."
    assert [point.undecided for point in minutes.undecided] == ["Not reached.", "Not reached.", "Not decided."]


@pytest.mark.parametrize("items", [1, 3])
def test_minutes_take_a_fixed_number_of_queries(given, meeting, items, django_assert_num_queries):
    for _ in range(items):
        decision = DecisionFactory(item=AgendaItemFactory(meeting=meeting, rfc=RFCFactory()))
        ConditionFactory(decision=decision)
        VoteFactory(item=decision.item)
    stored = Meeting.objects.select_related("board__chair").get(pk=meeting.pk)
    with django_assert_num_queries(7):
        minutes_of(stored)


# --- Notes --------------------------------------------------------------------------------------------------------------


def test_notes_are_taken_by_chair_delegate_and_change_manager(given, meeting):
    delegate = UserFactory()
    BoardMember.objects.create(board=given.board, user=delegate, delegate_for=given.people.chair)
    for place, writer in enumerate((given.people.chair, delegate, given.people.change_manager)):
        write_note(meeting, None, f"Note {place}", was=None, actor=writer, at=AFTER)
    with pytest.raises(NotAllowed):
        write_note(meeting, None, "Mine", was=None, actor=given.people.member, at=AFTER)
    assert read(meeting).note == "Note 2"


def test_of_two_who_write_one_note_the_second_is_told_and_nothing_is_lost(given, meeting):
    item = meeting.items.first()
    write_note(meeting, item, "First", was="", actor=given.people.chair, at=AFTER)
    with pytest.raises(Stale, match="First"):
        write_note(meeting, item, "Second", was="", actor=given.people.change_manager, at=AFTER)
    assert read(meeting).points[0].note == "First"
    write_note(meeting, item, "First\r\nSecond", was="First", actor=given.people.change_manager, at=AFTER)
    assert read(meeting).points[0].note == "First\nSecond"


@pytest.mark.parametrize(
    ("state", "is_taken"),
    [
        (MeetingState.PLANNED, False),
        (MeetingState.FROZEN, False),
        (MeetingState.IN_SESSION, True),
        (MeetingState.HELD, True),
        (MeetingState.CANCELLED, False),
    ],
)
def test_notes_are_taken_in_the_meeting_and_after_it(given, state, is_taken):
    meeting = MeetingFactory(board=given.board, state=state)
    if is_taken:
        write_note(meeting, None, "Cold room", was="", actor=given.people.chair, at=AFTER)
    else:
        with pytest.raises(MoveRefused):
            write_note(meeting, None, "Cold room", was="", actor=given.people.chair, at=AFTER)
    assert Meeting.objects.get(pk=meeting.pk).note == ("Cold room" if is_taken else "")


# --- Publishing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in MeetingState if state != MeetingState.HELD])
def test_only_a_meeting_that_is_over_has_minutes_to_publish(given, state):
    with pytest.raises(MoveRefused):
        publish_minutes(MeetingFactory(board=given.board, state=state), actor=given.people.chair, at=AFTER)


def test_published_once_and_by_those_who_lead(given, meeting):
    with pytest.raises(NotAllowed):
        publish_minutes(meeting, actor=given.people.member, at=AFTER)
    publish_minutes(meeting, actor=given.people.change_manager, at=AFTER)
    with pytest.raises(MoveRefused, match="published already"):
        publish_minutes(meeting, actor=given.people.chair, at=AFTER + hours(1))
    stored = Meeting.objects.get(pk=meeting.pk)
    assert (stored.minutes_published_at, stored.minutes_published_by) == (AFTER, given.people.change_manager)
    assert set(stored.minutes_snapshot["told"]) == {person.pk for person in (given.people.chair, given.people.member, given.people.owner)}


def test_published_minutes_say_the_same_whatever_becomes_of_the_rows(given, meeting):
    draft = read(meeting)
    publish_minutes(meeting, actor=given.people.chair, at=AFTER)
    for person in (given.people.chair, given.people.owner, given.people.member):
        person.first_name, person.last_name = "Quite", "Another"
        person.save()
    given.board.name = "Renamed"
    given.board.save()
    meeting.items.update(title="Rewritten", note="Rewritten", section="")
    meeting.attendances.all().delete()
    assert read(meeting) == draft


def _save_whole(stale):
    stale.save()


def _save_the_columns(stale):
    stale.minutes_published_at = stale.minutes_snapshot = None
    stale.save(update_fields=["minutes_snapshot", "minutes_published_at"])


def _update(stale):
    Meeting.objects.filter(pk=stale.pk).update(minutes_snapshot={})


def _update_by_the_board(stale):
    stale.board.meetings.update(minutes_published_by=None)


def _bulk_update(stale):
    Meeting.objects.bulk_update([stale], ["minutes_snapshot"])


def _delete(stale):
    stale.delete()


def _delete_many(stale):
    Meeting.objects.filter(pk=stale.pk).delete()


@pytest.mark.parametrize("door", [_save_whole, _save_the_columns, _update, _update_by_the_board, _bulk_update, _delete, _delete_many])
def test_no_door_writes_over_published_minutes(given, meeting, door):
    stale = Meeting.objects.get(pk=meeting.pk)
    publish_minutes(meeting, actor=given.people.chair, at=AFTER)
    before = Meeting.objects.get(pk=meeting.pk).minutes_snapshot
    with pytest.raises(TypeError, match="Published minutes stand"):
        door(stale)
    assert Meeting.objects.get(pk=meeting.pk).minutes_snapshot == before


def test_other_columns_of_the_meeting_are_still_written(given, meeting):
    publish_minutes(meeting, actor=given.people.chair, at=AFTER)
    stored = Meeting.objects.get(pk=meeting.pk)
    stored.turn += 1
    stored.save()
    assert Meeting.objects.filter(pk=meeting.pk).update(paused_seconds=1) == 1


def test_notes_and_times_of_published_minutes_are_refused(given, meeting):
    publish_minutes(meeting, actor=given.people.chair, at=AFTER)
    with pytest.raises(MoveRefused, match="published"):
        write_note(meeting, None, "Later", was="", actor=given.people.chair, at=AFTER)
    with pytest.raises(MoveRefused):
        rearrange(meeting, {"starts_at": AFTER + timedelta(days=1)}, actor=given.people.chair, at=AFTER)


# --- Addenda ------------------------------------------------------------------------------------------------------------


def test_a_correction_is_an_addendum_that_nobody_takes_back(given, meeting):
    with pytest.raises(MoveRefused, match="draft"):
        add_addendum(meeting, "Too early", actor=given.people.chair, at=AFTER)
    publish_minutes(meeting, actor=given.people.chair, at=AFTER)
    with pytest.raises(Unacceptable):
        add_addendum(meeting, "  ", actor=given.people.chair, at=AFTER)
    with pytest.raises(NotAllowed):
        add_addendum(meeting, "Mine", actor=given.people.member, at=AFTER)
    addendum = add_addendum(meeting, "It was 3 to 1.", actor=given.people.chair, at=AFTER)
    addendum.text = "Never mind"
    for act in (addendum.save, addendum.delete, Addendum.objects.all().delete, lambda: Addendum.objects.update(text="")):
        with pytest.raises(TypeError):
            act()
    assert [(one.text, one.at) for one in corrections_of(meeting)] == [("It was 3 to 1.", AFTER)]


def test_a_note_on_an_item_of_another_meeting_is_no_note_of_this_one(given, meeting):
    with pytest.raises(ObjectDoesNotExist):
        write_note(meeting, AgendaItemFactory(title="Elsewhere"), "Here", was="", actor=given.people.chair, at=AFTER)
