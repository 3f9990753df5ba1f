"""Two browsers in one meeting: what one does the other sees; both decide at once; reloads and lost connections lose nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from changes.actions.agenda import generate
from changes.actions.sitting import end_sitting, open_sitting
from changes.choices import State
from changes.models import RFC, AgendaItem, Board, BoardMember, Decision, Meeting
from tests import factories as make
from tests.browser.conftest import PHONE, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

START = make.NOW + make.hours(124)


@pytest.fixture
def meeting(given, site, clock) -> Meeting:
    for number in range(4):
        nights = (make.session(START + make.hours(56 + 24 * number)),)
        make.rfc_in(State.SUBMITTED, given, impact=make.HIGH_IMPACT, title=f"Rollup {number + 1}", sessions=nights, configuration_items=())
    made = make.MeetingFactory(board=given.board, starts_at=START)
    generate(made, at=made.cut_off_at)
    BoardMember.objects.create(board=given.board, user=given.people.outsider, delegate_for=given.people.chair)
    clock.move_to(START, tick=False)
    return Meeting.objects.get()


def at(page: Page, number: int, timeout: int = 15_000) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Rollup {number}", timeout=timeout)


def quiet(complaints: list[str]) -> None:
    """A browser without a connection remarks on each request that fails; that is what is tried here."""
    complaints[:] = [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one]


def test_presenter_and_member_in_one_meeting(given, meeting, visit, clock, complaints):
    presenter, member = visit(given.people.chair), visit(given.people.member)
    member.goto(f"{meeting.get_absolute_url()}sitting/")
    expect(member.get_by_role("heading", level=1)).to_have_text("The meeting has not begun")
    presenter.goto(meeting.get_absolute_url())
    presenter.get_by_role("link", name="Hold the meeting").click()
    presenter.get_by_role("button", name="Open the meeting").click()
    at(presenter, 1)
    at(member, 1)  # it opens by itself
    assert (violations(presenter), violations(member)) == ([], [])

    # The member is there, votes, and the presenter sees both without touching anything.
    expect(presenter.get_by_text("has the page open, has not said so")).to_be_visible()
    member.get_by_role("button", name="I am here").click()
    expect(presenter.get_by_text("2 of 2, quorum")).to_be_visible()
    member.get_by_role("group", name="Your vote").get_by_text("For", exact=True).click()
    member.get_by_role("button", name="Vote").click()
    expect(presenter.get_by_role("complementary")).to_contain_text("1 for")

    # Keys: C, a condition, Enter. While a field is typed in they are letters.
    presenter.keyboard.press("c")
    presenter.keyboard.type("npa: a restore is shown")
    row = presenter.get_by_label("What has to be done first, condition 1")
    expect(row).to_have_value("npa: a restore is shown")
    presenter.get_by_label("By whom, condition 1").fill("owner")
    presenter.get_by_label("Until, condition 1").fill("2026-11-27T12:00")
    row.press("Enter")
    at(presenter, 2)
    at(member, 2)
    expect(member.locator("#sitting-said")).to_contain_text("approved if. Item 2: Rollup 2.")
    presenter.keyboard.press("u")
    expect(presenter.get_by_role("status", name="News")).to_contain_text("Taken back")
    assert Decision.objects.get().item is None

    apart_and_back(presenter, member)
    lost_and_found(presenter, member)
    quiet(complaints)

    # A reload shows the same item and the same clock, and a note that was just typed is there.
    clock.shift(90)
    presenter.get_by_label("Note on this item, for the minutes").fill("Asked for the supplier’s word.")
    expect(presenter.get_by_text("Kept.")).to_be_visible()
    presenter.reload()
    at(presenter, 2)
    expect(presenter.get_by_label("Note on this item, for the minutes")).to_have_value("Asked for the supplier’s word.")
    assert Meeting.objects.get().current_item == AgendaItem.objects.get(position=2)


def apart_and_back(presenter: Page, member: Page) -> None:
    """The member looks elsewhere and comes back; the presenter goes on meanwhile."""
    member.get_by_role("navigation", name="Items").get_by_role("link", name=re.compile("Rollup 4")).click()
    at(member, 4)
    presenter.keyboard.press("n")
    at(presenter, 3)
    expect(member.get_by_text("the meeting is at item 3: Rollup 3.")).to_be_visible()
    at(member, 4)
    member.get_by_role("link", name="Follow the presenter").click()
    at(member, 3)


def lost_and_found(presenter: Page, member: Page) -> None:
    """The connection drops: it is said, nothing goes away, and it comes back by itself."""
    member.context.set_offline(True)
    expect(member.get_by_role("alert")).to_contain_text("Connection lost at")
    presenter.keyboard.press("p")
    at(presenter, 2)
    at(member, 3)
    member.context.set_offline(False)
    at(member, 2, timeout=40_000)
    expect(member.locator("#sitting-lost")).to_be_hidden()


def test_both_decide_at_once_and_another_takes_over(given, meeting, visit, complaints):
    Board.objects.update(quorum=2)
    chair, deputy = visit(given.people.chair), visit(given.people.outsider, viewport=PHONE, color_scheme="dark")
    chair.goto(f"{meeting.get_absolute_url()}sitting/")
    chair.get_by_role("button", name="Open the meeting").click()
    at(chair, 1)
    deputy.goto(f"{meeting.get_absolute_url()}sitting/")
    assert (violations(deputy), sideways(deputy)) == ([], 0)

    # The deputy has begun to write: the page does not go on under their hands.
    deputy.get_by_role("radio", name="Reject").check()
    deputy.get_by_label("Reason, for the minutes").fill("Not before the freeze ends.")
    chair.keyboard.press("a")  # one is no quorum: the tick is asked for first
    expect(chair.get_by_label("Recorded without a quorum: 1 of 2 present")).to_be_focused()
    chair.keyboard.press("Enter")
    expect(chair.get_by_role("alert").filter(has_text="No quorum: 1 of 2 needed.")).to_be_visible()
    assert not Decision.objects.exists()
    chair.get_by_label("Recorded without a quorum: 1 of 2 present").check()
    chair.keyboard.press("Enter")
    at(chair, 2)
    expect(deputy.get_by_text("the meeting is at item 2: Rollup 2.")).to_be_visible()
    expect(deputy.get_by_label("Reason, for the minutes")).to_have_value("Not before the freeze ends.")
    deputy.get_by_label(re.compile("Recorded without a quorum")).check()
    deputy.get_by_role("button", name="Record the decision").click()
    refused = deputy.get_by_role("alert").filter(has_text="decided already: approve, by Chair")
    expect(refused).to_contain_text("Not before the freeze ends.")
    assert [(row.verdict, row.by) for row in Decision.objects.all()] == [("approve", given.people.chair)]
    assert RFC.objects.get(agenda_items__position=1).state == State.SCHEDULED

    # The chair's laptop is gone; the deputy goes on from where the meeting stands.
    chair.close()
    deputy.get_by_role("link", name="Follow the presenter").click()
    at(deputy, 2)
    deputy.get_by_role("button", name="Take over").click()
    deputy.get_by_role("button", name=re.compile("^Next: item 3")).click()
    at(deputy, 3)
    deputy.get_by_role("link", name="End meeting").click()
    expect(deputy.get_by_text("3 items are not decided.")).to_be_visible()
    deputy.get_by_role("button", name=re.compile("^End the meeting of")).click()
    expect(deputy.get_by_role("heading", level=1)).to_have_text("The meeting is over")
    assert Meeting.objects.get().state == "held"


def test_no_letter_is_a_command_while_the_page_turns_and_every_press_of_n_counts(given, meeting, visit, complaints):
    chair = visit(given.people.chair)
    chair.goto(f"{meeting.get_absolute_url()}sitting/")
    chair.get_by_role("button", name="Open the meeting").click()
    at(chair, 1)
    says = chair.locator("#sitting-key")

    # Typed right after a turn: nothing is decided, nothing is turned, and it is said.
    chair.get_by_role("navigation", name="Items").get_by_role("button", name=re.compile("Rollup 2")).click()
    chair.keyboard.type("cannot reach an engineer")
    expect(says).to_contain_text("C came too early: item 2 is not here yet.")
    at(chair, 2)
    expect(chair.locator("#decide [name=verdict]:checked")).to_have_count(0)

    # What is begun stays under the hands: no key turns away from it, and Esc leaves it.
    chair.get_by_role("radio", name="Reject").check()
    reason = chair.get_by_label("Reason, for the minutes")
    reason.fill("Not before the freeze ends.")
    chair.get_by_role("button", name=re.compile("^Chair")).click()
    expect(chair.get_by_text("0 of 2, quorum")).to_be_visible()
    expect(reason).to_have_value("Not before the freeze ends.")
    chair.get_by_role("button", name="Next: item 3").click()
    expect(says).to_contain_text("press the same once more to leave it behind")
    reason.press("Escape")
    chair.keyboard.press("Escape")
    expect(says).to_have_text("Left: nothing is chosen.")
    assert not Decision.objects.exists()

    # Quick presses add up.
    chair.get_by_role("navigation", name="Items").get_by_role("button", name=re.compile("Rollup 1")).click()
    at(chair, 1)
    expect(says).to_be_empty()
    for _ in range(3):
        chair.keyboard.press("n")
    at(chair, 4)
    assert Meeting.objects.get().current_item == AgendaItem.objects.get(position=4)
    assert not Decision.objects.exists()


def test_nothing_is_wrong_with_the_pages_before_and_after_it(given, meeting, visit):
    chair, sitting = visit(given.people.chair), f"{meeting.get_absolute_url()}sitting/"

    def looked_at(*addresses: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for address in addresses:
            chair.goto(address)
            if wrong := (violations(chair), sideways(chair)) != ([], 0):
                found[address] = wrong
        return found

    assert looked_at(sitting) == {}
    opened = open_sitting(meeting, actor=given.people.chair, at=START)
    assert looked_at(f"{sitting}end/") == {}
    end_sitting(opened, actor=given.people.chair, at=START + make.hours(1))
    minutes = f"{meeting.get_absolute_url()}minutes/"
    assert looked_at(sitting, minutes, f"{minutes}publish/") == {}
