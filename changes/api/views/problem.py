"""What no path answers, and what each problem type means."""

from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.door import Door
from changes.api.problems import TITLES, TYPE


class Unknown(Door):
    """Any path below /api/ that is none."""

    schema = None
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request, force=True)
        slash = "" if request.path.endswith("/") else " Paths end in a slash."
        raise NotFound(f"No path is called {request.path}.{slash} GET /api/v1/openapi.json lists them.")


class ProblemType(Door):
    """The page behind a problem's `type`."""

    schema = None
    permission_classes = [AllowAny]

    def get(self, request: Request, code: str) -> Response:
        if code not in TITLES:
            raise NotFound(f"No problem is called {code}.")
        number, title = TITLES[code]
        return Response({"type": TYPE.format(code=code), "status": number, "title": title})
