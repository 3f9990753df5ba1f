"""How people want to be told, and the copies that a reminder makes of itself by that (DESIGN 4.9)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from changes.choices import Role, Urgency
from changes.domain.delivery import Copy, Useful, Wishes, copies
from changes.domain.ladder_words import About
from changes.domain.reminder import Expected
from changes.models import RFC, Preference, User

#: Of these each person has their own part.
TO_EACH_THEIR_OWN = frozenset({About.NIGHT, About.FREEZE})


def zone_of(person: User) -> ZoneInfo:
    """The zone of an account, else the house's; a name that is no longer known counts as none."""
    try:
        return ZoneInfo(person.time_zone or settings.FSC_TIME_ZONE)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(settings.FSC_TIME_ZONE)


def wishes_of(people: Collection[int]) -> dict[int, Wishes]:
    """What these people and their delegates wish, by key, in two queries."""
    found = _read(people)
    delegates = {wish.delegate for wish in found.values() if wish.delegate} - found.keys()
    return found | _read(delegates)


def _read(people: Collection[int]) -> dict[int, Wishes]:
    return {person.pk: wishes(person) for person in User.objects.filter(pk__in=people).select_related("preference")} if people else {}


def wishes(person: User) -> Wishes:
    """Of one person; read it with `preference`. Without that row: by mail and on the page, at once."""
    wish = getattr(person, "preference", None) or Preference()
    return Wishes(
        zone=zone_of(person),
        by_mail=wish.by_mail,
        on_page=wish.on_page,
        by_chat=bool(wish.chat_url),
        digest_at=wish.digest_at,
        quiet_from=wish.quiet_from,
        quiet_until=wish.quiet_until,
        muted=frozenset(wish.muted),
        delegate=wish.delegate_id,
        delegate_since=wish.delegate_since,
        delegate_until=wish.delegate_until,
        is_there=person.is_active and person.role != Role.TOOL,
    )


def is_out_of_reach(person: User) -> bool:
    """Whether at most the page would tell them. What goes by mail whatever they wish comes to whoever has an address."""
    return not person.is_active or not (person.email or wishes(person).by_chat)


def copies_of(found: Sequence[Expected], *, at: datetime, gone: Collection[int] = ()) -> Iterator[tuple[Expected, Copy]]:
    """Each reminder with the rows of the ledger that it would make if it were written at `at`; those who are `gone` stand in for nobody.

    What is told to a person and also to one for whom they stand in, or to two of those, comes to them once; but what a night
    or a freeze means to each is a message of its own.
    """
    people = wishes_of({one.recipient for one in found})
    people |= {key: replace(people[key], is_there=False) for key in people.keys() & set(gone)}
    urgent = emergencies_among(found)
    reached = {one.key: 0 for one in found}
    for one in found:
        if one.recipient in people:
            useful = Useful(one.due_at, one.until, is_emergency=one.facts.rfc in urgent)
            for made in copies(one.recipient, one.rung.rule, useful, people, at, one.silent):
                if _is_first(one, made, reached):
                    yield one, made


def emergencies_among(found: Iterable[Expected]) -> set[int]:
    """The keys of those RFCs that are emergencies, whose reminders nothing holds; one query."""
    rfcs = {one.facts.rfc for one in found if one.facts.rfc}
    return set(RFC.objects.filter(pk__in=rfcs, urgency=Urgency.EMERGENCY).values_list("pk", flat=True))


def _is_first(one: Expected, made: Copy, reached: dict[tuple[str, str, int, int], int]) -> bool:
    """Whether nobody else's copy says the same to the same person; `reached` holds in whose stead each is told, 0 for an own."""
    if made.on_behalf_of is None or one.facts.about in TO_EACH_THEIR_OWN:
        return True
    return reached.setdefault((*one.key[:3], made.recipient), made.on_behalf_of) == made.on_behalf_of
