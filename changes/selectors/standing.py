"""How each item of an agenda stands, for the words that its page, its pack and Markdown put beside it."""

from datetime import datetime

from changes.choices import Level, Section
from changes.domain.action import lateness
from changes.domain.standing import Standing
from changes.models import AgendaItem
from changes.selectors.agenda import Item

_DONE = (Level.ADVICE, "done")
_MET = (Level.ADVICE, "conditions met")


def standing_of(item: Item, *, at: datetime, time_zone: str) -> Standing:
    """Read off what an agenda has fetched; how late something is goes by the days of `time_zone`."""
    row, rfc = item.row, item.rfc
    return Standing(
        section=Section(row.section),
        is_decided=item.decision is not None,
        state=rfc.state if rfc else "",
        outcome=rfc.outcome if rfc else "",
        retrospective=rfc is not None and rfc.retrospective,
        owes=item.owes,
        promised=_promised(row, at, time_zone),
        findings=item.findings,
    )


def _promised(row: AgendaItem, at: datetime, time_zone: str) -> tuple[Level, str] | None:
    """Of an action, or of the first open condition of an RFC among the actions."""
    if row.action is not None:
        return _DONE if row.action.done_at else lateness(row.action.due_at, at, time_zone)
    decision = row.rfc.decision if row.rfc is not None and row.section == Section.ACTIONS else None
    if decision is None:
        return None
    open_ones = [one.due_at for one in decision.conditions.all() if one.met_at is None]
    return lateness(min(open_ones), at, time_zone) if open_ones else _MET
