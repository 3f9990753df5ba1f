"""Writing the items of an agenda as the rules have them now, and keeping what people gave them (DESIGN 4.8)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from changes.actions.carry import carry_from_last_time
from changes.choices import Section
from changes.domain.action import why_it_stands
from changes.domain.agenda import DECIDED, Candidate, Place, Term, place_of
from changes.domain.order import Allowance, Rank, merged, minutes_for, rank, rank_of_promise
from changes.models import RFC, Action, AgendaItem, Board, Meeting
from changes.selectors.action import actions_for
from changes.selectors.candidate import candidates, term_of

#: What an item is about: the keys of its RFC and of its action, one of them None.
Key = tuple[int | None, int | None]
_WORDS = ["section", "title", "reason", "is_late"]
_TITLE_LENGTH = 200


@dataclass(frozen=True)
class Subject:
    """An RFC or an action that the agenda has to hold: where and why, for how long, and before which others."""

    place: Place
    title: str
    minutes: int
    rank: Rank
    rfc: RFC | None = None
    action: Action | None = None

    @property
    def key(self) -> Key:
        return (self.rfc.pk if self.rfc else None, self.action.pk if self.action else None)


Found = Mapping[Key, Subject]


def subjects_of(meeting: Meeting, at: datetime) -> Found:
    """What the rules put on this agenda or its late list at `at`; a fixed number of queries."""
    term, allowance = term_of(meeting), _allowance(meeting.board)
    of_rfcs = (_of_rfc(rfc, candidate, term, allowance) for rfc, candidate in candidates(meeting, at=at).values())
    of_actions = (_of_action(action, allowance, term) for action in actions_for(meeting, at=at))
    return {one.key: one for one in [*of_rfcs, *of_actions] if one}


def _allowance(board: Board) -> Allowance:
    return Allowance(board.minutes_major, board.minutes_minor, board.minutes_automatic)


def _of_rfc(rfc: RFC, candidate: Candidate, term: Term, allowance: Allowance) -> Subject | None:
    place = place_of(candidate, term)
    if place is None:
        return None
    return Subject(place, rfc.title, minutes_for(candidate, place.section, allowance), rank(candidate, place.section), rfc=rfc)


def _of_action(action: Action, allowance: Allowance, term: Term) -> Subject:
    after = action.rfc.number if action.rfc else ""
    why = why_it_stands(str(action.owner), action.created_at, action.due_at, term.time_zone, after=after)
    title = action.text if len(action.text) <= _TITLE_LENGTH else f"{action.text[: _TITLE_LENGTH - 1]}…"
    place = Place(Section.ACTIONS, why)
    return Subject(place, " ".join(title.split()), allowance.automatic, rank_of_promise(action.due_at, action.pk), action=action)


def arrange(meeting: Meeting, found: Found) -> tuple[int, int]:
    """Write the sections of an agenda that is not frozen; gives back how many items came and how many went."""
    items = {_key(item): item for item in with_traces(AgendaItem.objects.filter(meeting=meeting))}
    removed = take_off([item for key, item in items.items() if key not in found and not item.is_late])
    new = [key for key in found if key not in items]
    back = {key for key in found if key in items and not items[key].section}
    items |= {key: AgendaItem(meeting=meeting, rfc=found[key].rfc, action=found[key].action, minutes=found[key].minutes) for key in new}
    changed = [items[key] for key, subject in found.items() if _fill(items[key], subject)]
    AgendaItem.objects.bulk_create(items[key] for key in new)
    AgendaItem.objects.bulk_update([item for item in changed if _key(item) not in set(new)], _WORDS, batch_size=500)
    carry_from_last_time(meeting, {rfc for rfc, _ in (*new, *back) if rfc})
    number(meeting, {*new, *back}, found)
    return len(new) + len(back), removed


def _key(item: AgendaItem) -> Key:
    return item.rfc_id, item.action_id


def _fill(item: AgendaItem, subject: Subject) -> bool:
    """What the rules say of it now, and whether that is new; minutes, order, notes and votes are people's."""
    place = subject.place
    says = (place.section, subject.title, place.reason, place.is_late)
    is_new = (item.section, item.title, item.reason, item.is_late) != says
    item.section, item.title, item.reason, item.is_late = says
    return is_new


def take_off(items: Iterable[AgendaItem], *, keep: bool = False) -> int:
    """Remove what no longer belongs; what somebody voted on or noted leaves its section and is kept for its return.

    With `keep` every row stays: a revision tells of it.
    """
    leaving = [item for item in items if item.section and not hasattr(item, "decision")]
    kept = [item for item in leaving if keep or item.note or item.votes.all() or item.electronic_votes.all()]
    for item in kept:
        item.section = ""
    AgendaItem.objects.bulk_update(kept, ["section"])
    AgendaItem.objects.filter(pk__in={item.pk for item in leaving} - {item.pk for item in kept}).delete()
    return len(leaving)


def with_traces(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Items about something, with what people have left on them; the free ones are people's alone."""
    about = items.filter(Q(rfc__isnull=False) | Q(action__isnull=False))
    return about.select_related("decision").prefetch_related("votes", "electronic_votes")


def number(meeting: Meeting, coming: Collection[Key], found: Found) -> None:
    """Number the items from 1 through all sections; those who came find their place, the others keep their order."""
    standing = list(standing_items(meeting))
    position, moved = 0, []
    for section in Section:
        here = {item.pk: item for item in standing if item.section == section}
        ranks = {pk: found[_key(item)].rank for pk, item in here.items() if _key(item) in found}
        new = {pk for pk, item in here.items() if _key(item) in coming}
        for pk in merged([pk for pk in here if pk not in new], new, ranks):
            position += 1
            if here[pk].position != position:
                here[pk].position = position
                moved.append(here[pk])
    AgendaItem.objects.bulk_update(moved, ["position"], batch_size=500)


def standing_items(meeting: Meeting) -> QuerySet[AgendaItem]:
    """What stands on the agenda, in its order."""
    return meeting.items.filter(is_late=False).exclude(section="").order_by("position", "pk")


def refresh_late(meeting: Meeting, found: Found) -> int:
    """Keep the late list: add what has come since the cut-off and asks for a decision, drop what no longer does."""
    items = {_key(item): item for item in with_traces(AgendaItem.objects.filter(meeting=meeting))}
    asked = {key: one for key, one in found.items() if one.place.section in DECIDED}
    coming = [key for key in asked if key not in items or not items[key].section]
    new = [AgendaItem(meeting=meeting, rfc=asked[key].rfc, minutes=asked[key].minutes) for key in coming if key not in items]
    back = [items[key] for key in coming if key in items]
    for item in [*new, *back]:
        subject = asked[_key(item)]
        _fill(item, replace(subject, place=replace(subject.place, is_late=True)))
    AgendaItem.objects.bulk_create(new)
    AgendaItem.objects.bulk_update(back, _WORDS)
    carry_from_last_time(meeting, {rfc for rfc, _ in coming if rfc})
    take_off([item for key, item in items.items() if item.is_late and key not in found], keep=meeting.is_frozen)
    return len(coming)


def settle(item: AgendaItem, subject: Subject) -> None:
    """Put one item where the rules have it, on an agenda that is frozen."""
    _fill(item, subject)
    item.save(update_fields=_WORDS)
