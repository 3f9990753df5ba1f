"""An incident that an RFC is suspected of, in and out."""

from typing import Any

from rest_framework import serializers

from changes.api.serializers.fields import Instant, OneOf, Strict, Text
from changes.choices import Suspicion
from changes.models import IncidentLink


class IncidentBody(Strict):
    system = Text(allow_blank=False, max_length=60, help_text="Where the incident is kept, as in the references of an RFC.")
    identifier = Text(allow_blank=False, max_length=120, help_text="Its number there.")
    suspicion = OneOf(Suspicion)
    url = serializers.URLField(required=False, allow_blank=True, max_length=200)
    note = Text(required=False, max_length=2000)


class IncidentOut(serializers.Serializer):
    system = serializers.CharField()
    identifier = serializers.CharField()
    url = serializers.CharField(allow_blank=True)
    suspicion = serializers.ChoiceField(Suspicion.choices())
    note = serializers.CharField(allow_blank=True)
    by = serializers.CharField(help_text="Who said so last, by username.")
    at = Instant()


def incident_data(link: IncidentLink) -> dict[str, Any]:
    """Read it with `by`."""
    said = {name: getattr(link, name) for name in ("system", "identifier", "url", "suspicion", "note", "at")}
    return {**said, "by": link.by.username}
