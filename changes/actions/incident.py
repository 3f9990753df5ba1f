"""Saying that an RFC caused an incident, may have, or did not."""

from datetime import datetime
from typing import Any

from django.db import transaction

from changes import permissions
from changes.actions.event import record
from changes.choices import Suspicion
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import RFC, IncidentLink, User


@transaction.atomic
def link(
    rfc: RFC, system: str, identifier: str, suspicion: Suspicion, *, url: str = "", note: str = "", actor: User, at: datetime
) -> IncidentLink:
    """What is thought of the RFC and an incident from now on.

    The last word counts, and every word stays in the history; the same word again is no news. Leaves the RFC's version alone, for
    nothing that its owner wrote has changed. Raises `NotAllowed` for viewers and of drafts, `Unacceptable` for an incident without a name.
    """
    rfc = RFC.objects.select_for_update(of=("self",)).get(pk=rfc.pk)
    if not permissions.can_link_incident(actor, rfc):
        raise NotAllowed("An incident is linked to what has been submitted, by anybody but a viewer.")
    for field, value in (("system", system), ("identifier", identifier)):
        if not value.strip():
            raise Unacceptable("An incident is known by its system and its number there.", mend="Give both.", field=field)
    key: dict[str, Any] = {"rfc": rfc, "system": system.strip(), "identifier": identifier.strip()}
    before = IncidentLink.objects.filter(**key).first()
    said: dict[str, Any] = {
        "suspicion": suspicion,
        "url": url or (before.url if before else ""),
        "note": note.strip(),
        "by": actor,
        "at": at,
    }
    if before and (before.suspicion, before.note, before.url) == (suspicion, said["note"], said["url"]):
        return before
    stored, _ = IncidentLink.objects.update_or_create(**key, defaults=said)
    words = [before.suspicion if before else "", suspicion.value]
    record(rfc, f"incident_{suspicion}", actor=actor, at=at, note=f"{stored} {stored.note}".strip(), changes={"incident": words})
    return stored
