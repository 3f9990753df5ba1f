"""The record of known change types: how often each was done, how it went, how long it took (issue 3; DESIGN 4.8)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from changes.choices import Outcome, State
from changes.domain.record import RECORD_LENGTH, Record, Run
from changes.models import RFC, ChangeType, WorkSession

#: Planned start and end, actual start and end of a session.
Times = tuple[datetime, datetime | None, datetime | None, datetime | None]

_OVER = Q(state__in=(State.COMPLETED, State.CLOSED), planned_end__isnull=False) & ~Q(outcome=Outcome.NOT_STARTED)


def record_of(change_type: str | None) -> Record:
    """What a type, by its slug, usually takes; none without a type."""
    return records_of([change_type]).get(change_type or "", Record())


def records_of(change_types: Iterable[str | None]) -> dict[str, Record]:
    """The record of each of the types, by slug, in three queries whatever their number and the length of their history.

    The first walks the index of types and ends back to the `RECORD_LENGTH`th latest run of each, the second reads what
    ended since then, the third the sessions of these.
    """
    slugs = {slug for slug in change_types if slug}
    kinds = _since(slugs) if slugs else {}
    if not kinds:
        return {}
    condition = Q(pk__in=())
    for key, (_, since) in kinds.items():
        condition |= Q(change_type=key, planned_end__gte=since) if since else Q(change_type=key)
    rfcs = list(RFC.objects.filter(_OVER, condition).order_by("-planned_end", "-pk").values_list("change_type", "pk", "outcome"))
    times = _times([rfc for _, rfc, _ in rfcs])
    runs: dict[int, list[Run]] = {key: [] for key in kinds}
    for kind, rfc, outcome in rfcs:
        run = _run(outcome, times[rfc])
        if run.minutes and len(runs[kind]) < RECORD_LENGTH:
            runs[kind].append(run)
    return {slug: Record(tuple(runs[key])) for key, (slug, _) in kinds.items()}


def _since(slugs: Collection[str]) -> Mapping[int, tuple[str, datetime | None]]:
    """By key of the type: its slug, and when the oldest run that still counts ended; None where all of them count."""
    runs = RFC.objects.filter(_OVER, change_type=OuterRef("pk")).order_by("-planned_end").values("planned_end")
    kinds = ChangeType.objects.filter(slug__in=slugs).annotate(since=Subquery(runs[RECORD_LENGTH - 1 : RECORD_LENGTH]))
    return {key: (slug, since) for key, slug, since in kinds.order_by().values_list("pk", "slug", "since")}


def _times(rfcs: Collection[int]) -> Mapping[int, list[Times]]:
    """The planned and actual times of the sessions of each RFC, by its key."""
    times: dict[int, list[Times]] = defaultdict(list)
    names = ("rfc_id", "planned_start", "planned_end", "actual_start", "actual_end")
    for rfc, *session in WorkSession.objects.filter(rfc__in=rfcs).order_by("rfc_id", "planned_start").values_list(*names):
        times[rfc].append(tuple(session))
    return times


def _run(outcome: str, sessions: Iterable[Times]) -> Run:
    rows = list(sessions)
    planned = tuple(minutes for start, end, _, _ in rows if (minutes := _minutes(start, end)))
    # Where some of its nights have actual times, the others were not needed.
    actual = sum(_minutes(start, end) for _, _, start, end in rows)
    return Run(sum(planned), actual or None, Outcome(outcome), planned)


def _minutes(start: datetime | None, end: datetime | None) -> int:
    return int((end - start).total_seconds() // 60) if start and end else 0
