"""What the demo's people would have done meanwhile: scheduling what nothing stops, and playing the days since the last run."""

from datetime import datetime, timedelta

from django.db.models import F

from changes.actions.lifecycle import Request, move
from changes.actions.state import enter
from changes.choices import Outcome, State
from changes.domain.judgement import stops_scheduling
from changes.exceptions import MoveRefused
from changes.models import RFC, WorkSession
from changes.selectors.finding import findings_for

#: What is over for so long and still stands as planned or begun has been forgotten, by people or by the demo.
_FORGOTTEN = timedelta(hours=12)


def schedule(at: datetime) -> None:
    """Put on the schedule what is approved and has nothing in its way, as beat would within five minutes."""
    approved = RFC.objects.with_content().prefetch_related("waivers__other", "waivers__by").filter(state=State.APPROVED)
    found = findings_for(approved, at=at)
    for rfc in approved:
        if rfc.planned_start and not rfc.is_move_unconfirmed and not stops_scheduling(found[rfc.pk]):
            enter(rfc, State.SCHEDULED, actor=None, at=max(rfc.updated_at, rfc.decision.at if rfc.decision else at))


def carry_on(at: datetime) -> None:
    """Play the days since the demo was made: its own RFCs that were to be over by now are done as planned.

    Only those of the demo, and only what nobody has ended since; what was never approved is cancelled by its owner.
    """
    over = RFC.objects.filter(import_key__startswith="demo:", planned_end__lt=at - _FORGOTTEN)
    for rfc in over.filter(state__in=(State.SCHEDULED, State.IN_PROGRESS)).select_related("owner", "implementer"):
        _finish(rfc, rfc.planned_start or at, rfc.planned_end or at)
    for rfc in over.filter(state__in=(State.SUBMITTED, State.APPROVED)).select_related("owner"):
        move(rfc, State.CANCELLED, actor=rfc.owner, at=at, request=Request(reason="Not decided in time."))


def _finish(rfc: RFC, start: datetime, end: datetime) -> None:
    """Begin and complete it as planned; what still has an open condition was not started."""
    worker = rfc.implementer or rfc.owner
    if rfc.state == State.SCHEDULED:
        try:
            move(rfc, State.IN_PROGRESS, actor=worker, at=start)
        except MoveRefused as refusal:
            move(rfc, State.COMPLETED, actor=worker, at=end, request=Request(reason=refusal.sentence, outcome=Outcome.NOT_STARTED))
            return
    WorkSession.objects.filter(rfc=rfc, actual_start=None).update(actual_start=F("planned_start"), actual_end=F("planned_end"))
    move(rfc, State.COMPLETED, actor=worker, at=max(end, rfc.updated_at), request=Request(reason="As planned.", outcome=Outcome.SUCCESSFUL))
