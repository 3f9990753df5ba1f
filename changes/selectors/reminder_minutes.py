"""What the ladder of reminders has to know of minutes: those that went out, and each addendum to them (see `reminder_facts`)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Max, Q

from changes.domain.ladder_words import About, Moment, Part
from changes.domain.reminder import Facts
from changes.models import Meeting
from changes.selectors.reminder_facts import BEHIND, Keys


def of_minutes(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Minutes that were published or corrected lately; each addendum is a revision, and goes to whom the minutes went."""
    published = Meeting.objects.with_minutes().annotate(corrections=Count("addenda"), corrected_at=Max("addenda__at"))
    lately = Q(minutes_published_at__gt=at - BEHIND) | Q(corrected_at__gt=at - BEHIND)
    for row in published.filter(lately if keys is None else Q(pk__in=keys)).order_by("pk"):
        last = max(moment for moment in (row.minutes_published_at, row.corrected_at) if moment)
        people = {Part.TOLD: tuple((row.minutes_snapshot or {}).get("told", ()))}
        yield Facts(About.MINUTES, row.pk, 1 + row.corrections, {Moment.PUBLISHED: last}, people, since=last, meeting=row.pk)
