"""What waits for one person: each with why, until when, and the one thing to do about it (LOOK 5, "needs you")."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from changes import permissions
from changes.choices import OPEN_STATES, MeetingState, Outcome, Ratification, Role, Route, Severity, State, Urgency
from changes.domain import judgement
from changes.domain.finding import Finding
from changes.domain.lifecycle import needs_review, owes_raising, unanswered
from changes.domain.word import CONFIRMED_WITHIN, is_overdue
from changes.domain.wording import length
from changes.models import RFC, Condition, Meeting, RotaEntry, User, WorkSession
from changes.selectors.action import waiting_actions
from changes.selectors.candidate import of_boards
from changes.selectors.electronic_vote import running_for
from changes.selectors.emergency import RELIED_ON, debt_of
from changes.selectors.finding import findings_for, owed_for
from changes.selectors.meeting import seats_of
from changes.selectors.status import follow_ups_of
from changes.selectors.vote import missing_votes
from changes.selectors.word import overdue_words, unconfirmed_words

#: Own RFCs that begin within this time are looked at for what stands against them.
LOOKED_AHEAD = timedelta(days=60)
#: What should have been said so long ago is left to the review, and no longer asked for here.
LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Need:
    """One row. `tone` is "error", "warn" or ""; `due_at` orders the rows and may be None."""

    icon: str
    tone: str
    title: str
    why: str
    due_at: datetime | None
    url: str
    verb: str
    is_late: bool = False
    goes_first: bool = False


def needs_of(user: User, *, at: datetime) -> list[Need]:
    """All that waits for `user` at `at`: what is late, what holds others up, then by when it is due; a fixed number of queries."""
    found = [need for ask in _ASKED for need in ask(user, at)]
    return sorted(found, key=lambda need: (not need.is_late, not need.goes_first, need.due_at is None, need.due_at or at))


def _page(name: str, rfc: RFC, anchor: str = "") -> str:
    return reverse(name, args=[rfc.number]) + anchor


# --- While and after the work -----------------------------------------------------------------------------------------


def _outcomes(user: User, at: datetime) -> Iterable[Need]:
    """Work that should have begun or ended by now, of which nobody has said so."""
    mine = Q(rfc__owner=user) | Q(rfc__implementer=user)
    sessions = WorkSession.objects.filter(mine, actual_end=None, planned_start__range=(at - LOOKED_BACK, at))
    running = sessions.filter(rfc__state__in=(State.SCHEDULED, State.IN_PROGRESS)).select_related("rfc")
    for session in running.order_by("planned_start"):
        if session.actual_start is None:
            yield _unbegun(session, at)
        elif session.planned_end and session.planned_end <= at:
            yield _overrun(session, at)


def _unbegun(session: WorkSession, at: datetime) -> Need:
    rfc, end = session.rfc, session.planned_end
    over = end is not None and end <= at
    title = f"How did “{rfc.title}” go?" if over else f"Has “{rfc.title}” begun?"
    why = "Nobody has recorded that it began, or its outcome." if over else "Its start has come; nobody has said so yet."
    return Need("alarm", "error", title, why, session.planned_start, _page("rfc-outcome", rfc), "Record it", is_late=True)


def _overrun(session: WorkSession, at: datetime) -> Need:
    minutes = int((at - (session.planned_end or at)).total_seconds() // 60)
    why = f"{length(minutes)} past its planned end. Extend it, or record the outcome."
    title = f"“{session.rfc.title}” runs past its end"
    return Need("alarm", "error", title, why, session.planned_end, _page("rfc-outcome", session.rfc), "Extend or finish", is_late=True)


def _reviews(user: User, at: datetime) -> Iterable[Need]:
    done = RFC.objects.filter(owner=user, state=State.COMPLETED, imported=False, updated_at__gte=at - LOOKED_BACK)
    for rfc in done.order_by("updated_at"):
        urgency = Urgency(rfc.urgency) if rfc.urgency else None
        if needs_review(Severity(rfc.severity), urgency, Outcome(rfc.outcome)) and unanswered(rfc.review):
            why = f"{Outcome(rfc.outcome).label}. Objective, what went differently, which instruction gets better."
            yield Need("journal-text", "", f"Review of “{rfc.title}”", why, None, _page("rfc-review", rfc), "Write the review")


def _conditions(user: User, at: datetime) -> Iterable[Need]:
    open_ones = Condition.objects.filter(owner=user, met_at=None, decision__rfc__state__in=OPEN_STATES)
    for condition in open_ones.select_related("decision__rfc"):
        rfc, late = condition.decision.rfc, condition.due_at <= at
        why = f"A condition of {rfc.number}, “{rfc.title}”. The work cannot begin before."
        url = _page("rfc-detail", rfc, "#conditions")
        yield Need("check2-square", "warn" if late else "", condition.text, why, condition.due_at, url, "Mark as met", late)


def _promises(user: User, at: datetime) -> Iterable[Need]:
    for action in waiting_actions(user):
        late = action.due_at <= at
        out_of = f", after {action.rfc.number}" if action.rfc else ""
        why = f"You promised it to the {action.board}{out_of}. It stands on each agenda until it is done."
        url = f"{reverse('action-list')}?board={action.board.slug}#action-{action.pk}"
        yield Need("hand-index", "warn" if late else "", action.text, why, action.due_at, url, "Mark as done", late)


def _follow_ups(user: User, at: datetime) -> Iterable[Need]:
    over = RFC.objects.filter(owner=user, urgency=Urgency.EMERGENCY, state__in=(State.COMPLETED, State.CLOSED))
    rfcs = list(over.filter(imported=False, is_permanent=False, updated_at__gte=at - LOOKED_BACK))
    states = follow_ups_of(rfc.pk for rfc in rfcs)
    for rfc in rfcs:
        if not owes_raising(rfc.urgency, rfc.state, is_permanent=False, follow_ups=states.get(rfc.pk, [])):
            continue
        title = f"“{rfc.title}” owes its permanent change"
        why = "It was an emergency: raise the RFC that follows it up."
        url = reverse("rfc-create") + f"?follows_up={rfc.number}"
        yield Need("arrow-repeat", "", title, why, None, url, "Raise it")


def _debts(user: User, at: datetime) -> Iterable[Need]:
    """What an emergency of theirs left open, until it is written or closed."""
    mine = RFC.objects.filter(owner=user, urgency=Urgency.EMERGENCY, imported=False, state__in=RELIED_ON)
    rfcs = list(mine.filter(updated_at__gte=at - LOOKED_BACK).with_content())
    found = owed_for(rfcs)
    for rfc in rfcs:
        if debt := debt_of(rfc, found.get(rfc.pk, ()), at=at):
            why = f"Still to be written: {debt.words}. An emergency has five days for it."
            title, tone = f"“{rfc.title}” owes what could wait", "error" if debt.is_late else ""
            yield Need("pencil-fill", tone, title, why, debt.due_at, _page("rfc-edit", rfc), "Write it", debt.is_late)


# --- Before the work --------------------------------------------------------------------------------------------------


def _own_plans(user: User, at: datetime) -> Iterable[Need]:
    """Own drafts that lack something, and own plans that something stands against."""
    mine = Q(owner=user) | Q(requester=user)
    ahead = Q(planned_start=None) | Q(planned_start__range=(at, at + LOOKED_AHEAD))
    rfcs = list(RFC.objects.filter(mine, ahead, state__in=OPEN_STATES).with_content().prefetch_related("waivers__other", "waivers__by"))
    found = findings_for(rfcs, at=at)
    cut_off = _next_cut_off(at)
    for rfc in rfcs:
        if rfc.state == State.DRAFT:
            yield _draft(rfc, judgement.stops_submission(found[rfc.pk]), cut_off)
        elif stopping := judgement.stops_scheduling(found[rfc.pk]):
            yield _blocked(rfc, stopping[0])


def _draft(rfc: RFC, missing: list[Finding], cut_off: datetime | None) -> Need:
    title = f"“{rfc.title or rfc.number}” is a draft"
    if not missing:
        return Need("pencil-fill", "", title, "It is complete.", cut_off, _page("rfc-detail", rfc), "Submit it")
    count = f" with {len(missing)} error{'s' if len(missing) > 1 else ''}"
    why = " ".join(finding.message for finding in missing[:2])
    return Need("pencil-fill", "warn", title + count, why, cut_off, _page("rfc-edit", rfc), "Finish the draft")


def _blocked(rfc: RFC, finding: Finding) -> Need:
    what = finding.code.partition(".")[2].replace("_", " ")
    title = f"“{rfc.title}”: {what}{f' as {finding.other}' if finding.other else ''}"
    url = _page("rfc-detail", rfc, "#findings")
    return Need("x-octagon-fill", "error", title, f"{finding.message} {finding.mend}", rfc.planned_start, url, "Mend it")


def _next_cut_off(at: datetime) -> datetime | None:
    ahead = Meeting.objects.filter(cut_off_at__gt=at, state=MeetingState.PLANNED).order_by("cut_off_at")
    return ahead.values_list("cut_off_at", flat=True).first()


# --- Deciding ---------------------------------------------------------------------------------------------------------


def _submitted(route: Route, user: User) -> QuerySet[RFC]:
    own = Q(requester=user) | Q(owner=user) | Q(implementer=user)
    return RFC.objects.filter(state=State.SUBMITTED, route=route).exclude(own).order_by("submitted_at")


def _placed(rfcs: QuerySet[RFC]) -> QuerySet[RFC]:
    """With what says which board they go to."""
    return rfcs.select_related("environment").prefetch_related("services")


def _overseen(rfcs: QuerySet[RFC], user: User, at: datetime) -> Iterable[RFC]:
    """Those of them that `user` looks after and has no part in: as the change manager all, as a chair those of the board."""
    others = _placed(rfcs.exclude(Q(owner=user) | Q(requester=user) | Q(implementer=user)))
    if user.role == Role.CHANGE_MANAGER:
        return others
    led = permissions.boards_led_by(user, at)
    return of_boards(others, led) if led else ()


def _emergencies(user: User, at: datetime) -> Iterable[Need]:
    boards = set(RotaEntry.objects.on_duty(at).filter(user=user).values_list("board_id", flat=True))
    if not boards:
        return
    for rfc in of_boards(_placed(_submitted(Route.EMERGENCY, user)), boards):
        title = f"Emergency: “{rfc.title}” waits for an approval"
        why = "You are on the rota. One approval is enough, and covers every finding shown."
        yield Need("lightning-charge-fill", "error", title, why, rfc.submitted_at, _page("rfc-detail", rfc), "Decide now", is_late=True)


def _for_the_manager(user: User, at: datetime) -> Iterable[Need]:
    if user.role != Role.CHANGE_MANAGER:
        return
    yield from _moves_to_confirm(user)
    for rfc in _submitted(Route.MANAGER, user):
        why = "The change manager alone decides it."
        yield Need(
            "clipboard-check", "", f"“{rfc.title}” waits for your decision", why, rfc.planned_start, _page("rfc-detail", rfc), "Decide"
        )


def _moves_to_confirm(user: User) -> Iterable[Need]:
    """Off the schedule until somebody says yes: before what merely waits for a decision."""
    own = Q(owner=user) | Q(requester=user) | Q(implementer=user)
    for rfc in RFC.objects.filter(is_move_unconfirmed=True, state=State.APPROVED).exclude(own).order_by("planned_start"):
        why = "It moved to another permitted night, and is off the schedule until you confirm."
        title = f"“{rfc.title}” has moved"
        url = _page("rfc-detail", rfc)
        yield Need("calendar-event", "warn", title, why, rfc.planned_start, url, "Confirm the move", goes_first=True)


def _words_to_confirm(user: User, at: datetime) -> Iterable[Need]:
    """Own word that somebody wrote down; and that of others which they did not confirm in time."""
    for decision in unconfirmed_words().filter(by=user).select_related("rfc", "recorded_by").order_by("at"):
        rfc, late = decision.rfc, is_overdue(decision.at, at)
        why = f"{decision.recorded_by} wrote it down. " + ("It is listed as unauthorised." if late else "Say that it was your word.")
        due, url = decision.at + CONFIRMED_WITHIN, _page("rfc-detail", rfc)
        yield Need("telephone", "error" if late else "warn", f"You approved “{rfc.title}” by word", why, due, url, "Confirm it", late)
    for rfc in _overseen(overdue_words(at).exclude(decision__by=user).select_related("decision__by"), user, at):
        why = f"The word of {rfc.decision.by if rfc.decision else ''} was not confirmed within 24 hours."
        yield Need("telephone", "warn", f"“{rfc.title}” is listed as unauthorised", why, None, _page("rfc-detail", rfc), "Look at it")


def _unratified(user: User, at: datetime) -> Iterable[Need]:
    for rfc in _overseen(RFC.objects.filter(ratification=Ratification.OWED), user, at):
        why = "Recorded after it had begun. The board ratifies it, or calls it unauthorised."
        yield Need(
            "question-octagon", "warn", f"“{rfc.title}” did not wait for an approval", why, None, _page("rfc-detail", rfc), "Look at it"
        )


def _votes(user: User, at: datetime) -> Iterable[Need]:
    boards = Q(board__members__user=user) | Q(board__chair=user)
    meetings = Meeting.objects.filter(boards, state=MeetingState.FROZEN, ends_at__gt=at).select_related("board__chair").distinct()
    for meeting in meetings.order_by("starts_at"):
        asked = missing_votes(meeting, seats_of(meeting.board, at=at))
        missing = sum(1 for people in asked.values() if user.pk in people)
        if missing:
            title = f"{missing} vote{'s' if missing > 1 else ''} of yours missing"
            why = f"{meeting.board}: a vote ahead saves the meeting minutes."
            yield Need("check2-all", "", title, why, meeting.starts_at, meeting.get_absolute_url(), "Vote")


def _polls(user: User, at: datetime) -> Iterable[Need]:
    """What is put to the vote between meetings and lacks the vote of `user`."""
    for row in running_for(user, at=at):
        if row.is_mine:
            vote, item = row.vote, row.vote.item
            url = reverse("item-detail", args=[item.meeting_id, item.pk])
            why = f"{item.meeting.board} votes before its meeting: {vote.reason}"
            yield Need("check2-all", "warn", f"Your vote on “{item.title}”", why, vote.closes_at, url, "Read it and vote")


_ASKED: tuple[Callable[[User, datetime], Iterable[Need]], ...] = (
    _emergencies,
    _outcomes,
    _own_plans,
    _conditions,
    _promises,
    _for_the_manager,
    _words_to_confirm,
    _unratified,
    _votes,
    _polls,
    _reviews,
    _follow_ups,
    _debts,
)
