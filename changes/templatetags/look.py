"""Signs, swatches, badges, findings and chips: what LOOK 3, 4 and 6 draw, each with its words for readers of screens."""

# ruff: noqa: FBT001, FBT002 - templates pass arguments by place

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template.exceptions import TemplateSyntaxError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from changes.choices import Ballot, Level, Severity, State
from changes.formats import charts, signs
from changes.formats import session_bar as bar
from changes.formats.signs import TURNED_BACK, drawing_of

register = template.Library()

ICONS = Path("node_modules/bootstrap-icons/icons")
LEVEL_ICONS = {Level.ERROR: "x-octagon-fill", Level.WARNING: "exclamation-triangle-fill", Level.ADVICE: "info-circle", "ok": "check-lg"}
LEVEL_WORDS = {Level.ERROR: "Error", Level.WARNING: "Warning", Level.ADVICE: "Advice", "ok": "Fine"}
BALLOT_WORDS: dict[str, str] = {
    Ballot.APPROVE: "for",
    Ballot.REJECT: "against",
    Ballot.ABSTAIN: "abstains",
    "": "open",
    "barred": "may not vote",
}


@cache
def _icon(name: str) -> SafeString:
    file = Path(settings.BASE_DIR) / ICONS / f"{name}.svg"
    if not file.is_file():
        raise TemplateSyntaxError(f"There is no icon {name!r} in {ICONS}; look there for its name, or run npm ci.")
    inner = file.read_text().partition(">")[2].rpartition("</svg>")[0].strip()
    attributes = 'class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"'
    return mark_safe(f"<svg {attributes}>{inner}</svg>")  # noqa: S308 - a file of our own assets, not a visitor's text


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of bootstrap-icons, inline: it takes the size and the colour of the text around it."""
    return _icon(name)


@register.filter
def drawing(state: str) -> str:
    """The class of a state's drawing: unapproved, scheduled, running, done or ended."""
    return drawing_of(state)


@register.filter
def is_approved(state: str) -> bool:
    """Whether a sign stands filled."""
    return drawing(state) in ("scheduled", "running", "done")


@register.simple_tag
def severity_sign(severity: str | None, approved: bool = True) -> SafeString:
    """Diamond, disc or double chevron, hollow while not approved, with its words."""
    return signs.sign(str(severity or ""), bool(approved))


@register.simple_tag
def severity_badge(severity: str | None, approved: bool = True) -> SafeString:
    """Sign and word: "◆ Major"."""
    word = Severity(severity).label if severity else "Severity open"
    return format_html('<span class="severity">{}{}</span>', signs.silent_sign(str(severity or ""), bool(approved)), word)


@register.simple_tag
def state_swatch(state: str, severity: str | None = "", outcome: str | None = "") -> SafeString:
    """The miniature, 20 by 12, of a bar in this state, without words."""
    return signs.swatch(drawing(state), str(severity or ""), outcome in TURNED_BACK)


@register.simple_tag
def state_badge(state: str, severity: str | None = "", word: str = "", outcome: str | None = "") -> SafeString:
    """Swatch and word. `word` replaces the state's own, for instance "In progress since 22:04"."""
    return format_html('<span class="state">{}{}</span>', state_swatch(state, severity, outcome), word or State(state).label)


@register.simple_tag
def clash(waived: bool = False, words: str = "") -> SafeString:
    """The red square with two overlapping bars; outlined once waived."""
    return signs.clash(bool(waived), words or ("conflict, waived" if waived else "in conflict"))


@register.simple_tag
def level_badge(level: str, words: str) -> SafeString:
    """Icon and word on its tint: "2 errors". `level` is error, warning, advice or ok."""
    return format_html('<span class="badge {}">{}{}</span>', level, _icon(LEVEL_ICONS[level]) if level != "advice" else "", words)


@register.simple_tag
def vote_square(ballot: str | None) -> SafeString:
    """A member's vote on an item: approve, reject, abstain, empty while open, "barred" for the RFC's own people."""
    vote = ballot or ""
    marks = {Ballot.APPROVE.value: "✓", Ballot.REJECT.value: "✕", Ballot.ABSTAIN.value: "–"}
    return format_html(
        '<span class="vote {}" role="img" aria-label="{}">{}</span>', vote or "open", BALLOT_WORDS[vote], marks.get(vote, "")
    )


@register.inclusion_tag("components/finding.html")
def finding(found: Any, action_url: str = "", action_word: str = "", buttons: Sequence[Any] = ()) -> dict[str, Any]:
    """A finding of the domain, or a mapping with the same keys; `level` "ok" answers "is the window right?".

    `buttons` (value, words) are submitted with the form that it stands in, as its `act`.
    """
    read = found.get if isinstance(found, Mapping) else lambda name, default="": getattr(found, name, default)
    level = "advice" if read("waived", "") else str(read("level", "advice"))
    names = ("message", "mend", "code", "other", "waived", "lapsed", "why")
    return {
        "level": level,
        "level_word": LEVEL_WORDS[level],
        "icon_name": LEVEL_ICONS[level],
        "action_url": action_url,
        "action_word": action_word,
        "buttons": buttons,
        **{name: read(name, "") or "" for name in names},
    }


@register.filter
def beside(buttons: Mapping[Any, Sequence[Any]], found: Any) -> Sequence[Any]:
    """Of the buttons by finding, those of this one; a gap that is only asked for is a mapping that names its finding."""
    return buttons.get(found.get("of") if isinstance(found, Mapping) else found, ())


@register.inclusion_tag("components/session-chip.html")
def session_chip(**given: Any) -> dict[str, Any]:
    """One session on the calendar; what it takes is written at the top of components/session-chip.html."""
    state = str(given.get("state") or State.DRAFT)
    severity = str(given.get("severity") or "")
    return {
        **given,
        "severity": severity,
        "drawing": drawing(state),
        "approved": is_approved(state),
        "state_word": "not yet approved" if drawing(state) == "unapproved" else State(state).label.lower(),
        "turned_back": given.get("outcome") in TURNED_BACK,
    }


@register.inclusion_tag("components/session-bar.html")
def session_bar(plan: bar.Plan, at: datetime | None = None) -> dict[str, Any]:
    """The bar of a `formats.session_bar.Plan` in the reader's zone; `at` draws the now line."""
    return {"bar": bar.draw(plan, zone=timezone.get_current_timezone(), at=at)}


@register.inclusion_tag("components/record-dots.html")
def record_dots(record: charts.Record) -> dict[str, Any]:
    """The record of a change type: a dot per earlier run, a line for this plan."""
    return {"record": charts.record(record)}


@register.inclusion_tag("components/minutes-bar.html")
def minutes_bar(parts: Sequence[charts.Part], length: int, ends: str = "") -> dict[str, Any]:
    """The agenda's minutes against the meeting's length; `ends` is the time written under the end mark."""
    return {"bar": charts.minutes_bar(parts, length=length), "ends": ends}


@register.inclusion_tag("components/overlap.html")
def overlap(one: charts.Stretch, other: charts.Stretch) -> dict[str, Any]:
    """A conflict as two bars with the overlap in minutes."""
    return {"overlap": charts.overlap(one, other, zone=timezone.get_current_timezone())}


@register.inclusion_tag("components/progress.html")
def progress(percent: float, turn: float | None = None, over: bool = False, words: str = "") -> dict[str, Any]:
    """How far work has come, in percent; `turn` is where the point of no return lies."""
    return {"percent": min(100, max(0, percent)), "turn": turn, "over": over, "words": words or f"{percent:.0f} % of the time used"}
