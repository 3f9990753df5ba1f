"""Waivers: who may grant one, what has become of them, and those of a month (DESIGN 4.6)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from changes import permissions
from changes.choices import ENDED_STATES, Role, State
from changes.domain.clash import Names, Reader, kind_of
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.month import Month, month_at
from changes.domain.waiver import Accepted, Standing, is_waivable, standing
from changes.models import RFC, ConfigurationItem, Freeze, Service, User, Waiver
from changes.models.rfc import seen_by
from changes.selectors.finding import findings_for

#: So many months, this one included, say whether the waivers of a service recur.
LATELY = 3
#: A service with so many of them stands out: its windows or its planning do not fit.
RECURS_FROM = 3


# --- Who ----------------------------------------------------------------------------------------------------------------


def named_by_freezes(found: Iterable[Finding]) -> dict[int | None, set[int]]:
    """The keys of those whom freezes name to waive them, by the freeze's own key; one query where there is a freeze."""
    keys = {finding.freeze for finding in found if finding.freeze}
    rows = Freeze.objects.filter(pk__in=keys, waivable_by__isnull=False) if keys else Freeze.objects.none()
    return {key: {person} for key, person in rows.values_list("pk", "waivable_by_id")}


@dataclass(frozen=True)
class Waiving:
    """The findings that the reader may waive, and for the others who may: what it is about, and their names."""

    mine: Sequence[Finding] = ()
    others: Sequence[tuple[str, Sequence[User]]] = ()


def waiving(rfc: RFC, viewer: User, found: Sequence[Finding]) -> Waiving:
    """Who may waive what of `found`, the findings of `rfc`; at most three queries."""
    open_ones = [finding for finding in found if is_waivable(finding)]
    if not open_ones:
        return Waiving()
    named = named_by_freezes(open_ones)
    mine = [finding for finding in open_ones if permissions.can_waive(viewer, rfc, named.get(finding.freeze, ()))]
    rest = {_about(finding, named): named.get(finding.freeze, set()) for finding in open_ones if finding not in mine}
    people = _who_may(rfc, rest.values()) if rest else []
    return Waiving(mine, [(about, _among(people, keys)) for about, keys in rest.items()])


def _about(finding: Finding, named: Mapping[int | None, Collection[int]]) -> str:
    return f"the freeze “{finding.about}”" if finding.freeze in named else ""


def _who_may(rfc: RFC, named: Iterable[Collection[int]]) -> list[User]:
    """Change managers, and those named, who have no hand in it."""
    keys = {key for some in named for key in some}
    people = User.objects.filter(Q(role=Role.CHANGE_MANAGER) | Q(pk__in=keys), is_active=True).order_by("first_name", "username")
    return [person for person in people if not permissions.has_a_hand_in(person, rfc)]


def _among(people: Sequence[User], named: Collection[int]) -> list[User]:
    return [person for person in people if (person.pk in named if named else permissions.is_change_manager(person))]


# --- What has become of them ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A waiver with what has become of it. `why` says why it lapsed, or why there is nothing left to waive."""

    waiver: Waiver
    standing: Standing
    why: str = ""


def with_standing(waivers: Sequence[Waiver], found: Mapping[int, Sequence[Finding]], *, at: datetime, time_zone: str) -> list[Row]:
    """Each waiver as it stands at `at`; `found` are the findings of their RFCs by key. Sentences in `time_zone`."""
    reader = Reader(time_zone, _names(finding for some in found.values() for finding in some))
    return [_row(waiver, found.get(waiver.rfc_id, ()), at, reader) for waiver in waivers]


def _row(waiver: Waiver, found: Sequence[Finding], at: datetime, reader: Reader) -> Row:
    state = State(waiver.rfc.state)
    if state in ENDED_STATES:
        return Row(waiver, Standing.UNNEEDED, f"the RFC is {state.label.lower()}")
    accepted: Accepted = waiver.as_accepted()
    return Row(waiver, *standing(accepted, found, at, reader))


def _names(found: Iterable[Finding]) -> Names:
    """What readers call the items, services and people that findings are about."""
    wanted: dict[str, set[str]] = {"item": set(), "service": set(), "person": set()}
    for finding in found:
        wanted[kind_of(finding.code)] |= {slug.removeprefix("service:") for slug in finding.scope}
    if not any(wanted.values()):
        return {}
    people = {("person", user.username): str(user) for user in User.objects.filter(username__in=wanted["person"])}
    items = ConfigurationItem.objects.filter(slug__in=wanted["item"]).values_list("slug", "name")
    services = Service.objects.filter(slug__in=wanted["service"]).values_list("slug", "name")
    return people | {("item", slug): name for slug, name in items} | {("service", slug): name for slug, name in services}


# --- Those of a month -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; "" leaves it open. `by` is a username, `service` a slug."""

    code: str = ""
    by: str = ""
    service: str = ""


@dataclass(frozen=True)
class Count:
    """How many of the month there are of one code, person or service, under the value that narrows the list to them."""

    value: str
    label: str
    number: int
    #: In the months that say whether it recurs; only for services.
    lately: int = 0

    @property
    def recurs(self) -> bool:
        return self.lately >= RECURS_FROM


@dataclass(frozen=True)
class Granted:
    """The waivers of a month, newest first, and how many there are of each kind in all of it."""

    rows: Sequence[Row]
    total: int
    codes: Sequence[Count]
    people: Sequence[Count]
    services: Sequence[Count]


def _granted_in(period: Interval, viewer: User) -> QuerySet[Waiver]:
    """The waivers of RFCs that `viewer` may see, granted in the half-open period."""
    return Waiver.objects.filter(seen_by(viewer, "rfc__"), created_at__gte=period.start, created_at__lt=period.end)


def waived_this_month(viewer: User, *, at: datetime, zone: ZoneInfo) -> int:
    """How many waivers the list of this month shows to `viewer`."""
    return _granted_in(month_at(at, zone).period(zone), viewer).count()


def granted(month: Month, viewer: User, wanted: Wanted, *, at: datetime, zone: ZoneInfo) -> Granted:
    """The waivers of a month by the clock of `zone`, narrowed, as they stand at `at`. A fixed number of queries."""
    every = _whole(_granted_in(month.period(zone), viewer))
    shown = [waiver for waiver in every if _is_wanted(waiver, wanted)]
    found = findings_for({waiver.rfc_id: waiver.rfc for waiver in shown}.values(), at=at, time_zone=str(zone))
    return Granted(
        rows=with_standing(shown, found, at=at, time_zone=str(zone)),
        total=len(every),
        codes=_counted((waiver.code, waiver.code) for waiver in every),
        people=_counted((waiver.by.username, str(waiver.by)) for waiver in every),
        services=_services(every, month.period(zone, months=LATELY), viewer),
    )


def _whole(waivers: QuerySet[Waiver]) -> list[Waiver]:
    """Newest first, each with its RFC as the rules read it; two waivers of one RFC share it."""
    every = list(waivers.select_related("by", "other").order_by("-created_at", "-pk"))
    rfcs = RFC.objects.filter(pk__in={waiver.rfc_id for waiver in every})
    whole = {rfc.pk: rfc for rfc in rfcs.with_content().prefetch_related("waivers__other", "waivers__by")}
    for waiver in every:
        waiver.rfc = whole[waiver.rfc_id]
    return every


def _is_wanted(waiver: Waiver, wanted: Wanted) -> bool:
    slugs = {service.slug for service in waiver.rfc.services.all()}
    return wanted.code in ("", waiver.code) and wanted.by in ("", waiver.by.username) and (not wanted.service or wanted.service in slugs)


def _counted(pairs: Iterable[tuple[str, str]]) -> list[Count]:
    """The most frequent first, then by name."""
    counter = Counter(pairs)
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0][1]))
    return [Count(value, label, number) for (value, label), number in ordered]


def _services(every: Sequence[Waiver], lately: Interval, viewer: User) -> list[Count]:
    counts = _counted((service.slug, service.name) for waiver in every for service in waiver.rfc.services.all())
    rows = _granted_in(lately, viewer).filter(rfc__services__slug__in=[count.value for count in counts])
    before = Counter(rows.values_list("rfc__services__slug", flat=True))
    return [Count(count.value, count.label, count.number, before[count.value]) for count in counts]
