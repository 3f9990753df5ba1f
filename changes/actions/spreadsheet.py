"""Importing the changes of a spreadsheet (DESIGN 4.1, 6): what is over is closed, the rest are drafts.

An entry is known again by its key, so that a second import changes nothing; what the file says otherwise than at its
import is reported, never overwritten. Rows are written in bulk, in order of their creation.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from changes.choices import Outage, State
from changes.domain.lifecycle import route_for
from changes.domain.urgency import due_by
from changes.formats.spreadsheet import Entry, Note, Oddity, Reading
from changes.formats.spreadsheet_dates import OddDates, odd_dates
from changes.formats.spreadsheet_map import Map
from changes.formats.spreadsheet_overlaps import Overlap, overlaps
from changes.models import RFC, ConfigurationItem, Contact, Environment, Event, Reference, Service, User, WorkSession
from changes.models.session import is_long
from changes.selectors.proposal import limits

_CHUNK = 200
#: So many of the set-up rows that are made are named; the rest are counted.
_NAMED = 10
#: The event with which an imported RFC begins; it keeps the fingerprint by which a changed row is found out.
IMPORTED = "imported"


@dataclass
class Report:
    """What an import did, or would do. `made`: set-up rows that were not there. `changed`: by line. Notes: by kind, then by line.

    `odd_dates` and `overlaps` are those of the whole file, whether its rows are new or not.
    """

    rows: int
    new: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    changed: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    drafts: int = 0
    odd_dates: list[OddDates] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return sum(note.is_refused for note in self.notes)


def slug_of(name: str) -> str:
    """The slug of a name from a file; what has no letter of the alphabet gets one from its digest."""
    slug = slugify(name.replace(".", "-"))[:50]
    return slug or f"item-{sha256(name.encode()).hexdigest()[:10]}"


def import_reading(
    reading: Reading, mapping: Map, *, at: datetime, dry_run: bool, advance: Callable[[int], None] = lambda _: None
) -> Report:
    """Bring the entries of a reading in as of `at`; with `dry_run` nothing is written and the same is reported.

    `advance` is called with the number of entries that are done. All or nothing: a failure leaves no row behind.
    """
    report = _compared(reading, mapping)
    report.made = _missing(report.new, mapping)
    kept = _kept(mapping)
    for entry in report.new:
        if not entry.is_over(at):
            report.drafts += 1
            report.notes.append(Note(entry.lines[0], _first(entry), Oddity.NOT_OVER, "It is not over.", kept))
    order = list(Oddity)
    report.notes.sort(key=lambda note: (order.index(note.kind), note.line))
    advance(len(reading.entries) - len(report.new))
    if dry_run:
        advance(len(report.new))
        return report
    with transaction.atomic():
        house = _House(report.new, mapping)
        ordered = sorted(report.new, key=lambda entry: (_created_at(entry, at), entry.lines))
        for start in range(0, len(ordered), _CHUNK):
            chunk = ordered[start : start + _CHUNK]
            _write(chunk, house, mapping, at)
            advance(len(chunk))
    return report


def _kept(mapping: Map) -> str:
    """What becomes of work that is still ahead, by whether its owner can do anything about it."""
    if User.objects.filter(username=mapping.owner, is_active=True).exists():
        return "Kept as a draft, for its owner to submit."
    return "Kept as a draft, for the change manager to take over: its owner cannot sign in."


def _first(entry: Entry) -> str:
    return entry.identifiers[0] if entry.identifiers else ""


def _compared(reading: Reading, mapping: Map) -> Report:
    """New, unchanged and changed entries, against what earlier imports of this source have left."""
    report = Report(rows=reading.rows, notes=list(reading.notes))
    report.odd_dates = odd_dates(reading.entries, time_zone=mapping.time_zone)
    report.overlaps = overlaps(reading.entries, item_of=slug_of, time_zone=mapping.time_zone)
    prefix = f"{mapping.source}:"
    stored = {rfc.import_key: rfc for rfc in RFC.objects.filter(import_key__startswith=prefix).only("pk", "import_key")}
    events = Event.objects.filter(action=IMPORTED, rfc__import_key__startswith=prefix).values_list("rfc__import_key", "changes")
    prints = {key: changes["import"][1] for key, changes in events}
    references = Reference.objects.filter(system=mapping.source, rfc__import_key__startswith=prefix).select_related("rfc")
    rows = {reference.identifier: reference.rfc for reference in references}
    for entry in reading.entries:
        lines = ", ".join(str(line) for line in entry.lines)
        if entry.key in stored and prints.get(entry.key) == entry.fingerprint:
            report.unchanged += 1
        elif entry.key in stored:
            report.changed.append(f"line {lines}: {stored[entry.key].number} was imported from other values. Left as it is.")
        elif known := next((rows[i] for i in entry.identifiers if i in rows), None):
            report.changed.append(f"line {lines}: it now says another change than {known.number}, which it was imported as. Left as it is.")
        else:
            report.new.append(entry)
    return report


def _names(entries: Iterable[Entry], which: str) -> dict[str, str]:
    """Slug to name, for all that the entries name."""
    names: dict[str, str] = {}
    for entry in entries:
        for name in getattr(entry, which):
            names.setdefault(slug_of(name), name)
    return names


def _missing(entries: Sequence[Entry], mapping: Map) -> list[str]:
    """The set-up rows that an import of these entries has to make, in words."""
    if not entries:
        return []
    made = []
    if not User.objects.filter(username=mapping.owner).exists():
        made.append(f"account {mapping.owner}, which nobody can sign in with")
    if mapping.environment and not Environment.objects.filter(slug=mapping.environment).exists():
        made.append(f"environment {mapping.environment}, always open")
    parts = ((Service, "services", "service"), (ConfigurationItem, "items", "configuration item"))
    for model, which, word in parts:
        names = _names(entries, which)
        new = sorted(set(names) - set(model.objects.values_list("slug", flat=True)))
        if new:
            rest = f" and {len(new) - _NAMED} more" if len(new) > _NAMED else ""
            made.append(f"{len(new)} {word}{'s' if len(new) > 1 else ''}: {', '.join(new[:_NAMED])}{rest}")
    return made


class _House:
    """The set-up rows that the entries name; what is missing is made."""

    def __init__(self, entries: Sequence[Entry], mapping: Map) -> None:
        self.environment = _environment(mapping) if entries else None
        self.owner = _owner(mapping.owner) if entries else None
        self.services = _made(Service, _names(entries, "services"))
        self.items = _made(ConfigurationItem, _names(entries, "items"))


def _environment(mapping: Map) -> Environment | None:
    if not mapping.environment:
        return None
    last = Environment.objects.aggregate(last=Max("position"))["last"] or 0
    defaults = {"name": mapping.environment_name or mapping.environment, "needs_window": False, "position": last + 1}
    return Environment.objects.get_or_create(slug=mapping.environment, defaults=defaults)[0]


def _owner(username: str) -> User:
    defaults = {"first_name": username.capitalize(), "is_active": False, "password": make_password(None)}
    return User.objects.get_or_create(username=username, defaults=defaults)[0]


def _made(model: Any, names: dict[str, str]) -> dict[str, int]:
    known = set(model.objects.values_list("slug", flat=True))
    length = model._meta.get_field("name").max_length
    model.objects.bulk_create(model(slug=slug, name=name[:length]) for slug, name in names.items() if slug not in known)
    return dict(model.objects.filter(slug__in=names).values_list("slug", "pk"))


def _created_at(entry: Entry, at: datetime) -> datetime:
    """When it was written down: as the file says, else at its start, and never in the future."""
    return min(entry.created or entry.start, at)


def _write(entries: Sequence[Entry], house: _House, mapping: Map, at: datetime) -> None:
    RFC.objects.bulk_create([_rfc(entry, house, at) for entry in entries])
    rows = {rfc.import_key: rfc for rfc in RFC.objects.filter(import_key__in=[entry.key for entry in entries])}
    pairs = [(rows[entry.key], entry) for entry in entries]
    _link(RFC.services.through, "service_id", house.services, [(rfc, entry.services) for rfc, entry in pairs])
    _link(RFC.configuration_items.through, "configurationitem_id", house.items, [(rfc, entry.items) for rfc, entry in pairs])
    WorkSession.objects.bulk_create(_session(rfc, entry) for rfc, entry in pairs)
    Reference.objects.bulk_create(Reference(rfc=rfc, system=mapping.source[:60], identifier=i) for rfc, e in pairs for i in e.identifiers)
    Contact.objects.bulk_create(Contact(rfc=rfc, name=site[:120], role="Site") for rfc, entry in pairs for site in entry.sites)
    Event.objects.bulk_create(_event(rfc, entry, at) for rfc, entry in pairs)


def _rfc(entry: Entry, house: _House, at: datetime) -> RFC:
    is_over, created_at = entry.is_over(at), _created_at(entry, at)
    return RFC(
        import_key=entry.key,
        imported=is_over,
        title=entry.title,
        reason=entry.reason,
        state=State.CLOSED if is_over else State.DRAFT,
        outcome=entry.outcome if is_over else "",
        severity=entry.severity,
        proposed_severity=entry.severity,
        route=route_for(entry.urgency, entry.severity, {}),
        urgency=entry.urgency,
        due_by=due_by(entry.urgency, created_at, limits()),
        environment=house.environment,
        requester=house.owner,
        owner=house.owner,
        planned_start=entry.start,
        planned_end=entry.end,
        retrospective=entry.is_retrospective and is_over,
        submitted_at=created_at if is_over else None,
        created_at=created_at,
        updated_at=at,
    )


def _link(through: Any, column: str, keys: dict[str, int], pairs: Sequence[tuple[RFC, Sequence[str]]]) -> None:
    """Many-to-many rows; two names with one slug are one."""
    rows = [(rfc.pk, keys[slug]) for rfc, names in pairs for slug in dict.fromkeys(slug_of(name) for name in names)]
    through.objects.bulk_create(through(rfc_id=rfc, **{column: key}) for rfc, key in rows)


def _session(rfc: RFC, entry: Entry) -> WorkSession:
    is_out = entry.outage == Outage.PLANNED and entry.end is not None
    return WorkSession(
        rfc=rfc,
        planned_start=entry.start,
        planned_end=entry.end,
        outage=entry.outage or "",
        outage_start=entry.start if is_out else None,
        outage_end=entry.end if is_out else None,
        is_long=is_long(entry.start, entry.end),
    )


def _event(rfc: RFC, entry: Entry, at: datetime) -> Event:
    """The first event: where it comes from, and the times as they were given where they could not be kept."""
    end = entry.end.isoformat() if entry.end else None
    times = {"planned_start": [entry.given["start"], entry.start.isoformat()], "planned_end": [entry.given["end"], end]}
    lines = ", ".join(str(line) for line in entry.lines)
    return Event(
        rfc=rfc,
        at=at,
        action=IMPORTED,
        note=f"From line {lines}." if len(entry.lines) == 1 else f"From lines {lines}.",
        changes={"import": ["", entry.fingerprint], **(times if entry.end is None else {})},
    )
