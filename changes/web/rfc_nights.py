"""Many sessions on the form: what a line of nights means before it is added, and the free nights for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from changes.choices import Level
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.nights import Night, NotUnderstood, nights
from changes.domain.slot import Slot, placed
from changes.formats import slot as slot_words
from changes.models import RFC
from changes.selectors.basis import SetUp
from changes.selectors.finding import findings
from changes.selectors.slot import free_nights_for
from changes.web.forms import series
from changes.web.forms.entry import Entry

#: With more sessions than this each is folded to a line.
OPEN_AT_MOST = 3


@dataclass(frozen=True)
class Meant:
    """One night of the line: the session that it would be, and what the rules say of it."""

    session: Session
    findings: Sequence[Finding] = ()

    @property
    def more(self) -> int:
        """How many findings stand beside it, once it is added, that the line has no room for."""
        return max(0, len(self.findings) - 2)

    @property
    def worst(self) -> str:
        return "error" if any(f.blocks for f in self.findings) else "warning" if self.findings else "ok"


@dataclass(frozen=True)
class Nights:
    """What a typed line means; `refusal` where it is not understood, `there` those that stand on the page already."""

    text: str
    meant: Sequence[Meant] = ()
    there: int = 0
    refusal: NotUnderstood | None = None


@dataclass(frozen=True)
class FreeNights:
    """A free night for each session: what the form hands back, and each with its why."""

    value: str
    nights: Sequence["FreeNight"] = field(default_factory=list)
    wanted: int = 0
    are_taken: bool = False


@dataclass(frozen=True)
class FreeNight:
    session: Session
    why: str
    note: str


def nights_meant(entry: Entry, rfc: RFC | None, shared: SetUp, *, at: datetime, time_zone: str) -> Nights:
    """The line as the sessions that it would add, judged beside those of the page as saving would judge them. Writes nothing."""
    text = entry.data.get("nights", "").strip()
    if not text:
        return Nights("")
    try:
        found = nights(text, today=timezone.localdate())
    except NotUnderstood as refusal:
        return Nights(text, refusal=refusal)
    there = series.starts(entry.data)
    new = [night for night in found if night.start not in there]
    return Nights(text, _judged(new, entry, rfc, shared, at, time_zone), len(found) - len(new))


def _judged(new: Sequence[Night], entry: Entry, rfc: RFC | None, shared: SetUp, at: datetime, time_zone: str) -> list[Meant]:
    added = [night.session(entry.zone) for night in new]
    whole = sorted([*entry.content.sessions, *added], key=lambda session: session.start)
    found = findings(replace(entry.content, sessions=tuple(whole)), rfc=rfc, at=at, time_zone=time_zone, shared=shared)
    return [Meant(session, _about(found, whole.index(session))) for session in added]


def _about(found: Sequence[Finding], place: int) -> list[Finding]:
    """What is about one session's time. Its outage can be answered for all of them once they are added."""
    about = (f for f in found if f.field.partition(".")[0] == f"sessions[{place}]" or (place == 0 and f.field == "predecessors"))
    return [f for f in about if f.code != "outage.missing" and f.level != Level.ADVICE]


def free_nights(content: Content, rfc: RFC | None, shared: SetUp, *, at: datetime, time_zone: str) -> FreeNights | None:
    """The next free nights for the sessions of a content that has several; None where it has not."""
    if len(content.sessions) < 2 or not content.environment:
        return None
    slots = free_nights_for(content, at=at, rfc=rfc, time_zone=time_zone, shared=shared)
    moved = placed(content.sessions, slots)[: len(slots)]
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    told = [
        FreeNight(session, slot_words.why(slot, is_first=place == 0, zone=zone, today=today), slot.note)
        for place, (session, slot) in enumerate(zip(moved, slots, strict=True))
    ]
    taken = [s.interval for s in moved] == [s.interval for s in content.sessions]
    return FreeNights(_value(slots), told, len(content.sessions), taken)


def _value(slots: Sequence[Slot]) -> str:
    return " ".join(f"{slot.interval.start.isoformat()}/{slot.interval.end.isoformat()}" for slot in slots)


def folded(entry: Entry) -> dict[str, Session]:
    """The sessions that are shown as a line, by their rows: those that can be read, where there are many."""
    if len(entry.sessions) <= OPEN_AT_MOST:
        return {}
    return {row.prefix: session for session, row in entry.placed_sessions if not row.form.errors}
