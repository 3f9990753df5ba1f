"""What a known change type usually takes."""

from datetime import timedelta

import pytest

from changes.choices import Outcome, State
from changes.selectors.record import RECORD_LENGTH, Record, record_of
from tests.factories import NOW, ChangeTypeFactory, RFCFactory, SessionFactory

pytestmark = pytest.mark.django_db


def done(kind, minutes, *, days=10, outcome=Outcome.SUCCESSFUL, actual=None, state=State.CLOSED):
    rfc = RFCFactory(change_type=kind, state=state, outcome=outcome)
    start = NOW - timedelta(days=days)
    times = {"actual_start": start, "actual_end": start + timedelta(minutes=actual)} if actual else {}
    return SessionFactory(rfc=rfc, planned_start=start, planned_end=start + timedelta(minutes=minutes), **times)


def test_how_often_how_it_went_and_how_long_it_took():
    kind = ChangeTypeFactory(slug="rollup")
    for place, minutes in enumerate((60, 90, 100, 110, 120, 130, 140, 150, 160, 400)):
        done(kind, minutes, days=place + 1, outcome=Outcome.ROLLED_BACK if minutes == 400 else Outcome.SUCCESSFUL)
    record = record_of("rollup")
    assert (record.count, record.median, record.nine_in_ten) == (10, 125, 160)
    assert record.outcomes == {Outcome.SUCCESSFUL: 9, Outcome.ROLLED_BACK: 1}
    assert [run.minutes for run in record.runs][:2] == [60, 90]


def test_the_actual_times_count_where_they_are_known():
    done(ChangeTypeFactory(slug="rollup"), 120, actual=185)
    assert [run.minutes for run in record_of("rollup").runs] == [185]


def test_the_nights_of_one_rfc_are_one_run():
    kind = ChangeTypeFactory(slug="rollup")
    first = done(kind, 60)
    SessionFactory(rfc=first.rfc, planned_start=NOW - timedelta(days=3), planned_end=NOW - timedelta(days=3) + timedelta(minutes=90))
    assert [run.minutes for run in record_of("rollup").runs] == [150]


def test_what_is_not_over_or_was_not_started_does_not_count():
    kind = ChangeTypeFactory(slug="rollup")
    done(kind, 60, state=State.SCHEDULED, outcome="")
    done(kind, 60, outcome=Outcome.NOT_STARTED)
    done(ChangeTypeFactory(slug="other"), 60)
    assert record_of("rollup") == Record()


def test_the_latest_are_taken_in_one_query(django_assert_num_queries):
    kind = ChangeTypeFactory(slug="rollup")
    for place in range(RECORD_LENGTH + 3):
        done(kind, 60, days=place + 1)
    with django_assert_num_queries(1):
        record = record_of("rollup")
    assert (record.count, record.is_capped) == (RECORD_LENGTH, True)


def test_no_type_has_no_record(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert record_of(None).median == 0
