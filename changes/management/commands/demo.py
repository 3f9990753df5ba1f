"""`python manage.py demo`: a house with ten weeks of changes to try the product with (DESIGN 7)."""

import logging
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from changes.actions.demo import make_demo
from changes.actions.reminder import send_due
from changes.models import Reminder


class Command(BaseCommand):
    help = "Fills the site with demo data around today. Running it again changes nothing that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        password = settings.FSC_DEMO_PASSWORD or secrets.token_urlsafe(9)
        at = timezone.now()
        logging.disable(logging.WARNING)  # one mail fails on purpose, and the ledger says so
        try:
            added = make_demo(at=at, password=password, say=self.stdout.write)
            if added:
                send_due(at=at)
                self.stdout.write(f"{Reminder.objects.count()} reminders stand in the ledger; those sent by mail are in the mailbox.")
        finally:
            logging.disable(logging.NOTSET)
        self.stdout.write(f"{added} RFCs added." if added else "Nothing to add.")
        self.stdout.write(f"Password of the demo accounts: {password}")
