"""Minutes in words for templates: {{ point.said|said }}, {{ condition|promised }}, {{ point.voices|voices }}; each in the active zone."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone

from changes.domain.minutes import Promised, Said, Voice
from changes.formats import paper_words
from changes.formats.paper import Line

register = template.Library()


def _reader() -> paper_words.Reader:
    return paper_words.Reader(timezone.get_current_timezone(), timezone.localdate())


@register.filter
def said(given: Said) -> Line:
    return paper_words.said(given, _reader())


@register.filter
def promised(given: Promised) -> Line:
    return paper_words.promised(given, _reader())


@register.filter
def voices(given: tuple[Voice, ...]) -> str:
    return paper_words.voices(given)


@register.filter
def of(given: Mapping[int, Any], key: int) -> Any:
    """What a mapping holds for a key."""
    return given.get(key, ())
