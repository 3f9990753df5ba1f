"""Telling the owners of planned RFCs what declaring, changing or lifting a freeze means for them (DESIGN 4.5).

`actions.set_up` calls `tell` in the transaction that writes the freeze, whichever door it came through. The rows written
here are what the sweep of reminders sends from: one mail per owner and notice. No RFC changes its state.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from changes.choices import FreezeAct
from changes.domain.freeze import Freeze as FreezeRule
from changes.domain.freeze import Touch, scope_in_words
from changes.models import RFC, Event, Freeze, FreezeNotice, FreezeNoticeLine, User
from changes.selectors.freeze import freeze_effect, terms_data


def tell(row: Freeze, *, before: FreezeRule | None, after: FreezeRule | None, actor: User, at: datetime) -> FreezeNotice | None:
    """Write down what `after` in the place of `before` means: a notice with a line and an event for each RFC hit or freed.

    `row` is the freeze as it is stored now, or about to be removed. Gives back None, and writes nothing, where no session
    that is not over is hit or freed, so that saving twice tells once.
    """
    effect = freeze_effect(after, before=before, viewer=None, at=at)
    hit, freed = ({one.rfc.pk: one for one in rows} for rows in (effect.hit, effect.freed))
    rfcs: dict[int, RFC] = {pk: one.rfc for rows in (hit, freed) for pk, one in rows.items()}
    shown = after or before
    if not rfcs or shown is None:
        return None
    act = FreezeAct.LIFTED if after is None else FreezeAct.CHANGED if before else FreezeAct.DECLARED
    notice = FreezeNotice.objects.create(freeze=row, act=act, actor=actor, at=at, terms=terms_data(shown, scope_of(row)))
    lines = [
        FreezeNoticeLine(
            notice=notice,
            rfc=rfc,
            owner=rfc.owner,
            hit=_sessions(hit[pk].touches) if pk in hit else [],
            freed=_sessions(freed[pk].touches) if pk in freed else [],
        )
        for pk, rfc in rfcs.items()
    ]
    FreezeNoticeLine.objects.bulk_create(lines)
    Event.objects.bulk_create(_event(line, notice) for line in lines)
    return notice


def scope_of(row: Freeze) -> str:
    """Whom a stored freeze holds for, in words."""
    return scope_in_words(*(one.name if one else "" for one in (row.environment, row.service, row.change_type)))


def _sessions(touches: Iterable[Touch]) -> list[dict[str, Any]]:
    """Sessions, as a line keeps them."""
    return [
        {"start": t.session.start.isoformat(), "end": t.session.end.isoformat() if t.session.end else None, "minutes": t.minutes}
        for t in touches
    ]


def _event(line: FreezeNoticeLine, notice: FreezeNotice) -> Event:
    """In the history of its RFC: what was done to which freeze, and the sessions that it lets go and that lie in it now."""
    name, lifted = notice.terms["name"], notice.act == FreezeAct.LIFTED
    named = [name if lifted else "", "" if lifted else name]
    return Event(
        rfc=line.rfc,
        at=notice.at,
        actor=notice.actor,
        action=f"freeze_{notice.act}",
        note=notice.terms["reason"],
        changes={"freeze": named, "frozen_sessions": [line.freed, line.hit]},
    )
