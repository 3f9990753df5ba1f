"""All rules in one call: every code is reached, in order, with its waivers."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from changes.choices import Ground, ImpactLevel, Level, Outage, Severity, State, Urgency
from changes.domain.code import RULES
from changes.domain.conflict import Booking, Predecessor
from changes.domain.content import Impact, Step
from changes.domain.finding import Finding
from changes.domain.freeze import Freeze
from changes.domain.judgement import Context, findings, in_order, stops_scheduling, stops_submission
from changes.domain.recurrence import Recurrence
from changes.domain.waiting import Waiter
from changes.domain.waiver import Accepted
from changes.domain.window import Window
from tests.domain.given import NO_IMPACT, at, between, content, session, step

NOW = at(-10 * 1440)
SATURDAYS = Window(
    1, "Saturdays", "managed", (),
    Recurrence("FREQ=WEEKLY;BYDAY=SA", datetime(2026, 1, 3, 22, 0), datetime(2026, 1, 4, 4, 0), "UTC"),
)  # fmt: skip
FREEZE = Freeze(1, "Year end", "Nobody is there.", at(-60), at(60), "UTC")
CALM = Context(number="RFC-000001", windows=(SATURDAYS,), notice_hours=120, usual_minutes=240)
OUT = session(outage=Outage.PLANNED, outage_start=at(0), outage_end=at(60))


def other(**common) -> Booking:
    made = Booking("RFC-000002", "Journal archive switch-over", between(60, 300))
    return replace(made, **common)


#: code -> what to change of a content and of a context in which nothing is to be said.
REACHED = {
    "title.missing": ({"title": ""}, {}),
    "reason.missing": ({"reason": ""}, {}),
    "service.missing": ({"services": ()}, {}),
    "environment.missing": ({"environment": None}, {}),
    "change_type.missing": ({"change_type": None}, {}),
    "urgency.missing": ({"urgency": None}, {}),
    "impact.missing": ({"impact": Impact()}, {}),
    "turnaround.missing": ({"sessions": ()}, {}),
    "outage.missing": ({"sessions": (session(outage=None),)}, {}),
    "rollout.missing": ({"rollout": ()}, {}),
    "rollout.step_unclear": ({"rollout": (step(role=""),)}, {}),
    "verification.missing": ({"verification": ()}, {}),
    "verification.step_unclear": ({"verification": (step(check=""),)}, {}),
    "rollback.missing": ({"rollback": ()}, {}),
    "rollback.step_unclear": ({"rollback": (step("Roll back"),)}, {}),
    "rollback.no_trigger": ({"rollback_trigger": ""}, {}),
    "plan.no_total": ({"rollback": (step(minutes=None),)}, {}),
    "plan.no_reserve": ({"sessions": (session(0, 125),)}, {}),
    "plan.exceeds_session": ({"sessions": (session(0, 100),)}, {}),
    "plan.template_unchanged": ({"rollout": (step("Drain [server]"),)}, {"template_steps": ("Drain [server]",)}),
    "incident.missing": ({"urgency": Urgency.EMERGENCY}, {}),
    "interval.reversed": ({"sessions": (session(0, -60),)}, {}),
    "interval.in_past": ({}, {"judged_at": at(60)}),
    "interval.unusual": ({}, {"usual_minutes": 30}),
    "window.misses": ({"sessions": (session(1440, 1680),)}, {}),
    "window.exceeds": ({"sessions": (session(240, 480),)}, {}),
    "window.undefined": ({}, {"windows": ()}),
    "freeze.active": ({}, {"freezes": (FREEZE,)}),
    "notice.too_short": ({}, {"judged_at": at(-1440)}),
    "conflict.same_item": ({}, {"bookings": (other(items=frozenset({"HT-01"})),)}),
    "conflict.same_implementer": ({}, {"bookings": (other(implementer="implementer"),)}),
    "conflict.outage": (
        {"sessions": (OUT,)},
        {"bookings": (other(services=frozenset({"mail"}), outage=between(30, 90), interval=between(30, 90)),)},
    ),
    "conflict.same_service": ({}, {"bookings": (other(services=frozenset({"mail"})),)}),
    "conflict.dependency": (
        {"sessions": (OUT,)},
        {"bookings": (other(services=frozenset({"relay"}), interval=between(30, 90)),),
         "dependencies": {"relay": frozenset({"mail"})}},
    ),
    "conflict.predecessor": ({}, {"predecessors": (Predecessor("RFC-000003", "Disks", None, State.DRAFT),)}),
    "conflict.successor": ({}, {"waiting": (Waiter("RFC-000003", "Disks", at(60)),)}),
    "people.left": ({"implementer": "away"}, {"left": frozenset({"away"})}),
}  # fmt: skip


def test_of_a_good_rfc_at_a_good_time_nothing_is_said():
    assert findings(content(), CALM, at=NOW) == []


def test_the_table_reaches_every_code():
    assert set(REACHED) == set(RULES)


@pytest.mark.parametrize("code", REACHED)
def test_every_code_is_reached_and_explains_itself(code):
    change, around = REACHED[code]
    found = [f for f in findings(content(**change), replace(CALM, **around), at=NOW) if f.code == code]
    assert found
    for finding in found:
        assert finding.message.endswith(".")
        assert finding.mend.endswith(".")
        assert finding.field


def test_errors_come_first_then_the_order_of_the_form():
    messy = content(impact=Impact(), rollback_trigger="", rollout=(step(role=""),), change_type=None, title="")
    context = replace(CALM, bookings=(other(services=frozenset({"mail"}), implementer="implementer"),))
    found = findings(messy, context, at=NOW)
    assert [(finding.level.value, finding.field) for finding in found] == [
        ("error", "title"),
        ("error", "sessions[0]"),
        ("error", "rollback_trigger"),
        ("error", "impact.sla"),
        ("error", "impact.capacity"),
        ("error", "impact.security"),
        ("error", "impact.disaster_recovery"),
        ("warning", "sessions[0]"),
        ("advice", "change_type"),
        ("advice", "rollout[0]"),
    ]


def test_a_waived_error_stands_behind_those_that_block():
    error = Finding("conflict.outage", Level.ERROR, "sessions[0]", "Out.", "Move.")
    waived = replace(error, code="conflict.same_item", waived="the change manager")
    warning = replace(error, level=Level.WARNING, field="title")
    assert in_order([warning, waived, error]) == [error, waived, warning]


def test_a_waiver_lets_it_be_scheduled():
    context = replace(CALM, bookings=(other(items=frozenset({"HT-01"})),))
    waiver = Accepted("conflict.same_item", "RFC-000002", "Agreed.", "the change manager", at(9999), 180)
    assert stops_scheduling(findings(content(), context, at=NOW))
    found = findings(content(), replace(context, waivers=(waiver,)), at=NOW)
    assert [finding.waived for finding in found] == ["the change manager until Sat 5 Dec 20:39"]
    assert stops_scheduling(found) == []


def test_what_is_written_stops_submission_and_when_stops_scheduling():
    found = findings(content(title="", sessions=(session(1440, 1680),)), CALM, at=NOW)
    assert [finding.code for finding in stops_submission(found)] == ["title.missing"]
    assert [finding.code for finding in stops_scheduling(found)] == ["window.misses"]


@pytest.mark.parametrize(("severity", "level"), [(Severity.MAJOR, "error"), (Severity.MINOR, "advice"), (None, "advice")])
def test_the_assigned_severity_goes_before_the_proposed_one(severity, level):
    (found,) = findings(content(rollout=(step(role=""),)), replace(CALM, severity=severity), at=NOW)
    assert found.level.value == level


def test_the_proposed_severity_counts_until_one_is_assigned():
    risky = content(impact=replace(NO_IMPACT, sla=ImpactLevel.HIGH), rollout=(Step("Drain HT-01"),))
    assert stops_submission(findings(risky, CALM, at=NOW))


def test_the_automatic_lane_needs_no_notice_and_to_restore_needs_no_window():
    late = replace(CALM, judged_at=at(-60))
    assert [f.code for f in findings(content(), late, at=NOW)] == ["notice.too_short"]
    assert findings(content(), replace(late, ground=Ground.NO_RISK), at=NOW) == []
    outside = content(sessions=(session(1440, 1680),))
    assert findings(outside, replace(late, ground=Ground.RESTORES_SERVICE), at=NOW) == []


def test_notice_is_judged_as_of_the_latest_move_and_not_again_later():
    moved = replace(CALM, judged_at=NOW)
    assert findings(content(), moved, at=at(0) - timedelta(hours=1)) == []


def test_conflicts_computed_in_bulk_are_taken_as_they_are():
    given = Finding("conflict.same_item", Level.ERROR, "sessions[0]", "Same item.", "Move.", other="RFC-000009")
    context = replace(CALM, conflicts=(given,), bookings=(other(items=frozenset({"HT-01"})),))
    assert findings(content(), context, at=NOW) == [given]
