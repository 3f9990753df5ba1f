"""The pack as a paper: a front page with the agenda, what is not on it and what lies ahead, then a page for each item."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from changes.choices import State
from changes.domain.consent import how_many
from changes.domain.pack import Ahead, Due, Forward, Pack, Page, Waiting
from changes.formats.pack_page import outage, page_of
from changes.formats.paper import Block, Bullets, Facts, Heading, Line, Paper, Run, Table, Text, line, strong
from changes.formats.paper_words import Reader, plural, rfc, severity
from changes.formats.standing import marks

#: A longer forward view is a schedule, which the site has.
SESSIONS_SHOWN = 40
#: A draft that lacks everything is told by what it lacks first.
WHY_SHOWN = 3


def paper_of(pack: Pack, *, zone: tzinfo, at: datetime) -> Paper:
    """The pack for readers in `zone` on the day of `at`."""
    reader = Reader(zone, at.astimezone(zone).date())
    headline = reader.headline(pack.starts_at, pack.ends_at)
    blocks: list[Block] = [*_agenda(pack, reader), *_beside(pack, reader)]
    before = None
    for page in pack.pages:
        blocks += page_of(page, reader, after=before)
        before = page
    return Paper(
        title=f"Agenda for {headline}",
        kicker=f"{pack.board} · pack",
        under=tuple(_under(pack, reader)),
        running=f"{pack.board}, {reader.moment(pack.starts_at)}, revision {pack.revision}",
        blocks=tuple(blocks),
    )


def _under(pack: Pack, reader: Reader) -> Iterable[Line]:
    frozen = f"frozen {reader.moment(pack.frozen_at)}" if pack.frozen_at else f"open until {reader.moment(pack.cut_off_at)}"
    yield line(strong(f"Revision {pack.revision}"), f", {frozen}. Times are those of {reader.zone_words(pack.starts_at)}.")
    over = f", {pack.over} more than the meeting has" if pack.over else ""
    items = how_many(len(pack.pages) - len(pack.consent), len(pack.consent))
    yield line(strong(f"{pack.minutes} of {pack.length} minutes"), f", {items}{over}. Quorum {pack.quorum} of {len(pack.seats)}.")


# --- The agenda -------------------------------------------------------------------------------------------------------
def _agenda(pack: Pack, reader: Reader) -> Iterable[Block]:
    yield Heading("Agenda", anchor="agenda")
    if not pack.pages:
        yield Text(line("Nothing stands on this agenda."), "quiet")
    for chapter in pack.chapters:
        yield Heading(f"{chapter.code.label}, {chapter.minutes} min", 3)
        yield _table(chapter.pages, reader)
    if pack.consent:
        yield Heading(f"Consent list, {pack.consent_minutes} min", 3)
        yield Text(line("Low risk, no findings, everybody voted for. Decided in one action; any member may pull one."), "quiet")
        yield _table(pack.consent, reader, timed=False)


def _table(pages: Sequence[Page], reader: Reader, *, timed: bool = True) -> Table:
    """The items as rows; those of the consent list take no minutes of their own."""
    rows = tuple(_row(page, reader, timed=timed) for page in pages)
    return Table(("No", "Item", "Findings", "Votes", "Min"), rows, (0, 5, 2, 2, 0), numbers=(0, 4))


def _row(page: Page, reader: Reader, *, timed: bool) -> tuple[Line, ...]:
    title = Run(page.title, f"#item-{page.id}", is_strong=True)
    votes = page.said.words if page.said else page.tally
    return (
        line(str(page.number)),
        (title, *_under_title(page, reader)),
        line(", ".join(words for _, words in marks(page.standing))),
        line(votes),
        line(str(page.minutes) if timed else "–"),
    )


def _under_title(page: Page, reader: Reader) -> Line:
    """Number, when and outage of what is decided; of the others why they are here."""
    matter = page.matter
    if matter is None:
        return line(f" · {page.owner}" if page.owner else "", f" · {page.reason}")
    when = reader.interval(matter.sessions[0].start, matter.sessions[-1].end) if matter.sessions else "no date yet"
    told = f"{when} · {outage(matter)}" if page.asked == "approve" else page.reason
    late = " · admitted late" if page.admitted else ""
    return line(" · ", rfc(matter.number), f" · {severity(matter.severity)} · {told}{late}")


# --- What is not on it, and what lies ahead -----------------------------------------------------------------------------
def _beside(pack: Pack, reader: Reader) -> Iterable[Block]:
    if pack.late:
        yield Heading("Late", anchor="late")
        yield Text(line(f"Submitted after {reader.moment(pack.cut_off_at)}; the chair may admit one, with a reason."), "quiet")
        yield Bullets(tuple(_waiting(one) for one in pack.late))
    if pack.left_off:
        yield Heading("Left off", anchor="left-off")
        yield Text(line("Drafts that this meeting does not see, and what they lack."), "quiet")
        yield Bullets(tuple(_waiting(one) for one in pack.left_off))
    if pack.forward:
        yield from _forward(pack.forward, reader)
    count, well = pack.automatic
    yield Heading("For information", anchor="information")
    successful = f", {well} done and successful" if count else ""
    yield Text(line(f"{plural(count, 'automatic change') if count else 'No automatic changes'} since the last cut-off{successful}."))
    yield Heading("Who votes", anchor="seats")
    yield Bullets(tuple(line(seat.name, f", {seat.role}" if seat.role else "") for seat in pack.seats))


def _waiting(one: Waiting) -> Line:
    more = f" {len(one.why) - WHY_SHOWN} more." if len(one.why) > WHY_SHOWN else ""
    why = f"{' '.join(one.why[:WHY_SHOWN])}{more}" or "Complete, but not submitted."
    return line(rfc(one.number), " ", strong(one.title or "Without a title"), f" {why}")


def _forward(forward: Forward, reader: Reader) -> Iterable[Block]:
    yield Heading("Forward schedule", anchor="forward")
    shown = forward.sessions[:SESSIONS_SHOWN]
    more = f"; the first {len(shown)} stand here" if len(shown) < len(forward.sessions) else ""
    yield Text(line(f"{plural(len(forward.sessions), 'session')} in the two weeks from the meeting on{more}."), "quiet")
    if shown:
        yield Table(("When", "What", "Severity", "State"), tuple(_session(one, reader) for one in shown), (3, 5, 0, 2))
    lists = [
        ("Freezes", tuple(f"{one.name}, {reader.interval(one.interval.start, one.interval.end)}" for one in forward.freezes)),
        ("Moved since last week", _dues(forward.moved, reader, "to ")),
        ("Waived since last week", _dues(forward.waived, reader, "until ")),
        ("Approvals that lapse", _dues(forward.lapsing, reader)),
    ]
    rows = tuple((name, line("; ".join(told))) for name, told in lists if told)
    if rows:
        yield Facts(rows)


def _session(one: Ahead, reader: Reader) -> tuple[Line, ...]:
    part = f" ({one.part})" if one.part else ""
    state = f"{State(one.state).label.lower()}{', in conflict' if one.in_conflict else ''}"
    return (
        line(reader.interval(one.start, one.end)),
        line(rfc(one.number), f" {one.title}{part}"),
        line(severity(one.severity)),
        line(state),
    )


def _dues(given: Iterable[Due], reader: Reader, word: str = "") -> tuple[str, ...]:
    return tuple(f"{one.number} {one.title}, {word}{reader.moment(one.at)}" for one in given)
