"""A preview answers exactly what raising and submitting the same would, and writes nothing (issue 3, "previews equal saves")."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.choices import ImpactLevel, Outage, State, Urgency
from changes.domain.content import Content, Impact
from changes.models import RFC
from tests.factories import NOW, ChangeTypeFactory, FreezeFactory, ServiceFactory, WindowFactory, content, hours, rfc_in, session, step
from tests.findings_table import body_of

pytestmark = pytest.mark.django_db
WHAT_FOLLOWS = ("proposed_severity", "route", "due_by")
START = NOW + timedelta(days=3)


def rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("changes").get_models()}


@pytest.fixture
def house(given):
    """A world in which every rule has something to say."""
    given.environment.needs_window = True
    given.environment.save()
    WindowFactory(environment=given.environment)
    FreezeFactory(start=START + hours(30), end=START + hours(60))
    ServiceFactory(slug="journal", name="Journal", depends_on=[given.service])
    ChangeTypeFactory(slug="notice", name="With notice", notice_hours=100, pre_approved=True)
    out = session(START + hours(2), outage=Outage.PLANNED, outage_start=START + hours(2), outage_end=START + hours(4))
    rfc_in(State.SUBMITTED, given, sessions=(out,))
    return given


@st.composite
def sessions(draw: st.DrawFn) -> tuple[Any, ...]:
    made = []
    for start in draw(st.lists(st.integers(-10, 160), max_size=3, unique=True)):
        one = session(START + hours(start), hours(draw(st.sampled_from([1, 4, 24]))))
        has_outage = draw(st.sampled_from([None, Outage.NONE, Outage.PLANNED]))
        planned = {"outage_start": one.start, "outage_end": one.start + hours(1)} if has_outage == Outage.PLANNED else {}
        made.append(replace(one, outage=has_outage, **planned))
    return tuple(sorted(made, key=lambda one: one.start))


STEPS = st.sampled_from([(), (step(),), (step("do the upgrade"),), (step(minutes=None),)])
LEVEL = st.sampled_from([None, *ImpactLevel])
WRITTEN = st.fixed_dictionaries(
    {},
    optional={
        "title": st.just(""),
        "reason": st.just(""),
        "urgency": st.sampled_from([None, *Urgency]),
        "environment": st.none(),
        "change_type": st.sampled_from([None, "notice"]),
        "services": st.sampled_from([(), ("journal",), ("hub-transport", "journal")]),
        "configuration_items": st.just(()),
        "implementer": st.none(),
        "impact": st.builds(Impact, LEVEL, LEVEL, LEVEL, LEVEL),
        "sessions": sessions(),
        "rollout": STEPS,
        "verification": STEPS,
        "rollback": STEPS,
        "rollback_trigger": st.just(""),
        "needed_by": st.just(START + hours(100)),
    },
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(WRITTEN)
def test_a_preview_equals_the_draft_that_is_saved(house, owner, written):
    typed: Content = content(house, **written)
    body, before = body_of(typed), rows()
    preview = owner.post("/api/v1/rfcs/preview/", body, format="json").json()
    assert rows() == before
    with transaction.atomic():
        made = owner.post("/api/v1/rfcs/", body, format="json")
        assert made.status_code == 201, made.json()
        assert owner.get(f"/api/v1/rfcs/{made.json()['number']}/findings/").json() == preview["findings"]
        assert {name: made.json()[name] for name in WHAT_FOLLOWS} == {name: preview[name] for name in WHAT_FOLLOWS}
        transaction.set_rollback(True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(WRITTEN)
def test_a_preview_tells_whether_submitting_is_refused_and_by_what(house, owner, written):
    body = body_of(content(house, **written))
    preview = owner.post("/api/v1/rfcs/preview/", body, format="json").json()
    told = {(f["code"], f["field"], f["message"], f["level"]) for f in preview["findings"]}
    with transaction.atomic():
        made = owner.post("/api/v1/rfcs/", {**body, "submit": True}, format="json")
        answer = made.json()
        if made.status_code == 409:
            assert {(f["code"], f["field"], f["message"], f["level"]) for f in answer["findings"]} <= told
            assert RFC.objects.count() == 1
        else:
            assert made.status_code == 201, answer
            assert {name: answer[name] for name in WHAT_FOLLOWS} == {name: preview[name] for name in WHAT_FOLLOWS}
            assert not [f for f in preview["findings"] if f["level"] == "error" and f["code"].endswith(".missing")]
        transaction.set_rollback(True)
