"""The schema, and a page to try it on."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from changes.api.catalogue import rooms
from changes.api.problems import TITLES


class Schema(SpectacularAPIView):
    """OpenAPI 3.1, as JSON; it holds no data, so anybody may read it."""

    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer]
    schema = None


@login_not_required
def api_docs(request: HttpRequest) -> HttpResponse:
    """Drawn here, so that it reads without script; what is tried goes out as who is signed in, or with a token."""
    return render(request, "changes/api_docs.html", {"rooms": rooms(), "problems": TITLES})
