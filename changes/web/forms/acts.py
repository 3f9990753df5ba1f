"""What the form's buttons do to what was typed, so that it works whole without a script; a script does some of it sooner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict

from changes.choices import Phase
from changes.models import ChangeType
from changes.web.forms import mended, moment, series, typed

_SHIFTED = ("outage_start", "outage_end")
#: Buttons that store; every other one only changes the page. A line of nights that is understood is added first.
SAVING = ("save", "submit", "save-confirmed", "save-over")
#: The key in any line, without a script: it adds the nights that are typed and checks nothing that is not reached yet.
ENTER = "enter"


@dataclass(frozen=True)
class Acted:
    """The data after an act, and what came of it."""

    data: QueryDict
    #: The steps on the page are no longer those that the browser shows.
    steps_changed: bool = False
    #: Nor are the sessions.
    sessions_changed: bool = False
    trigger_changed: bool = False
    #: The type whose steps would take the place of typed ones; asked before it is done.
    asks_for: ChangeType | None = None


def of_post(post: QueryDict) -> QueryDict:
    """What the browser sent, with line ends as they are stored and without what no database takes."""
    data = typed.blank()
    for name, values in post.lists():
        data.setlist(name, [value.replace("\r\n", "\n").replace("\0", "") for value in values])
    return data


def acted(data: QueryDict, act: str, zone: ZoneInfo, today: date) -> Acted:
    """The data after what a button asks for, a picked slot and a newly chosen type. An unknown act changes nothing.

    `today` is the reader's date, from which a line of nights is counted.
    """
    verb, _, about = act.partition(" ")
    changed = _ROWS[verb](data, about) if verb in _ROWS else data
    changed = _SESSIONS[verb](changed, zone, today) if verb in _SESSIONS else changed
    changed = mended.with_mend(changed, about, zone) if verb == mended.VERB else changed
    changed = _with_slot(changed, zone)
    taken = _with_type(changed, verb)
    sessions_changed = verb in _SESSIONS or verb == mended.VERB
    return Acted(taken.data, taken.steps_changed or verb in _ROWS, sessions_changed, taken.trigger_changed, taken.asks_for)


def _with_whole_outage(data: QueryDict, prefix: str) -> QueryDict:
    """The outage of a session as long as the session itself."""
    kept = data.copy()
    if prefix in typed.prefixes(data, "sessions"):
        for name in ("start", "end"):
            kept[f"{prefix}-outage_{name}"] = data.get(f"{prefix}-{name}", "")
    return kept


_ROWS: Mapping[str, Callable[[QueryDict, str], QueryDict]] = {
    "up": lambda data, prefix: typed.moved(data, prefix, -1),
    "down": lambda data, prefix: typed.moved(data, prefix, 1),
    "remove": typed.removed,
    "add": lambda data, group: typed.added(data, group, {"blank": ""}) if group in typed.ROWS else data,
    "outage": _with_whole_outage,
    "paste": lambda data, _: typed.pasted(data),
}


_SESSIONS: Mapping[str, Callable[[QueryDict, ZoneInfo, date], QueryDict]] = {
    **dict.fromkeys(("add-nights", ENTER, *SAVING), lambda data, _, today: series.with_nights(data, today)),
    "take-nights": lambda data, zone, _: series.with_free_nights(data, zone),
    "remove-ticked": lambda data, *_: series.without_ticked(data),
    "same-outage": lambda data, *_: series.with_same_outage(data),
}


def _with_slot(data: QueryDict, zone: ZoneInfo) -> QueryDict:
    """A slot that was picked and not taken yet fills the first session; its outage moves along."""
    slot = data.get("slot", "")
    try:
        start, end = (datetime.fromisoformat(part) for part in slot.split("/"))
    except ValueError:
        return data
    if slot == data.get("slot_taken") or start.tzinfo is None or end.tzinfo is None:
        return data
    kept = data if typed.prefixes(data, "sessions") else typed.added(data, "sessions", {"start": ""})
    kept = kept.copy()
    prefix = typed.prefixes(kept, "sessions")[0]
    before = kept.get(f"{prefix}-start", "")
    for name, instant in (("start", start), ("end", end)):
        kept[f"{prefix}-{name}"], _ = moment.shown(instant, zone)
    for name in _SHIFTED:
        kept[f"{prefix}-{name}"] = _shifted(kept.get(f"{prefix}-{name}", ""), before, kept.get(f"{prefix}-start", ""))
    kept["slot_taken"] = slot
    return kept


def _shifted(value: str, before: str, after: str) -> str:
    try:
        by: timedelta = datetime.fromisoformat(after) - datetime.fromisoformat(before)
        return (datetime.fromisoformat(value) + by).strftime(moment.SHOWN)
    except (ValueError, TypeError, OverflowError):
        return value


def _with_type(data: QueryDict, verb: str) -> Acted:
    """Steps and trigger of a newly chosen type, where nobody has typed steps of their own."""
    slug, taken = data.get("change_type", ""), data.get("type_taken", "")
    asked = verb in ("take-steps", "take-steps-now")
    if slug == taken and not asked:
        return Acted(data)
    kinds = {kind.slug: kind for kind in ChangeType.objects.filter(slug__in=[slug, taken]).prefetch_related("steps")}
    kind, before = kinds.get(slug), kinds.get(taken)
    if kind is None:
        return Acted(data)
    if verb != "take-steps-now" and not _is_own_to_take(data, before):
        return Acted(data, asks_for=kind if asked else None)
    kept = typed.with_steps(data, {phase: kind.staged(phase) for phase in Phase})
    trigger = data.get("rollback_trigger", "").strip()
    fills_trigger = not trigger or (before is not None and trigger == before.rollback_trigger.strip())
    if fills_trigger:
        kept["rollback_trigger"] = kind.rollback_trigger
    kept["type_taken"] = slug
    return Acted(kept, steps_changed=True, trigger_changed=fills_trigger)


def _is_own_to_take(data: QueryDict, before: ChangeType | None) -> bool:
    """Whether the steps may be replaced unasked: there are none, or they are still those of the type before."""
    now = {phase: [_words(data, p) for p in typed.prefixes(data, phase.value)] for phase in Phase}
    own = {phase: [row for row in rows if any(row)] for phase, rows in now.items()}
    if not any(own.values()):
        return True
    if before is None:
        return False
    template = typed.with_steps(typed.blank(), {phase: before.staged(phase) for phase in Phase})
    return own == {phase: [_words(template, p) for p in typed.prefixes(template, phase.value)] for phase in Phase}


def _words(data: QueryDict, prefix: str) -> tuple[str, ...]:
    return tuple(data.get(f"{prefix}-{name}", "").strip() for name in typed.STEP)
