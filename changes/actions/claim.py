"""Taking the next reminders that are to be sent, so that nobody else takes them meanwhile (DESIGN 4.9)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from changes.choices import Channel, Delivery, Hold
from changes.domain.haste import AT_ONCE
from changes.models import Reminder
from changes.selectors.reminder_retry import has_attempts_left, to_be_tried_again

#: So many messages are claimed at a time: few enough that a slow mail server delivers them within the lease.
BATCH = 25
#: A claim that has not been answered for so long was made by a worker that is gone.
LEASE = timedelta(minutes=10)


def claimable(at: datetime) -> Q:
    """Rows to be sent at `at`: due, claimed by a worker that is gone, or failed and to be tried again."""
    # Bounded as failures are, for a mail that takes its worker down each time.
    left = Q(state=Delivery.CLAIMED, claimed_at__lte=at - LEASE) & has_attempts_left()
    return Q(send_at__lte=at) & (Q(state=Delivery.DUE) | left | to_be_tried_again(at))


@transaction.atomic
def claim(*, at: datetime, now: datetime | None = None) -> list[Reminder]:
    """Take the next messages that are to be sent at `at`; nobody else then takes them until the lease from `now` on is over.

    Rows that another worker is taking at this moment are passed over.
    """
    first = list(_next(at)[:BATCH])
    keys = [row.pk for row in first] + _rest_of_digests(first, at)
    ready = Reminder.objects.filter(claimable(at), pk__in=keys)
    ready.update(state=Delivery.CLAIMED, claimed_at=now or at, attempts=F("attempts") + 1)
    mine = Reminder.objects.filter(pk__in=keys, state=Delivery.CLAIMED, claimed_at=now or at)
    rows = mine.select_related("recipient__preference", "rfc")
    return list(rows.order_by("send_at", "pk"))


def give_back(rows: Sequence[Reminder]) -> None:
    """What was claimed and not attempted waits for the next sweep; what another worker took over meanwhile stays that one's."""
    for claimed_at in {row.claimed_at for row in rows}:
        keys = [row.pk for row in rows if row.claimed_at == claimed_at]
        mine = Reminder.objects.filter(pk__in=keys, state=Delivery.CLAIMED, claimed_at=claimed_at)
        mine.update(state=Delivery.DUE, claimed_at=None, attempts=F("attempts") - 1)


def _next(at: datetime) -> QuerySet[Reminder]:
    """One row for each message: a digest is taken whole, by whoever takes its first row.

    What is urgent comes first, however much else waits; chats come last, so that a slow one keeps no mail waiting.
    """
    digests = Reminder.objects.filter(claimable(at), held_for=Hold.DIGEST)
    before = digests.filter(recipient=OuterRef("recipient"), channel=OuterRef("channel"), pk__lt=OuterRef("pk"))
    turn = Case(When(rule__in=AT_ONCE, then=Value(0)), When(channel=Channel.CHAT, then=Value(2)), default=Value(1))
    ready = Reminder.objects.filter(~Q(held_for=Hold.DIGEST) | ~Exists(before), claimable(at))
    return ready.select_for_update(skip_locked=True).order_by(turn, "send_at", "pk")


def _rest_of_digests(rows: Sequence[Reminder], at: datetime) -> list[int]:
    theirs = Q(pk__in=())
    for row in rows:
        if row.held_for == Hold.DIGEST:
            theirs |= Q(recipient=row.recipient_id, channel=row.channel)
    together = Reminder.objects.filter(theirs, claimable(at), held_for=Hold.DIGEST)
    return list(together.select_for_update(skip_locked=True).values_list("pk", flat=True))
