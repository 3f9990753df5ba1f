"""The next free slots, from stored windows, freezes and bookings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies

from changes.choices import Outage, Phase, Role, State, Urgency
from changes.domain.content import Content
from changes.domain.interval import Interval
from changes.domain.judgement import stops_scheduling
from changes.domain.slot import placed
from changes.selectors.conflict import conflicts_of
from changes.selectors.finding import findings
from changes.selectors.schedule import forward_schedule
from changes.selectors.slot import HORIZON, free_nights_for, free_slots_for
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


def test_a_night_in_which_others_work_on_the_service_is_passed_over(saturdays):
    relay = ServiceFactory(slug="relay")
    rfc = RFCFactory(state=State.SCHEDULED, services=[relay])
    SessionFactory(rfc=rfc, planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=6))
    (slot,) = free_slots_for(plan(services=("relay",)), at=NOW, count=1)
    assert slot.interval.start == TONIGHT + WEEK
    assert [passed.code for passed in slot.passed_over] == ["conflict.same_service"]


def test_where_every_night_warns_the_slot_says_of_what(saturdays):
    rfc = RFCFactory(state=State.SCHEDULED, services=[ServiceFactory(slug="relay")])
    SessionFactory(rfc=rfc, planned_start=NOW, planned_end=NOW + timedelta(weeks=20))
    (slot,) = free_slots_for(plan(services=("relay",)), at=NOW, count=1)
    assert (slot.interval.start, slot.note) == (TONIGHT, f"same service: {rfc.number}")


@pytest.mark.parametrize("mine_is_out", [True, False])
def test_a_service_that_needs_it_is_minded_while_one_of_the_two_is_out(saturdays, mine_is_out):
    web, relay = ServiceFactory(slug="web"), ServiceFactory(slug="relay")
    web.depends_on.add(relay)
    out = {"outage": Outage.PLANNED, "outage_start": TONIGHT, "outage_end": TONIGHT + timedelta(hours=2)}
    theirs = {} if mine_is_out else out
    rfc = RFCFactory(state=State.SCHEDULED, services=[web])
    SessionFactory(rfc=rfc, planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=6), **theirs)
    content = plan(
        services=("relay",), sessions=(session(TONIGHT, timedelta(hours=2), **(out if mine_is_out else {"outage": Outage.NONE})),)
    )
    (slot,) = free_slots_for(content, minutes=300, at=NOW, count=1)
    assert (slot.interval.start, [p.code for p in slot.passed_over]) == (TONIGHT + WEEK, ["conflict.dependency"])


def test_a_draft_of_others_is_possible_work_and_so_passed_over(saturdays):
    item = ItemFactory(slug="ht-01")
    rfc = RFCFactory(state=State.DRAFT, items=[item])
    SessionFactory(rfc=rfc, planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=6))
    (slot,) = free_slots_for(plan(configuration_items=("ht-01",)), at=NOW, count=1)
    assert slot.interval.start == TONIGHT + WEEK
    assert f"the draft {rfc.number}" in slot.passed_over[0].reason


@pytest.mark.parametrize("state", [State.COMPLETED, State.CANCELLED])
def test_what_is_over_books_nothing(saturdays, state):
    item = ItemFactory(slug="ht-01")
    SessionFactory(rfc=RFCFactory(state=state, items=[item]), planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=6))
    assert starts(plan(configuration_items=("ht-01",)), count=1) == [TONIGHT]


def test_its_own_time_is_free_for_it(saturdays):
    rfc = RFCFactory(state=State.SCHEDULED, items=[ItemFactory(slug="ht-01")])
    SessionFactory(rfc=rfc, planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=6))
    assert starts(plan(configuration_items=("ht-01",)), count=1, rfc=rfc) == [TONIGHT]


def test_its_other_sessions_are_in_the_way_of_the_one_that_moves(saturdays):
    content = plan(sessions=(session(TONIGHT, timedelta(hours=4)), session(TONIGHT + WEEK, timedelta(hours=4))))
    (slot,) = free_slots_for(content, minutes=240, at=NOW, count=1)
    assert slot.interval.start == TONIGHT
    (slot,) = free_slots_for(content, minutes=240, after=TONIGHT + timedelta(days=1), at=NOW, count=1)
    assert slot.interval.start == TONIGHT + 2 * WEEK
    (slot,) = free_slots_for(content, minutes=240, place=1, at=NOW, count=1)
    assert slot.interval.start == TONIGHT + WEEK


def test_each_session_of_several_is_tried_with_its_own_outage(saturdays):
    relay = ServiceFactory(slug="relay")
    start, hour = TONIGHT + WEEK, timedelta(hours=1)
    rfc = RFCFactory(state=State.SCHEDULED, services=[relay])
    for week in range(1, 14):  # one night after another others work on it, and in the second are out
        times = {"planned_start": TONIGHT + week * WEEK, "planned_end": TONIGHT + week * WEEK + 6 * hour}
        SessionFactory(rfc=rfc, position=week, **times)
    rfc.sessions.filter(planned_start=start).update(outage=Outage.PLANNED, outage_start=start, outage_end=start + 6 * hour)
    out = {"outage": Outage.PLANNED, "outage_start": NOW, "outage_end": NOW + hour}
    content = plan(services=("relay",), sessions=(session(NOW, 2 * hour, outage=Outage.NONE), session(NOW, 2 * hour, **out)))
    nights = free_nights_for(content, at=NOW)
    assert [night.interval.start for night in nights] == [TONIGHT, TONIGHT + 2 * WEEK]
    assert blocked(replace(content, sessions=tuple(placed(content.sessions, nights)))) == []


def blocked(content):
    return [finding.code for finding in stops_scheduling(findings(content, at=NOW))]


def test_a_window_open_round_the_clock_has_a_slot_and_a_night_a_day():
    WindowFactory(
        environment=EnvironmentFactory(slug="managed"), rrule="FREQ=DAILY",
        first_start="2026-11-07T00:00:00", first_end="2026-11-08T00:00:00",
    )  # fmt: skip
    days = [timedelta(days=day) for day in range(4)]
    assert starts(plan(), count=4) == [NOW + day for day in days]
    content = plan(sessions=tuple(session(TONIGHT + day, timedelta(hours=2)) for day in days))
    assert [night.interval.start for night in free_nights_for(content, at=NOW)] == [TONIGHT + day for day in days]


def test_nothing_is_offered_behind_what_was_looked_at():
    end = NOW + HORIZON
    WindowFactory(
        environment=EnvironmentFactory(slug="managed"), time_zone="UTC", rrule="",
        first_start=(end - timedelta(hours=1)).replace(tzinfo=None), first_end=(end + timedelta(hours=10)).replace(tzinfo=None),
    )  # fmt: skip
    FreezeFactory(start=end + timedelta(minutes=1), end=end + timedelta(hours=20))
    assert starts(plan(), minutes=240) == []
    assert starts(plan(), minutes=60) == [end - timedelta(hours=1)]


def test_not_before_a_predecessor_is_done(saturdays):
    first = RFCFactory(state=State.SCHEDULED)
    SessionFactory(rfc=first, planned_start=TONIGHT, planned_end=TONIGHT + timedelta(hours=1))
    assert starts(plan(predecessors=(first.number,)), count=1) == [TONIGHT + timedelta(hours=1)]


def test_an_emergency_waits_for_no_window_no_notice_and_no_freeze(saturdays):
    ChangeTypeFactory(slug="rollup", notice_hours=120)
    FreezeFactory(name="Month-end close", start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
    (slot,) = free_slots_for(plan(urgency=Urgency.EMERGENCY, change_type="rollup"), at=NOW, count=1)
    assert (slot.interval.start, slot.note) == (NOW, "frozen: Month-end close, outside its change windows")


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


#: Quarters of an hour after the tests' moment at which others work, for how many of them, what both have in common, and whether it
#: is a draft.
OTHERS = strategies.lists(
    strategies.tuples(
        strategies.integers(0, 4 * 24 * 21),
        strategies.integers(1, 40),
        strategies.sampled_from(["item", "implementer", "service", "outage", "dependency"]),
        strategies.booleans(),
    ),
    max_size=6,
)
FAMILIES = ("window.", "freeze.", "notice.", "conflict.")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    others=OTHERS,
    frozen=strategies.lists(strategies.integers(0, 21), max_size=2),
    notice=strategies.sampled_from([0, 24, 200]),
    minutes=strategies.integers(15, 360),
    rrule=strategies.sampled_from(["", "FREQ=WEEKLY;BYDAY=SA", "FREQ=DAILY"]),
    outages=strategies.lists(strategies.booleans(), min_size=3, max_size=3),
)
def test_a_slot_offered_has_no_finding_or_its_note_says_which(db, others, frozen, notice, minutes, rrule, outages):
    with transaction.atomic():
        content = _among(others, frozen, notice, rrule, minutes, outages)
        for slot in free_slots_for(replace(content, sessions=content.sessions[:1]), minutes=minutes, at=NOW, count=4):
            there = content.sessions[0].moved_to(slot.interval.start, slot.interval.end)
            assert unsaid(replace(content, sessions=(there,)), [slot]) == []
            assert slot.interval.minutes == minutes
        nights = free_nights_for(content, at=NOW)
        assert len(nights) == 3
        assert unsaid(replace(content, sessions=tuple(placed(content.sessions, nights))), nights) == []
        assert not any(one.interval.overlaps(other.interval) for one, other in pairwise(nights))
        transaction.set_rollback(True)


def unsaid(content, slots):
    """What would stand against the sessions in their slots, less the warnings that the notes of these tell."""
    found = [finding for finding in findings(content, at=NOW) if finding.code.startswith(FAMILIES)]
    notes = ", ".join(slot.note for slot in slots)
    return [finding.code for finding in found if finding.blocks or not finding.other or finding.other not in notes]


def _among(others, frozen, notice, rrule, minutes, outages):
    """A content with an item, an implementer and some outages, among RFCs that have one thing in common with it."""
    environment = EnvironmentFactory(slug="somewhere", needs_window=bool(rrule))
    WindowFactory(environment=environment, rrule=rrule)
    kind, relay, web = ChangeTypeFactory(slug="noticed", notice_hours=notice), ServiceFactory(slug="relay"), ServiceFactory(slug="web")
    web.depends_on.add(relay)
    item, busy = ItemFactory(slug="ht-01", service=relay), UserFactory(username="implementer")
    for quarters, length, common, is_draft in others:
        start = NOW + timedelta(minutes=15 * quarters)
        end = start + timedelta(minutes=15 * length)
        rfc = RFCFactory(
            state=State.DRAFT if is_draft else State.SCHEDULED,
            items=[item] if common == "item" else [],
            implementer=busy if common == "implementer" else None,
            services={"outage": [relay], "service": [relay], "dependency": [web]}.get(common, []),
        )
        out = {"outage": Outage.PLANNED, "outage_start": start, "outage_end": end} if common in ("outage", "dependency") else {}
        SessionFactory(rfc=rfc, planned_start=start, planned_end=end, **out)
    for day in frozen:
        FreezeFactory(start=NOW + timedelta(days=day), end=NOW + timedelta(days=day + 1))
    half = timedelta(minutes=minutes / 2)
    out = {"outage": Outage.PLANNED, "outage_start": TONIGHT, "outage_end": TONIGHT + half}
    mine = tuple(session(TONIGHT, 2 * half, **(out if is_out else {"outage": Outage.NONE})) for is_out in outages)
    return Content(
        environment="somewhere", change_type=kind.slug, services=("relay",), configuration_items=("ht-01",), implementer="implementer",
        sessions=mine,
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


def test_what_mends_a_conflict_is_no_other_night_of_the_same_rfc(saturdays):
    item, length = ItemFactory(), timedelta(hours=4)
    given = {"state": State.SCHEDULED, "items": [item], "environment": saturdays}
    other, mine = (RFCFactory(submitted_at=NOW - timedelta(days=ago), **given) for ago in (2, 1))
    for rfc, place, start in ((other, 0, TONIGHT), (mine, 0, TONIGHT), (mine, 1, TONIGHT + WEEK)):
        SessionFactory(rfc=rfc, position=place, planned_start=start, planned_end=start + length)
    viewer = UserFactory(role=Role.CHANGE_MANAGER)
    schedule = forward_schedule(Interval(NOW, NOW + timedelta(days=3)), viewer=viewer, at=NOW)
    told = conflicts_of(schedule, viewer=viewer, at=NOW, time_zone="UTC").told
    assert [one.slot.interval.start for one in told if one.slot and one.sides[0].number == mine.number] == [TONIGHT + 2 * WEEK]
