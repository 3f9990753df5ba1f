"""Scenes of work: what runs at this hour, what begins next, nights that belong together, and what went wrong lately."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice

from changes.actions.demo.life import complete, review_of, rule, work
from changes.actions.demo.scenes import HOUR, Day, Plan, content_of, hours_from, submitted
from changes.actions.demo.tale import Promised, Ruled, Tale
from changes.choices import Outcome, Ratification, Route, State, Urgency, Verdict
from changes.domain.content import Impact, Reference
from changes.domain.interval import Interval


def running(day: Day) -> list[Tale]:
    """One past its end, one of the ring, one night of six and an emergency: all at work now."""
    late = submitted(day, "past-its-end", content_of(
        Plan("capacity", "public-folders", (0,), "Public folders to MBX-13: new disks in PF-05", urgency=Urgency.HIGH),
        day, Interval(day.ago(3.5), day.ago(0.6)),
    ), day.office(76))  # fmt: skip
    _approve_alone(late, day, 52)
    work(late, day.at, day.rng, overrun=180)
    ring = submitted(day, "ring-now", content_of(
        Plan("ring-build", "pre-release-ring", (0,), environment="pre-release", implementer="implementer-ring"),
        day, Interval(day.ago(2), day.ago(-3)),
    ), day.office(30))  # fmt: skip
    rule(ring, Ruled(Verdict.APPROVE, None, ring.submitted_at or day.at, Route.RECORD.label))
    work(ring, day.at, day.rng, overrun=0)
    return [late, ring, _emergency_at_work(day), six_nights(day), _next_ring(day, 1.5, 1), _next_ring(day, 5, 2), _tonight(day)]


def _approve_alone(tale: Tale, day: Day, hours: float) -> None:
    rule(tale, Ruled(Verdict.APPROVE, "change-manager", max(day.office(hours), (tale.submitted_at or day.at) + timedelta(minutes=20))))


def _next_ring(day: Day, hours: float, place: int) -> Tale:
    plan = Plan("ring-build", "pre-release-ring", (place,), environment="pre-release", implementer="implementer-standby")
    tale = submitted(day, f"ring-next-{place}", content_of(plan, day, hours_from(day.ago(-hours), 3)), day.office(26 + place))
    rule(tale, Ruled(Verdict.APPROVE, None, tale.submitted_at or day.at, Route.RECORD.label))
    return tale


def _tonight(day: Day) -> Tale:
    """An emergency that was given a session in the coming hours, because its server is needed until then."""
    plan = Plan("transport-setting", "edge", (0,), "Edge: refuse the sender of this morning’s fraud, EDGE-05", urgency=Urgency.EMERGENCY)
    content = content_of(plan, day, hours_from(day.ago(-3), 1))
    tale = submitted(day, "emergency-tonight", replace(content, references=_incident("INC-4711")), day.ago(1.4))
    rule(tale, Ruled(Verdict.APPROVE, "chair", day.ago(1.2), "Nobody is harmed by refusing it."))
    return tale


def _incident(number: str) -> tuple[Reference, ...]:
    return (Reference("Incidents", number),)


def _emergency_at_work(day: Day) -> Tale:
    """Raised by the incident tool in a hurry: impact and rollback trigger are still owed."""
    plan = Plan("transport-rollup", "hub-transport", (0,), "Restart of HT-09 after the queue stall", implementer="implementer-standby",
                urgency=Urgency.EMERGENCY)  # fmt: skip
    content = replace(content_of(plan, day, Interval(day.ago(0.8), day.ago(-3.2))), references=_incident("INC-4702"),
                      impact=Impact(), rollback_trigger="")  # fmt: skip
    tale = submitted(day, "emergency-now", replace(content, reason="6,000 messages wait; mail to customers stands still."), day.ago(1.1),
                     requester="incident-tool")  # fmt: skip
    rule(tale, Ruled(Verdict.APPROVE, "change-manager", day.ago(0.95), "Go."))
    work(tale, day.at, day.rng, overrun=0)
    return tale


def six_nights(day: Day) -> Tale:
    """A rollout over six nights of which three are done, one of them rolled back and repeated."""
    plan = Plan("mailbox-rollup", "mailbox-stores", (0, 1), "Rollup 7 on MBX-13 to MBX-18, six nights", implementer="implementer-rollouts")
    past = list(day.windows_of(plan.kind, plan.environment, after=day.at - timedelta(days=12)))
    done = [s for s in past if s.end <= day.at][-3:]
    ahead = list(islice((s for s in past if s.start > day.at), 6 - len(done)))
    content = content_of(plan, day, *done, *ahead)
    tale = submitted(day, "six-nights", content, done[0].start - timedelta(days=9, hours=3))
    rule(tale, Ruled(Verdict.APPROVE, "chair", done[0].start - 30 * HOUR, "Night by night; stop after a rollback."))
    tale.enters(State.SCHEDULED, done[0].start - 30 * HOUR, None, "scheduled")
    sessions = list(tale.content.sessions)
    for night, stretch in enumerate(done):
        begun, ended = stretch.start + timedelta(minutes=4), stretch.end - timedelta(minutes=(35, 50, 20)[night])
        sessions[night] = replace(sessions[night], actual_start=begun, actual_end=ended)
        if night == 0:
            tale.enters(State.IN_PROGRESS, begun, plan.implementer, "begun")
        else:
            tale.happened(begun, plan.implementer, "session_begun")
        tale.happened(
            ended, "implementer", "session_ended", ("", "Lock on the installer; turned back, repeated the next night.", "")[night]
        )
    tale.content = replace(tale.content, sessions=tuple(sessions))
    return tale


def nights_ahead(day: Day) -> list[Tale]:
    """Six nights that wait for the board, and four nights of mailbox moves that are scheduled."""
    rollup = Plan(
        "mailbox-rollup", "mailbox-stores", (2, 3), "Rollup 8 on MBX-15 and MBX-16, six nights", implementer="implementer-standby"
    )
    nights = list(islice(day.windows_of(rollup.kind, "corporate", after=day.at + timedelta(days=16)), 6))
    six = submitted(day, "six-nights-ahead", content_of(rollup, day, *(Interval(n.start, n.start + 5 * HOUR) for n in nights)),
                    day.before_cut_off(20))  # fmt: skip
    batch = Plan("mailbox-batch", "mailbox-stores", (4,), "Mailbox moves, batch 14, four nights", implementer="implementer-projects")
    nights = list(islice(day.windows_of(batch.kind, "corporate", after=day.at + timedelta(days=9)), 4))
    four = submitted(day, "four-nights", content_of(batch, day, *(_whole(batch, n) for n in nights)), day.office(60))
    _approve_alone(four, day, 30)
    return [six, four]


def _whole(plan: Plan, stretch: Interval) -> Interval:
    return Interval(stretch.start, min(stretch.end, stretch.start + timedelta(minutes=plan.known.lengths[0])))


def went_wrong(day: Day) -> list[Tale]:
    """Reviews that are due: a rollback, a failure, an emergency without its permanent RFC; and one whose review is written."""
    back = _done_by_board(day, "rolled-back", Plan("storage-firmware", "storage", (0,)), 9)
    complete(
        back, back.content.sessions[0].actual_end or day.at, Outcome.ROLLED_BACK, "Paths of two hosts were lost for a minute; turned back."
    )
    failed = _done_by_board(day, "failed", Plan("directory-change", "directory", (0,), implementer="implementer-standby"), 16)
    complete(
        failed, failed.content.sessions[0].actual_end or day.at, Outcome.FAILED, "Replication never caught up; restored from the copy."
    )
    failed.review = {"objective_met": "No.", "deviations": failed.outcome_note}
    failed.happened(day.office(20), failed.content.owner, "reviewed")
    return [back, failed, _emergency_done(day), *_emergency_followed(day), recorded_afterwards(day)]


def _done_by_board(day: Day, name: str, plan: Plan, days: int) -> Tale:
    stretch = next(day.windows_of(plan.kind, plan.environment, after=day.at - timedelta(days=days)))
    interval = Interval(stretch.start, stretch.start + timedelta(minutes=plan.known.lengths[0]))
    tale = submitted(day, name, content_of(plan, day, interval), interval.start - timedelta(days=8, hours=4))
    rule(tale, Ruled(Verdict.APPROVE, "chair", interval.start - timedelta(days=5, hours=6), "All for."))
    tale.enters(State.SCHEDULED, tale.happenings[-1].at, None, "scheduled")
    begun = interval.start + timedelta(minutes=3)
    tale.enters(State.IN_PROGRESS, begun, plan.implementer, "begun")
    ended = interval.end + timedelta(minutes=25)
    tale.content = replace(tale.content, sessions=(replace(tale.content.sessions[0], actual_start=begun, actual_end=ended),))
    return tale


def _emergency_done(day: Day) -> Tale:
    """Done on somebody's word, which has yet to be confirmed; its permanent RFC is owed, and so is what could wait."""
    plan = Plan("mailbox-rollup", "mailbox-stores", (5,), "Private fix for the store crash on MBX-18", urgency=Urgency.EMERGENCY)
    content = replace(content_of(plan, day, hours_from(day.ago(31), 5)), references=_incident("INC-4688"),
                      reason="The store ends every two hours; 900 users are off each time.")  # fmt: skip
    content = replace(content, impact=replace(content.impact, disaster_recovery=None), rollback_trigger="")
    tale = submitted(day, "emergency-verbal", content, day.ago(31.5))
    rule(
        tale, Ruled(Verdict.APPROVE, "chair", day.ago(31.2), "By telephone.", verbal_how="By telephone, 03:10; the chair was on the road.")
    )
    work(tale, day.at, day.rng, overrun=-60)
    _end_well(tale)
    return tale


def _end_well(tale: Tale) -> None:
    tale.outcome, tale.outcome_note = Outcome.SUCCESSFUL, "The service runs."


def _emergency_followed(day: Day) -> list[Tale]:
    """An emergency of last week, closed, and the permanent RFC that follows it."""
    plan = Plan("transport-setting", "relay", (0,), "Relay RLY-05: take the looping printer off", urgency=Urgency.EMERGENCY)
    content = replace(content_of(plan, day, hours_from(day.ago(24 * 8), 1)), references=_incident("INC-4602"))
    first = submitted(day, "emergency-followed", content, day.ago(24 * 8 + 0.5))
    rule(first, Ruled(Verdict.APPROVE, "change-manager", day.ago(24 * 8 + 0.3)))
    work(first, day.at, day.rng, overrun=-10)
    _end_well(first)
    first.review = review_of(first)
    first.enters(State.CLOSED, day.office(24 * 5), first.content.owner, "closed")
    plan = replace(plan, title="Relay list by name instead of address, RLY-05", urgency=Urgency.NORMAL)
    stretch = next(day.windows_of(plan.kind, "corporate", after=day.at + timedelta(days=6)))
    second = submitted(day, "permanent", content_of(plan, day, hours_from(stretch.start, 1)), day.office(50))
    second.follows = first.key
    return [first, second]


def recorded_afterwards(day: Day) -> Tale:
    """A change written down after it was done; the board has yet to ratify it."""
    plan = Plan("agent-update", "monitoring", (0,), "MON-04: log volume emptied by hand", implementer="implementer-standby")
    start = day.ago(27)
    content = content_of(plan, day, hours_from(start, 1))
    done = replace(content.sessions[0], actual_start=start, actual_end=start + timedelta(minutes=40))
    content = replace(content, sessions=(done,), reason="The volume was full at night; alerts had stopped.")
    tale = submitted(day, "afterwards", content, day.ago(22))
    tale.happenings.pop()
    tale.state = State.DRAFT
    tale.enters(State.COMPLETED, day.ago(22), tale.requester, "recorded_done", "Found while on call.")
    tale.retrospective, tale.ratification, tale.outcome = True, Ratification.OWED, Outcome.SUCCESSFUL
    return tale


def with_conditions(day: Day) -> Tale:
    """Approved by the last meeting with two conditions, one of them still open."""
    plan = Plan("capacity", "journal-archive", (0,), "Journal archive switch-over to JRN-05", environment="managed")
    stretch = next(day.windows_of(plan.kind, "managed", after=day.at + timedelta(days=4)))
    tale = submitted(day, "conditions", content_of(plan, day, hours_from(stretch.start, 3)), day.held.cut_off_at - 5 * HOUR)
    decided_at = day.held.starts_at + timedelta(minutes=31)
    promises = (
        Promised("Show that a restore from the journal works", "service-manager-archive", decided_at + 4 * 24 * HOUR, None),
        Promised("Tell the two customers in writing", "service-manager", decided_at + 24 * HOUR, decided_at + 20 * HOUR),
    )
    rule(tale, Ruled(Verdict.APPROVE_WITH_CONDITIONS, "chair", decided_at, "Five for.", day.held, promises))
    if promises[1].met_at and promises[1].met_at <= day.at:
        tale.happened(promises[1].met_at, "service-manager", "condition_met", promises[1].text)
    return tale
