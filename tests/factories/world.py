"""RFCs that went through the actions, and the world that one needs."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from changes.actions import decision as decision_action
from changes.actions import lifecycle
from changes.actions import rfc as rfc_action
from changes.actions.agenda import generate
from changes.actions.lifecycle import Request
from changes.actions.ruling import Ruling
from changes.choices import (
    ImpactLevel,
    Outage,
    Outcome,
    Route,
    State,
    Urgency,
    Verdict,
)
from changes.domain.content import Content, Impact, Session, Step
from changes.models import (
    RFC,
    Board,
    ChangeType,
    ConfigurationItem,
    Environment,
    Meeting,
    Service,
    User,
)
from tests.factories.board import BoardFactory, MeetingFactory
from tests.factories.moment import NOW
from tests.factories.people import Cast, cast
from tests.factories.setup import ChangeTypeFactory, EnvironmentFactory, ItemFactory, ServiceFactory


@dataclass(frozen=True)
class World:
    """A cast with what one RFC needs: an environment that is always open, a service with an item, a type, a board."""

    people: Cast
    environment: Environment
    service: Service
    item: ConfigurationItem
    change_type: ChangeType
    board: Board


def world(**environment: Any) -> World:
    """Chair and change manager answer the rota; the member and the chair sit on the board."""
    people = cast()
    service = ServiceFactory(slug="hub-transport", name="Hub transport")
    return World(
        people=people,
        environment=EnvironmentFactory(**{"slug": "production", "name": "Corporate production", "needs_window": False, **environment}),
        service=service,
        item=ItemFactory(slug="ht-01", name="HT-01", service=service),
        change_type=ChangeTypeFactory(slug="rollup", name="Rollup on a server"),
        board=BoardFactory(slug="cab", chair=people.chair, seats=[people.chair, people.member], rota=[people.chair, people.change_manager]),
    )


def managed_world() -> World:
    """The same, in which the service has a manager: the change manager."""
    given = world()
    given.service.manager = given.people.change_manager
    given.service.save()
    return given


def frozen_agenda(given: World, starts_at: datetime) -> Meeting:
    """A meeting with three RFCs on its frozen agenda, of five minutes each."""
    for number in range(3):
        night = session(starts_at + timedelta(hours=48 + 12 * number))
        rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, title=f"Rollup {number}", sessions=(night,), configuration_items=())
    meeting = MeetingFactory(board=given.board, starts_at=starts_at)
    generate(meeting, at=meeting.cut_off_at)
    return Meeting.objects.get()


def step(instruction: str = "Drain the queues of HT-01", minutes: int | None = 30, **other: Any) -> Step:
    return replace(Step(instruction, "", "Implementer", minutes, "Fewer than 10 messages wait.", "Turn back."), **other)


def session(start: datetime = NOW + timedelta(days=3), length: timedelta = timedelta(hours=4), **other: Any) -> Session:
    return replace(Session(start, start + length, Outage.NONE), **other)


NO_IMPACT = Impact(*[ImpactLevel.NONE] * 4)
HIGH_IMPACT = replace(NO_IMPACT, sla=ImpactLevel.HIGH)


def content(given: World, **other: Any) -> Content:
    """A complete RFC of the owner: 110 minutes of plan in a session of four hours, three days ahead."""
    whole = Content(
        title="Hub transport rollup 8, site A",
        description="Rollup 8 on one server.",
        reason="Mends the queue stall; without it a restart every second day.",
        urgency=Urgency.NORMAL,
        environment=given.environment.slug,
        change_type=given.change_type.slug,
        services=(given.service.slug,),
        configuration_items=(given.item.slug,),
        owner=given.people.owner.username,
        implementer=given.people.implementer.username,
        impact=NO_IMPACT,
        sessions=(session(),),
        rollout=(step(), step("Install rollup 8 and restart HT-01", 40)),
        verification=(step("Send the test mails of all six routes", 10),),
        rollback=(step("Remove rollup 8 and restart HT-01"),),
        rollback_trigger="More than 500 messages wait after step 2.",
    )
    return replace(whole, **other)


def raised(given: World, *, at: datetime = NOW, by: User | None = None, **other: Any) -> RFC:
    """A draft with a complete content, raised by the owner; `other` are fields of the content."""
    return rfc_action.create(content(given, **other), actor=by or given.people.owner, at=at)


def rfc_in(state: State, given: World, *, at: datetime = NOW, **other: Any) -> RFC:
    """An RFC that went to `state` by the moves of the product, the last of them at `at` or, once it has begun, later.

    A session is begun at its start and completed at its end, so that actual times are the planned ones.
    """
    rfc = raised(given, at=at, **other)
    if state == State.DRAFT:
        return rfc
    if state == State.CANCELLED:
        return _moved(rfc, State.CANCELLED, given.people.owner, at, reason="No longer needed.")
    rfc = _moved(rfc, State.SUBMITTED, given.people.owner, at)
    if state == State.SUBMITTED:
        return rfc
    _decide(rfc, given, at, Verdict.REJECT if state == State.REJECTED else Verdict.APPROVE)
    rfc = RFC.objects.get(pk=rfc.pk)
    return _worked(rfc, state, given) if state in (State.IN_PROGRESS, State.COMPLETED, State.CLOSED) else rfc


def _moved(rfc: RFC, after: State, actor: User, at: datetime, **request: Any) -> RFC:
    return lifecycle.move(rfc, after, actor=actor, at=at, request=Request(**request))


def _decide(rfc: RFC, given: World, at: datetime, verdict: Verdict) -> None:
    if rfc.state != State.SUBMITTED:
        return
    deciding = given.people.change_manager if rfc.route == Route.MANAGER else given.people.chair
    decision_action.decide(rfc, Ruling(verdict, reason="Looked at in full."), actor=deciding, at=at)


_REVIEW = dict.fromkeys(("objective_met", "deviations", "incidents", "instructions", "actions"), "Nothing to say.")


def _worked(rfc: RFC, state: State, given: World) -> RFC:
    first = rfc.sessions.order_by("planned_start").first()
    rfc = _moved(rfc, State.IN_PROGRESS, given.people.implementer, first.planned_start)
    if state == State.IN_PROGRESS:
        return rfc
    ended = first.planned_end
    rfc = _moved(rfc, State.COMPLETED, given.people.implementer, ended, outcome=Outcome.SUCCESSFUL, reason="As planned.")
    if state == State.COMPLETED:
        return rfc
    return _moved(rfc, State.CLOSED, given.people.owner, ended, review=_REVIEW)
