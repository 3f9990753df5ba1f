"""What will be sent if nothing changes: of an RFC, to somebody, to everybody; by the same rules that send it (DESIGN 4.9)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from changes.choices import Channel, Delivery, Hold
from changes.domain.delivery import Copy, Useful, copies, next_try
from changes.domain.ladder import PASSED_ON, REPEATED
from changes.domain.ladder_words import About, Haste
from changes.domain.reminder import Expected, Facts, expected, next_times
from changes.models import RFC, Meeting, Preference, Reminder, User
from changes.selectors.reminder import SOURCES, known, subjects_of, tells, told_with_others
from changes.selectors.reminder_mine import asked_for, keys_of
from changes.selectors.reminder_night import NIGHTS_BACK
from changes.selectors.reminder_retry import cannot_wait, has_attempts_left
from changes.selectors.reminder_wishes import emergencies_among, wishes_of

#: What is looked ahead on the pages of a person and of everybody.
WEEK = timedelta(days=7)
_WAITING = (Delivery.DUE, Delivery.CLAIMED)


@dataclass(frozen=True)
class Way:
    """One channel, when it goes by it, and what holds it until then; `is_again` where it failed and is tried again."""

    channel: Channel
    send_at: datetime
    held_for: Hold | None = None
    is_again: bool = False


@dataclass(frozen=True)
class Telling:
    """One reminder to one person, still to come. `why_not` says why it will not be sent; `title` is empty where the reader may not see it.

    `is_written` tells that it stands in the ledger already and only waits for its hour.
    """

    rule: str
    subject: str
    due_at: datetime
    recipient: User
    ways: tuple[Way, ...]
    on_behalf_of: User | None = None
    rfc: RFC | None = None
    title: str = ""
    meeting: Meeting | None = None
    why_not: str = ""
    is_written: bool = False

    @property
    def night(self) -> str:
        """The evening of the night that it is about; empty where it is about something else."""
        about, _, key = self.subject.partition(":")
        return key if about == About.NIGHT else ""

    @property
    def if_silent(self) -> bool:
        """Whether it is sent only if nobody answers by then."""
        return self.rule in PASSED_ON and not self.is_written

    @property
    def is_repeated(self) -> bool:
        """Whether it is said again each hour until somebody answers."""
        return self.rule in REPEATED

    @property
    def sent_at(self) -> datetime:
        """When the first of it goes."""
        return min((way.send_at for way in self.ways), default=self.due_at)


@dataclass(frozen=True)
class _Line:
    """A telling by keys."""

    rule: str
    subject: str
    due_at: datetime
    recipient: int
    ways: tuple[Way, ...]
    on_behalf_of: int | None
    rfc: int | None
    meeting: int | None
    why_not: str = ""
    is_written: bool = False

    @property
    def whose(self) -> int:
        """Whom it is for, whoever gets it."""
        return self.on_behalf_of or self.recipient


def told_of(rfc: RFC, viewer: User, *, at: datetime) -> list[Telling]:
    """What is to come of one RFC, by when it goes; what waits in the ledger among it. Give one that the reader may see."""
    subjects = subjects_of(rfc, at)
    shared = told_with_others(rfc, subjects)
    lines = [*_lines(subjects, at, None, None), *_waiting(Q(rfc=rfc))]
    return _tellings((line for line in lines if tells(shared, line.subject, line.rule, line.whose)), viewer)


def told_to(viewer: User, *, at: datetime, everybody: bool = False) -> list[Telling]:
    """What goes to the reader within the week from `at`, or to everybody; in a number of queries that does not depend on how many.

    What somebody gets in the reader's stead is among it, for that is how they see where it went. Of what is others' alone no
    subject is read, so that one's own page costs what it shows.
    """
    until = at + WEEK
    people = None if everybody else _people_of(viewer)
    waiting = _waiting(Q() if everybody else Q(recipient=viewer) | Q(on_behalf_of=viewer))
    lines = [*_lines(_facts(at, until, people), at, until, people), *waiting]
    mine = (line for line in lines if everybody or viewer.pk in (line.recipient, line.on_behalf_of))
    return _tellings((line for line in mine if not line.ways or min(way.send_at for way in line.ways) < until), viewer)


def _people_of(viewer: User) -> set[int]:
    """By key, whose reminders can come to the reader: their own, and those of whoever has named them to stand in."""
    return {viewer.pk, *Preference.objects.filter(delegate=viewer).values_list("user", flat=True)}


def _facts(at: datetime, until: datetime, people: Collection[int] | None) -> Iterable[Facts]:
    """Every subject that can have something due before `until`, for these people: seen from now, and as it will be seen at the end."""
    found: dict[tuple[str, int], Facts] = {}
    asked = asked_for(people, at, until) if people is not None else None
    for about, source in SOURCES.items():
        keys = keys_of(about, asked) if asked else None
        if about == About.NIGHT:
            nights = _nights(at, until)
            seen = [*source(at, nights if keys is None else [night for night in nights if night in keys])]
        else:
            seen = [*source(at, keys), *source(until, keys)] if keys is None or keys else []
        for facts in seen:
            found.setdefault((facts.subject, facts.revision), facts)
    return found.values()


def _nights(at: datetime, until: datetime) -> list[str]:
    """By the dates of their evenings, those that could still be told of among them."""
    first = at.astimezone(ZoneInfo(settings.FSC_TIME_ZONE)).date() - timedelta(days=NIGHTS_BACK)
    return [(first + timedelta(days=n)).isoformat() for n in range((until - at).days + NIGHTS_BACK + 2)]


def _lines(facts: Iterable[Facts], at: datetime, until: datetime | None, whose: Collection[int] | None) -> Iterator[_Line]:
    """What the ladder expects of the subjects for these people and the ledger does not hold, each with the copies that it will make."""
    ahead = [one for subject in facts for one in expected(subject) if one.until > at and (until is None or one.due_at < until)]
    ahead = ahead if whose is None else [one for one in ahead if one.recipient in whose]
    written = known({one.facts.subject for one in ahead})
    ahead = next_times(one for one in ahead if one.key not in written)
    people, urgent = wishes_of({one.recipient for one in ahead}), emergencies_among(ahead)
    for one in ahead:
        if one.recipient in people:
            useful = Useful(one.due_at, one.until, is_emergency=one.facts.rfc in urgent)
            made = copies(one.recipient, one.rung.rule, useful, people, max(at, one.due_at), one.silent)
            yield from _by_recipient(one, list(made))


def _by_recipient(one: Expected, made: Sequence[Copy]) -> Iterator[_Line]:
    """The copies of one person are one line."""
    facts = one.facts
    for (recipient, whose), group in groupby(sorted(made, key=_whose), key=_whose):
        own = list(group)
        ways = tuple(Way(copy.channel, copy.send_at, copy.held_for) for copy in own if not copy.why_not)
        why_not = next((copy.why_not for copy in own if copy.why_not), "")
        yield _Line(one.rung.rule, facts.subject, one.due_at, recipient, ways, whose or None, facts.rfc, facts.meeting, why_not)


def _whose(copy: Copy) -> tuple[int, int]:
    return copy.recipient, copy.on_behalf_of or 0


def _waiting(whose: Q) -> Iterator[_Line]:
    """What stands in the ledger and has not gone yet: most of it held, some of it failed and to be tried again."""
    again = Q(state=Delivery.FAILED) & has_attempts_left()
    rows = Reminder.objects.filter(whose, Q(state__in=_WAITING) | again).annotate(is_urgent=cannot_wait())
    for row in rows.order_by("send_at", "pk"):
        haste = Haste.AT_ONCE if row.is_urgent else Haste.SOON
        retry = next_try(row.attempts, row.claimed_at, haste) if row.state == Delivery.FAILED else None
        hold = Hold(row.held_for) if row.held_for and not retry else None
        way = Way(Channel(row.channel), max(retry, row.send_at) if retry else row.send_at, hold, is_again=retry is not None)
        about = (row.on_behalf_of_id, row.rfc_id, row.meeting_id)
        yield _Line(row.rule, row.subject, row.due_at, row.recipient_id, (way,), *about, is_written=True)


def _tellings(lines: Iterable[_Line], viewer: User) -> list[Telling]:
    """With their people, RFCs and meetings, by when they go; four queries."""
    told = list(lines)
    people = User.objects.in_bulk({key for line in told for key in (line.recipient, line.on_behalf_of) if key})
    rfcs = RFC.objects.in_bulk({line.rfc for line in told if line.rfc})
    seen = set(RFC.objects.visible_to(viewer).filter(pk__in=rfcs).values_list("pk", flat=True))
    meetings = Meeting.objects.select_related("board").in_bulk({line.meeting for line in told if line.meeting})
    found = [_telling(line, people, rfcs, seen, meetings) for line in told if line.recipient in people]
    return sorted(found, key=lambda one: (one.sent_at, one.due_at, one.rule, one.recipient.username))


def _telling(line: _Line, people: Mapping[int, User], rfcs: Mapping[int, RFC], seen: set[int], meetings: Mapping[int, Meeting]) -> Telling:
    rfc = rfcs.get(line.rfc or 0)
    return Telling(
        rule=line.rule,
        subject=line.subject,
        due_at=line.due_at,
        recipient=people[line.recipient],
        ways=line.ways,
        on_behalf_of=people.get(line.on_behalf_of or 0),
        rfc=rfc,
        title=rfc.title if rfc and rfc.pk in seen else "",
        meeting=meetings.get(line.meeting or 0),
        why_not=line.why_not,
        is_written=line.is_written,
    )
