"""The demo's boards as plain data: the one of the house, and one for two services that decides by its votes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

#: Who is called for an emergency, in this order, whichever board it goes to.
ROTA = ("change-manager", "chair")


@dataclass(frozen=True)
class BoardData:
    """Its week on the clock of the house. `seats` says what each member speaks for; the chair has no seat of their own.

    Without `services` it takes what no other board is named for.
    """

    slug: str
    name: str
    chair: str
    seats: Mapping[str, str]
    quorum: int
    weekday: int
    starts: time
    minutes: int
    cut_off_days: int
    services: tuple[str, ...] = ()
    is_voting: bool = False


HOUSE = BoardData(
    "change-advisory-board",
    "Change advisory board",
    "chair",
    {
        "member": "messaging",
        "member-network": "network",
        "member-security": "security",
        "member-storage": "storage",
        "member-service-desk": "service desk",
    },
    quorum=4,
    weekday=3,
    starts=time(14, 0),
    minutes=60,
    cut_off_days=2,
)
DEVICES = BoardData(
    "voice-and-mobile-board",
    "Voice and mobile board",
    "change-manager",
    {"member": "messaging", "member-network": "network", "member-service-desk": "service desk"},
    quorum=3,
    weekday=1,
    starts=time(10, 0),
    minutes=45,
    cut_off_days=1,
    services=("mobile-sync", "unified-messaging"),
    is_voting=True,
)
BOARDS = (HOUSE, DEVICES)
