"""Every page of the demo, for whoever sees most of it: axe, both themes, two widths, consoles, and the weight of scripts."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from changes.actions.agenda import admit
from changes.actions.demo import make_demo
from changes.actions.meeting import generate_due
from changes.actions.reminder import send_due
from changes.choices import MeetingState, Route, Severity, State
from changes.models import RFC, AgendaItem, Board, ChangeWindow, DemoMail, Freeze, Meeting, User, WorkSession
from tests import factories as make
from tests.browser.conftest import DESK, PHONE, script_sizes, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Who shares one demo; together they take about as long as the others, so that two workers are done at the same time.
PEOPLE = (("viewer",), ("service-manager", "change-manager"), ("implementer", "chair", "member", "admin"))
#: DESIGN and the issue: no page sends more script than this, compressed.
MOST_SCRIPT = 300 * 1024
#: Subjects of mails of each kind: a digest, what nobody answered, what is not when it was told, a question with a button.
MAILS = ("reminders of the day", "Nobody has said whether it has begun", "is moved to", "Has it begun?")
#: What axe asks of colours; it takes longest.
COLOURS = ("color-contrast", "link-in-text-block")
#: What a narrow page may have wrong that the wide one has not: what is shown there alone, or scrolls.
NARROW = ("scrollable-region-focusable", "aria-hidden-focus", "button-name", "link-name", "label", "list", "listitem")


@pytest.fixture
def demo(site) -> None:
    make_demo(at=make.NOW, password=make.PASSWORD, say=print)
    generate_due(at=make.NOW)
    send_due(at=make.NOW)
    _admit_one()


def _admit_one() -> None:
    """The frozen agenda has a second revision, so that its first is a page of the past."""
    late = _item().meeting.items.filter(is_late=True).exclude(section="")[0]
    admit(late.meeting, late.rfc, reason="It cannot wait.", actor=late.meeting.board.chair, at=make.NOW)


def _rfc(**wanted: object) -> str:
    return RFC.objects.filter(**wanted).order_by("-pk")[0].get_absolute_url()


def _item() -> AgendaItem:
    frozen = Meeting.objects.filter(state=MeetingState.FROZEN)[0]
    return AgendaItem.objects.filter(meeting=frozen, rfc__state=State.SUBMITTED, rfc__route=Route.BOARD)[0]


def _window_pages() -> list[str]:
    window = reverse("window-edit", args=[ChangeWindow.objects.order_by("pk")[0].pk])
    return [reverse("window-create"), window, f"{window}remove/"]


def _meeting_pages(meeting: Meeting) -> list[str]:
    """What the chair reads of a meeting, and the minutes of the one before."""
    agenda = meeting.get_absolute_url()
    held = Meeting.objects.filter(board=meeting.board, state=MeetingState.HELD).order_by("-starts_at")[0]
    parts = ("arrange/", "revisions/", "automatic/", "forward/", "pack/", "sitting/")
    return [agenda, f"{agenda}?revision=1", *(f"{agenda}{part}" for part in parts), reverse("meeting-minutes", args=[held.pk])]


def _board_pages() -> list[str]:
    board = reverse("board-edit", args=[Board.objects.order_by("pk")[0].pk])
    return [reverse("board-list"), reverse("board-create"), board, f"{board}remove/", reverse("route-edit")]


def _reminder_pages() -> list[str]:
    """Of `service-manager`: what is told, how, what is asked of a silent session, of a long change and of a night, and a mail's way out."""
    silent = RFC.objects.get(import_key__endswith=":reminded-silent")
    status = RFC.objects.get(import_key__endswith=":six-nights")
    automatic = WorkSession.objects.filter(rfc__severity=Severity.AUTOMATIC, rfc__owner__username="service-manager")
    night = automatic.filter(rfc__state=State.SCHEDULED).order_by("planned_end")[0].planned_end - timedelta(hours=6)
    off = re.search(r"/reminders/off/\S+", DemoMail.objects.filter(text__contains="/reminders/off/")[0].text)
    asked = [f"{silent.get_absolute_url()}answer/", f"{status.get_absolute_url()}status/", reverse("night-outcomes", args=[night.date()])]
    return ["/reminders/", "/reminders/settings/", "/bell/", *asked, off.group()]


def _item_page(item: AgendaItem) -> str:
    return reverse("item-detail", args=[item.meeting_id, item.pk])


def pages_of(name: str) -> list[str]:
    """The addresses that this person is to read."""
    user = User.objects.get(username=name)
    item, mail = _item(), DemoMail.objects.order_by("pk").last()
    session = WorkSession.objects.filter(rfc__owner=user, rfc__state=State.SCHEDULED, planned_start__gt=make.NOW).first()
    session = session or WorkSession.objects.filter(rfc__state=State.SCHEDULED, planned_start__gt=make.NOW)[0]
    own, freeze = RFC.objects.filter(owner=user), Freeze.objects.all()[0]
    draft = own.filter(state=State.DRAFT).first()
    ahead, running = _rfc(state=State.SCHEDULED), _rfc(state=State.IN_PROGRESS)
    table = {
        "service-manager": [
            "/",
            "/rfcs/new/",
            "/rfcs/new/?emergency=1",
            f"{draft.get_absolute_url()}edit/" if draft else "/rfcs/new/",
            draft.get_absolute_url() if draft else "/",
            f"/sessions/{session.pk}/",
            f"/sessions/{session.pk}/move/",
            f"/sessions/{session.pk}/move/preview/?day=2026-11-28",
            f"{session.rfc.get_absolute_url()}moves/cancelled/",
            "/rfcs/?mine=true",
            *_reminder_pages(),
        ],
        "implementer": ["/", running, f"{running}outcome/", f"{running}history/", f"{running}work/roll-back/", "/mailbox/"],
        "change-manager": [
            "/",
            _rfc(state=State.SUBMITTED),
            _rfc(state=State.APPROVED),
            f"{_rfc(state=State.APPROVED)}waivers/",
            f"{ahead}reminders/",
            f"/mailbox/{mail.pk}/",
            "/reminders/?who=all",
            "/reminders/ledger/",
            "/board/",
            "/rules/",
            "/waivers/",
            f"{_rfc(state=State.COMPLETED)}incidents/",
        ],
        "chair": ["/", "/board/", _item_page(item), *_meeting_pages(item.meeting)],
        "member": ["/", "/week/", _item_page(item), f"{item.meeting.get_absolute_url()}history/", "/schedule/?view=undated"],
        "viewer": [
            "/",
            "/schedule/?view=month",
            "/schedule/?view=week",
            "/schedule/?view=list",
            "/schedule/?view=service",
            "/schedule/?view=service&hours=whole&environment=corporate&unfold=hub-transport&idle=1",
            "/schedule/day/2026-11-24/",
            "/rfcs/",
            "/rfcs/?q=no+such+words",
            _rfc(state=State.CLOSED),
            _rfc(state=State.COMPLETED),
            _rfc(state=State.REJECTED),
            _rfc(state=State.CANCELLED),
            "/setup/",
            "/api/docs/",
            "/api/problems/",
            "/api/problems/move-refused/",
        ],
        "admin": [
            "/",
            "/setup/",
            *_window_pages(),
            *_board_pages(),
            "/schedule/",
            "/setup/freezes/new/",
            freeze.get_absolute_url(),
            f"{freeze.get_absolute_url()}lift/",
            "/tokens/",
        ],
    }
    return table[name]


def looked_at(page: Page, address: str) -> dict[str, object]:
    """What is wrong with one page, by theme and width; empty where nothing is."""
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    scripts = script_sizes(page)
    response = page.goto(address)
    wrong: dict[str, object] = {}
    if not response.ok:
        wrong["status"] = response.status
    weight = sum(scripts.values())
    if weight > MOST_SCRIPT:
        wrong["bytes of script"] = weight
    for width, theme, size, rules in (("desk", "light", DESK, ()), ("desk", "dark", DESK, COLOURS), ("phone", "light", PHONE, NARROW)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        if found := violations(page, *rules):
            wrong[f"{width}, {theme}"] = found
        if too_wide := sideways(page):
            wrong[f"{width}, {theme}, sideways"] = too_wide
    return wrong


def read(page: Page, words: str) -> dict[str, object]:
    """What is wrong with a mail in which these words are the subject, as a mail program shows it; in the mailbox no script may look."""
    page.goto("about:blank")
    page.set_content(DemoMail.objects.filter(subject__contains=words)[0].html)
    wrong: dict[str, object] = {}
    for width, theme in ((600, "light"), (375, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        if found := violations(page):
            wrong[f"{width}, {theme}"] = found
        if too_wide := sideways(page):
            wrong[f"{width}, sideways"] = too_wide
    return wrong


@pytest.mark.parametrize("people", PEOPLE, ids=" ".join)
def test_nothing_is_wrong_with_any_page(demo, visit, complaints, people):
    wrong = {}
    for name in people:
        page = visit(User.objects.get(username=name))
        for address in pages_of(name):
            if found := looked_at(page, address) | ({"console": complaints[:]} if complaints else {}):
                wrong[name, address] = found
            complaints.clear()
    if "change-manager" in people:
        wrong |= {words: found for words in MAILS if (found := read(page, words))}
    assert wrong == {}


def test_nothing_is_wrong_at_the_door(site, visit):
    """Signing in, and the pages for what is not there or not allowed."""
    page = visit()
    make.UserFactory(username="viewer", role="viewer")
    assert looked_at(page, "/sign-in/") == {}
    reader = visit(User.objects.get(username="viewer"))
    assert looked_at(reader, "/rfcs/RFC-999999/") == {"status": 404}
    assert looked_at(reader, "/rfcs/new/") == {"status": 403}
    assert looked_at(reader, "/schedule/") == {}


def test_what_axe_is_asked_it_answers(site, visit):
    """The tests above would see a fault: grey on white, and an input without a name."""
    page = visit()
    page.goto("/sign-in/")
    assert violations(page) == []
    page.evaluate("document.querySelector('label[for=id_username]').remove()")
    page.evaluate("document.querySelector('h1').style.color = '#ccc'")
    assert {rule for rule, _ in violations(page)} >= {"label", "color-contrast"}
