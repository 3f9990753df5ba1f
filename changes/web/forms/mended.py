"""The buttons beside a finding that one stroke mends: what each carries, and what it does to the typed data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import QueryDict

from changes.choices import Outage
from changes.domain.content import Session
from changes.domain.mend import Mend
from changes.web.forms import moment, typed

VERB = "mend"
#: Between what one button does to each of several sessions.
_AND = ";"
_TIMES = ("start", "end", "outage_start", "outage_end")


@dataclass(frozen=True)
class MendButton:
    """A submit button: its value, which holds all that it changes, and its verb."""

    value: str
    words: str


def button(mend: Mend, prefix: str) -> MendButton:
    """The button that puts the mended session into the row with this prefix."""
    return MendButton(f"{VERB} {prefix} {_written(mend.session)}", mend.words)


def of_all(buttons: Sequence[MendButton], words: str) -> MendButton:
    """One button that does what each of these does."""
    abouts = [button.value.removeprefix(f"{VERB} ") for button in buttons]
    return MendButton(f"{VERB} {_AND.join(abouts)}", words)


def _written(session: Session) -> str:
    """The times in the order of `_TIMES`, "-" for none, and the outage."""
    times = (session.start, session.end, session.outage_start, session.outage_end)
    return " ".join([*(time.isoformat() if time else "-" for time in times), session.outage or "-"])


def with_mend(data: QueryDict, about: str, zone: ZoneInfo) -> QueryDict:
    """The data with the rows of a button as the button says; what is no button of ours changes nothing."""
    for row in about.split(_AND):
        data = _with_row(data, row, zone)
    return data


def _with_row(data: QueryDict, about: str, zone: ZoneInfo) -> QueryDict:
    prefix, *parts = about.split(" ")
    if prefix not in typed.prefixes(data, "sessions") or len(parts) != len(_TIMES) + 1:
        return data
    try:
        times = [None if part == "-" else datetime.fromisoformat(part) for part in parts[:-1]]
        outage = "" if parts[-1] == "-" else Outage(parts[-1]).value
    except ValueError:
        return data
    if any(time is not None and time.tzinfo is None for time in times):
        return data
    kept = data.copy()
    for name, time in zip(_TIMES, times, strict=True):
        kept[f"{prefix}-{name}"], is_second = moment.shown(time, zone) if time else ("", False)
        kept[f"{prefix}-{name}_second"] = "1" if is_second else ""
    kept[f"{prefix}-outage"] = outage
    return kept
