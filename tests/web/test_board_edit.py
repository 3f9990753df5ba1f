"""The editor of boards: what it means is shown before it is saved, and nothing that was typed is lost."""

import html
import re
from datetime import UTC, date, datetime, time

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import MeetingState, Role
from changes.models import Board, Meeting
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]

LIST, NEW, CHECK = "/setup/boards/", "/setup/boards/new/", "/setup/boards/check/"
THURSDAY = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


@pytest.fixture
def admin(client, given):
    client.force_login(given.people.administrator)
    return client


def rows(prefix, *lines):
    """The rows of one kind as the browser sends them, from tuples of their fields."""
    names = ("user", "seat", "delegate_for", "since", "until") if prefix == "seats" else ("user", "since", "until")
    sent = {f"{prefix}-{n}-{name}": value for n, line in enumerate(lines) for name, value in zip(names, line, strict=False)}
    return {f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": "0", **sent}


def typed(**other):
    """A messaging board that meets on Tuesday, as the browser sends it."""
    return {
        "name": "Messaging board",
        "slug": "",
        "is_voting": "on",
        "services": ["hub-transport"],
        "chair": "chair",
        "quorum": "2",
        "weekday": "1",
        "starts": "10:00",
        "minutes": "45",
        "time_zone": "Europe/Amsterdam",
        "cut_off_days": "1",
        "cut_off_time": "12:00",
        "minutes_major": "8",
        "minutes_minor": "5",
        "minutes_automatic": "2",
        "holidays": "2026-12-29\n",
        **rows("seats", ("member", "network"), ("owner", "", "chair", "2026-12-01", "2026-12-31"), ("",)),
        **rows("rota", ("chair", "", "2026-12-01T08:00"), ("Change manager", "2026-12-01T08:00")),
        **other,
    }


def stored(**other):
    """What the form of the board `cab` sends when nothing is changed."""
    same = {"name": "Change advisory board", "is_voting": "", "services": [], "quorum": "1", "weekday": "3", "starts": "14:00"}
    week = {"minutes": "60", "cut_off_days": "2", "holidays": ""}
    return typed(**{**same, **week, **rows("seats", ("chair",), ("member",)), **rows("rota", ("chair",), ("change-manager",)), **other})


def text_of(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_a_board_is_made_with_all_that_belongs_to_it(admin, given):
    response = admin.post(NEW, typed(act="save"), follow=True)
    assert "“Messaging board” is saved. Its meetings of the next four weeks are made within a minute." in text_of(response)
    board = Board.objects.get(slug="messaging-board")
    assert (board.chair, board.quorum, board.is_voting, board.weekday, board.starts) == (given.people.chair, 2, True, 1, time(10))
    assert [service.slug for service in board.services.all()] == ["hub-transport"]
    seats = board.members.values_list("user__username", "seat", "delegate_for__username", "since", "until")
    assert list(seats) == [("member", "network", None, None, None), ("owner", "", "chair", date(2026, 12, 1), date(2026, 12, 31))]
    handed_over = datetime(2026, 12, 1, 7, tzinfo=UTC)
    turns = board.rota.values_list("position", "user__username", "since", "until")
    assert list(turns) == [(0, "chair", None, handed_over), (1, "change-manager", handed_over, None)]
    assert [holiday.on for holiday in board.holidays.all()] == [date(2026, 12, 29)]
    assert LogEntry.objects.get().object_repr == "Messaging board"


def test_what_is_stored_begins_the_form_and_saving_it_changes_nothing(admin, given):
    address = f"{LIST}{given.board.pk}/"
    entry = admin.get(address).context["entry"]
    assert [row["user"].value() for row in entry.seats] == ["Chair", "Member"]
    before = Board.objects.values().get()
    response = admin.post(address, stored(act="save", minutes_major="8"))
    assert response.status_code == 302
    assert Board.objects.values().get() == before
    assert [seat.user.username for seat in given.board.members.all()] == ["chair", "member"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.USER, Role.CHANGE_MANAGER])
def test_everybody_reads_boards_and_administrators_change_them(client, given, role):
    client.force_login(make.UserFactory(role=role))
    told = text_of(client.get(LIST))
    assert "Change advisory board" in told
    assert "Make a board" not in told
    pages = [NEW, f"{LIST}{given.board.pk}/", f"{LIST}{given.board.pk}/remove/"]
    assert [client.get(page).status_code for page in pages] == [403] * 3
    assert [client.post(page, typed(act="save")).status_code for page in [*pages, CHECK]] == [403] * 4
    assert Board.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "It has no name"),
        ({"name": "Cab", "slug": "cab"}, "There is a “cab” already."),
        ({"chair": ""}, "Nobody leads it"),
        ({"chair": "zoe"}, "Nobody who takes part in changes is called “zoe”. Choose one of the list."),
        ({"chair": "manag"}, "Nobody who takes part in changes is called “manag”. Did you mean Change manager?"),
        ({"chair": "viewer"}, "Nobody who takes part in changes is called “viewer”"),
        ({"quorum": "-1"}, "a whole number from 0"),
        ({"time_zone": "Europe/Atlantis"}, "“Europe/Atlantis” is not a time zone"),
        ({"starts": "25:00"}, "There is no such time"),
        ({"cut_off_days": "0", "cut_off_time": "11:00"}, "The cut-off lies after the start of the meeting."),
        ({"holidays": "2026-12-29\nBoxing Day"}, "Line 2: “Boxing Day” is no day"),
        (rows("seats", ("member",), ("member",)), "Somebody has two seats: Member."),
        (rows("seats", ("member", "network", "member")), "Member cannot sit for themselves."),
        (rows("seats", ("", "network")), "Say who sits here"),
        (rows("seats", ("member", "", "", "2026-12-02", "2026-12-01")), "Its last day lies before its first."),
        (rows("rota", ("chair", "2026-12-02T08:00", "2026-12-01T08:00")), "The turn ends at or before its start."),
    ],
)
def test_what_cannot_be_is_told_and_kept(admin, given, change, words):
    response = admin.post(NEW, typed(act="save", **change))
    assert response.status_code in (400, 422)
    assert words in text_of(response)
    assert "Nothing that you typed is lost" in text_of(response)
    assert Board.objects.count() == 1
    for name, value in typed(**change).items():
        if name in response.context["form"].fields:
            assert response.context["form"][name].value() == ("Chair" if value == "chair" else value)


def test_people_are_listed_by_name_and_told_apart_where_two_are_called_the_same(admin, given):
    make.UserFactory(username="anna-1", first_name="Anna")
    make.UserFactory(username="anna-2", first_name="Anna")
    page = admin.get(NEW).content.decode()
    assert '<option value="Chair">chair</option>' in page
    assert '<option value="Anna (anna-2)">anna-2</option>' in page
    assert '<option value="Viewer">' not in page
    two = rows("seats", ("anna",))
    told = "Several people are called “anna”. Did you mean Anna (anna-1) or Anna (anna-2)?"
    assert told in text_of(admin.post(NEW, typed(act="save", **two)))
    admin.post(NEW, typed(act="save", **rows("seats", ("Anna (anna-2)",), ("MEMBER",))))
    seats = Board.objects.get(slug="messaging-board").members
    assert list(seats.values_list("user__username", flat=True)) == ["anna-2", "member"]


class TestRows:
    def seats(self, response):
        return [row["user"].value() for row in response.context["entry"].seats]

    def turns(self, response):
        return [row["user"].value() for row in response.context["entry"].rota]

    def test_a_seat_is_added_and_all_that_was_typed_stays(self, admin, given):
        response = admin.post(NEW, typed(act="add-seats", name=""))
        assert self.seats(response) == ["Member", "Owner", "", ""]
        assert 'name="seats-3-user"' in response.content.decode()
        assert re.search(r'name="seats-3-user"[^>]*autofocus', response.content.decode())
        # What is not written yet is no fault before it is saved.
        assert "It has no name" not in text_of(response)
        assert response.context["entry"].rota[1]["since"].value() == "2026-12-01T08:00"

    @pytest.mark.parametrize(
        ("act", "seats", "turns"),
        [
            ("remove-seats 0", ["Owner", ""], ["Chair", "Change manager"]),
            ("remove-seats 9", ["Member", "Owner", ""], ["Chair", "Change manager"]),
            ("remove-seats x", ["Member", "Owner", ""], ["Chair", "Change manager"]),
            ("down-rota 0", ["Member", "Owner", ""], ["Change manager", "Chair"]),
            ("up-rota 1", ["Member", "Owner", ""], ["Change manager", "Chair"]),
            ("up-rota 0", ["Member", "Owner", ""], ["Chair", "Change manager"]),
            ("remove-rota 1", ["Member", "Owner", ""], ["Chair"]),
        ],
    )
    def test_rows_are_taken_away_and_moved(self, admin, given, act, seats, turns):
        response = admin.post(NEW, typed(act=act))
        assert (self.seats(response), self.turns(response)) == (seats, turns)


class TestWhatItMeans:
    def test_the_next_meetings_with_holidays_and_clocks(self, admin, given, time_machine):
        time_machine.move_to(datetime(2026, 10, 20, 12, tzinfo=UTC), tick=False)
        text = text_of(admin.post(CHECK, typed(holidays="2026-11-03")))
        assert "Meets every Tuesday 10:00 for 45 min, Amsterdam; cut-off Monday 12:00, 1 day before" in text
        assert "Tue 27 Oct 10:00–10:45 first after the clocks go back: 09:00 UTC, a week before 08:00 Mon 26 Oct 12:00 CET, UTC+1" in text
        assert "Tue 3 Nov falls out: holiday; what was deferred to it goes to Tue 10 Nov" in text

    def test_what_is_worth_a_second_look(self, admin, given):
        response = admin.post(CHECK, typed(quorum="9", **rows("rota", ("",))))
        assert "The quorum of 9 is never met: 2 people have a vote, the chair included." in text_of(response)
        assert "Nobody is on the rota: emergencies would reach nobody." in text_of(response)

    def test_another_board_that_is_named_for_the_same(self, admin, given):
        given.board.services.add(given.service)
        told = "Change advisory board was made first, so those RFCs go there and not to Messaging board."
        assert told in text_of(admin.post(CHECK, typed()))

    def test_a_day_that_cannot_be_read_yet_is_no_fault_of_the_page(self, admin, given):
        assert "No meetings to show yet" in text_of(admin.post(CHECK, typed(starts="")))
        assert "No meetings to show yet" in text_of(admin.post(CHECK, {}))

    def test_which_meetings_move_is_shown_and_then_done(self, admin, given):
        made = make.MeetingFactory(board=given.board, starts_at=THURSDAY, planned_for=THURSDAY.date())
        change = stored(board=given.board.pk, weekday="4", starts="09:00")
        told = "Thu 26 Nov 14:00 moves to Fri 27 Nov 09:00, with all that stands on it."
        assert told in text_of(admin.post(CHECK, change))
        made.refresh_from_db()
        assert made.starts_at == THURSDAY
        assert told in text_of(admin.post(f"{LIST}{given.board.pk}/", {**change, "act": "save"}, follow=True))
        made.refresh_from_db()
        assert (made.starts_at, made.planned_for) == (datetime(2026, 11, 27, 8, tzinfo=UTC), date(2026, 11, 27))

    def test_a_holiday_says_where_what_was_deferred_goes(self, admin, given):
        make.MeetingFactory(board=given.board, starts_at=THURSDAY, planned_for=THURSDAY.date(), state=MeetingState.PLANNED)
        text = text_of(admin.post(CHECK, stored(board=given.board.pk, holidays="2026-11-26")))
        assert "Thu 26 Nov 14:00 is cancelled: holiday; nothing is deferred to it." in text


def test_a_board_with_meetings_stays_and_one_without_goes(admin, given):
    empty = make.BoardFactory(name="Lab board", seats=[given.people.member])
    assert "“Lab board” is removed." in text_of(admin.post(f"{LIST}{empty.pk}/remove/", follow=True))
    make.MeetingFactory(board=given.board, starts_at=THURSDAY)
    address = f"{LIST}{given.board.pk}/remove/"
    assert "It has 1 meeting, so it stays" in text_of(admin.get(address))
    assert "is named by 1 meetings" in text_of(admin.post(address, follow=True))
    assert list(Board.objects.all()) == [given.board]


def test_the_list_says_what_two_boards_look_after_and_what_none_does(admin, given):
    make.EnvironmentFactory(slug="lab", name="Laboratory")
    given.board.environments.add(given.environment)
    second = make.BoardFactory(name="Second board")
    second.environments.add(given.environment)
    text = text_of(admin.get(LIST))
    assert "2 boards look after Corporate production: RFCs go to Change advisory board" in text
    assert "No board is named for Laboratory No board takes the rest either; Change advisory board was made first" in text
    second.environments.clear()
    assert "What no board is named for goes to Second board." in text_of(admin.get(LIST))


def test_the_list_costs_the_same_for_one_and_for_three(admin, given, django_assert_num_queries):
    with CaptureQueriesContext(connection) as once:
        admin.get(LIST)
    for _ in range(2):
        board = make.BoardFactory(seats=[given.people.member], rota=[given.people.chair])
        board.services.add(make.ServiceFactory())
        board.environments.add(make.EnvironmentFactory())
    with django_assert_num_queries(len(once.captured_queries)):
        admin.get(LIST)


def test_where_there_is_no_board_the_list_says_what_that_means(admin, given):
    Meeting.objects.all().delete()
    Board.objects.all().delete()
    assert "emergencies reach nobody" in text_of(admin.get(LIST))
