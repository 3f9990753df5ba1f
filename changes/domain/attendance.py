"""Whether enough will come to decide, by what the members have said, and whether enough were there (DESIGN 4.8, "quorum")."""

from collections.abc import Iterable
from dataclasses import dataclass


def seats_filled(holders: Iterable[int]) -> int:
    """How many seats count towards a quorum, from whose seat each one sits at who is there: the member and the delegate are one."""
    return len(set(holders))


@dataclass(frozen=True)
class Expected:
    """What was said ahead, by seat: a delegate who comes fills the seat. `silent` have said nothing yet."""

    coming: int
    away: int
    silent: int
    quorum: int

    @property
    def seats(self) -> int:
        return self.coming + self.away + self.silent

    @property
    def is_lost(self) -> bool:
        """Whether the quorum is missed even if all come who have said nothing."""
        return self.coming + self.silent < self.quorum

    @property
    def is_sure(self) -> bool:
        return self.coming >= self.quorum

    @property
    def warning(self) -> str:
        """What is to be said while the quorum is not sure; empty once it is."""
        if self.is_sure:
            return ""
        if self.is_lost:
            most = self.coming + self.silent
            return f"At most {most} of {self.seats} can come: the quorum will be missed"
        return f"{self.quorum - self.coming} more must come; {self.silent} {'has' if self.silent == 1 else 'have'} not said"
