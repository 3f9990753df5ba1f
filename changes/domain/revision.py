"""What has changed between two revisions of an agenda (DESIGN 4.8): plain values in, what a reader has to know out.

A revision is read from what it froze, never from rows: what has been renamed, edited or taken away since does not change it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from changes.choices import Section, Word
from changes.domain.consent import total_minutes


class Kind(Word):
    """What happened to an item."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    NUMBERED = "numbered", "Renumbered"
    MINUTES = "minutes"
    RETITLED = "retitled"
    FOUND = "found", "New finding"
    MENDED = "mended", "Finding gone"
    CAME_LATE = "came_late", "Came late"
    LEFT_LATE = "left_late", "Off the late list"


@dataclass(frozen=True)
class Entry:
    """One item as it froze. `number` is 0 on the late list, `section` empty; `findings` are code and sentence."""

    id: int
    rfc: str
    title: str
    section: str
    number: int
    minutes: int
    reason: str = ""
    findings: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        return Section(self.section).label if self.section else "Late"


@dataclass(frozen=True)
class Frozen:
    """A revision: its items in their order, its late list, and why it was made."""

    number: int
    entries: tuple[Entry, ...]
    late: tuple[Entry, ...] = ()
    reason: str = ""
    consented: frozenset[int] = frozenset()

    @property
    def minutes(self) -> int:
        """As the agenda's page has it, with the consent list that was given."""
        return total_minutes({entry.id: entry.minutes for entry in self.entries}, self.consented)


@dataclass(frozen=True)
class Change:
    """One thing that is different; `before` and `after` are in words, empty where there was or is nothing."""

    kind: Kind
    rfc: str
    title: str
    before: str = ""
    after: str = ""


def frozen_from(number: int, snapshot: Mapping[str, Any], reason: str = "", consented: Collection[int] = ()) -> Frozen:
    """A revision as it was kept: the API's `sections` and `late` (DESIGN 7). What is `consented` to is numbered last, as on the page."""
    kept = [(data, part["code"]) for part in snapshot["sections"] for data in part["items"]]
    in_order = [data["id"] for data, _ in sorted(kept, key=lambda pair: pair[0]["id"] in consented)]
    numbers = {key: number for number, key in enumerate(in_order, start=1)}
    entries = tuple(_entry(data, code, numbers[data["id"]]) for data, code in kept)
    return Frozen(number, entries, tuple(_entry(data, "", 0) for data in snapshot["late"]), reason, frozenset(consented))


def _entry(data: Mapping[str, Any], section: str, number: int) -> Entry:
    found = tuple((one["code"], one["message"]) for one in data.get("findings", ()) if one["level"] != "advice")
    return Entry(data["id"], data["rfc"] or "", data["title"], section, number, data["minutes"], data.get("reason", ""), found)


def compare(before: Frozen, after: Frozen) -> list[Change]:
    """What is different in `after`, item by item in its order; what has gone comes last. Nothing where both say the same."""
    was, now = {one.id: one for one in before.entries}, {one.id: one for one in after.entries}
    stayed = [one.id for one in after.entries if one.id in was]
    shifted = _out_of_order([one.id for one in before.entries if one.id in now], stayed)
    changes: list[Change] = []
    for entry in after.entries:
        old = was.get(entry.id)
        changes += _of_one(old, entry, is_shifted=entry.id in shifted) if old else [_change(Kind.ADDED, entry, after=_where(entry))]
    changes += [_change(Kind.REMOVED, old, before=_where(old)) for key, old in was.items() if key not in now]
    return [*changes, *_late(before, after)]


def _of_one(old: Entry, new: Entry, *, is_shifted: bool) -> Iterable[Change]:
    if old.title != new.title:
        yield _change(Kind.RETITLED, new, old.title, new.title)
    if old.section != new.section:
        yield _change(Kind.MOVED, new, old.place, new.place)
    elif is_shifted:
        yield _change(Kind.NUMBERED, new, f"No {old.number}", f"No {new.number}")
    if old.minutes != new.minutes:
        yield _change(Kind.MINUTES, new, f"{old.minutes} min", f"{new.minutes} min")
    yield from (_change(Kind.FOUND, new, after=words) for code, words in new.findings if (code, words) not in old.findings)
    yield from (_change(Kind.MENDED, new, before=words) for code, words in old.findings if (code, words) not in new.findings)


def _late(before: Frozen, after: Frozen) -> Iterable[Change]:
    was, now = {one.id: one for one in before.late}, {one.id: one for one in after.late}
    yield from (_change(Kind.CAME_LATE, one, after=one.reason) for key, one in now.items() if key not in was)
    yield from (_change(Kind.LEFT_LATE, one, before=one.reason) for key, one in was.items() if key not in now)


def _out_of_order(before: Sequence[int], after: Sequence[int]) -> set[int]:
    """What somebody has put elsewhere: all but the longest run that keeps its order; numbers that only shift are none."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return set(after) - {key for block in blocks for key in after[block.b : block.b + block.size]}


def _change(kind: Kind, entry: Entry, before: str = "", after: str = "") -> Change:
    return Change(kind, entry.rfc, entry.title, before, after)


def _where(entry: Entry) -> str:
    return f"{entry.place}, no {entry.number}, {entry.minutes} min"


def in_words(changes: Sequence[Change], before: Frozen, after: Frozen) -> str:
    """The whole in a sentence: "2 added, 1 moved; 54 minutes instead of 46."."""
    counted = [(kind.label.lower(), sum(1 for one in changes if one.kind == kind)) for kind in Kind]
    told = ", ".join(f"{count} {word}" for word, count in counted if count)
    length = (
        f"{after.minutes} minutes instead of {before.minutes}" if after.minutes != before.minutes else f"{after.minutes} minutes in both"
    )
    return f"{told}; {length}." if told else f"Nothing is different; {length}."
