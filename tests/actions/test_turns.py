"""Two people who move two RFCs at the same moment do not both get the hour (DESIGN 4.6)."""

import threading

import pytest
from django.db import connection, connections, transaction

from changes.actions.session import reschedule
from changes.choices import State
from changes.domain.judgement import stops_scheduling
from changes.models import RFC
from changes.selectors.finding import findings_of
from tests.factories import NOW, hours, rfc_in, session, world

START = NOW + hours(72)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time.")
def test_of_two_that_move_to_one_hour_at_once_the_second_sees_the_first():
    given = world()
    later = [rfc_in(State.SCHEDULED, given, sessions=(session(START + hours(day)),)) for day in (24, 48)]
    has_moved, other_is_done, problems = threading.Event(), threading.Event(), []

    def take_the_hour(rfc: RFC) -> None:
        reschedule(rfc.sessions.get(), START, START + hours(4), actor=given.people.change_manager, at=NOW)

    def first() -> None:
        with transaction.atomic():
            take_the_hour(later[0])
            has_moved.set()
            other_is_done.wait(timeout=2)  # it is not: it waits for this to end

    def second() -> None:
        has_moved.wait(timeout=20)
        take_the_hour(later[1])
        other_is_done.set()

    def run(work) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told by the thread that asserts
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    stored = list(RFC.objects.with_content().filter(pk__in=[rfc.pk for rfc in later]).order_by("pk"))
    assert [rfc.planned_start for rfc in stored] == [START, START]
    assert [rfc.state for rfc in stored] == [State.SCHEDULED, State.SUBMITTED]
    assert [finding.other for finding in stops_scheduling(findings_of(stored[1], at=NOW))] == [later[0].number] * 2
