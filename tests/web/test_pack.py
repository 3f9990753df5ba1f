from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.choices import MeetingState, Outcome, Section, State
from changes.selectors.pack import pack_of
from tests.factories import NOW, AgendaItemFactory, MeetingFactory, RevisionFactory, RFCFactory, SessionFactory, StepFactory

pytestmark = pytest.mark.usefixtures("clock_stands")


@pytest.fixture
def meeting(given):
    starts_at = NOW + timedelta(days=2)
    row = MeetingFactory(board=given.board, starts_at=starts_at, cut_off_at=NOW, state=MeetingState.FROZEN, revision=1)
    RevisionFactory(meeting=row, snapshot={"sections": [], "late": [], "left_off": []})
    return row


def stand(given, meeting, count, **other):
    """So many RFCs on the agenda, each on a night of its own, with a plan, and a free item."""
    before = meeting.items.count()
    for place in range(before, before + count):
        kind = {"change_type": given.change_type, "environment": given.environment, "implementer": given.people.implementer}
        rfc = RFCFactory(state=State.SUBMITTED, owner=given.people.owner, **{"title": f"Rollup {place}", **kind, **other})
        SessionFactory(rfc=rfc, planned_start=NOW + timedelta(days=4 + place))
        StepFactory(rfc=rfc, phase="rollback", minutes=30)
        AgendaItemFactory(meeting=meeting, rfc=rfc, position=place)
    AgendaItemFactory(meeting=meeting, title="The new room", owner=given.people.member, position=before + count)


def test_the_page_has_a_sheet_for_each_item_and_says_what_is_asked(given, client, meeting):
    stand(given, meeting, 2, reason="Without it a restart every second day.", title="Rollup <8>")
    client.force_login(given.people.member)
    page = client.get(reverse("meeting-pack", args=[meeting.pk])).content.decode()
    assert page.count('class="paper-sheet"') == 1 + 3
    assert "Decide: may Implementer do this" in page
    assert "Without it a restart every second day." in page
    assert "Point of no return" in page
    assert "Rollup &lt;8&gt;" in page
    assert "# Agenda for Monday 23 November 2026, 10:00–11:00" in page


def test_the_pdf_and_the_markdown_come_from_the_same_values(given, client, meeting):
    stand(given, meeting, 1)
    client.force_login(given.people.member)
    pdf = client.get(reverse("meeting-pack-pdf", args=[meeting.pk]))
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"] == 'inline; filename="pack-cab-2026-11-23.pdf"'
    text = client.get(reverse("meeting-pack-markdown", args=[meeting.pk]))
    assert text["Content-Disposition"] == 'attachment; filename="pack-cab-2026-11-23.md"'
    assert "## 1. Rollup 0" in text.content.decode()


def test_the_agenda_and_its_pack_put_the_same_words_beside_an_item(given, client, meeting):
    stand(given, meeting, 1)
    running = RFCFactory(state=State.SCHEDULED, title="Goes on", owner=given.people.owner, severity="major")
    AgendaItemFactory(meeting=meeting, rfc=running, section=Section.ONGOING, position=9)
    failed = RFCFactory(state=State.COMPLETED, outcome=Outcome.ROLLED_BACK, title="Went wrong", severity="major", owner=given.people.owner)
    AgendaItemFactory(meeting=meeting, rfc=failed, section=Section.FAILED, position=10)
    client.force_login(given.people.member)
    agenda = client.get(meeting.get_absolute_url())
    lines = [line for _, section, *_ in agenda.context["sections"] for line in section]
    told = {line.item.row.title: ", ".join(words for _, words in line.marks) for line in lines}
    assert told["Went wrong"] == "rolled back, PIR due"
    text = client.get(reverse("meeting-pack-markdown", args=[meeting.pk])).content.decode()
    rows = [row.split(" | ") for row in text.splitlines() if row.startswith("| ")]
    printed = {title: row[2] for row in rows for title in told if len(row) == 5 and f"**{title}**" in row[1]}
    assert printed == told


def test_only_what_is_decided_has_a_sheet_of_its_own(given, client, meeting):
    stand(given, meeting, 1)
    for place in range(3):
        AgendaItemFactory(meeting=meeting, title=f"Word {place}", owner=given.people.member, position=20 + place)
    client.force_login(given.people.member)
    page = client.get(reverse("meeting-pack", args=[meeting.pk])).content.decode()
    assert page.count('class="paper-sheet"') == 3


def test_whoever_may_not_see_the_board_sees_no_pack(given, client, meeting):
    client.force_login(given.people.tool)
    for name in ("meeting-pack", "meeting-pack-pdf", "meeting-pack-markdown", "meeting-minutes"):
        assert client.get(reverse(name, args=[meeting.pk])).status_code in (302, 403)


def test_the_agenda_leads_to_its_pack(given, client, meeting):
    client.force_login(given.people.member)
    assert reverse("meeting-pack", args=[meeting.pk]) in client.get(meeting.get_absolute_url()).content.decode()


def test_a_pack_takes_the_same_queries_for_1_and_3_items(given, meeting):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            pack_of(type(meeting).objects.select_related("board__chair").get(pk=meeting.pk), viewer=given.people.member, at=NOW)
        return len(caught)

    stand(given, meeting, 1)
    assert given.people.member.sits_on_a_board  # which is asked once for a person
    for_one = queries()
    stand(given, meeting, 2)
    assert queries() == for_one


def test_a_meeting_before_its_cut_off_has_a_pack_too(given, client):
    meeting = MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=9), cut_off_at=NOW + timedelta(days=7))
    AgendaItemFactory(meeting=meeting, section=Section.ONGOING, rfc=RFCFactory(state=State.IN_PROGRESS))
    client.force_login(given.people.viewer)
    assert "open until" in client.get(reverse("meeting-pack", args=[meeting.pk])).content.decode()
