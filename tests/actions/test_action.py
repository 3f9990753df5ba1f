"""Actions of the board: who promises, who says that it is done (DESIGN 4.8)."""

import pytest

from changes.actions.action import fulfil, promise, reopen
from changes.choices import State
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import Action
from tests.factories import NOW, hours, rfc_in

pytestmark = pytest.mark.django_db
LATER = NOW + hours(96)


def promised(given, *, by="chair", to="owner", **other):
    people = given.people
    return promise(given.board, "Name a second approver", getattr(people, to), LATER, actor=getattr(people, by), at=NOW, **other)


@pytest.mark.parametrize(
    ("who", "may"),
    [("chair", True), ("change_manager", True), ("member", False), ("owner", False), ("viewer", False)],
)
def test_who_writes_down_an_action_of_the_board(given, who, may):
    if may:
        assert promised(given, by=who).board == given.board
    else:
        with pytest.raises(NotAllowed):
            promised(given, by=who)
    assert Action.objects.count() == may


@pytest.mark.parametrize(
    ("who", "may"), [("owner", True), ("implementer", True), ("change_manager", True), ("member", False), ("viewer", False)]
)
def test_who_writes_a_review_promises_in_it(given, who, may):
    rfc = rfc_in(State.COMPLETED, given)
    if may:
        promised(given, by=who, rfc=rfc)
        assert rfc.events.get(action="action_promised").note == f"{given.people.owner}: Name a second approver"
    else:
        with pytest.raises(NotAllowed):
            promised(given, by=who, rfc=rfc)


@pytest.mark.parametrize(
    ("text", "to", "due_at", "field"),
    [("  ", "owner", LATER, "text"), ("Look", "owner", NOW, "due_at"), ("Look", "viewer", LATER, "owner")],
)
def test_it_needs_a_text_a_time_ahead_and_somebody_who_can_do_it(given, text, to, due_at, field):
    with pytest.raises(Unacceptable) as refused:
        promise(given.board, text, getattr(given.people, to), due_at, actor=given.people.chair, at=NOW)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("who", "may"), [("owner", True), ("chair", True), ("change_manager", True), ("member", False), ("implementer", False)]
)
def test_its_owner_the_chair_and_the_change_manager_say_that_it_is_done(given, who, may):
    action, person = promised(given), getattr(given.people, who)
    if not may:
        with pytest.raises(NotAllowed):
            fulfil(action, actor=person, at=NOW)
        return
    done = fulfil(action, actor=person, at=NOW, note=" On the rota since Friday. ")
    assert (done.done_at, done.done_by, done.note) == (NOW, person, "On the rota since Friday.")


def test_it_is_done_once_and_can_be_opened_again(given):
    action, owner = promised(given), given.people.owner
    with pytest.raises(MoveRefused):
        reopen(action, actor=owner, at=NOW)
    fulfil(action, actor=owner, at=NOW, note="Tried it.")
    with pytest.raises(MoveRefused):
        fulfil(action, actor=given.people.chair, at=NOW)
    opened = reopen(action, actor=owner, at=NOW)
    assert (opened.done_at, opened.done_by, opened.note) == (None, None, "Tried it.")
