"""The demo's set-up data as rows. What is there already, under its slug or name, is left as people have made it."""

from datetime import datetime, time

from django.contrib.auth.hashers import make_password

from changes.actions.demo import house
from changes.actions.demo.boards import BOARDS, HOUSE, ROTA
from changes.actions.demo.calendar import month_end, on_the_wall, sittings, year_end
from changes.actions.demo.kind import Kind, Told
from changes.actions.demo.known_servers import SERVER_KINDS
from changes.actions.demo.known_services import SERVICE_KINDS
from changes.choices import MeetingState, Phase, Role
from changes.models import (
    Board,
    BoardMember,
    ChangeType,
    ChangeTypeStep,
    ChangeWindow,
    ConfigurationItem,
    Environment,
    Freeze,
    Meeting,
    RotaEntry,
    RouteRule,
    Service,
    User,
)

KINDS: tuple[Kind, ...] = SERVER_KINDS + SERVICE_KINDS
#: The board of the house, which holds what its weeks of changes tell of.
BOARD = HOUSE.slug


def write_estate(at: datetime, password: str) -> None:
    """Make what is missing of people, services, environments, change types, windows, freezes, boards and meetings."""
    write_people(password)
    _write_services()
    _write_environments()
    _write_kinds()
    _write_windows()
    _write_freezes(at)
    _write_boards()
    _write_meetings(at)


def write_people(password: str) -> None:
    """Accounts of DESIGN 7 get the password given, so that what is printed is true; the other persons cannot sign in."""
    stored = {user.username: user for user in User.objects.all()}
    coded = make_password(password)
    for person in house.PEOPLE:
        user = stored.get(person.username) or User(
            username=person.username,
            first_name=person.part,
            role=person.role,
            phone=person.phone,
            email=f"{person.username}@{person.host}",
            is_staff=person.role == Role.ADMINISTRATOR,
            is_superuser=person.role == Role.ADMINISTRATOR,
        )
        if person.about and not user.pk:
            user.first_name, user.last_name = f"{person.part},", person.about
        # Asking a new account whether it has the password takes as long as giving it one.
        if person.signs_in and (not user.pk or not user.check_password(password)):
            user.password = coded
        elif not user.pk:
            user.password = make_password(None)
        user.save()


def _write_services() -> None:
    people = {user.username: user for user in User.objects.all()}
    rows = {}
    for data in house.SERVICES:
        owner = people[house.OWNERS[data.team]]
        rows[data.slug], is_new = Service.objects.get_or_create(
            slug=data.slug,
            defaults={
                "name": data.name,
                "description": data.description,
                "manager": owner,
                "approver": people["project-manager"] if data.slug == "monitoring" else None,
            },
        )
        if is_new:
            rows[data.slug].depends_on.set([rows[slug] for slug in data.depends_on])
        for name in data.items + data.kept:
            ConfigurationItem.objects.get_or_create(slug=name.lower(), defaults={"name": name, "service": rows[data.slug]})
    people["viewer"].follows.set([rows["client-access"], rows["mobile-sync"]])


def _write_environments() -> None:
    for position, data in enumerate(house.ENVIRONMENTS):
        row, is_new = Environment.objects.get_or_create(
            slug=data.slug,
            defaults={
                "name": data.name,
                "short_name": data.short_name,
                "description": data.description,
                "needs_window": data.needs_window,
                "position": position,
            },
        )
        if is_new:
            RouteRule.objects.bulk_create(RouteRule(environment=row, severity=s, route=r) for s, r in data.routes.items())


def _write_kinds() -> None:
    for kind in KINDS:
        row, is_new = ChangeType.objects.get_or_create(
            slug=kind.slug,
            defaults={
                "name": kind.name,
                "category": kind.category,
                "description": kind.description,
                "severity": kind.severity or "",
                "pre_approved": kind.pre_approved,
                "notice_hours": kind.notice_hours,
                "rollback_trigger": kind.trigger,
            },
        )
        if is_new:
            phases = {Phase.ROLLOUT: kind.rollout, Phase.VERIFICATION: kind.verification, Phase.ROLLBACK: kind.rollback}
            ChangeTypeStep.objects.bulk_create(
                _staged(row, phase, position, told) for phase, steps in phases.items() for position, told in enumerate(steps)
            )


def _staged(kind: ChangeType, phase: Phase, position: int, told: Told) -> ChangeTypeStep:
    return ChangeTypeStep(
        change_type=kind,
        phase=phase,
        position=position,
        instruction=told.instruction,
        command=told.command,
        role=told.role,
        minutes=told.minutes,
        check_text=told.check,
        if_not=told.if_not,
    )


def _write_windows() -> None:
    environments = {row.slug: row for row in Environment.objects.all()}
    for data in house.WINDOWS:
        row, is_new = ChangeWindow.objects.get_or_create(
            name=data.name,
            environment=environments[data.environment],
            defaults={"time_zone": house.ZONE, "rrule": data.rrule, "first_start": data.first_start, "first_end": data.first_end},
        )
        if is_new:
            row.change_types.set(ChangeType.objects.filter(slug__in=data.types))


def _write_freezes(at: datetime) -> None:
    manager = User.objects.get(username="change-manager")
    reason = {"Month-end close": "The books are closed; nobody can reach finance.", "Year-end": "Half of the house is away."}
    plan = (("Month-end close", "corporate", month_end(at)), ("Year-end", "corporate", year_end(at)), ("Year-end", "managed", year_end(at)))
    for name, environment, (start, end) in plan:
        row = Environment.objects.get(slug=environment)
        shown = name if name == "Month-end close" else f"{name}, {row.name.lower()}"
        Freeze.objects.get_or_create(
            name=shown,
            environment=row,
            start=start,
            defaults={"reason": reason[name], "end": end, "time_zone": house.ZONE, "waivable_by": manager},
        )


def _write_boards() -> None:
    people = {user.username: user for user in User.objects.all()}
    for data in BOARDS:
        board, is_new = Board.objects.get_or_create(
            slug=data.slug,
            defaults={
                "name": data.name,
                "chair": people[data.chair],
                "quorum": data.quorum,
                "is_voting": data.is_voting,
                "time_zone": house.ZONE,
                "weekday": data.weekday,
                "starts": data.starts,
                "minutes": data.minutes,
                "minutes_major": 6,
                "minutes_minor": 4,
                "cut_off_days": data.cut_off_days,
                "cut_off_time": time(12, 0),
            },
        )
        if is_new:
            board.services.set(Service.objects.filter(slug__in=data.services))
            BoardMember.objects.bulk_create(BoardMember(board=board, user=people[name], seat=seat) for name, seat in data.seats.items())
            RotaEntry.objects.bulk_create(RotaEntry(board=board, user=people[name], position=n) for n, name in enumerate(ROTA))


def _write_meetings(at: datetime) -> None:
    board = Board.objects.get(slug=BOARD)
    for sitting in sittings(at):
        day = on_the_wall(sitting.starts_at).date()
        regular = day.weekday() == board.weekday
        known = {"planned_for": day} if regular else {"starts_at": sitting.starts_at}
        Meeting.objects.get_or_create(
            board=board,
            **known,
            defaults={
                "starts_at": sitting.starts_at,
                "ends_at": sitting.ends_at,
                "cut_off_at": sitting.cut_off_at,
                "state": MeetingState.HELD if sitting.is_held else MeetingState.PLANNED,
                "revision": int(sitting.is_held),
                "published_at": sitting.cut_off_at if sitting.is_held else None,
            },
        )
