"""The demo's mailbox as a Django mail backend (`EMAIL_BACKEND` in fsc/settings.py)."""

from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from smtplib import SMTPRecipientsRefused

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone

from changes.models import DemoMail


class MailboxBackend(BaseEmailBackend):
    """Keeps mails to be read in the browser; a demo sends nothing to anybody.

    Of an address below .invalid, which no host ever has (RFC 2606, 2), it says what a mail server would.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        addressed = [(message, to) for message in email_messages for to in message.recipients()]
        if unknown := [to for _, to in addressed if to.lower().endswith(".invalid")]:
            raise SMTPRecipientsRefused(dict.fromkeys(unknown, (550, b"5.1.2 There is no such host.")))
        rows = [_kept(message, to) for message, to in addressed]
        DemoMail.objects.bulk_create(rows)
        return len(email_messages)


def _kept(message: EmailMessage, to: str) -> DemoMail:
    date_header = message.extra_headers.get("Date")
    html = next((str(part.content) for part in getattr(message, "alternatives", []) if part.mimetype == "text/html"), "")
    return DemoMail(
        to=to,
        subject=str(message.subject)[:250],
        text=str(message.body),
        html=html,
        sent_at=parsedate_to_datetime(date_header) if date_header else timezone.now(),
    )
