"""Storing the demo's tales: the rows that the actions would have written, in bulk.

Going through every action would take minutes. What is written here agrees with them: the version counts the events, the
planned interval spans the sessions, a decision keeps the content it was about and its digest.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from changes.actions.demo.tale import Ruled, Tale
from changes.actions.event import first_words
from changes.choices import Phase, Route, Section, State, Verdict
from changes.domain.content import Session
from changes.domain.lifecycle import approved_until
from changes.domain.materiality import as_data, before_the_work, digest
from changes.domain.urgency import due_by
from changes.models import (
    RFC,
    AgendaItem,
    ChangeType,
    Condition,
    ConfigurationItem,
    Contact,
    Decision,
    Environment,
    Event,
    Meeting,
    Reference,
    Service,
    Step,
    User,
    WorkSession,
)
from changes.models.session import is_long
from changes.selectors.proposal import limits


class House:
    """Set-up rows by the names that tales use; read once."""

    def __init__(self) -> None:
        self.people = {user.username: user for user in User.objects.all()}
        self.environments = {row.slug: row for row in Environment.objects.all()}
        self.kinds = {row.slug: row for row in ChangeType.objects.all()}
        self.services = dict(Service.objects.values_list("slug", "pk"))
        self.items = dict(ConfigurationItem.objects.values_list("slug", "pk"))
        self.meetings = {row.starts_at: row for row in Meeting.objects.select_related("board")}


def store(tales: Sequence[Tale]) -> dict[str, RFC]:
    """Write the tales in order of their creation, so that numbers ascend with time; gives the RFCs by key."""
    house = House()
    ordered = sorted(tales, key=lambda tale: (tale.created_at, tale.key))
    RFC.objects.bulk_create([_rfc(tale, house) for tale in ordered], batch_size=200)
    rows = {rfc.import_key: rfc for rfc in RFC.objects.filter(import_key__in=[tale.key for tale in ordered])}
    for tale in ordered:
        if tale.follows:
            rows[tale.key].follows_up = rows[tale.follows]
    RFC.objects.bulk_update([rows[t.key] for t in ordered if t.follows], ["follows_up"])
    _store_parts(ordered, rows, house)
    _store_decisions([tale for tale in ordered if tale.ruled], rows, house)
    _store_events(ordered, rows, house)
    return rows


def _rfc(tale: Tale, house: House) -> RFC:
    content, people = tale.content, house.people
    in_force = tale.state not in (State.DRAFT, State.SUBMITTED, State.REJECTED) and tale.ruled is not None
    approved_at = tale.ruled.at if in_force and tale.ruled else None
    return RFC(
        import_key=tale.key,
        title=content.title,
        description=content.description,
        reason=content.reason,
        state=tale.state,
        severity=tale.severity,
        proposed_severity=tale.severity,
        ground="no_risk" if tale.route == Route.AUTOMATIC and in_force else "",
        route=tale.route,
        urgency=content.urgency or "",
        due_by=due_by(content.urgency, tale.created_at, limits()),
        needed_by=content.needed_by,
        environment=house.environments.get(content.environment or ""),
        change_type=house.kinds.get(content.change_type or ""),
        requester=people[tale.requester],
        owner=people[content.owner or tale.requester],
        implementer=people.get(content.implementer or ""),
        **{f"impact_{question}": answer or "" for question, answer in content.impact.answers().items()},
        rollback_trigger=content.rollback_trigger,
        planned_start=min((s.start for s in content.sessions), default=None),
        planned_end=max((s.end for s in content.sessions if s.end), default=None),
        retrospective=tale.retrospective,
        is_permanent=tale.is_permanent,
        is_move_unconfirmed=tale.is_move_unconfirmed,
        approved_until=approved_until(approved_at, timedelta(days=settings.FSC_APPROVAL_DAYS)) if approved_at else None,
        ratification=tale.ratification or "",
        outcome=tale.outcome or "",
        outcome_note=tale.outcome_note,
        review=tale.review,
        version=len(tale.happenings),
        submitted_at=tale.submitted_at if tale.state != State.DRAFT else None,
        moved_at=tale.moved_at,
        created_at=tale.created_at,
        updated_at=tale.happenings[-1].at,
    )


def _store_parts(tales: Sequence[Tale], rows: dict[str, RFC], house: House) -> None:
    pairs = [(rows[tale.key], tale.content) for tale in tales]
    _link(RFC.services.through, "service_id", [(rfc, house.services[slug]) for rfc, c in pairs for slug in c.services])
    _link(
        RFC.configuration_items.through,
        "configurationitem_id",
        [(rfc, house.items[slug]) for rfc, c in pairs for slug in c.configuration_items],
    )
    waits = [(rows[t.key], rows[t.predecessor]) for t in tales if t.predecessor]
    through = RFC.predecessors.through
    through.objects.bulk_create(through(from_rfc_id=rfc.pk, to_rfc_id=other.pk) for rfc, other in waits)
    sessions = [_session(rfc, place, session) for rfc, c in pairs for place, session in enumerate(c.sessions)]
    WorkSession.objects.bulk_create(sessions, batch_size=200)
    Step.objects.bulk_create([step for tale in tales for step in _steps(rows[tale.key], tale, house)], batch_size=500)
    Contact.objects.bulk_create(Contact(rfc=rfc, **vars(contact)) for rfc, c in pairs for contact in c.contacts)
    Reference.objects.bulk_create(Reference(rfc=rfc, **vars(reference)) for rfc, c in pairs for reference in c.references)


def _link(through: Any, column: str, pairs: Iterable[tuple[RFC, int]]) -> None:
    through.objects.bulk_create(through(rfc_id=rfc.pk, **{column: pk}) for rfc, pk in pairs)


def _session(rfc: RFC, place: int, session: Session) -> WorkSession:
    return WorkSession(
        rfc=rfc,
        position=place,
        planned_start=session.start,
        planned_end=session.end,
        outage=session.outage or "",
        outage_start=session.outage_start,
        outage_end=session.outage_end,
        actual_start=session.actual_start,
        actual_end=session.actual_end,
        is_long=is_long(session.start, session.end),
    )


def _steps(rfc: RFC, tale: Tale, house: House) -> Iterable[Step]:
    ticked = [happening for happening in tale.happenings if happening.action == "step_done"]
    count = 0
    for phase in Phase:
        for position, step in enumerate(getattr(tale.content, phase.value)):
            done = ticked[count] if phase != Phase.ROLLBACK and count < len(ticked) else None
            count += phase != Phase.ROLLBACK
            yield Step(
                rfc=rfc,
                phase=phase,
                position=position,
                instruction=step.instruction,
                command=step.command,
                role=step.role,
                minutes=step.minutes,
                check_text=step.check,
                if_not=step.if_not,
                done_at=done.at if done else None,
                done_by=house.people[done.actor] if done and done.actor else None,
            )


def _store_decisions(tales: Sequence[Tale], rows: dict[str, RFC], house: House) -> None:
    """Decisions with their items and conditions; those in force are named by their RFC."""
    stored = {rfc.pk: rfc for rfc in RFC.objects.with_content().filter(pk__in=[rows[t.key].pk for t in tales])}
    items = {t.key: _item(t, rows[t.key], house) for t in tales if t.ruled and t.ruled.sitting}
    AgendaItem.objects.bulk_create(items.values())
    decisions = {t.key: _decision(t, t.ruled, stored[rows[t.key].pk], items.get(t.key), house) for t in tales if t.ruled}
    Decision.objects.bulk_create(decisions.values(), batch_size=200)
    Condition.objects.bulk_create(
        Condition(decision=decisions[t.key], text=p.text, owner=house.people[p.owner], due_at=p.due_at, met_at=p.met_at,
                  met_by=house.people[p.owner] if p.met_at else None)
        for t in tales if t.ruled for p in t.ruled.conditions
    )  # fmt: skip
    in_force = [t for t in tales if t.state not in (State.DRAFT, State.SUBMITTED, State.REJECTED)]
    for tale in in_force:
        rows[tale.key].decision = decisions[tale.key]
    RFC.objects.bulk_update([rows[t.key] for t in in_force], ["decision"], batch_size=200)


def _item(tale: Tale, rfc: RFC, house: House) -> AgendaItem:
    sitting = tale.ruled.sitting if tale.ruled else None
    meeting = house.meetings[sitting.starts_at] if sitting else None
    board = meeting.board if meeting else None
    return AgendaItem(
        meeting=meeting,
        rfc=rfc,
        section=Section.EMERGENCY if tale.route == Route.EMERGENCY or tale.retrospective else Section.NEW,
        position=rfc.pk % 1000,
        title=rfc.title,
        minutes=board.item_minutes(rfc.severity) if board else 5,
        reason="Submitted before the cut-off.",
    )


def _decision(tale: Tale, ruled: Ruled | None, rfc: RFC, item: AgendaItem | None, house: House) -> Decision:
    content = before_the_work(rfc.content())
    by = house.people[ruled.by] if ruled and ruled.by else None
    is_verbal = bool(ruled and ruled.verbal_how)
    return Decision(
        rfc=rfc,
        item=item,
        route=tale.route,
        verdict=ruled.verdict if ruled else Verdict.APPROVE,
        severity=tale.severity,
        reason=ruled.reason if ruled else "",
        by=by,
        recorded_by=rfc.implementer if is_verbal else by,
        at=ruled.at if ruled else rfc.created_at,
        defer_to=house.meetings[ruled.defer_to.starts_at] if ruled and ruled.defer_to else None,
        quorum_met=True if item else None,
        content=as_data(content),
        digest=digest(content),
        is_verbal=is_verbal,
        how=ruled.verbal_how if ruled else "",
    )


def _store_events(tales: Sequence[Tale], rows: dict[str, RFC], house: House) -> None:
    people = house.people
    events = [
        Event(
            rfc=rows[tale.key],
            at=happening.at,
            actor=people[happening.actor] if happening.actor else None,
            action=happening.action,
            note=happening.note,
            changes=happening.changes or (_created(tale) if happening.action == "created" else {}),
        )
        for tale in tales
        for happening in tale.happenings
    ]
    Event.objects.bulk_create(events, batch_size=500)


def _created(tale: Tale) -> dict[str, Any]:
    return first_words(before_the_work(tale.content), requester=tale.requester)
