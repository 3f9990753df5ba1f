"""What stands on the consent list, and why not (DESIGN 4.8)."""

from dataclasses import replace

import pytest

from changes.choices import ImpactLevel, Level, Section, Severity, State
from changes.domain.consent import Case, how_many, is_low_risk, minutes_for, total_minutes, why_not
from changes.domain.content import Impact
from changes.domain.finding import Finding
from changes.domain.vote import Tally

NONE = Impact(*[ImpactLevel.NONE] * 4)
#: Three members for it; the chair, who would approve the list, makes the fourth of the quorum.
AGREED = Case(Section.NEW, State.SUBMITTED, Severity.MINOR, NONE, tally=Tally(approve=3), quorum=4)


def found(level=Level.WARNING, waived=""):
    return Finding("window.notice", level, "sessions[0]", "It comes at short notice.", "Move it.", waived=waived)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"section": Section.DEFERRED},
        {"severity": Severity.AUTOMATIC},
        {"impact": replace(NONE, sla=ImpactLevel.LOW)},
        {"findings": (found(Level.ADVICE),)},
        {"findings": (found(Level.ERROR, waived="the change manager, until Friday"),)},
        {"chair": "approve"},
        {"chair": ""},
    ],
)
def test_low_risk_on_which_all_agree_stands_on_the_list(change):
    assert why_not(replace(AGREED, **change)) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"section": Section.EMERGENCY}, "Only what is new or was put off is decided by consent."),
        ({"section": Section.FAILED}, "Only what is new or was put off is decided by consent."),
        ({"section": None}, "Only what is new or was put off is decided by consent."),
        ({"state": State.DRAFT}, "Only what is new or was put off is decided by consent."),
        ({"is_late": True}, "It waits on the late list."),
        ({"pulled_by": "Mira"}, "Mira has pulled it out, so that it is talked about."),
        ({"is_put_to_the_vote": True}, "It is put to the vote before the meeting."),
        ({"severity": Severity.MAJOR}, "It is major."),
        ({"impact": replace(NONE, sla=ImpactLevel.MEDIUM)}, "The impact on service level is medium."),
        ({"impact": replace(NONE, security=ImpactLevel.HIGH)}, "The impact on security is high."),
        ({"impact": replace(NONE, capacity=None)}, "The impact on capacity is not answered."),
        ({"findings": (found(),)}, "1 finding stands against it."),
        ({"findings": (found(), found(Level.ERROR))}, "2 findings stand against it."),
        ({"tally": Tally(approve=3, reject=1)}, "1 vote is against it."),
        ({"chair": "reject"}, "1 vote is against it."),
        ({"tally": Tally(approve=3, abstain=2)}, "2 abstain; consent is everybody’s yes."),
        ({"chair": "abstain"}, "1 abstains; consent is everybody’s yes."),
        ({"tally": Tally(approve=2, open=1)}, "1 vote is open."),
        ({"tally": Tally(approve=1, open=2)}, "2 votes are open."),
        ({"tally": Tally(approve=2, outdated=1)}, "1 vote is from before its last edit."),
        ({"tally": Tally(approve=2)}, "3 would decide; a quorum is 4."),
    ],
)
def test_anything_else_keeps_it_off(change, why):
    assert why_not(replace(AGREED, **change)) == [why]


def test_every_reason_is_told():
    case = replace(AGREED, severity=Severity.MAJOR, tally=Tally(reject=1, open=1), pulled_by="Mira")
    assert why_not(case) == [
        "Mira has pulled it out, so that it is talked about.",
        "It is major.",
        "1 vote is against it.",
        "1 vote is open.",
    ]


@pytest.mark.parametrize(
    ("change", "low"),
    [
        ({}, True),
        ({"tally": Tally(open=3)}, True),
        ({"pulled_by": "Mira"}, True),
        ({"severity": Severity.MAJOR}, False),
        ({"section": Section.FAILED}, False),
    ],
)
def test_what_is_voted_on_without_being_opened_is_of_low_risk(change, low):
    assert is_low_risk(replace(AGREED, **change)) is low


@pytest.mark.parametrize(("count", "minutes"), [(0, 0), (1, 2), (2, 3), (5, 4), (10, 7)])
def test_the_list_takes_a_few_minutes_as_a_whole(count, minutes):
    assert minutes_for(count) == minutes


@pytest.mark.parametrize(
    ("minutes", "consented", "total", "words"),
    [
        ({}, set(), 0, "0 items"),
        ({1: 5, 2: 8}, set(), 13, "2 items"),
        ({1: 5, 2: 8, 3: 4, 4: 4}, {3, 4}, 16, "2 items and a consent list of 2"),
        ({1: 5}, {1, 9}, 2, "0 items and a consent list of 1"),  # what is not on this revision counts for nothing
    ],
)
def test_an_agenda_takes_its_items_and_the_consent_list_as_a_whole(minutes, consented, total, words):
    assert total_minutes(minutes, consented) == total
    assert how_many(len(set(minutes) - consented), len(consented & set(minutes))) == words
