"""What the ladder has to know of the nights of automatic changes: who is asked together, and who is above them (see `reminder_facts`)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from changes.choices import Severity, State
from changes.domain.interval import Interval
from changes.domain.ladder import LADDER
from changes.domain.ladder_words import About, Moment, Part, Rule
from changes.domain.reminder import Facts
from changes.domain.schedule import night, night_of_end
from changes.models import WorkSession
from changes.selectors.reminder_asked import asked_at
from changes.selectors.reminder_escalation import Turns, turns_of
from changes.selectors.reminder_facts import Keys

#: So many nights before the one going on can still have a rung: the last is due three days after an end at the latest, and helps three.
NIGHTS_BACK = 7
#: Nobody is asked about a night for longer than this.
_ASKED_FOR = next(rung.until for rung in LADDER if rung.rule == Rule.OUTCOMES_OF_THE_NIGHT)


def of_nights(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """The nights in which automatic changes ended that nobody has reported on; a night ends at 06:00 in the house's zone."""
    nights = _nights_until(at) if keys is None else [date.fromisoformat(str(key)) for key in keys]
    zone = ZoneInfo(settings.FSC_TIME_ZONE)
    periods = {on: night(on, zone) for on in nights}
    unreported = list(unreported_automatic(periods.values()))
    turns, asked = turns_of(unreported), _asked_since({on: period.end for on, period in periods.items()}, at)
    for on, period in periods.items():
        rows = rows_in(unreported, period)
        workers = {
            Part.OWNER: tuple(row.rfc.owner_id for row in rows),
            Part.IMPLEMENTER: tuple(row.rfc.implementer_id for row in rows if row.rfc.implementer_id),
        }
        above = {part: _together(rows, rule, turns) for part, rule in _RULE_OF.items()}
        yield Facts(About.NIGHT, on.isoformat(), moments={Moment.END: period.end}, people={**workers, **above}, asked=asked[on])


_RULE_OF = {Part.SERVICE_MANAGERS: Rule.OUTCOMES_UNANSWERED, Part.CHAIR: Rule.OUTCOMES_STILL_UNANSWERED}


def _together(rows: Iterable[WorkSession], rule: Rule, turns: Turns) -> tuple[int, ...]:
    return tuple(dict.fromkeys(person for row in rows for person in asked_of(row, rule, turns)))


def asked_of(row: WorkSession, rule: str, turns: Turns) -> tuple[int, ...]:
    """Who is asked about a session by a rule of the night. A chair who had the turn of a manager has been asked already."""
    if rule == Rule.OUTCOMES_OF_THE_NIGHT:
        return tuple(person for person in (row.rfc.owner_id, row.rfc.implementer_id) if person)
    above = turns.get(row.pk, {})
    first = above.get(Part.SERVICE_MANAGERS, ())
    return first if rule == Rule.OUTCOMES_UNANSWERED else tuple(person for person in above.get(Part.CHAIR, ()) if person not in first)


def rows_in(rows: Iterable[WorkSession], period: Interval) -> list[WorkSession]:
    """Those that end in a night; its end is of it."""
    return [row for row in rows if row.planned_end and period.start < row.planned_end <= period.end]


def unreported_automatic(periods: Iterable[Interval]) -> Iterable[WorkSession]:
    """Sessions of automatic RFCs that end inside one of the periods and whose outcome nobody has told."""
    ends = Q(pk__in=())
    for period in periods:
        ends |= Q(planned_end__gt=period.start, planned_end__lte=period.end)
    open_ones = WorkSession.objects.filter(ends, actual_end=None, rfc__imported=False, rfc__severity=Severity.AUTOMATIC)
    return (
        open_ones.filter(rfc__state__in=(State.SCHEDULED, State.IN_PROGRESS)).select_related("rfc__owner").order_by("planned_start", "pk")
    )


def unreported_by_night(nights: Collection[str]) -> dict[str, list[WorkSession]]:
    """By the dates of their evenings."""
    zone = ZoneInfo(settings.FSC_TIME_ZONE)
    periods = {key: night(date.fromisoformat(key), zone) for key in nights}
    rows: Sequence[WorkSession] = list(unreported_automatic(periods.values())) if periods else []
    return {key: rows_in(rows, period) for key, period in periods.items()}


def _nights_until(at: datetime) -> list[date]:
    """The night going on and those before it, by the date of their evening."""
    tonight = night_of_end(at, ZoneInfo(settings.FSC_TIME_ZONE))
    return [tonight - timedelta(days=back) for back in range(NIGHTS_BACK, -1, -1)]


def _asked_since(ends: Mapping[date, datetime], at: datetime) -> dict[date, Mapping[Moment, datetime]]:
    """By night, since when somebody could say; while nobody could, `at`, and its end once nobody is asked any more."""
    over = [on for on, end in ends.items() if end <= at]
    reached = asked_at([f"{About.NIGHT.value}:{on.isoformat()}" for on in over], [Rule.OUTCOMES_OF_THE_NIGHT])
    first = {subject: instant for (subject, _, _), instant in reached.items()}
    found = {on: first.get(f"{About.NIGHT.value}:{on.isoformat()}") or _unreached(ends[on], at) for on in over}
    return {on: {Moment.END: found[on]} if on in found else {} for on in ends}


def _unreached(end: datetime, at: datetime) -> datetime:
    assert isinstance(_ASKED_FOR, timedelta)  # noqa: S101 - the ladder has it so
    return at if at < end + _ASKED_FOR else end
