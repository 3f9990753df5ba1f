"""RFCs as rows, with nothing that follows from their state."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from changes.choices import (
    Outage,
    Outcome,
    Phase,
    State,
    Urgency,
)
from changes.models import (
    RFC,
    DemoMail,
    Event,
    Reminder,
    WorkSession,
)
from changes.models import Step as StepRow
from tests.factories.moment import NOW, hours
from tests.factories.people import UserFactory


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
    send_at = factory.SelfAttribute("due_at")


class DemoMailFactory(DjangoModelFactory):
    class Meta:
        model = DemoMail

    to = "owner@example.org"
    subject = "Tomorrow at 22:00: Rollup 8 on HT-01"
    text = "It begins tomorrow at 22:00."
    sent_at = NOW
