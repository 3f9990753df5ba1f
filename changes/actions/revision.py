"""Making a revision of an agenda (DESIGN 4.8)."""

from datetime import datetime

from changes.models import AgendaRevision, Meeting
from changes.selectors.agenda import agenda_of
from changes.selectors.agenda_data import as_snapshot


def freeze(meeting: Meeting, *, reason: str, at: datetime) -> None:
    """The next revision, as it stands now; rows of revisions are never written again. Whoever calls saves `meeting.revision`."""
    meeting.revision += 1
    snapshot = as_snapshot(agenda_of(meeting, at=at), at=at)
    AgendaRevision.objects.create(meeting=meeting, number=meeting.revision, frozen_at=at, reason=reason, snapshot=snapshot)


def revise(meeting: Meeting, *, reason: str, at: datetime) -> None:
    """Once an agenda is frozen, what somebody does to it makes its next revision; before, it follows."""
    if meeting.is_frozen:
        freeze(meeting, reason=reason, at=at)
        meeting.save(update_fields=["revision"])
