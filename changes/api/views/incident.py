"""Which incidents an RFC is suspected of."""

from rest_framework.request import Request
from rest_framework.response import Response

from changes.actions.incident import link
from changes.api.door import Door
from changes.api.idempotency import once
from changes.api.serializers.incident import IncidentBody, IncidentOut, incident_data
from changes.api.views.rfc import visible_rfc


class Incidents(Door):
    """The incidents that an RFC may have caused, and what is thought of each."""

    bodies = {"POST": IncidentBody}
    answers = {"GET": (200, IncidentOut(many=True)), "POST": (200, IncidentOut)}

    def get(self, request: Request, number: str) -> Response:
        links = visible_rfc(self.user, number).incidents.select_related("by")
        return Response([incident_data(one) for one in links])

    @once
    def post(self, request: Request, number: str) -> Response:
        """Say what is thought: `suspected`, `confirmed` or `ruled_out`. Of one incident the last word counts; answers how it stands."""
        rfc = visible_rfc(self.user, number)
        return Response(incident_data(link(rfc, **self.body(), actor=self.user, at=self.at)))
