"""Generating an agenda: k times is once, and an RFC stands in one section of one agenda, whatever people do in between (DESIGN 4.8)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from changes.actions import free_item
from changes.actions.action import promise
from changes.actions.admission import pull_forward, put_off
from changes.actions.agenda import generate
from changes.actions.decision import decide
from changes.actions.free_item import FreeItem
from changes.actions.meeting import generate_due
from changes.actions.order import place
from changes.actions.ruling import Ruling
from changes.choices import Section, State, Verdict
from changes.models import AgendaItem, Holiday, Meeting
from changes.selectors.admission import waiting_later
from tests.factories import HIGH_IMPACT, NOW, BoardFactory, MeetingFactory, ServiceFactory, hours, rfc_in

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)


def submitted(given, at=NOW, **other):
    return rfc_in(State.SUBMITTED, given, at=at, impact=HIGH_IMPACT, **other)


def everything(at):
    for meeting in Meeting.objects.filter(state__in=("planned", "frozen")).order_by("starts_at"):
        generate(meeting, at=at)


def placed():
    """How often each RFC stands undecided on agendas that are not over."""
    rows = AgendaItem.objects.filter(rfc__isnull=False, is_late=False, decision=None, meeting__state__in=("planned", "frozen"))
    return Counter(rows.exclude(section="").values_list("rfc_id", flat=True))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_chair_does_each_rfc_stands_once_and_a_second_generation_changes_nothing(given, seed):
    """Ordering, free items, putting off and pulling forward in any order, before the cut-off and after it."""
    first = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    meetings = [MeetingFactory(board=given.board, starts_at=first + n * WEEK, cut_off_at=first + n * WEEK - hours(50)) for n in range(3)]
    rfcs = [submitted(given) for _ in range(4)]
    promise(given.board, "Show the restore", given.people.owner, first, actor=given.people.chair, at=NOW)
    random, chair = Random(seed), given.people.chair  # noqa: S311 - the same choices in every run
    for turn in range(8):
        at = NOW + turn * hours(12)  # the cut-off falls after the sixth
        everything(at)
        standing = list(AgendaItem.objects.exclude(section="").filter(is_late=False, rfc__isnull=False).select_related("meeting"))
        item = random.choice(standing)
        later = [meeting for meeting in meetings if meeting.starts_at > item.meeting.starts_at]
        act = random.choice(["place", "free", "off", "forward"])
        if act == "place":
            place(item, random.randint(1, 4), actor=chair, at=at)
        elif act == "free":
            free_item.add(item.meeting, FreeItem("Staffing", random.choice(list(Section)), 3), actor=chair, at=at)
        elif act == "off" and later:
            put_off(item, random.choice(later), reason="It can wait.", actor=chair, at=at)
        elif act == "forward" and (waiting := waiting_later(meetings[0], viewer=chair)):
            pull_forward(meetings[0], random.choice(waiting).rfc, reason="It is ready.", actor=chair, at=at)
        everything(at)
        once = list(AgendaItem.objects.order_by("pk").values())
        everything(at)
        assert list(AgendaItem.objects.order_by("pk").values()) == once
        assert placed() == {rfc.pk: 1 for rfc in rfcs}
    for meeting in meetings:
        rows = meeting.items.filter(is_late=False).exclude(section="").order_by("position")
        sections = [list(Section).index(row.section) for row in rows]
        assert sections == sorted(sections)
        assert [row.position for row in rows] == list(range(1, len(sections) + 1))


def test_an_rfc_stands_before_its_own_board_alone(given):
    own = BoardFactory(slug="storage", name="Storage board", chair=given.people.change_manager, cut_off_days=2)
    service = ServiceFactory(slug="storage", name="Storage")
    own.services.add(service)
    theirs, ours = submitted(given, services=("storage",)), submitted(given)
    generate_due(at=NOW)
    stood = {(item.rfc, item.meeting.board) for item in AgendaItem.objects.filter(rfc__isnull=False)}
    assert stood == {(theirs, own), (ours, given.board)}


def test_deferred_over_the_night_the_clocks_change_and_a_holiday_it_returns_at_the_boards_own_hour(given):
    """From Thursday 22 October, 14:00 in summer time, past a holiday on the 29th, to 5 November, 14:00 in winter time."""
    Holiday.objects.create(board=given.board, on=datetime(2026, 10, 29, tzinfo=UTC).date())
    begin = datetime(2026, 10, 17, 9, 0, tzinfo=UTC)
    generate_due(at=begin)
    rfc = submitted(given, at=begin)
    first, target = Meeting.objects.order_by("starts_at")[:2]
    generate_due(at=first.cut_off_at)
    ruling = Ruling(Verdict.DEFER, reason="Wait for the vendor.", defer_to=target)
    decide(rfc, ruling, actor=given.people.chair, at=first.starts_at)
    generate_due(at=target.cut_off_at - hours(1))
    item = AgendaItem.objects.get(section="deferred")
    assert (first.starts_at.hour, item.meeting.starts_at) == (12, datetime(2026, 11, 5, 13, 0, tzinfo=UTC))
    assert item.reason == "Deferred on Thu 22 Oct 14:00: Wait for the vendor."


def test_an_action_stands_on_each_agenda_in_its_turn_until_it_is_done(given):
    generate_due(at=NOW)
    due = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    action = promise(given.board, "Show the restore", given.people.owner, due, actor=given.people.chair, at=NOW)
    first, second = Meeting.objects.order_by("starts_at")[:2]
    generate_due(at=NOW)
    assert [item.meeting for item in action.agenda_items.all()] == [first]
    generate_due(at=first.cut_off_at)
    generate_due(at=first.ends_at + hours(1))
    assert [item.meeting for item in action.agenda_items.order_by("meeting__starts_at")] == [first, second]
    assert action.agenda_items.first().reason == "Owner promised it on Sat 21 Nov 10:00; due Wed 25 Nov 17:00."
