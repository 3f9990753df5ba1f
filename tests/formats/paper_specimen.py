"""A pack and minutes of made-up values for the tests of papers: no database, any number of items."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from changes.choices import Level, MeetingState, Outage, Outcome, Section, Verdict
from changes.domain.content import Session, Step
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.minutes import Attendant, Minutes, Part, Point, Promised, Said, Voice
from changes.domain.pack import Ahead, Chapter, Forward, Matter, Pack, Page, Place, Plan, Square, Waiting
from changes.domain.record import Record, Run
from changes.domain.standing import Standing

STARTS = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
NAMES = ("山田 太郎", "Мария Кузнецова", "Ελένη Παπαδοπούλου", "محمد علي", "דוד כהן", "राम कुमार", "สมชาย ใจดี", "Nguyễn Thị Ánh", "김철수")
#: Looks like markup in typst, in Markdown and in HTML; it is a title like any other.
MARKUP = "Rollup *8* #emph[x] $y$ `z` @a <b>c</b> \\d | [e](f) ~g"
_TIMES = (STARTS + timedelta(days=5), STARTS + timedelta(days=5, hours=4))


def matter(number: int, **other) -> Matter:
    session = Session(*_TIMES, Outage.PLANNED, _TIMES[0] + timedelta(hours=1), _TIMES[0] + timedelta(hours=1, minutes=25))
    step = Step("Drain the queues of HT-01", "", "Implementer", 30, "Fewer than 10 messages wait.", "Turn back.")
    given = Matter(
        number=f"RFC-{number:06d}",
        severity="major",
        state="submitted",
        is_approved=False,
        owner=NAMES[number % len(NAMES)],
        implementer=NAMES[(number + 1) % len(NAMES)],
        services=("Hub transport", "Relay"),
        environment="Corporate production",
        cost="Without it a restart every second day.",
        sessions=(session,),
        plan=Plan((step, step), (step,), (step,), "More than 500 messages wait.", session),
        findings=(Finding("conflict.same_item", Level.ERROR, "sessions[0]", "RFC-000900 changes HT-01 as well.", "Move one of the two."),),
        change_type="Rollup on a server",
        record=Record(tuple(Run(120, 100 + place, Outcome.SUCCESSFUL if place else Outcome.ROLLED_BACK) for place in range(10))),
    )
    return replace(given, **other)


def page(number: int, **other) -> Page:
    squares = (Square("Anna", "approve"), Square(NAMES[number % len(NAMES)], "reject", "Too early."), Square("Ben", ""))
    given = Page(
        number, number, f"Rollup {number}", Section.NEW, 5, "Submitted Mon 23 Nov 09:00.", Standing(Section.NEW), asked="approve",
        matter=matter(number), squares=squares, tally="1 for, 1 against, 1 open",
    )  # fmt: skip
    return replace(given, **other)


def pack(*pages: Page, **other) -> Pack:
    chapters = (Chapter(Section.NEW, pages),) if pages else ()
    ahead = Ahead("RFC-000077", "Edge: sender policy", "minor", "scheduled", *_TIMES)
    given = Pack(
        meeting=3,
        board="Change advisory board",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
        cut_off_at=STARTS - timedelta(hours=50),
        revision=1,
        frozen_at=STARTS - timedelta(hours=50),
        quorum=2,
        seats=(Place("Anna", "chair"), Place(NAMES[0], "network")),
        chapters=chapters,
        minutes=sum(one.minutes for one in pages),
        late=(Waiting("RFC-000301", "Mailbox moves", ("Submitted Tue 24 Nov 12:07.",)),),
        left_off=(Waiting("RFC-000302", "", ("No rollback steps.",)),),
        automatic=(39, 38),
        forward=Forward(Interval(STARTS, STARTS + timedelta(days=14)), sessions=(ahead,)),
    )
    return replace(given, **other)


def minutes(**other) -> Minutes:
    """Approved with a condition, left open, and an action."""
    until = STARTS + timedelta(days=4)
    said = Said(
        Verdict.APPROVE_WITH_CONDITIONS,
        "Anna",
        STARTS,
        "Looked at in full.",
        "meeting",
        True,
        2,
        (Promised("Show a restore", "Ben", until),),
    )
    points = (
        Point(1, 1, "Hub transport rollup 8", "Submitted.", 5, rfc="RFC-000001", severity="major", owner=NAMES[0], spent_seconds=280,
              note="Ask for the restore first.", said=said, voices=(Voice("Ben", "approve", "Fine."),)),
        Point(2, 2, MARKUP, "Submitted.", 5, rfc="RFC-000002", severity="minor", owner=NAMES[1], undecided="Not decided."),
    )  # fmt: skip
    given = Minutes(
        board="Change advisory board",
        time_zone="Europe/Amsterdam",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
        state=MeetingState.HELD,
        revision=1,
        quorum=2,
        opened_at=STARTS + timedelta(minutes=2),
        closed_at=STARTS + timedelta(minutes=50),
        next_at=STARTS + timedelta(days=7),
        present=(Attendant("Anna", "chair", came_at=STARTS), Attendant(NAMES[3], "network")),
        absent=(Attendant("Ben", "security", "away"),),
        parts=(Part(Section.NEW, points),),
        actions=(Promised("Name a second approver", NAMES[4], until),),
        note="The room was cold.",
    )
    return replace(given, **other)
