"""What stands around an agenda's items: what could wait, what was left off, what is ahead."""

from datetime import datetime
from typing import Any

from changes.models import User
from changes.selectors.agenda import Agenda
from changes.selectors.ahead import ahead_of
from changes.selectors.fit import surplus_of
from changes.selectors.left_off import told_of


def context_of(agenda: Agenda, viewer: User, *, at: datetime) -> dict[str, Any]:
    """For the partials `surplus`, `left_off` and `ahead`."""
    return {
        "surplus": surplus_of(agenda, at=at),
        "left_off": told_of(agenda.left_off, agenda.meeting),
        "ahead": ahead_of(agenda.meeting, viewer=viewer),
    }
