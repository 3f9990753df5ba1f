"""The forward schedule: the one source of the page, the API and every other door (STYLE 1).

What it costs follows the period, never the history: sessions come by their overlap, and everything
else in a number of queries that does not depend on how many there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Prefetch, Q

from changes.choices import ENDED_STATES, State
from changes.domain.clash import CARRIED
from changes.domain.code import is_scheduling
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.schedule import Rank, share
from changes.models import RFC, Contact, Meeting, Reference, Step, User, Waiver, WorkSession
from changes.models.rfc import RFCQuerySet, seen_by
from changes.models.session import SessionQuerySet
from changes.selectors.finding import findings_for
from changes.selectors.ground import Frozen, Occurrence, freezes_in, meetings_in, window_occurrences

#: The filters of which the page shows how many each choice would give.
COUNTED = ("severity", "state", "environment", "service", "owner")
#: What the calendar never shows of an RFC.
LONG_TEXTS = ("rfc__description", "rfc__reason", "rfc__rollback_trigger", "rfc__outcome_note", "rfc__review")


class Narrowing(Protocol):
    """What narrows the schedule: `changes.filters.ScheduleFilter`, or `Everything`."""

    @property
    def in_force(self) -> Mapping[str, Any]: ...

    @property
    def conflicts_only(self) -> bool: ...

    def narrowed(self, rfcs: RFCQuerySet, *, without: str = "") -> RFCQuerySet: ...


class Everything:
    """No filter at all."""

    in_force: Mapping[str, Any] = {}
    conflicts_only = False

    def narrowed(self, rfcs: RFCQuerySet, *, without: str = "") -> RFCQuerySet:
        return rfcs


@dataclass(frozen=True)
class Entry:
    """One session on the calendar, with what is known of it at `at`.

    `findings` are those about its time. `part` is "4/6" for the fourth session of six.
    """

    session: WorkSession
    rfc: RFC
    at: datetime
    findings: tuple[Finding, ...] = ()
    part: str = ""

    @cached_property
    def interval(self) -> Interval:
        """From its planned start to its planned end, or later where the work lasted or lasts longer; from its begin while it runs.

        An end that nobody wrote down is no time at all on the calendar (DESIGN 6).
        """
        begun = self.session.actual_start if self.is_running else None
        start = min(self.session.planned_start, begun or self.session.planned_start)
        ends = [self.session.planned_end, self.session.actual_end, self.at if self.is_running else None]
        return Interval(start, max((end for end in ends if end), default=start))

    @property
    def is_running(self) -> bool:
        return self.rfc.state == State.IN_PROGRESS and self.session.is_running

    @property
    def has_ended(self) -> bool:
        return self.rfc.state in ENDED_STATES or self.session.actual_end is not None

    @property
    def state(self) -> State:
        """The RFC's state, but for the nights of a rollout that are over or still to come while it is in progress."""
        if self.rfc.state != State.IN_PROGRESS or self.is_running:
            return State(self.rfc.state)
        return State.COMPLETED if self.session.actual_end else State.SCHEDULED

    @property
    def over(self) -> int:
        """Minutes past its planned end while it runs; 0 otherwise."""
        end = self.session.planned_end
        return Interval(end, self.at).minutes if self.is_running and end and self.at > end else 0

    @property
    def until_start(self) -> int:
        """Minutes until its planned start; negative once that is past."""
        return int((self.session.planned_start - self.at).total_seconds() // 60)

    @property
    def used(self) -> int:
        """How much of the planned time is gone, in percent."""
        start, end = self.session.planned_start, self.session.planned_end
        return share(self.at - start, end - start) if end else 100

    @property
    def conflicts(self) -> list[Finding]:
        """What DESIGN 4.6 calls a conflict that blocks: waived ones too, and those that the other RFC carries."""
        kinds = ("conflict.", "freeze.")
        return [f for f in self.findings if f.code.startswith(kinds) and (f.blocks or f.waived or f.kind == CARRIED)]

    @property
    def conflict(self) -> str:
        """ "open", "waived", or empty."""
        found = self.conflicts
        return "open" if any(not f.waived for f in found) else "waived" if found else ""

    @property
    def is_blocked(self) -> bool:
        return any(f.blocks for f in self.findings)

    @property
    def rank(self) -> Rank:
        return Rank(
            start=self.session.planned_start,
            is_automatic=self.rfc.severity == "automatic",
            is_running=self.is_running,
            is_pressing=self.is_running or self.conflict == "open",
            is_major=self.rfc.severity == "major",
            is_over=self.has_ended,
        )


@dataclass(frozen=True)
class Schedule:
    """What stands on the calendar in `period`, by start.

    `hidden` are the sessions that filters leave out; `undated` the RFCs, not ended, that have no session,
    by the same filters. `counts` says how many sessions each value of a filter would show.
    """

    period: Interval
    at: datetime
    entries: Sequence[Entry]
    hidden: int
    undated: Sequence[RFC]
    windows: Sequence[Occurrence] = ()
    freezes: Sequence[Frozen] = ()
    meetings: Sequence[Meeting] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def rfcs(self) -> list[RFC]:
        """The RFCs of the entries, each once, in order of their first session here."""
        return list({entry.rfc.pk: entry.rfc for entry in self.entries}.values())


def forward_schedule(
    period: Interval,
    *,
    viewer: User,
    filters: Narrowing | None = None,
    at: datetime,
    time_zone: str = "",
    sitting_in: Interval | None = None,
) -> Schedule:
    """All that is planned, proposed or done in the half-open `period`, as `viewer` may see it (DESIGN 2, "Forward schedule").

    Meetings are those of `sitting_in` where it is given: a calendar of nights shows them on their dates.
    Sentences of findings are in `time_zone`, or the house's. Costs a fixed number of queries.
    """
    narrowing = filters or Everything()
    visible = RFC.objects.visible_to(viewer)
    lean = _lean(period, viewer)
    shown = _keys(narrowing.narrowed(_having(lean)))
    entries = entries_of([s for s in lean if s.rfc_id in shown], at=at, time_zone=time_zone)
    found = [entry for entry in entries if entry.conflict == "open"]
    if narrowing.conflicts_only:
        entries = found
    return Schedule(
        period=period,
        at=at,
        entries=entries,
        hidden=len(lean) - len(entries),
        undated=undated(narrowing.narrowed(visible)),
        windows=window_occurrences(period, narrowing.in_force),
        freezes=freezes_in(period, narrowing.in_force),
        meetings=meetings_in(sitting_in or period),
        counts=_counts(lean, shown, narrowing, viewer, conflicts=len(found)),
    )


def _lean(period: Interval, viewer: User) -> list[WorkSession]:
    """Every session of the period that may be seen, with as much of its RFC as is counted."""
    sessions = WorkSession.objects.overlapping(period).filter(seen_by(viewer, "rfc__"))
    # Of work that is over and whose end nobody wrote down, only the start is known; it may be years ago.
    endless = Q(planned_end=None, actual_end=None, planned_start__lt=period.start, rfc__state__in=ENDED_STATES)
    return list(on_calendar(sessions.exclude(endless)).order_by("planned_start", "pk"))


def on_calendar(sessions: SessionQuerySet) -> SessionQuerySet:
    """With what a chip, a row and a count read of the RFC, in a fixed number of queries."""
    people = ("rfc__environment", "rfc__owner", "rfc__implementer")
    return sessions.select_related(*people).defer(*LONG_TEXTS).prefetch_related("rfc__services", "rfc__sessions")


def _having(sessions: Iterable[WorkSession]) -> RFCQuerySet:
    return RFC.objects.filter(pk__in={session.rfc_id for session in sessions})


def _keys(rfcs: RFCQuerySet) -> set[int]:
    return set(rfcs.order_by().values_list("pk", flat=True))


def entries_of(sessions: Sequence[WorkSession], *, at: datetime, time_zone: str = "") -> list[Entry]:
    """The sessions as the calendar shows them, with the findings about their time, in the order given.

    Give sessions that were read `on_calendar`.
    """
    found = findings_for(_judgeable(_having(sessions)), at=at, time_zone=time_zone)
    return [_entry(session, found.get(session.rfc_id, ()), at) for session in sessions]


def _judgeable(rfcs: RFCQuerySet) -> list[RFC]:
    """Those not ended, with what the rules about time read. Steps, contacts and references would be most of what
    is read for a month and are none of their business; so these rows stay in here.
    """
    one = ("owner", "implementer", "environment", "change_type", "follows_up", "decision__by")
    waivers = Prefetch("waivers", Waiver.objects.select_related("other", "by"))
    rows = ("services", "configuration_items", "predecessors", "sessions", waivers)
    nothing = [Prefetch(name, model.objects.none()) for name, model in (("steps", Step), ("contacts", Contact), ("references", Reference))]
    return list(rfcs.unended().select_related(*one).prefetch_related(*rows, *nothing))


def _entry(session: WorkSession, found: Iterable[Finding], at: datetime) -> Entry:
    keys = [one.pk for one in session.rfc.sessions.all()]
    place = keys.index(session.pk)
    about = tuple(f for f in found if is_scheduling(f.code) and f.field in (f"sessions[{place}]", "predecessors"))
    return Entry(session, session.rfc, at, about, f"{place + 1}/{len(keys)}" if len(keys) > 1 else "")


def undated(rfcs: RFCQuerySet) -> list[RFC]:
    """Those of `rfcs` that are not ended and stand nowhere on the calendar, for they have no session."""
    # No start says the same, and is what an index finds.
    found = rfcs.unended().filter(planned_start=None, sessions=None)
    return list(found.select_related("owner", "environment").order_by("due_by", "pk"))


def _counts(
    lean: Sequence[WorkSession], shown: set[int], narrowing: Narrowing, viewer: User, *, conflicts: int
) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for name in COUNTED:
        # What another choice of the same filter would give is counted without it.
        keys = _keys(narrowing.narrowed(_having(lean), without=name)) if name in narrowing.in_force else shown
        counts[name] = dict(Counter(value for s in lean if s.rfc_id in keys for value in _values(s.rfc, name)))
    keys = _keys(narrowing.narrowed(_having(lean), without="mine")) if "mine" in narrowing.in_force else shown
    own = sum(1 for s in lean if s.rfc_id in keys and viewer.pk in (s.rfc.requester_id, s.rfc.owner_id, s.rfc.implementer_id))
    return {**counts, "mine": {"1": own}, "conflicts": {"1": conflicts}}


def _values(rfc: RFC, name: str) -> list[str]:
    if name == "service":
        return [service.slug for service in rfc.services.all()]
    if name == "environment":
        return [rfc.environment.slug] if rfc.environment else []
    return [rfc.owner.username] if name == "owner" else [getattr(rfc, name)]
