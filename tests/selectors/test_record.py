"""What a known change type usually takes."""

from datetime import timedelta

import pytest

from changes.choices import Outcome, State
from changes.domain.record import RECORD_LENGTH, Record, Spread
from changes.selectors.record import record_of, records_of
from tests.factories import NOW, ChangeTypeFactory, RFCFactory, SessionFactory

pytestmark = pytest.mark.django_db


def done(kind, minutes, *, days=10, outcome=Outcome.SUCCESSFUL, actual=None, state=State.CLOSED):
    rfc = RFCFactory(change_type=kind, state=state, outcome=outcome)
    return night(rfc, minutes, days=days, actual=actual)


def night(rfc, minutes, *, days, actual=None):
    start = NOW - timedelta(days=days)
    times = {"actual_start": start, "actual_end": start + timedelta(minutes=actual)} if actual else {}
    return SessionFactory(rfc=rfc, planned_start=start, planned_end=start + timedelta(minutes=minutes), **times)


def test_how_often_how_it_went_and_how_long_it_was_planned_for_and_took():
    kind = ChangeTypeFactory(slug="rollup")
    for place, minutes in enumerate((60, 90, 100, 110, 120, 130, 140, 150, 160, 400)):
        outcome = Outcome.ROLLED_BACK if minutes == 400 else Outcome.SUCCESSFUL
        done(kind, minutes, days=place + 1, outcome=outcome, actual=minutes // 2 if minutes < 120 else None)
    record = record_of("rollup")
    assert (record.count, record.planned, record.actual) == (10, Spread(10, 125, 160), Spread(4, 47, 55))
    assert record.outcomes == {Outcome.SUCCESSFUL: 9, Outcome.ROLLED_BACK: 1}
    assert [run.minutes for run in record.runs] == [30, 45, 50, 55, 120, 130, 140, 150, 160, 400]
    assert record.usual_minutes == 125


def test_a_run_took_what_it_actually_took_and_is_odd_against_what_is_planned():
    done(ChangeTypeFactory(slug="rollup"), 120, actual=185)
    record = record_of("rollup")
    assert [(run.minutes, run.planned, run.actual) for run in record.runs] == [(185, 120, 185)]
    assert record.usual_minutes == 120


def test_the_nights_of_one_rfc_are_one_run_and_the_usual_length_is_that_of_a_night():
    kind = ChangeTypeFactory(slug="rollup")
    first = done(kind, 60)
    night(first.rfc, 90, days=3)
    night(first.rfc, 100, days=2)
    record = record_of("rollup")
    assert [(run.planned, run.actual) for run in record.runs] == [(250, None)]
    assert (record.planned.median, record.usual_minutes) == (250, 90)


def test_a_night_that_was_not_needed_took_nothing():
    worked = done(ChangeTypeFactory(slug="rollup"), 60, actual=50)
    night(worked.rfc, 60, days=3)
    assert [(run.planned, run.actual) for run in record_of("rollup").runs] == [(120, 50)]


def test_what_is_not_over_was_not_started_or_has_no_end_does_not_count():
    kind = ChangeTypeFactory(slug="rollup")
    done(kind, 60, state=State.SCHEDULED, outcome="")
    done(kind, 60, outcome=Outcome.NOT_STARTED)
    done(ChangeTypeFactory(slug="other"), 60)
    SessionFactory(rfc=RFCFactory(change_type=kind, state=State.CLOSED, outcome=Outcome.SUCCESSFUL), planned_end=None)
    assert record_of("rollup") == Record()
    assert (Record().usual_minutes, Record().planned) == (None, Spread())


def test_the_latest_are_taken_of_each_type_in_three_queries(django_assert_num_queries):
    kinds = [ChangeTypeFactory(slug=slug) for slug in ("one", "two")]
    for place in range(RECORD_LENGTH + 3):
        done(kinds[0], 60 + place, days=place + 1)
    done(kinds[1], 30)
    with django_assert_num_queries(3):
        records = records_of(["one", "two", None, "never-done", "one"])
    assert {slug: record.count for slug, record in records.items()} == {"one": RECORD_LENGTH, "two": 1}
    assert (records["one"].is_capped, records["two"].is_capped) == (True, False)
    assert max(run.planned for run in records["one"].runs) == 60 + RECORD_LENGTH - 1


def test_no_type_has_no_record(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert record_of(None) == Record()
