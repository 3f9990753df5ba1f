"""The plan against its time (DESIGN 4.2)."""

import pytest

from changes.choices import Phase, Urgency
from changes.domain.plan import plan_findings, point_of_no_return, total_minutes, totals
from tests.domain.given import at, content, session, step, told


def test_totals_add_up_by_phase():
    assert totals(content()) == {Phase.ROLLOUT: 60, Phase.VERIFICATION: 30, Phase.ROLLBACK: 30}
    assert total_minutes(content()) == 120


@pytest.mark.parametrize(
    ("work", "rollback", "expected"),
    [
        (session(0, 240), 65, at(175)),
        (session(0, 240), 300, at(-60)),
        (session(0, 240), 0, None),
        (session(0, None), 65, None),
        (session(0, -10), 65, None),
    ],
)
def test_the_point_of_no_return_is_the_end_minus_the_rollback(work, rollback, expected):
    assert point_of_no_return(work, rollback) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"sessions": ()}, []),
        ({"rollback_trigger": "  "}, [("rollback.no_trigger", "error", "rollback_trigger")]),
        ({"sessions": (session(0, 119),)}, [("plan.exceeds_session", "error", "sessions[0]")]),
        ({"sessions": (session(0, 120),)}, [("plan.no_reserve", "advice", "sessions[0]")]),
        ({"sessions": (session(0, 131),)}, [("plan.no_reserve", "advice", "sessions[0]")]),
        ({"sessions": (session(0, 132),)}, []),
        ({"sessions": (session(0, None),)}, []),
        ({"sessions": (session(0, -5),)}, []),
        (
            {"sessions": (session(0, 240), session(1440, 1500), session(2880, 3000), session(4320, 4445))},
            [("plan.exceeds_session", "error", "sessions[1]"), ("plan.no_reserve", "advice", "sessions[2]")],
        ),
        ({"rollout": (step(minutes=None), step(minutes=None))}, [("plan.no_total", "error", "rollout")]),
        ({"rollback": (step(minutes=None),)}, [("plan.no_total", "error", "rollback")]),
        ({"verification": (step(minutes=None),)}, []),
        ({"rollout": (step(minutes=None), step())}, []),
    ],
)
def test_the_plan_is_held_against_each_session(change, expected):
    assert told(plan_findings(content(**change))) == expected


def test_an_excess_names_its_minutes():
    (found,) = plan_findings(content(sessions=(session(0, 90),)))
    assert found.minutes == 30
    assert found.message == "The plan takes 120 minutes with its rollback, 30 more than the 90 of the session."
    assert found.mend == "Make the session 30 minutes longer, or the plan shorter."


def test_an_emergency_has_five_days_for_its_plan():
    emergency = content(urgency=Urgency.EMERGENCY, rollback_trigger="", sessions=(session(0, 90),))
    assert [finding.level.value for finding in plan_findings(emergency)] == ["warning", "warning"]
