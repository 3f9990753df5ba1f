"""What users will notice of work, in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from changes.choices import Outage
from changes.formats import times


class Noticed(Protocol):
    """A session, stored or as a plain value."""

    @property
    def outage(self) -> str | None: ...
    @property
    def outage_start(self) -> datetime | None: ...
    @property
    def outage_end(self) -> datetime | None: ...


def outage_words(sessions: Sequence[Noticed]) -> str:
    """ "no outage", "outage 25 min"; empty while nobody has said."""
    planned = [session for session in sessions if session.outage == Outage.PLANNED]
    if not planned:
        return "no outage" if sessions and all(session.outage for session in sessions) else ""
    lengths = [session.outage_end - session.outage_start for session in planned if session.outage_start and session.outage_end]
    whole = sum(lengths, timedelta())
    return f"outage {times.duration(int(whole.total_seconds() // 60))}" if whole else "outage planned"
