"""What somebody changes about how they are told holds for what waits in the ledger as well (DESIGN 4.9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from changes.actions import tally
from changes.actions.reminder import add_rows, as_row
from changes.choices import Channel, Delivery, Result
from changes.domain.delivery import MUTED, Copy
from changes.domain.reminder import Expected
from changes.models import Reminder, User
from changes.selectors.reminder import expected_by
from changes.selectors.reminder_facts import BEHIND
from changes.selectors.reminder_retry import has_attempts_left
from changes.selectors.reminder_wishes import TO_EACH_THEIR_OWN, copies_of

#: A row by its reminder, recipient, channel, and in whose stead.
_Key = tuple[str, str, int, int]
_Which = tuple[_Key, int, str, int | None]
#: Why a row is not sent by a way that its reader has left.
_OFF, _ELSEWHERE = "Turned off by its reader.", "Goes to "


@transaction.atomic
def tell_anew(user: User, *, at: datetime) -> None:
    """Give what is held or tried again, for `user` or by them for others, the ways and the hours that their wishes ask for now.

    What another way takes over stays in the ledger, skipped with the reason, and comes back with the wish while it helps. Nothing
    that has gone, or that a worker has in hand at this moment, is touched; what helps no more is left to the sweep, which says so.
    """
    rows = _open_rows(user, at)
    found = [one for one in expected_by(rows, at=at) if one.until > at]
    wanted = {_which(one, copy): (one, _from_now(copy, at)) for one, copy in copies_of(found, at=at)}
    standing, others = {one.key for one in found}, _elsewhere(wanted)
    for row in rows:
        if (key := _key(row)) in standing:
            asked = wanted.pop((key, row.recipient_id, row.channel, row.on_behalf_of_id), None)
            _change(row, asked[1] if asked else None, [name for person, name in others[key] if person != row.recipient_id])
    _add(wanted, at)


def _open_rows(user: User, at: datetime) -> list[Reminder]:
    """What is held, what failed and is tried again, and what was skipped by a wish that can change back and reached nobody else since."""
    waits = Q(state=Delivery.DUE) & ~Q(held_for="") | Q(state=Delivery.FAILED) & has_attempts_left()
    off = Q(detail__in=(_OFF, MUTED)) | Q(detail__startswith=_ELSEWHERE)
    skipped = Q(off, state=Delivery.SKIPPED, due_at__gt=at - BEHIND)
    own = Reminder.objects.filter(waits | skipped, Q(recipient=user) | Q(on_behalf_of=user))
    rows = list(own.select_for_update(skip_locked=True).order_by("pk"))
    sent = Reminder.objects.filter(state=Delivery.SENT, subject__in={row.subject for row in rows}).exclude(channel=Channel.BELL)
    told = {_key(row) for row in sent}
    return [row for row in rows if row.state != Delivery.SKIPPED or _key(row) not in told]


def _key(row: Reminder) -> _Key:
    return row.rule, row.subject, row.revision, row.on_behalf_of_id or row.recipient_id


def _which(one: Expected, copy: Copy) -> _Which:
    return one.key, copy.recipient, copy.channel, copy.on_behalf_of


def _from_now(copy: Copy, at: datetime) -> Copy:
    """What is released now was held until now, and is not late by that."""
    return copy if copy.channel == Channel.BELL else replace(copy, send_at=max(copy.send_at, at))


def _elsewhere(wanted: Iterable[_Which]) -> Mapping[_Key, list[tuple[int, str]]]:
    """Who gets each of them by mail or chat now, by key and name."""
    goes = [(key, recipient) for key, recipient, channel, _ in wanted if channel != Channel.BELL]
    people = User.objects.in_bulk({recipient for _, recipient in goes})
    found: dict[_Key, list[tuple[int, str]]] = defaultdict(list)
    for key, recipient in goes:
        found[key].append((recipient, f"{people[recipient]}"))
    return found


def _change(row: Reminder, copy: Copy | None, others: Collection[str]) -> None:
    """What failed and keeps its way is tried again at its hour, with its attempts."""
    why_not = copy.why_not if copy else f"{_ELSEWHERE}{min(others)} instead." if others else _OFF
    if why_not:
        _skip(row, why_not)
    elif copy and row.state != Delivery.FAILED:
        row.detail = "" if row.state == Delivery.SKIPPED else row.detail
        row.state, row.send_at, row.held_for = Delivery.DUE, copy.send_at, copy.held_for or ""
        row.save(update_fields=["state", "send_at", "held_for", "detail"])


def _skip(row: Reminder, why_not: str) -> None:
    if row.state != Delivery.SKIPPED:
        tally.add({(row.rule, row.channel, Result.SKIPPED): 1})
    row.state, row.held_for, row.detail = Delivery.SKIPPED, "", why_not
    row.save(update_fields=["state", "held_for", "detail"])


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
