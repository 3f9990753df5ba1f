"""What no path answers, and what each problem type means."""

from dataclasses import asdict
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.door import Door
from changes.api.problems import PROBLEMS, TYPE
from changes.api.renderers import JSONRenderer, PageRenderer


class Unknown(Door):
    """Any path below /api/ that is none."""

    schema = None
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request, force=True)
        slash = "" if request.path.endswith("/") else " Paths end in a slash."
        raise NotFound(f"No path is called {request.path}.{slash} GET /api/v1/openapi.json lists them.")


class ProblemPage(Door):
    """For a program as JSON, and for whoever opens the address in a browser as a page; anybody may read it."""

    schema = None
    permission_classes = [AllowAny]

    def get_renderers(self) -> list[BaseRenderer]:
        """One, and JSON where both are as welcome: DRF itself does not weigh what Accept prefers."""
        wanted = self.request.get_preferred_type([JSONRenderer.media_type, PageRenderer.media_type])
        return [PageRenderer() if wanted == PageRenderer.media_type else JSONRenderer()]


class ProblemTypes(ProblemPage):
    """All problem types."""

    template_name = "changes/problem_type_list.html"

    def get(self, request: Request) -> Response:
        return Response({"results": [told(code) for code in PROBLEMS], "next": None, "previous": None})


class ProblemType(ProblemPage):
    """The page behind a problem's `type`."""

    template_name = "changes/problem_type.html"

    def get(self, request: Request, code: str) -> Response:
        if code not in PROBLEMS:
            raise NotFound(f"No problem is called {code}. GET /api/problems/ lists them.")
        return Response(told(code))


def told(code: str) -> dict[str, Any]:
    """A problem type as it is answered: `type status title meaning mend`."""
    return {"type": TYPE.format(code=code), **asdict(PROBLEMS[code])}
