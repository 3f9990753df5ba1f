"""What is the same of several sessions: said once on the form, and mended at one stroke for all of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from changes.domain.content import Content
from changes.domain.finding import Finding
from changes.web.forms.mended import MendButton, of_all

_PLACE = re.compile(r"sessions\[(\d+)\]")
#: The domain numbers them where there are several.
_NUMBERED = re.compile(r"^Session \d+: ")
_OUTAGE = {"Users will not notice": "None for all", "Out for the whole session": "Whole session for all"}
Buttons = Mapping[Finding, Sequence[MendButton]]


def said_once(found: Sequence[Finding], content: Content, mends: Buttons) -> tuple[list[Finding], Buttons]:
    """The findings with one in the place of those that say the same of all sessions, and the buttons with those for all.

    An outage that is not stated is one question, of however many sessions it is asked.
    """
    groups = [own for own in _grouped(found, content).values() if _is_of_all(own, content)]
    together = [(_together(own, content), own) for own in groups]
    instead = {one: whole for whole, own in together for one in own}
    strokes = {whole: _for_all([mends.get(one, ()) for one in own]) for whole, own in together}
    return list(dict.fromkeys(instead.get(one, one) for one in found)), {**mends, **strokes}


def _grouped(found: Iterable[Finding], content: Content) -> dict[object, list[Finding]]:
    """By what they say, the findings about one session each."""
    groups: dict[object, list[Finding]] = defaultdict(list)
    for one in found:
        if _PLACE.match(one.field):
            groups[_said(one, content)].append(one)
    return groups


def _said(one: Finding, content: Content) -> object:
    words = "" if _is_unanswered(one, content) else _NUMBERED.sub("", one.message)
    rest = (one.code, one.level, one.mend, one.other, one.about, one.freeze, one.waived, one.lapsed)
    return (words.lower(), _PLACE.sub("", one.field), *rest)


def _is_unanswered(one: Finding, content: Content) -> bool:
    return one.code == "outage.missing" and content.sessions[_place(one)].outage is None


def _place(one: Finding) -> int:
    found = _PLACE.match(one.field)
    return int(found[1]) if found else 0


def _is_of_all(own: Sequence[Finding], content: Content) -> bool:
    places = {_place(one) for one in own}
    return len(places) > 1 and (len(places) == len(content.sessions) or _is_unanswered(own[0], content))


def _together(own: Sequence[Finding], content: Content) -> Finding:
    first, count, of = own[0], len({_place(one) for one in own}), len(content.sessions)
    if _is_unanswered(first, content):
        message = f"{count}{'' if count == of else f' of {of}'} sessions have no outage statement."
    else:
        words = _NUMBERED.sub("", first.message)
        message = f"{words[0].upper()}{words[1:]} This is so for all {count} sessions."
    return replace(first, field="sessions", message=message, interval=None)


def _for_all(strokes: Sequence[Sequence[MendButton]]) -> list[MendButton]:
    """The buttons that each of the sessions has, as one that mends all of them."""
    words = [[button.words for button in own] for own in strokes]
    if not words or any(own != words[0] for own in words):
        return []
    return [of_all([own[place] for own in strokes], _words(name)) for place, name in enumerate(words[0])]


def _words(name: str) -> str:
    return _OUTAGE.get(name) or (name.replace("the session", "each session") if "the session" in name else f"{name}, all of them")
