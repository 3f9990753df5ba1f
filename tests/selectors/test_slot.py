"""The next free slots, from stored windows, freezes and bookings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies

from changes.choices import Outage, Phase, State, Urgency
from changes.domain.content import Content
from changes.domain.interval import Interval
from changes.domain.judgement import stops_scheduling
from changes.selectors.finding import findings
from changes.selectors.slot import free_nights_for, free_slots_for
from tests.factories import (
    NOW,
    ChangeTypeFactory,
    EnvironmentFactory,
    FreezeFactory,
    ItemFactory,
    RFCFactory,
    ServiceFactory,
    SessionFactory,
    UserFactory,
    WindowFactory,
    session,
    step,
)

pytestmark = pytest.mark.django_db
#: Saturdays 22:00–04:00 in Amsterdam; the first is tonight.
TONIGHT = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def saturdays():
    environment = EnvironmentFactory(slug="managed")
    WindowFactory(environment=environment)
    return environment


def plan(**other):
    return replace(Content(environment="managed", rollout=(step("Install it", 90),), rollback=(step("Remove it", 30),)), **other)


def starts(content, **asked):
    return [slot.interval.start for slot in free_slots_for(content, at=NOW, **{"count": 2, **asked})]


def test_the_minutes_are_those_of_the_plan(saturdays):
    slot = free_slots_for(plan(), at=NOW, count=1)[0]
    assert slot.interval == Interval(TONIGHT, TONIGHT + timedelta(minutes=120))
    assert slot.occurrence == Interval(TONIGHT, TONIGHT + timedelta(hours=6))


@pytest.mark.parametrize(("minutes", "expected"), [(360, [TONIGHT, TONIGHT + WEEK]), (361, [])])
def test_the_minutes_asked_for_go_first(saturdays, minutes, expected):
    assert starts(plan(), minutes=minutes) == expected


def test_not_before_after(saturdays):
    assert starts(plan(), after=TONIGHT + timedelta(days=1)) == [TONIGHT + WEEK, TONIGHT + 2 * WEEK]


def test_the_notice_of_the_type_is_waited_for(saturdays):
    ChangeTypeFactory(slug="rollup", notice_hours=120)
    slot = free_slots_for(plan(change_type="rollup"), at=NOW, count=1)[0]
    assert slot.interval.start == TONIGHT + WEEK
    assert [passed.code for passed in slot.passed_over] == ["notice.too_short"]


def test_a_freeze_is_passed_over_with_its_name(saturdays):
    FreezeFactory(name="Month-end close")
    second = free_slots_for(plan(), at=NOW, count=2)[1]
    assert second.interval.start == TONIGHT + 2 * WEEK
    assert [passed.reason for passed in second.passed_over] == ["frozen: Month-end close"]


def test_somebody_elses_work_on_the_same_item_is_passed_over(saturdays):
    item = ItemFactory(slug="ht-01")
    SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, items=[item]), planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=2))
    assert starts(plan(configuration_items=("ht-01",)), count=1) == [TONIGHT + timedelta(hours=2)]


def test_the_same_implementer_cannot_be_at_two_places(saturdays):
    busy = UserFactory(username="implementer")
    SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, implementer=busy), planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=6))
    assert starts(plan(implementer="implementer"), count=1) == [TONIGHT + WEEK]


def test_two_outages_of_one_service_do_not_meet(saturdays):
    relay = ServiceFactory(slug="relay")
    times = {"planned_start": TONIGHT, "planned_end": TONIGHT + timedelta(hours=6)}
    out = {"outage": Outage.PLANNED, "outage_start": TONIGHT, "outage_end": TONIGHT + timedelta(hours=6)}
    SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, services=[relay]), **times, **out)
    mine = session(TONIGHT, timedelta(hours=2), outage=Outage.PLANNED, outage_start=TONIGHT, outage_end=TONIGHT + timedelta(hours=1))
    assert starts(plan(services=("relay",), sessions=(mine,)), count=1) == [TONIGHT + WEEK]
    assert starts(plan(services=("relay",)), count=1) == [TONIGHT]


@pytest.mark.parametrize("state", [State.DRAFT, State.COMPLETED, State.CANCELLED])
def test_drafts_and_what_is_over_book_nothing(saturdays, state):
    item = ItemFactory(slug="ht-01")
    SessionFactory(rfc=RFCFactory(state=state, items=[item]), planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=6))
    assert starts(plan(configuration_items=("ht-01",)), count=1) == [TONIGHT]


def test_its_own_time_is_free_for_it(saturdays):
    rfc = RFCFactory(state=State.SCHEDULED, items=[ItemFactory(slug="ht-01")])
    SessionFactory(rfc=rfc, planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=6))
    assert starts(plan(configuration_items=("ht-01",)), count=1, rfc=rfc) == [TONIGHT]


def test_not_before_a_predecessor_is_done(saturdays):
    first = RFCFactory(state=State.SCHEDULED)
    SessionFactory(rfc=first, planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=1))
    assert starts(plan(predecessors=(first.number,)), count=1) == [TONIGHT + timedelta(hours=1)]


def test_an_emergency_waits_for_no_window_no_notice_and_no_freeze(saturdays):
    ChangeTypeFactory(slug="rollup", notice_hours=120)
    FreezeFactory(start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
    assert starts(plan(urgency=Urgency.EMERGENCY, change_type="rollup"), count=1) == [NOW]


def test_an_environment_that_is_always_open_has_room_at_once():
    EnvironmentFactory(slug="pre-release", needs_window=False)
    assert starts(plan(environment="pre-release"), count=1) == [NOW]


def test_what_comes_after_the_due_date_says_so(saturdays):
    notes = [slot.note for slot in free_slots_for(plan(urgency=Urgency.HIGH), at=NOW, count=3)]
    assert notes == ["", "after its due date", "7 days after its due date"]


def test_without_an_environment_there_is_nowhere_to_look(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert free_slots_for(Content(), at=NOW) == []


def test_the_number_of_queries_does_not_grow_with_what_is_booked(saturdays, django_assert_max_num_queries):
    item = ItemFactory(slug="ht-01")
    content = plan(configuration_items=("ht-01",))
    counts = []
    for booked in (1, 3):
        while RFCFactory._meta.model.objects.count() < booked:
            rfc = RFCFactory(state=State.SCHEDULED, items=[item], services=[item.service])
            SessionFactory(rfc=rfc, planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=2))
        with django_assert_max_num_queries(30) as asked:
            free_slots_for(content, at=NOW)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_steps_of_every_phase_are_held(saturdays):
    content = plan(verification=(step("Look", 15),))
    assert sum(content.minutes(phase) for phase in Phase) == 135
    assert free_slots_for(content, at=NOW, count=1)[0].interval.minutes == 135


# --- A slot offered is free -------------------------------------------------------------------------------------------


#: Quarters of an hour after the tests' moment at which others work, for how many of them, and what both have in common.
OTHERS = strategies.lists(
    strategies.tuples(
        strategies.integers(0, 4 * 24 * 21), strategies.integers(1, 40), strategies.sampled_from(["item", "implementer", "outage"])
    ),
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    others=OTHERS,
    frozen=strategies.lists(strategies.integers(0, 21), max_size=2),
    notice=strategies.sampled_from([0, 24, 200]),
    minutes=strategies.integers(15, 360),
    needs_window=strategies.booleans(),
)
def test_a_slot_offered_has_no_blocking_finding(db, others, frozen, notice, minutes, needs_window):
    with transaction.atomic():
        content = _among(others, frozen, notice, needs_window, minutes)
        slots = free_slots_for(content, minutes=minutes, at=NOW, count=4)
        for slot in slots:
            there = replace(content, sessions=(content.sessions[0].moved_to(slot.interval.start, slot.interval.end),))
            assert [f.code for f in stops_scheduling(findings(there, at=NOW))] == []
            assert slot.interval.minutes == minutes
        nights = free_nights_for(replace(content, sessions=content.sessions * 3), at=NOW)
        apart = [night.interval for night in nights]
        assert not any(one.overlaps(other) for one, other in pairwise(apart))
        transaction.set_rollback(True)


def _among(others, frozen, notice, needs_window, minutes):
    """A content with an item, an implementer and an outage, among RFCs that share one of them with it."""
    environment = EnvironmentFactory(slug="somewhere", needs_window=needs_window)
    WindowFactory(environment=environment)
    kind, relay = ChangeTypeFactory(slug="noticed", notice_hours=notice), ServiceFactory(slug="relay")
    item, busy = ItemFactory(slug="ht-01", service=relay), UserFactory(username="implementer")
    for quarters, length, common in others:
        start = NOW + timedelta(minutes=15 * quarters)
        end = start + timedelta(minutes=15 * length)
        rfc = RFCFactory(
            state=State.SCHEDULED,
            items=[item] if common == "item" else [],
            implementer=busy if common == "implementer" else None,
            services=[relay] if common == "outage" else [],
        )
        out = {"outage": Outage.PLANNED, "outage_start": start, "outage_end": end} if common == "outage" else {}
        SessionFactory(rfc=rfc, planned_start=start, planned_end=end, **out)
    for day in frozen:
        FreezeFactory(start=NOW + timedelta(days=day), end=NOW + timedelta(days=day + 1))
    half = timedelta(minutes=minutes / 2)
    mine = session(TONIGHT, 2 * half, outage=Outage.PLANNED, outage_start=TONIGHT, outage_end=TONIGHT + half)
    return Content(
        environment="somewhere", change_type=kind.slug, services=("relay",), configuration_items=("ht-01",), implementer="implementer",
        sessions=(mine,),
    )  # fmt: skip


def test_each_passed_over_stretch_has_its_interval_code_and_reason_and_none_is_forgotten(saturdays):
    FreezeFactory(name="Month-end close")
    ChangeTypeFactory(slug="rollup", notice_hours=24)
    slots = free_slots_for(plan(change_type="rollup"), at=NOW, count=2)
    assert [(p.interval.start, p.interval.minutes, p.code) for slot in slots for p in slot.passed_over] == [
        (TONIGHT, 360, "notice.too_short"),
        (TONIGHT + WEEK, 360, "freeze.active"),
    ]
    assert all(p.reason for slot in slots for p in slot.passed_over)


def test_a_predecessor_that_never_ends_leaves_no_slot(saturdays):
    gone = RFCFactory(state=State.CANCELLED)
    assert starts(plan(predecessors=(gone.number,))) == []
