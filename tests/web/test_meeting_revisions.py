import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from changes.actions.agenda import admit
from changes.actions.decision import decide
from changes.actions.meeting import generate_due
from changes.actions.ruling import Ruling
from changes.actions.session import reschedule
from changes.actions.vote import cast
from changes.choices import Ballot, State, Verdict
from changes.models import RFC, AgendaRevision, Meeting
from tests.factories import HIGH_IMPACT, NOW, hours, rfc_in

CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture
def meeting(given, client):
    """Frozen, and frozen again with one that came late."""
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, title="In time")
    generate_due(at=CUT_OFF)
    late = rfc_in(State.SUBMITTED, given, at=CUT_OFF + hours(1), impact=HIGH_IMPACT, title="Too late")
    generate_due(at=CUT_OFF + hours(1))
    meeting = Meeting.objects.order_by("starts_at").first()
    admit(meeting, late, reason="It cannot wait.", actor=given.people.chair, at=CUT_OFF + hours(2))
    client.force_login(given.people.member)
    return meeting


def shown(client, meeting, query=""):
    return client.get(reverse("meeting-revisions", args=[meeting.pk]) + query)


def test_the_first_against_the_last_in_words_and_as_a_table(client, meeting):
    page = shown(client, meeting).content.decode()
    assert "Revision 1 against revision 2" in page
    assert "1 added" in page
    assert "Too late" in page
    assert "It cannot wait." in page
    assert "Compare with revision 1" in client.get(meeting.get_absolute_url()).content.decode()


def test_one_revision_is_compared_with_nothing(client, meeting):
    AgendaRevision.objects.filter(meeting=meeting, number=2).delete()
    page = shown(client, meeting).content.decode()
    assert "One revision so far" in page
    assert "against" not in page
    assert 'name="before"' not in page


@pytest.mark.parametrize("query", ["?before=9", "?after=x", "?before=1&after=" + "1" * 30])
def test_a_revision_that_is_none_is_not_found(client, meeting, query):
    assert shown(client, meeting, query).status_code == 404


def test_no_later_edit_and_no_rename_changes_what_revision_1_says(given, client, meeting):
    before, kept = shown(client, meeting).content.decode(), AgendaRevision.objects.get(meeting=meeting, number=1).snapshot
    RFC.objects.update(title="Rewritten", state=State.CANCELLED, planned_start=NOW, planned_end=NOW + hours(9))
    meeting.items.update(title="Rewritten", minutes=99, section="deferred", reason="Rewritten")
    given.people.owner.first_name = "Renamed"
    given.people.owner.save()
    given.service.name = "Renamed"
    given.service.save()
    table = before[before.index("<tbody>") : before.index("</tbody>")]
    assert table in shown(client, meeting).content.decode()
    assert AgendaRevision.objects.get(meeting=meeting, number=1).snapshot == kept


# --- An earlier revision ------------------------------------------------------------------------------------------------


def past(client, meeting, number=1):
    page = client.get(f"{meeting.get_absolute_url()}?revision={number}")
    assert page.status_code == 200
    html = page.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<h1>") : html.index("</main>")]).split())


def test_an_earlier_revision_shows_what_froze_and_nothing_of_today(given, client, meeting):
    before = past(client, meeting)
    assert "In time" in before
    assert "Tue 24 Nov 10:00 – 14:00" in before
    assert "no outage · Hub transport" in before
    assert "2 open" in before
    assert "Too late" not in before
    rfc = RFC.objects.get(title="In time")
    reschedule(rfc.sessions.get(), NOW + hours(500), NOW + hours(504), actor=given.people.owner, at=CUT_OFF + hours(3))
    item = meeting.items.get(title="In time")
    cast(item, Ballot.APPROVE, actor=given.people.member, at=CUT_OFF + hours(3))
    decide(RFC.objects.get(pk=rfc.pk), Ruling(Verdict.REJECT, reason="No."), actor=given.people.chair, at=CUT_OFF + hours(4), item=item)
    RFC.objects.update(title="Rewritten", severity="minor")
    meeting.items.update(title="Rewritten", minutes=99, note="Rewritten", is_late=True)
    given.service.name = "Renamed"
    given.service.save()
    assert past(client, meeting) == before


def test_what_an_older_revision_did_not_keep_is_said_and_not_taken_from_today(client, meeting):
    row = AgendaRevision.objects.get(meeting=meeting, number=1)
    for part in row.snapshot["sections"]:
        for data in part["items"]:
            del data["kept"]
    del row.snapshot["left_off"]
    AgendaRevision.objects.filter(pk=row.pk).update(snapshot=row.snapshot)
    told = past(client, meeting)
    assert "Dates, outage, services, votes and short findings were not kept with this revision; they are left out." in told
    assert "Left off Not kept with this revision." in told
    assert "Hub transport" not in told
    assert "In time" in told


@pytest.mark.parametrize(("number", "status"), [(1, 200), (2, 200), (3, 404), (0, 404)])
def test_only_what_froze_can_be_asked_for(client, meeting, number, status):
    assert client.get(f"{meeting.get_absolute_url()}?revision={number}").status_code == status
