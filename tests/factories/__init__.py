"""Rows to begin a test from: the standing cast, set-up data, and RFCs in any state.

Two ways to an RFC. `RFCFactory` and `SessionFactory` write rows directly, for lists, filters and
queries. `rfc_in(State.X, world())` goes through the actions, so that decision, version, events and
approval are as the product would have them; use it wherever a test is about what happens next.
"""

from tests.factories.board import (
    AgendaItemFactory,
    BoardFactory,
    ConditionFactory,
    DecisionFactory,
    MeetingFactory,
    RevisionFactory,
    VoteFactory,
)
from tests.factories.moment import NOW, hours
from tests.factories.people import PASSWORD, Cast, UserFactory, cast
from tests.factories.rfc import DemoMailFactory, EventFactory, ReminderFactory, RFCFactory, SessionFactory, StepFactory
from tests.factories.setup import (
    ROUTES,
    STEPS,
    ChangeTypeFactory,
    EnvironmentFactory,
    FreezeFactory,
    ItemFactory,
    ServiceFactory,
    WindowFactory,
)
from tests.factories.world import HIGH_IMPACT, NO_IMPACT, World, content, frozen_agenda, managed_world, raised, rfc_in, session, step, world

__all__ = [
    "HIGH_IMPACT",
    "NOW",
    "NO_IMPACT",
    "PASSWORD",
    "ROUTES",
    "STEPS",
    "AgendaItemFactory",
    "BoardFactory",
    "Cast",
    "ChangeTypeFactory",
    "ConditionFactory",
    "DecisionFactory",
    "DemoMailFactory",
    "EnvironmentFactory",
    "EventFactory",
    "FreezeFactory",
    "ItemFactory",
    "MeetingFactory",
    "RFCFactory",
    "ReminderFactory",
    "RevisionFactory",
    "ServiceFactory",
    "SessionFactory",
    "StepFactory",
    "UserFactory",
    "VoteFactory",
    "WindowFactory",
    "World",
    "cast",
    "content",
    "frozen_agenda",
    "hours",
    "managed_world",
    "raised",
    "rfc_in",
    "session",
    "step",
    "world",
]
