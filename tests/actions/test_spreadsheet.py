"""Importing: closed where it is over, a draft where it is not, once and never again."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from changes import permissions
from changes.actions.lifecycle import move
from changes.actions.rfc import update
from changes.actions.spreadsheet import import_reading, slug_of
from changes.choices import Level, State
from changes.formats.spreadsheet import read
from changes.formats.spreadsheet_map import load_map
from changes.models import RFC, ConfigurationItem, Environment, Event, Service, User, WorkSession
from changes.selectors.agenda import agenda_of
from changes.selectors.finding import findings_of
from tests.factories import MeetingFactory, UserFactory, content, step, world

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 21, 9, 20, tzinfo=UTC)
EXAMPLE = Path("docs/import/osg-downtimes.toml")
REAL = Path("../shared/data/osg-downtimes-2016-2024.csv")
COLUMNS = "id,cls,severity,start_utc,end_utc,created_utc,resource,services,description,site"
OVER = "7,UNSCHEDULED,Outage,2016-05-18T11:00Z,2016-05-18T23:00Z,2016-05-18T12:00Z,HOST_1,CE|SE,LFS upgrade,Site A"
REVERSED = "8,SCHEDULED,Severe,2017-05-18T11:00Z,2017-05-18T10:00Z,2017-05-01T08:00Z,HOST_2,CE,Disk,Site B"
AHEAD = "9,SCHEDULED,Intermittent Outage,2027-05-18T11:00Z,2027-05-18T12:00Z,2026-05-01T08:00Z,HOST_1,CE,Move,Site A"


def imported(tmp_path, *rows, dry_run=False):
    file = tmp_path / "changes.csv"
    file.write_text("\n".join((COLUMNS, *rows)) + "\n", encoding="utf-8")
    mapping = load_map(EXAMPLE)
    return import_reading(read(file, mapping), mapping, at=AT, dry_run=dry_run)


def picture():
    return (
        list(RFC.objects.order_by("pk").values()),
        [model.objects.count() for model in (Event, WorkSession, Service, ConfigurationItem, Environment, User)],
    )


def test_what_is_over_is_closed_and_marked_imported(tmp_path):
    imported(tmp_path, OVER)

    rfc = RFC.objects.get()
    assert (rfc.state, rfc.outcome, rfc.imported, rfc.retrospective, rfc.ratification) == ("closed", "successful", True, True, "")
    assert (rfc.urgency, rfc.severity, rfc.environment.slug, rfc.owner.username) == ("emergency", "major", "grid", "import")
    assert [item.name for item in rfc.configuration_items.all()] == ["HOST_1"]
    assert sorted(service.name for service in rfc.services.all()) == ["CE", "SE"]
    assert [(r.system, r.identifier) for r in rfc.references.all()] == [("osg-downtimes", "7")]
    assert not rfc.owner.is_active
    assert not rfc.agenda_items.exists()
    assert not rfc.reminders.exists()


def test_what_is_ahead_is_a_draft_and_a_line_says_so(tmp_path):
    report = imported(tmp_path, AHEAD)

    rfc = RFC.objects.get()
    assert (rfc.state, rfc.outcome, rfc.imported, report.drafts) == (State.DRAFT, "", False, 1)
    kept = "Kept as a draft, for the change manager to take over: its owner cannot sign in."
    assert str(report.notes[-1]) == f"line 2 (9): It is not over. {kept}"


def test_a_draft_of_an_owner_who_can_sign_in_is_theirs_to_submit(tmp_path):
    owner = UserFactory(username="import")
    report = imported(tmp_path, AHEAD)

    assert str(report.notes[-1]).endswith("Kept as a draft, for its owner to submit.")
    assert permissions.can_edit(owner, RFC.objects.get())


def test_the_change_manager_takes_over_what_nobody_else_can_and_does_not_decide_it(tmp_path):
    given = world(slug="grid")
    people = given.people
    imported(tmp_path, AHEAD)
    rfc = RFC.objects.with_content().get()
    assert permissions.can_edit(people.change_manager, rfc)
    assert permissions.may_move(people.change_manager, rfc, State.CANCELLED, AT)
    assert not permissions.can_edit(people.outsider, rfc)

    plan = {phase: (step(minutes=10),) for phase in ("rollout", "verification", "rollback")}
    whole = content(given, owner=people.owner.username, sessions=rfc.content().sessions, title=rfc.title, **plan)
    update(rfc, whole, actor=people.change_manager, at=AT)
    rfc = move(rfc, State.SUBMITTED, actor=people.owner, at=AT)
    assert (rfc.state, rfc.owner) == (State.SUBMITTED, people.owner)
    assert not permissions.can_edit(people.change_manager, rfc)
    assert not permissions.may_move(people.change_manager, rfc, State.APPROVED, AT)


def test_a_draft_that_is_imported_is_due_on_the_agenda_like_any_other(tmp_path):
    given = world(slug="grid")
    imported(tmp_path, AHEAD)
    meeting = MeetingFactory(board=given.board, starts_at=datetime(2026, 11, 26, 13, 0, tzinfo=UTC))
    assert [left.rfc for left in agenda_of(meeting, at=AT).left_off] == [RFC.objects.get()]


def test_a_reversed_end_is_open_with_a_finding_and_the_times_given_in_the_first_event(tmp_path):
    imported(tmp_path, REVERSED)

    rfc = RFC.objects.with_content().get()
    assert (rfc.planned_end, rfc.sessions.get().planned_end, rfc.sessions.get().is_long) == (None, None, True)
    assert rfc.events.first().changes["planned_end"] == ["2017-05-18T10:00Z", None]
    assert [(f.code, f.level) for f in findings_of(rfc, at=AT)] == [("interval.unusual", Level.WARNING)]


def test_numbers_ascend_with_the_time_of_writing_down(tmp_path):
    imported(tmp_path, AHEAD, REVERSED, OVER)

    assert list(RFC.objects.order_by("pk").values_list("title", flat=True)) == ["LFS upgrade", "Disk", "Move"]


def test_a_second_import_changes_nothing(tmp_path):
    first = imported(tmp_path, OVER, REVERSED, AHEAD)
    before = picture()

    second = imported(tmp_path, OVER, REVERSED, AHEAD)

    assert (len(first.new), len(second.new), second.unchanged, second.changed, second.made) == (3, 0, 3, [], [])
    assert picture() == before


def test_a_dry_run_reports_the_same_and_writes_nothing(tmp_path):
    before = picture()

    dry = imported(tmp_path, OVER, REVERSED, AHEAD, dry_run=True)

    assert picture() == before
    assert replace(dry) == imported(tmp_path, OVER, REVERSED, AHEAD)


CHANGED = {
    "another severity": (OVER.replace("Outage", "Severe"), "line 2: {} was imported from other values. Left as it is."),
    "another end": (
        OVER.replace("2016-05-18T23", "2016-05-18T22"),
        "line 2: it now says another change than {}, which it was imported as. Left as it is.",
    ),
}


@pytest.mark.parametrize(("row", "sentence"), CHANGED.values(), ids=CHANGED)
def test_a_changed_row_is_reported_and_not_overwritten(tmp_path, row, sentence):
    imported(tmp_path, OVER)
    before = picture()

    report = imported(tmp_path, row)

    assert report.changed == [sentence.format(RFC.objects.get().number)]
    assert picture() == before


def test_what_was_made_is_said(tmp_path):
    ConfigurationItem.objects.create(slug="host_1", name="Known before")

    made = imported(tmp_path, OVER, REVERSED).made

    assert made == [
        "account import, which nobody can sign in with",
        "environment grid, always open",
        "2 services: ce, se",
        "1 configuration item: host_2",
    ]
    assert ConfigurationItem.objects.get(slug="host_1").name == "Known before"


@pytest.mark.parametrize(("name", "slug"), [("HOST_1", "host_1"), ("WebDAV.tape", "webdav-tape"), ("維護", "item-")])
def test_every_name_has_a_slug(name, slug):
    assert slug_of(name).startswith(slug)


@pytest.mark.skipif(not REAL.exists(), reason="The real downtimes lie beside the repository only where it is developed.")
def test_the_real_file_twice():
    mapping = load_map(EXAMPLE)
    reading = read(REAL, mapping)

    first = import_reading(reading, mapping, at=AT, dry_run=False)
    second = import_reading(reading, mapping, at=AT, dry_run=False)

    assert (len(first.new), second.unchanged, len(second.new), len(second.changed)) == (1090, 1090, 0, 0)
    assert RFC.objects.filter(imported=True, state=State.CLOSED).count() == 1090
    odd = RFC.objects.with_content().filter(planned_end=None)
    assert all(findings_of(rfc, at=AT) for rfc in odd)
