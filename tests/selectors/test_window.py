"""Whom a change of windows leaves outside or brings inside (DESIGN 4.4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import Ground, State, Urgency
from changes.domain.recurrence import Recurrence
from changes.domain.window import Window
from changes.models import RFC
from changes.selectors.window import window_effect
from tests import factories as make

pytestmark = pytest.mark.django_db

#: Sat 28 Nov 22:00 in Amsterdam, when the factories' window opens.
NIGHT = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
FOUR_HOURS = timedelta(hours=4)


@pytest.fixture
def given():
    return make.world(needs_window=True)


@pytest.fixture
def window(given):
    return make.WindowFactory(environment=given.environment)


def planned(given, state=State.SCHEDULED, start=NIGHT, length=FOUR_HOURS, **other):
    return make.rfc_in(state, given, sessions=(make.session(start, length),), **other)


def left(effect):
    return [(one.session.rfc.number, one.fit.kind, one.fit.minutes) for one in effect.left]


def effect_of(given, after, before=None, viewer=None):
    return window_effect(after, before=before, viewer=viewer or given.people.administrator, at=make.NOW)


def as_rule(window):
    window.refresh_from_db()
    return window.as_window()


def test_a_shorter_window_leaves_outside_what_exceeds_it(given, window):
    rfc = planned(given)
    planned(given, start=NIGHT + timedelta(days=7), length=make.hours(2))
    rule = as_rule(window)
    three_hours = replace(rule.recurrence, first_end=rule.recurrence.first_start + timedelta(hours=3))
    found = effect_of(given, replace(rule, recurrence=three_hours), rule)
    assert left(found) == [(rfc.number, "exceeds", 60)]
    assert (found.entered, found.closes) == ((), ())


def test_the_last_window_of_an_environment_is_told(given, window):
    rfc = planned(given)
    found = effect_of(given, None, as_rule(window))
    assert left(found) == [(rfc.number, "no_window", 240)]
    assert found.closes == (given.environment,)
    make.WindowFactory(environment=given.environment)
    assert effect_of(given, None, as_rule(window)) == effect_of(given, as_rule(window), as_rule(window))


def test_a_new_window_brings_inside_what_lay_outside(given, window):
    rfc = planned(given, State.SUBMITTED, start=NIGHT + timedelta(days=1))
    sunday = Recurrence("", datetime(2026, 11, 29, 22), datetime(2026, 11, 30, 4), "Europe/Amsterdam")  # noqa: DTZ001 - a wall clock
    found = effect_of(given, Window(0, "Sunday", given.environment.slug, (), sunday))
    assert [one.session.rfc for one in found.entered] == [rfc]
    assert found.left == ()


def test_a_window_for_one_type_leaves_the_others_outside(given, window):
    rfc = planned(given)
    rule = as_rule(window)
    assert left(effect_of(given, replace(rule, change_types=("other",)), rule)) == [(rfc.number, "no_window", 240)]


def test_who_needs_no_window_and_what_is_over_are_left_out(given, window):
    emergency, restoring, over, ended = (planned(given) for _ in range(4))
    RFC.objects.filter(pk=emergency.pk).update(urgency=Urgency.EMERGENCY)
    RFC.objects.filter(pk=restoring.pk).update(ground=Ground.RESTORES_SERVICE)
    RFC.objects.filter(pk=ended.pk).update(state=State.CANCELLED)
    over.sessions.update(planned_start=NIGHT - timedelta(days=14), planned_end=NIGHT - timedelta(days=14, hours=-4))
    assert left(effect_of(given, None, as_rule(window))) == []
    given.environment.needs_window = False
    given.environment.save()
    planned(given, start=NIGHT + timedelta(days=21))
    assert left(effect_of(given, None, as_rule(window))) == []


def test_a_draft_is_told_to_those_who_may_see_it(given, window):
    draft = planned(given, State.DRAFT)
    rule = as_rule(window)
    for viewer, sees in ((given.people.administrator, True), (given.people.owner, True), (given.people.outsider, False)):
        assert [number for number, *_ in left(effect_of(given, None, rule, viewer))] == ([draft.number] if sees else [])


def test_the_queries_do_not_grow_with_what_is_planned(given, window):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            effect_of(given, None, rule)
        return len(asked)

    rule = as_rule(window)
    elsewhen = {"rrule": "", "first_start": "2027-06-01T22:00:00", "first_end": "2027-06-02T04:00:00"}
    make.WindowFactory(environment=given.environment, **elsewhen)
    planned(given)
    once = cost()
    for week in (1, 2):
        planned(given, start=NIGHT + timedelta(weeks=week))
        make.WindowFactory(environment=given.environment, **elsewhen)
    assert cost() == once
    assert len(left(effect_of(given, None, rule))) == 3
