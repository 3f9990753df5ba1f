"""Reporting a whole night at once: each row for itself, so that one that cannot be does not lose the others (DESIGN 4.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from changes.actions import answer
from changes.choices import Outcome
from changes.exceptions import Refusal, Unacceptable
from changes.models import User, WorkSession


@dataclass(frozen=True)
class Report:
    """How one session went. `started` and `ended` are aware; of work that did not start neither counts."""

    session: WorkSession
    outcome: Outcome
    started: datetime
    ended: datetime
    note: str = ""


def report_night(reports: Sequence[Report], *, actor: User, at: datetime) -> dict[int, Refusal | None]:
    """Record each; gives back by the key of its session None, or why it was refused. What was not refused is written."""
    return {report.session.pk: _recorded(report, actor, at) for report in reports}


def _recorded(report: Report, actor: User, at: datetime) -> Refusal | None:
    try:
        if report.outcome != Outcome.SUCCESSFUL and not report.note.strip():
            raise Unacceptable("An exception needs a word on it.", mend="Say what happened.", field="note")
        answer.ended(report.session, report.outcome, started=report.started, ended=report.ended, actor=actor, at=at, note=report.note)
    except Refusal as refusal:
        return refusal
    return None
