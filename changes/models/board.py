"""Boards: who sits on them, when they meet, and who answers at night."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q

from changes.choices import Severity
from changes.domain.board import Plan, Seat, Turn
from changes.domain.meeting import Rhythm
from changes.domain.remit import Remit


class Board(models.Model):
    """A change-advisory board. Its hours are those of a clock on the wall in `time_zone`."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    environments = models.ManyToManyField("changes.Environment", blank=True, related_name="boards")
    services = models.ManyToManyField("changes.Service", blank=True, related_name="boards")
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="chaired_boards")
    quorum = models.PositiveSmallIntegerField(default=1)
    is_voting = models.BooleanField(default=False, help_text="Off: members advise and the chair decides.")
    time_zone = models.CharField(max_length=64)
    weekday = models.PositiveSmallIntegerField(help_text="Monday is 0.")
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    cut_off_days = models.PositiveSmallIntegerField(default=2, help_text="Days before the meeting.")
    cut_off_time = models.TimeField()
    minutes_major = models.PositiveSmallIntegerField(default=8)
    minutes_minor = models.PositiveSmallIntegerField(default=5)
    minutes_automatic = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(weekday__lte=6), name="board_weekday_is_a_weekday")]

    def __str__(self) -> str:
        return self.name

    def item_minutes(self, severity: str) -> int:
        """What an item of this severity usually takes."""
        if severity == Severity.MAJOR:
            return self.minutes_major
        return self.minutes_automatic if severity == Severity.AUTOMATIC else self.minutes_minor

    def date_at(self, at: datetime) -> date:
        """The date where the board sits, by which its seats begin and end."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def rhythm(self) -> Rhythm:
        """When it meets; reads its holidays."""
        return self.rhythm_with(frozenset(holiday.on for holiday in self.holidays.all()))

    def rhythm_with(self, holidays: frozenset[date]) -> Rhythm:
        """The same with other holidays than those stored."""
        return Rhythm(self.time_zone, self.weekday, self.starts, self.minutes, self.cut_off_days, self.cut_off_time, holidays)

    def plan(self) -> Plan:
        """As it stands, for what is judged of a board; read it with its members, rota and holidays, each with their people."""
        absent = {one.pk: one.delegate_for.username for one in self.members.all() if one.delegate_for}
        seats = [Seat(one.user.username, absent.get(one.pk), one.since, one.until) for one in self.members.all()]
        rota = [Turn(one.user.username, one.since, one.until) for one in self.rota.all()]
        minutes = {"major": self.minutes_major, "minor": self.minutes_minor, "automatic": self.minutes_automatic}
        return Plan(self.chair.username, self.quorum, self.rhythm(), seats, rota, minutes)

    def remit(self) -> Remit:
        """What it looks after, for the rules; read it with `environments` and `services` prefetched."""
        environments, services = (frozenset(row.slug for row in rows.all()) for rows in (self.environments, self.services))
        return Remit(self.pk, environments, services, self.name)


class BoardMember(models.Model):
    """A seat. A delegate sits for somebody else between two dates (both included)."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    seat = models.CharField(max_length=80, blank=True, help_text="What the person speaks for: network, security …")
    delegate_for = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="delegates")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["board", "pk"]
        constraints = [models.UniqueConstraint(fields=["board", "user"], name="one_seat_per_person")]

    def __str__(self) -> str:
        return f"{self.user} on {self.board}"

    def is_current(self, on: date) -> bool:
        """Whether its time includes this date, which is `board.date_at(…)`."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class Holiday(models.Model):
    """A day on which the board does not meet."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="holidays")
    on = models.DateField()

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["board", "on"], name="one_holiday_per_day")]

    def __str__(self) -> str:
        return f"{self.on}"


class RotaEntryQuerySet(models.QuerySet["RotaEntry"]):
    def on_duty(self, at: datetime) -> "RotaEntryQuerySet":
        """Who may approve an emergency at this instant, in the order they are called."""
        return self.filter(Q(since=None) | Q(since__lte=at), Q(until=None) | Q(until__gt=at))


class RotaEntry(models.Model):
    """A turn on the approver rota, half-open; empty ends mean always."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="rota")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rota_entries")
    position = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    objects = RotaEntryQuerySet.as_manager()

    class Meta:
        ordering = ["board", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.user} for {self.board}"
