"""The set-up data on which RFCs are judged, read once and shared by all judgements of a request.

It holds what is in force. What only some of it is about, names and freezes that are over, is read for the contents judged.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet

from changes.domain.clash import Names
from changes.domain.conflict import Dependencies
from changes.domain.content import Content
from changes.domain.freeze import Freeze as FreezeRule
from changes.domain.window import Window
from changes.models import ChangeType, ChangeWindow, ConfigurationItem, Environment, Freeze, Service, User


@dataclass(frozen=True)
class SetUp:
    """The set-up data that judgements share: read once for one RFC or for a month of them."""

    windows: Sequence[Window]
    #: Those not over at `since`, by start.
    freezes: Sequence[FreezeRule]
    since: datetime
    dependencies: Dependencies
    change_types: Mapping[str, ChangeType]
    always_open: frozenset[str]
    names: Names = field(default_factory=dict)
    #: Usernames of those who cannot sign in any more, among those in `names`.
    left: frozenset[str] = frozenset()

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every text of every change type: what an RFC that follows none of them is compared with."""
        return frozenset(text for kind in self.change_types.values() for text in texts_of(kind))


def texts_of(kind: ChangeType) -> list[str]:
    """Every text that choosing the type fills in: some of them ask for something."""
    texts = [text for step in kind.steps.all() for text in (step.instruction, step.command, step.check_text, step.if_not)]
    return [*texts, kind.rollback_trigger]


def set_up(at: datetime) -> SetUp:
    """All windows, change types and service dependencies, and the freezes not over at `at`, in a fixed number of queries."""
    services = dict(Service.objects.values_list("slug", "name"))
    windows = ChangeWindow.objects.select_related("environment").prefetch_related("change_types")
    return SetUp(
        windows=[window.as_window() for window in windows],
        freezes=_rules(Freeze.objects.filter(~Q(rrule="") | Q(end__gt=at))),
        since=at,
        dependencies=_dependencies(services),
        change_types={t.slug: t for t in ChangeType.objects.prefetch_related("steps")},
        always_open=frozenset(Environment.objects.filter(needs_window=False).values_list("slug", flat=True)),
        names={("service", slug): name for slug, name in services.items()},
    )


def _rules(freezes: QuerySet[Freeze]) -> list[FreezeRule]:
    rows = freezes.select_related("environment", "service", "change_type", "waivable_by")
    return [freeze.as_rule() for freeze in rows.order_by("start", "pk")]


def _dependencies(services: Iterable[str]) -> Dependencies:
    """By each service, those that it needs; from the pairs alone, for rows of both would be most of what a check reads."""
    needed: dict[str, set[str]] = {slug: set() for slug in services}
    for slug, needs in Service.depends_on.through.objects.values_list("from_service__slug", "to_service__slug"):
        needed[slug].add(needs)
    return {slug: frozenset(all_needed) for slug, all_needed in needed.items()}


def set_up_for(shared: SetUp, contents: Collection[Content]) -> SetUp:
    """With what only these contents need: their items and people by name, and the freezes of work that is past.

    All items, all people and all freezes there ever were would be too many. Asks nothing that `shared` knows already.
    """
    items = {("item", slug) for content in contents for slug in content.configuration_items}
    people = {("person", name) for content in contents for name in (content.owner, content.implementer) if name}
    first = min((session.start for content in contents for session in content.sessions), default=shared.since)
    return _with_past(_with_people(_with_items(shared, items), people), first)


def _with_items(shared: SetUp, keys: set[tuple[str, str]]) -> SetUp:
    slugs = [slug for _, slug in keys - shared.names.keys()]
    items = ConfigurationItem.objects.filter(slug__in=slugs).values_list("slug", "name") if slugs else ()
    return replace(shared, names={**shared.names, **{("item", slug): name for slug, name in items}})


def _with_people(shared: SetUp, keys: set[tuple[str, str]]) -> SetUp:
    usernames = [username for _, username in keys - shared.names.keys()]
    named = User.objects.filter(username__in=usernames).only("username", "first_name", "last_name", "is_active")
    people = list(named) if usernames else []
    names = {**shared.names, **{("person", person.username): str(person) for person in people}}
    return replace(shared, names=names, left=shared.left | {person.username for person in people if not person.is_active})


def _with_past(shared: SetUp, first: datetime) -> SetUp:
    """With the freezes since `first`, where that is before what has been read."""
    if first >= shared.since:
        return shared
    past = _rules(Freeze.objects.filter(rrule="", end__gt=first, end__lte=shared.since))
    return replace(shared, freezes=sorted([*past, *shared.freezes], key=lambda freeze: (freeze.start, freeze.id)), since=first)
