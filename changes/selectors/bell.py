"""What somebody has been told on the page: how much of it is unread, and the latest, urgent first (DESIGN 4.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from changes.choices import Channel, Delivery
from changes.domain.haste import AT_ONCE
from changes.models import RFC, Reminder, User

#: What is older has been seen elsewhere, or nobody will.
LOOKS_BACK = timedelta(days=60)
#: So many are counted and no more.
MOST = 99
PAGE = 50


@dataclass(frozen=True)
class Note:
    """One thing that was told. `title` is empty where the reader may not see the RFC."""

    row: Reminder
    title: str

    @property
    def is_unread(self) -> bool:
        return self.row.read_at is None

    @property
    def is_urgent(self) -> bool:
        return self.is_unread and self.row.rule in AT_ONCE


@dataclass(frozen=True)
class Unread:
    """How many are unread, counted as far as `MOST`, and whether one of them cannot wait."""

    number: int
    is_urgent: bool

    @property
    def words(self) -> str:
        return f"{MOST}+" if self.number > MOST else f"{self.number}"


def told_on_page(user: User, *, at: datetime) -> QuerySet[Reminder]:
    """What stands under the bell of `user`; an index of recipient and due time finds it."""
    return Reminder.objects.filter(recipient=user, due_at__gt=at - LOOKS_BACK, channel=Channel.BELL, state=Delivery.SENT)


def unread_of(user: User, *, at: datetime) -> Unread:
    """One query that reads `MOST` rows at most."""
    rules = list(told_on_page(user, at=at).filter(read_at=None).order_by().values_list("rule", flat=True)[: MOST + 1])
    return Unread(len(rules), any(rule in AT_ONCE for rule in rules))


def notes_of(user: User, *, at: datetime, before: int | None = None) -> tuple[list[Note], int | None]:
    """A page of notes, urgent ones first and then the latest; with the key to read on from, None at the end. Two queries."""
    rows = told_on_page(user, at=at).select_related("rfc", "session", "meeting__board", "on_behalf_of")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    visible = _visible(user, shown)
    notes = [Note(row, row.rfc.title if row.rfc and row.rfc_id in visible else "") for row in shown]
    return sorted(notes, key=lambda note: not note.is_urgent), shown[-1].pk if len(found) > PAGE else None


def _visible(user: User, rows: Sequence[Reminder]) -> set[int]:
    named = {row.rfc_id for row in rows if row.rfc_id}
    return set(RFC.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True))
