"""The history and the ledger, as the API tells them."""

from typing import Any

from rest_framework import serializers

from changes.api.serializers.fields import Instant
from changes.choices import Channel, Delivery
from changes.models import Happening, Reminder


class EventOut(serializers.Serializer):
    """`actor` is null where the product itself acted; `changes` maps a field to its value before and after."""

    at = Instant()
    actor = serializers.CharField(allow_null=True)
    action = serializers.CharField()
    changes = serializers.DictField()
    note = serializers.CharField(allow_blank=True)


class ReminderOut(serializers.Serializer):
    rule = serializers.CharField()
    recipient = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices())
    due_at = Instant()
    sent_at = Instant(allow_null=True)
    state = serializers.ChoiceField(Delivery.choices())
    detail = serializers.CharField(allow_blank=True)


def event_data(event: Happening) -> dict[str, Any]:
    return {
        "at": event.at,
        "actor": event.actor.username if event.actor else None,
        "action": event.action,
        "changes": event.changes,
        "note": event.note,
    }


def reminder_data(reminder: Reminder) -> dict[str, Any]:
    return {
        "rule": reminder.rule,
        "recipient": reminder.recipient.username,
        "channel": reminder.channel,
        "due_at": reminder.due_at,
        "sent_at": reminder.sent_at,
        "state": reminder.state,
        "detail": reminder.detail,
    }
