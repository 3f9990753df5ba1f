"""Writing a content into the rows of an RFC: slugs become rows, sessions and steps keep their identity."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection

from changes.choices import Phase
from changes.domain.content import Content, Session
from changes.domain.waiting import circle_words
from changes.exceptions import Unacceptable
from changes.models import RFC, ChangeType, ConfigurationItem, Contact, Environment, Reference, Service, Step, User, WorkSession
from changes.models.session import is_long
from changes.selectors.waiting import circle_of

Row = TypeVar("Row", Environment, ChangeType, Service, ConfigurationItem)


def write_content(rfc: RFC, content: Content) -> None:
    """Save `content` into `rfc`, new or stored. Raises `Unacceptable` for a name nobody knows and for
    times that run backwards; then nothing is written, for the caller's transaction ends.
    """
    refuse_the_impossible(content)
    _write_columns(rfc, content)
    rfc.save()
    rfc.services.set(_all_named(Service, content.services, "services"))
    rfc.configuration_items.set(_all_named(ConfigurationItem, content.configuration_items, "configuration_items"))
    if rfc.number == content.follows_up:
        raise Unacceptable(f"{rfc.number} cannot follow up itself.", mend="Name another RFC.", field="follows_up")
    _write_predecessors(rfc, content)
    # A finding names a session by its place, and readers count them by their start.
    _write_sessions(rfc, sorted(content.sessions, key=lambda session: session.start))
    _write_steps(rfc, content)
    rfc.contacts.all().delete()
    Contact.objects.bulk_create(Contact(rfc=rfc, **vars(contact)) for contact in content.contacts)
    rfc.references.all().delete()
    Reference.objects.bulk_create(Reference(rfc=rfc, **vars(reference)) for reference in content.references)


def refuse_the_impossible(content: Content) -> None:
    """Raise `Unacceptable` for times that run backwards, beside the field that would mend it."""
    for index, session in enumerate(content.sessions):
        if session.actual_start and session.actual_end and session.actual_end < session.actual_start:
            raise Unacceptable("The work ended before it began.", field=f"sessions[{index}].actual_end")
        # An end that was left to the actual one is mended there.
        end_field = "actual_end" if session.end == session.actual_end else "planned_end"
        pairs = (
            (session.start, session.end, end_field, "The session ends at or before its start."),
            (session.outage_start, session.outage_end, "outage_end", "The outage ends at or before its start."),
        )
        for start, end, field, sentence in pairs:
            if start and end and end <= start:
                mend = "Exchange the two, or choose a later end."
                raise Unacceptable(sentence, mend=mend, field=f"sessions[{index}].{field}")


def _write_columns(rfc: RFC, content: Content) -> None:
    rfc.title, rfc.description, rfc.reason = content.title, content.description, content.reason
    rfc.urgency = content.urgency or ""
    rfc.environment = _named(Environment, content.environment, "environment")
    rfc.change_type = _named(ChangeType, content.change_type, "change_type")
    # Who is named already stays, even once they have left: that is told, and stops nobody from moving it.
    rfc.owner = _person(content.owner, "owner", rfc.owner if rfc.owner_id else None) or rfc.requester
    rfc.implementer = _person(content.implementer, "implementer", rfc.implementer)
    for question, answer in content.impact.answers().items():
        setattr(rfc, f"impact_{question}", answer or "")
    rfc.needed_by = content.needed_by
    rfc.rollback_trigger = content.rollback_trigger
    rfc.follows_up = next(iter(_numbered([content.follows_up] if content.follows_up else [], "follows_up")), None)
    rfc.planned_start = min((s.start for s in content.sessions), default=None)
    rfc.planned_end = max((s.end for s in content.sessions if s.end), default=None)


def _named(model: type[Row], slug: str | None, field: str) -> Row | None:
    return _all_named(model, [slug], field)[0] if slug else None


def _all_named(model: type[Row], slugs: Iterable[str], field: str) -> list[Row]:
    wanted = set(slugs)
    if not wanted:
        return []
    rows = list(model.objects.filter(slug__in=wanted))
    unknown = wanted - {row.slug for row in rows}
    if unknown:
        raise Unacceptable(f"There is no “{', '.join(sorted(unknown))}”.", mend="Choose one of the list.", field=field)
    return rows


def _person(username: str | None, field: str, named: User | None) -> User | None:
    if not username:
        return None
    if named is not None and named.username == username:
        return named
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Unacceptable(f"Nobody has the name “{username}”.", mend="Choose one of the list.", field=field)
    return person


def _numbered(numbers: Iterable[str], field: str) -> list[RFC]:
    wanted = {number.upper() for number in numbers}
    rows = list(RFC.objects.numbered(*wanted))
    unknown = wanted - {row.number for row in rows}
    if unknown:
        raise Unacceptable(f"There is no {', '.join(sorted(unknown))}.", mend="Check the number.", field=field)
    return rows


def _write_predecessors(rfc: RFC, content: Content) -> None:
    """Nothing waits for itself, not by way of others either. Those that it waits for already are not asked about again."""
    rows = _numbered(content.predecessors, "predecessors")
    has_new = {row.pk for row in rows} - {row.pk for row in rfc.predecessors.all()}
    if has_new and (path := circle_of(rfc.number, [row.number for row in rows])):
        raise Unacceptable(circle_words(path), mend=f"Take {path[1]} off its predecessors.", field="predecessors")
    rfc.predecessors.set(rows)


def _write_sessions(rfc: RFC, sessions: Iterable[Session]) -> None:
    stored = {row.pk: row for row in rfc.sessions.all()} if rfc.pk else {}
    kept = set()
    for position, session in enumerate(sessions):
        row = stored.get(session.id or 0) or WorkSession(rfc=rfc)
        fill_session(row, session)
        row.position = position
        row.save()
        kept.add(row.pk)
    WorkSession.objects.filter(pk__in=set(stored) - kept).delete()


def fill_session(row: WorkSession, session: Session) -> None:
    """Put a session's times into its row; new planned times make a new revision (DESIGN 4.9)."""
    if row.pk and (row.planned_start, row.planned_end) != (session.start, session.end):
        row.revision += 1
    row.planned_start, row.planned_end = session.start, session.end
    row.is_long = is_long(session.start, session.end)
    row.outage = session.outage or ""
    for name in ("outage_start", "outage_end", "actual_start", "actual_end"):
        setattr(row, name, getattr(session, name))
    row.actual_outage_start, row.actual_outage_end = session.actual_outage_start, session.actual_outage_end


def _write_steps(rfc: RFC, content: Content) -> None:
    stored = {row.pk: row for row in rfc.steps.all()}
    kept = set()
    for phase in Phase:
        for position, step in enumerate(getattr(content, phase.value)):
            row = stored.get(step.id or 0) or Step(rfc=rfc)
            row.phase, row.position = phase, position
            row.instruction, row.command, row.role = step.instruction, step.command, step.role
            row.minutes, row.check_text, row.if_not = step.minutes, step.check, step.if_not
            row.save()
            kept.add(row.pk)
    Step.objects.filter(pk__in=set(stored) - kept).delete()


#: The name of the lock that writers of RFCs take in turn; nothing else in the database uses this number.
_TURN = 20_261_121


def reread(rfc: RFC) -> RFC:
    """The RFC as it is stored now, with all that `RFC.content()` reads, locked until the transaction ends.

    Whoever judges an RFC against the others has to see what they are about to become: so writers of
    RFCs take turns, each from here to the end of its transaction, and no two take one hour unseen.
    """
    take_turn()
    RFC.objects.select_for_update(of=("self",)).get(pk=rfc.pk)
    stored: RFC = RFC.objects.with_content().get(pk=rfc.pk)
    return stored


def take_turn() -> None:
    """Wait until no other writer of RFCs is under way; the turn ends with the transaction.

    Before any row is locked, so that nobody who waits holds what another needs. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def touched(rfc: RFC, at: datetime, **columns: Any) -> None:
    """Save the named columns with a new version; every write of an RFC ends here."""
    for name, value in columns.items():
        setattr(rfc, name, value)
    rfc.version += 1
    rfc.updated_at = at
    rfc.save(update_fields=[*columns, "version", "updated_at"])
