"""An agenda as the API and a frozen revision have it (DESIGN 7): names and numbers, instants as ISO 8601 in UTC."""

from datetime import datetime
from typing import Any

from changes.choices import Ballot
from changes.domain.frozen import to_data
from changes.domain.kept import Kept
from changes.models import Decision, Meeting
from changes.selectors.agenda import Agenda, Item
from changes.selectors.revision import finding_data, iso, left_off_data
from changes.selectors.standing import standing_of
from changes.selectors.vote import Ballots


def as_data(agenda: Agenda) -> dict[str, Any]:
    """The agenda as the API and a frozen revision have it (DESIGN 7): names and numbers, instants as ISO 8601 in UTC."""
    return {
        "meeting": agenda.meeting.pk,
        "revision": agenda.revision,
        "frozen_at": _iso(agenda.frozen_at),
        "minutes": agenda.minutes,
        "sections": [
            {"code": group.section.value, "title": group.section.label, "items": [_item_data(item) for item in group.items]}
            for group in agenda.sections
        ],
        "late": [_item_data(item) for item in agenda.late],
    }


def as_snapshot(agenda: Agenda, *, at: datetime) -> dict[str, Any]:
    """What a revision made at `at` keeps: the API's shape, and the drafts that the cut-off left off (DESIGN 4.8)."""
    kept = {item.row.pk: to_data(_kept(item, agenda.meeting, at=at)) for item in (*agenda.items, *agenda.late)}
    told = as_data(agenda)
    for data in (*(data for part in told["sections"] for data in part["items"]), *told["late"]):
        data["kept"] = kept[data["id"]]
    return {**told, "frozen_at": _iso(at), "left_off": left_off_data(agenda.left_off)}


def _kept(item: Item, meeting: Meeting, *, at: datetime) -> Kept:
    """What the page shows of an item beside that."""
    row, rfc = item.row, item.rfc
    owner = rfc.owner if rfc else row.action.owner if row.action else row.owner
    standing = standing_of(item, at=at, time_zone=meeting.board.time_zone)
    return Kept(
        number=item.number,
        is_consented=item.is_consented,
        tally=item.tally if item.shows_votes else "",
        owner=str(owner) if owner else "",
        note=row.note,
        brought=_brought(item, meeting),
        due_at=row.action.due_at if row.action else None,
        severity=rfc.severity if rfc else "",
        is_approved=rfc.is_approved if rfc else False,
        services=tuple(service.name for service in rfc.services.all()) if rfc else (),
        sessions=rfc.content().sessions if rfc else (),
        state=standing.state,
        outcome=standing.outcome,
        retrospective=standing.retrospective,
        owes=standing.owes,
        promised=(standing.promised[0].value, standing.promised[1]) if standing.promised else (),
    )


def _brought(item: Item, meeting: Meeting) -> str:
    before = item.row.pulled_from
    if before is not None:
        return "pulled forward" if before.starts_at > meeting.starts_at else "put off"
    return "admitted late" if item.row.admitted_reason else ""


def _item_data(item: Item) -> dict[str, Any]:
    cast = [(ballot, ballot.seat.person.username) for ballot in item.ballots if ballot.vote in set(Ballot)]
    return {
        "id": item.row.pk,
        "rfc": item.rfc.number if item.rfc else None,
        "title": item.row.title,
        "minutes": item.row.minutes,
        "reason": item.row.reason,
        "findings": [finding_data(finding) for finding in item.findings],
        "votes": [_vote_data(ballot, name) for ballot, name in cast],
        "decision": decision_data(item.decision) if item.decision else None,
    }


def _vote_data(ballot: Ballots, name: str) -> dict[str, Any]:
    said = {"member": name, "vote": ballot.vote, "comment": ballot.comment, "at": _iso(ballot.at)}
    return {**said, "before_last_edit": ballot.edited_at is not None}


def decision_data(decision: Decision) -> dict[str, Any]:
    """A decision as the API tells it: what was sent to it, by whom, when, and whether there was a quorum."""
    return {
        "decision": decision.verdict,
        "severity": decision.severity,
        "reason": decision.reason,
        "by": decision.by.username if decision.by else None,
        "at": _iso(decision.at),
        "quorum_met": decision.quorum_met,
        "conditions": [
            {"id": row.pk, "text": row.text, "owner": row.owner.username, "due_at": _iso(row.due_at), "met_at": _iso(row.met_at)}
            for row in decision.conditions.all()
        ],
        "meeting": decision.defer_to_id,
    }


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
