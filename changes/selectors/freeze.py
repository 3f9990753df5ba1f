"""What declaring, changing or lifting a freeze would mean for the RFCs that are planned (DESIGN 4.5).

The pages, the API's preview and the action that tells the owners ask the same question here, so that a preview is what
saving does. What is hit or freed is judged by the rule that makes the findings: an RFC is hit where one of its sessions
gains `freeze.active` and freed where one loses it, so that a rollout over several nights can be both. Emergencies pass,
and work that has begun goes on, so neither is hit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet

from changes.choices import OPEN_STATES, Urgency
from changes.domain.content import Content
from changes.domain.freeze import Freeze, Touch, shift
from changes.domain.interval import Interval
from changes.domain.ladder_words import About, Rule
from changes.models import RFC, FreezeNotice, FreezeNoticeLine, Reminder, User, WorkSession

#: So many notices of one freeze are told; the history of each RFC keeps all of its own.
NOTICES = 12
#: An occurrence that a clock change has moved begins at most so long before its freeze.
_MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Affected:
    """An RFC and those of its sessions that are meant, with the frozen minutes of each."""

    rfc: RFC
    touches: tuple[Touch, ...]


@dataclass(frozen=True)
class FreezeEffect:
    """The RFCs with a session that a freeze newly hits, lets go, or keeps; each list by the first start."""

    hit: tuple[Affected, ...] = ()
    freed: tuple[Affected, ...] = ()
    standing: tuple[Affected, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether saving would hit and free nothing."""
        return not self.hit and not self.freed

    @property
    def keys(self) -> str:
        """The sessions hit and freed, as one word: by it a form knows that what was shown is still so."""
        told = [f"{mark}{row.rfc.pk}.{t.place}" for mark, rows in (("h", self.hit), ("f", self.freed)) for row in rows for t in row.touches]
        return ",".join(told)

    @property
    def owners(self) -> list[User]:
        """Whom saving tells, each once."""
        return list({row.rfc.owner_id: row.rfc.owner for row in (*self.hit, *self.freed)}.values())


def freeze_effect(after: Freeze | None, *, before: Freeze | None = None, viewer: User | None, at: datetime) -> FreezeEffect:
    """What `after` in the place of `before` would mean at `at` for the open RFCs that `viewer` sees; None sees all of them.

    None for a freeze is that there is none: `before` of one to be declared, `after` of one to be lifted. A session that is
    over by `at` can be neither moved nor kept, so it is neither hit nor freed. Costs a fixed number of queries.
    """
    shifts = [(rfc, shift(_subject(rfc), before=before, after=after)) for rfc in _planned(before, after, viewer)]
    return FreezeEffect(
        hit=_listed(((rfc, one.hit) for rfc, one in shifts), at),
        freed=_listed(((rfc, one.freed) for rfc, one in shifts), at),
        standing=_listed(((rfc, one.standing) for rfc, one in shifts), at),
    )


def _listed(found: Iterable[tuple[RFC, tuple[Touch, ...]]], at: datetime) -> tuple[Affected, ...]:
    ahead = ((rfc, tuple(touch for touch in touches if not touch.is_over(at))) for rfc, touches in found)
    return tuple(Affected(rfc, touches) for rfc, touches in ahead if touches)


def _planned(before: Freeze | None, after: Freeze | None, viewer: User | None) -> QuerySet[RFC]:
    """Open RFCs with a session near one of the two, read with what the API's brief form shows of each."""
    near = [_reach(freeze) for freeze in (before, after) if freeze]
    seen = RFC.objects.visible_to(viewer) if viewer else RFC.objects.all()
    sessions = WorkSession.objects.overlapping_any(near).filter(rfc__state__in=OPEN_STATES)
    planned = seen.filter(state__in=OPEN_STATES, pk__in=sessions.values("rfc")).exclude(urgency=Urgency.EMERGENCY)
    people = ("environment", "change_type", "requester", "owner", "implementer")
    return planned.select_related(*people).prefetch_related("services", "configuration_items", "sessions").order_by("planned_start", "pk")


def _reach(freeze: Freeze) -> Interval:
    """Everything that it can touch: of one that repeats, from its first time on."""
    begin = Interval(freeze.start - _MARGIN)
    return begin if freeze.rrule else Interval(begin.start, freeze.end + _MARGIN)


def _subject(rfc: RFC) -> Content:
    """As much of the content as a freeze goes by."""
    return Content(
        urgency=Urgency(rfc.urgency) if rfc.urgency else None,
        environment=rfc.environment.slug if rfc.environment else None,
        change_type=rfc.change_type.slug if rfc.change_type else None,
        services=tuple(service.slug for service in rfc.services.all()),
        sessions=tuple(session.content() for session in rfc.sessions.all()),
    )


# --- What saving meant ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A notice, how many RFCs it hit and freed, and the ledger's rows of it: who was told, and with what result."""

    notice: FreezeNotice
    hit: int
    freed: int
    rows: tuple[Reminder, ...] = ()

    @property
    def numbers(self) -> list[str]:
        return [line.rfc.number for line in self.notice.lines.all()]

    @property
    def waiting(self) -> list[User]:
        """Owners whose mail the next sweep writes."""
        written = {row.on_behalf_of_id or row.recipient_id for row in self.rows}
        return [owner for owner in owners_of(self.notice) if owner.pk not in written]


def told_of(freeze: int) -> list[Told]:
    """What declaring and changing a stored freeze has meant, the latest `NOTICES` times, latest first; a fixed number of queries."""
    found = list(notices().filter(freeze=freeze).order_by("-at", "-pk")[:NOTICES])
    subjects = {f"{About.FREEZE}:{notice.pk}": notice.pk for notice in found}
    rows: dict[int, list[Reminder]] = {notice.pk: [] for notice in found}
    for row in Reminder.objects.filter(rule=Rule.FREEZE, subject__in=subjects).select_related("recipient").order_by("pk"):
        rows[subjects[row.subject]].append(row)
    return [told(notice, _one_each(rows[notice.pk])) for notice in found]


def _one_each(rows: Iterable[Reminder]) -> list[Reminder]:
    """Of several channels the first that was written, which is the mail where there is one."""
    first: dict[int, Reminder] = {}
    for row in rows:
        first.setdefault(row.on_behalf_of_id or row.recipient_id, row)
    return list(first.values())


def told(notice: FreezeNotice, rows: Iterable[Reminder] = ()) -> Told:
    lines = notice.lines.all()
    return Told(notice, sum(1 for line in lines if line.hit), sum(1 for line in lines if line.freed), tuple(rows))


def notice_by(actor: User, at: datetime) -> FreezeNotice | None:
    """The notice of what `actor` did to a freeze at that instant; None where it meant nothing to anybody."""
    return notices().filter(actor=actor, at=at).last()


def notices() -> QuerySet[FreezeNotice]:
    """Notices with their lines, RFCs and owners, in a fixed number of queries."""
    lines = FreezeNoticeLine.objects.select_related("rfc", "owner")
    return FreezeNotice.objects.select_related("actor").prefetch_related(Prefetch("lines", lines))


def owners_of(notice: FreezeNotice) -> list[User]:
    """Whom a notice is for, each once, in the order of their RFCs."""
    return list({line.owner_id: line.owner for line in notice.lines.all()}.values())


def terms_data(freeze: Freeze, scope: str) -> dict[str, Any]:
    """What a notice keeps of a freeze, as JSON; `scope` says in words whom it holds for."""
    kept = ("name", "reason", "time_zone", "rrule", "waivable_by")
    times = {"start": freeze.start.isoformat(), "end": freeze.end.isoformat()}
    return {**{name: getattr(freeze, name) for name in kept}, **times, "scope": scope}


def terms_of(notice: FreezeNotice) -> Freeze:
    """The freeze as it stood at the notice, without its scope."""
    data = {name: value for name, value in notice.terms.items() if name != "scope"}
    times = {name: datetime.fromisoformat(data[name]) for name in ("start", "end")}
    return Freeze(id=notice.freeze_id or 0, **{**data, **times})
