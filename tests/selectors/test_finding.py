"""What the rules say of stored RFCs: in bulk as for one, and at the cost of one (DESIGN 4.6)."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import lifecycle
from changes.choices import Outage, Outcome, State
from changes.domain.content import Content
from changes.domain.odd_date import Odd
from changes.models import RFC
from changes.selectors.basis import set_up, set_up_for
from changes.selectors.finding import findings, findings_for, findings_of
from tests.factories import (
    NOW,
    ChangeTypeFactory,
    FreezeFactory,
    ItemFactory,
    RFCFactory,
    ServiceFactory,
    SessionFactory,
    UserFactory,
    WindowFactory,
    content,
    hours,
    raised,
    rfc_in,
    session,
    step,
    world,
)

pytestmark = pytest.mark.django_db
START = NOW + hours(72)


def stored(*keys):
    rfcs = RFC.objects.with_content().prefetch_related("waivers__other", "waivers__by")
    return list(rfcs.filter(pk__in=keys) if keys else rfcs)


def crowded(given, count):
    """RFCs on the same item, one hour apart, each with a predecessor, under a freeze and outside of every window."""
    WindowFactory(environment=given.environment)
    FreezeFactory(start=START, end=START + hours(2))
    first = raised(given, title="Before them all", sessions=(session(START + hours(100)),))
    for place in range(count):
        out = session(START + hours(place), outage=Outage.PLANNED, outage_start=START + hours(place), outage_end=START + hours(place + 2))
        rfc_in(State.SUBMITTED, given, sessions=(out,), predecessors=(first.number,))


def test_in_bulk_each_rfc_has_the_findings_that_it_has_alone():
    given = world(needs_window=True)
    crowded(given, 4)
    rfcs = stored()
    bulk = findings_for(rfcs, at=NOW)
    alone = {rfc.pk: findings_of(rfc, at=NOW) for rfc in rfcs}
    assert bulk == alone
    codes = {finding.code for found in bulk.values() for finding in found}
    assert codes >= {"conflict.same_item", "conflict.outage", "conflict.predecessor", "freeze.active", "window.misses"}


def test_the_findings_of_three_cost_as_many_queries_as_those_of_one():
    given = world(needs_window=True)
    crowded(given, 3)
    keys = list(RFC.objects.filter(state=State.SUBMITTED).values_list("pk", flat=True))
    counts = []
    for some in (keys[:1], keys):
        rfcs = stored(*some)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = findings_for(rfcs, at=NOW)
        counts.append(len(queries))
        assert len(found) == len(some)
    assert counts[0] == counts[1]


def test_no_rfcs_ask_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert findings_for([], at=NOW) == {}


def test_what_is_typed_is_told_what_saving_it_would_be_told():
    given = world(needs_window=True)
    crowded(given, 1)
    typed = content(given, sessions=(session(START),))
    before = [(f.code, f.message) for f in findings(typed, at=NOW)]
    saved = raised(given, sessions=(session(START),))
    assert [(f.code, f.message) for f in findings_of(stored(saved.pk)[0], at=NOW)] == before


def test_a_stored_rfc_is_not_in_its_own_way():
    given = world()
    rfc = raised(given)
    assert not [f for f in findings_of(stored(rfc.pk)[0], at=NOW) if f.code.startswith("conflict.")]


def test_another_draft_clashes_only_possibly_and_ended_work_not_at_all():
    given = world()
    rfc = raised(given)
    other = raised(given, title="The other")
    possible = [f for f in findings_of(stored(rfc.pk)[0], at=NOW) if f.code == "conflict.same_item"]
    assert [f.possible for f in possible] == [True]
    assert not any(f.blocks for f in possible)
    lifecycle.move(other, State.CANCELLED, actor=given.people.owner, at=NOW)
    assert not [f for f in findings_of(stored(rfc.pk)[0], at=NOW) if f.code.startswith("conflict.")]


def test_work_that_runs_on_past_its_end_is_still_in_the_way():
    given = world()
    rfc_in(State.IN_PROGRESS, given, sessions=(session(START, hours(2)),))
    later = raised(given, sessions=(session(START + hours(3)),))
    clash = lambda at: [f.code for f in findings_of(stored(later.pk)[0], at=at) if f.code == "conflict.same_item"]  # noqa: E731
    assert clash(START + hours(2)) == []
    assert clash(START + hours(4)) == ["conflict.same_item"]


def test_from_the_begin_on_only_conflicts_are_told():
    given = world(needs_window=True)
    WindowFactory(environment=given.environment, rrule="FREQ=DAILY", first_start="2026-11-01T00:00:00", first_end="2026-11-02T00:00:00")
    rfc = rfc_in(State.IN_PROGRESS, given)
    FreezeFactory(start=START, end=START + hours(9))
    assert findings_of(stored(rfc.pk)[0], at=START) == []


def test_a_service_that_depends_on_one_that_is_out_is_warned_about_with_the_path():
    given = world()
    journal = ServiceFactory(slug="journal", name="Journal", depends_on=[given.service])
    out = session(START, outage=Outage.PLANNED, outage_start=START, outage_end=START + hours(1))
    rfc_in(State.SUBMITTED, given, sessions=(out,), configuration_items=(), implementer=None)
    above = raised(given, services=(journal.slug,), sessions=(session(START),), configuration_items=(), implementer=None)
    found = [f for f in findings_of(stored(above.pk)[0], at=NOW) if f.code == "conflict.dependency"]
    assert [(f.level, f.blocks) for f in found] == [("warning", False)]
    assert "Journal" in found[0].message


def test_a_session_far_longer_than_usual_is_told_by_every_door_alike():
    given = world()
    for place, length in enumerate((2, 3, 9)):
        at = NOW - hours(24 * (place + 2))
        rfc_in(State.COMPLETED, given, at=at - hours(24), sessions=(session(at, hours(length)),))
    long = rfc_in(State.SUBMITTED, given, sessions=(session(START, hours(12.02)),))
    usual = rfc_in(State.SUBMITTED, given, sessions=(session(START + hours(48), hours(12)),))
    bulk = findings_for(stored(long.pk, usual.pk), at=NOW)
    (odd,) = [f for f in bulk[long.pk] if f.code == "interval.unusual"]
    assert odd.message == "It lasts 12 h 1 min; this change type usually takes 180 min."
    assert odd in findings_of(stored(long.pk)[0], at=NOW)
    assert "interval.unusual" not in {f.code for f in bulk[usual.pk]}


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((3,), None),
        ((-20,), "was to end"),
        ((-20, None), "has no end yet"),
        ((), "has no dates yet"),
    ],
)
def test_a_predecessor_is_not_done_because_its_planned_end_has_passed(ends, says):
    given = world()
    before = RFCFactory(state=State.SCHEDULED, title="Prepare the disks")
    for end in ends:
        SessionFactory(rfc=before, planned_start=NOW - hours(30), planned_end=None if end is None else NOW + hours(end))
    typed = content(given, predecessors=(before.number,), sessions=(session(START),))
    told = lambda: [f.message for f in findings(typed, at=NOW) if f.code == "conflict.predecessor"]  # noqa: E731
    assert [says in message for message in told()] == ([True] if says else [])
    before.state, before.outcome = State.COMPLETED, Outcome.SUCCESSFUL
    before.save()
    assert told() == []


@pytest.mark.parametrize(
    ("planned", "actual", "asked", "is_found"),
    [
        ((0, 5), (0, 1), 3, False),  # it ended early: the rest of its night is free
        ((0, 5), (0, 4), 3, True),
        ((5, 8), (2, None), 3, True),  # it was begun early
        ((5, 8), (None, None), 3, False),
    ],
)
def test_work_is_in_the_way_as_it_was_done(planned, actual, asked, is_found):
    given = world()
    running = RFCFactory(state=State.IN_PROGRESS, items=[given.item])
    hour = lambda count: None if count is None else START + hours(count)  # noqa: E731
    times = dict(zip(("planned_start", "planned_end", "actual_start", "actual_end"), map(hour, (*planned, *actual)), strict=True))
    SessionFactory(rfc=running, **times)
    typed = content(given, sessions=(session(START + hours(asked), hours(1)),))
    found = [f.other for f in findings(typed, at=START + hours(4)) if f.code == "conflict.same_item"]
    assert found == ([running.number] if is_found else [])


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Amsterdam", "UTC"])
def test_the_same_is_found_whatever_the_readers_zone(zone, settings):
    settings.FSC_TIME_ZONE = "America/Los_Angeles"
    begin = datetime(2027, 3, 14, 6, tzinfo=UTC)  # the spring night in Los Angeles
    given = world()
    rfc = rfc_in(State.SUBMITTED, given, sessions=(session(begin, hours(5)),))
    kinds = lambda found: [f.kind for f in found if f.code == "interval.unusual"]  # noqa: E731
    assert kinds(findings_of(stored(rfc.pk)[0], at=NOW, time_zone=zone)) == [Odd.CLOCKS]
    assert kinds(findings_for(stored(rfc.pk), at=NOW, time_zone=zone)[rfc.pk]) == [Odd.CLOCKS]
    RFC.objects.filter(pk=rfc.pk).update(state=State.CANCELLED)
    assert kinds(findings_of(stored(rfc.pk)[0], at=NOW, time_zone=zone)) == [Odd.CLOCKS]


def test_what_is_over_has_the_same_findings_in_bulk_as_alone():
    given = world()
    at = NOW + hours(24 * 900)
    rfc = rfc_in(State.CANCELLED, given, sessions=(session(at),))
    bulk = findings_for(stored(rfc.pk), at=NOW)
    assert bulk == {rfc.pk: findings_of(stored(rfc.pk)[0], at=NOW)}
    assert {finding.code for finding in bulk[rfc.pk]} == {"interval.unusual"}


def test_an_item_with_the_slug_of_a_service_is_told_by_its_own_name():
    given = world()
    mail = ItemFactory(slug="mail", name="MAIL-01", service=ServiceFactory(slug="mail", name="Mail service"))
    rfc, _ = (rfc_in(State.SUBMITTED, given, configuration_items=(mail.slug,), sessions=(session(START),)) for _ in range(2))
    (found,) = (finding for finding in findings_of(stored(rfc.pk)[0], at=NOW) if finding.code == "conflict.same_item")
    assert "changes MAIL-01 as well" in found.message


@pytest.mark.parametrize("is_chosen", [True, False])
@pytest.mark.parametrize("text", ["Stop the agent on [server]", "Drain the queues of HT-01"])
def test_a_template_text_is_known_again_whatever_type_is_chosen(is_chosen, text):
    given, kind = world(), ChangeTypeFactory()
    kind.steps.create(phase="rollout", position=0, instruction="Stop the agent on [server]")
    some = content(given, change_type=kind.slug if is_chosen else None, rollout=(step(text),))
    found = [finding.field for finding in findings(some, at=NOW) if finding.code == "plan.template_unchanged"]
    assert found == (["rollout[0]"] if "[" in text else [])


def test_only_who_is_named_and_the_freezes_that_matter_are_read(django_assert_num_queries):
    gone = UserFactory(username="gone", is_active=False)
    UserFactory.create_batch(3)
    over = FreezeFactory(name="Over", start=NOW - hours(60), end=NOW - hours(50))
    FreezeFactory(name="Long over", start=NOW - hours(160), end=NOW - hours(150))
    FreezeFactory(name="Repeats", start=NOW - hours(60), end=NOW - hours(50), rrule="FREQ=YEARLY")
    FreezeFactory(name="To come", start=NOW + hours(50), end=NOW + hours(60))
    shared = set_up(NOW)
    assert [freeze.name for freeze in shared.freezes] == ["Repeats", "To come"]
    ahead, past = (Content(owner=gone.username, sessions=(session(NOW + hours(begin)),)) for begin in (1, -55))
    with django_assert_num_queries(1):
        named = set_up_for(shared, [ahead])
    assert {key for key in named.names if key[0] == "person"} == {("person", "gone")}
    assert named.left == {"gone"}
    with django_assert_num_queries(0):
        assert set_up_for(named, [ahead]) == named
    assert [freeze.name for freeze in set_up_for(named, [past]).freezes] == ["Over", "Repeats", "To come"]
    assert over.name in {f.about for f in findings(past, at=NOW) if f.code == "freeze.active"}


@pytest.mark.parametrize(("state", "is_possible"), [(State.DRAFT, True), (State.SCHEDULED, False)])
def test_what_another_is_about_to_be_is_judged_as_what_it_is(state, is_possible):
    given = world()
    other = RFCFactory(state=state, items=[given.item])
    running = session(START, hours(2), actual_start=START)
    instead = {other.number: Content(title=other.title, configuration_items=(given.item.slug,), sessions=(running,))}
    typed = content(given, implementer=None, sessions=(session(START + hours(3), hours(2)),))
    found = lambda at: [f.possible for f in findings(typed, at=at, instead=instead) if f.code == "conflict.same_item"]  # noqa: E731
    assert found(START) == []
    assert found(START + hours(4)) == [is_possible]


def test_sessions_handed_in_out_of_order_have_their_findings_at_their_place_by_start():
    given = world()
    rfc_in(State.SCHEDULED, given, sessions=(session(START + hours(48)),))
    later = rfc_in(State.SUBMITTED, given, at=NOW + hours(1), sessions=(session(START + hours(48)), session(START)))
    rfcs = stored(later.pk)
    assert [one.position for one in rfcs[0].sessions.all()] == [0, 1]
    for found in (findings_of(rfcs[0], at=NOW), findings_for(rfcs, at=NOW)[later.pk]):
        assert {f.field for f in found if f.code == "conflict.same_item"} == {"sessions[1]"}
