"""Minutes as a paper: who was there, each item with its decision, what was promised, what stayed open, late ones, addenda."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from changes.choices import Attending
from changes.domain.minutes import Attendant, Correction, Minutes, Part, Point
from changes.formats import times
from changes.formats.paper import Block, Bullets, Facts, Heading, Line, Paper, Text, line, strong
from changes.formats.paper_words import Reader, plural, promised, rfc, said, severity, voices


def paper_of(
    minutes: Minutes, corrections: Sequence[Correction], *, published: tuple[datetime, str] | None, zone: tzinfo, at: datetime
) -> Paper:
    """The minutes for readers in `zone` on the day of `at`; `published` is when and by whom, None for a draft."""
    reader = Reader(zone, at.astimezone(zone).date())
    blocks = [*_meeting(minutes, reader), *_parts(minutes.parts, reader), *_left_over(minutes, reader), *_corrections(corrections, reader)]
    word = "published" if published else "draft"
    return Paper(
        title=f"Minutes of {reader.headline(minutes.starts_at, minutes.ends_at)}",
        kicker=f"{minutes.board} · minutes, {word}",
        under=tuple(_under(minutes, published, reader)),
        running=f"{minutes.board}, {reader.moment(minutes.starts_at)}, minutes, {word}",
        blocks=tuple(blocks),
    )


def _under(minutes: Minutes, published: tuple[datetime, str] | None, reader: Reader) -> Iterable[Line]:
    if published:
        yield line(strong("Published"), f" {reader.moment(published[0])} by {published[1]}.")
    else:
        yield line(strong("Draft"), " as of now; it follows what is decided and noted until it is published.")
    yield line(f"{summary(minutes)} Times are those of {reader.zone_words(minutes.starts_at)}.")


def summary(minutes: Minutes) -> str:
    """What came of the meeting in a line that adds up: "12 items: 3 approved, 1 deferred; 2 left open, 6 not reached."."""
    counted = ", ".join(f"{count} {word.lower()}" for word, count in minutes.counted) or "nothing decided"
    left = ", ".join(f"{count} {word}" for word, count in minutes.left)
    return f"{plural(len(minutes.points), 'item')}: {counted}{f'; {left}' if left else ''}."


def missing(minutes: Minutes) -> list[str]:
    """What whoever publishes them should know is not in them, a sentence each."""
    told = []
    if minutes.is_quorate is None:
        told.append("Nobody noted who was there.")
    elif not minutes.is_quorate:
        told.append(f"There was no quorum: {quorum(minutes)}")
    if minutes.undecided:
        told.append(f"{plural(len(minutes.undecided), 'item')} left undecided.")
    if not minutes.note and not any(point.note for point in minutes.points):
        told.append("Nobody has written a note, neither on an item nor on the meeting.")
    return told


# --- The meeting --------------------------------------------------------------------------------------------------------
def _meeting(minutes: Minutes, reader: Reader) -> Iterable[Block]:
    yield Heading("The meeting", anchor="meeting")
    yield Facts(tuple((name, line(told)) for name, told in facts(minutes, reader)))
    if minutes.note:
        yield Heading("Note", 3)
        yield Text(line(minutes.note))


def facts(minutes: Minutes, reader: Reader) -> list[tuple[str, str]]:
    """When it was, who was there and who was not, and whether that was a quorum."""
    told = [("Held", held(minutes, reader)), ("Present", _names(minutes.present, reader) or "Nobody noted who was there.")]
    if minutes.absent and minutes.present:
        told.append(("Not there", _names(minutes.absent, reader)))
    return [*told, ("Quorum", quorum(minutes)), ("Agenda", f"Revision {minutes.revision}" if minutes.revision else "Not frozen")]


def held(minutes: Minutes, reader: Reader) -> str:
    """When it began and ended; as planned where nobody opened it on the page."""
    if minutes.opened_at is None:
        return f"As planned, {reader.interval(minutes.starts_at, minutes.ends_at)}; it was not opened on the page."
    if minutes.closed_at is None:
        return f"Since {reader.moment(minutes.opened_at)}."
    return f"{reader.interval(minutes.opened_at, minutes.closed_at)}."


def quorum(minutes: Minutes) -> str:
    """By seats: a member and a delegate for them count once. In persons where older minutes kept no seats."""
    if minutes.is_quorate is None:
        return f"{minutes.quorum} needed."
    told = f"{len(minutes.present)} present" if minutes.seats_filled is None else f"{minutes.seats_filled} of {minutes.seats} seats filled"
    return f"{told}, {minutes.quorum} needed: {'met' if minutes.is_quorate else 'missed'}."


def _names(people: Sequence[Attendant], reader: Reader) -> str:
    return ", ".join(_name(one, reader) for one in people)


def _name(one: Attendant, reader: Reader) -> str:
    times_of = [f"from {reader.hhmm(one.came_at)}" if one.came_at else "", f"until {reader.hhmm(one.left_at)}" if one.left_at else ""]
    excused = "excused" if one.says == Attending.AWAY else ""
    inside = ", ".join(part for part in (one.role, " ".join(filter(None, times_of)), excused) if part)
    return f"{one.name} ({inside})" if inside else one.name


# --- Its items ----------------------------------------------------------------------------------------------------------
def _parts(parts: Sequence[Part], reader: Reader) -> Iterable[Block]:
    for part in parts:
        yield Heading(part.title, anchor=part.code.value)
        for point in part.points:
            yield Heading(f"{point.number}. {point.title}", 3, anchor=f"item-{point.id}", under=under(point, reader))
            yield Text(said(point.said, reader) if point.said else line(point.undecided or point.reason))
            if point.said and point.said.conditions:
                yield Bullets(tuple(promised(one, reader) for one in point.said.conditions))
            yield from _beside(point)


def under(point: Point, reader: Reader) -> Line:
    """What an item was about: its RFC, its time, whose it is, how long the meeting was at it."""
    when = reader.interval(point.planned_start, point.planned_end) if point.planned_start else ""
    spent = f"{times.duration(max(1, round(point.spent_seconds / 60)))} of {point.minutes}" if point.spent_seconds else ""
    told = " · ".join(part for part in (severity(point.severity), when, point.owner, spent) if part)
    late = f" · admitted late: {point.admitted}" if point.admitted else ""
    return line(rfc(point.rfc) if point.rfc else "", f" · {told}" if told and point.rfc else told, late)


def _beside(point: Point) -> Iterable[Block]:
    if point.voices:
        yield Text(line(f"Votes: {voices(point.voices)}."), "quiet")
    if point.note:
        yield Text(line(strong("Note: "), point.note))


# --- What is left over --------------------------------------------------------------------------------------------------
def _left_over(minutes: Minutes, reader: Reader) -> Iterable[Block]:
    if minutes.actions:
        yield Heading("Promised in this meeting", anchor="promised")
        yield Bullets(tuple(promised(one, reader) for one in minutes.actions))
    if minutes.undecided:
        yield Heading("Left open", anchor="open")
        yield Text(line(where_to(minutes, reader)), "quiet")
        yield Bullets(tuple(line(rfc(one.rfc) if one.rfc else "", f" {one.title}: {one.undecided}") for one in minutes.undecided))
    if minutes.late:
        yield Heading("Late", anchor="late")
        yield Text(line("Came after the cut-off and was not admitted; the next agenda takes it."), "quiet")
        yield Bullets(tuple(line(rfc(one.rfc) if one.rfc else "", f" {one.title}. {one.reason}") for one in minutes.late))


def where_to(minutes: Minutes, reader: Reader) -> str:
    """Where what was left open goes."""
    if minutes.next_at:
        return f"What still waits for the board goes to the meeting of {reader.moment(minutes.next_at)}."
    return "What still waits for the board goes to its next meeting; none is planned yet."


def _corrections(corrections: Sequence[Correction], reader: Reader) -> Iterable[Block]:
    if corrections:
        yield Heading("Addenda", anchor="addenda")
        yield Bullets(tuple(line(strong(f"{one.by}, {reader.moment(one.at)}: "), one.text) for one in corrections))
