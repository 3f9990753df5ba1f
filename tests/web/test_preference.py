"""How one is told: one form that keeps what was typed, a chat whose secret is not shown again, a delegate who learns it (DESIGN 4.9)."""

import pytest
from django.test import Client

from changes.actions import reminder
from changes.choices import Channel, Role
from changes.domain.haste import MAY_BE_OFF
from changes.domain.ladder_words import Rule
from changes.models import Preference, Reminder
from changes.notifications.unsubscribe import token_of
from tests.factories import NOW, UserFactory, hours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
PAGE = "/reminders/settings/"
SECRET = "mmosts://chat.example.org/kq81xw93zz"
ALL_ON = [rule.value for rule in MAY_BE_OFF]


def typed(**other):
    return {"by_mail": "on", "on_page": "on", "wanted": ALL_ON, **other}


def main_of(response):
    return response.content.decode().partition("<main")[2]


def test_opening_it_writes_nothing_and_a_save_keeps_it_all(visitor, given):
    visitor.get(PAGE)
    assert not Preference.objects.exists()
    other = UserFactory()
    days = {"delegate": other.pk, "delegate_since": "2026-11-22", "delegate_until": "2026-12-06"}
    hours_of_day = {"digest_at": "08:00", "quiet_from": "20:00", "quiet_until": "07:00"}
    wanted = [rule for rule in ALL_ON if rule != Rule.ON_AGENDA]
    assert visitor.post(PAGE, typed(chat_url=SECRET, **days, **hours_of_day) | {"wanted": wanted}).status_code == 302
    row = Preference.objects.get(user=given.people.owner)
    assert (f"{row.digest_at:%H:%M}", f"{row.quiet_from:%H:%M}", f"{row.quiet_until:%H:%M}") == ("08:00", "20:00", "07:00")
    assert (row.delegate, row.muted, row.chat_url, row.delegate_named_at) == (other, ["on_agenda"], SECRET, NOW)
    main = main_of(visitor.get(PAGE))
    assert "kq81xw93zz" not in main
    assert "Mattermost" in main


def test_it_says_what_comes_by_mail_in_any_case(visitor):
    assert "is called for an emergency gets that by mail in any case" in visitor.get(PAGE).content.decode()


def test_enter_in_a_field_saves_and_sends_no_test(visitor):
    first = main_of(visitor.get(PAGE)).partition('type="submit"')[2].partition(">")[0]
    assert 'name="test"' not in first


def test_an_empty_address_keeps_the_chat_and_the_box_ends_it(visitor, given):
    Preference.objects.create(user=given.people.owner, chat_url=SECRET)
    visitor.post(PAGE, typed())
    assert Preference.objects.get().chat_url == SECRET
    visitor.post(PAGE, typed(chat_off="on"))
    assert Preference.objects.get().chat_url == ""


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"chat_url": "json://localhost/internal"}, "This is the address of no chat that is known here."),
        ({"chat_url": "nonsense"}, "This is the address of no chat that is known here."),
        ({"chat_url": "mmost://10.0.0.4/kq81xw93zz"}, "stands inside the house"),
        ({"quiet_from": "20:00"}, "Quiet hours have a begin and an end."),
        ({"quiet_from": "20:00", "quiet_until": "20:00"}, "They would begin and end at the same minute."),
        ({"quiet_from": "late", "quiet_until": "07:00"}, "Write a time as 20:00."),
        ({"by_mail": "", "on_page": ""}, "You would be told by nothing at all."),
        ({"delegate": "me"}, "Select a valid choice."),
        ({"delegate": "other", "delegate_since": "2026-12-06", "delegate_until": "2026-12-01"}, "The last day lies before the first."),
        ({"delegate": "other", "delegate_until": "2026-11-20"}, "These days are over."),
        ({"delegate": "away", "delegate_until": "2026-12-20"}, "reminders are not passed on twice."),
    ],
)
def test_what_cannot_be_is_said_and_everything_typed_is_kept(visitor, given, wrong, words):
    other, away = UserFactory(), UserFactory()
    Preference.objects.create(user=away, delegate=other)
    keys = {"me": given.people.owner.pk, "other": other.pk, "away": away.pk}
    data = typed(digest_at="08:15") | {name: keys.get(value, value) for name, value in wrong.items()}
    response = visitor.post(PAGE, {name: value for name, value in data.items() if value != ""})
    main = main_of(response)
    assert (response.status_code, words in main, "08:15" in main) == (400, True, True)
    assert not Preference.objects.filter(user=given.people.owner).exists()


def test_the_delegate_is_told_of_the_naming_once(visitor, given, mailoutbox):
    other = UserFactory()
    for _ in range(2):
        visitor.post(PAGE, typed(delegate=other.pk, delegate_until="2026-12-06"))
    for minutes in (1, 2):
        reminder.send_due(at=NOW + hours(minutes / 60))
    rows = Reminder.objects.filter(rule=Rule.DELEGATE_NAMED)
    assert sorted(rows.values_list("recipient", "channel")) == [(other.pk, Channel.BELL), (other.pk, Channel.MAIL)]
    [mail] = mailoutbox
    assert mail.subject == f"You are named to stand in for {given.people.owner}"
    assert f"{given.people.owner} has named you to get their reminders until Sun 6 Dec" in " ".join(mail.body.split())
    client = Client()
    client.force_login(other)
    assert f"You stand in for {given.people.owner}" in main_of(client.get(PAGE))


def test_a_test_message_saves_nothing_and_says_why_it_did_not_arrive(visitor, given):
    main = main_of(visitor.post(PAGE, typed(test="1")))
    assert "There is no address to send to yet." in main
    main = main_of(visitor.post(PAGE, typed(test="1", chat_url="mmost://127.0.0.1:9/kq81xw93zz")))
    assert "The test did not arrive: Mattermost" in main
    assert not Preference.objects.exists()


def test_the_link_in_a_mail_asks_first_and_turns_off_what_may_be(given):
    client, person = Client(enforce_csrf_checks=True), given.people.owner
    page = f"/reminders/off/{token_of(person.pk, Rule.ON_AGENDA)}/"
    assert "Turn “On the agenda” off?" in main_of(client.get(page))
    assert not Preference.objects.exists()
    # as a mail program posts it (RFC 8058)
    assert client.post(page, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get(user=person).muted == ["on_agenda"]
    assert "is off" in main_of(client.get(page))


@pytest.mark.parametrize("token", ["nonsense", "", "WzEsICJvbl9hZ2VuZGEiXQ:1abc:forged"])
def test_a_forged_link_turns_nothing_off(given, token):
    client = Client()
    assert client.post(f"/reminders/off/{token or 'x'}/").status_code == 404
    assert token_of(given.people.owner.pk, Rule.BEGUN) == ""
    assert not Preference.objects.exists()


def test_nobody_can_name_a_viewer(visitor):
    viewer = UserFactory(role=Role.VIEWER)
    assert visitor.post(PAGE, typed(delegate=viewer.pk)).status_code == 400
