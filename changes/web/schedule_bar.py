"""The two bars above the calendar: views, period, zone; filters with counts. Everything is a link, so that a view can be shared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse

from changes.choices import Severity, State
from changes.domain.interval import Interval
from changes.domain.schedule import LIST_DAYS, MONTH_WEEKS, WEEK_DAYS, days_from, monday
from changes.domain.wording import place_of
from changes.filters import ScheduleFilter, with_dependents
from changes.formats import times
from changes.models import Environment, Service, User
from changes.selectors.schedule import Schedule

VIEWS = {"month": "Month", "week": "Week", "list": "List", "service": "By service"}
#: How many days each view shows; month and week begin on a Monday.
LENGTHS = {"month": MONTH_WEEKS * WEEK_DAYS, "week": WEEK_DAYS, "list": LIST_DAYS, "undated": LIST_DAYS, "service": WEEK_DAYS}
#: By service the nights just past are seen beside tonight.
NIGHTS_BEFORE = timedelta(days=2)
#: How a view is drawn, which a link to another page does without.
DRAWN_BY = ("view", "from", "hours", "unfold", "idle", "told", "minutes")
#: The order of the parameters in a shared link.
NAMES = ("view", "from", "tz", "hours", *ScheduleFilter.base_filters, "unfold", "idle", "told", "minutes")


@dataclass(frozen=True)
class Page:
    """Which part of the calendar is asked for; every link is this with something exchanged."""

    query: Mapping[str, tuple[str, ...]]
    view: str
    first: date
    today: date

    @classmethod
    def of(cls, data: QueryDict, *, today: date) -> "Page":
        """As asked for; what cannot be read falls back to this week's month."""
        query = {name: tuple(filter(None, data.getlist(name))) for name in NAMES if any(data.getlist(name))}
        asked = data.get("view", "")
        view = asked if asked in LENGTHS else "month"
        given = read_date(data.get("from", ""))
        begin = given or today
        if view == "service":
            return cls(query, view, given or today - NIGHTS_BEFORE, today)
        return cls(query, view, begin if view in ("list", "undated") else monday(begin), today)

    @property
    def dates(self) -> list[date]:
        return days_from(self.first, LENGTHS[self.view])

    @property
    def title(self) -> str:
        """ "16 November – 20 December 2026"."""
        first, last = self.dates[0], self.dates[-1]
        if first.year != last.year:
            return f"{first.day} {first:%B %Y} – {last.day} {last:%B %Y}"
        if first.month != last.month:
            return f"{first.day} {first:%B} – {last.day} {last:%B %Y}"
        return f"{first.day} – {last.day} {last:%B %Y}"

    @property
    def is_chosen(self) -> bool:
        """Whether the reader chose the view; if not, a phone shows the list."""
        return "view" in self.query

    def url(self, **changes: str | Iterable[str] | None) -> str:
        """This page with parameters exchanged; None takes one away. `start` stands for `from`."""
        changed = {("from" if name == "start" else name): _values(value) for name, value in changes.items()}
        query = {**self.query, **changed}
        pairs = [(name, value) for name in NAMES for value in query.get(name, ())]
        return f"{reverse('schedule')}?{urlencode(pairs)}" if pairs else reverse("schedule")

    def toggled(self, name: str, value: str) -> str:
        now = self.query.get(name, ())
        return self.url(**{name: [one for one in now if one != value] if value in now else [*now, value]})

    def has(self, name: str, value: str) -> bool:
        return value in self.query.get(name, ())

    def moved(self, days: int) -> str:
        return self.url(start=(self.first + timedelta(days=days)).isoformat())

    @property
    def step(self) -> int:
        """How far Earlier and Later go: a month by four weeks, so that one week is seen again."""
        return LENGTHS[self.view] - (WEEK_DAYS if self.view == "month" else 0)

    def day_url(self, on: date, **changes: str) -> str:
        """The page of one night, with the same filters but for those exchanged."""
        query = {**self.query, **{name: (value,) for name, value in changes.items()}}
        pairs = [(name, value) for name in NAMES if name not in DRAWN_BY for value in query.get(name, ())]
        address = reverse("schedule-day", args=[on.isoformat()])
        return f"{address}?{urlencode(pairs)}" if pairs else address

    @property
    def unfiltered(self) -> str:
        return self.url(**dict.fromkeys(ScheduleFilter.base_filters))


def _values(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def read_date(text: str) -> date | None:
    """A date as links have it, 2026-11-21; None for what is none or lies where nobody plans."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    # Beyond, a zone's rules cannot be computed.
    return found if 1970 <= found.year <= 2200 else None


@dataclass(frozen=True)
class Choice:
    """One value of a filter: how many sessions it shows, and the link that puts it in force or takes it out."""

    value: str
    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True)
class Menu:
    """A filter with many values; `summary` is what is in force."""

    name: str
    label: str
    summary: str
    choices: list[Choice]
    clear: str
    in_force: bool
    #: For services: the link that takes what depends on them in or out, and whether it is in.
    dependents_url: str = ""
    dependents: bool = False


@dataclass(frozen=True)
class Filters:
    severities: list[Choice]
    menus: list[Menu]
    conflicts: Choice
    mine: Choice
    search: str
    clear_search: str
    problems: list[str]


def filters_of(page: Page, schedule: Schedule, narrowing: ScheduleFilter) -> Filters:
    """All filters with what each choice would show."""
    counts = schedule.counts
    environments = dict(Environment.objects.values_list("slug", "name"))
    owners = {user.username: str(user) for user in User.objects.filter(username__in=counts["owner"])}
    owners |= {user.username: str(user) for user in narrowing.in_force.get("owner", ())}
    menus = [
        _menu(page, "environment", "Environment", environments, counts),
        _services(page, dict(Service.objects.values_list("slug", "name")), counts),
        _menu(page, "state", "State", dict(State.choices()), counts),
        _menu(page, "owner", "Owner", dict(sorted(owners.items(), key=lambda pair: pair[1])), counts),
    ]
    return Filters(
        severities=_choices(
            page, "severity", {one.value: one.label for one in (Severity.MAJOR, Severity.MINOR, Severity.AUTOMATIC)}, counts
        ),
        menus=menus,
        conflicts=_choices(page, "conflicts", {"1": "Conflicts only"}, counts)[0],
        mine=_choices(page, "mine", {"1": "Mine"}, counts)[0],
        search=" ".join(page.query.get("q", ())),
        clear_search=page.url(q=None),
        problems=[f"{name}: {error}" for name, errors in narrowing.errors.items() for error in errors],
    )


def _choices(page: Page, name: str, labels: Mapping[str, str], counts: Mapping[str, Mapping[str, int]]) -> list[Choice]:
    found = counts.get(name, {})
    return [Choice(value, label, found.get(value, 0), page.toggled(name, value), page.has(name, value)) for value, label in labels.items()]


def _menu(page: Page, name: str, label: str, labels: Mapping[str, str], counts: Mapping[str, Mapping[str, int]]) -> Menu:
    choices = _choices(page, name, labels, counts)
    chosen = [choice.label for choice in choices if choice.chosen]
    return Menu(name, label, _summary(chosen), choices, page.url(**{name: None}), bool(chosen))


def _summary(chosen: list[str]) -> str:
    if not chosen:
        return "all"
    return chosen[0] if len(chosen) == 1 else f"{chosen[0]} and {len(chosen) - 1} more"


def _services(page: Page, labels: Mapping[str, str], counts: Mapping[str, Mapping[str, int]]) -> Menu:
    menu = _menu(page, "service", "Service", labels, counts)
    if not menu.in_force:
        # A service is chosen with what cannot work without it: that is what a change to it touches.
        choices = [Choice(c.value, c.label, c.count, page.url(service=c.value, dependents="1"), chosen=False) for c in menu.choices]
        return Menu(menu.name, menu.label, menu.summary, choices, menu.clear, in_force=False)
    dependents = bool(page.query.get("dependents"))
    chosen = {choice.value for choice in menu.choices if choice.chosen}
    more = len(with_dependents(chosen)) - len(chosen) if dependents else 0
    need = "need it" if len(chosen) == 1 else "need them"
    summary = f"{menu.summary}, and {more} that {need if more > 1 else need.replace('need', 'needs')}" if more else menu.summary
    other = page.url(dependents=None if dependents else "1")
    clear = page.url(service=None, dependents=None)
    return Menu(menu.name, menu.label, summary, menu.choices, clear, True, other, dependents)


@dataclass(frozen=True)
class Zone:
    name: str
    place: str
    abbreviation: str
    current: bool


def zones(names: Iterable[str], *, current: str, period: Interval) -> list[Zone]:
    """The zones to choose from, each with what it is called in the period shown."""
    words = {name: times.zone_words(period.start, period.end, zone=ZoneInfo(name)) for name in names}
    return [Zone(name, place_of(name), said, name == current) for name, said in words.items()]
