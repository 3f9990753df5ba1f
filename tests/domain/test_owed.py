"""What an emergency left open may be filled in, and nothing else is filling in."""

from dataclasses import replace

import pytest

from changes.choices import ImpactLevel, Outage, State, Urgency
from changes.domain.completeness import completeness
from changes.domain.content import Content, Impact
from changes.domain.materiality import covers, differences, digest, is_material
from changes.domain.owed import beyond, continued, is_owing, open_fields, reopened, still_owed, words
from changes.domain.plan import plan_findings
from tests.domain.given import NO_IMPACT, at, content, session, step

EMERGENCY = Urgency.EMERGENCY
#: Raised at three in the morning: title, service, reason, rollout and rollback.
LEAST = Content(
    title="Restart the broker",
    reason="INC-7: nobody gets mail.",
    urgency=EMERGENCY,
    services=("mail",),
    sessions=(session(outage=None),),
    rollout=(step("Restart [name of the broker]", None, role="", check="", if_not=""),),
    rollback=(step("Start the standby broker", None),),
)
OUT = session(outage=Outage.PLANNED, outage_start=at(10), outage_end=at(40))

FILLS_IN = [
    {"description": "The broker is stuck."},
    {"environment": "managed"},
    {"change_type": "restart"},
    {"configuration_items": ("MQ-01",)},
    {"impact": NO_IMPACT},
    {"impact": Impact(sla=ImpactLevel.HIGH)},
    {"sessions": (session(outage=Outage.NONE),)},
    {"sessions": (OUT,)},
    {"verification": (step("Send the test mails"), step("Look at the queues"))},
    {"rollback_trigger": "The broker does not answer within 5 minutes."},
    {"rollout": (replace(LEAST.rollout[0], role="Implementer", minutes=5, check="It answers.", if_not="Turn back."),)},
    {"rollout": (replace(LEAST.rollout[0], instruction="Restart MQ-01"),)},
    {"rollback": (replace(LEAST.rollback[0], minutes=5),)},
]
DOES_MORE = [
    ({"title": "Restart both brokers"}, "title"),
    ({"reason": "INC-8"}, "reason"),
    ({"services": ("mail", "relay")}, "services"),
    ({"sessions": (session(30, 270, outage=None),)}, "sessions"),
    ({"sessions": (session(outage=None), session(600, 700))}, "sessions"),
    ({"needed_by": at(60)}, "needed_by"),
    ({"owner": "somebody"}, "owner"),
    ({"implementer": "somebody"}, "implementer"),
    ({"predecessors": ("RFC-1",)}, "predecessors"),
    ({"rollout": (replace(LEAST.rollout[0], instruction="Rebuild MQ-01"),)}, "rollout"),
    ({"rollout": (replace(LEAST.rollout[0], instruction=""),)}, "rollout"),
    ({"rollout": (replace(LEAST.rollout[0], command="reboot"),)}, "rollout"),
    ({"rollout": (*LEAST.rollout, step("And the other"))}, "rollout"),
    ({"rollback": (replace(LEAST.rollback[0], role="Somebody else"),)}, "rollback"),
]


@pytest.mark.parametrize("change", FILLS_IN, ids="-".join)
def test_filling_in_is_beyond_nothing_and_costs_no_approval(change):
    filled = replace(LEAST, **change)
    assert beyond(LEAST, filled) == ()
    found = differences(LEAST, filled)
    assert [item.material for item in found] == [False] * len(found) != []
    assert covers(digest(LEAST), filled, LEAST)


@pytest.mark.parametrize(("change", "field"), DOES_MORE)
def test_anything_else_is_named(change, field):
    assert beyond(LEAST, replace(LEAST, **change)) == (field,)


def test_what_has_been_filled_in_stands():
    filled = replace(LEAST, impact=NO_IMPACT, environment="managed", rollback_trigger="It hangs.", sessions=(OUT,))
    assert beyond(filled, LEAST) == ("environment", "impact", "sessions", "rollback_trigger")


def test_before_the_work_it_may_be_corrected_against_what_was_approved():
    first, second = replace(LEAST, rollback_trigger="It hangs."), replace(LEAST, rollback_trigger="It hangs for 5 minutes.")
    assert not is_material(differences(LEAST, second))
    assert beyond(first, second) == ("rollback_trigger",)


@pytest.mark.parametrize("urgency", [Urgency.NORMAL, Urgency.HIGH, None])
@pytest.mark.parametrize("change", FILLS_IN, ids="-".join)
def test_for_what_is_no_emergency_it_is_material_as_ever(urgency, change):
    before = replace(LEAST, urgency=urgency)
    filled = replace(before, **change)
    assert is_material(differences(before, filled))
    assert not covers(digest(before), filled, before)


def test_ceasing_to_be_an_emergency_is_material_whatever_is_filled_in_with_it():
    after = replace(LEAST, urgency=Urgency.NORMAL, impact=NO_IMPACT)
    assert {item.field for item in differences(LEAST, after) if item.material} == {"urgency", "impact"}
    assert not covers(digest(LEAST), after, LEAST)


@pytest.mark.parametrize(
    ("asked", "said", "is_filling"),
    [
        ("Restart [name]", "Restart MQ-01", True),
        ("Restart [name]", "Restart ", False),
        ("Restart [name]", "Stop MQ-01", False),
        ("Move [what] to [where] by hand", "Move the disk to site B by hand", True),
        ("Move [what] to [where] by hand", "Move the disk by hand", False),
        ("[x] then [x]", "then", False),
        ("[what]", "", False),
    ],
)
def test_a_text_that_asks_is_answered_in_its_places_alone(asked, said, is_filling):
    before, after = (replace(LEAST, rollback_trigger=text) for text in (asked, said))
    assert (beyond(before, after) == ()) is is_filling


def test_what_is_open_in_the_order_of_the_form():
    assert open_fields(LEAST) == (
        "description", "rollback_trigger", "environment", "change_type", "configuration_items", "outage",
        "rollout", "verification", "rollback", "impact",
    )  # fmt: skip
    assert open_fields(content()) == ()


def test_what_is_owed_is_said_once_each():
    found = still_owed(completeness(replace(LEAST, environment=None), severity=None))
    assert words(found) == "environment, outage, verification and impact"


def test_what_does_not_fit_is_mended_before_the_work_or_not_at_all():
    long = replace(LEAST, rollout=(step(minutes=600),), impact=NO_IMPACT)
    assert "plan.exceeds_session" in {finding.code for finding in plan_findings(long)}
    assert [finding.code for finding in still_owed(plan_findings(long))] == ["plan.no_total", "rollback.no_trigger"]


def test_steps_and_sessions_go_on_by_their_places():
    before = replace(LEAST, rollout=(replace(LEAST.rollout[0], id=7),), sessions=(session(outage=None, id=3),))
    sent = continued(before, replace(LEAST, rollout=(replace(LEAST.rollout[0], minutes=5),)))
    assert (sent.rollout[0].id, sent.rollout[0].minutes, sent.sessions[0].id) == (7, 5, 3)


def test_reopened_is_the_same_again_where_nothing_was_open():
    assert reopened(content(urgency=EMERGENCY), content(urgency=EMERGENCY, title="Another")) == content(urgency=EMERGENCY, title="Another")


@pytest.mark.parametrize("state", State)
def test_it_is_owed_from_the_begin_of_the_work_until_it_is_closed(state):
    assert is_owing("emergency", state, imported=False) == (state in ("in_progress", "completed"))
    assert not is_owing("emergency", state, imported=True)
    assert not is_owing("normal", state, imported=False)
