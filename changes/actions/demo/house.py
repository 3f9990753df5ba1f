"""The demo's house as plain data: people, services, items, environments and windows (the boards stand in `boards`).

A messaging operations group. Nobody has a name, only a part; the first eight are the accounts to sign in with
(DESIGN 7).
"""

from dataclasses import dataclass

from changes.choices import Role, Route, Severity

ZONE = "Europe/Amsterdam"


@dataclass(frozen=True)
class Person:
    """`str(user)` reads "Service manager, storage": the part, then what it is about."""

    username: str
    part: str
    about: str = ""
    role: Role = Role.USER
    signs_in: bool = False
    phone: str = ""
    #: Where their mail goes, after the @.
    host: str = "demo.example"


PEOPLE = (
    Person("service-manager", "Service manager", "mailboxes", signs_in=True, phone="020 7946 0165"),
    Person("implementer", "Implementer", "mailboxes", signs_in=True, phone="020 7946 0171"),
    Person("change-manager", "Change manager", role=Role.CHANGE_MANAGER, signs_in=True, phone="020 7946 0117"),
    Person("chair", "Chair", "change advisory board", signs_in=True, phone="020 7946 0110"),
    Person("member", "Member", "messaging", signs_in=True, phone="020 7946 0121"),
    Person("viewer", "Viewer", "region EMEA", role=Role.VIEWER, signs_in=True),
    Person("admin", "Administrator", role=Role.ADMINISTRATOR, signs_in=True),
    Person("incident-tool", "Incident tool", role=Role.TOOL, signs_in=True),
    Person("member-network", "Member", "network", phone="020 7946 0122"),
    Person("member-security", "Member", "security", phone="020 7946 0123"),
    Person("member-storage", "Member", "storage", phone="020 7946 0124"),
    Person("member-service-desk", "Member", "service desk", phone="020 7946 0100"),
    Person("service-manager-transport", "Service manager", "transport", phone="020 7946 0166"),
    Person("service-manager-storage", "Service manager", "storage", phone="020 7946 0167"),
    Person("service-manager-directory", "Service manager", "directory", phone="020 7946 0168"),
    Person("service-manager-clients", "Service manager", "clients", phone="020 7946 0169"),
    Person("service-manager-archive", "Service manager", "archive", phone="020 7946 0170"),
    Person("implementer-transport", "Implementer", "transport", phone="020 7946 0172"),
    Person("implementer-storage", "Implementer", "storage", phone="020 7946 0142"),
    Person("implementer-directory", "Implementer", "directory", phone="020 7946 0173"),
    Person("implementer-clients", "Implementer", "clients", phone="020 7946 0174"),
    Person("implementer-archive", "Implementer", "archive", phone="020 7946 0175"),
    Person("implementer-night-1", "Implementer", "first night shift", phone="020 7946 0176"),
    Person("implementer-night-2", "Implementer", "second night shift", phone="020 7946 0177"),
    Person("implementer-mailboxes", "Implementer", "mailbox stores", phone="020 7946 0181"),
    Person("implementer-standby", "Implementer", "stand-by", phone="020 7946 0182"),
    Person("implementer-rollouts", "Implementer", "rollouts", phone="020 7946 0183"),
    Person("implementer-projects", "Implementer", "projects", phone="020 7946 0184"),
    Person("implementer-ring", "Implementer", "pre-release ring", phone="020 7946 0178"),
    Person("implementer-arrays", "Implementer", "arrays", phone="020 7946 0179"),
    Person("implementer-trials-day", "Implementer", "trials, by day", phone="020 7946 0185"),
    Person("implementer-trials-night", "Implementer", "trials, by night", phone="020 7946 0186"),
    # Somebody mistyped the address; the ledger says what the mail server thinks of it.
    Person("implementer-vendor", "Implementer", "vendor on site", phone="020 7946 0187", host="vendor.invalid"),
    Person("project-manager", "Project manager", "site B", phone="020 7946 0180"),
)


@dataclass(frozen=True)
class ServiceData:
    """`items` are the names of its configuration items; `team` says who owns and does work on it."""

    slug: str
    name: str
    description: str
    team: str
    items: tuple[str, ...]
    depends_on: tuple[str, ...] = ()
    #: Items that only the day's scenes touch, so that ordinary changes do not run into them.
    kept: tuple[str, ...] = ()


def _numbered(stem: str, count: int, first: int = 1) -> tuple[str, ...]:
    return tuple(f"{stem}-{number:02}" for number in range(first, first + count))


SERVICES = (
    ServiceData(
        "directory", "Directory", "Accounts, groups and global catalogues", "directory", _numbered("GC", 8), kept=_numbered("GC", 3, 9)
    ),
    ServiceData(
        "storage",
        "Storage arrays",
        "Disk for mailboxes and archive, sites A and B",
        "storage",
        _numbered("ARRAY", 4),
        kept=_numbered("ARRAY", 3, 5),
    ),
    ServiceData("monitoring", "Monitoring", "Probes, alerts and dashboards", "archive", _numbered("MON", 3), kept=_numbered("MON", 3, 4)),
    ServiceData(
        "mailbox-stores",
        "Mailbox stores",
        "130,000 mailboxes",
        "mailboxes",
        _numbered("MBX", 12),
        ("directory", "storage"),
        kept=_numbered("MBX", 6, 13),
    ),
    ServiceData(
        "hub-transport", "Hub transport", "Routing inside", "transport", _numbered("HT", 8), ("directory",), kept=_numbered("HT", 3, 9)
    ),
    ServiceData(
        "edge",
        "Edge and anti-spam",
        "Mail from and to outside",
        "transport",
        _numbered("EDGE", 4),
        ("hub-transport",),
        kept=_numbered("EDGE", 3, 5),
    ),
    ServiceData(
        "client-access",
        "Client access",
        "Outlook, web mail and autodiscover",
        "clients",
        _numbered("CAS", 8),
        ("mailbox-stores", "directory"),
        kept=_numbered("CAS", 3, 9),
    ),
    ServiceData(
        "public-folders",
        "Public folders",
        "Shared folders and calendars",
        "mailboxes",
        _numbered("PF", 4),
        ("mailbox-stores",),
        kept=_numbered("PF", 3, 5),
    ),
    ServiceData(
        "journal-archive",
        "Journal and archive",
        "What has to be kept",
        "archive",
        _numbered("JRN", 4),
        ("hub-transport", "storage"),
        kept=_numbered("JRN", 3, 5),
    ),
    ServiceData(
        "unified-messaging",
        "Unified messaging",
        "Voice mail and fax",
        "clients",
        _numbered("UM", 4),
        ("mailbox-stores",),
        kept=_numbered("UM", 3, 5),
    ),
    ServiceData(
        "mobile-sync",
        "Mobile sync",
        "Telephones and tablets",
        "clients",
        _numbered("MOB", 4),
        ("client-access",),
        kept=_numbered("MOB", 3, 5),
    ),
    ServiceData(
        "backup", "Backup", "Nightly copies and restores", "archive", _numbered("BKP", 3), ("storage",), kept=_numbered("BKP", 3, 4)
    ),
    ServiceData(
        "relay",
        "Relay",
        "Mail from printers and applications",
        "transport",
        _numbered("RLY", 4),
        ("hub-transport",),
        kept=_numbered("RLY", 3, 5),
    ),
    ServiceData(
        "pre-release-ring",
        "Pre-release ring",
        "Builds on 1,200 mailboxes of volunteers",
        "mailboxes",
        _numbered("RING", 6),
        kept=_numbered("RING", 6, 7),
    ),
)

#: Who answers for a team's changes and who does them; the night shifts stand in for anybody.
OWNERS = {
    "mailboxes": "service-manager",
    "transport": "service-manager-transport",
    "storage": "service-manager-storage",
    "directory": "service-manager-directory",
    "clients": "service-manager-clients",
    "archive": "service-manager-archive",
}
NIGHT_SHIFTS = ("implementer-night-1", "implementer-night-2")


def implementers(team: str) -> tuple[str, ...]:
    """Who can do the ordinary work of a team, the team's own first; the account `implementer` is kept for the day's scenes."""
    return (f"implementer-{team}", *NIGHT_SHIFTS)


@dataclass(frozen=True)
class EnvironmentData:
    slug: str
    name: str
    short_name: str
    description: str
    needs_window: bool
    routes: dict[Severity, Route]


ENVIRONMENTS = (
    EnvironmentData(
        "corporate",
        "Corporate production",
        "Corp",
        "The company's own mail. Changes on Tuesday and Thursday nights; small ones at other times, by their type.",
        True,
        {Severity.MINOR: Route.MANAGER, Severity.MAJOR: Route.BOARD, Severity.AUTOMATIC: Route.AUTOMATIC},
    ),
    EnvironmentData(
        "managed",
        "Managed services",
        "Managed",
        "Mail of hosted customers. Changes every other Saturday night.",
        True,
        {Severity.MINOR: Route.BOARD, Severity.MAJOR: Route.BOARD, Severity.AUTOMATIC: Route.AUTOMATIC},
    ),
    EnvironmentData(
        "pre-release",
        "Pre-release",
        "Pre-release",
        "The ring of volunteers. Always open; changes are recorded, nobody approves them.",
        False,
        dict.fromkeys(Severity, Route.RECORD),
    ),
)


@dataclass(frozen=True)
class WindowData:
    """Wall-clock times of `ZONE`; `types` are the slugs of the change types it is for, none for all."""

    name: str
    environment: str
    rrule: str
    first_start: str
    first_end: str
    types: tuple[str, ...] = ()


WINDOWS = (
    WindowData("Tuesday and Thursday night", "corporate", "FREQ=WEEKLY;BYDAY=TU,TH", "2024-01-02T21:00:00", "2024-01-03T03:00:00"),
    WindowData("Every other Saturday night", "managed", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "2024-01-06T22:00:00", "2024-01-07T04:00:00"),
    WindowData(
        "Small changes, early on weekdays",
        "corporate",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "2024-01-01T06:00:00",
        "2024-01-01T08:00:00",
        ("certificate", "dns-record", "transport-setting", "client-policy"),
    ),
    WindowData(
        "Agents, weekdays in office hours",
        "corporate",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "2024-01-01T10:00:00",
        "2024-01-01T16:00:00",
        ("agent-update",),
    ),
    WindowData(
        "Mailboxes and databases, nights of weekdays",
        "corporate",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH",
        "2024-01-01T19:00:00",
        "2024-01-02T07:00:00",
        ("database-move", "mailbox-batch"),
    ),
    WindowData(
        "Online work on arrays, Monday to Friday",
        "corporate",
        "FREQ=WEEKLY;BYDAY=MO",
        "2024-01-01T06:00:00",
        "2024-01-05T18:00:00",
        ("array-migration",),
    ),
    WindowData(
        "Anti-spam, weekday evenings",
        "corporate",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "2024-01-01T19:00:00",
        "2024-01-01T22:00:00",
        ("antispam-engine",),
    ),
)
