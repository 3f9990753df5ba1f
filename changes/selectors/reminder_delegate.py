"""What the ladder of reminders has to know of delegates who were named lately (see `reminder_facts`)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from changes.domain.ladder_words import About, Moment, Part
from changes.domain.reminder import Facts
from changes.models import Preference
from changes.selectors.reminder_facts import BEHIND, Keys


def of_delegates(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Who was named to stand in; each naming, and each change of its days, is a revision of its own."""
    lately = Q(delegate_named_at__gt=at - BEHIND, delegate_named_at__lte=at) if keys is None else Q(pk__in=keys)
    for row in Preference.objects.filter(lately, delegate__isnull=False, delegate_named_at__isnull=False):
        if row.delegate_id and row.delegate_named_at:
            revision = int(row.delegate_named_at.timestamp() // 60)
            yield Facts(About.DELEGATE, row.pk, revision, {Moment.SAVED: row.delegate_named_at}, {Part.DELEGATE: (row.delegate_id,)})
