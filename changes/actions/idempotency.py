"""Requests that may be repeated: a key is claimed and committed, and its answer kept with the work (DESIGN 4.10).

Two steps, for two different failures. The claim is committed before the work begins, so that a second
request under the same key sees it. The answer is written in the transaction of the work, so that
nothing is ever done without its answer, or answered without being done. What dies in between leaves
a claim without an answer, which is free again after `LEASE`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from changes.exceptions import InFlight, KeyReused
from changes.models import IdempotencyKey, User


@dataclass(frozen=True)
class Asked:
    """What is asked for under a key: `fingerprint` tells one body from another."""

    path: str
    key: str
    fingerprint: str


@transaction.atomic
def claim(asked: Asked, *, actor: User, at: datetime) -> IdempotencyKey:
    """The key as a claim to work under, or with its answer (`is_answered`) where the work was done before.

    Raises `KeyReused` where the key came with another body, `InFlight` while somebody works under it. Commit
    it before the work begins.
    """
    claimed = {"fingerprint": asked.fingerprint, "claim": uuid4(), "claimed_at": at}
    keys = IdempotencyKey.objects.select_for_update(of=("self",))
    row, is_new = keys.get_or_create(user=actor, path=asked.path, key=asked.key, defaults=claimed)
    if is_new:
        return row
    if row.is_free(at):
        return _taken_over(row, claimed)
    if row.fingerprint != asked.fingerprint:
        raise KeyReused("This Idempotency-Key came with another body before.", mend="Send a new key with a new body.")
    if not row.is_answered:
        raise InFlight("The same request is being worked on.", mend="Send it again in a moment; it is done once.")
    return row


def _taken_over(row: IdempotencyKey, claimed: Mapping[str, object]) -> IdempotencyKey:
    for name, value in {**claimed, "status": None, "headers": {}, "body": ""}.items():
        setattr(row, name, value)
    row.save()
    return row


def keep(claimed: IdempotencyKey, *, status: int, headers: Mapping[str, str], body: str) -> None:
    """Write the answer beside the work, in its transaction. Raises `InFlight` where the lease has been taken over meanwhile:
    then the work is undone, for somebody else does it.
    """
    mine = IdempotencyKey.objects.filter(pk=claimed.pk, claim=claimed.claim, status=None)
    if not mine.update(status=status, headers=dict(headers), body=body):
        raise InFlight("It took too long, and the same request is being worked on by now.", mend="Send it again in a moment.")


def release(claimed: IdempotencyKey) -> None:
    """Give the key back after a refusal, which has written nothing: the next body under it is a first one."""
    IdempotencyKey.objects.filter(pk=claimed.pk, claim=claimed.claim, status=None).delete()


def forget(*, at: datetime) -> int:
    """Remove the keys by which nobody is answered any more; gives back how many."""
    return IdempotencyKey.objects.worn_out(at).delete()[0]
