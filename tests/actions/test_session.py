"""The work of a night: moving, beginning, extending, turning back and ending sessions (DESIGN 4.1)."""

from datetime import timedelta

import pytest

from changes.actions import lifecycle
from changes.actions import session as action
from changes.actions import step as step_action
from changes.choices import Outage, Phase, State
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC
from changes.selectors.session import turned_back_at
from tests.factories import NOW, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db
FIRST, SECOND = NOW + hours(72), NOW + hours(96)


def running(given, *starts):
    rfc = rfc_in(State.SCHEDULED, given, sessions=tuple(session(start) for start in starts or (FIRST,)))
    return lifecycle.move(rfc, State.IN_PROGRESS, actor=given.people.implementer, at=FIRST)


def tick_all(rfc, given, *phases):
    for step in rfc.steps.filter(phase__in=phases):
        step_action.mark(step, done=True, actor=given.people.implementer, at=FIRST + hours(1))


def test_a_move_takes_its_outage_along_and_starts_its_reminders_anew():
    given = world()
    planned = session(FIRST, outage=Outage.PLANNED, outage_start=FIRST + hours(1), outage_end=FIRST + hours(2))
    rfc = rfc_in(State.SUBMITTED, given, sessions=(planned,))
    before = rfc.sessions.get()
    action.reschedule(before, SECOND, SECOND + hours(4), actor=given.people.owner, at=NOW, version=rfc.version)
    after = rfc.sessions.get()
    assert (after.pk, after.planned_start, after.outage_start, after.outage_end) == (
        before.pk,
        SECOND,
        SECOND + hours(1),
        SECOND + hours(2),
    )
    assert after.revision == before.revision + 1
    assert RFC.objects.get(pk=rfc.pk).planned_start == SECOND


def test_a_move_that_runs_backwards_is_refused():
    given = world()
    rfc = rfc_in(State.SUBMITTED, given)
    with pytest.raises(Unacceptable):
        action.reschedule(rfc.sessions.get(), SECOND, SECOND - hours(1), actor=given.people.owner, at=NOW)
    assert rfc.sessions.get().planned_start == FIRST


def test_nights_are_worked_one_after_the_other():
    given = world()
    rfc, people = running(given, FIRST, SECOND), given.people
    with pytest.raises(MoveRefused, match="running"):
        action.begin(rfc, actor=people.implementer, at=SECOND)
    action.end(rfc, actor=people.implementer, at=FIRST + hours(3), note="Half of it.")
    with pytest.raises(MoveRefused, match="No session"):
        action.end(rfc, actor=people.implementer, at=FIRST + hours(3))
    action.begin(rfc, actor=people.owner, at=SECOND)
    assert [(s.actual_start, s.actual_end) for s in RFC.objects.get(pk=rfc.pk).sessions.all()] == [
        (FIRST, FIRST + hours(3)),
        (SECOND, None),
    ]


def test_more_nights_than_are_planned_are_not_begun():
    given = world()
    rfc = running(given)
    action.end(rfc, actor=given.people.implementer, at=FIRST + hours(3))
    with pytest.raises(MoveRefused, match="begun already"):
        action.begin(rfc, actor=given.people.implementer, at=SECOND)


@pytest.mark.parametrize(
    ("ticked", "left"),
    [
        pytest.param((Phase.ROLLOUT, Phase.VERIFICATION), 0, id="worked through: it starts over"),
        pytest.param((Phase.ROLLOUT, Phase.ROLLBACK), 0, id="turned back: it starts over"),
        pytest.param((Phase.ROLLOUT,), 2, id="half done: it goes on"),
    ],
)
def test_the_next_night_repeats_the_plan_or_goes_on_with_it(ticked, left):
    given = world()
    rfc = running(given, FIRST, SECOND)
    tick_all(rfc, given, *ticked)
    action.end(rfc, actor=given.people.implementer, at=FIRST + hours(3))
    action.begin(rfc, actor=given.people.implementer, at=SECOND)
    assert rfc.steps.exclude(done_at=None).count() == left


@pytest.mark.parametrize(("late", "ends"), [(0, 30), (45, 75)], ids=["from its end", "from now, where it has passed"])
def test_an_extension_is_asked_of_nobody_and_noted(late, ends):
    given = world()
    rfc = running(given)
    ended = rfc.sessions.get().planned_end
    action.extend(rfc.sessions.get(), 30, actor=given.people.implementer, at=ended + timedelta(minutes=late), note="The copy is slow.")
    rfc.refresh_from_db()
    assert (rfc.sessions.get().planned_end, rfc.planned_end) == (ended + timedelta(minutes=ends),) * 2
    event = rfc.events.last()
    assert (event.action, event.note, event.changes["planned_end"][0]) == ("extended", "The copy is slow.", ended.isoformat())


def test_only_a_running_session_is_extended_and_by_a_minute_at_least():
    given = world()
    rfc = running(given)
    with pytest.raises(Unacceptable):
        action.extend(rfc.sessions.get(), 0, actor=given.people.implementer, at=FIRST)
    action.end(rfc, actor=given.people.implementer, at=FIRST + hours(1))
    with pytest.raises(MoveRefused):
        action.extend(rfc.sessions.get(), 30, actor=given.people.implementer, at=FIRST + hours(1))


def test_turning_back_is_noted_once_and_can_be_taken_back():
    given = world()
    rfc, worker = running(given), given.people.implementer
    action.turn_back(rfc, actor=worker, at=FIRST + hours(1), note="Two databases are not mounted.")
    assert turned_back_at(rfc, rfc.sessions.get()) == FIRST + hours(1)
    with pytest.raises(MoveRefused):
        action.turn_back(rfc, actor=worker, at=FIRST + hours(1))
    action.resume(rfc, actor=worker, at=FIRST + hours(2))
    assert turned_back_at(rfc, rfc.sessions.get()) is None
    assert list(rfc.events.values_list("action", flat=True))[-2:] == ["rollback_begun", "rollout_resumed"]


@pytest.mark.parametrize("act", [action.begin, action.end, action.turn_back, action.resume])
def test_the_work_is_that_of_owner_and_implementer(act):
    given = world()
    rfc = running(given)
    for name in ("outsider", "change_manager", "chair", "member", "viewer", "administrator", "tool"):
        with pytest.raises(NotAllowed):
            act(rfc, actor=getattr(given.people, name), at=FIRST)
