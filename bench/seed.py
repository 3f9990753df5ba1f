"""Houses to measure in: the same busy five weeks, and as much history as is wanted.

800 RFCs lie in the five weeks from this Monday on, 160 a week as in a mid-size firm (DESIGN 5), the same rows whatever
the size. Of all others 499 in 500 lie evenly over the ten years before and are over, one in 500 over the two years after.
So a house of 1,000 and one of 1,000,000 differ in their history alone, which reaches up to last night in both.
Import it after `place.own_database()`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from django.core.management.color import no_style
from django.db import ProgrammingError, connection, models

from changes.choices import Channel, Delivery, Outage, Outcome, Phase, Route, Severity, State, Verdict
from changes.domain.ladder import Rule
from changes.models import (
    RFC,
    Board,
    ChangeType,
    ChangeWindow,
    ConfigurationItem,
    Decision,
    Environment,
    Event,
    Freeze,
    Reminder,
    Service,
    Step,
    User,
    WorkSession,
)

NEAR = 800
WEEKS = timedelta(weeks=5)
HISTORY, FUTURE = timedelta(days=3650), timedelta(days=730)
PEOPLE, SERVICES, ITEMS, TYPES = 200, 100, 2000, 4


@dataclass(frozen=True)
class House:
    """The set-up rows, in the order of their keys; `at` is now, `monday` where the busy five weeks begin."""

    at: datetime
    people: list[User]
    services: list[Service]
    items: list[ConfigurationItem]
    types: list[ChangeType]
    environments: list[Environment]

    @property
    def monday(self) -> datetime:
        return self.at.replace(hour=0, minute=0) - timedelta(days=self.at.weekday())


def empty_house(at: datetime) -> House:
    """People, services that need one another, items, types, environments, windows, a freeze and a board."""
    bulk = {
        User: [User(username=f"person-{n}", email=f"person-{n}@example.org", first_name="Person", last_name=str(n)) for n in range(PEOPLE)],
        Service: [Service(slug=f"service-{n}", name=f"Service {n:03}") for n in range(SERVICES)],
        ConfigurationItem: [ConfigurationItem(slug=f"item-{n}", name=f"Item {n:04}") for n in range(ITEMS)],
        ChangeType: [ChangeType(slug=f"type-{n}", name=f"Type {n}", notice_hours=24) for n in range(TYPES)],
        Environment: [Environment(slug=f"place-{n}", name=f"Place {n}", position=n, needs_window=n > 0) for n in range(3)],
    }
    for model, rows in bulk.items():
        model._default_manager.bulk_create(rows)
    people, services, items, types, environments = (list(model._default_manager.order_by("pk")) for model in bulk)
    for n, service in enumerate(services[10:]):
        service.depends_on.add(services[n // 9])
    house = House(at, people, services, items, types, environments)
    _calendar(house)
    return house


def _calendar(house: House) -> None:
    """Nights in which the second and third environment may be worked on, and a freeze over one service."""
    begin = (house.monday - timedelta(weeks=8)).replace(tzinfo=None)
    for environment in house.environments[1:]:
        hours = {"first_start": begin.replace(hour=20), "first_end": begin + timedelta(days=1, hours=4)}
        ChangeWindow.objects.create(name="Nights", environment=environment, time_zone="Europe/Amsterdam", rrule="FREQ=DAILY", **hours)
    weekend = house.monday + timedelta(days=18)
    Freeze.objects.create(name="Release", start=weekend, end=weekend + timedelta(days=2), service=house.services[3])
    week = {"weekday": 3, "starts": "14:00", "cut_off_time": "12:00", "time_zone": "Europe/Amsterdam"}
    Board.objects.create(slug="cab", name="Board", chair=house.people[1], **week)


def filled_house(size: int, at: datetime) -> House:
    """A house with `size` RFCs, as of `at`."""
    house = empty_house(at)
    _leave_keys_unchecked()
    ahead = (size - NEAR) // 500
    history = size - NEAR - ahead
    over = "CASE n %% 50 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'rejected' ELSE 'closed' END"
    _stretch(house, first=1, count=history, begin=house.monday - HISTORY, lasting=HISTORY, state=over)
    planned = "CASE WHEN n %% 10 < 3 THEN 'draft' ELSE 'scheduled' END"
    _stretch(house, first=history + 1, count=ahead, begin=house.monday + WEEKS, lasting=FUTURE, state=planned)
    for statement in connection.ops.sequence_reset_sql(no_style(), [RFC]):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    busy_weeks(house, NEAR)
    _leave_statistics()
    return house


def busy_weeks(house: House, count: int, *, submitted_only: bool = False) -> list[RFC]:
    """`count` RFCs in the five weeks, every 40th of them still without a date; what is past is over."""
    dice = Random(7)  # noqa: S311 - the same rows every time
    rfcs, sessions = [], []
    for n in range(count):
        start = house.monday + timedelta(minutes=dice.randrange(int((WEEKS - timedelta(hours=5)).total_seconds()) // 60))
        end = start + timedelta(minutes=dice.choice((60, 90, 120, 180, 240)))
        state = State.SUBMITTED if submitted_only else _state(n, end, house.at)
        rfc = _rfc(house, n, state)
        if submitted_only or n % 40 or state != State.DRAFT:
            rfc.planned_start, rfc.planned_end = start, end
            sessions.append(_session(rfc, start, end, out=n % 5 == 0))
        rfcs.append(rfc)
    RFC.objects.bulk_create(rfcs)
    WorkSession.objects.bulk_create(sessions)
    _contents(house, rfcs)
    return rfcs


def beginning(house: House, count: int) -> list[RFC]:
    """`count` scheduled RFCs that begin now, so that the owner and the implementer of each are to be asked whether it has begun."""
    people, nightly = house.people, timedelta(hours=3)
    rfcs = [_rfc(house, n, State.SCHEDULED) for n in range(count)]
    for n, rfc in enumerate(rfcs):
        rfc.implementer = people[(n + 1) % PEOPLE]
        rfc.planned_start, rfc.planned_end = house.at, house.at + nightly
    RFC.objects.bulk_create(rfcs, batch_size=1000)
    sessions = (_session(rfc, house.at, house.at + nightly, out=False) for rfc in rfcs)
    WorkSession.objects.bulk_create(sessions, batch_size=1000)
    return rfcs


def _state(n: int, end: datetime, at: datetime) -> State:
    if n % 40 == 0:
        return State.DRAFT
    if end < at:
        return State.CLOSED
    return (State.DRAFT, State.SUBMITTED, State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.SCHEDULED)[n % 6]


def _rfc(house: House, n: int, state: State) -> RFC:
    people = house.people
    return RFC(
        title=f"Change {n} of the storage firmware",
        state=state,
        outcome=Outcome.SUCCESSFUL if state == State.CLOSED else "",
        owner=people[n % PEOPLE],
        requester=people[n % PEOPLE],
        implementer=people[(n * 7) % PEOPLE],
        environment=house.environments[n % 3],
        change_type=house.types[n % TYPES],
        submitted_at=None if state == State.DRAFT else house.at - timedelta(days=4),
        created_at=house.at - timedelta(days=5),
        updated_at=house.at - timedelta(days=4),
    )


def _session(rfc: RFC, start: datetime, end: datetime, *, out: bool) -> WorkSession:
    is_over = rfc.state == State.CLOSED
    return WorkSession(
        rfc=rfc,
        planned_start=start,
        planned_end=end,
        outage=Outage.PLANNED if out else Outage.NONE,
        outage_start=start if out else None,
        outage_end=end if out else None,
        actual_start=start if is_over else None,
        actual_end=end if is_over else None,
    )


def _contents(house: House, rfcs: list[RFC]) -> None:
    """A service, two items, three steps and an event for each."""
    on_service, on_item = RFC.services.through, RFC.configuration_items.through
    on_service.objects.bulk_create(on_service(rfc=rfc, service=house.services[n * 3 % SERVICES]) for n, rfc in enumerate(rfcs))
    on_item.objects.bulk_create(
        on_item(rfc=rfc, configurationitem=house.items[place])
        for n, rfc in enumerate(rfcs)
        for place in (n * 13 % 500, 500 + n * 17 % 1500)
    )
    Step.objects.bulk_create(
        Step(
            rfc=rfc,
            phase=phase,
            position=1,
            instruction="Update the array to 9.1 by its console",
            role="Storage",
            minutes=20,
            check_text="9.1",
        )
        for rfc in rfcs
        for phase in Phase
    )
    Event.objects.bulk_create(Event(rfc=rfc, at=rfc.created_at, actor=rfc.requester, action="created") for rfc in rfcs)


# --- Many, written by the database itself ------------------------------------------------------------------------------


def _stretch(house: House, *, first: int, count: int, begin: datetime, lasting: timedelta, state: str) -> None:
    """`count` RFCs with keys from `first` on, evenly over the time `lasting` from `begin`, in the order of their keys.

    One in 1,000 lasts 40 days, one in 5,000 has no end; the others last one to four hours.
    """
    if count <= 0:
        return
    minutes = f"((n - {first}) * {int(lasting.total_seconds()) // 60} / {count})"
    length = "CASE WHEN n %% 1000 = 0 THEN 57600 ELSE 60 + 30 * (n %% 7) END"
    starts, ends = _moment(begin, minutes), _moment(begin, f"({minutes} + {length})")
    ends = f"CASE WHEN n %% 5000 = 1 THEN NULL ELSE {ends} END"
    long = f"(n %% 1000 = 0 OR n %% 5000 = 1) = {_true()}"
    done = f"({state}) = 'closed' AND n %% 5000 <> 1"
    raised = _moment(begin - timedelta(days=5), minutes)
    owner = _key(house.people, "n")
    numbers = (first, count)
    _insert(
        _rfc(house, 0, State.DRAFT), numbers,
        {"id": "n", "title": "'Change ' || n || ' of the storage firmware'", "state": state, "created_at": raised, "updated_at": raised,
         "submitted_at": raised, "outcome": f"CASE WHEN ({state}) = 'closed' THEN 'successful' ELSE '' END",
         "owner_id": owner, "requester_id": owner, "implementer_id": _key(house.people, "n * 7"), "planned_start": starts,
         "environment_id": _key(house.environments, "n"), "change_type_id": _key(house.types, "n"), "planned_end": ends},
    )  # fmt: skip
    actual = {"actual_start": f"CASE WHEN {done} THEN {starts} END", "actual_end": f"CASE WHEN {done} THEN {ends} END"}
    _insert(
        WorkSession(outage=Outage.NONE), numbers,
        {"rfc_id": "n", "planned_start": starts, "planned_end": ends, "is_long": long, **actual},
    )  # fmt: skip
    _insert(RFC.services.through(), numbers, {"rfc_id": "n", "service_id": _key(house.services, "n * 3")})
    for which in ("n * 13 %% 500", "500 + n * 17 %% 1500"):
        _insert(RFC.configuration_items.through(), numbers, {"rfc_id": "n", "configurationitem_id": _key(house.items, which)})
    _insert(Event(action="created"), numbers, {"rfc_id": "n", "at": raised, "actor_id": owner})


def past_of_the_clock(house: House, size: int) -> None:
    """What a clock has left behind in a house of `size`: of each RFC that is over a decision and two mails in the ledger."""
    count = size - NEAR - (size - NEAR) // 500
    begun = _moment(house.monday - HISTORY, f"((n - 1) * {int(HISTORY.total_seconds()) // 60} / {count})")
    decided = Decision(route=Route.BOARD, verdict=Verdict.APPROVE, severity=Severity.MINOR, by=house.people[1])
    _insert(decided, (1, count), {"rfc_id": "n", "at": begun})
    for rule in (Rule.BEFORE_24H, Rule.OUTCOME):
        sent = Reminder(rule=rule.value, channel=Channel.MAIL, state=Delivery.SENT, attempts=1)
        recipient = {"recipient_id": _key(house.people, "n"), "subject": "'session:' || n", "rfc_id": "n"}
        _insert(sent, (1, count), {**recipient, **dict.fromkeys(("due_at", "send_at", "claimed_at", "sent_at"), begun)})
    _leave_statistics()


def _leave_statistics() -> None:
    """As autovacuum of PostgreSQL would have done by and by; SQLite has nothing of the kind."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _leave_keys_unchecked() -> None:
    """On PostgreSQL, where the role may: every key is known to be there, and looking ten million of them up takes minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, suppress(ProgrammingError):
            cursor.execute("SET session_replication_role = replica")


def _key(rows: list, number: str) -> str:  # type: ignore[type-arg]
    """One of the rows' keys, which follow one another, by a number in SQL."""
    return f"{rows[0].pk} + ({number}) %% {len(rows)}"


def _true() -> str:
    return "true" if connection.vendor == "postgresql" else "1"


def _moment(base: datetime, minutes: str) -> str:
    """So many minutes, in SQL, after an instant."""
    text = base.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    if connection.vendor == "postgresql":
        return f"(timestamptz '{text}+00' + {minutes} * interval '1 minute')"
    return f"datetime('{text}', {minutes} || ' minutes')"


def _insert(like: models.Model, numbers: tuple[int, int], values: Mapping[str, str]) -> None:
    """A row for each number n, as `like` but for the columns whose SQL is given."""
    first, count = numbers
    fields = [field for field in like._meta.concrete_fields if field.column in values or not (field.primary_key or field.generated)]
    given = [field.get_db_prep_save(getattr(like, field.attname), connection) for field in fields if field.column not in values]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    selected = ", ".join(values.get(field.column, "%s") for field in fields)
    statement = (  # names and numbers of this file and of Django
        f"INSERT INTO {like._meta.db_table} ({columns}) WITH RECURSIVE numbers(n) AS (SELECT CAST({first} AS bigint)"  # noqa: S608
        f" UNION ALL SELECT n + 1 FROM numbers WHERE n < {first + count - 1}) SELECT {selected} FROM numbers"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
