"""The ledger of an RFC by REST: what was sent, to whom, when, and with what result (DESIGN 4.9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import reminder
from changes.choices import Severity, State
from changes.models import Reminder
from tests.api.bodies import iso
from tests.factories import NOW, RFCFactory, SessionFactory, rfc_in

FIELDS = {"rule", "recipient", "channel", "due_at", "sent_at", "state", "detail"}
START = NOW + timedelta(days=3)


def ledger(client, rfc):
    return client.get(f"/api/v1/rfcs/{rfc.number}/reminders/").json()["results"]


def test_what_was_sent_stands_there_and_nothing_that_is_still_to_come(given, owner, stand_at):
    rfc = rfc_in(State.SCHEDULED, given)
    Reminder.objects.all().delete()
    assert ledger(owner, rfc) == []
    at = rfc.planned_start - timedelta(hours=24)
    reminder.send_due(at=at)
    stand_at(at)
    rows = ledger(owner, rfc)
    assert [set(row) for row in rows] == [FIELDS] * len(rows)
    day_before = [
        (row["recipient"], row["due_at"], row["state"]) for row in rows if (row["rule"], row["channel"]) == ("before_24h", "mail")
    ]
    assert sorted(day_before) == [("implementer", iso(at), "sent"), ("owner", iso(at), "sent")]
    assert max(row["due_at"] for row in rows) <= iso(at)


def test_a_mail_about_several_rfcs_stands_in_the_ledger_of_each_for_whom_it_told_of_it(given, client_of, stand_at):
    mine, theirs = (
        RFCFactory(state=State.SCHEDULED, severity=Severity.AUTOMATIC, owner=o) for o in (given.people.owner, given.people.chair)
    )
    for rfc in (mine, theirs):
        SessionFactory(rfc=rfc, planned_start=START)
    morning = NOW.replace(day=25, hour=5)
    reminder.send_due(at=morning)
    stand_at(morning)
    client = client_of(given.people.member)
    told = {
        rfc.owner.username: [
            row["recipient"] for row in ledger(client, rfc) if (row["rule"], row["channel"]) == ("outcomes_of_the_night", "mail")
        ]
        for rfc in (mine, theirs)
    }
    assert told == {"owner": ["owner"], "chair": ["chair"]}


@pytest.mark.parametrize("many", [1, 3])
def test_the_same_number_of_queries_for_one_and_for_three(given, owner, many):
    rfc = rfc_in(State.SCHEDULED, given)

    def asked(count):
        for place in range(count):
            Reminder.objects.create(
                rule=f"rule-{count}-{place}", subject=f"rfc:{rfc.pk}", rfc=rfc, recipient=given.people.owner, due_at=NOW, send_at=NOW
            )
        with CaptureQueriesContext(connection) as queries:
            assert len(ledger(owner, rfc)) >= count
        return len(queries)

    ledger(owner, rfc)
    assert asked(many) == asked(2)
