"""What a board looks after: what goes to another board is shown before it is saved; two administrators lose nothing of one another."""

import pytest

from changes.actions.agenda import generate
from changes.actions.decision import decide
from changes.actions.ruling import Ruling
from changes.choices import MeetingState, State, Verdict
from changes.models import RFC, AgendaItem, Board
from changes.selectors.remit import remit_effect
from tests import factories as make
from tests.web.test_board_edit import CHECK, LIST, NEW, rows, stored, text_of, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]

NOW, THURSDAY = make.NOW, make.NOW + make.hours(124)
GOES = "2 open RFCs go to Messaging board and no longer to Change advisory board, 1 of them a draft."
LEAVES = "1 of them leaves the meeting of Change advisory board, Thu 26 Nov 14:00."


@pytest.fixture
def admin(client, given):
    client.force_login(given.people.administrator)
    return client


@pytest.fixture
def meeting(given):
    """A submitted RFC on the coming agenda, a draft, and one that the other service keeps with the board."""
    other = make.ServiceFactory(slug="relay", name="Relay")
    make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT)
    make.raised(given, impact=make.HIGH_IMPACT)
    make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT, services=(other.slug,), configuration_items=())
    meeting = make.MeetingFactory(board=given.board, starts_at=THURSDAY)
    generate(meeting, at=NOW)
    assert AgendaItem.objects.count() == 2
    return meeting


def effect(services, board=None, environments=()):
    return remit_effect(board, "New", environments, services, at=NOW)


def left(found):
    return [(one.meeting, one.rfcs, one.stays) for one in found.left]


def test_what_goes_to_a_new_board_and_which_meeting_it_leaves(given, meeting):
    found = effect(["hub-transport"])
    assert [(one.before, one.after, len(one.rfcs), one.drafts) for one in found.handed] == [("Change advisory board", "New", 2, 1)]
    assert left(found) == [(meeting, 1, False)]
    make.BoardFactory(name="New").services.add(given.service)
    generate(meeting, at=NOW)
    assert [item.rfc.services.get().slug for item in AgendaItem.objects.all()] == ["relay"]


def test_a_frozen_meeting_keeps_them(given, meeting):
    generate(meeting, at=meeting.cut_off_at)
    meeting.refresh_from_db()
    assert left(effect(["hub-transport"])) == [(meeting, 1, True)]


def test_what_was_deferred_to_a_later_meeting_leaves_that(given, meeting):
    later = make.MeetingFactory(board=given.board, starts_at=THURSDAY + make.hours(168))
    generate(meeting, at=meeting.cut_off_at)
    item = AgendaItem.objects.get(rfc__services=given.service)
    decide(item.rfc, Ruling(Verdict.DEFER, reason="Later.", defer_to=later), actor=given.people.chair, at=THURSDAY, item=item)
    type(meeting).objects.filter(pk=meeting.pk).update(state=MeetingState.HELD)
    assert left(remit_effect(None, "New", [], ["hub-transport"], at=THURSDAY)) == [(later, 1, False)]


@pytest.mark.parametrize(("environments", "services"), [([], []), ([], ["relay"])])
def test_where_nothing_goes_elsewhere_there_is_nothing_to_say(given, meeting, environments, services):
    assert effect(services, board=given.board, environments=environments) == effect([], board=given.board)


def test_what_is_over_or_takes_another_route_is_not_counted(given, meeting):
    RFC.objects.filter(services=given.service, state=State.DRAFT).update(route="manager")
    RFC.objects.filter(services=given.service, state=State.SUBMITTED).update(state=State.REJECTED)
    assert effect(["hub-transport"]).handed == ()


def test_it_costs_the_same_for_one_and_for_three(given, meeting, django_assert_num_queries):
    with django_assert_num_queries(8):
        effect(["hub-transport"])
    for _ in range(2):
        make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT)
    with django_assert_num_queries(8):
        assert len(effect(["hub-transport"]).handed[0].rfcs) == 4


def test_it_is_shown_before_it_is_saved(admin, given, meeting):
    assert f"{GOES} {LEAVES}" in text_of(admin.post(CHECK, typed()))
    asked = admin.post(NEW, typed(act="save"))
    assert f"Make “Messaging board”? {GOES} {LEAVES}" in text_of(asked)
    assert Board.objects.count() == 1
    seen = asked.context["editing"].remit.keys
    assert GOES in text_of(admin.post(NEW, typed(act="save", seen=seen), follow=True))
    assert Board.objects.count() == 2


def test_what_has_joined_them_since_is_shown_first(admin, given, meeting):
    seen = admin.post(CHECK, typed()).context["editing"].remit.keys
    make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT)
    assert "3 open RFCs go to Messaging board" in text_of(admin.post(NEW, typed(act="save", seen=seen)))
    assert Board.objects.count() == 1


# --- Two administrators -------------------------------------------------------------------------------------------------


@pytest.fixture
def read(admin, given):
    """The board as two administrators have opened it; the first has saved a quorum of 2 since."""
    address = f"{LIST}{given.board.pk}/"
    version = admin.get(address).context["editing"].version
    assert admin.post(address, stored(act="save", version=version, quorum="2")).status_code == 302
    admin.force_login(make.UserFactory(username="second", role="administrator"))
    return address, version


def test_the_second_is_told_what_differs_and_nothing_is_lost(admin, given, read):
    address, version = read
    mine = stored(act="save", version=version, name="Board", **rows("seats", ("member", "network")))
    answer = admin.post(address, mine)
    told = text_of(answer)
    assert answer.status_code == 412
    assert "Administrator has changed “Change advisory board” since you opened it." in told
    seats = "Seats Chair, network; Member, Chair, 2026-12-01, 2026-12-31 Member, network"
    assert f"Name Change advisory board Board Quorum 2 1 {seats} Begin again" in told
    assert answer.context["form"]["name"].value() == "Board"
    board = Board.objects.get()
    assert (board.name, board.quorum, board.members.count()) == ("Change advisory board", 2, 2)
    again = answer.context["editing"].version
    assert admin.post(address, {**mine, "version": again, "quorum": "2"}).status_code == 302
    board.refresh_from_db()
    assert (board.name, board.quorum, board.members.count()) == ("Board", 2, 1)


def test_other_buttons_keep_the_version_that_was_read(admin, given, read):
    address, version = read
    assert admin.post(address, stored(act="add-seats", version=version)).context["editing"].version == version
    assert admin.post(address, stored(act="save", version=version)).status_code == 412
