"""Rows to begin a test from: the standing cast, set-up data, and RFCs in any state.

Two ways to an RFC. `RFCFactory` and `SessionFactory` write rows directly, for lists, filters and
queries. `rfc_in(State.X, world())` goes through the actions, so that decision, version, events and
approval are as the product would have them; use it wherever a test is about what happens next.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from changes.actions import decision as decision_action
from changes.actions import lifecycle
from changes.actions import rfc as rfc_action
from changes.actions.decision import Ruling
from changes.actions.lifecycle import Request
from changes.choices import (
    ImpactLevel,
    MeetingState,
    Outage,
    Outcome,
    Phase,
    Role,
    Route,
    Section,
    Severity,
    State,
    Urgency,
    Verdict,
)
from changes.domain.content import Content, Impact, Session, Step
from changes.models import (
    RFC,
    AgendaItem,
    AgendaRevision,
    Board,
    BoardMember,
    ChangeType,
    ChangeTypeStep,
    ChangeWindow,
    Condition,
    ConfigurationItem,
    DemoMail,
    Environment,
    Event,
    Freeze,
    Meeting,
    Reminder,
    RotaEntry,
    RouteRule,
    Service,
    User,
    Vote,
    WorkSession,
)
from changes.models import Decision as DecisionRow
from changes.models import Step as StepRow

#: The moment at which tests stand unless they say otherwise: a Saturday morning, 10:00 in Amsterdam.
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PASSWORD = "only for tests, where nothing is secret"


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


# --- People -----------------------------------------------------------------------------------------------------------


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    first_name = factory.LazyAttribute(lambda user: user.username.replace("-", " ").capitalize())
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password(PASSWORD)
    role = Role.USER


@dataclass(frozen=True)
class Cast:
    """One person for each part that anybody plays; `outsider` has nothing to do with any RFC."""

    owner: User
    implementer: User
    change_manager: User
    chair: User
    member: User
    viewer: User
    administrator: User
    tool: User
    outsider: User


_ROLES = {
    "owner": Role.USER,
    "implementer": Role.USER,
    "change_manager": Role.CHANGE_MANAGER,
    "chair": Role.USER,
    "member": Role.USER,
    "viewer": Role.VIEWER,
    "administrator": Role.ADMINISTRATOR,
    "tool": Role.TOOL,
    "outsider": Role.USER,
}


def cast() -> Cast:
    """The standing cast. Chair and member sit nowhere yet: `BoardFactory(chair=…, seats=[…])` seats them."""
    return Cast(**{name: UserFactory(username=name.replace("_", "-"), role=role) for name, role in _ROLES.items()})


# --- Set-up data ------------------------------------------------------------------------------------------------------

ROUTES = {Severity.MINOR: Route.MANAGER, Severity.MAJOR: Route.BOARD, Severity.AUTOMATIC: Route.AUTOMATIC}


class EnvironmentFactory(DjangoModelFactory):
    """Minor to the change manager, major to the board; `routes={Severity.MINOR: Route.RECORD}` says otherwise."""

    class Meta:
        model = Environment
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"environment-{n}")
    name = factory.LazyAttribute(lambda row: row.slug.replace("-", " ").capitalize())
    short_name = factory.LazyAttribute(lambda row: row.name[:16])
    position = factory.Sequence(int)
    needs_window = True

    @factory.post_generation
    def routes(self, create, extracted, **_):
        for severity, route in (ROUTES if extracted is None else extracted).items():
            RouteRule.objects.create(environment=self, severity=severity, route=route)


class ServiceFactory(DjangoModelFactory):
    """`depends_on=[directory]` names the services without which it fails."""

    class Meta:
        model = Service
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"service-{n}")
    name = factory.LazyAttribute(lambda row: row.slug.replace("-", " ").capitalize())

    @factory.post_generation
    def depends_on(self, create, extracted, **_):
        self.depends_on.set(extracted or [])


class ItemFactory(DjangoModelFactory):
    class Meta:
        model = ConfigurationItem

    slug = factory.Sequence(lambda n: f"item-{n}")
    name = factory.LazyAttribute(lambda row: row.slug.upper())
    service = factory.SubFactory(ServiceFactory)


STEPS = (
    (Phase.ROLLOUT, "Drain the queues of the server", 20),
    (Phase.ROLLOUT, "Install the rollup and restart the server", 40),
    (Phase.VERIFICATION, "Send the test mails of all routes", 10),
    (Phase.ROLLBACK, "Remove the rollup and restart the server", 30),
)


class ChangeTypeFactory(DjangoModelFactory):
    """With four staged steps of 100 minutes together; `steps=[(phase, instruction, minutes), …]` gives others."""

    class Meta:
        model = ChangeType
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"change-type-{n}")
    name = factory.LazyAttribute(lambda row: row.slug.replace("-", " ").capitalize())
    category = "Servers"
    rollback_trigger = "More than 200 messages wait after the restart."

    @factory.post_generation
    def steps(self, create, extracted, **_):
        rows = STEPS if extracted is None else extracted
        for position, (phase, instruction, minutes) in enumerate(rows):
            ChangeTypeStep.objects.create(
                change_type=self,
                phase=phase,
                position=position,
                instruction=instruction,
                role="Implementer",
                minutes=minutes,
                check_text="Fewer than 10 messages wait.",
            )


class WindowFactory(DjangoModelFactory):
    """Every Saturday 22:00–04:00, Amsterdam, from November 2026; without `change_types` it serves all."""

    class Meta:
        model = ChangeWindow
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Window {n}")
    environment = factory.SubFactory(EnvironmentFactory)
    time_zone = "Europe/Amsterdam"
    rrule = "FREQ=WEEKLY;BYDAY=SA"
    first_start = "2026-11-07T22:00:00"
    first_end = "2026-11-08T04:00:00"

    @factory.post_generation
    def change_types(self, create, extracted, **_):
        self.change_types.set(extracted or [])


class FreezeFactory(DjangoModelFactory):
    """Month-end close, Friday 18:00 to Monday 08:00 in Amsterdam, over everything."""

    class Meta:
        model = Freeze

    name = "Month-end close"
    reason = "The books are closed."
    start = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    end = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


# --- The board --------------------------------------------------------------------------------------------------------


class BoardFactory(DjangoModelFactory):
    """Thursday 14:00 in Amsterdam, cut-off Tuesday 12:00. `seats=[user]` and `rota=[user]` fill it."""

    class Meta:
        model = Board
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"board-{n}")
    name = "Change advisory board"
    chair = factory.SubFactory(UserFactory)
    time_zone = "Europe/Amsterdam"
    weekday = 3
    starts = time(14, 0)
    minutes = 60
    cut_off_days = 2
    cut_off_time = time(12, 0)

    @factory.post_generation
    def seats(self, create, extracted, **_):
        for user in extracted or []:
            BoardMember.objects.create(board=self, user=user)

    @factory.post_generation
    def rota(self, create, extracted, **_):
        for position, user in enumerate(extracted or []):
            RotaEntry.objects.create(board=self, user=user, position=position)


class MeetingFactory(DjangoModelFactory):
    """Thursday 26 November 2026, 14:00–15:00 in Amsterdam, cut-off on the Tuesday before; each next one a week on."""

    class Meta:
        model = Meeting

    board = factory.SubFactory(BoardFactory)
    starts_at = factory.Sequence(lambda n: datetime(2026, 11, 26, 13, 0, tzinfo=UTC) + timedelta(weeks=n))
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + hours(1))
    cut_off_at = factory.LazyAttribute(lambda row: row.starts_at - hours(50))
    state = MeetingState.PLANNED


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    section = Section.NEW
    position = factory.Sequence(int)
    title = factory.LazyAttribute(lambda item: item.rfc.title if item.rfc else "A point of the agenda")
    minutes = 5
    reason = "Submitted before the cut-off."


class RevisionFactory(DjangoModelFactory):
    class Meta:
        model = AgendaRevision

    meeting = factory.SubFactory(MeetingFactory)
    number = 1
    frozen_at = NOW
    snapshot = factory.LazyFunction(dict)


class VoteFactory(DjangoModelFactory):
    class Meta:
        model = Vote

    item = factory.SubFactory(AgendaItemFactory)
    member = factory.SubFactory(UserFactory)
    vote = "approve"
    at = NOW


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = DecisionRow

    rfc = factory.SubFactory("tests.factories.RFCFactory")
    route = Route.BOARD
    verdict = Verdict.APPROVE
    severity = Severity.MINOR
    by = factory.SubFactory(UserFactory)
    recorded_by = factory.SelfAttribute("by")
    at = NOW


class ConditionFactory(DjangoModelFactory):
    class Meta:
        model = Condition

    decision = factory.SubFactory(DecisionFactory)
    text = "Show that last night's backup can be restored"
    owner = factory.SubFactory(UserFactory)
    due_at = NOW + hours(48)


# --- RFCs as rows -----------------------------------------------------------------------------------------------------


class RFCFactory(DjangoModelFactory):
    """A row with a title and an owner, and nothing that follows from its state; `services=[…]` and `items=[…]` add those."""

    class Meta:
        model = RFC
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Rollup 8 on HT-{n:02}")
    reason = "Mends the queue stall."
    state = State.DRAFT
    urgency = Urgency.NORMAL
    owner = factory.SubFactory(UserFactory)
    requester = factory.SelfAttribute("owner")
    created_at = NOW - timedelta(days=7)
    updated_at = factory.SelfAttribute("created_at")
    outcome = factory.LazyAttribute(lambda rfc: Outcome.SUCCESSFUL if rfc.state in (State.COMPLETED, State.CLOSED) else "")

    @factory.post_generation
    def services(self, create, extracted, **_):
        self.services.set(extracted or [])

    @factory.post_generation
    def items(self, create, extracted, **_):
        self.configuration_items.set(extracted or [])


class SessionFactory(DjangoModelFactory):
    """Four hours tonight, no outage; its RFC's planned interval is kept in step."""

    class Meta:
        model = WorkSession
        skip_postgeneration_save = True

    rfc = factory.SubFactory(RFCFactory)
    planned_start = NOW + hours(12)
    planned_end = factory.LazyAttribute(lambda session: session.planned_start + hours(4))
    outage = Outage.NONE

    @factory.post_generation
    def _span(self, create, extracted, **_):
        starts, ends = zip(*self.rfc.sessions.values_list("planned_start", "planned_end"), strict=True)
        self.rfc.planned_start, self.rfc.planned_end = min(starts), max((end for end in ends if end), default=None)
        self.rfc.save(update_fields=["planned_start", "planned_end"])


class StepFactory(DjangoModelFactory):
    class Meta:
        model = StepRow

    rfc = factory.SubFactory(RFCFactory)
    phase = Phase.ROLLOUT
    position = factory.Sequence(int)
    instruction = "Drain the queues of HT-01"
    role = "Implementer"
    minutes = 20
    check_text = "Fewer than 10 messages wait."


class EventFactory(DjangoModelFactory):
    class Meta:
        model = Event

    rfc = factory.SubFactory(RFCFactory)
    at = NOW
    action = "created"


class ReminderFactory(DjangoModelFactory):
    class Meta:
        model = Reminder

    rule = "start"
    subject = factory.Sequence(lambda n: f"session:{n}")
    recipient = factory.SubFactory(UserFactory)
    due_at = NOW


class DemoMailFactory(DjangoModelFactory):
    class Meta:
        model = DemoMail

    to = "owner@example.org"
    subject = "Tomorrow at 22:00: Rollup 8 on HT-01"
    text = "It begins tomorrow at 22:00."
    sent_at = NOW


# --- RFCs through the actions -------------------------------------------------------------------------------------------


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
