"""What a meeting does not see as incomplete: when its owners were told (DESIGN 4.8, 4.9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from changes.domain.ladder_words import Rule
from changes.models import Meeting, Reminder
from changes.selectors.revision import LeftOff


@dataclass(frozen=True)
class Told:
    """A draft that was left off, and when its owner was told that it would be; None where nobody has told them."""

    left: LeftOff
    at: datetime | None


def told_of(left_off: Iterable[LeftOff], meeting: Meeting) -> list[Told]:
    """From the ledger, the first time by whichever channel; one query."""
    drafts = list(left_off)
    sent = Reminder.objects.filter(rule=Rule.INCOMPLETE, rfc__in=[one.rfc.pk for one in drafts], meeting=meeting, sent_at__isnull=False)
    first = dict(sent.order_by().values_list("rfc").annotate(Min("sent_at")))
    return [Told(one, first.get(one.rfc.pk)) for one in drafts]
