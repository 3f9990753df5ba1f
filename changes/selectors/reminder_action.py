"""What the ladder of reminders has to know of actions that were promised to a board (see `reminder_facts`)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from changes.domain.ladder_words import About, Moment, Part, Sign
from changes.domain.reminder import Facts
from changes.models import Action
from changes.selectors.reminder_facts import AHEAD, BEHIND, Keys


def of_actions(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Actions that are due, and what has become of them; they bind their owner, whatever has become of the RFC they came from."""
    near = Q(due_at__gt=at - BEHIND, due_at__lte=at + AHEAD, done_at=None) if keys is None else Q(pk__in=keys)
    for row in Action.objects.filter(near):
        owner = {Part.OWNER: (row.owner_id,)}
        signs = frozenset({Sign.DONE}) if row.done_at else frozenset()
        yield Facts(About.ACTION, row.pk, 1, {Moment.DUE: row.due_at}, owner, signs=signs, since=row.created_at, rfc=row.rfc_id)
