"""What a freeze means, in a sentence for those who declare it."""

from collections.abc import Sequence


def meaning(hit: int, freed: int, owners: int, unreached: Sequence[str] = ()) -> str:
    """What saving did: "6 RFCs hit, 2 freed, their 4 owners are told." `unreached` are owners without an account."""
    counts = [f"{_rfcs(hit)} hit"] if hit else []
    counts += [f"{freed} freed" if hit else f"{_rfcs(freed)} freed"] if freed else []
    if not counts:
        return "No planned RFC is hit or freed, so nobody is told."
    told = [_told(owners, alone=hit + freed == 1)] if owners else []
    gone = f" {_listed(unreached)} {'has' if len(unreached) == 1 else 'have'} no account any more and cannot be told." if unreached else ""
    return f"{', '.join([*counts, *told])}.{gone}"


def _rfcs(number: int) -> str:
    return "1 RFC" if number == 1 else f"{number} RFCs"


def _told(owners: int, *, alone: bool) -> str:
    whose = "its" if alone else "their"
    return f"{whose} owner is told" if owners == 1 else f"{whose} {owners} owners are told"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
