"""When a change window is open, and what a freeze would mean."""

from collections.abc import Mapping
from dataclasses import replace

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
from changes.choices import Scope
from changes.domain.freeze import Freeze as FreezeRule
from changes.domain.freeze import check
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
    """A freeze as for declaring it; `id` names the one that would be changed, and then all else may be left out."""

    said = {"required": [], "if": {"not": {"required": ["id"]}}, "then": {"required": ["name", "start", "end"]}}

    id = Whole(required=False, min_value=1, max_value=2**53)


class FreezeEffectOut(serializers.Serializer):
    hit = BriefOut(many=True)
    freed = BriefOut(many=True)


class FreezePreview(Door):
    """Which RFCs a freeze would hit or free."""

    bodies = {"POST": FreezePreviewBody}
    answers = {"POST": (200, FreezeEffectOut)}
    refusals = {"POST": (404,)}  # an id that is none
    scopes = {"POST": (Scope.READ,)}

    def post(self, request: Request) -> Response:
        """Answers the RFCs with a session that it newly hits, and those with one that it frees; writes nothing.

        With an `id`, what is not given stays as that freeze has it, as in a PATCH.
        """
        before = self._stored()
        data = {name: value for name, value in self.body(partial=before is not None).items() if name != "id"}
        after = _possible(replace(before, **data) if before else FreezeRule(**{"id": 0, "reason": "", "time_zone": "UTC", **data}))
        effect = freeze_effect(after, before=before, viewer=self.user, at=self.at)
        return Response({name: [brief_data(row.rfc) for row in rows] for name, rows in (("hit", effect.hit), ("freed", effect.freed))})

    def _stored(self) -> FreezeRule | None:
        """The freeze that the body names; what is no number is for the body's shape to refuse."""
        key = self.request.data.get("id") if isinstance(self.request.data, Mapping) else None
        is_number = isinstance(key, int) and not isinstance(key, bool) and 0 < key < 2**53
        return get_object_or_404(Freeze, pk=key).as_rule() if is_number else None


def _possible(freeze: FreezeRule) -> FreezeRule:
    """The freeze, if it can be: asked of the same rule as declaring it."""
    try:
        check(freeze)
    except RecurrenceError as error:
        raise Unacceptable(error.sentence, field=error.field) from error
    return freeze
