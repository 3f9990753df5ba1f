"""The SVG of signs and swatches. Colours come from classes, so both schemes and print follow the tokens."""

# ruff: noqa: FBT001 - templates pass arguments by place

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from changes.choices import Outcome, State

#: A state as it is drawn (LOOK 4): five drawings for nine states.
DRAWINGS = {
    State.DRAFT: "unapproved",
    State.SUBMITTED: "unapproved",
    State.APPROVED: "scheduled",
    State.SCHEDULED: "scheduled",
    State.IN_PROGRESS: "running",
    State.COMPLETED: "done",
    State.CLOSED: "done",
    State.REJECTED: "ended",
    State.CANCELLED: "ended",
}
#: Outcomes after which the tick would be a lie.
TURNED_BACK = frozenset({Outcome.ROLLED_BACK, Outcome.FAILED, Outcome.ABANDONED, Outcome.NOT_STARTED})
DIAMOND = "M6 .9 11.1 6 6 11.1.9 6Z"
CHEVRONS = "M1.6 1.8 5.6 6l-4 4.2M6.4 1.8l4 4.2-4 4.2"
HATCH = "M1 8 8 1M1 11.5 11.5 1M4 11.5 14.5 1M7.5 11.5 18 1M11 11.5 19.5 3M14.5 11.5l5-5"


def drawing_of(state: str) -> str:
    """How a state is drawn: unapproved, scheduled, running, done or ended; what has none yet is not approved."""
    return DRAWINGS.get(State(state), "unapproved") if state else "unapproved"


def _shape(severity: str, approved: bool) -> str:
    weight = "full" if approved else "hollow"
    shapes = {
        "major": f'<path class="{weight}" d="{DIAMOND}"/>',
        "minor": f'<circle class="{weight}" cx="6" cy="6" r="{4.4 if approved else 3.9}"/>',
        "automatic": f'<path class="stroke{"" if approved else " thin"}" d="{CHEVRONS}"/>',
    }
    return shapes.get(severity, '<circle class="dashed" cx="6" cy="6" r="4"/>')


@cache
def silent_sign(severity: str, approved: bool) -> SafeString:
    """The sign alone, where a word beside it says the same."""
    attributes = f'class="sign sign-{severity or "open"}" viewBox="0 0 12 12" aria-hidden="true" focusable="false"'
    return mark_safe(f"<svg {attributes}>{_shape(severity, approved)}</svg>")  # noqa: S308 - only the words of choices.Severity


@cache
def sign(severity: str, approved: bool) -> SafeString:
    """The sign with its words: "minor, not yet approved"."""
    words = (severity or "severity open") + ("" if approved else ", not yet approved")
    return format_html('{}<span class="visually-hidden">{} </span>', silent_sign(severity, approved), words)


SWATCHES = {
    "unapproved": f'<rect class="dashed" x=".5" y=".5" width="19" height="11" rx="2"/><path class="hatch" d="{HATCH}"/>',
    "scheduled": '<rect class="tint" width="20" height="12" rx="2"/><rect class="edge" x=".5" y=".5" width="19" height="11" rx="1.5" '
    'opacity=".55"/><path class="solid" d="M2 0h2v12H2a2 2 0 0 1-2-2V2a2 2 0 0 1 2-2Z"/>',
    "running": '<rect class="solid" width="20" height="12" rx="2"/><path class="used" d="M0 9h11v3H2a2 2 0 0 1-2-2Z"/>',
    "done": '<rect class="pale" x=".5" y=".5" width="19" height="11" rx="2"/><path class="tick" d="m7 6 2.2 2.4L13.2 3.6"/>',
    "back": '<rect class="pale" x=".5" y=".5" width="19" height="11" rx="2"/><path class="back" d="M8 3.2 5.8 5.4 8 7.6M6 5.4h6.2v3H9"/>',
    "ended": '<rect class="pale" x=".5" y=".5" width="19" height="11" rx="2"/><path class="struck" d="M3 6h14"/>',
}


@cache
def swatch(drawing: str, severity: str, turned_back: bool) -> SafeString:
    shape = SWATCHES["back" if turned_back and drawing == "done" else drawing]
    attributes = f'class="swatch swatch-{severity or "open"}" viewBox="0 0 20 12" aria-hidden="true" focusable="false"'
    return mark_safe(f"<svg {attributes}>{shape}</svg>")  # noqa: S308 - only the words of choices


@cache
def clash(waived: bool, words: str) -> SafeString:
    ground = '<rect class="ground" x=".75" y=".75" width="14.5" height="14.5" rx="3"/>'
    bars = '<path class="bar" d="M3.6 4h5.8v4H3.6zM6.6 8h5.8v4H6.6z"/>'
    return format_html(
        '<svg class="clash{}" viewBox="0 0 16 16" role="img" aria-label="{}">{}{}</svg>',
        " waived" if waived else "",
        words,
        mark_safe(ground),  # noqa: S308 - our own drawing
        mark_safe(bars),  # noqa: S308 - our own drawing
    )
