"""JSON out: orjson is ten times as quick as the standard library on a month of changes. And a page, where one is for readers."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer, TemplateHTMLRenderer


class JSONRenderer(BaseRenderer):
    """Instants are ISO 8601 in UTC and end in Z (DESIGN 7)."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)


class PageRenderer(TemplateHTMLRenderer):
    """The view's template with what it answers. A refusal stays a problem document, whoever asks."""

    media_type = "text/html"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> Any:
        if renderer_context and renderer_context["response"].exception:
            return JSONRenderer().render(data)
        return super().render(data, accepted_media_type, renderer_context)
