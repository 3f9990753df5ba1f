"""What is done to a meeting and its agenda is written down, by whom and when, in the transaction that does it (DESIGN 4.8)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction

from changes.actions import action as actions
from changes.actions import free_item, meeting_plan, preference, set_up, sitting
from changes.actions.agenda import generate
from changes.actions.free_item import FreeItem
from changes.actions.meeting import generate_due, make_meetings, publish
from changes.actions.minutes import publish_minutes
from changes.actions.order import give_minutes, place, take_note
from changes.actions.preference import Wish
from changes.choices import MeetingState, Section
from changes.domain.meeting import Sitting
from changes.models import AgendaItem, Meeting, MeetingEvent
from tests.factories import NOW, AgendaItemFactory, MeetingFactory, hours

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
FREE = FreeItem("Holidays", Section.ONGOING, 4)


@pytest.fixture
def meeting(given):
    made = MeetingFactory(board=given.board, starts_at=START, cut_off_at=CUT_OFF)
    for position, title in enumerate(("First", "Second"), start=1):
        AgendaItemFactory(meeting=made, section=Section.ONGOING, position=position, title=title, minutes=5)
    return made


def told(meeting=None):
    """Who did what, in its order, with note and changes."""
    rows = MeetingEvent.objects.filter(meeting=meeting) if meeting else MeetingEvent.objects.all()
    return [(row.actor and row.actor.username, row.action, row.note, row.changes) for row in rows]


def ahead(given, meeting):
    """Before the cut-off: order, minutes, notes and free items; what changes nothing leaves no line."""
    chair, (first, second) = given.people.chair, AgendaItem.objects.order_by("position")
    for _ in range(2):
        place(second, 1, actor=chair, at=NOW)
        give_minutes(first, 12, actor=chair, at=NOW)
        take_note(first, "Ask again.", was=None, actor=chair, at=NOW)
    made = free_item.add(meeting, FREE, actor=chair, at=NOW)
    for _ in range(2):
        free_item.change(made, replace(FREE, minutes=6, owner=given.people.owner), actor=chair, at=NOW)
    free_item.remove(made, actor=chair, at=NOW)


def live(given, meeting):
    chair, manager, member = given.people.chair, given.people.change_manager, given.people.member
    sitting.open_sitting(meeting, actor=manager, at=START)
    sitting.mark_presence(meeting, member, is_present=True, actor=member, at=START)
    for here in (True, False, False):
        sitting.mark_presence(meeting, chair, is_present=here, actor=manager, at=START)
    for _ in range(2):
        sitting.take_over(meeting, actor=chair, at=START + hours(0.5))
    sitting.end_sitting(meeting, actor=chair, at=START + hours(1))
    publish_minutes(meeting, actor=manager, at=START + hours(2))


def planned(given, _):
    times = Sitting(START - hours(24), START - hours(23), START - hours(48))
    made = meeting_plan.plan(given.board, times, actor=given.people.chair, at=NOW)
    for _ in range(2):
        meeting_plan.rearrange(made, {"ends_at": START - hours(22)}, actor=given.people.chair, at=NOW)
    meeting_plan.rearrange(made, {"state": MeetingState.CANCELLED}, actor=given.people.change_manager, at=NOW)


def sent(given, meeting):
    generate(meeting, at=CUT_OFF)
    publish(Meeting.objects.get(), actor=given.people.change_manager, at=CUT_OFF)


@pytest.mark.parametrize(
    ("act", "lines"),
    [
        (
            ahead,
            [
                ("chair", "item_placed", "Second. Item 2 is now 1 of 2.", {}),
                ("chair", "minutes_given", "First", {"minutes": [5, 12]}),
                ("chair", "item_noted", "First", {"note": ["", "Ask again."]}),
                ("chair", "item_added", "Holidays", {}),
                ("chair", "item_changed", "Holidays", {"minutes": [4, 6], "speaker": ["", "Owner"]}),
                ("chair", "item_removed", "Holidays", {}),
            ],
        ),
        (
            live,
            [
                ("change-manager", "opened", "", {}),
                ("change-manager", "marked_here", "Chair", {}),
                ("change-manager", "marked_gone", "Chair", {}),
                ("chair", "taken_over", "Until then Change manager presented.", {}),
                ("chair", "ended", "", {}),
                ("change-manager", "minutes_published", "", {}),
            ],
        ),
        (
            planned,
            [
                ("chair", "planned", "", {}),
                ("chair", "moved", "", {"ends_at": ["2026-11-25T14:00:00+00:00", "2026-11-25T15:00:00+00:00"]}),
                ("change-manager", "cancelled", "", {}),
            ],
        ),
        (sent, [("change-manager", "agenda_sent", "Revision 1", {})]),
    ],
)
def test_who_did_what_to_a_meeting(given, meeting, act, lines):
    act(given, meeting)
    assert told() == lines


def test_an_agenda_that_freezes_leaves_its_revision_and_no_line(given, meeting):
    generate(meeting, at=CUT_OFF)
    assert (told(), meeting.revisions.count()) == ([], 1)


def test_what_is_rolled_back_leaves_no_line(given, meeting):
    with transaction.atomic():
        sitting.open_sitting(meeting, actor=given.people.chair, at=START)
        transaction.set_rollback(True)
    assert told() == []


def test_the_clock_ends_a_meeting_that_nobody_opened(given, meeting):
    generate_due(at=START + hours(1))
    assert told(meeting) == [(None, "held", "", {})]


def test_meetings_that_follow_the_board_say_so_and_so_do_those_that_fall_on_a_holiday(given):
    (first, second, *_) = make_meetings(given.board, at=NOW)
    set_up.change(given.board, {"starts": time(15)}, actor=given.people.administrator, at=NOW)
    begin, end = ["2026-11-26T13:00:00+00:00", "2026-11-26T14:00:00+00:00"], ["2026-11-26T14:00:00+00:00", "2026-11-26T15:00:00+00:00"]
    assert told(first) == [("administrator", "moved", "The board’s week changed.", {"starts_at": begin, "ends_at": end})]
    given.board.holidays.create(on=date(2026, 12, 3))
    make_meetings(given.board, at=NOW + timedelta(minutes=1))
    assert told(second)[1:] == [(None, "cancelled", "It falls on a holiday of the board.", {})]


@pytest.mark.parametrize("of_a_meeting", [True, False])
def test_an_action_of_no_rfc_that_is_done_and_opened_again_is_told_where_it_came_from(given, meeting, of_a_meeting):
    chair, owner = given.people.chair, given.people.owner
    made = actions.promise(
        given.board, "Show a restore.", owner, NOW + hours(24), actor=chair, at=NOW, meeting=meeting if of_a_meeting else None
    )
    actions.fulfil(made, actor=owner, at=NOW, note="Shown.")
    actions.reopen(made, actor=chair, at=NOW)
    actions.put_off(made, NOW + hours(48), actor=owner, at=NOW)
    lines = [("owner", "action_done", "Show a restore: Shown."), ("chair", "action_open", "Show a restore."),
             ("owner", "action_put_off", "Show a restore.")]  # fmt: skip
    logged = [(entry.user.username, *entry.change_message.split(": ", 1)) for entry in LogEntry.objects.order_by("pk")]
    assert ([line[:3] for line in told()], logged) == ((lines, []) if of_a_meeting else ([], lines))


def test_a_saved_preference_is_logged_without_the_secret_of_a_chat(given):
    owner, secret = given.people.owner, "abcdefghijklmnopqrstuvwxyz12"
    wish = Wish(digest_at=time(8), chat_url=f"mmosts://chat.example.org/{secret}")
    for _ in range(2):
        preference.save(owner, wish, actor=owner, at=NOW)
    preference.mute(owner, "on_agenda", actor=owner, at=NOW)
    logged = [(entry.user.username, entry.change_message) for entry in LogEntry.objects.order_by("pk")]
    assert logged == [("owner", "digest_at: None → 08:00:00; chat_url"), ("owner", "muted: [] → ['on_agenda']")]
