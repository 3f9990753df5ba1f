"""Asking a worker to look now, for what cannot wait until beat's next minute."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def nudge() -> None:
    """Once the transaction has committed, have what is due sent. Beat asks every minute anyhow, so a broker that is down loses nothing."""
    transaction.on_commit(_ask, robust=True)


def _ask() -> None:
    try:
        current_app.send_task("changes.tasks.send_reminders", expires=55, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("No worker could be asked to send now, beat will: %s", error)
