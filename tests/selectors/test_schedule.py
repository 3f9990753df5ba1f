from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from changes.choices import Outcome, Severity, State
from changes.domain.schedule import period_of
from changes.filters import ScheduleFilter
from changes.models import RFC
from changes.selectors.schedule import forward_schedule
from changes.selectors.tonight import tonight
from tests import factories as make

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = make.NOW
MONTH = period_of(date(2026, 11, 16), date(2026, 12, 20), ZONE)


def session(title="Rollup 8", *, days=1.0, hours=4.0, state=State.SUBMITTED, services=(), items=(), **rfc):
    owner = make.RFCFactory(title=title, state=state, services=services, items=items, **rfc)
    start = NOW + timedelta(days=days)
    return make.SessionFactory(rfc=owner, planned_start=start, planned_end=start + timedelta(hours=hours))


def asked(viewer, query=""):
    return forward_schedule(MONTH, viewer=viewer, filters=ScheduleFilter.of(QueryDict(query), viewer), at=NOW)


def titles(schedule):
    return [entry.rfc.title for entry in schedule.entries]


@pytest.fixture
def viewer():
    return make.UserFactory(role="viewer")


def test_what_overlaps_the_period_stands_on_it_in_order_of_start(viewer):
    session("later", days=3)
    session("sooner", days=1)
    session("runs into it", days=-6, hours=60)
    session("before", days=-9)
    session("after", days=40)
    assert titles(asked(viewer)) == ["runs into it", "sooner", "later"]


def test_work_that_runs_on_past_its_end_is_still_there(viewer):
    late = session("late", days=-12, hours=1, state=State.IN_PROGRESS)
    late.actual_start = late.planned_start
    late.save()
    (entry,) = asked(viewer).entries
    assert entry.over == (12 * 24 - 1) * 60
    assert (entry.interval.end, entry.used, entry.state) == (NOW, 100, State.IN_PROGRESS)


def test_ended_work_without_an_end_stands_where_it_began_and_nowhere_else(viewer):
    for days in (-40, 2):
        row = session(f"{days}", days=days, state=State.CLOSED, outcome=Outcome.SUCCESSFUL)
        row.planned_end, row.is_long = None, True
        row.save()
    assert titles(asked(viewer)) == ["2"]


def test_drafts_are_seen_by_their_own_people_alone(viewer):
    row = session("a draft", state=State.DRAFT)
    assert titles(asked(viewer)) == []
    assert titles(asked(row.rfc.owner)) == ["a draft"]
    assert asked(viewer).hidden == 0


@pytest.fixture
def various(viewer):
    corporate, managed = make.EnvironmentFactory(slug="corporate"), make.EnvironmentFactory(slug="managed")
    directory = make.ServiceFactory(slug="directory")
    access = make.ServiceFactory(slug="access", depends_on=[directory])
    webmail = make.ServiceFactory(slug="webmail", depends_on=[access])
    session("one", environment=corporate, services=[directory], severity=Severity.MAJOR, owner=viewer, requester=viewer)
    session("two", days=2, environment=managed, services=[webmail], state=State.SCHEDULED)
    session("three", days=3, environment=managed, services=[access, webmail], description="Drain the queues")
    return viewer


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["one", "two", "three"]),
        ("environment=managed", ["two", "three"]),
        ("environment=managed&environment=corporate", ["one", "two", "three"]),
        ("service=directory", ["one"]),
        ("service=directory&dependents=1", ["one", "two", "three"]),
        ("service=access&dependents=1", ["two", "three"]),
        ("severity=major", ["one"]),
        ("severity=major&severity=minor", ["one", "two", "three"]),
        ("state=scheduled", ["two"]),
        ("environment=managed&state=submitted", ["three"]),
        ("mine=1", ["one"]),
        ("q=queues+drain", ["three"]),
        ("q=WEBMAIL", ["two", "three"]),
        ("conflicts=1", []),
    ],
)
def test_filters_leave_out_and_count_what_they_leave_out(various, query, shown):
    found = asked(various, query)
    assert titles(found) == shown
    assert found.hidden == 3 - len(shown)


def test_a_number_finds_its_rfc(various):
    number = RFC.objects.get(title="two").number
    assert titles(asked(various, f"number={number}")) == titles(asked(various, f"q={number}")) == ["two"]


def test_a_value_that_nobody_knows_is_an_error_and_narrows_nothing(various):
    narrowing = ScheduleFilter.of(QueryDict("service=nothing&state=asleep&number=12"), various)
    assert set(narrowing.errors) == {"service", "state", "number"}
    assert narrowing.in_force == {}


def test_each_choice_says_how_many_it_would_show(various):
    counts = asked(various, "severity=major").counts
    assert counts["severity"] == {"major": 1, "minor": 2}  # the other choices of the same filter, as if it were off
    assert counts["environment"] == {"corporate": 1}
    assert counts["mine"] == {"1": 1}
    assert asked(various).counts["service"] == {"directory": 1, "webmail": 2, "access": 1}


def test_conflicts_are_drawn_and_can_be_asked_for(viewer):
    item = make.ItemFactory()
    session("one", items=[item])
    session("other", days=1.1, items=[item])
    session("alone", days=4)
    found = asked(viewer)
    assert [entry.conflict for entry in found.entries] == ["open", "open", ""]
    assert found.counts["conflicts"] == {"1": 2}
    assert titles(asked(viewer, "conflicts=1")) == ["one", "other"]
    assert asked(viewer, "conflicts=1").hidden == 1


def test_a_finding_belongs_to_the_session_that_it_is_about(viewer):
    item = make.ItemFactory()
    first = session("two nights", items=[item])
    make.SessionFactory(rfc=first.rfc, position=1, planned_start=NOW + timedelta(days=5))
    session("other", days=5.1, items=[item])
    found = {(entry.rfc.title, entry.part): entry.conflict for entry in asked(viewer).entries}
    assert found == {("two nights", "1/2"): "", ("two nights", "2/2"): "open", ("other", ""): "open"}


def test_a_waived_conflict_is_drawn_as_waived(viewer):
    freeze = make.FreezeFactory(start=NOW, end=NOW + timedelta(days=9))
    row = session("frozen")
    about = {"about": freeze.name, "freeze": freeze, "times": [[freeze.start.isoformat(), freeze.end.isoformat()]]}
    waiver = {"code": "freeze.active", "reason": "Agreed.", "by": viewer, "until": NOW + timedelta(days=20), "created_at": NOW}
    row.rfc.waivers.create(minutes=240, **about, **waiver)
    (entry,) = asked(viewer).entries
    assert (entry.conflict, entry.is_blocked) == ("waived", False)


def test_what_has_no_session_is_counted_apart_by_the_same_filters(viewer):
    make.RFCFactory(title="no date", state=State.SUBMITTED, severity=Severity.MAJOR)
    make.RFCFactory(title="over", state=State.CANCELLED)
    make.RFCFactory(title="another's draft")
    session("dated")
    assert [rfc.title for rfc in asked(viewer).undated] == ["no date"]
    assert asked(viewer, "severity=minor").undated == []


def test_windows_freezes_and_meetings_of_the_period(viewer):
    corporate, managed = make.EnvironmentFactory(slug="corporate"), make.EnvironmentFactory(slug="managed")
    make.WindowFactory(environment=corporate)
    make.WindowFactory(environment=managed, rrule="", first_start="2026-11-18T22:00:00", first_end="2026-11-19T04:00:00")
    make.FreezeFactory(name="everything")
    make.FreezeFactory(name="corporate only", environment=corporate)
    meeting = make.MeetingFactory(starts_at=datetime(2026, 11, 26, 13, tzinfo=UTC))
    make.AgendaItemFactory(meeting=meeting, rfc=make.RFCFactory())
    make.AgendaItemFactory(meeting=meeting, rfc=make.RFCFactory(), is_late=True)
    make.MeetingFactory(board=meeting.board, starts_at=datetime(2027, 2, 4, 13, tzinfo=UTC))
    found = asked(viewer)
    assert [one.environment.slug for one in found.windows] == ["managed", *["corporate"] * 5]
    assert [one.freeze.name for one in found.freezes] == ["corporate only", "everything"]
    assert [(one.pk, one.items_count) for one in found.meetings] == [(meeting.pk, 1)]
    narrowed = asked(viewer, "environment=managed")
    assert [one.freeze.name for one in narrowed.freezes] == ["everything"]
    assert {one.environment.slug for one in narrowed.windows} == {"managed"}


def full(count):
    """So many of everything that the calendar reads."""
    service, person = make.ServiceFactory(), make.UserFactory()
    for number in range(count):
        item = make.ItemFactory(service=service)
        before = make.RFCFactory(state=State.SUBMITTED)
        row = session(
            f"{number}", days=1 + number / 100, services=[service], items=[item], implementer=person, environment=make.EnvironmentFactory()
        )
        row.rfc.predecessors.add(before)
        running = session("running", days=-0.1, state=State.IN_PROGRESS, services=[service])
        running.actual_start = running.planned_start
        running.save()
        make.StepFactory(rfc=running.rfc)
        make.EventFactory(rfc=row.rfc, action="moved", changes={})


@pytest.mark.parametrize("query", ["", "severity=minor&mine=1", "service=service-x&conflicts=1"])
def test_costs_the_same_for_one_and_for_three(viewer, query, django_assert_num_queries, django_assert_max_num_queries):
    full(1)
    assert not viewer.sits_on_a_board  # asked once per request and kept
    with django_assert_max_num_queries(60) as first:
        asked(viewer, query)
    full(2)
    with django_assert_num_queries(len(first.captured_queries)):
        asked(viewer, query)


def test_the_history_is_not_read(viewer):
    for year in range(1, 5):
        session("history", days=-365 * year, state=State.CLOSED, outcome=Outcome.SUCCESSFUL)
    session("now")
    assert titles(asked(viewer)) == ["now"]
    assert asked(viewer).hidden == 0


# --- The rail ---------------------------------------------------------------------------------------------------------


def rail(viewer):
    return tonight(viewer=viewer, at=NOW, time_zone="Europe/Amsterdam")


def running(title, *, ends, **rfc):
    row = session(title, days=-0.1, hours=2.4 + ends, state=State.IN_PROGRESS, **rfc)
    row.actual_start = row.planned_start
    row.save()
    return row


def test_tonight_says_what_is_late_what_runs_and_what_starts(viewer):
    running("late", ends=-1)
    work = running("on time", ends=2)
    make.StepFactory(rfc=work.rfc, done_at=NOW, done_by=viewer)
    make.StepFactory(rfc=work.rfc)
    make.StepFactory(rfc=work.rfc, phase="rollback", minutes=66)
    session("tonight", days=0.5, state=State.SCHEDULED)
    session("tomorrow", days=1.5, state=State.SCHEDULED)
    session("not approved", days=0.5)
    found = rail(viewer)
    assert found.on == date(2026, 11, 21)
    assert [(one.entry.rfc.title, one.entry.over) for one in found.past_end] == [("late", 60)]
    (runs,) = found.running
    assert (runs.entry.rfc.title, runs.steps_done, runs.steps, runs.turn) == ("on time", 1, 2, 75)
    assert [entry.rfc.title for entry in found.next] == ["tonight"]


def test_what_comes_within_a_week_is_in_order(viewer):
    make.MeetingFactory(starts_at=datetime(2026, 11, 26, 13, tzinfo=UTC))
    make.FreezeFactory()
    session("inside the freeze", days=7, hours=1)
    found = rail(viewer).ahead
    assert [(bool(one.freeze), one.is_cut_off, one.sessions) for one in found] == [(False, True, 0), (False, False, 0), (True, False, 1)]


def test_moves_since_the_last_meeting_say_from_where_to_where(viewer):
    make.MeetingFactory(starts_at=NOW - timedelta(days=2), state="held")
    row = session("moved twice", days=3)
    stops = [NOW + timedelta(days=days) for days in (1, 2, 3)]
    for hours, (was, to) in enumerate(pairwise(stops), start=1):
        changes = {"sessions": [[{"id": row.pk, "start": was.isoformat()}], [{"id": row.pk, "start": to.isoformat()}]]}
        make.EventFactory(rfc=row.rfc, action="moved", at=NOW - timedelta(hours=10 - hours), changes=changes)
    make.EventFactory(rfc=session("long ago").rfc, action="moved", at=NOW - timedelta(days=5), changes=changes)
    (found,) = rail(viewer).moved
    assert (found.rfc.title, found.was, found.to) == ("moved twice", stops[0], stops[2])


def test_the_rail_costs_the_same_for_one_and_for_three(viewer, django_assert_num_queries, django_assert_max_num_queries):
    full(1)
    assert not viewer.sits_on_a_board  # asked once per request and kept
    with django_assert_max_num_queries(60) as first:
        rail(viewer)
    full(2)
    with django_assert_num_queries(len(first.captured_queries)):
        rail(viewer)
