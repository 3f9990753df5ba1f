"""Reading changes from a CSV by a map: columns become fields, rows that belong together one change (DESIGN 6).

No writes and no clock. Every row ends in an entry or is refused; whatever is odd about it makes a note with its line.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from changes.choices import Outage, Outcome, Severity, Urgency, Word
from changes.exceptions import Unacceptable
from changes.formats.spreadsheet_map import Map

_TITLE = 160
_YEAR = timedelta(days=365)
_FAR = timedelta(days=5 * 365)
_MINUTE = timedelta(minutes=1)
Row = Mapping[str, str]


class Oddity(Word):
    """What can be odd about a row, in the order of a report: what somebody has to look at first, what is common last."""

    REFUSED = "refused", "Refused"
    END = "end", "Without a usable end"
    FAR = "far", "Far off in time"
    REPEATED = "repeated", "Said twice"
    NOT_OVER = "not_over", "Not over, kept as a draft"
    UNTITLED = "untitled", "Without a description"
    LOGGED_LATE = "logged_late", "Written down after its start"
    NOT_CREATED = "not_created", "Not saying when it was created"


@dataclass(frozen=True)
class Note:
    """What was odd about a row, and what was done. `line` is where the row begins in the file, from 1."""

    line: int
    identifier: str
    kind: Oddity
    odd: str
    done: str

    @property
    def is_refused(self) -> bool:
        return self.kind == Oddity.REFUSED

    def __str__(self) -> str:
        row = f"line {self.line}" + (f" ({self.identifier})" if self.identifier else "")
        return f"{row}: {self.odd} {self.done}"


@dataclass(frozen=True)
class Entry:
    """One change over its items. Instants are aware; `end` is None where no usable end was given.

    `given` are the times as they stand in the file, by field; `fingerprint` changes with any cell that was read.
    """

    key: str
    fingerprint: str
    lines: tuple[int, ...]
    identifiers: tuple[str, ...]
    title: str
    reason: str
    start: datetime
    end: datetime | None
    created: datetime | None
    given: Mapping[str, str]
    urgency: Urgency
    severity: Severity
    outage: Outage | None
    outcome: Outcome
    items: tuple[str, ...]
    services: tuple[str, ...]
    sites: tuple[str, ...]
    is_retrospective: bool

    def is_over(self, at: datetime) -> bool:
        """Whether it has passed; one whose end is missing or years away is over once it has begun."""
        is_bounded = self.end is not None and self.end - self.start <= _FAR
        return (self.end if is_bounded and self.end else self.start) <= at


@dataclass
class Reading:
    """What a file holds: `rows` of it were read, into `entries`; the notes are in order of their lines."""

    rows: int = 0
    entries: list[Entry] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read(path: Path, mapping: Map) -> Reading:
    """The changes of a CSV file. Raises `Unacceptable` for a file that cannot be read, is empty or lacks a column."""
    try:
        text = path.read_bytes().decode(mapping.encoding).removeprefix("\ufeff")
    except OSError as error:
        raise Unacceptable(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Unacceptable(f"{path} is not {mapping.encoding}: byte {error.start} cannot be read. Set encoding in the map.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mapping.delimiter)
    _check_columns(path, reader.fieldnames, mapping)
    return _Reader(mapping).read(_numbered(reader))


def _check_columns(path: Path, columns: Sequence[str] | None, mapping: Map) -> None:
    if not columns:
        raise Unacceptable(f"{path} is empty; its first line has to name the columns.")
    wanted = [*mapping.fields.values(), *mapping.group_by]
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise Unacceptable(f"{path} has no column {missing[0]}; it has {', '.join(columns)}.")


def _numbered(reader: "csv.DictReader[str]") -> Iterable[tuple[int, dict[Any, Any]]]:
    """Each row with the line on which it begins; a cell of several lines makes it longer than one."""
    line = reader.line_num
    for row in reader:
        yield line + 1, row
        line = reader.line_num


class _Reader:
    """Reads the rows of one file; holds the map and gathers the notes."""

    def __init__(self, mapping: Map) -> None:
        self.map = mapping
        self.zone = ZoneInfo(mapping.time_zone)
        self.result = Reading()

    def read(self, rows: Iterable[tuple[int, dict[Any, Any]]]) -> Reading:
        groups: dict[tuple[str, ...], list[tuple[int, Row]]] = {}
        for line, row in rows:
            self.result.rows += 1
            if self._is_usable(line, row):
                key = tuple(row[column] for column in self.map.group_by) or (str(line),)
                groups.setdefault(key, []).append((line, row))
        for key, members in groups.items():
            self.result.entries.append(self._entry(key, members))
        self._note_repeats(groups)
        self.result.notes.sort(key=lambda note: note.line)
        return self.result

    def _note_repeats(self, groups: Mapping[tuple[str, ...], list[tuple[int, Row]]]) -> None:
        """What the grouping has left apart though it says the same of the same items at the same time."""
        seen: dict[tuple[str, datetime, tuple[str, ...]], Entry] = {}
        for entry, members in zip(self.result.entries, groups.values(), strict=True):
            first = seen.setdefault((entry.title, entry.start, entry.items), entry)
            if first is not entry:
                line, row = members[0]
                self._note(
                    line, row, Oddity.REPEATED, f"It has title, start and items of line {first.lines[0]}.", "Kept as a change of its own."
                )

    def _note(self, line: int, row: Row, kind: Oddity, odd: str, done: str) -> None:
        self.result.notes.append(Note(line, self._cell(row, "identifier"), kind, odd, done))

    def _cell(self, row: Row, name: str) -> str:
        return (row.get(self.map.fields.get(name, "")) or "").strip()

    def _is_usable(self, line: int, row: dict[Any, Any]) -> bool:
        """Whether a row can become a change; a note says why not."""
        if None in row or None in row.values():
            return self._refuse(line, row, "It has more or fewer cells than there are columns.")
        if not self._cell(row, "start"):
            return self._refuse(line, row, "It has no start.")
        if self._instant(self._cell(row, "start")) is None:
            return self._refuse(line, row, f"Its start, “{self._cell(row, 'start')}”, is no date and time.")
        for name, table in self.map.values.items():
            if (word := self._cell(row, name)) not in table and name not in self.map.constants:
                return self._refuse(line, row, f"Its {name}, “{word}”, is not in the map.")
        return True

    def _refuse(self, line: int, row: Row, odd: str) -> bool:
        self._note(line, row, Oddity.REFUSED, odd, "Refused.")
        return False

    def _instant(self, text: str) -> datetime | None:
        """A time of the file; without an offset it is in the map's zone."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _word(self, row: Row, name: str, default: str) -> str:
        table = self.map.values.get(name, {})
        return table.get(self._cell(row, name)) or self.map.constants.get(name, default)

    def _entry(self, key: tuple[str, ...], members: list[tuple[int, Row]]) -> Entry:
        line, row = members[0]
        start = self._instant(self._cell(row, "start"))
        assert start is not None  # noqa: S101 - _is_usable has looked
        end = self._end(members, start)
        created = self._created(members, start)
        items = self._items(members)
        outage = self._word(row, "outage", "")
        after_start = created is not None and created > start
        return Entry(
            key=f"{self.map.source}:{_digest(key)}",
            fingerprint=_digest(cell for _, member in members for cell in self._read_cells(member)),
            lines=tuple(number for number, _ in members),
            identifiers=tuple(i for _, member in members if (i := self._cell(member, "identifier"))),
            title=self._title(line, row, items),
            reason=self._cell(row, "reason") or self._cell(row, "title"),
            start=start,
            end=end,
            created=created,
            given={name: self._cell(row, name) for name in ("start", "end", "created")},
            urgency=Urgency(self._word(row, "urgency", Urgency.NORMAL)),
            severity=Severity(self._word(row, "severity", Severity.MINOR)),
            outage=Outage(outage) if outage else None,
            outcome=Outcome(self._word(row, "outcome", Outcome.SUCCESSFUL)),
            items=items,
            services=self._several(members, "services"),
            sites=self._several(members, "site"),
            is_retrospective=after_start and self._word(row, "urgency", "") in self.map.retrospective,
        )

    def _title(self, line: int, row: Row, items: Sequence[str]) -> str:
        title = title_of(self._cell(row, "title"))
        if title:
            return title
        title = title_of(f"Without description: {', '.join(items)}")
        self._note(line, row, Oddity.UNTITLED, "It has no description.", f"Its title names its items: “{title}”.")
        return title

    def _read_cells(self, row: Row) -> list[str]:
        return [row[column] for column in dict.fromkeys([*self.map.fields.values(), *self.map.group_by])]

    def _end(self, members: list[tuple[int, Row]], start: datetime) -> datetime | None:
        text = self._cell(members[0][1], "end")
        end = self._instant(text) if text else None
        odd, done = "", "Kept without an end; the history holds what was given."
        if not text:
            odd = "It has no end."
        elif end is None:
            odd = f"Its end, “{text}”, is no date and time."
        elif end <= start:
            odd, end = f"It ends at or before its start ({text}).", None
        elif end - start > _FAR:
            odd, done = f"It ends {end.year}, {(end - start).days // 365} years after its start.", "Kept as given; look at the end."
        elif end - start > _YEAR:
            odd, done = f"It lasts {(end - start).days} days.", "Kept as given; look at the end."
        for line, row in members if odd else ():
            self._note(line, row, Oddity.FAR if end else Oddity.END, odd, done)
        return end

    def _created(self, members: list[tuple[int, Row]], start: datetime) -> datetime | None:
        """The earliest time at which one of the rows was written down; notes for the rows without, and for odd ones."""
        found = []
        for line, row in members:
            text = self._cell(row, "created")
            created = self._instant(text) if text else None
            if "created" not in self.map.fields:
                continue
            if created is None:
                odd = f"When it was created, “{text}”, is no date and time." if text else "It does not say when it was created."
                self._note(line, row, Oddity.NOT_CREATED, odd, "Its start is taken instead, unless a row of the same change says it.")
                continue
            found.append(created)
            self._compare(line, row, created, start)
        return min(found, default=None)

    def _compare(self, line: int, row: Row, created: datetime, start: datetime) -> None:
        away = start - created
        if abs(away) > _YEAR - timedelta(days=31):
            side = "after" if away > timedelta() else "before"
            self._note(
                line, row, Oddity.FAR, f"Its start is {abs(away).days} days {side} it was created.", "Kept as given; look at the year."
            )
        elif created - start >= _MINUTE:
            hours = (created - start).total_seconds() / 3600
            self._note(line, row, Oddity.LOGGED_LATE, f"It was written down {hours:.1f} h after its start.", "Kept as given.")

    def _items(self, members: list[tuple[int, Row]]) -> tuple[str, ...]:
        seen: dict[str, int] = {}
        for line, row in members:
            for name in self._split(row, "items"):
                if name in seen:
                    self._note(
                        line, row, Oddity.REPEATED, f"{name} stands in line {seen[name]} of the same change already.", "Counted once."
                    )
                seen.setdefault(name, line)
        return tuple(seen)

    def _several(self, members: list[tuple[int, Row]], name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for _, row in members for word in self._split(row, name)))

    def _split(self, row: Row, name: str) -> list[str]:
        separator = self.map.separators.get(name)
        cell = self._cell(row, name)
        return [word for part in (cell.split(separator) if separator else [cell]) if (word := part.strip())]


def title_of(text: str) -> str:
    """The first line that says something, in one line of at most 160 characters."""
    line = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _TITLE else f"{line[: _TITLE - 1].rstrip()}…"


def _digest(parts: Iterable[str]) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]
