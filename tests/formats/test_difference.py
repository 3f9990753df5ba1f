"""What differs, in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.choices import ImpactLevel, Outage
from changes.domain.content import Contact, Content, Impact, Session, Step
from changes.formats.difference import between, fields_in_words, in_words

START = datetime(2026, 12, 5, 21, 0, tzinfo=UTC)
NIGHT = Session(START, START + timedelta(hours=4), Outage.NONE)


def said(before, after):
    rows = [in_words(one, zone=ZoneInfo("Europe/Amsterdam"), today=date(2026, 11, 21)) for one in between(before, after)]
    return [(row.label, row.before, row.after) for row in rows]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"title": "Another"}, ("Title", "nothing", "Another")),
        ({"services": ("mail", "relay")}, ("Services", "nothing", "mail, relay")),
        ({"rollback_trigger": "More than 20"}, ("Rollback trigger", "nothing", "More than 20")),
        ({"rollout": (Step("Stop it", minutes=5), Step("", command="go"))}, ("Rollout", "nothing", "1 Stop it (5 min); 2 go")),
        ({"needed_by": START}, ("Needed by", "nothing", "Sat 5 Dec 22:00")),
        ({"contacts": (Contact("Desk", phone="2000"),)}, ("Contacts", "nothing", "Desk 2000")),
    ],
)
def test_a_field_before_and_after(other, expected):
    assert said(Content(), replace(Content(), **other)) == [expected]


def test_sessions_and_their_outage():
    out = replace(NIGHT, outage=Outage.PLANNED, outage_start=START, outage_end=START + timedelta(minutes=40))
    assert said(Content(sessions=(NIGHT,)), Content(sessions=(out,))) == [
        ("Sessions", "Sat 5 Dec 22:00 – Sun 6 Dec 02:00", "Sat 5 Dec 22:00 – Sun 6 Dec 02:00"),
        ("Outage", "none", "40 min, 0 min into the session"),
    ]


def test_impact_names_its_questions():
    rows = said(Content(), Content(impact=Impact(sla=ImpactLevel.HIGH)))
    assert rows == [
        (
            "Impact",
            "service level open, capacity open, security open, disaster recovery open",
            "service level high, capacity open, security open, disaster recovery open",
        )
    ]


def test_the_fields_of_an_event():
    assert fields_in_words({"sessions": [1, 2], "rollback_trigger": ["", "x"]}) == "sessions, rollback trigger"
