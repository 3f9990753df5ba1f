"""When a change window is open, and what a freeze would mean."""

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.door import Door
from changes.api.serializers.fields import Instant, Whole
from changes.api.serializers.rfc_query import Period
from changes.api.serializers.schedule import BriefOut, brief_data
from changes.api.serializers.set_up import FreezeShape
from changes.api.views.schedule import period_of
from changes.domain import recurrence
from changes.domain.freeze import Freeze as FreezeRule
from changes.domain.freeze import recurrence_of
from changes.domain.recurrence import RecurrenceError, occurrences
from changes.exceptions import Unacceptable
from changes.models import ChangeWindow, Freeze
from changes.selectors.freeze import freeze_effect


class OccurrenceOfOut(serializers.Serializer):
    start = Instant()
    end = Instant()
    hours = serializers.FloatField(help_text="How long it lasts: other than on paper in the nights the clocks change.")


class Occurrences(Door):
    """When a change window is open; without a period, in the four weeks to come."""

    queries = {"GET": Period}
    answers = {"GET": (200, OccurrenceOfOut(many=True))}

    def get(self, request: Request, key: int) -> Response:
        window = get_object_or_404(ChangeWindow, pk=key)
        found = occurrences(window.recurrence, period_of(self.query, self.at))
        return Response([{"start": one.start, "end": one.end, "hours": one.minutes / 60} for one in found])


class FreezePreviewBody(FreezeShape):
    """A freeze as for declaring it; `id` names the one that it would replace."""

    id = Whole(required=False, min_value=1, max_value=2**53)


class FreezeEffectOut(serializers.Serializer):
    hit = BriefOut(many=True)
    freed = BriefOut(many=True)


class FreezePreview(Door):
    """Which RFCs a freeze would hit or free."""

    bodies = {"POST": FreezePreviewBody}
    answers = {"POST": (200, FreezeEffectOut)}

    def post(self, request: Request) -> Response:
        """Answers the RFCs that it newly hits, and those that it frees; writes nothing."""
        data = self.body()
        before = get_object_or_404(Freeze, pk=data["id"]).as_rule() if "id" in data else None
        made = FreezeRule(**{"id": 0, "reason": "", "time_zone": before.time_zone if before else "UTC", **data})
        effect = freeze_effect(_possible(made), before=before, viewer=self.user, at=self.at)
        return Response({"hit": [brief_data(rfc) for rfc in effect.hit], "freed": [brief_data(rfc) for rfc in effect.freed]})


def _possible(freeze: FreezeRule) -> FreezeRule:
    """The freeze, if it can be: asked of the same rule as declaring it."""
    if freeze.end <= freeze.start:
        raise Unacceptable("The freeze ends at or before its start.", mend="Choose a later end.", field="end")
    try:
        recurrence.check(recurrence_of(freeze))
    except RecurrenceError as error:
        names = {"first_start": "start", "first_end": "end"}
        raise Unacceptable(error.sentence, field=names.get(error.field, error.field)) from error
    return freeze
