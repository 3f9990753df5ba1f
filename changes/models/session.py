"""Work sessions: what stands on the calendar."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Greatest

from changes.choices import Outage, State
from changes.domain import content
from changes.domain.interval import FOREVER, Interval, span
from changes.domain.ladder_words import About, Moment, Sign
from changes.domain.reminder import Facts, asked_as
from changes.models.fields import WordField

#: Sessions up to this length are found by a range of starts; the few longer ones have an index of their own.
LONG = timedelta(days=30)
#: From so many periods on, one range over all of them is asked for instead.
MANY_PERIODS = 12


class SessionQuerySet(models.QuerySet["WorkSession"]):
    def overlapping(self, period: Interval) -> Self:
        """Sessions whose planned or actual time shares an instant with the half-open period.

        What was begun before its planned start is found there while it runs; once it is over, by its planned start.
        Split in three, so that the cost follows what is shown and not the history: what began up to `LONG` before the
        period by an index of starts, and the few longer ones and the few that run by an index each.
        """
        return self.overlapping_any([period])

    def overlapping_any(self, periods: Sequence[Interval]) -> Self:
        """The same for several periods, in one query; no period overlaps nothing.

        So many periods that a question for each would be slower than one are taken as their span.
        """
        if len(periods) > MANY_PERIODS:
            periods = [period] if (period := span(periods)) else []
        # Each part is a list of keys of its own; one condition with all three in it is read row by row by SQLite.
        lists = [WorkSession.objects.filter(part).order_by().values("pk") for part in _within(periods)] if periods else []
        return self.filter(pk__in=lists[0].union(*lists[1:], all=True)) if lists else self.none()


def _within(periods: Sequence[Interval]) -> tuple[Q, Q, Q]:
    """What began lately, what is long, and what runs, in any of the periods.

    What an index is kept for is said once, before the periods: said in each of them, SQLite does not see that it may use it.
    """
    lasting = [_begun(period) & Q(until__gt=period.start) for period in periods]
    lately = [Q(planned_start__gte=_long_before(period.start)) & within for period, within in zip(periods, lasting, strict=True)]
    first, last = min(period.start for period in periods), max(periods, key=lambda period: period.end)
    return reduce(or_, lately), Q(is_long=True, until__gt=first) & reduce(or_, lasting), Q(runs=True) & _running(last)


def _begun(period: Interval) -> Q:
    return Q() if period.is_open else Q(planned_start__lt=period.end)


def _running(period: Interval) -> Q:
    """Of what runs, what has begun before the period's end, by its plan or in fact: up to `LONG` before it was to."""
    if FOREVER - period.end < LONG:
        return _begun(period)
    return Q(planned_start__lt=period.end + LONG) & (_begun(period) | Q(actual_start__lt=period.end))


def is_long(start: datetime, end: datetime | None) -> bool:
    """Whether a session of these planned times is one of the few: longer than `LONG`, or without an end."""
    return end is None or end - start > LONG


def _long_before(instant: datetime) -> datetime:
    """`LONG` before an instant, or the first instant there is."""
    first = datetime.min.replace(tzinfo=UTC)
    return instant - LONG if instant - first > LONG else first


class WorkSession(models.Model):
    """One stretch of work. `planned_end` is empty only of work logged as begun, and where an import found no usable end (DESIGN 6)."""

    rfc = models.ForeignKey("changes.RFC", on_delete=models.CASCADE, related_name="sessions")
    position = models.PositiveSmallIntegerField(default=0)
    planned_start = models.DateTimeField()
    planned_end = models.DateTimeField(null=True, blank=True)
    outage = WordField(Outage, blank=True)
    outage_start = models.DateTimeField(null=True, blank=True)
    outage_end = models.DateTimeField(null=True, blank=True)
    actual_start = models.DateTimeField(null=True, blank=True)
    actual_end = models.DateTimeField(null=True, blank=True)
    actual_outage_start = models.DateTimeField(null=True, blank=True)
    actual_outage_end = models.DateTimeField(null=True, blank=True)
    #: What `is_long()` says of the planned times.
    is_long = models.BooleanField(default=False)
    #: To the later of its planned and actual ends; `FOREVER` while it runs, and where nobody knows a planned end.
    until = models.GeneratedField(
        expression=Case(
            When(Q(planned_end=None) | Q(actual_start__isnull=False, actual_end=None), then=Value(FOREVER)),
            default=Greatest("planned_end", Coalesce("actual_end", "planned_end")),
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    #: Whether it has begun and not ended; a column, so that PostgreSQL knows how few of them there are.
    runs = models.GeneratedField(
        expression=Case(When(Q(actual_start__isnull=False, actual_end=None), then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    #: Rises when the planned times change, so that reminders are sent anew (DESIGN 4.9).
    revision = models.PositiveIntegerField(default=1)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["planned_start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end=None) | Q(planned_end__gt=F("planned_start")),
                name="session_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(outage_end=None) | Q(outage_start=None) | Q(outage_end__gt=F("outage_start")),
                name="outage_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(actual_end=None) | Q(actual_start=None) | Q(actual_end__gte=F("actual_start")),
                name="actual_end_not_before_its_start",
            ),
        ]
        indexes = [
            models.Index(fields=["planned_start", "until"], name="session_start_until"),
            models.Index(fields=["until", "planned_start"], name="session_long_until", condition=Q(is_long=True)),
            models.Index(fields=["planned_start"], name="session_runs", condition=Q(runs=True)),
            # Without the rows that have none: SQLite would take it to find those, which can be half of the table.
            models.Index(fields=["actual_end"], name="session_ended", condition=Q(actual_end__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.rfc_id}: {self.planned_start:%Y-%m-%d %H:%M}"

    @property
    def interval(self) -> Interval:
        return Interval(self.planned_start, self.planned_end or FOREVER)

    @property
    def is_running(self) -> bool:
        return self.actual_start is not None and self.actual_end is None

    def facts(self) -> Facts:
        """As the ladder of reminders sees it, without its people; it reads `rfc`."""
        ends = {Moment.END: self.planned_end} if self.planned_end else {}
        happened = {Sign.BEGUN: self.actual_start, Sign.ENDED: self.actual_end}
        return Facts(
            About.SESSION,
            self.pk,
            self.revision,
            {Moment.START: self.planned_start, **ends},
            state=State(self.rfc.state),
            severity=asked_as(self.rfc.severity, self.rfc.urgency),
            signs=frozenset(sign for sign, instant in happened.items() if instant),
            rfc=self.rfc_id,
            session=self.pk,
        )

    def content(self) -> content.Session:
        return content.Session(
            start=self.planned_start,
            end=self.planned_end,
            outage=Outage(self.outage) if self.outage else None,
            outage_start=self.outage_start,
            outage_end=self.outage_end,
            actual_start=self.actual_start,
            actual_end=self.actual_end,
            actual_outage_start=self.actual_outage_start,
            actual_outage_end=self.actual_outage_end,
            id=self.pk,
        )
