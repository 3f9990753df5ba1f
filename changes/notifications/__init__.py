"""Delivering what the product has to tell people; a floor of its own between the reads and the writes.

`delivery` sends letters, `mail` renders them as text and HTML, `short` as a line for `chat` and the page, `words` says
their times and people in the recipient's zone, `mailbox` keeps them where a demo sends nothing. Nothing here writes to the
ledger; `actions.reminder` does.
"""

from changes.notifications.delivery import deliver
from changes.notifications.mailbox import MailboxBackend
from changes.notifications.nudge import nudge

__all__ = ["MailboxBackend", "deliver", "nudge"]
