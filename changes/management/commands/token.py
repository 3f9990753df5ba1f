"""`python manage.py token USERNAME`: a new API token, and nothing else, so that a script can take it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from knox.models import AuthToken

from changes.models import User


class Command(BaseCommand):
    help = "Prints a new API token of an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody who can sign in has the name “{options['username']}”.")
        _, token = AuthToken.objects.create(user)
        self.stdout.write(token)
