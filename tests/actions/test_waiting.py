"""Moving what waits: along with the one that leads, as far as rights go, all or nothing, and never in a circle."""

from dataclasses import replace
from datetime import timedelta

import pytest

from changes.actions import lifecycle
from changes.actions import session as action
from changes.actions.rfc import update
from changes.choices import Role, State
from changes.exceptions import NotAllowed, Stale, Unacceptable
from changes.models import RFC
from changes.selectors.finding import findings_for, findings_of
from changes.selectors.session import moved_content
from changes.selectors.waiting import line_of
from tests.factories import NOW, ItemFactory, UserFactory, WindowFactory, hours, raised, rfc_in, session

pytestmark = pytest.mark.django_db
ZONE = "Europe/Amsterdam"
#: Tuesday 22:00 to 02:00 in Amsterdam.
NIGHT = NOW + timedelta(days=3, hours=12)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def planned(given, days, **other):
    """Scheduled so many nights after NIGHT, on an item of its own."""
    item = ItemFactory(service=given.service)
    sessions = (session(NIGHT + timedelta(days=days)),)
    return rfc_in(State.SCHEDULED, given, **{"sessions": sessions, "configuration_items": (item.slug,), "implementer": None, **other})


def chain(given):
    """Three, a night after another, each waiting for the one before."""
    first = planned(given, 0)
    second = planned(given, 1, predecessors=(first.number,))
    return first, second, planned(given, 2, predecessors=(second.number,))


def moved(rfc, by):
    one = rfc.sessions.get()
    return moved_content(rfc.content(), one.pk, one.planned_start + by, one.planned_end + by)


def line(rfc, by, viewer):
    return line_of(rfc, moved(rfc, by), viewer=viewer, at=NOW, time_zone=ZONE)


def along(rfc, by, actor, agreed=None):
    one = rfc.sessions.get()
    digest = line(rfc, by, actor).digest if agreed is None else agreed
    times = (one.planned_start + by, one.planned_end + by)
    return action.reschedule_along(one, *times, agreed=digest, actor=actor, at=NOW, version=rfc.version, time_zone=ZONE)


def start(rfc):
    return RFC.objects.get(pk=rfc.pk).sessions.get().planned_start


def test_the_whole_line_is_shown_with_where_it_would_go(given):
    first, second, third = chain(given)
    found = line(first, WEEK, given.people.owner)
    assert [(one.rfc, one.waits_for) for one in found.movable] == [(second, first.number), (third, second.number)]
    assert [one.after.sessions[0].start for one in found.movable] == [NIGHT + DAY + WEEK, NIGHT + 2 * DAY + WEEK]
    assert [one.consequence.sentence for one in found.movable] == ["Its approval stays good."] * 2
    assert found.staying == []


def test_what_still_starts_late_enough_is_left_alone(given):
    first, second, third = chain(given)
    assert [one.rfc for one in line(first, hours(12), given.people.owner).waiting] == []
    assert [one.rfc for one in line(second, DAY, given.people.owner).waiting] == [third]


def test_the_preview_is_what_moving_along_does(given):
    first, second, third = chain(given)
    shown = line(first, WEEK, given.people.owner)
    rfc, others = along(first, WEEK, given.people.owner)
    assert [one.number for one in others] == [second.number, third.number]
    assert [start(one) for one in (first, second, third)] == [NIGHT + WEEK, NIGHT + DAY + WEEK, NIGHT + 2 * DAY + WEEK]
    assert [start(one.rfc) for one in shown.movable] == [one.after.sessions[0].start for one in shown.movable]
    assert [f.code for one in (rfc, *others) for f in findings_of(one, at=NOW) if "predecessor" in f.code or "successor" in f.code] == []
    assert second.events.filter(action="moved").get().note == f"Moved along with {first.number}."


def test_alone_it_leaves_the_others_with_the_conflict_told_on_both_sides(given):
    first, second, third = chain(given)
    one = first.sessions.get()
    action.reschedule(one, NIGHT + WEEK, NIGHT + WEEK + hours(4), actor=given.people.owner, at=NOW)
    assert [start(one) for one in (second, third)] == [NIGHT + DAY, NIGHT + 2 * DAY]
    rows = RFC.objects.with_content().prefetch_related("waivers__other", "waivers__by").in_bulk([first.pk, second.pk])
    bulk = findings_for(rows.values(), at=NOW)
    for rfc, code, other in ((first, "conflict.successor", second), (second, "conflict.predecessor", first)):
        told = [f for f in findings_of(rows[rfc.pk], at=NOW) if f.code == code]
        assert [f.other for f in told] == [other.number]
        assert [f for f in bulk[rfc.pk] if f.code == code] == told


def test_what_is_not_the_actors_stays_and_its_own_waiters_stay_behind_it(given):
    first = planned(given, 0)
    outsider = given.people.outsider
    theirs = planned(given, 1, predecessors=(first.number,))
    RFC.objects.filter(pk=theirs.pk).update(owner=outsider, requester=outsider)
    mine = planned(given, 2, predecessors=(theirs.number,))
    shown = line(first, WEEK, given.people.owner)
    assert [(one.rfc.number, one.why_not) for one in shown.staying] == [(theirs.number, "Outsider moves it, or the change manager.")]
    assert shown.movable == []
    along(first, WEEK, given.people.owner)
    assert [start(theirs), start(mine)] == [NIGHT + DAY, NIGHT + 2 * DAY]


def test_a_part_of_the_line_moves_and_the_rest_is_told(given):
    first, second, third = chain(given)
    outsider = given.people.outsider
    RFC.objects.filter(pk=third.pk).update(owner=outsider, requester=outsider)
    shown = line(first, WEEK, given.people.owner)
    assert [[one.rfc for one in part] for part in (shown.movable, shown.staying)] == [[second], [third]]
    along(first, WEEK, given.people.owner)
    assert [start(second), start(third)] == [NIGHT + DAY + WEEK, NIGHT + 2 * DAY]


def test_the_change_manager_moves_them_all(given):
    first, second, third = chain(given)
    along(first, WEEK, given.people.change_manager)
    assert [start(second), start(third)] == [NIGHT + DAY + WEEK, NIGHT + 2 * DAY + WEEK]


def test_where_something_blocks_it_goes_to_the_next_free_time(given):
    given.environment.needs_window = True
    given.environment.save()
    WindowFactory(environment=given.environment)
    saturday = NOW + hours(12) + WEEK
    first = planned(given, 0, sessions=(session(saturday, hours(2)),))
    second = planned(given, 0, sessions=(session(saturday + hours(2), hours(2)),), predecessors=(first.number,))
    one = line(first, hours(3), given.people.owner).movable[0]
    assert one.is_elsewhere
    assert (one.rfc, one.after.sessions[0].start) == (second, saturday + WEEK)
    assert one.findings == []


def test_nothing_moves_where_the_line_is_another_by_now(given):
    first, second, _ = chain(given)
    agreed = line(first, WEEK, given.people.owner).digest
    action.reschedule(second.sessions.get(), NIGHT + DAY + hours(1), NIGHT + DAY + hours(5), actor=given.people.owner, at=NOW)
    with pytest.raises(Stale, match="changed meanwhile"):
        along(first, WEEK, given.people.owner, agreed)
    assert start(first) == NIGHT


def test_who_may_not_move_the_first_moves_none(given):
    first, second, _ = chain(given)
    RFC.objects.filter(pk=first.pk).update(owner=given.people.outsider, requester=given.people.outsider)
    first.refresh_from_db()
    with pytest.raises(NotAllowed):
        along(first, WEEK, given.people.owner)
    assert [start(first), start(second)] == [NIGHT, NIGHT + DAY]


def test_an_extension_makes_the_next_one_late_and_it_moves_behind(given):
    first = planned(given, 0, implementer="implementer")
    second = planned(given, 0, sessions=(session(NIGHT + hours(4)),), predecessors=(first.number,))
    lifecycle.move(first, State.IN_PROGRESS, actor=given.people.implementer, at=NIGHT)
    action.extend(first.sessions.get(), 30, actor=given.people.implementer, at=NIGHT + hours(1))
    shown = line_of(RFC.objects.get(pk=first.pk), RFC.objects.get(pk=first.pk).content(), viewer=given.people.owner, at=NIGHT + hours(1))
    moved = action.move_waiting(first, agreed=shown.digest, actor=given.people.owner, at=NIGHT + hours(1), time_zone=ZONE)
    assert [one.number for one in moved] == [second.number]
    assert start(second) >= NIGHT + hours(4.5)


def test_a_draft_of_somebody_else_is_not_given_away(given):
    first = planned(given, 0)
    raised(
        given, by=given.people.outsider, owner="outsider", sessions=(session(NIGHT + DAY),), predecessors=(first.number,), implementer=None
    )
    assert line(first, WEEK, given.people.owner).waiting == ()


# --- Circles and people ----------------------------------------------------------------------------------------------


def test_a_circle_is_refused_in_a_sentence_and_nothing_is_written(given):
    first, second, third = chain(given)
    with pytest.raises(Unacceptable) as refused:
        update(first, replace(first.content(), predecessors=(third.number,)), actor=given.people.owner, at=NOW)
    numbers = [one.number for one in (first, second, third)]
    assert refused.value.sentence == "{0} cannot wait for {2}: {2} waits for {1}, which waits for {0}.".format(*numbers)
    assert refused.value.field == "predecessors"
    assert not RFC.objects.get(pk=first.pk).predecessors.exists()


@pytest.mark.parametrize("name", ["implementer", "owner"])
def test_who_has_left_keeps_nobody_from_moving_it(given, name):
    left = UserFactory(username="left", role=Role.USER)
    rfc = planned(given, 0, **{name: "left"})
    left.is_active = False
    left.save()
    action.reschedule(rfc.sessions.get(), NIGHT + hours(1), NIGHT + hours(5), actor=given.people.change_manager, at=NOW)
    assert start(rfc) == NIGHT + hours(1)
    told = [f for f in findings_of(RFC.objects.get(pk=rfc.pk), at=NOW) if f.code == "people.left"]
    assert [(f.field, f.blocks) for f in told] == [(name, False)]


def test_nobody_who_has_left_is_newly_named(given):
    UserFactory(username="left", is_active=False)
    rfc = planned(given, 0)
    with pytest.raises(Unacceptable, match="left"):
        update(rfc, replace(rfc.content(), implementer="left"), actor=given.people.owner, at=NOW)
