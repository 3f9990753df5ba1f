"""Sending messages by mail over one connection, and by chat, and saying in a line why one was not taken."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import get_connection

from changes.choices import Channel
from changes.notifications.chat import say
from changes.notifications.mail import message_for
from changes.notifications.short import short_words
from changes.selectors.reminder_letter import Parcel

log = logging.getLogger(__name__)
#: Seconds that a mail server may take for one answer.
PATIENCE = 20


def deliver(parcels: Sequence[Parcel], *, at: datetime, is_ours: Callable[[Parcel], bool]) -> Iterator[tuple[Parcel, str]]:
    """Send each that is still ours when its turn comes; gives it back with why it failed, or "" once it was taken.

    Where no connection to the mail server can be made the rest of the mails fails at once, with the same reason: trying
    each one would hold up the sweep for nothing.
    """
    yield from _by_mail([parcel for parcel in parcels if parcel.channel == Channel.MAIL], at, is_ours)
    for parcel in parcels:
        if parcel.channel == Channel.CHAT and is_ours(parcel):
            yield parcel, _by_chat(parcel, at)


def _by_mail(parcels: Sequence[Parcel], at: datetime, is_ours: Callable[[Parcel], bool]) -> Iterator[tuple[Parcel, str]]:
    if not parcels:
        return
    connection = get_connection(timeout=PATIENCE)
    unreachable = ""
    try:
        for parcel in filter(is_ours, parcels):
            unreachable = unreachable or _opened(connection)
            yield parcel, unreachable or _sent(connection, parcel, at)
    finally:  # whoever asked may stop in the middle
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


def _sent(connection: Any, parcel: Parcel, at: datetime) -> str:
    try:
        connection.send_messages([message_for(parcel, at=at)])
    except (OSError, SMTPException) as error:
        connection.close()  # half a conversation is of no use to the next letter
        log.warning("Reminder %s failed: %s", parcel.first.row.pk, _reason(error))
        return _reason(error)
    except Exception as error:  # one letter that cannot be written must not hold up all the others
        log.exception("Reminder %s cannot be written.", parcel.first.row.pk)
        return f"The mail could not be written: {error}"
    return ""


def _by_chat(parcel: Parcel, at: datetime) -> str:
    """Nothing of a chat's address may stand in the ledger or in a log, so that no error's own words are kept."""
    try:
        title, body = short_words(parcel, at=at)
        problem = say(parcel.recipient.preference.chat_url, title, body)
    except Exception as error:  # noqa: BLE001 - as with mails, one must not hold up the others
        log.warning("Reminder %s cannot be sent by chat: %s", parcel.first.row.pk, type(error).__name__)
        return f"The message could not be sent: {type(error).__name__}."
    if problem:
        log.warning("Reminder %s failed by chat: %s", parcel.first.row.pk, problem)
    return problem


def _reason(error: Exception) -> str:
    """What the server said, in a line."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(f"{address}: {code} {_text(said)}" for address, (code, said) in error.recipients.items())
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{error}" or type(error).__name__


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
