"""Waiving: for one finding as large as it is, with a reason and an end, by the change manager alone (DESIGN 4.6)."""

from dataclasses import replace

import pytest

from changes.actions import set_up
from changes.actions.rfc import update
from changes.actions.session import reschedule
from changes.actions.waiver import waive
from changes.choices import State
from changes.domain.interval import Interval
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import RFC, Freeze, Waiver
from changes.selectors.finding import findings_for, findings_of
from tests.factories import (
    NOW,
    EnvironmentFactory,
    FreezeFactory,
    ItemFactory,
    ServiceFactory,
    UserFactory,
    WindowFactory,
    hours,
    rfc_in,
    session,
    world,
)

pytestmark = pytest.mark.django_db
CODE, START = "conflict.same_implementer", NOW + hours(72)


def clashing(given) -> tuple[RFC, RFC]:
    """Approved, kept off the schedule by another RFC of the same implementer two hours later."""
    other = rfc_in(State.SUBMITTED, given, sessions=(session(START + hours(2)),), configuration_items=())
    return rfc_in(State.APPROVED, given, sessions=(session(START),), configuration_items=()), other


def stored(rfc: RFC) -> RFC:
    return RFC.objects.with_content().get(pk=rfc.pk)


def test_a_waived_finding_no_longer_keeps_it_off_the_schedule():
    given = world()
    rfc, other = clashing(given)
    assert rfc.state == State.APPROVED
    waive(
        rfc, CODE, other=other, reason="A second pair of hands is there.", until=START + hours(9), actor=given.people.change_manager, at=NOW
    )
    rfc = stored(rfc)
    assert rfc.state == State.SCHEDULED
    found = next(finding for finding in findings_of(rfc, at=NOW) if finding.code == CODE)
    assert (found.blocks, found.other, found.minutes) == (False, other.number, 120)
    assert "Change manager" in found.waived


def test_it_lapses_when_its_time_is_over_or_the_overlap_grows():
    given = world()
    rfc, other = clashing(given)
    waive(rfc, CODE, other=other, reason="Known.", until=START, actor=given.people.change_manager, at=NOW)
    blocks = lambda at: any(f.blocks for f in findings_of(stored(rfc), at=at) if f.code == CODE)  # noqa: E731
    assert (blocks(NOW), blocks(START)) == (False, True)
    reschedule(other.sessions.get(), START + hours(1), START + hours(5), actor=given.people.owner, at=NOW)
    assert blocks(NOW)


@pytest.mark.parametrize("name", ["owner", "implementer", "chair", "member", "outsider", "viewer", "administrator", "tool"])
def test_nobody_else_waives(name):
    given = world()
    rfc, other = clashing(given)
    with pytest.raises(NotAllowed):
        waive(rfc, CODE, other=other, reason="Known.", until=START, actor=getattr(given.people, name), at=NOW)


def test_the_change_manager_waives_nothing_of_an_own_rfc():
    given = world()
    rfc, other = clashing(given)
    RFC.objects.filter(pk=rfc.pk).update(owner=given.people.change_manager)
    with pytest.raises(NotAllowed):
        waive(rfc, CODE, other=other, reason="Known.", until=START, actor=given.people.change_manager, at=NOW)


@pytest.mark.parametrize(
    ("other", "field"),
    [({"reason": " "}, "reason"), ({"until": NOW}, "until"), ({"code": "title.missing"}, "code"), ({"other": None}, "code")],
)
def test_a_waiver_has_a_reason_an_end_ahead_and_a_finding_that_is_there(other, field):
    given = world()
    rfc, clash = clashing(given)
    asked = {"code": CODE, "other": clash, "reason": "Known.", "until": START, **other}
    with pytest.raises(Unacceptable) as refused:
        waive(rfc, asked.pop("code"), **asked, actor=given.people.change_manager, at=NOW)
    assert refused.value.field == field
    assert not Waiver.objects.exists()


def test_a_waived_freeze_is_that_one_and_no_other_that_comes():
    given = world()
    first = FreezeFactory(start=START, end=START + hours(24))
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    waive(rfc, "freeze.active", reason="Agreed with finance.", until=START + hours(9), actor=given.people.change_manager, at=NOW)
    assert stored(rfc).state == State.SCHEDULED
    waiver = Waiver.objects.get()
    assert (waiver.about, waiver.intervals, waiver.minutes) == (first.name, (Interval(first.start, first.end),), 240)
    FreezeFactory(name="Holidays", start=START, end=START + hours(24))
    assert [finding.about for finding in findings_of(stored(rfc), at=NOW) if finding.blocks] == ["Holidays"]


def test_of_two_freezes_the_one_that_is_named_is_waived():
    given = world()
    for name in ("Holidays", "Month-end close"):
        FreezeFactory(name=name, start=START, end=START + hours(24))
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    asked = {"reason": "Agreed.", "until": START + hours(9), "actor": given.people.change_manager, "at": NOW}
    with pytest.raises(Unacceptable) as refused:
        waive(rfc, "freeze.active", **asked)
    assert (refused.value.field, refused.value.sentence) == ("about", "More than one stops it: Holidays, Month-end close.")
    waive(rfc, "freeze.active", about="Holidays", **asked)
    assert [finding.about for finding in findings_of(stored(rfc), at=NOW) if finding.blocks] == ["Month-end close"]


def test_a_waived_time_outside_of_the_windows_is_that_time_and_no_other():
    given = world(needs_window=True)
    WindowFactory(environment=given.environment, rrule="FREQ=WEEKLY;BYDAY=SA")
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    waive(rfc, "window.misses", reason="The vendor comes then.", until=START + hours(99), actor=given.people.change_manager, at=NOW)
    assert stored(rfc).state == State.SCHEDULED
    reschedule(rfc.sessions.get(), START + hours(24), START + hours(28), actor=given.people.change_manager, at=NOW)
    assert [finding.code for finding in findings_of(stored(rfc), at=NOW) if finding.blocks] == ["window.misses"]
    assert stored(rfc).state == State.SUBMITTED


def test_a_freeze_that_names_somebody_is_waived_by_them_and_nobody_else():
    given = world()
    people = given.people
    freeze = FreezeFactory(start=START, end=START + hours(24), waivable_by=people.chair)
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    asked = {"reason": "Agreed with finance.", "until": START + hours(9), "at": NOW}
    with pytest.raises(NotAllowed, match="is waived by Chair"):
        waive(rfc, "freeze.active", **asked, actor=people.change_manager)
    waive(rfc, "freeze.active", **asked, actor=people.chair)
    assert (Waiver.objects.get().about, stored(rfc).state) == (freeze.name, State.SCHEDULED)


def test_who_is_named_by_a_freeze_waives_it_neither_for_their_own_rfc_nor_anything_else():
    given = world()
    FreezeFactory(start=START, end=START + hours(24), waivable_by=given.people.owner)
    rfc, other = clashing(given)
    asked = {"reason": "Agreed.", "until": START + hours(9), "at": NOW}
    with pytest.raises(NotAllowed):
        waive(rfc, "freeze.active", **asked, actor=given.people.owner)
    RFC.objects.filter(pk=rfc.pk).update(owner=given.people.outsider, requester=given.people.outsider)
    with pytest.raises(NotAllowed):
        waive(rfc, CODE, other=other, **asked, actor=given.people.owner)


def test_it_lapses_when_the_two_come_to_share_more_than_was_accepted():
    given = world()
    second = ItemFactory(slug="ht-02", name="HT-02", service=given.service)
    items = {"implementer": None}
    other = rfc_in(State.SUBMITTED, given, sessions=(session(START + hours(2)),), **items)
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),), **items)
    waive(rfc, "conflict.same_item", other=other, reason="Known.", until=START + hours(9), actor=given.people.change_manager, at=NOW)
    assert Waiver.objects.get().scope == ["ht-01"]
    for one in (rfc, other):
        one.configuration_items.add(second)
    (found,) = (finding for finding in findings_of(stored(rfc), at=NOW) if finding.code == "conflict.same_item")
    assert (found.blocks, found.lapsed) == (
        True,
        "Change manager had waived it, but it is about HT-02 as well now, which was not part of it.",
    )


# --- Two freezes of one name ------------------------------------------------------------------------------------------


def test_of_two_freezes_of_one_name_each_is_waived_by_whom_it_names():
    given = world()
    alice, bob = UserFactory(), UserFactory()
    hers, his = (FreezeFactory(name="Close", start=START, end=START + hours(24), waivable_by=who) for who in (alice, bob))
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    waive(rfc, "freeze.active", about="Close", reason="Agreed.", until=START + hours(9), actor=alice, at=NOW)
    assert Waiver.objects.get().freeze == hers
    assert [finding.freeze for finding in findings_of(stored(rfc), at=NOW) if finding.blocks] == [his.pk]


def test_of_two_freezes_of_one_name_the_number_says_which():
    given = world()
    first, second = (FreezeFactory(name="Close", start=START, end=START + hours(24)) for _ in range(2))
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    asked = {"about": "Close", "reason": "Agreed.", "until": START + hours(9), "actor": given.people.change_manager, "at": NOW}
    with pytest.raises(Unacceptable) as refused:
        waive(rfc, "freeze.active", **asked)
    assert (refused.value.field, refused.value.sentence) == ("freeze", f"2 freezes have that name: {first.pk} and {second.pk}.")
    waive(rfc, "freeze.active", freeze=second.pk, **asked)
    assert [finding.freeze for finding in findings_of(stored(rfc), at=NOW) if finding.blocks] == [first.pk]


def frozen_and_waived(given, **terms) -> tuple[RFC, Freeze]:
    freeze = FreezeFactory(name="Close", start=START, end=START + hours(24), **terms)
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    waive(rfc, "freeze.active", reason="Agreed.", until=START + hours(9), actor=given.people.change_manager, at=NOW)
    return rfc, freeze


def test_a_freeze_that_is_renamed_is_waived_still_and_one_that_is_lifted_leaves_the_record():
    given = world()
    rfc, freeze = frozen_and_waived(given)
    set_up.change(freeze, {"name": "Year-end close"}, actor=given.people.administrator, at=NOW)
    (found,) = (finding for finding in findings_of(stored(rfc), at=NOW) if finding.code == "freeze.active")
    assert (found.about, found.blocks, found.lapsed) == ("Year-end close", False, "")
    set_up.remove(freeze, actor=given.people.administrator, at=NOW)
    waiver = Waiver.objects.get()
    assert (waiver.freeze, waiver.about) == (None, "Close")


# --- The scope of what is about no other RFC --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"change_type": None}, "the freeze covers something else now"),
        ({"reason": "Legal hold, nothing at all"}, "the freeze has another reason now"),
        ({"reason": "  the books are Closed "}, ""),
    ],
)
def test_a_waived_freeze_blocks_again_once_it_means_something_else(terms, why):
    given = world()
    rfc, freeze = frozen_and_waived(given, change_type=given.change_type, reason="The books are closed.")
    set_up.change(freeze, terms, actor=given.people.administrator, at=NOW)
    (found,) = (finding for finding in findings_of(stored(rfc), at=NOW) if finding.code == "freeze.active")
    assert (found.blocks, found.lapsed) == (bool(why), f"Change manager had waived it, but {why}." if why else "")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"environment": "other"}, "it was for another environment"),
        ({"change_type": None}, "it was for another change type"),
        ({"services": ("hub-transport", "payroll")}, "it is about Payroll as well now, which was not part of it"),
        ({"title": "Told better"}, ""),
    ],
)
def test_a_waived_time_outside_of_the_windows_is_for_this_work_and_no_other(changed, why):
    given = world(needs_window=True)
    for environment in (given.environment, EnvironmentFactory(slug="other", needs_window=True)):
        WindowFactory(environment=environment, rrule="FREQ=WEEKLY;BYDAY=SA")
    ServiceFactory(slug="payroll", name="Payroll")
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    waive(rfc, "window.misses", reason="The vendor comes.", until=START + hours(99), actor=given.people.change_manager, at=NOW)
    now = stored(rfc)
    update(now, replace(now.content(), **changed), actor=given.people.owner, at=NOW)
    (found,) = (finding for finding in findings_of(stored(rfc), at=NOW) if finding.code == "window.misses")
    assert (found.blocks, found.lapsed) == (bool(why), f"Change manager had waived it, but {why}." if why else "")


# --- A pair is agreed on once -----------------------------------------------------------------------------------------


def agreed(given) -> tuple[RFC, RFC]:
    """One that was there first, and one that came later with both of their conflicts waived; both scheduled."""
    first = rfc_in(State.SCHEDULED, given, sessions=(session(START),))
    later = rfc_in(State.SUBMITTED, given, at=NOW + hours(1), sessions=(session(START),))
    for code in ("conflict.same_item", CODE):
        asked = {"reason": "Two teams.", "until": START + hours(99), "actor": given.people.change_manager, "at": NOW + hours(1)}
        waive(later, code, other=first, **asked)
    return first, later


def conflicts_of(rfc: RFC, at) -> list[tuple[bool, bool]]:
    one = [(f.blocks, bool(f.waived)) for f in findings_of(stored(rfc), at=at) if f.code.startswith("conflict.")]
    bulk = findings_for([stored(rfc)], at=at)[rfc.pk]
    assert one == [(f.blocks, bool(f.waived)) for f in bulk if f.code.startswith("conflict.")]
    return one


def test_beginning_the_work_keeps_what_was_agreed_and_blocks_nobody():
    given = world()
    first, later = agreed(given)
    waived = [(False, True)] * 2
    assert (conflicts_of(first, NOW + hours(2)), conflicts_of(later, NOW + hours(2))) == (waived, waived)
    later.state = State.IN_PROGRESS
    later.save(update_fields=["state"])
    assert (conflicts_of(first, START), conflicts_of(later, START)) == (waived, waived)
    assert conflicts_of(first, START + hours(99)) == [(True, False)] * 2  # the time of the waiver is over


def test_no_waiver_holds_for_an_rfc_of_who_granted_it():
    given = world()
    first, later = agreed(given)
    RFC.objects.filter(pk=first.pk).update(owner=given.people.change_manager)
    RFC.objects.filter(pk=later.pk).update(state=State.IN_PROGRESS)
    assert conflicts_of(first, START) == [(True, False)] * 2
