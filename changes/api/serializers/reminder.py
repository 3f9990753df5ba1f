"""The ledger of everybody's reminders, as the API tells it, and what it is narrowed by."""

from typing import Any

from rest_framework import serializers

from changes.api.pagination import PageQuery
from changes.api.serializers.event import ReminderOut, reminder_data
from changes.api.serializers.fields import Instant, NamedList, OneOf, Person, Strict
from changes.api.serializers.rfc_query import Period, RFCNumber
from changes.choices import Channel, Delivery, Hold
from changes.domain.ladder_words import Rule
from changes.models import Reminder

ORDERINGS = ("due_at", "-due_at")


class LedgerFilters(Strict):
    """A repeated parameter means OR, different ones AND."""

    state = serializers.ListField(child=OneOf(Delivery), required=False)
    rule = serializers.ListField(child=OneOf(Rule), required=False)
    channel = serializers.ListField(child=OneOf(Channel), required=False)
    recipient = NamedList(child=Person(), required=False)
    rfc = serializers.ListField(child=RFCNumber(allow_blank=False), required=False)


class LedgerQuery(Period, LedgerFilters, PageQuery):
    """The parameters of `reminders/`; `from` and `to` are about when they fell due, half-open."""

    ordering = serializers.ChoiceField(choices=ORDERINGS, default="-due_at")


class LedgerOut(ReminderOut):
    """A row with whom and what it is about. `send_at` is later than `due_at` where it is held, which `held_for` says."""

    id = serializers.IntegerField()
    subject = serializers.CharField()
    revision = serializers.IntegerField()
    rfc = serializers.CharField(allow_null=True)
    meeting = serializers.IntegerField(allow_null=True)
    on_behalf_of = serializers.CharField(allow_null=True)
    send_at = Instant()
    held_for = serializers.ChoiceField(Hold.choices(), allow_null=True)
    attempts = serializers.IntegerField()


def ledger_data(row: Reminder) -> dict[str, Any]:
    return {
        **reminder_data(row),
        "id": row.pk,
        "subject": row.subject,
        "revision": row.revision,
        "rfc": row.rfc.number if row.rfc else None,
        "meeting": row.meeting_id,
        "on_behalf_of": row.on_behalf_of.username if row.on_behalf_of else None,
        "send_at": row.send_at,
        "held_for": row.held_for or None,
        "attempts": row.attempts,
    }
