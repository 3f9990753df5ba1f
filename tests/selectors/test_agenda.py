"""The agenda as pages, mails and the API have it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions.agenda import admit, generate
from changes.actions.decision import decide
from changes.actions.lifecycle import Request, move
from changes.actions.rfc import update
from changes.actions.ruling import Ruling
from changes.actions.session import reschedule
from changes.actions.vote import cast
from changes.choices import Ballot, Outcome, Section, Severity, State, Verdict
from changes.models import RFC, AgendaItem, BoardMember
from changes.selectors.agenda import agenda_of
from changes.selectors.agenda_data import as_data, as_snapshot
from changes.selectors.item import look_at
from changes.selectors.revision import frozen_data, frozen_left_off, past_of
from tests.factories import (
    HIGH_IMPACT,
    NOW,
    AgendaItemFactory,
    EventFactory,
    MeetingFactory,
    RFCFactory,
    hours,
    raised,
    rfc_in,
    session,
    step,
)

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture
def meeting(given):
    return MeetingFactory(board=given.board, starts_at=THURSDAY, cut_off_at=CUT_OFF)


def submitted(given, *, at=NOW, **other):
    return rfc_in(State.SUBMITTED, given, at=at, impact=HIGH_IMPACT, **other)


def agenda(meeting, at=NOW, **other):
    meeting.refresh_from_db()
    return agenda_of(meeting, at=at, **other)


def squares(item):
    return [(ballot.seat.person.username, ballot.vote) for ballot in item.ballots]


def test_votes_from_before_the_last_edit_say_so(given, meeting):
    rfc = submitted(given)
    generate(meeting, at=NOW)
    item = AgendaItem.objects.get()
    cast(item, Ballot.APPROVE, actor=given.people.member, at=NOW + hours(1))
    rfc = RFC.objects.with_content().get()
    update(rfc, replace(rfc.content(), description="On both sites at once."), actor=given.people.owner, at=NOW + hours(2))
    cast(item, Ballot.APPROVE, actor=given.people.chair, at=NOW + hours(3))
    shown = agenda(meeting).items[0]
    assert {b.seat.person.username: b.edited_at for b in shown.ballots if b.at} == {"member": NOW + hours(2), "chair": None}
    assert shown.tally == "2 for, 1 before the last edit"
    votes = as_data(agenda(meeting))["sections"][0]["items"][0]["votes"]
    assert {vote["member"]: vote["before_last_edit"] for vote in votes} == {"member": True, "chair": False}


def test_numbers_run_through_the_sections_and_minutes_add_up(given, meeting):
    rfc_in(State.IN_PROGRESS, given, at=NOW - timedelta(days=2), sessions=(session(NOW - hours(12)), session(NOW + timedelta(days=6))))
    submitted(given)
    generate(meeting, at=NOW)
    shown = agenda(meeting)
    assert [(group.section, [item.number for item in group.items], group.minutes) for group in shown.sections] == [
        ("new", [1], 8),
        ("ongoing", [2], 2),
    ]
    assert (shown.minutes, shown.over, shown.revision, shown.frozen_at, shown.is_sent) == (10, 0, 0, None, False)


def test_every_seat_has_its_square_and_own_people_are_barred(given, meeting):
    BoardMember.objects.create(board=given.board, user=given.people.owner, seat="messaging")
    submitted(given)
    generate(meeting, at=NOW)
    cast(AgendaItem.objects.get(), Ballot.REJECT, actor=given.people.member, at=NOW)
    (item,) = agenda(meeting).items
    assert squares(item) == [("chair", ""), ("member", "reject"), ("owner", "barred")]
    assert (item.tally, item.open_votes) == ("1 against, 1 open", 1)


def test_a_vote_of_somebody_who_has_left_the_board_still_shows(given, meeting):
    submitted(given)
    generate(meeting, at=NOW)
    cast(AgendaItem.objects.get(), Ballot.APPROVE, actor=given.people.member, at=NOW)
    BoardMember.objects.filter(user=given.people.member).delete()
    assert squares(agenda(meeting).items[0]) == [("chair", ""), ("member", "approve")]


def test_drafts_are_left_off_with_what_they_lack(given, meeting):
    lacking = raised(given, impact=HIGH_IMPACT, rollback=(), title="No way back")
    whole = raised(given, impact=HIGH_IMPACT, title="Only not submitted")
    raised(given, title="For the change manager alone")
    generate(meeting, at=NOW)
    left = {one.rfc.pk: [finding.code for finding in one.why] for one in agenda(meeting).left_off}
    assert left == {lacking.pk: ["rollback.missing"], whole.pk: []}
    assert agenda(meeting, viewer=given.people.viewer).left_off == ()


def test_what_was_left_off_at_the_cut_off_stays_left_off(given, meeting):
    lacking = raised(given, impact=HIGH_IMPACT, rollback=(), title="No way back")
    generate(meeting, at=CUT_OFF)
    raised(given, impact=HIGH_IMPACT, title="Begun after the cut-off", at=CUT_OFF + hours(1))
    mended = replace(RFC.objects.with_content().get(pk=lacking.pk).content(), title="A way back", rollback=(step("Fill the queues again"),))
    update(lacking, mended, actor=given.people.owner, at=CUT_OFF + hours(1))
    late = submitted(given, at=CUT_OFF + hours(1))
    admit(meeting, late, reason="It cannot wait.", actor=given.people.chair, at=CUT_OFF + hours(2))
    first = frozen_left_off(meeting.revisions.get(number=1).snapshot, given.people.owner)
    for (left,) in (agenda(meeting, at=CUT_OFF + hours(3)).left_off, first):
        assert (left.rfc.title, [finding.code for finding in left.why]) == ("No way back", ["rollback.missing"])
    assert agenda(meeting, viewer=given.people.viewer).left_off == ()


def test_automatic_changes_are_for_information(given, meeting):
    given.change_type.pre_approved, given.change_type.severity = True, Severity.AUTOMATIC
    given.change_type.save()
    rfc = rfc_in(State.SUBMITTED, given)
    generate(meeting, at=NOW)
    shown = agenda(meeting)
    assert ([one.pk for one in shown.automatic], shown.items) == ([rfc.pk], [])


def test_an_earlier_revision_stays_as_it_froze(given, meeting):
    first = submitted(given)
    generate(meeting, at=NOW)
    item = AgendaItem.objects.get()
    cast(item, Ballot.ABSTAIN, actor=given.people.member, at=NOW)
    generate(meeting, at=CUT_OFF)
    told = as_data(agenda(meeting, at=CUT_OFF))
    row = meeting.revisions.get(number=1)
    before = past_of(row)
    (kept,) = [one.kept for one in before.items]
    assert (kept.sessions, kept.services, kept.tally, kept.state) == (
        first.content().sessions,
        ("Hub transport",),
        "1 abstain, 1 open",
        "submitted",
    )
    late = submitted(given, at=CUT_OFF + hours(1))
    admit(meeting, late, reason="It cannot wait.", actor=given.people.chair, at=CUT_OFF + hours(2))
    cast(item, Ballot.APPROVE, comment="Tried.", actor=given.people.member, at=CUT_OFF + hours(3))
    reschedule(first.sessions.get(), NOW + timedelta(days=20), NOW + timedelta(days=20, hours=4), actor=given.people.owner, at=CUT_OFF)
    row.refresh_from_db()
    assert (past_of(row), frozen_data(row)) == (before, told)
    assert [item.rfc.pk for item in agenda(meeting, at=CUT_OFF + hours(4)).items] == [first.pk, late.pk]


def test_a_revision_is_kept_in_the_same_number_of_queries_for_1_and_3_items(given, meeting):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            as_snapshot(agenda(meeting), at=NOW)
        return len(caught)

    submitted(given)
    generate(meeting, at=NOW)
    for_one = queries()
    for _ in range(2):
        submitted(given, configuration_items=())
    generate(meeting, at=NOW)
    assert (len(agenda(meeting).items), queries()) == (3, for_one)


def test_the_apis_shape(given, meeting):
    rfc = submitted(given)
    generate(meeting, at=CUT_OFF)
    item = AgendaItem.objects.get()
    cast(item, Ballot.APPROVE, actor=given.people.member, at=CUT_OFF)
    decide(rfc, Ruling(Verdict.REJECT, reason="The freeze is on."), actor=given.people.chair, at=THURSDAY, item=item)
    data = as_data(agenda(meeting, at=THURSDAY))
    assert {name: data[name] for name in ("meeting", "revision", "frozen_at", "minutes", "late")} == {
        "meeting": meeting.pk,
        "revision": 1,
        "frozen_at": "2026-11-24T11:00:00Z",
        "minutes": 8,
        "late": [],
    }
    (section,) = data["sections"]
    assert (section["code"], section["title"]) == ("new", "New")
    assert section["items"] == [
        {
            "id": item.pk,
            "rfc": rfc.number,
            "title": rfc.title,
            "minutes": 8,
            "reason": "Submitted Sat 21 Nov 10:00.",
            "findings": [],
            "votes": [{"member": "member", "vote": "approve", "comment": "", "at": "2026-11-24T11:00:00Z", "before_last_edit": False}],
            "decision": {
                "decision": "reject",
                "severity": "major",
                "reason": "The freeze is on.",
                "by": "chair",
                "at": "2026-11-26T13:00:00Z",
                "quorum_met": True,
                "conditions": [],
                "meeting": None,
            },
        }
    ]


def test_what_is_owed_after_the_work(given, meeting):
    rfc = rfc_in(State.IN_PROGRESS, given, at=NOW - timedelta(days=2), sessions=(session(NOW - hours(20)),))
    request = Request(outcome=Outcome.ROLLED_BACK, reason="The installer hung.")
    move(rfc, State.COMPLETED, actor=given.people.owner, at=NOW - hours(16), request=request)
    generate(meeting, at=NOW)
    assert [item.owes for item in agenda(meeting).items] == ["PIR due"]


def test_the_same_number_of_queries_for_any_number_of_items(given, meeting):
    def queries(count):
        for _ in range(count):
            cast_on = submitted(given)
            raised(given, impact=HIGH_IMPACT)
            generate(meeting, at=NOW)
            cast(AgendaItem.objects.get(rfc=cast_on), Ballot.APPROVE, actor=given.people.member, at=NOW)
        meeting.refresh_from_db()
        with CaptureQueriesContext(connection) as captured:
            as_data(agenda_of(meeting, at=NOW))
        return len(captured)

    assert queries(1) == queries(3)


@pytest.mark.parametrize(
    ("who", "may_not_vote", "may_not_decide"),
    [
        ("chair", "", ""),
        ("member", "", "The chair, or a delegate, decides."),
        ("change_manager", "Members of the board and their delegates vote.", "The chair, or a delegate, decides."),
        (
            "owner",
            "You own this RFC: you may not vote on it.",
            "You own this RFC: somebody else who leads the board decides it.",
        ),
    ],
)
def test_an_item_says_who_may_do_what(given, meeting, who, may_not_vote, may_not_decide):
    submitted(given)
    generate(meeting, at=NOW)
    looked = look_at(agenda(meeting), AgendaItem.objects.get().pk, viewer=getattr(given.people, who), at=NOW)
    assert (looked.why_not_vote, looked.why_not_decide) == (may_not_vote, may_not_decide)


def test_an_item_knows_its_neighbours_in_the_order_of_the_meeting(given, meeting):
    for _ in range(3):
        submitted(given)
    generate(meeting, at=NOW)
    one, two, _three = AgendaItem.objects.order_by("position")
    decide(two.rfc, Ruling(Verdict.REJECT, reason="No."), actor=given.people.chair, at=NOW, item=two)
    looked = look_at(agenda(meeting), one.pk, viewer=given.people.chair, at=NOW)
    assert (looked.previous, looked.next.row.pk) == (None, two.pk)
    assert look_at(agenda(meeting), 0, viewer=given.people.chair, at=NOW) is None


def test_the_last_line_of_how_it_stands_is_shown_with_what_goes_on_and_with_nothing_else(given, meeting):
    ongoing, new = RFCFactory(state=State.IN_PROGRESS), RFCFactory(state=State.SUBMITTED)
    for rfc, section in ((ongoing, Section.ONGOING), (new, Section.NEW)):
        AgendaItemFactory(meeting=meeting, rfc=rfc, section=section)
        for hour, line in ((1, "Waits for a part."), (2, "The part is here.")):
            EventFactory(rfc=rfc, action="status_told", note=line, at=NOW + hours(hour))
    told = {item.rfc: item.status and item.status.note for item in agenda(meeting).items}
    assert told == {ongoing: "The part is here.", new: None}
