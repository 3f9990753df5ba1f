"""Telling those whose time another RFC has come into: they carry nothing, and are never unscheduled (DESIGN 4.6)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from changes.actions.event import record
from changes.choices import Level, State
from changes.domain.clash import LEVELS
from changes.domain.finding import Finding
from changes.models import RFC, User
from changes.selectors.finding import findings_of


def clashing(found: Iterable[Finding]) -> set[tuple[str, str]]:
    """The conflicts that block, as (code, number of the other); waived ones too, for the other hears of those as well."""
    return {(f.code, f.other) for f in found if f.other and LEVELS.get(f.code) == Level.ERROR and not f.possible}


def tell_others(rfc: RFC, *, had: Collection[tuple[str, str]] = (), actor: User, at: datetime) -> None:
    """Note in the history of each RFC that `rfc` has newly come to clash with that it has; a mail to its owner follows.

    `had` are the conflicts that were there before (`clashing`). Who owns both, or came here themselves, is not told.
    """
    found = findings_of(rfc, at=at)
    numbers = {number for code, number in clashing(found) - set(had)}
    for other in RFC.objects.numbered(*numbers).exclude(state=State.DRAFT) if numbers else ():
        if other.owner_id not in (actor.pk, rfc.owner_id):
            codes = sorted({code for code, number in clashing(found) if number == other.number})
            record(other, "in_the_way", actor=actor, at=at, note=_sentence(rfc, found, other.number), changes={"conflict": [None, codes]})


def _sentence(rfc: RFC, found: Iterable[Finding], number: str) -> str:
    minutes = max((f.minutes or 0 for f in found if f.other == number and LEVELS.get(f.code) == Level.ERROR), default=0)
    overlap = f" for {minutes} min" if minutes else ""
    if rfc.state == State.IN_PROGRESS:
        return f"{rfc.number} “{rfc.title}” runs longer and came into its time{overlap}. What runs goes on; nothing is unscheduled here."
    return f"{rfc.number} “{rfc.title}” came into its time{overlap}. That one has to give way; nothing is unscheduled here."
