"""The order, the minutes and the notes that people give an agenda, and its free items (DESIGN 4.8)."""

from datetime import UTC, datetime

import pytest

from changes.actions import free_item
from changes.actions.agenda import generate
from changes.actions.free_item import FreeItem
from changes.actions.order import give_minutes, place, take_note
from changes.choices import MeetingState, Section, State
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import AgendaItem, AgendaRevision
from tests.factories import HIGH_IMPACT, NOW, AgendaItemFactory, MeetingFactory, hours, rfc_in

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
FREE = FreeItem("Staffing over the holidays", Section.ONGOING, 4, note="See the rota.")


@pytest.fixture
def meeting(given):
    return MeetingFactory(board=given.board, starts_at=THURSDAY, cut_off_at=CUT_OFF)


@pytest.fixture
def points(meeting):
    """Five free points: two to look back at, three to decide."""
    sections = (Section.FAILED, Section.FAILED, Section.NEW, Section.NEW, Section.NEW)
    return [AgendaItemFactory(meeting=meeting, section=one, position=at, title=f"{at}") for at, one in enumerate(sections, start=1)]


def order(meeting):
    return "".join(row.title for row in meeting.items.exclude(section="").order_by("position"))


@pytest.mark.parametrize(
    ("which", "to", "after", "sentence"),
    [
        (4, 2, "12354", "Item 5 is now 4 of 5."),
        (4, 1, "12534", "Item 5 is now 3 of 5."),
        (4, 0, "12534", "Item 5 is now 3 of 5."),
        (2, 9, "12453", "Item 3 is now 5 of 5."),
        (0, 2, "21345", "Item 1 is now 2 of 5."),
        (3, 2, "12345", "Item 4 stays where it is."),
    ],
)
def test_an_item_moves_within_its_section(given, meeting, points, which, to, after, sentence):
    moved = place(points[which], to, actor=given.people.change_manager, at=NOW)
    assert (order(meeting), moved.sentence) == (after, sentence)
    assert sorted(meeting.items.values_list("position", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("who", "may"), [("chair", True), ("change_manager", True), ("member", False), ("owner", False), ("viewer", False)]
)
def test_chair_and_change_manager_order_it_give_minutes_and_take_notes(given, points, who, may):
    person = getattr(given.people, who)
    acts = [
        lambda: place(points[4], 1, actor=person, at=NOW),
        lambda: give_minutes(points[0], 12, actor=person, at=NOW),
        lambda: take_note(points[0], " Ask again. ", actor=person, at=NOW),
        lambda: free_item.change(points[0], FREE, actor=person, at=NOW),
    ]
    for act in acts:
        if may:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()
    assert (AgendaItem.objects.get(pk=points[0].pk).title == FREE.title) is may


def test_what_people_gave_outlives_every_generation(given, meeting):
    one, two, three = (rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT) for _ in range(3))
    generate(meeting, at=NOW)
    chair = given.people.chair
    last = AgendaItem.objects.get(rfc=three)
    place(last, 1, actor=chair, at=NOW)
    give_minutes(last, 21, actor=chair, at=NOW)
    take_note(last, "Bring the drawing.", actor=chair, at=NOW)
    free_item.add(meeting, FREE, actor=chair, at=NOW)
    place(free_item.add(meeting, FreeItem("First of all", Section.NEW, 2, owner=chair), actor=chair, at=NOW), 1, actor=chair, at=NOW)
    before = list(AgendaItem.objects.order_by("pk").values())
    for _ in range(3):
        generate(meeting, at=NOW + hours(1))
    assert list(AgendaItem.objects.order_by("pk").values()) == before
    titles = [(row.section, row.rfc_id or row.title) for row in meeting.items.order_by("position")]
    news = [("new", what) for what in ("First of all", three.pk, one.pk, two.pk)]
    assert titles == [*news, ("ongoing", "Staffing over the holidays")]


def test_once_frozen_each_change_of_order_makes_a_revision_and_revision_1_never_changes(given, meeting):
    one, two = (rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT) for _ in range(2))
    generate(meeting, at=CUT_OFF)
    chair, first = given.people.chair, AgendaRevision.objects.get().snapshot
    place(AgendaItem.objects.get(rfc=two), 1, actor=chair, at=CUT_OFF + hours(1))
    place(AgendaItem.objects.get(rfc=two), 1, actor=chair, at=CUT_OFF + hours(1))
    take_note(AgendaItem.objects.get(rfc=two), "No revision for a note.", actor=chair, at=CUT_OFF + hours(1))
    added = free_item.add(meeting, FREE, actor=chair, at=CUT_OFF + hours(2))
    give_minutes(added, 6, actor=chair, at=CUT_OFF + hours(2))
    free_item.remove(added, actor=chair, at=CUT_OFF + hours(3))
    reasons = [row.reason for row in AgendaRevision.objects.order_by("number")]
    title = "Staffing over the holidays"
    assert reasons == ["", "Item 2 is now 1 of 2.", f"Added: {title}", f"{title}: 6 min instead of 4", f"Taken off: {title}"]
    assert AgendaRevision.objects.get(number=1).snapshot == first
    stood = AgendaRevision.objects.get(number=3).snapshot["sections"]
    assert [[item["title"] for item in part["items"]] for part in stood] == [[two.title, one.title], [title]]


def test_a_free_item_in_another_section_goes_to_its_end_and_off_the_agenda_it_is_gone(given, meeting, points):
    chair = given.people.chair
    free_item.change(points[2], FreeItem("3", Section.FAILED, 5), actor=chair, at=NOW)
    assert order(meeting) == "12345"
    free_item.change(points[0], FreeItem("1", Section.NEW, 5), actor=chair, at=NOW)
    assert order(meeting) == "23451"
    free_item.remove(points[1], actor=chair, at=NOW)
    assert order(meeting) == "3451"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (FreeItem("  ", Section.NEW, 5), "title"),
        (FreeItem("x" * 201, Section.NEW, 5), "title"),
        (FreeItem("Staffing", Section.NEW, 0), "minutes"),
        (FreeItem("Staffing", Section.NEW, 481), "minutes"),
    ],
)
def test_a_free_item_needs_a_title_and_minutes(given, meeting, item, field):
    with pytest.raises(Unacceptable) as refused:
        free_item.add(meeting, item, actor=given.people.chair, at=NOW)
    assert (refused.value.field, meeting.items.count()) == (field, 0)


def test_what_stands_by_itself_is_not_written_by_hand_and_a_meeting_that_is_over_stays(given, meeting, points):
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT)
    generate(meeting, at=NOW)
    chair = given.people.chair
    with pytest.raises(MoveRefused):
        free_item.remove(AgendaItem.objects.get(rfc__isnull=False), actor=chair, at=NOW)
    meeting.state = MeetingState.HELD
    meeting.save()
    for act in (lambda: place(points[4], 1, actor=chair, at=NOW), lambda: free_item.add(meeting, FREE, actor=chair, at=NOW)):
        with pytest.raises(MoveRefused):
            act()
