"""The rules in the order in which they are explained: made from the codes, the moves and the limits, and from nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from changes.choices import Level, Route, State
from changes.domain.clash import CARRIED, LEVELS
from changes.domain.code import RULES, Rule, can_be_waived, is_scheduling
from changes.domain.finding import Finding
from changes.domain.lifecycle import APPROVERS, MOVES, Actor
from changes.domain.odd_date import WAYS_OUT, Odd
from changes.domain.specimen import example_of, given_of


@dataclass(frozen=True)
class Entry:
    """One code with all that a reader asks of it."""

    rule: Rule
    #: What the rule says of its specimen, where there is one, and what there is to know of the specimen for its numbers.
    example: Finding | None
    given: str = ""

    @property
    def kinds(self) -> "Sequence[Kind]":
        """What the code stands for, where that is more than one thing; the first word is a finding's `kind`."""
        return kinds_of(self.rule.code)

    @property
    def stops(self) -> str:
        """The step that it keeps an RFC from."""
        if self.rule.level != Level.ERROR:
            return "nothing; it is told"
        return "being scheduled" if is_scheduling(self.rule.code) else "being submitted"

    @property
    def waived_by(self) -> str:
        """Who may accept it; nobody whose RFC it is (DESIGN 4.1)."""
        if self.rule.level != Level.ERROR:
            return ""
        if not can_be_waived(self.rule.code):
            return "nobody; it has to be mended"
        return "whom the freeze names, else the change manager" if self.rule.family == "freeze" else "the change manager"


@dataclass(frozen=True)
class Kind:
    """One of the things that a code stands for: the word by which it is told apart, what it means, and what mends it."""

    word: str
    meaning: str
    mend: str


_CARRIED = Kind(
    CARRIED, "The other RFC came later and so carries the conflict, which is told here and blocks there", "Nothing has to be done."
)
_LAST_YEAR = Kind(
    Odd.YEAR, "Ten to twelve months ago, as of November to January, while the same day of next year lies ahead", "Choose that day."
)


def kinds_of(code: str) -> list[Kind]:
    """The kinds of a code, as its findings carry them; none where it stands for one thing."""
    if code == "interval.unusual":
        return [Kind(odd.value, odd.label, WAYS_OUT[odd]) for odd in Odd]
    if code == "interval.in_past":
        return [_LAST_YEAR]
    return [_CARRIED] if LEVELS.get(code) == Level.ERROR else []


@dataclass(frozen=True)
class Part:
    """Families that are read together."""

    slug: str
    title: str
    entries: Sequence[Entry]


_PARTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("written", "What is written"): (
        "title", "reason", "incident", "service", "environment", "change_type", "urgency", "impact", "turnaround", "outage", "people",
    ),
    ("plan", "The plan"): ("rollout", "verification", "rollback", "plan"),
    ("times", "Times"): ("interval", "notice"),
    ("windows", "Change windows"): ("window",),
    ("freezes", "Freezes"): ("freeze",),
    ("conflicts", "Conflicts"): ("conflict",),
}  # fmt: skip


def parts(*, time_zone: str = "UTC") -> list[Part]:
    """Every code once, by family, with examples in `time_zone`. A family that nobody has placed stands last, under its own name."""
    placed = {family for families in _PARTS.values() for family in families}
    rest = dict.fromkeys(rule.family for rule in RULES.values() if rule.family not in placed)
    shelves = [*_PARTS.items(), *(((family, family.capitalize()), (family,)) for family in rest)]
    return [Part(slug, title, _entries(families, time_zone)) for (slug, title), families in shelves]


def _entries(families: Sequence[str], time_zone: str) -> list[Entry]:
    found = [rule for family in families for rule in RULES.values() if rule.family == family]
    return [Entry(rule, example_of(rule.code, time_zone), given_of(rule.code, time_zone)) for rule in found]


@dataclass(frozen=True)
class Step:
    """One move of the lifecycle: from where to where, by which verb, and who makes it."""

    before: State
    after: State
    verb: str
    by: Sequence[str]


_ORDER = tuple(Actor)


def moves() -> list[Step]:
    """Every allowed move, in the order of the states."""
    return [Step(before, after, move.verb, _makers(move.by)) for (before, after), move in MOVES.items()]


def _makers(by: frozenset[Actor]) -> list[str]:
    return [actor.value for actor in sorted(by, key=_ORDER.index)] if by else ["whom the route names"]


def approvers() -> list[tuple[Route, list[str]]]:
    """Who approves on each route."""
    return [(route, _makers(actors)) for route, actors in APPROVERS.items()]
