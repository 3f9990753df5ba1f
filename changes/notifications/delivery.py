"""Sending letters over one connection, and saying in a line why one was not taken."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import get_connection

from changes.notifications.mail import message_for
from changes.selectors.reminder_letter import Letter

log = logging.getLogger(__name__)
#: Seconds that a mail server may take for one answer.
PATIENCE = 20


def deliver(letters: Sequence[Letter], *, at: datetime) -> Iterator[tuple[Letter, str]]:
    """Send each letter over one connection; gives it back with why it failed, or "" once the server has taken it.

    Where no connection can be made the rest of the batch fails at once, with the same reason: trying each one
    would hold up the sweep for nothing.
    """
    connection = get_connection(timeout=PATIENCE)
    unreachable = ""
    for letter in letters:
        unreachable = unreachable or _opened(connection)
        yield letter, unreachable or _sent(connection, letter, at)
    if not unreachable:
        connection.close()


def _opened(connection: Any) -> str:
    """Why there is no connection; opening an open one does nothing."""
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        log.warning("No connection to the mail server: %s", _reason(error))
        return f"No connection to the mail server: {_reason(error)}"
    return ""


def _sent(connection: Any, letter: Letter, at: datetime) -> str:
    try:
        connection.send_messages([message_for(letter, at=at)])
    except (OSError, SMTPException) as error:
        connection.close()  # half a conversation is of no use to the next letter
        log.warning("Reminder %s failed: %s", letter.row.pk, _reason(error))
        return _reason(error)
    except Exception as error:  # one letter that cannot be written must not hold up all the others
        log.exception("Reminder %s cannot be written.", letter.row.pk)
        return f"The mail could not be written: {error}"
    return ""


def _reason(error: Exception) -> str:
    """What the server said, in a line."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(f"{address}: {code} {_text(said)}" for address, (code, said) in error.recipients.items())
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{error}" or type(error).__name__


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
