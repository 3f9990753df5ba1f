"""When the clock counts as standing still: which part has not been seen for too long, and what to do about it (DESIGN 4.9).

Beat and each worker leave a sign each minute, each from the loop that does its work. A third sign is left where a call of beat's
is run by a worker: both can be alive and still not reach one another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.choices import Word


class Pulse(Word):
    """Whose sign it is; the name of its row."""

    BEAT = "beat"
    WORKER = "worker"
    CALL = "call", "A call of beat’s, run by a worker"


#: Five of the signs that come each minute; one that is late by a restart is no news.
SILENT_AFTER = timedelta(minutes=5)

_UNSEEN: Mapping[Pulse, str] = {
    Pulse.BEAT: "Beat has not been seen",
    Pulse.WORKER: "No worker has been seen",
    Pulse.CALL: "No call of beat’s has reached a worker",
}
_WAY_OUT: Mapping[Pulse, str] = {
    Pulse.BEAT: "Start it by the line “beat” of the Procfile; its output says why it ended.",
    Pulse.WORKER: "Start it by the line “worker” of the Procfile; its output says why it ended.",
    Pulse.CALL: "Both run: look whether the broker does, whether both have the same REDIS_URL or FSC_VAR, and what keeps the worker busy.",
}


@dataclass(frozen=True)
class Silence:
    """A part that has not been seen; `since` is when it last was, None where it never was."""

    pulse: Pulse
    since: datetime | None

    @property
    def fact(self) -> str:
        """Without the time, which is told in the reader's zone: "No worker has been seen", since then or yet."""
        return _UNSEEN[self.pulse]

    @property
    def way_out(self) -> str:
        return _WAY_OUT[self.pulse]


def silent(last_seen: datetime | None, at: datetime) -> bool:
    """Whether a part counts as gone at `at`; one that was never seen does. A sign from a clock that is ahead is a sign."""
    return last_seen is None or at - last_seen >= SILENT_AFTER


def silences(seen: Mapping[str, datetime], at: datetime) -> list[Silence]:
    """The parts that are silent at `at`. That no call arrives is told only where both ends are there: else it follows from the other."""
    parts = [Silence(pulse, seen.get(pulse)) for pulse in (Pulse.BEAT, Pulse.WORKER) if silent(seen.get(pulse), at)]
    if not parts and silent(seen.get(Pulse.CALL), at):
        return [Silence(Pulse.CALL, seen.get(Pulse.CALL))]
    return parts
