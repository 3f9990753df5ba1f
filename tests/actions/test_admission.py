"""The chair pulls an RFC forward, or puts it off: it stands on one agenda, and what people gave it goes along (DESIGN 4.8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from changes.actions import reminder
from changes.actions.admission import pull_forward, put_off
from changes.actions.agenda import generate
from changes.actions.decision import decide
from changes.actions.lifecycle import move
from changes.actions.meeting import publish
from changes.actions.order import take_note
from changes.actions.ruling import Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, MeetingState, Section, State, Verdict
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, AgendaItem, AgendaRevision, Meeting, Reminder
from changes.selectors.admission import waiting_later
from changes.selectors.revision import past_of
from tests.factories import HIGH_IMPACT, NOW, BoardFactory, MeetingFactory, hours, rfc_in

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def meetings(given):
    """The board's meetings of four weeks; the first of them is the coming one."""
    return [MeetingFactory(board=given.board, starts_at=THURSDAY + week * WEEK, cut_off_at=CUT_OFF + week * WEEK) for week in range(4)]


def submitted(given, at=NOW):
    return rfc_in(State.SUBMITTED, given, at=at, impact=HIGH_IMPACT)


def everything(at):
    for meeting in Meeting.objects.filter(state__in=("planned", "frozen")).order_by("starts_at"):
        generate(meeting, at=at)


def stands(rfc):
    """Where it stands: the week of the meeting and the section, once for each item."""
    rows = AgendaItem.objects.filter(rfc=rfc, is_late=False).exclude(section="").order_by("meeting__starts_at")
    return [((row.meeting.starts_at - THURSDAY).days // 7, row.section) for row in rows]


def put(given, rfc, to, at=NOW, reason="It can wait."):
    item = AgendaItem.objects.exclude(section="").get(rfc=rfc, is_late=False)
    return put_off(item, to, reason=reason, actor=given.people.chair, at=at)


def deferred(given, meetings, week):
    """One that the board deferred in its first meeting to the meeting of `week`; the second is the coming one now."""
    rfc = submitted(given)
    everything(CUT_OFF)
    decide(rfc, Ruling(Verdict.DEFER, reason="Wait.", defer_to=meetings[week]), actor=given.people.chair, at=THURSDAY)
    Meeting.objects.filter(pk=meetings[0].pk).update(state=MeetingState.HELD)
    everything(THURSDAY + hours(2))
    return rfc


def test_put_off_it_stands_on_the_later_agenda_alone_however_often_it_is_generated(given, meetings):
    rfc, other = submitted(given), submitted(given)
    everything(NOW)
    put(given, rfc, meetings[2])
    assert (stands(rfc), stands(other)) == ([(2, "deferred")], [(0, "new")])
    before = list(AgendaItem.objects.order_by("pk").values())
    for at in (NOW, NOW, NOW + hours(1)):
        everything(at)
        assert list(AgendaItem.objects.order_by("pk").values()) == before
    assert AgendaItem.objects.get(rfc=rfc).reason == "Put off from the meeting of Thu 26 Nov: It can wait."


def test_its_votes_and_its_note_go_along_there_and_back(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    item, people = AgendaItem.objects.get(rfc=rfc), given.people
    cast(item, Ballot.REJECT, comment="Which disk?", actor=people.member, at=NOW)
    take_note(item, "Ask the vendor.", actor=people.chair, at=NOW)
    there = put(given, rfc, meetings[1])
    assert (there.votes.get().comment, there.note) == ("Which disk?", "Ask the vendor.")
    cast(there, Ballot.APPROVE, comment="The spare one.", actor=people.member, at=NOW + hours(1))
    back = pull_forward(meetings[0], rfc, reason="The vendor answered.", actor=people.chair, at=NOW + hours(2))
    assert (back.pk, back.votes.get().comment, stands(rfc)) == (item.pk, "The spare one.", [(0, "new")])
    assert back.reason == "Pulled forward from the meeting of Thu 3 Dec: The vendor answered."
    assert list(rfc.events.filter(action__in=("put_off", "pulled_forward")).order_by("pk").values_list("note", flat=True)) == [
        "to Thu 3 Dec: It can wait.",
        "to Thu 26 Nov: The vendor answered.",
    ]


def test_off_a_frozen_agenda_it_makes_the_next_revision_and_revision_1_still_shows_it(given, meetings):
    rfc, other = submitted(given), submitted(given)
    everything(CUT_OFF)
    put(given, rfc, meetings[1], at=CUT_OFF + hours(1))
    everything(CUT_OFF + hours(2))
    assert (stands(rfc), stands(other)) == ([(1, "deferred")], [(0, "new")])
    meeting = Meeting.objects.get(pk=meetings[0].pk)
    shown = [{item.rfc for item in past_of(meeting.revisions.get(number=number)).items} for number in (1, 2)]
    assert shown == [{rfc.number, other.number}, {other.number}]
    assert AgendaRevision.objects.get(number=2).reason == f"{rfc.number} put off to Thu 3 Dec: It can wait."
    assert not meeting.items.filter(is_late=True).exclude(section="").exists()


def test_one_deferred_to_a_later_meeting_is_pulled_forward_and_stays_there(given, meetings):
    rfc = deferred(given, meetings, 3)
    at = THURSDAY + hours(3)
    assert [(one.rfc, one.meeting) for one in waiting_later(meetings[1], viewer=given.people.chair)] == [(rfc, meetings[3])]
    pull_forward(meetings[1], rfc, reason="It is ready.", actor=given.people.chair, at=at)
    for moment in (at, CUT_OFF + WEEK, CUT_OFF + 2 * WEEK):
        everything(moment)
        assert stands(rfc)[1:] == [(1, "deferred")]
    assert waiting_later(meetings[1], viewer=given.people.chair) == []


def test_onto_a_frozen_agenda_it_makes_the_next_revision_and_is_not_late(given, meetings):
    rfc = deferred(given, meetings, 2)
    everything(CUT_OFF + WEEK)
    at = CUT_OFF + WEEK + hours(1)
    item = pull_forward(meetings[1], rfc, reason="It is ready.", actor=given.people.chair, at=at)
    assert (item.section, item.is_late, item.position) == ("deferred", False, 1)
    assert AgendaRevision.objects.filter(meeting=meetings[1]).latest("number").reason == f"{rfc.number} pulled forward: It is ready."
    everything(at + hours(1))
    assert stands(rfc)[1:] == [(1, "deferred")]


def test_a_late_one_that_stands_on_the_next_agenda_is_admitted(given, meetings):
    everything(CUT_OFF)
    rfc = submitted(given, at=CUT_OFF + hours(1))
    everything(CUT_OFF + hours(2))
    item = pull_forward(meetings[0], rfc, reason="It cannot wait.", actor=given.people.chair, at=CUT_OFF + hours(3))
    assert (stands(rfc), item.pulled_from, item.admitted_reason) == ([(0, "new")], None, "It cannot wait.")


def test_where_the_later_meeting_falls_out_it_comes_back_to_the_coming_one(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    put(given, rfc, meetings[1])
    Meeting.objects.filter(pk=meetings[1].pk).update(state=MeetingState.CANCELLED)
    everything(NOW + hours(1))
    assert [week for week, _ in stands(rfc) if week != 1] == [0]


def test_taken_back_and_submitted_anew_it_is_like_any_other(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    put(given, rfc, meetings[2])
    move(rfc, State.DRAFT, actor=given.people.owner, at=NOW)
    everything(NOW)
    move(rfc, State.SUBMITTED, actor=given.people.owner, at=NOW + hours(1))
    everything(NOW + hours(1))
    assert stands(rfc) == [(0, "new")]


def test_only_the_chair_only_with_a_reason_only_to_a_meeting_that_can_take_it(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    item, people = AgendaItem.objects.get(rfc=rfc), given.people
    with pytest.raises(NotAllowed):
        put_off(item, meetings[1], reason="It can wait.", actor=people.change_manager, at=NOW)
    with pytest.raises(Unacceptable):
        put_off(item, meetings[1], reason=" ", actor=people.chair, at=NOW)
    for wrong in (meetings[0], MeetingFactory(board=BoardFactory(), starts_at=THURSDAY + WEEK)):
        with pytest.raises(Unacceptable):
            put_off(item, wrong, reason="It can wait.", actor=people.chair, at=NOW)
    with pytest.raises(MoveRefused):
        pull_forward(meetings[1], rfc, reason="It stands on an earlier one.", actor=people.chair, at=NOW)
    decide(rfc, Ruling(Verdict.APPROVE), actor=people.chair, at=NOW)
    with pytest.raises(MoveRefused):
        put_off(item, meetings[1], reason="It is decided.", actor=people.chair, at=NOW)


def test_an_emergency_is_looked_at_when_it_comes(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    item = AgendaItem.objects.get(rfc=rfc)
    AgendaItem.objects.filter(pk=item.pk).update(section=Section.EMERGENCY)
    with pytest.raises(MoveRefused):
        put_off(item, meetings[1], reason="It can wait.", actor=given.people.chair, at=NOW)


# --- Its owner is told ------------------------------------------------------------------------------------------------


def mails(at):
    mail.outbox.clear()
    reminder.send_due(at=at)
    return [(m.to[0].partition("@")[0], m.subject.partition(": ")[0]) for m in mail.outbox if "owner@example.org" in m.to]


def test_the_owner_is_told_at_once_from_where_to_when_and_why(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    put(given, rfc, meetings[2])
    assert mails(NOW) == [("owner", "Put off to Thu 10 Dec 14:00")]
    body = mail.outbox[0].body
    assert "Chair put it off Sat 21 Nov 10:00: from the meeting of Thu 26 Nov 14:00 to that of Thu 10 Dec 14:00. It can wait." in body
    pull_forward(meetings[1], rfc, reason="There is time after all.", actor=given.people.chair, at=NOW + hours(1))
    assert mails(NOW + hours(1)) == [("owner", "Pulled forward to Thu 3 Dec 14:00")]
    assert mails(NOW + hours(2)) == []


def test_only_the_last_word_is_told_and_never_to_who_said_it(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    put(given, rfc, meetings[2])
    pull_forward(meetings[1], rfc, reason="There is time after all.", actor=given.people.chair, at=NOW)
    assert mails(NOW) == [("owner", "Pulled forward to Thu 3 Dec 14:00")]
    RFC.objects.filter(pk=rfc.pk).update(owner=given.people.chair)
    put(given, rfc, meetings[3], at=NOW + hours(1))
    reminder.send_due(at=NOW + hours(1))
    assert set(Reminder.objects.filter(rule="another_meeting").values_list("recipient__username", flat=True)) == {"owner"}


def published(meeting, given, at):
    generate(meeting, at=at)
    meeting.refresh_from_db()
    publish(meeting, actor=given.people.chair, at=at)


def test_what_comes_onto_an_agenda_that_stands_is_not_told_twice(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    put(given, rfc, meetings[1])
    reminder.send_due(at=NOW)
    published(meetings[0], given, CUT_OFF)
    pull_forward(meetings[0], rfc, reason="There is time after all.", actor=given.people.chair, at=CUT_OFF + hours(1))
    assert mails(CUT_OFF + hours(1)) == [("owner", "Pulled forward to Thu 26 Nov 14:00")]
    meetings[0].refresh_from_db()
    publish(meetings[0], actor=given.people.chair, at=CUT_OFF + hours(2))
    assert mails(CUT_OFF + hours(2)) == []


def test_what_was_put_off_is_told_of_with_its_agenda_when_that_goes_out(given, meetings):
    rfc = submitted(given)
    everything(NOW)
    put(given, rfc, meetings[1])
    reminder.send_due(at=NOW)
    published(meetings[1], given, CUT_OFF + WEEK)
    assert mails(CUT_OFF + WEEK) == [("owner", "On the agenda of Thu 3 Dec 14:00")]
