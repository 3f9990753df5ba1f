"""Set-up data: environments, services, items, types, windows, freezes."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from changes.choices import (
    Phase,
    Route,
    Severity,
)
from changes.models import (
    ChangeType,
    ChangeTypeStep,
    ChangeWindow,
    ConfigurationItem,
    Environment,
    Freeze,
    RouteRule,
    Service,
)

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
