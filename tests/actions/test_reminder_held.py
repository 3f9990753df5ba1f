"""What is held: held again where it is to be tried in quiet hours, and given the ways and hours of wishes that change (DESIGN 4.9)."""

from datetime import date, time, timedelta

import pytest
from django.core import mail

from changes.actions import preference, reminder
from changes.actions.preference import Wish
from changes.choices import Channel, Delivery, Hold, Severity, State, Urgency
from changes.models import RFC, Preference, Reminder
from tests.factories import NOW, DecisionFactory, RFCFactory, SessionFactory, UserFactory, hours

#: NOW is a Saturday, ten in Amsterdam.
EVENING = NOW + hours(11.5)
MORNING = NOW + hours(21)
QUIET = {"quiet_from": time(22), "quiet_until": time(7)}
pytestmark = pytest.mark.django_db


def planned(given, start, **more):
    rfc = RFCFactory(**{"owner": given.people.owner, "implementer": None, "state": State.SCHEDULED, "severity": Severity.MINOR, **more})
    SessionFactory(rfc=rfc, planned_start=start, planned_end=start + hours(2))
    return rfc


def sent(at):
    """To whom mails go in the sweep at `at`."""
    mail.outbox.clear()
    reminder.send_due(at=at)
    return [to.partition("@")[0] for m in mail.outbox for to in m.to]


def rows(**which):
    found = Reminder.objects.filter(rule="before_24h", **which).order_by("pk")
    return [(row.recipient.username, row.channel, row.state, row.held_for, row.send_at) for row in found]


# --- Held again -------------------------------------------------------------------------------------------------------


def test_what_fails_before_quiet_hours_is_not_tried_inside_of_them(given, settings):
    planned(given, start=EVENING + hours(24) + timedelta(minutes=15))
    Preference.objects.create(user=given.people.owner, **QUIET)
    due_at = EVENING + timedelta(minutes=15)  # a quarter to ten
    settings.EMAIL_BACKEND = "tests.mail_servers.HangsUp"
    for minutes in (0, 1, 6):
        reminder.send_due(at=due_at + timedelta(minutes=minutes))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    (row,) = Reminder.objects.filter(channel=Channel.MAIL)
    failed, attempts = row.detail, row.attempts
    assert (row.state, attempts) == (Delivery.FAILED, 3)
    assert sent(due_at + timedelta(minutes=21)) == []
    row.refresh_from_db()
    assert (row.state, row.held_for, row.send_at, row.attempts, row.detail) == (Delivery.DUE, Hold.QUIET, MORNING, attempts, failed)
    assert [sent(MORNING - timedelta(minutes=1)), sent(MORNING), sent(MORNING + hours(1))] == [[], ["owner"], []]
    row.refresh_from_db()
    assert (row.state, row.attempts, row.detail) == (Delivery.SENT, attempts + 1, "")


@pytest.mark.parametrize(
    ("urgency", "start"),
    [(Urgency.EMERGENCY, EVENING + hours(24.25)), (Urgency.NORMAL, EVENING + hours(6))],
    ids=["an emergency", "of no use in the morning"],
)
def test_what_cannot_wait_is_tried_in_quiet_hours_too(given, settings, urgency, start):
    planned(given, start=start, urgency=urgency)
    Preference.objects.create(user=given.people.owner, **QUIET)
    settings.EMAIL_BACKEND = "tests.mail_servers.HangsUp"
    reminder.send_due(at=EVENING + timedelta(minutes=29))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "owner" in sent(EVENING + timedelta(minutes=31))


def test_a_digest_that_failed_comes_whole_when_it_is_quiet_no_more(given, settings):
    Preference.objects.create(user=given.people.owner, digest_at=time(21, 50), **QUIET)
    for _ in range(2):
        rfc = RFCFactory(owner=given.people.owner, state=State.APPROVED)
        DecisionFactory(rfc=rfc, at=NOW, by=given.people.chair, severity=Severity.MINOR)
    settings.EMAIL_BACKEND = "tests.mail_servers.HangsUp"
    reminder.send_due(at=NOW)
    tonight = EVENING + timedelta(minutes=20)
    for minutes in (0, 1, 6):
        reminder.send_due(at=tonight + timedelta(minutes=minutes))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert Reminder.objects.filter(rule="decided", channel=Channel.MAIL, state=Delivery.FAILED, held_for=Hold.DIGEST).count() == 2
    assert sent(tonight + timedelta(minutes=30)) == []
    assert sent(MORNING) == ["owner"]
    assert mail.outbox[0].subject == "2 reminders of the day"


# --- Wishes that change -----------------------------------------------------------------------------------------------


@pytest.fixture
def held(given):
    """A mail about tomorrow night that is held for the owner's quiet hours since half past eleven."""
    planned(given, start=EVENING + hours(26))
    Preference.objects.create(user=given.people.owner, **QUIET)
    reminder.send_due(at=EVENING + hours(2))
    assert rows(channel=Channel.MAIL) == [("owner", "mail", Delivery.DUE, Hold.QUIET, MORNING)]


CHAT = "mmost://chat.example.org/kq81xw93zz"
BELL = ("owner", "bell", Delivery.SENT, "", EVENING + hours(2))


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (QUIET, [("owner", "mail", Delivery.DUE, Hold.QUIET, MORNING)]),
        ({}, [("owner", "mail", Delivery.DUE, "", EVENING + hours(2))]),
        ({"quiet_from": time(22), "quiet_until": time(9)}, [("owner", "mail", Delivery.DUE, Hold.QUIET, MORNING + hours(2))]),
        ({"by_mail": False, **QUIET}, [("owner", "mail", Delivery.SKIPPED, "", MORNING)]),
        (
            {"chat_url": CHAT, "by_mail": False, **QUIET},
            [("owner", "mail", Delivery.SKIPPED, "", MORNING), ("owner", "chat", Delivery.DUE, Hold.QUIET, MORNING)],
        ),
        ({"digest_at": time(8), **QUIET}, [("owner", "mail", Delivery.DUE, Hold.DIGEST, MORNING + hours(1))]),
        ({"muted": ["before_24h"], **QUIET}, [("owner", "mail", Delivery.SKIPPED, "", MORNING)]),
    ],
    ids=["the same", "none", "longer", "page alone", "chat", "digest", "off"],
)  # fmt: skip
@pytest.mark.usefixtures("held")
def test_a_changed_wish_holds_for_what_is_held(given, wish, expected):
    preference.save(given.people.owner, Wish(**wish), actor=given.people.owner, at=EVENING + hours(2))
    assert rows() == sorted([*expected, BELL], key=lambda row: (row[1] != "mail", row[1] != "bell"))


@pytest.mark.usefixtures("held")
def test_it_goes_to_a_delegate_who_is_named_meanwhile_and_back(given):
    other, at = UserFactory(username="other"), EVENING + hours(2)
    owner = given.people.owner
    days = {"delegate": other, "delegate_since": date(2026, 11, 21), "delegate_until": date(2026, 11, 30)}
    preference.save(owner, Wish(**days, **QUIET), actor=owner, at=at)
    left = ("owner", "mail", Delivery.SKIPPED, "", MORNING)
    assert rows(channel=Channel.MAIL) == [left, ("other", "mail", Delivery.DUE, "", at)], "the delegate is not asleep"
    assert Reminder.objects.get(recipient=owner, channel=Channel.MAIL).detail == "Goes to Other instead."
    Reminder.objects.filter(recipient=other, channel=Channel.MAIL).update(held_for=Hold.QUIET, send_at=MORNING)
    preference.save(other, Wish(quiet_from=time(21), quiet_until=time(8)), actor=other, at=at)
    assert rows(channel=Channel.MAIL) == [left, ("other", "mail", Delivery.DUE, Hold.QUIET, MORNING + hours(1))]
    preference.save(owner, Wish(**QUIET), actor=owner, at=at)
    given_back = ("other", "mail", Delivery.SKIPPED, "", MORNING + hours(1))
    assert rows(channel=Channel.MAIL) == [("owner", "mail", Delivery.DUE, Hold.QUIET, MORNING), given_back]
    assert Reminder.objects.get(recipient=other, channel=Channel.MAIL).detail == "Goes to Owner instead."
    assert [sent(MORNING), sent(MORNING + hours(2))] == [["owner"], []]


OFF = {"by_mail": False, **QUIET}


@pytest.mark.parametrize("off", [OFF, {"muted": ["before_24h"], **QUIET}], ids=["mail", "the rule"])
@pytest.mark.usefixtures("held")
def test_what_is_turned_off_and_on_again_comes_while_it_helps(given, off):
    owner, at = given.people.owner, EVENING + hours(2)
    preference.save(owner, Wish(**off), actor=owner, at=at)
    row = Reminder.objects.get(rule="before_24h", channel=Channel.MAIL)
    assert (row.state, row.detail[:13]) == (Delivery.SKIPPED, "Turned off by")
    preference.save(owner, Wish(**QUIET), actor=owner, at=at + hours(1))
    assert rows(channel=Channel.MAIL) == [("owner", "mail", Delivery.DUE, Hold.QUIET, MORNING)]
    assert [sent(MORNING), sent(MORNING + hours(2))] == [["owner"], []]


@pytest.mark.usefixtures("held")
def test_what_was_turned_off_comes_back_neither_late_nor_to_whom_another_told(given):
    owner, other, at = given.people.owner, UserFactory(username="other"), EVENING + hours(2)
    days = {"delegate": other, "delegate_since": date(2026, 11, 21), "delegate_until": date(2026, 11, 30)}
    preference.save(owner, Wish(**days, **QUIET), actor=owner, at=at)
    assert sent(at) == ["other", "other"], "that they stand in, and this"
    preference.save(owner, Wish(**QUIET), actor=owner, at=at + hours(1))
    assert sent(MORNING) == []
    Reminder.objects.filter(recipient=other).delete()
    preference.save(owner, Wish(), actor=owner, at=EVENING + hours(27))
    assert Reminder.objects.get(rule="before_24h", channel=Channel.MAIL).state == Delivery.SKIPPED, "it has begun"


@pytest.mark.parametrize("wish", [{"by_mail": False}, {"muted": ["before_24h"]}, {"delegate": True}], ids=["mail", "the rule", "delegate"])
def test_a_wish_holds_for_what_is_tried_again(given, settings, wish):
    planned(given, start=NOW + hours(24))
    settings.EMAIL_BACKEND = "tests.mail_servers.HangsUp"
    reminder.send_due(at=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    owner, other = given.people.owner, UserFactory(username="other")
    wish = {"delegate": other} if "delegate" in wish else wish
    preference.save(owner, Wish(**wish), actor=owner, at=NOW)
    assert Reminder.objects.get(rule="before_24h", channel=Channel.MAIL, recipient=owner).state == Delivery.SKIPPED
    assert [to for to in sent(NOW + timedelta(minutes=1)) if to in ("owner", "other")] == (["other"] * 2 if "delegate" in wish else [])


@pytest.mark.usefixtures("held")
def test_what_is_let_go_is_not_called_late_and_goes_once(given):
    owner, at = given.people.owner, EVENING + hours(4)
    preference.save(owner, Wish(), actor=owner, at=at)
    assert [sent(at), sent(at + hours(1))] == [["owner"], []]
    assert Reminder.objects.get(rule="before_24h", channel=Channel.MAIL).detail == ""


@pytest.mark.usefixtures("held")
def test_what_helps_no_more_is_left_to_the_sweep_that_says_so(given):
    RFC.objects.update(state=State.CANCELLED)
    owner = given.people.owner
    preference.save(owner, Wish(), actor=owner, at=EVENING + hours(2))
    reminder.send_due(at=MORNING)
    row = Reminder.objects.get(rule="before_24h", channel=Channel.MAIL)
    assert (row.state, row.detail) == (Delivery.DROPPED, "The RFC is cancelled.")
