"""`--at INSTANT` of the commands that do what the clock does."""

from argparse import ArgumentParser
from datetime import UTC, datetime

from django.core.management.base import CommandError
from django.utils import timezone


def add_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--at", metavar="INSTANT", help="as if it were then: 2026-11-24T12:00:00+01:00; now, if left out")


def instant_from(text: str | None) -> datetime:
    """The instant as aware UTC, now where none is given. Raises `CommandError` for other text and for a time without an offset."""
    if not text:
        return timezone.now()
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no instant. Write it as 2026-11-24T12:00:00+01:00.") from error
    if instant.tzinfo is None:
        raise CommandError(f"“{text}” has no offset. Write it as {text}+01:00, or {text}Z for UTC.")
    return instant.astimezone(UTC)
