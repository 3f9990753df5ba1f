"""`python manage.py gate ENVIRONMENT`: may it go now? The exit status is the answer, so that a pipeline can wait at it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.db.models import Model

from changes.domain.wording import day_time
from changes.management.instant import add_argument, instant_from
from changes.models import ChangeType, Environment, Service
from changes.selectors.gate import Gate, gate_at

CLOSED, WRONG = 1, 2


class Command(BaseCommand):
    help = "Says whether something of a kind may go now. Exit status: 0 open, 1 closed, 2 not understood."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("environment", help="Its slug.")
        parser.add_argument("--service", help="The slug of the service that is changed.")
        parser.add_argument("--change-type", help="The slug of the known change type.")
        add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            gate = _asked(**{name: options[name] for name in ("environment", "service", "change_type", "at")})
        except CommandError as error:
            error.returncode = WRONG
            raise
        except Error as error:
            raise CommandError(f"The database gives no answer: {error}", returncode=WRONG) from error
        for line in _lines(gate):
            self.stdout.write(line)
        if not gate.is_open:
            raise SystemExit(CLOSED)


def _asked(environment: str, service: str | None, change_type: str | None, at: str | None) -> Gate:
    """Raises `CommandError` for what is not known here."""
    for model, slug in ((Environment, environment), (Service, service), (ChangeType, change_type)):
        _check_known(model, slug)
    return gate_at(environment, service=service, change_type=change_type, at=instant_from(at))


def _check_known(model: type[Model], slug: str | None) -> None:
    if slug and not model._default_manager.filter(slug=slug).exists():
        known = ", ".join(model._default_manager.order_by("slug").values_list("slug", flat=True)[:10])
        raise CommandError(f"There is no {model._meta.verbose_name} “{slug}”. There are: {known or 'none'}.")


def _lines(gate: Gate) -> list[str]:
    changes = f", until {day_time(gate.next_change_at, settings.FSC_TIME_ZONE)}" if gate.next_change_at else ""
    zone = f" ({settings.FSC_TIME_ZONE})" if changes else ""
    state = "open" if gate.is_open else "closed"
    return [f"{state}{changes}{zone}", *(f"  {reason.level} {reason.code}: {reason.message}" for reason in gate.reasons)]
