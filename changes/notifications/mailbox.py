"""The demo's mailbox as a Django mail backend (`EMAIL_BACKEND` in fsc/settings.py)."""

from collections.abc import Sequence
from email.utils import parsedate_to_datetime

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone

from changes.models import DemoMail


class MailboxBackend(BaseEmailBackend):
    """Keeps mails to be read in the browser; a demo sends nothing to anybody."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [_kept(message, to) for message in email_messages for to in message.recipients()]
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
