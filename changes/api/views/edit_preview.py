"""What writing in an RFC would answer, before anything is written."""

from rest_framework.request import Request
from rest_framework.response import Response

from changes.actions.rfc import writable
from changes.api.door import Door
from changes.api.serializers.approval import EffectOut, differences_data
from changes.api.serializers.rfc import RFCBody, content_of
from changes.api.views.rfc import PreviewOut, preview_data, short_names, visible_rfc
from changes.choices import Scope
from changes.selectors.consequence import consequence_of
from changes.selectors.finding import findings
from changes.selectors.proposal import proposal_for


class EditPreviewOut(PreviewOut, EffectOut):
    """As raising it would answer, and what the edit means for the approval."""


class EditPreview(Door):
    """What a PATCH with this body would find and mean."""

    bodies = {"POST": RFCBody}
    answers = {"POST": (200, EditPreviewOut)}
    scopes = {"POST": (Scope.READ,)}
    refusals = {"POST": (409,)}

    def post(self, request: Request, number: str) -> Response:
        """The findings, what becomes of an approval, and every field that differs; writes nothing."""
        rfc = visible_rfc(self.user, number)
        before = rfc.content()
        data = self.body(partial=True, stored=before)
        with short_names(data):
            content = writable(rfc, content_of(data, before), self.user)
        found = findings(content, rfc=rfc, at=self.at, time_zone=self.time_zone)
        told = preview_data(found, proposal_for(content, created_at=rfc.created_at))
        means = consequence_of(rfc, content, at=self.at)
        differing = differences_data(means.differences)
        return Response({**told, "effect": means.effect, "message": means.sentence, "differences": differing})
