"""Which board an RFC goes to, and why that one (DESIGN 4.8).

Whoever names one of its services goes before whoever names its environment, for the service's people know what they
change; a board that names neither takes what nobody else is named for. Between two of the same ground the board that
was made first has it, so that a new board takes nothing away unseen, and a new name moves nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum


class Claim(IntEnum):
    """On what ground a board looks after an RFC; the lower goes first."""

    SERVICE = 1
    ENVIRONMENT = 2
    GENERAL = 3
    FIRST = 4


@dataclass(frozen=True)
class Remit:
    """The environments and services, by slug, that a board looks after; naming none means all that nobody else is named for.

    Boards are told apart by `board`, their key, which rises in the order in which they were made.
    """

    board: int
    environments: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    name: str = ""

    @property
    def is_general(self) -> bool:
        return not self.environments and not self.services

    def claim(self, environment: str | None, services: Collection[str]) -> Claim | None:
        """Its ground for an RFC of this environment and these services; None where it names others alone."""
        if not self.services.isdisjoint(services):
            return Claim.SERVICE
        if environment in self.environments:
            return Claim.ENVIRONMENT
        return Claim.GENERAL if self.is_general else None


@dataclass(frozen=True)
class Choice:
    """The board that has it and on what ground; `others` look after it too, each with its ground, and come after."""

    remit: Remit
    claim: Claim
    others: Sequence[tuple[Remit, Claim]] = ()
    #: Whether there is another board at all.
    is_only: bool = False


@dataclass(frozen=True)
class Names:
    """What people call the environment and the services, for the sentence."""

    environment: str = ""
    services: Mapping[str, str] = field(default_factory=dict)

    def of(self, remit: Remit, claim: Claim) -> str:
        """What this board is named for of it, in words."""
        if claim == Claim.ENVIRONMENT:
            return self.environment
        named = [name for slug, name in self.services.items() if slug in remit.services]
        return f"the service{'s' if len(named) > 1 else ''} {' and '.join(named)}"


def choice_of(remits: Iterable[Remit], environment: str | None, services: Collection[str]) -> Choice | None:
    """The one board that an RFC goes to, by the order this file begins with; None where there is no board.

    Where no board is named for it and none takes the rest, the board that was made first has it all the same.
    """
    made = sorted(remits, key=lambda remit: remit.board)
    claims = [(remit, claim) for remit in made if (claim := remit.claim(environment, services))]
    ordered = sorted(claims, key=lambda pair: pair[1])
    if not ordered:
        return Choice(made[0], Claim.FIRST, is_only=len(made) == 1) if made else None
    (remit, claim), *others = ordered
    return Choice(remit, claim, tuple(others), is_only=len(made) == 1)


def board_for(remits: Iterable[Remit], environment: str | None, services: Collection[str]) -> int | None:
    """The key of that board alone."""
    choice = choice_of(remits, environment, services)
    return choice.remit.board if choice else None


@dataclass(frozen=True)
class Held:
    """What a board has, as far as that hangs on remits: by its key, with its environment and services by slug."""

    key: int
    environment: str | None
    services: frozenset[str] = frozenset()


def handed_over(held: Iterable[Held], before: Collection[Remit], after: Collection[Remit]) -> dict[int, tuple[int | None, int | None]]:
    """Of these, by key, what goes to another board once the remits are others: from which, to which; None where there is none."""
    found = {}
    for one in held:
        boards = tuple(board_for(remits, one.environment, one.services) for remits in (before, after))
        if boards[0] != boards[1]:
            found[one.key] = (boards[0], boards[1])
    return found


def why(choice: Choice, names: Names) -> str:
    """The choice in a sentence, and in a second one what else looks after it and why that comes after."""
    told = _ground(choice, names)
    other = next(((remit, claim) for remit, claim in choice.others if claim < Claim.GENERAL or claim == choice.claim), None)
    if other is None:
        return told
    remit, claim = other
    also = "takes the rest too" if claim == Claim.GENERAL else f"looks after {names.of(remit, claim)} too"
    after = "was made later" if claim == choice.claim else "a service goes before an environment"
    return f"{told} {remit.name} {also}, but {after}."


def _ground(choice: Choice, names: Names) -> str:
    remit, claim = choice.remit, choice.claim
    if claim in (Claim.SERVICE, Claim.ENVIRONMENT):
        return f"{remit.name} looks after {names.of(remit, claim)}."
    if choice.is_only:
        return f"{remit.name} is the only board."
    if claim == Claim.GENERAL:
        return f"{remit.name} takes what no other board is named for."
    place = " or ".join(filter(None, [names.environment, *names.services.values()])) or "it"
    return f"No board is named for {place}; {remit.name} was made first, so it has it."
