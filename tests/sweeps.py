"""Sweeps of reminders in tests, and what they sent."""

from datetime import timedelta

from django.core import mail

from changes.actions import reminder
from changes.choices import Delivery, State
from changes.models import Preference
from tests.factories import NOW, RFCFactory, SessionFactory

START = NOW + timedelta(days=3)


def swept(at):
    """What a sweep handled; the mailbox holds its mails and no others."""
    mail.outbox.clear()
    return reminder.send_due(at=at)


def sent(at):
    """What a sweep sent, as (rule, username)."""
    return sorted((d.row.rule, d.row.recipient.username) for d in reminder.send_due(at=at) if d.state == Delivery.SENT)


def scheduled(given, number):
    """So many RFCs of one night as rows; by the moves of the product all but the first would be in conflict."""
    for _ in range(number):
        rfc = RFCFactory(state=State.SCHEDULED, owner=given.people.owner, implementer=given.people.implementer)
        SessionFactory(rfc=rfc, planned_start=START)


def ours(at):
    """The same about sessions alone, to the owner alone."""
    return [rule for rule, name in sent(at) if name == "owner" and rule in ("before_72h", "before_24h", "before_1h", "begun", "outcome")]


def wish(person, **wishes):
    return Preference.objects.create(user=person, **wishes)
