"""A world in which something has happened: an RFC in each state, the board's papers, a window and a freeze."""

from dataclasses import dataclass
from datetime import timedelta

from changes.choices import State
from changes.models import RFC, AgendaItem, ChangeWindow, Condition, Freeze, Meeting
from tests.factories import (
    NOW,
    AgendaItemFactory,
    ConditionFactory,
    FreezeFactory,
    MeetingFactory,
    WindowFactory,
    World,
    rfc_in,
    session,
    world,
)


@dataclass(frozen=True)
class Lived:
    given: World
    rfcs: dict[State, RFC]
    meeting: Meeting
    item: AgendaItem
    condition: Condition
    window: ChangeWindow
    freeze: Freeze


#: On which day each has its session. What is approved stands on the night of what is scheduled, and so waits.
DAYS = {State.COMPLETED: 2, State.IN_PROGRESS: 3, State.SCHEDULED: 4, State.APPROVED: 4, State.SUBMITTED: 5, State.DRAFT: 6}


def lived() -> Lived:
    given = world()
    rfcs = {state: rfc_in(state, given, sessions=(session(NOW + timedelta(days=day)),)) for state, day in DAYS.items()}
    meeting = MeetingFactory(board=given.board)
    return Lived(
        given=given,
        rfcs=rfcs,
        meeting=meeting,
        item=AgendaItemFactory(meeting=meeting, rfc=rfcs[State.SUBMITTED]),
        condition=ConditionFactory(decision=rfcs[State.APPROVED].decision, owner=given.people.owner),
        window=WindowFactory(environment=given.environment),
        freeze=FreezeFactory(),
    )
