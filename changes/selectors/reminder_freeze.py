"""What the ladder of reminders has to know of freezes that were declared, changed or lifted (see `reminder_facts`)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q

from changes.choices import OPEN_STATES
from changes.domain.ladder_words import About, Moment, Part
from changes.domain.reminder import Facts
from changes.models import RFC, FreezeNotice, FreezeNoticeLine
from changes.selectors.freeze import notices
from changes.selectors.reminder_facts import BEHIND, Keys


def of_freezes(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Notices and whom they are for: the owners of then, while an RFC of theirs is still to be worked on where it stood."""
    lately = Q(at__gt=at - BEHIND, at__lte=at) if keys is None else Q(pk__in=keys)
    for notice in notices().filter(lately).prefetch_related("lines__rfc__sessions"):
        owners = tuple(dict.fromkeys(line.owner_id for line in standing_lines(notice)))
        yield Facts(About.FREEZE, notice.pk, 1, {Moment.SAVED: notice.at}, {Part.OWNER: owners})


def standing_lines(notice: FreezeNotice) -> list[FreezeNoticeLine]:
    """The lines that are still news: the work has not begun or ended meanwhile, and a session stands where it stood."""
    return [line for line in notice.lines.all() if line.rfc.state in OPEN_STATES and _stands(line)]


def _stands(line: FreezeNoticeLine) -> bool:
    told = {session["start"] for session in (*line.hit, *line.freed)}
    return any(session.planned_start.isoformat() in told for session in line.rfc.sessions.all())


def freeze_subjects(rfc: RFC) -> dict[str, int]:
    """The subjects in the ledger that told of an RFC together with others, each with whom it told of this one."""
    lines: Sequence[FreezeNoticeLine] = list(rfc.freeze_lines.all())
    return {f"{About.FREEZE}:{line.notice_id}": line.owner_id for line in lines}
