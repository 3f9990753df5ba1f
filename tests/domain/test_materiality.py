"""Approval is of a content (DESIGN 4.1)."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.choices import ImpactLevel, Outage, Relation, Severity, Urgency
from changes.domain.content import Contact, Content, Impact, Reference, Session, Step
from changes.domain.materiality import (
    Difference,
    MoveVerdict,
    as_data,
    differences,
    digest,
    from_data,
    is_material,
    move_verdict,
)
from changes.domain.owed import reopened
from tests.domain.given import NO_IMPACT, at, between, content, session, step

OUT = session(outage=Outage.PLANNED, outage_start=at(10), outage_end=at(40))

MATERIAL = [
    ({"description": "Rollup 9 on four servers."}, "description"),
    ({"environment": "pre-release"}, "environment"),
    ({"change_type": None}, "change_type"),
    ({"services": ("mail", "relay")}, "services"),
    ({"configuration_items": ()}, "configuration_items"),
    ({"impact": replace(NO_IMPACT, security=ImpactLevel.LOW)}, "impact"),
    ({"rollout": (step(),)}, "rollout"),
    ({"rollout": (step("Install rollup 8 and restart HT-01"), step())}, "rollout"),
    ({"rollout": (step(minutes=31), step("Install rollup 8 and restart HT-01"))}, "rollout"),
    ({"verification": (step("Send the test mails of all six routes", role="Service desk"),)}, "verification"),
    ({"rollback": (step("Remove rollup 8 and restart HT-01", check="Build 8.3"),)}, "rollback"),
    ({"rollback_trigger": "More than 900 messages wait after step 2."}, "rollback_trigger"),
    ({"sessions": (OUT,)}, "outage"),
    ({"sessions": (session(outage=None),)}, "outage"),
    ({"urgency": Urgency.EMERGENCY}, "urgency"),
]
NOT_MATERIAL = [
    ({"title": "Hub transport rollup 8, sites A and B"}, "title"),
    ({"reason": "The stall came back."}, "reason"),
    ({"urgency": Urgency.HIGH}, "urgency"),
    ({"owner": "member"}, "owner"),
    ({"implementer": "member"}, "implementer"),
    ({"needed_by": at(5000)}, "needed_by"),
    ({"contacts": (Contact("Service desk"),)}, "contacts"),
    ({"references": (Reference("incidents", "INC-1"),)}, "references"),
    ({"predecessors": ("RFC-000003",)}, "predecessors"),
    ({"sessions": (session(60, 300),)}, "sessions"),
    ({"follows_up": "RFC-000003"}, "follows_up"),
    ({"description": "ROLLUP 8  on\nfour servers. "}, "description"),
    ({"rollback_trigger": "more than 500 messages wait after step 2."}, "rollback_trigger"),
]


def test_of_every_field_it_is_said_whether_it_is_material():
    assert {field for _, field in (*MATERIAL, *NOT_MATERIAL)} == {item.name for item in fields(Content)} | {"outage"}
    # Of two it depends: whether it is an emergency, and whether more than the wording of a text changes.
    assert {field for _, field in MATERIAL} & {field for _, field in NOT_MATERIAL} == {"urgency", "description", "rollback_trigger"}


@pytest.mark.parametrize(("change", "field"), MATERIAL)
def test_a_material_edit_changes_the_digest(change, field):
    edited = content(**change)
    found = {item.field: item.material for item in differences(content(), edited)}
    assert found[field] is True
    assert digest(edited) != digest(content())


@pytest.mark.parametrize(("change", "field"), NOT_MATERIAL)
def test_what_is_not_material_is_listed_as_such_and_keeps_the_digest(change, field):
    edited = content(**change)
    assert [(item.field, item.material) for item in differences(content(), edited)] == [(field, False)]
    assert digest(edited) == digest(content())


def test_severity_is_material():
    (found,) = differences(content(), content(), severity_before=Severity.MINOR, severity_after=Severity.MAJOR)
    assert found == Difference("severity", "minor", "major", material=True)
    assert digest(content(), Severity.MINOR) != digest(content(), Severity.MAJOR)


def test_nothing_differs_from_itself():
    assert differences(content(), content()) == []


def test_white_space_and_case_of_steps_never_count_but_a_command_is_copied_as_it_stands():
    read = content(rollout=(step("drain  the queues of ht-01"), step("Install rollup 8 and restart HT-01")))
    assert not is_material(differences(content(), read))
    lower, upper = (content(rollout=(step(command=command),)) for command in ("rm -r /x", "rm -R /x"))
    assert is_material(differences(lower, upper))


def test_stored_ids_are_no_difference():
    stored = content(sessions=(session(id=4),), rollout=tuple(replace(s, id=i) for i, s in enumerate(content().rollout)))
    assert differences(content(), stored) == []
    assert digest(stored) == digest(content())


def test_an_outage_goes_with_its_session_but_may_not_grow():
    before = content(sessions=(OUT,))
    moved = session(60, 300, outage=Outage.PLANNED, outage_start=at(70), outage_end=at(100))
    longer = replace(OUT, outage_end=at(41))
    assert not is_material(differences(before, content(sessions=(moved,))))
    assert is_material(differences(before, content(sessions=(longer,))))


def test_differences_show_both_sides_in_the_order_of_the_content():
    found = differences(content(), content(services=("relay",), title="Rollup 8"))
    assert found == [
        Difference("title", "Hub transport rollup 8, site A", "Rollup 8", material=False),
        Difference("services", ["mail"], ["relay"], material=True),
    ]


NIGHTS = [between(0, 240), between(240, 360), between(1440, 1800)]


@pytest.mark.parametrize(
    ("before", "after", "permitted", "new_blocking", "verdict"),
    [
        (between(0, 60), between(0, 60), NIGHTS, False, "same_occurrence"),
        (between(0, 60), between(60, 120), NIGHTS, False, "same_occurrence"),
        (between(0, 60), between(300, 360), NIGHTS, False, "same_occurrence"),
        (between(0, 60), between(200, 300), NIGHTS, False, "same_occurrence"),
        (between(0, 60), between(1440, 1500), NIGHTS, False, "other_occurrence"),
        (between(400, 500), between(1440, 1500), NIGHTS, False, "other_occurrence"),
        (None, between(0, 60), NIGHTS, False, "other_occurrence"),
        (between(0, 60), between(300, 361), NIGHTS, False, "leaves"),
        (between(0, 60), between(400, 460), NIGHTS, False, "leaves"),
        (between(400, 460), between(500, 560), NIGHTS, False, "leaves"),
        (None, between(400, 460), NIGHTS, False, "leaves"),
        (between(0, 60), between(60, 120), NIGHTS, True, "leaves"),
        (between(0, 60), between(60, 120), [], False, "other_occurrence"),
        (between(0, 60), between(0, 60), [], False, "same_occurrence"),
    ],
)
def test_a_move(before, after, permitted, new_blocking, verdict):
    assert move_verdict(before, after, permitted, new_blocking=new_blocking) == MoveVerdict(verdict)


few = st.text(max_size=5)
slugs = st.lists(few, max_size=3).map(tuple)
instants = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))
maybe = st.none() | instants
steps = st.lists(
    st.builds(Step, few, few, few, st.none() | st.integers(0, 500), few, few, id=st.none() | st.integers(1, 9)), max_size=3
).map(tuple)
sessions = st.lists(
    st.builds(Session, instants, maybe, st.none() | st.sampled_from(Outage), maybe, maybe, maybe, maybe, maybe, maybe),
    max_size=3,
).map(tuple)
levels = st.none() | st.sampled_from(ImpactLevel)
contents = st.builds(
    Content,
    title=few,
    description=few,
    reason=few,
    urgency=st.none() | st.sampled_from(Urgency),
    environment=st.none() | few,
    services=slugs,
    configuration_items=slugs,
    predecessors=slugs,
    owner=st.none() | few,
    contacts=st.lists(st.builds(Contact, few, few, few, few), max_size=2).map(tuple),
    impact=st.builds(Impact, levels, levels, levels, levels),
    sessions=sessions,
    needed_by=maybe,
    rollout=steps,
    verification=steps,
    rollback=steps,
    references=st.lists(st.builds(Reference, few, few, few, st.sampled_from(Relation)), max_size=2).map(tuple),
    follows_up=st.none() | few,
)


@given(contents)
def test_as_data_and_back_is_the_same_content(some):
    assert from_data(json.loads(json.dumps(as_data(some)))) == some


@given(contents, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order_of_services(some, chance):
    shuffled = tuple(chance.sample(some.services, len(some.services)))
    assert digest(replace(some, services=shuffled)) == digest(some)


@given(contents, contents)
def test_the_digest_differs_exactly_where_something_material_does(one, other):
    assert (digest(one) != digest(reopened(one, other))) == is_material(differences(one, other))


def test_data_of_another_zone_is_the_same_instant_in_utc():
    amsterdam = timezone(timedelta(hours=1))
    data = as_data(content(needed_by=datetime(2026, 12, 1, 1, 0, tzinfo=amsterdam)))
    assert data["needed_by"] == "2026-12-01T00:00:00+00:00"


def test_missing_fields_have_their_defaults_and_unknown_words_are_refused():
    assert from_data({"title": "Rollup 8"}) == Content(title="Rollup 8")
    with pytest.raises(ValueError, match="soon"):
        from_data({"urgency": "soon"})
