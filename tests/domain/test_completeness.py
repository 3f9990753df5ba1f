"""Completeness (DESIGN 4.2), case by case."""

from dataclasses import replace

import pytest

from changes.choices import ImpactLevel, Level, Outage, Relation, Severity, Urgency
from changes.domain.completeness import completeness
from changes.domain.content import Content, Impact, Reference, Step
from tests.domain.given import at, content, impact, session, step, told

INCIDENT = Reference("incidents", "INC-20417", relation=Relation.RAISED_BY)
N = ImpactLevel.NONE


def test_a_complete_rfc_has_no_finding():
    assert completeness(content(), severity=Severity.MAJOR) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": " \n"}, ("title.missing", "error", "title")),
        ({"reason": " "}, ("reason.missing", "error", "reason")),
        ({"services": ()}, ("service.missing", "error", "services")),
        ({"environment": None}, ("environment.missing", "error", "environment")),
        ({"urgency": None}, ("urgency.missing", "error", "urgency")),
        ({"change_type": None}, ("change_type.missing", "advice", "change_type")),
        ({"impact": impact(None, N, N, N)}, ("impact.missing", "error", "impact.sla")),
        ({"impact": impact(N, None, N, N)}, ("impact.missing", "error", "impact.capacity")),
        ({"impact": impact(N, N, None, N)}, ("impact.missing", "error", "impact.security")),
        ({"impact": impact(N, N, N, None)}, ("impact.missing", "error", "impact.disaster_recovery")),
        ({"sessions": ()}, ("turnaround.missing", "error", "sessions")),
        ({"sessions": (session(outage=None),)}, ("outage.missing", "error", "sessions[0].outage")),
        ({"sessions": (session(outage=Outage.PLANNED),)}, ("outage.missing", "error", "sessions[0].outage")),
        (
            {"sessions": (session(), session(outage=Outage.PLANNED, outage_start=at(9), outage_end=at(9)))},
            ("outage.missing", "error", "sessions[1].outage"),
        ),
        ({"rollout": ()}, ("rollout.missing", "error", "rollout")),
        ({"verification": ()}, ("verification.missing", "error", "verification")),
        ({"rollback": ()}, ("rollback.missing", "error", "rollback")),
        ({"rollback": (Step(" "),)}, ("rollback.missing", "error", "rollback")),
    ],
)
def test_what_is_missing_is_said_once_and_where(change, expected):
    assert told(completeness(content(**change), severity=Severity.MINOR)) == [expected]


def test_a_date_by_which_it_is_needed_is_a_turnaround_and_asks_for_no_outage():
    assert completeness(content(sessions=(), needed_by=at(0)), severity=None) == []


def test_a_planned_outage_with_its_times_is_a_statement():
    planned = session(outage=Outage.PLANNED, outage_start=at(10), outage_end=at(20))
    assert completeness(content(sessions=(planned,)), severity=None) == []


def test_without_any_known_types_none_is_missed():
    assert completeness(content(change_type=None), severity=None, knows_types=False) == []


@pytest.mark.parametrize(("severity", "level"), [(Severity.MAJOR, "error"), (Severity.MINOR, "advice"), (None, "advice")])
@pytest.mark.parametrize("phase", ["rollout", "verification", "rollback"])
@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ({"role": " "}, "who does it"),
        ({"minutes": None}, "how long it takes"),
        ({"check": ""}, "how one sees that it worked"),
        ({"instruction": ""}, "what is done"),
    ],
)
def test_a_gap_in_a_step_is_an_error_for_major_and_advice_for_the_rest(gap, words, phase, severity, level):
    found = completeness(content(**{phase: (step(), step(**gap))}), severity=severity)
    assert told(found) == [(f"{phase}.step_unclear", level, f"{phase}[1]")]
    assert words in found[0].message


def test_several_gaps_of_one_step_are_one_sentence():
    (found,) = completeness(content(rollout=(Step("Drain HT-01"),)), severity=None)
    assert found.message == ("Step 1 of the rollout does not say who does it, how long it takes and how one sees that it worked.")


@pytest.mark.parametrize(
    ("instruction", "is_vague"),
    [
        ("do the upgrade", True),
        ("Perform the change.", True),
        ("Deploy", True),
        ("Roll back", True),
        ("Roll back the change", True),
        ("Restore as usual", False),
        ("As usual", True),
        ("Check everything", True),
        ("TBD", True),
        ("See above", True),
        ("Install patch", True),
        ("Install patch 3 on HT-01", False),
        ("Do the upgrade of HT-01 with setup.exe /m:upgrade", False),
        ("Install rollup 8 and restart HT-01", False),
        ("Check that six replies arrive", False),
    ],
)
def test_a_vague_instruction_is_advice_even_for_major(instruction, is_vague):
    found = completeness(content(rollout=(step(instruction),)), severity=Severity.MAJOR)
    assert told(found) == ([("rollout.step_unclear", "advice", "rollout[0]")] if is_vague else [])


@pytest.mark.parametrize(
    ("instruction", "is_several"),
    [
        ("Repeat for HT-02, HT-03, HT-04", True),
        ("Repeat steps 2 and 3 on HT-02 and HT-03", True),
        ("The same for all other servers", True),
        ("Repeat step 3 for HT-02", False),
        ("Send the same test mail again", False),
    ],
)
def test_one_step_that_stands_for_several_is_advice(instruction, is_several):
    found = completeness(content(rollout=(step(instruction),)), severity=Severity.MAJOR)
    assert told(found) == ([("rollout.step_unclear", "advice", "rollout[0]")] if is_several else [])


def test_a_command_makes_any_instruction_clear():
    assert completeness(content(rollout=(step("Do the upgrade", command="setup /m:upgrade"),)), severity=None) == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Drain [name of the server]", True),
        ("Drain  [name of the\nserver]", True),
        ("Drain HT-01", False),
        ("Restart the transport service", False),
    ],
)
def test_a_template_text_that_asks_and_was_not_touched(text, is_found):
    template = ["Drain [name of the server]", "Restart the transport service"]
    found = completeness(content(rollout=(step(text),)), severity=None, template_steps=template)
    assert told(found) == ([("plan.template_unchanged", "error", "rollout[0]")] if is_found else [])


def test_a_template_asks_in_its_command_check_and_trigger_too():
    template = ["Get-Queue <server>", "More than <n> messages wait"]
    asking = content(rollback=(step(command="Get-Queue <server>"),), rollback_trigger="More than <n> messages wait")
    assert told(completeness(asking, severity=None, template_steps=template)) == [
        ("plan.template_unchanged", "error", "rollback[0]"),
        ("plan.template_unchanged", "error", "rollback_trigger"),
    ]


@pytest.mark.parametrize(
    ("command", "asks"),
    [
        ("Move-Mailbox <user>", True),
        ("Get-Queue <name of the server> | Suspend-Queue", True),
        ("Get-Queue | where { $_.MessageCount -gt 10 }", False),
        ("[ -f /etc/mail.cf ] && sort < a > b", False),
    ],
)
def test_brackets_that_belong_to_a_command_ask_for_nothing(command, asks):
    found = completeness(content(rollout=(step(command=command),)), severity=None, template_steps=[command])
    assert bool(found) is asks


def test_an_emergency_needs_five_things_at_once_and_has_five_days_for_the_rest():
    found = completeness(Content(urgency=Urgency.EMERGENCY), severity=Severity.MAJOR)
    errors = {finding.code for finding in found if finding.level == Level.ERROR}
    assert errors == {
        "title.missing", "service.missing", "reason.missing", "rollout.missing", "rollback.missing", "incident.missing",
    }  # fmt: skip
    warnings = [finding for finding in found if finding.level == Level.WARNING]
    assert {finding.code for finding in warnings} == {
        "environment.missing", "impact.missing", "turnaround.missing", "verification.missing",
    }  # fmt: skip
    assert all(finding.mend.endswith("An emergency has five days for it.") for finding in warnings)


@pytest.mark.parametrize(
    ("reason", "references", "expected"),
    [
        ("Mail stands still.", (INCIDENT,), []),
        ("A worm is loose.", (), [("incident.missing", "advice", "references")]),
        ("", (INCIDENT,), []),
        ("", (replace(INCIDENT, relation=Relation.RELATED),), []),
        ("Mail stands still.", (replace(INCIDENT, relation=Relation.CAUSED),), [("incident.missing", "advice", "references")]),
        ("", (), [("reason.missing", "error", "reason"), ("incident.missing", "error", "references")]),
    ],
)
def test_an_incident_or_a_threat_suffices_as_the_reason_of_an_emergency(reason, references, expected):
    emergency = content(urgency=Urgency.EMERGENCY, reason=reason, references=references)
    assert told(completeness(emergency, severity=None)) == expected


def test_a_gap_in_an_emergencys_step_can_wait():
    emergency = content(urgency=Urgency.EMERGENCY, references=(INCIDENT,), rollout=(step(role=""),))
    assert told(completeness(emergency, severity=Severity.MAJOR)) == [("rollout.step_unclear", "warning", "rollout[0]")]


def test_every_open_impact_question_is_told_by_itself():
    found = completeness(content(impact=Impact()), severity=None)
    assert [finding.field for finding in found] == [
        "impact.sla", "impact.capacity", "impact.security", "impact.disaster_recovery",
    ]  # fmt: skip
