"""What somebody changes about how they are told holds for what waits in the ledger as well (DESIGN 4.9)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from changes.actions import tally
from changes.actions.reminder import add_rows, as_row
from changes.choices import Channel, Delivery, Result
from changes.domain.delivery import Copy
from changes.domain.reminder import Expected
from changes.models import Reminder, User
from changes.selectors.reminder import expected_by
from changes.selectors.reminder_wishes import TO_EACH_THEIR_OWN, copies_of

#: A row by its reminder, recipient, channel, and in whose stead.
_Which = tuple[tuple[str, str, int, int], int, str, int | None]


@transaction.atomic
def tell_anew(user: User, *, at: datetime) -> None:
    """Give what is held and unsent, for `user` or by them for others, the ways and the hours that their wishes ask for now.

    What another way takes over is taken back unsent, as if it had been written so. Nothing that has gone, or that a worker has in
    hand at this moment, is touched; what helps no more is left to the sweep, which says so.
    """
    own = Reminder.objects.filter(Q(recipient=user) | Q(on_behalf_of=user), state=Delivery.DUE).exclude(held_for="")
    rows = list(own.select_for_update(skip_locked=True).order_by("pk"))
    found = expected_by(rows, at=at)
    wanted = {_which(one, copy): (one, _from_now(copy, at)) for one, copy in copies_of(found, at=at)}
    standing = {one.key for one in found}
    for row in rows:
        if _key(row) in standing:
            _change(row, wanted.pop((_key(row), row.recipient_id, row.channel, row.on_behalf_of_id), None))
    _add(wanted, at)


def _key(row: Reminder) -> tuple[str, str, int, int]:
    return row.rule, row.subject, row.revision, row.on_behalf_of_id or row.recipient_id


def _which(one: Expected, copy: Copy) -> _Which:
    return one.key, copy.recipient, copy.channel, copy.on_behalf_of


def _from_now(copy: Copy, at: datetime) -> Copy:
    """What is released now was held until now, and is not late by that."""
    return copy if copy.channel == Channel.BELL else replace(copy, send_at=max(copy.send_at, at))


def _change(row: Reminder, asked: tuple[Expected, Copy] | None) -> None:
    if asked is None:
        row.delete()
        return
    _, copy = asked
    row.send_at, row.held_for = copy.send_at, copy.held_for or ""
    if copy.why_not:
        row.state, row.detail = Delivery.SKIPPED, copy.why_not
        tally.add({(row.rule, row.channel, Result.SKIPPED): 1})
    row.save(update_fields=["send_at", "held_for", "state", "detail"])


def _add(wanted: Mapping[_Which, tuple[Expected, Copy]], at: datetime) -> None:
    """Rows for the ways that are new; who stands in for two is told once, as when it was written."""
    stead = Reminder.objects.filter(subject__in={key[1] for key, *_ in wanted}, on_behalf_of__isnull=False)
    told = set(stead.values_list("rule", "subject", "revision", "recipient", "on_behalf_of"))
    rows = [as_row(one, copy, at) for one, copy in wanted.values() if not _says_the_same(one, copy, told)]
    add_rows(rows)


def _says_the_same(one: Expected, copy: Copy, told: Iterable[tuple[Any, ...]]) -> bool:
    if copy.on_behalf_of is None or one.facts.about in TO_EACH_THEIR_OWN:
        return False
    return any(row[:4] == (*one.key[:3], copy.recipient) and row[4] != copy.on_behalf_of for row in told)
