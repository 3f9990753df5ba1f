"""A reminder as a mail: templates/emails/<rule>/ as text and HTML, threaded by RFC."""

from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string, select_template

from changes.notifications.words import context_of
from changes.selectors.reminder_letter import Letter


def message_for(letter: Letter, *, at: datetime) -> EmailMultiAlternatives:
    """The mail of a reminder, ready to be sent."""
    rule, context = letter.row.rule, context_of(letter, at=at)
    context["lead"] = render_to_string(f"emails/{rule}/lead.txt", context).strip()
    subject = " ".join(render_to_string(f"emails/{rule}/subject.txt", context).split())
    text = select_template([f"emails/{rule}/text.txt", "emails/text.txt"]).render(context)
    message = EmailMultiAlternatives(subject, text, to=[letter.row.recipient.email], headers=_headers(letter, at))
    html = select_template([f"emails/{rule}/html.html", "emails/html.html"]).render({**context, "subject": subject})
    message.attach_alternative(html, "text/html")
    return message


def _headers(letter: Letter, at: datetime) -> dict[str, str]:
    """All mails of an RFC, or of a meeting, are one thread; the same reminder has the same Message-ID, however often it is tried."""
    host = urlsplit(settings.FSC_BASE_URL).hostname or "localhost"
    row = letter.row
    about = f"rfc-{row.rfc_id}" if row.rfc_id else row.subject.replace(":", "-")
    thread = f"<{about}@{host}>"
    return {
        "Message-ID": f"<reminder-{row.pk}@{host}>",
        "In-Reply-To": thread,
        "References": thread,
        "Date": format_datetime(at),
        "Auto-Submitted": "auto-generated",  # RFC 3834: an absence note must not answer it
    }
