"""Sweeps of reminders in tests, what they are about, and what they sent."""

from datetime import timedelta

from django.core import mail

from changes.actions import reminder
from changes.choices import Delivery, Route, State
from changes.models import RFC, Preference, User
from changes.selectors.reminder import due
from tests.factories import NOW, DecisionFactory, RFCFactory, SessionFactory

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


def told(at, rule):
    """Who is due to be told by a rule, as (subject's kind, username)."""
    found = [one for one in due(at=at) if one.rung.rule == rule]
    names = User.objects.in_bulk([one.recipient for one in found])
    return [(one.facts.about.value, names[one.recipient].username) for one in found]


def by_word(given, **other):
    """An emergency that runs on the word of the chair, given at NOW."""
    rfc = RFCFactory(state=State.IN_PROGRESS, route=Route.EMERGENCY, **other)
    decision = DecisionFactory(rfc=rfc, by=given.people.chair, recorded_by=rfc.owner, is_verbal=True, how="Called at 03:05.")
    RFC.objects.filter(pk=rfc.pk).update(decision=decision)
    return decision
