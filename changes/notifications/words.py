"""What the mails' templates show, every time in the recipient's zone and words already."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from changes.choices import DECIDED_AS, FreezeAct, Hold, Severity, State, Verdict
from changes.domain.called_off import STANDS
from changes.domain.freeze import repetition
from changes.domain.ladder import PASSED_ON_OF_A_NIGHT
from changes.domain.ladder_words import About, Rule
from changes.domain.wording import place_of
from changes.formats import times
from changes.models import RFC, Event, FreezeNoticeLine, Preference, User, WorkSession
from changes.notifications.answers import answer_words, off_link
from changes.notifications.leads import leads_to, page
from changes.notifications.minutes import minutes_words
from changes.selectors.freeze import terms_of
from changes.selectors.reminder_letter import Letter
from changes.selectors.reminder_wishes import zone_of

#: So many of what a draft lacks are named in its mail; its page has all.
_NAMED = 3


def context_of(letter: Letter, *, at: datetime) -> dict[str, Any]:
    """What the templates show, all times already in the recipient's words; rules that have more add it."""
    words = _Words(zone_of(letter.row.recipient), at)
    row = letter.row
    context: dict[str, Any] = {
        "person": row.recipient,
        "rule_words": Rule(row.rule).label,
        "base": settings.FSC_BASE_URL,
        "late": times.duration(letter.minutes_late) if letter.minutes_late else "",
        "due": words.moment(row.due_at),
        "held": row.held_for == Hold.QUIET,
        "on_behalf_of": row.on_behalf_of,
        "zone": place_of(words.zone.key),
        "zone_abbreviation": times.zone_abbreviation(at, zone=words.zone),
    }
    if row.rfc:
        context |= _rfc_words(row.rfc, words)
    for part in _PARTS:
        context |= part(letter, words)
    context |= minutes_words(letter.row, words)
    context["link"], context["verb"] = leads_to(letter)
    if told := answer_words(letter, words.moment):
        context |= told
        context["verb"], context["link"] = told["answers"][0]
    context["off_link"] = off_link(letter)
    return context


class _Words:
    """Times as one reader sees them on one day."""

    def __init__(self, zone: ZoneInfo, at: datetime) -> None:
        self.zone: ZoneInfo = zone
        self.today = at.astimezone(zone).date()

    def moment(self, instant: datetime) -> str:
        return times.moment(instant, zone=self.zone, today=self.today)

    def hhmm(self, instant: datetime) -> str:
        return times.hhmm(instant, zone=self.zone)

    def interval(self, start: datetime, end: datetime | None) -> str:
        return times.interval_words(start, end, zone=self.zone, today=self.today)


def _rfc_words(rfc: RFC, words: _Words) -> dict[str, Any]:
    where = [rfc.environment.name if rfc.environment else "", ", ".join(service.name for service in rfc.services.all())]
    return {
        "number": rfc.number,
        "title": " ".join(rfc.title.split()) or "Without a title",
        "severity": Severity(rfc.severity).label,
        "is_running": rfc.state == State.IN_PROGRESS,
        "is_cancelled": rfc.state == State.CANCELLED,
        "stands": rfc.state in STANDS,
        "where": " · ".join(part for part in where if part),
        "planned": words.interval(rfc.planned_start, rfc.planned_end) if rfc.planned_start else "",
        "owner": rfc.owner,
        "implementer": rfc.implementer,
        "requester": rfc.requester,
        "calls": _calls(rfc),
        "rfc_link": page("rfc-detail", rfc.number),
        "reminders_link": page("rfc-reminders", rfc.number),
        "reason": rfc.reason,
        "references": [f"{reference.system} {reference.identifier}" for reference in rfc.references.all()],
    }


def _calls(rfc: RFC) -> list[tuple[str, str, str]]:
    """Whom to call as (name, role, number); the implementer and the owner where nobody else is named."""
    named = [(contact.name, contact.role, contact.phone) for contact in rfc.contacts.all() if contact.phone]
    if named:
        return named
    people = [(rfc.implementer, "implementer"), (rfc.owner, "owner")]
    return [(str(person), role, person.phone) for person, role in people if person and person.phone]


def _session_words(letter: Letter, words: _Words) -> dict[str, Any]:
    session = letter.row.session
    if session is None:
        return {}
    start, end = session.planned_start, session.planned_end
    told = {"when": words.interval(start, end), "start": words.moment(start), "start_hhmm": words.hhmm(start)}
    if end:
        turn = end - timedelta(minutes=letter.rollback_minutes)
        told |= {"end": words.moment(end), "turn": words.moment(turn) if letter.rollback_minutes else ""}
    if letter.told and letter.told.start != start:
        told["moved_from"] = words.moment(letter.told.start)
    elif letter.told and end and letter.told.end != end:
        told["now_until"] = words.hhmm(end)
    if session.outage_start and session.outage_end:
        told["outage"] = words.interval(session.outage_start, session.outage_end)
    return told


def _decision_words(letter: Letter, words: _Words) -> dict[str, Any]:
    decision = letter.decision
    if decision is None:
        return {}
    return {
        "verdict": DECIDED_AS[Verdict(decision.verdict)],
        "decided_by": decision.whose,
        "recorded_by": decision.recorded_by,
        "how": f"{decision.how.rstrip(' .')}." if decision.how else "",
        "decided_at": words.moment(decision.at),
        "decision_reason": decision.reason,
        "conditions": [(row.text, str(row.owner), words.moment(row.due_at)) for row in decision.conditions.all()],
        "deferred_to": words.moment(decision.defer_to.starts_at) if decision.defer_to else "",
    }


def _asked_words(letter: Letter, words: _Words) -> dict[str, Any]:
    """What a draft lacks, why a status is asked for, whether a review was asked for before."""
    lacks = [found.message for found in letter.lacks]
    told = {"lacks": lacks[:_NAMED], "lacks_more": len(lacks[_NAMED:]), "why_asked": letter.why_asked}
    return {**told, "again": letter.row.rule == Rule.REVIEW_DUE and letter.row.revision > 1}


def _action_words(letter: Letter, words: _Words) -> dict[str, Any]:
    action = letter.action
    return {"action": action.text, "action_due": words.moment(action.due_at), "action_board": action.board} if action else {}


def _condition_words(letter: Letter, words: _Words) -> dict[str, Any]:
    condition = letter.condition
    return {"condition": condition.text, "condition_due": words.moment(condition.due_at)} if condition else {}


def _approval_words(letter: Letter, words: _Words) -> dict[str, Any]:
    rfc = letter.row.rfc
    return {"lapses": words.moment(rfc.approved_until)} if rfc and rfc.approved_until else {}


def _return_words(letter: Letter, words: _Words) -> dict[str, Any]:
    """Who took the approval away, when and why; nobody did where it lapsed."""
    event = letter.returned
    if event is None:
        return {}
    told = {"returned_by": event.actor, "returned_at": words.moment(event.at), "returned_why": event.note}
    return {**told, "is_moved": "sessions" in event.changes, "replaced_by": _replaced_by(letter, event)}


def _replaced_by(letter: Letter, event: Event) -> User | None:
    """Who has the work now that is the reader's no more; None while it is."""
    rfc = letter.row.rfc
    if rfc is None or letter.whose in (rfc.owner_id, rfc.implementer_id):
        return None
    name = (letter.row.on_behalf_of or letter.row.recipient).username
    was_owner = event.changes.get("owner", [""])[0] == name and event.changes.get("implementer", [""])[0] != name
    return rfc.owner if was_owner else rfc.implementer or rfc.owner


def _transfer_words(letter: Letter, words: _Words) -> dict[str, Any]:
    """From which meeting to which the chair brought it; the reason stands in the event behind the day."""
    event = letter.returned
    if event is None or letter.row.rule != Rule.ANOTHER_MEETING:
        return {}
    source, to = (words.moment(datetime.fromisoformat(start)) for start in event.changes["meeting"])
    return {"is_earlier": event.action == "pulled_forward", "from_meeting": source, "to_meeting": to, "why": event.note.partition(": ")[2]}


def _meeting_words(letter: Letter, words: _Words) -> dict[str, Any]:
    meeting, agenda = letter.row.meeting, letter.agenda
    if meeting is None:
        return {}
    told: dict[str, Any] = {
        "board": meeting.board.name,
        "meeting": words.moment(meeting.starts_at),
        "meeting_when": words.interval(meeting.starts_at, meeting.ends_at),
        "cut_off": words.moment(meeting.cut_off_at),
        "open_votes": letter.open_votes,
    }
    if agenda:
        told |= {"agenda": agenda, "minutes": times.duration(agenda.minutes), "over": times.duration(agenda.over) if agenda.over else ""}
    return told


def _night_words(letter: Letter, words: _Words) -> dict[str, Any]:
    """The sessions of a digest, each with its link."""
    if not letter.sessions:
        return {}
    on = date.fromisoformat(letter.row.subject.partition(":")[2])
    return {
        "night": times.day(on, today=words.today),
        "changes": [
            (s.rfc.number, s.rfc.title, _when_and_whose(letter, s, words), page("rfc-outcome", s.rfc.number)) for s in letter.sessions
        ],
    }


def _when_and_whose(letter: Letter, session: WorkSession, words: _Words) -> str:
    """Whoever is told because nobody answered has to know whom to call."""
    when = words.interval(session.planned_start, session.planned_end)
    return f"{when}, {session.rfc.owner}" if letter.row.rule in PASSED_ON_OF_A_NIGHT else when


def _delegate_words(letter: Letter, words: _Words) -> dict[str, Any]:
    """Who named the recipient to stand in, and for which days."""
    about, _, key = letter.row.subject.partition(":")
    named = Preference.objects.select_related("user").filter(pk=key).first() if about == About.DELEGATE else None
    if named is None:
        return {}
    days = {"named_from": named.delegate_since, "named_until": named.delegate_until}
    return {"named_by": named.user, **{name: times.day(on, today=words.today) for name, on in days.items() if on}}


def _poll_words(letter: Letter, words: _Words) -> dict[str, Any]:
    """Until when an item is put to the vote, by whom and why."""
    poll = letter.poll
    if poll is None:
        return {}
    board = poll.item.meeting.board
    told = {"board": board.name, "closes": words.moment(poll.closes_at), "opened_by": poll.opened_by, "why": poll.reason}
    return {**told, "is_voting": board.is_voting}


def _freeze_words(letter: Letter, words: _Words) -> dict[str, Any]:
    """What was done to a freeze, and the recipient's RFCs by whether their sessions lie in it now or are let go."""
    notice = letter.notice
    if notice is None:
        return {}
    lines, terms = letter.notice_lines, terms_of(notice)
    return {
        "act": FreezeAct(notice.act).label.lower(),
        "actor": notice.actor,
        "freeze": terms.name,
        "freeze_reason": f"{terms.reason.strip().rstrip('.')}." if terms.reason.strip() else "",
        "freeze_when": repetition(terms, time_zone=words.zone.key) or words.interval(terms.start, terms.end),
        "freeze_scope": _lowered(notice.terms["scope"]),
        "waiver": terms.waivable_by or "the change manager",
        "hit": [_frozen_words(line, line.hit, words) for line in lines if line.hit],
        "freed": [_frozen_words(line, line.freed, words) for line in lines if line.freed],
        "is_lifted": notice.act == FreezeAct.LIFTED,
    }


def _frozen_words(line: FreezeNoticeLine, sessions: list[dict[str, Any]], words: _Words) -> tuple[str, str, list[tuple[str, str]], str]:
    """Number, title, its sessions with the frozen minutes of each, and its page."""
    told = [(words.interval(*_start_and_end(one)), times.duration(one["minutes"])) for one in sessions]
    return line.rfc.number, " ".join(line.rfc.title.split()) or "Without a title", told, page("rfc-detail", line.rfc.number)


def _lowered(sentence: str) -> str:
    """As it stands within another sentence."""
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _start_and_end(session: dict[str, Any]) -> tuple[datetime, datetime | None]:
    end = session["end"]
    return datetime.fromisoformat(session["start"]), datetime.fromisoformat(end) if end else None


#: Each adds the words of what it belongs to, and nothing to any other letter.
_PARTS = (
    _session_words,
    _decision_words,
    _condition_words,
    _action_words,
    _asked_words,
    _meeting_words,
    _night_words,
    _approval_words,
    _return_words,
    _transfer_words,
    _freeze_words,
    _poll_words,
    _delegate_words,
)
