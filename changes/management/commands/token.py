"""`python manage.py token USERNAME`: a new API token, and nothing else, so that a script can take it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from changes import permissions
from changes.actions.token import LONGEST_DAYS, create
from changes.choices import Scope
from changes.exceptions import Refusal
from changes.models import User


class Command(BaseCommand):
    help = "Prints a new API token of an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="command line", help="By which it is known again on the page Tokens.")
        of_scope = "May be given several times; default: all that the account may do."
        parser.add_argument("--scope", action="append", choices=[scope.value for scope in Scope], help=of_scope)
        parser.add_argument("--days", type=int, default=LONGEST_DAYS, help="How long it lives.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody who can sign in has the name “{options['username']}”.")
        scopes = [Scope(word) for word in options["scope"] or permissions.scopes_for(user)]
        try:
            _, secret = create(user, name=options["name"], scopes=scopes, days=options["days"], actor=user, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.mend}".strip()) from refusal
        self.stdout.write(secret)
