"""Severity and the automatic lane (DESIGN 4.3)."""

from itertools import product

import pytest

from changes.choices import Ground, ImpactLevel, Level, Severity, Urgency
from changes.domain.finding import Finding
from changes.domain.severity import automatic_grounds, proposed_severity, why_not_automatic
from tests.domain.given import content, impact

NONE, LOW, MEDIUM, HIGH = ImpactLevel
READY = {"type_pre_approved": True, "inside_window": True, "blocking": ()}


def blocker(code: str) -> Finding:
    return Finding(code, Level.ERROR, "sessions[0]", f"{code} blocks.", "Mend it.")


@pytest.mark.parametrize("answers", list(product([None, *ImpactLevel], repeat=4)))
def test_any_high_or_two_medium_propose_major(answers):
    is_major = answers.count(HIGH) >= 1 or answers.count(MEDIUM) >= 2
    assert proposed_severity(impact(*answers)) == (Severity.MAJOR if is_major else Severity.MINOR)


def test_no_significant_risk():
    assert automatic_grounds(content(), **READY) == Ground.NO_RISK
    assert why_not_automatic(content(), **READY) == []


@pytest.mark.parametrize(
    ("change", "lane", "reason"),
    [
        ({}, {"type_pre_approved": False}, "The change type is not pre-approved."),
        ({}, {"inside_window": False}, "Not every session is inside its change window."),
        ({"sessions": ()}, {}, "There is no session yet."),
        ({"impact": impact(NONE, MEDIUM, LOW, NONE)}, {},
         "The impact on capacity is medium; nothing above low is automatic."),
        ({"impact": impact(NONE, NONE, LOW, None)}, {}, "The impact on disaster recovery is not answered."),
        ({}, {"blocking": [blocker("freeze.active")]}, "freeze.active blocks."),
        ({"urgency": Urgency.EMERGENCY}, {}, "An emergency is never automatic; the approver rota decides it."),
        ({"urgency": Urgency.EMERGENCY}, {"restores_service": True, "named_approver": True},
         "An emergency is never automatic; the approver rota decides it."),
        ({}, {"restores_service": True, "type_pre_approved": False}, "The service's named approver has not agreed."),
        ({}, {"restores_service": True, "named_approver": True, "type_pre_approved": False,
              "blocking": [blocker("conflict.outage")]}, "conflict.outage blocks."),
    ],
)  # fmt: skip
def test_what_fails_says_why(change, lane, reason):
    assert automatic_grounds(content(**change), **READY | lane) is None
    assert why_not_automatic(content(**change), **READY | lane) == [reason]


def test_restoring_a_service_waits_for_no_window_and_no_notice():
    lane = {
        "type_pre_approved": False,
        "inside_window": False,
        "blocking": [blocker("window.misses"), blocker("notice.too_short")],
        "restores_service": True,
        "named_approver": True,
    }
    risky = content(impact=impact(HIGH, HIGH, NONE, NONE))
    assert automatic_grounds(risky, **lane) == Ground.RESTORES_SERVICE
    assert why_not_automatic(risky, **lane) == []
