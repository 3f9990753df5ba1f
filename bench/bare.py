"""A bare Django view that answers recorded bytes: what the server, Django and the settings cost without the product.

Served in place of `fsc.wsgi:application`, with the same settings and middleware. `BENCH_RECORDED` is the JSON file of what
is answered: by name a status, a media type and a body. It reads no database.
"""

import json
import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

RECORDED = {
    name: (told["status"], told["type"], told["body"].encode())
    for name, told in json.loads(Path(os.environ["BENCH_RECORDED"]).read_bytes()).items()
}


@login_not_required
@csrf_exempt
def recorded(request: HttpRequest, name: str) -> HttpResponse:
    request.body  # noqa: B018 - what is sent is read, as by the product; a connection with the rest of it would be closed
    status, kind, body = RECORDED[name]
    return HttpResponse(body, status=status, content_type=kind)


urlpatterns = [path("<str:name>/", recorded)]

settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
