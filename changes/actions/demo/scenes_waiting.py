"""Scenes of waiting: drafts that lack something, what is before the board or the change manager, and what was turned down."""

from dataclasses import replace
from datetime import datetime, timedelta

from changes.actions.demo.life import rule
from changes.actions.demo.scenes import HOUR, Day, Plan, content_of, drafted, hours_from, submitted
from changes.actions.demo.tale import Ruled, Tale
from changes.choices import State, Urgency, Verdict
from changes.domain.content import Content, Impact, Reference
from changes.domain.interval import Interval

#: How the title of the late one begins that is put to the vote before the meeting.
LATE_AND_ASKED = "Edge rollup 9 on EDGE-06"


def _next_window(day: Day, plan: Plan, days: float, hours: float) -> Interval:
    stretch = next(day.windows_of(plan.kind, plan.environment, after=day.at + timedelta(days=days)))
    return hours_from(stretch.start, hours)


def drafts(day: Day) -> list[Tale]:
    """Of the account `service-manager`: one whole, and three that each lack something; and one of clients."""
    rollup = Plan("transport-rollup", "hub-transport", (1,), "Hub transport rollup 8, HT-10", owner="service-manager")
    whole = content_of(rollup, day, _next_window(day, rollup, 12, 4))
    moves = Plan(
        "database-move",
        "mailbox-stores",
        (0,),
        "Databases of MBX-13 back to site A",
        owner="service-manager",
        implementer="implementer-mailboxes",
    )
    no_way_back = replace(content_of(moves, day, _next_window(day, moves, 10, 1)), rollback=(), rollback_trigger="", verification=())
    disk = Plan("capacity", "public-folders", (1,), "Two more disks for PF-06", owner="service-manager")
    too_short = content_of(disk, day, _next_window(day, disk, 8, 1))
    policy = Plan("client-policy", "client-access", (0,), "Client access LB policy, site B")
    unanswered = content_of(policy, day, _next_window(day, policy, 6, 2))
    unanswered = replace(unanswered, impact=Impact(), sessions=tuple(replace(s, outage=None) for s in unanswered.sessions))
    bare = Content(title="Retire the old public folder tree", owner="service-manager", services=("public-folders",))
    parts = (
        ("whole", whole, 4),
        ("no-way-back", no_way_back, 20),
        ("too-short", too_short, 28),
        ("unanswered", unanswered, 50),
        ("bare", bare, 75),
    )
    return [drafted(day, f"draft-{name}", content, day.office(hours)) for name, content, hours in parts]


def before_the_board(day: Day) -> list[Tale]:
    """New on the frozen agenda, and two that came after its cut-off."""
    plans = (
        ("new-firmware", Plan("storage-firmware", "storage", (1,), "ARRAY-06 storage firmware 11.5, both controllers"), 17, 5, 6),
        ("new-catalogue", Plan("directory-change", "directory", (1,), implementer="implementer-standby"), 21, 4, 22),
        (
            "new-managed",
            Plan("transport-rollup", "hub-transport", (2,), "Hub transport rollup 8, managed, HT-11", "managed", "implementer-projects"),
            10,
            4,
            27,
        ),
        ("new-um", Plan("capacity", "client-access", (1,), "CAS-10 memory to 128 GB, managed", "managed", "implementer-standby"), 10, 3, 3),
    )
    new = [submitted(day, name, content_of(p, day, _next_window(day, p, days, hours)), day.before_cut_off(earlier))
           for name, p, days, hours, earlier in plans]  # fmt: skip
    return [*new, *_late(day)]


def _late(day: Day) -> list[Tale]:
    tales = []
    for name, place, hours in (("late-edge", 1, 0.75), ("late-hub", 2, 0.5)):
        plan = Plan(
            "transport-rollup", "edge", (place,), f"Edge rollup 9 on EDGE-{5 + place:02}, managed", "managed", "implementer-standby"
        )
        interval = _next_window(day, plan, 24 + 14 * (place - 1), 4)
        since = day.at - day.frozen.cut_off_at
        tales.append(submitted(day, name, content_of(plan, day, interval), day.at - since * hours))
    return tales


def before_the_other_board(day: Day) -> list[Tale]:
    """New on the agenda of the board that looks after two services, late in a night in which nobody else works."""
    who = ("managed", "implementer-standby")
    plans = (
        Plan("client-policy", "mobile-sync", (2,), "Telephones have to be encrypted, MOB-07, managed", *who),
        Plan("capacity", "unified-messaging", (1,), "UM-06 memory to 64 GB, managed", *who),
        Plan("client-policy", "unified-messaging", (2,), "Voice mail as text for region EMEA, UM-07, managed", *who),
    )
    nights = day.windows_of("capacity", "managed", after=day.at + timedelta(days=9))
    contents = [content_of(plan, day, hours_from(night.start + 4 * HOUR, 2)) for plan, night in zip(plans, nights, strict=False)]
    return [submitted(day, f"devices-{place}", content, day.office(26 + 5 * place)) for place, content in enumerate(contents)]


def before_the_manager(day: Day) -> list[Tale]:
    """Small ones that the change manager decides: plain ones, one on short notice, one in the freeze, one at noon."""
    plain = Plan("transport-setting", "relay", (1,), "Relay: retire the list of application 4, RLY-06")
    agent = Plan("client-policy", "mobile-sync", (0,), "Mobile sync throttling for MOB-05", implementer="implementer-standby")
    soon = Plan("capacity", "directory", (2,), "GC-11 memory to 128 GB", implementer="implementer-standby")
    frozen = Plan(
        "transport-setting", "journal-archive", (0,), "Journal connector to the live archive, JRN-05", implementer="implementer-projects"
    )
    noon = Plan("antispam-engine", "edge", (2,), "Anti-spam engine 11.4 at noon, EDGE-07")
    return [
        submitted(day, "manager-plain", content_of(plain, day, _next_window(day, plain, 5, 1)), day.office(21)),
        submitted(day, "manager-policy", content_of(agent, day, _next_window(day, agent, 7, 2)), day.office(7)),
        submitted(day, "manager-short-notice", content_of(soon, day, hours_from(day.working_day(1, 21), 1.5)), day.office(2)),
        submitted(day, "manager-in-freeze", content_of(frozen, day, hours_from(day.freeze.start, 1)), day.office(16)),
        submitted(day, "manager-outside", content_of(noon, day, hours_from(day.working_day(4, 12), 2)), day.office(26)),
    ]


def emergencies_waiting(day: Day) -> list[Tale]:
    """One raised by the incident tool, one by a service manager: nobody on the rota has answered yet."""
    stall = Plan("transport-rollup", "hub-transport", (1,), "HT-10: queue database is corrupt, rebuild it", urgency=Urgency.EMERGENCY,
                 implementer="implementer-standby")  # fmt: skip
    first = replace(content_of(stall, day), reason="No mail leaves site A since 20 minutes.",
                    references=(Reference("Incidents", "INC-4719"),), owner="service-manager-transport")  # fmt: skip
    threat = Plan("antispam-engine", "edge", (1,), "Close the hole of today’s advisory on EDGE-06", urgency=Urgency.EMERGENCY)
    second = replace(content_of(threat, day), reason="The advisory says it is used since this morning; our version is hit.")
    return [
        submitted(day, "emergency-waiting-1", first, day.ago(0.35), requester="incident-tool"),
        submitted(day, "emergency-waiting-2", second, day.ago(0.12)),
    ]


def turned_down(day: Day) -> list[Tale]:
    """Rejected, returned and deferred, each with its reason."""
    return [
        _rejected(day, "rejected-peak", Plan("client-policy", "client-access", (2,), "New balancer policy at month end"), 190,
                  "It lies on the busiest day of the month; raise it for the week after."),
        _rejected(day, "rejected-plan", Plan("antispam-engine", "edge", (0,), "Anti-spam engine 12 beta on EDGE-05"), 120,
                  "A beta has nothing to do on production. Use the ring."),
        _returned(day, "returned-verify", Plan("transport-setting", "journal-archive", (1,), "Journal rule for project 7, JRN-06"), 60,
                  "The verification does not say how one sees that nothing is lost."),
        _returned(day, "returned-owner", Plan("capacity", "mailbox-stores", (5,), "MBX-18: replace the controller battery"), 34,
                  "Name the shift that does it."),
        _deferred(day),
    ]  # fmt: skip


def _rejected(day: Day, name: str, plan: Plan, hours: float, why: str) -> Tale:
    tale = submitted(day, name, content_of(plan, day, _next_window(day, plan, 4 - hours / 24, 2)), day.office(hours))
    at = max(day.office(hours - 20), (tale.submitted_at or day.at) + timedelta(minutes=30))
    tale.ruled = Ruled(Verdict.REJECT, "change-manager", at, why)
    tale.enters(State.REJECTED, at, "change-manager", "rejected", why)
    return tale


def _returned(day: Day, name: str, plan: Plan, hours: float, why: str) -> Tale:
    tale = submitted(day, name, content_of(plan, day, _next_window(day, plan, 8, 2)), day.office(hours))
    at = max(day.office(hours - 8), (tale.submitted_at or day.at) + timedelta(minutes=30))
    tale.enters(State.DRAFT, at, "change-manager", "returned", why)
    return tale


def _deferred(day: Day) -> Tale:
    plan = Plan("storage-firmware", "storage", (2,), "ARRAY-07 controller firmware 10.2", implementer="implementer-projects")
    tale = submitted(day, "deferred", content_of(plan, day, _next_window(day, plan, 15, 4)), day.held.cut_off_at - 3 * HOUR)
    at = day.held.starts_at + timedelta(minutes=44)
    why = "The supplier’s answer about the paths is missing."
    tale.ruled = Ruled(Verdict.DEFER, "chair", at, why, day.held, defer_to=day.frozen)
    tale.happened(at, "chair", "deferred", f"to {day.frozen.starts_at:%Y-%m-%d}. {why}")
    return tale


def without_dates(day: Day) -> list[Tale]:
    """Needed by a date, without a session yet: a draft, one that waits, two that are approved."""
    plans = (
        ("undated-draft", Plan("certificate", "mobile-sync", (1,), "Renew the certificate of MOB-06"), 40),
        ("undated-waiting", Plan("client-policy", "unified-messaging", (0,), "UM language pack 5 on UM-05"), 28),
        ("undated-approved-1", Plan("capacity", "backup", (0,), "BKP-04: replace the tape drive"), 21),
        ("undated-approved-2", Plan("transport-setting", "hub-transport", (0,), "Message limit to 35 MB on HT-09"), 33),
    )
    tales = []
    for place, (name, plan, days) in enumerate(plans):
        content = replace(content_of(plan, day), needed_by=day.working_day(days % 30 + 1, 17))
        asked_at: datetime = day.office(40 + 9 * place)
        tale = drafted(day, name, content, asked_at) if place == 0 else submitted(day, name, content, asked_at)
        if "approved" in name:
            rule(tale, Ruled(Verdict.APPROVE, "change-manager", max(day.office(12), asked_at + HOUR), "Find a night with storage."))
        tales.append(tale)
    return tales


def at_odds(day: Day) -> list[Tale]:
    """Two pairs that clash: one on an item, which is waived later, and one on its implementer, which is not.

    The first was submitted days before the others, over any weekend, so that it is they who carry the conflict.
    """
    first = Plan("transport-rollup", "relay", (2,), "Rollup 8 on RLY-07")
    night = next(day.windows_of(first.kind, "corporate", after=day.at + timedelta(days=3)))
    second = Plan("transport-setting", "relay", (2,), "RLY-07 connector clean-up", implementer="implementer-standby")
    other = Plan("client-policy", "unified-messaging", (1,), "UM language packs, EMEA, UM-06")
    carried = _approved(day, "odds-first", content_of(first, day, hours_from(night.start, 4)), 150)
    carried.enters(State.SCHEDULED, carried.happenings[-1].at, None, "scheduled")
    return [
        carried,
        _approved(day, "odds-waived", content_of(second, day, hours_from(night.start + HOUR, 1)), 60),
        _approved(day, "odds-implementer", content_of(other, day, hours_from(night.start + 2 * HOUR, 3)), 55),
    ]


def _approved(day: Day, name: str, content: Content, hours: float) -> Tale:
    tale = submitted(day, name, content, day.office(hours))
    rule(tale, Ruled(Verdict.APPROVE, "change-manager", max(day.office(hours - 6), (tale.submitted_at or day.at) + HOUR)))
    return tale
