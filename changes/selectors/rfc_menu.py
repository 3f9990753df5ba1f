"""What the lists of the RFC form offer, in a fixed number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from changes.choices import Role
from changes.models import RFC, ChangeType, ConfigurationItem, Environment, Service, User

#: So many items are offered while typing; any other is found by its name.
ITEMS_OFFERED = 200
#: So many words typed at once are looked up by name.
WORDS_READ = 50


@dataclass(frozen=True)
class Named:
    """A thing that can be chosen: its slug or number, and the word for it."""

    slug: str
    name: str


@dataclass(frozen=True)
class Menu:
    environments: Sequence[Named]
    change_types: Sequence[tuple[str, Sequence[Named]]]
    people: Sequence[Named]
    services: Sequence[Named]
    #: Those chosen or typed, and those offered for the services chosen.
    items: Sequence[Named]
    rfcs: Sequence[Named]


def rfc_menu(
    user: User,
    *,
    change_type: str = "",
    people: Collection[str] = (),
    services: Collection[str] = (),
    items: Collection[str] = (),
    typed_items: Sequence[str] = (),
    numbers: Collection[str] = (),
    kept: Collection[str] = (),
) -> Menu:
    """The lists of the form, six queries. What is chosen already is in them even where it is offered no longer.

    `typed_items` are names or slugs that somebody typed, `numbers` those of other RFCs, found among what `user` may see.
    `kept` are the numbers that the RFC names already: of one that `user` may not see its number is told, and it may stay.
    """
    kinds: dict[str, list[Named]] = {}
    for kind in ChangeType.objects.filter(Q(is_active=True) | Q(slug=change_type)):
        kinds.setdefault(kind.category or "Other", []).append(Named(kind.slug, kind.name))
    working = Q(is_active=True) & ~Q(role__in=(Role.VIEWER, Role.TOOL)) | Q(username__in=people)
    return Menu(
        environments=[Named(e.slug, e.name) for e in Environment.objects.all()],
        change_types=list(kinds.items()),
        people=[Named(p.username, str(p)) for p in User.objects.filter(working).order_by("first_name", "last_name", "username")],
        services=[Named(s.slug, s.name) for s in Service.objects.all()],
        items=_items(services, items, typed_items),
        rfcs=_rfcs(user, numbers, kept),
    )


def _rfcs(user: User, numbers: Collection[str], kept: Collection[str]) -> list[Named]:
    seen = [Named(r.number, r.title) for r in RFC.objects.visible_to(user).numbered(*numbers).only("pk", "title")]
    hidden = set(kept) & set(numbers) - {rfc.slug for rfc in seen}
    return [*seen, *(Named(number, "a draft of somebody else") for number in sorted(hidden))]


def _items(services: Collection[str], chosen: Collection[str], typed: Sequence[str]) -> list[Named]:
    """Those chosen or typed, however many, then those offered."""
    named = Q(slug__in=chosen)
    for word in typed[:WORDS_READ]:
        named |= Q(name__iexact=word) | Q(slug__iexact=word)
    wanted = list(ConfigurationItem.objects.filter(named)) if chosen or typed else []
    offered = ConfigurationItem.objects.filter(service__slug__in=services) if services else ConfigurationItem.objects.all()
    rows = {item.slug: item for item in [*wanted, *offered[:ITEMS_OFFERED]]}
    return [Named(item.slug, item.name) for item in rows.values()]
