"""The record of known change types: how often each was done, how it went, how long it took (issue 3; DESIGN 4.8)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from django.db.models import OuterRef, Q, Subquery

from changes.choices import Outcome, State
from changes.domain.record import RECORD_LENGTH, Record, Run
from changes.models import RFC, ChangeType

#: An RFC with its outcome, and one of its sessions: planned start and end, actual start and end.
Row = tuple[int, str, datetime, datetime | None, datetime | None, datetime | None]

_OVER = Q(state__in=(State.COMPLETED, State.CLOSED), planned_end__isnull=False) & ~Q(outcome=Outcome.NOT_STARTED)
_NAMES = ("pk", "outcome", "sessions__planned_start", "sessions__planned_end", "sessions__actual_start", "sessions__actual_end")


def record_of(change_type: str | None) -> Record:
    """What a type, by its slug, usually takes; none without a type."""
    return records_of([change_type]).get(change_type or "", Record())


def records_of(change_types: Iterable[str | None]) -> dict[str, Record]:
    """The record of each of the types, by slug, in two queries whatever their number and the length of their history.

    The first walks the index of types and starts back to the start of the `RECORD_LENGTH`th latest run of each, and
    the second reads what began since then.
    """
    slugs = sorted({slug for slug in change_types if slug})
    kinds = _since(slugs) if slugs else {}
    if not kinds:
        return {}
    condition = Q(pk__in=())
    for key, (_, since) in kinds.items():
        condition |= Q(change_type=key, planned_start__gte=since) if since else Q(change_type=key)
    rows = RFC.objects.filter(_OVER, condition).order_by("change_type", "-planned_start", "-pk", "sessions__planned_start")
    by_kind = {key: list(group) for key, group in groupby(rows.values_list("change_type", *_NAMES), key=lambda row: row[0])}
    return {slug: Record(_runs(row[1:] for row in by_kind.get(key, ()))) for key, (slug, _) in kinds.items()}


def _since(slugs: list[str]) -> Mapping[int, tuple[str, datetime | None]]:
    """By key of the type: its slug, and when the first run that still counts began; None where all of them count."""
    runs = RFC.objects.filter(_OVER, change_type=OuterRef("pk")).order_by("-planned_start").values("planned_start")
    kinds = ChangeType.objects.filter(slug__in=slugs).annotate(since=Subquery(runs[RECORD_LENGTH - 1 : RECORD_LENGTH]))
    return {key: (slug, since) for key, slug, since in kinds.order_by().values_list("pk", "slug", "since")}


def _runs(rows: Iterable[Row]) -> tuple[Run, ...]:
    """The newest runs of one type, from rows in their order; one that has no length is none."""
    runs = (_run(list(sessions)) for _, sessions in groupby(rows, key=lambda row: row[0]))
    return tuple(run for run in runs if run.minutes)[:RECORD_LENGTH]


def _run(rows: list[Row]) -> Run:
    planned = tuple(minutes for row in rows if (minutes := _minutes(row[2], row[3])))
    # Where some of its nights have actual times, the others were not needed.
    actual = sum(_minutes(row[4], row[5]) for row in rows)
    return Run(sum(planned), actual or None, Outcome(rows[0][1]), planned)


def _minutes(start: datetime | None, end: datetime | None) -> int:
    return int((end - start).total_seconds() // 60) if start and end else 0
