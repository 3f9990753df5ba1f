"""Reading what stands under one's own bell."""

from datetime import datetime

from changes.models import Reminder, User
from changes.selectors.bell import told_on_page


def read(row: Reminder, *, actor: User, at: datetime) -> bool:
    """Mark one as read; somebody else's stays as it is. Gives back whether it was unread."""
    return bool(told_on_page(actor, at=at).filter(pk=row.pk, read_at=None).update(read_at=at))


def read_all(*, until: datetime, actor: User, at: datetime) -> int:
    """Mark as read all that was due up to `until`, which is what the reader has seen; gives back how many."""
    return told_on_page(actor, at=at).filter(read_at=None, due_at__lte=until).update(read_at=at)
