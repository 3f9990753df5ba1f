"""A reminder as a mail: templates/emails/<rule>/ as text and HTML, threaded by RFC; a day's digest as one mail."""

from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string, select_template

from changes.formats import times
from changes.notifications.answers import off_link
from changes.notifications.short import digest_title, home_link, subject_of
from changes.notifications.words import context_of
from changes.selectors.reminder_letter import Letter, Parcel


def message_for(parcel: Parcel, *, at: datetime) -> EmailMultiAlternatives:
    """The mail of a reminder, or of all those of a digest, ready to be sent."""
    return _digest_for(parcel, at) if len(parcel.letters) > 1 else _mail_for(parcel.first, at)


def _mail_for(letter: Letter, at: datetime) -> EmailMultiAlternatives:
    rule, context = letter.row.rule, _told(letter, at)
    text = select_template([f"emails/{rule}/text.txt", "emails/text.txt"]).render(context)
    html = select_template([f"emails/{rule}/html.html", "emails/html.html"]).render(context)
    return _message(letter, context["subject"], text, html, _headers(letter, at))


def _digest_for(parcel: Parcel, at: datetime) -> EmailMultiAlternatives:
    told = [_told(letter, at) for letter in parcel.letters]
    first = told[0]
    subject = digest_title(told)
    minutes = max(letter.minutes_late for letter in parcel.letters)
    late = times.duration(minutes) if minutes else ""
    context = {"subject": subject, "reminders": told, "late": late, "zone": first["zone"], "link": home_link(), "person": parcel.recipient}
    text, html = render_to_string("emails/digest.txt", context), render_to_string("emails/digest.html", context)
    host = _host()
    headers = {"Message-ID": f"<digest-{parcel.first.row.pk}@{host}>", **_dated(at)}
    return _message(parcel.first, subject, text, html, headers)


def _told(letter: Letter, at: datetime) -> dict[str, Any]:
    """What the templates show of a reminder, its subject and first sentences among it."""
    context = context_of(letter, at=at)
    context["lead"] = render_to_string(f"emails/{letter.row.rule}/lead.txt", context).strip()
    return {**context, "subject": subject_of(letter, context)}


def _message(letter: Letter, subject: str, text: str, html: str, headers: dict[str, str]) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(subject, text, to=[letter.row.recipient.email], headers=headers)
    message.attach_alternative(html, "text/html")
    return message


def _headers(letter: Letter, at: datetime) -> dict[str, str]:
    """All mails of an RFC, or of a meeting, are one thread; the same reminder has the same Message-ID, however often it is tried."""
    host, row = _host(), letter.row
    about = f"rfc-{row.rfc_id}" if row.rfc_id else row.subject.replace(":", "-")
    thread = f"<{about}@{host}>"
    threaded = {"Message-ID": f"<reminder-{row.pk}@{host}>", "In-Reply-To": thread, "References": thread}
    return {**threaded, **_dated(at), **_unsubscribing(letter)}


def _unsubscribing(letter: Letter) -> dict[str, str]:
    """In one click, by a POST of the mail program (RFC 8058); only of what may be turned off."""
    link = off_link(letter)
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if link else {}


def _dated(at: datetime) -> dict[str, str]:
    return {"Date": format_datetime(at), "Auto-Submitted": "auto-generated"}  # RFC 3834: an absence note must not answer it


def _host() -> str:
    return urlsplit(settings.FSC_BASE_URL).hostname or "localhost"
