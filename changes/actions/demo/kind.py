"""What the demo says of one known change type: its row, its staged steps, and how its RFCs are told."""

from dataclasses import dataclass

from changes.choices import Severity


@dataclass(frozen=True)
class Told:
    """One staged step. `[server]` and `<server>` ask for the item; an RFC of the demo has them filled in."""

    instruction: str
    minutes: int
    check: str
    if_not: str = "Stop, and call the owner."
    command: str = ""
    role: str = "Implementer"


@dataclass(frozen=True)
class Kind:
    """A known change type. `titles` may hold {item}, {items}, {n} and {site}; `lengths` are usual minutes of a session.

    `services` are the slugs it concerns, `environments` where it is done; `outage` is how many minutes users notice.
    """

    slug: str
    name: str
    category: str
    description: str
    services: tuple[str, ...]
    titles: tuple[str, ...]
    reasons: tuple[str, ...]
    rollout: tuple[Told, ...]
    verification: tuple[Told, ...]
    rollback: tuple[Told, ...]
    trigger: str
    lengths: tuple[int, ...]
    environments: tuple[str, ...] = ("corporate",)
    severity: Severity | None = None
    pre_approved: bool = False
    notice_hours: int = 24
    outage: int = 0
    items: int = 1


TELL = Told("Tell the service desk that work on [server] begins", 5, "The service desk has a note with the end time.")
MAINTENANCE = Told(
    "Set [server] to maintenance in monitoring",
    5,
    "[server] shows a spanner in the overview.",
    "Begin all the same, and tell the operators to expect its alerts.",
    "mon-ctl maintenance on <server> --until end-of-session",
)
OVER = Told("Tell the service desk that work is over", 5, "The note is closed.", role="Implementer")
BACKUP = Told(
    "Check that last night’s backup of [server] is complete",
    5,
    "The job says “completed”, not “completed with exceptions”.",
    "Start a backup by hand; without one, do not begin.",
    "bkp-report --last <server>",
)
BACK_IN_MONITORING = Told(
    "Take [server] out of maintenance", 5, "All its probes are green within five minutes.", command="mon-ctl maintenance off <server>"
)
