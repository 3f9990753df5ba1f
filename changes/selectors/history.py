"""The history in words: one sentence per event, who and when, and what an edit changed.

The one table of wordings; the detail page, the history page and whoever else tells of an event use it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from changes.choices import Ballot, Outcome, Phase, Verdict
from changes.domain import wording
from changes.domain.interval import Interval
from changes.domain.materiality import Difference, differences, from_data
from changes.models import RFC, ChangeType, ConfigurationItem, Decision, Environment, Event, Happening, Meeting, Service, User

#: What was done, by the name under which `actions` records it.
WORDS: Mapping[str, str] = {
    "created": "Raised",
    "imported": "Imported",
    "edited": "Edited",
    "moved": "Moved",
    "move_confirmed": "Move confirmed",
    "submitted": "Submitted",
    "returned": "Returned to its owner",
    "approved": "Approved",
    "approval_confirmed": "Verbal approval confirmed",
    "rejected": "Rejected",
    "decision_withdrawn": "Decision taken back",
    "deferred": "Deferred",
    "voted": "Voted",
    "pulled": "Pulled out of the consent list",
    "put_back": "Put back on the consent list",
    "put_to_the_vote": "Put to the vote",
    "vote_ended": "The vote has ended",
    "admitted": "Admitted late",
    "returned_for_approval": "Needs approval again",
    "ground_withdrawn": "The board: should not have been automatic",
    "scheduled": "Scheduled",
    "unscheduled": "Taken off the schedule",
    "cancelled": "Cancelled",
    "pulled_forward": "Pulled forward",
    "put_off": "Put off to a later meeting",
    "action_promised": "Action promised",
    "action_done": "Action done",
    "action_open": "Action open again",
    "action_put_off": "Action given another time",
    "condition_met": "Condition met",
    "condition_open": "Condition open again",
    "waived": "Finding waived",
    "recorded_begun": "Written down as begun",
    "recorded_done": "Written down as done",
    "begun": "Work begun",
    "session_begun": "Next session begun",
    "session_ended": "Session ended",
    "extended": "Extended",
    "step_done": "Step done",
    "step_noted": "Step noted",
    "step_opened": "Step opened again",
    "rollback_begun": "Rollback begun",
    "rollout_resumed": "Rollout resumed",
    "completed": "Completed",
    "reviewed": "Review written",
    "status_told": "Status",
    "closed": "Closed",
    "called_permanent": "Called permanent",
    "ratify": "Ratified",
    "unauthorised": "Called unauthorised",
    "incident_suspected": "Suspected of an incident",
    "incident_confirmed": "Confirmed as the cause of an incident",
    "incident_ruled_out": "Ruled out as the cause of an incident",
    "in_the_way": "Another RFC came into its time",
    "freeze_declared": "Freeze declared",
    "freeze_changed": "Freeze changed",
    "freeze_lifted": "Freeze lifted",
    # Of a meeting:
    "planned": "Planned",
    "stayed": "Stays where it is",
    "agenda_sent": "Agenda sent to the members",
    "item_placed": "Item moved",
    "minutes_given": "Item given other minutes",
    "item_noted": "Note of an item changed",
    "item_added": "Item added",
    "item_changed": "Item changed",
    "item_removed": "Item taken off",
    "opened": "Opened",
    "taken_over": "Taken over",
    "marked_here": "Marked as here",
    "marked_gone": "Marked as gone",
    "ended": "Ended",
    "held": "Held",
    "minutes_published": "Minutes published",
}
#: What the product does too, and then says so.
_BY_ITSELF = ("scheduled", "approved", "cancelled", "held")
#: Columns of a stored row that tell a reader nothing.
_SILENT = frozenset({"id", "state"})
_PHASES = frozenset(phase.value for phase in Phase)


@dataclass(frozen=True)
class Change:
    """One field before and after, each as the lines a reader sees; an empty field has none."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    material: bool = False


@dataclass(frozen=True)
class Line:
    """One event: when, the sentence without its time, what somebody wrote beside it, and what changed."""

    at: datetime
    sentence: str
    note: str
    changes: tuple[Change, ...] = ()


def latest(rfc: RFC, *, time_zone: str, count: int) -> tuple[list[Line], int]:
    """The `count` latest events, newest first and without what they changed, and how many there are in all."""
    events = _events(rfc)
    return [_line(event, time_zone, {}) for event in events[:count]], events.count()


def whole(rfc: RFC, *, time_zone: str) -> list[Line]:
    """Every event, newest first, with what each changed, in the names that readers know."""
    names = _names()
    return [_line(event, time_zone, names) for event in _events(rfc)]


def of_meeting(meeting: Meeting, *, time_zone: str) -> list[Line]:
    """What was done to a meeting and its agenda, newest first. One query."""
    return [_line(event, time_zone, {}) for event in meeting.events.select_related("actor").order_by("-at", "-pk")]


def approved_against_now(rfc: RFC, *, time_zone: str) -> list[Change]:
    """What differs between the content that was approved last and the content now; empty where nothing does or nobody has approved it."""
    approving = (Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS)
    decision = Decision.objects.standing().filter(rfc=rfc, verdict__in=approving).exclude(content={}).last()
    if decision is None:
        return []
    names = _names()
    found = [_difference(d, time_zone, names) for d in differences(from_data(decision.content), rfc.content())]
    return [change for change in found if change.before != change.after]  # actual times are no part of what was approved


def _events(rfc: RFC) -> QuerySet[Event]:
    return Event.objects.filter(rfc=rfc).select_related("actor").order_by("-at", "-pk")


def _names() -> dict[str, str]:
    """Slugs and usernames as readers know them."""
    names = {user.username: str(user) for user in User.objects.only("username", "first_name", "last_name")}
    for model in (Environment, Service, ConfigurationItem, ChangeType):
        names |= dict(model._default_manager.values_list("slug", "name"))
    return names


def _line(event: Happening, time_zone: str, names: Mapping[str, str]) -> Line:
    by = f" by {event.actor}" if event.actor else " by itself" if event.action in _BY_ITSELF else ""
    done = WORDS.get(event.action, event.action.replace("_", " ").capitalize())
    is_freeze = event.action.startswith("freeze_")
    sentence = f"{done}{by}{_frozen(event, time_zone) if is_freeze else _more(event, time_zone)}"
    shown = tuple(
        Change(_label(name), _shown(name, before, time_zone, names), _shown(name, after, time_zone, names))
        for name, (before, after) in event.changes.items()
        if name not in _SILENT and not is_freeze  # its sentence says it whole
    )
    return Line(event.at, sentence, event.note, shown)


def _more(event: Happening, time_zone: str) -> str:
    """What the event itself adds to its words: where it moved, until when, with which outcome."""
    pairs = {name: pair[1] for name, pair in event.changes.items()}
    if event.action == "voted" and pairs.get("vote"):
        return f": {Ballot(pairs['vote']).label.lower()}"
    if event.action == "edited":
        return f": {', '.join(_label(name).lower() for name in pairs)}"
    if event.action == "moved" and pairs.get("sessions"):
        return f" to {_session(pairs['sessions'][0], time_zone)}"
    if event.action == "extended" and pairs.get("planned_end"):
        return f" to {wording.day_time(datetime.fromisoformat(pairs['planned_end']), time_zone)}"
    if event.action == "completed" and pairs.get("outcome"):
        return f", {Outcome(pairs['outcome']).label.lower()}"
    return ""


def _frozen(event: Happening, time_zone: str) -> str:
    """What was done to a freeze meant for this RFC: ": “Year end”; Sat 21 Nov 22:00–04:00 lies in it"."""
    name = next((name for name in event.changes["freeze"] if name), "")
    freed, hit = (_nights(sessions, time_zone) for sessions in event.changes["frozen_sessions"])
    said = [f"{hit} now in it" if hit else "", f"{freed} free of it" if freed else ""]
    return f": “{name}”; {'; '.join(filter(None, said))}"


def _nights(sessions: Sequence[Mapping[str, Any]], time_zone: str) -> str:
    words = ", ".join(_session(one, time_zone) for one in sessions)
    return f"session{'' if len(sessions) == 1 else 's'} {words}" if words else ""


def _difference(difference: Difference, time_zone: str, names: Mapping[str, str]) -> Change:
    name = difference.field
    before, after = (_shown(name, value, time_zone, names) for value in (difference.before, difference.after))
    return Change(_label(name), before, after, difference.material)


def _label(name: str) -> str:
    return {"sla": "SLA"}.get(name, name.replace("_", " ").capitalize())


def _shown(name: str, value: Any, time_zone: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """A field's value as lines; what is empty has none."""
    if value in (None, "", [], {}) or (isinstance(value, Mapping) and not any(value.values())):
        return ()
    if name in _PHASES:
        return tuple(_step(number, item) for number, item in enumerate(value, start=1))
    if name in ("sessions", "outage"):
        return tuple(_session(item, time_zone) for item in value) if name == "sessions" else _outage(value)
    if isinstance(value, Mapping):
        return tuple(f"{_label(key)}: {_word(item, time_zone, names)}" for key, item in value.items() if key not in _SILENT)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_word(item, time_zone, names) for item in value)
    return (_word(value, time_zone, names),)


def _outage(data: Mapping[str, Any]) -> tuple[str, ...]:
    planned = [f"{wording.length(minutes)} that users notice, {wording.length(into)} into the session" for into, minutes in data["planned"]]
    return tuple(planned) or ("nothing that users notice",)


def _session(data: Mapping[str, Any], time_zone: str) -> str:
    start, end = (datetime.fromisoformat(data[key]) if data.get(key) else None for key in ("start", "end"))
    if start is None:
        return "no times"
    outage = f", outage {data['outage']}" if data.get("outage") else ""
    return (wording.when(Interval(start, end), time_zone) if end and end > start else wording.day_time(start, time_zone)) + outage


def _step(number: int, data: Mapping[str, Any]) -> str:
    beside = [wording.length(data["minutes"]) if data.get("minutes") is not None else "", data.get("role", ""), data.get("command", "")]
    return f"{number}. {data.get('instruction', '')} ({', '.join(filter(None, beside))})"


def _word(value: Any, time_zone: str, names: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return " ".join(str(item) for key, item in value.items() if item and key not in _SILENT)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    text = str(value if value is not None else "not answered")
    try:
        return wording.day_time(datetime.fromisoformat(text), time_zone, with_year=True) if len(text) > 18 else names.get(text, text)
    except ValueError:
        return names.get(text, text)
