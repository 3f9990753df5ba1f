"""The form of an RFC as a page: what was typed, what the rules say of it, and what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from changes.choices import Outage, Phase, Route, Severity, State
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.plan import point_of_no_return, total_minutes, totals
from changes.domain.record import Record
from changes.domain.slot import Slot
from changes.domain.waiting import circle_words
from changes.formats import record as record_words
from changes.formats import slot as slot_words
from changes.formats import times
from changes.formats.session_bar import Plan
from changes.models import RFC, Meeting
from changes.selectors.assurance import assurances, windows_in_words
from changes.selectors.basis import SetUp, set_up
from changes.selectors.finding import findings
from changes.selectors.proposal import Proposal, proposal_of
from changes.selectors.record import record_of
from changes.selectors.rfc_menu import rfc_menu
from changes.selectors.slot import free_slots_for, wanted_minutes
from changes.selectors.waiting import circle_of
from changes.web.forms.acts import Acted
from changes.web.forms.entry import Entry, Problem, Row, blank_rows
from changes.web.forms.moment import Told
from changes.web.rfc_cells import Cell, Judged, Rows, placed
from changes.web.rfc_mends import buttons
from changes.web.rfc_nights import folded, free_nights, nights_meant
from changes.web.rfc_owed import Owed, owed_of
from changes.web.rfc_shared import said_once

Context = dict[str, Any]


@dataclass(frozen=True)
class Offered:
    """A free slot as a radio row: its value for the form, its times for the script, and its words."""

    value: str
    interval: Interval
    why: str
    note: str
    is_chosen: bool


def _circles(content: Content, rfc: RFC | None, refused: Sequence[Problem]) -> list[Problem]:
    """What saving would refuse: that it would wait for itself. Told once, and only of an RFC for which others can wait."""
    if rfc is None or not content.predecessors or any(problem.field == "predecessors" for problem in refused):
        return []
    path = circle_of(rfc.number, content.predecessors)
    return [Problem("predecessors", circle_words(path), f"Take {path[1]} off its predecessors.")] if path else []


@dataclass(frozen=True)
class SessionRow:
    """A session of the page with what stands beside it; `line` where it is folded to one, `was_folded` where the browser shows it so."""

    row: Row
    cell: Cell
    number: int
    session: Session | None
    line: Session | None
    was_folded: bool


def entry_of(request: HttpRequest, data: QueryDict, rfc: RFC | None) -> Entry:
    """The typed data with the lists that it is read by."""
    stored = rfc.content() if rfc else None
    menu = rfc_menu(
        request.user,  # type: ignore[arg-type]
        change_type=data.get("change_type", ""),
        people=[data.get("owner", ""), data.get("implementer", "")],
        services=data.getlist("services"),
        items=data.getlist("configuration_items"),
        typed_items=[word.strip() for word in data.get("configuration_items_add", "").split(",") if word.strip()],
        numbers=[*_words(data, "predecessors"), data.get("follows_up", "")],
        kept=(*stored.predecessors, *filter(None, [stored.follows_up])) if stored else (),
    )
    return Entry(data, menu, ZoneInfo(timezone.get_current_timezone_name()), stored)


def _words(data: QueryDict, name: str) -> list[str]:
    """What was chosen in a field of several, and what was typed beside it."""
    return [word.strip() for word in (*data.getlist(name), *data.get(f"{name}_add", "").split(",")) if word.strip()]


def _skipped(entry: Entry) -> dict[str, Told]:
    """By session: what the clocks skip, where that leaves the session without a length."""
    told = {f"sessions[{place}]": row.told for place, (session, row) in enumerate(entry.placed_sessions) if session.is_reversed}
    return {name: gap for name, said in told.items() if (gap := next((one for one in said if not one.choice), None))}


def _in_the_gap(finding: Finding, skipped: dict[str, Told]) -> Finding:
    """One slip is told once: the time that does not exist is why the session ends before it begins."""
    gap = skipped.get(finding.field) if finding.code == "interval.reversed" else None
    return replace(finding, message=gap.message, mend="Begin before it or after it, and give an end that is later.") if gap else finding


def page_context(
    entry: Entry, rfc: RFC | None, *, at: datetime, act: Acted | None = None, all_at_once: bool = False, refused: Sequence[Problem] = ()
) -> Context:
    """All that the page and its refreshed parts show. A fixed number of queries, however much was typed."""
    content, zone = entry.content, timezone.get_current_timezone_name()
    shared = set_up(at)
    skipped = _skipped(entry)
    found = [_in_the_gap(one, skipped) for one in findings(content, rfc=rfc, at=at, time_zone=zone, shared=shared)]
    rows = Rows([row.prefix for row in entry.sessions], [row.prefix for _, row in entry.placed_sessions])
    proposed, record = proposal_of(content, rfc=rfc, at=at), record_of(content.change_type)
    strokes = buttons([one for one in found if one.field not in skipped], content, rows.read, shared=shared, record=record)
    told, mends = said_once(found, content, strokes)
    judged = placed(told, [*entry.problems, *refused, *_circles(content, rfc, refused)], entry.data, rows, all_at_once=all_at_once)
    for row in entry.sessions:
        beside = judged.cells[rows.beside(row.prefix) or "slots"]
        beside.told += [one for one in row.told if one not in skipped.values()]
    judged.cells["slots"].good += assurances(content, found, shared, at=at, time_zone=zone)
    return {
        "rfc": rfc,
        "mends": mends,
        "entry": entry,
        "act": act,
        "all_at_once": all_at_once,
        "is_emergency": entry.data.get("emergency") == "1",
        **_judged(judged, owed_of(rfc, judged)),
        **_when(content, rfc, shared, at, zone),
        **_nights(entry, rfc, shared, judged, at, zone),
        **_plan(content, proposed),
        **_lead(content, rfc, proposed),
        "record": _record(record, content),
        "steps_type": _type_name(entry),
        "blank": blank_rows(),
        "phases": [(phase, entry.steps[phase], totals(content)[phase]) for phase in Phase],
    }


def _judged(judged: Judged, owed: Owed | None) -> Context:
    sections = owed.sections if owed else judged.sections
    return {"cells": judged.cells, "sections": sections, "tally": judged.tally, "to_mend": judged.to_mend, "owed": owed}


def _when(content: Content, rfc: RFC | None, shared: SetUp, at: datetime, zone: str) -> Context:
    alone = len(content.sessions) <= 1
    slots = free_slots_for(content, at=at, rfc=rfc, time_zone=zone, shared=shared, count=3) if alone else []
    offered = _offered(slots, content)
    return {
        "slots": offered,
        "slot_minutes": wanted_minutes(content),
        "has_other_times": not any(slot.is_chosen for slot in offered),
        "windows": windows_in_words(content, shared),
    }


def _nights(entry: Entry, rfc: RFC | None, shared: SetUp, judged: Judged, at: datetime, zone: str) -> Context:
    lines, read = folded(entry), {row.prefix: session for session, row in entry.placed_sessions}
    rows = [
        SessionRow(row, judged.cells[row.prefix], number, read.get(name), lines.get(name), f"{name}-folded" in entry.data)
        for number, row in enumerate(entry.sessions, 1)
        if (name := row.prefix)
    ]
    return {
        "blank_cell": Cell("sessions-0"),
        "nights": nights_meant(entry, rfc, shared, at=at, time_zone=zone),
        "free_nights": free_nights(entry.content, rfc, shared, at=at, time_zone=zone),
        "session_rows": rows,
    }


def _offered(slots: Sequence[Slot], content: Content) -> list[Offered]:
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    taken = content.sessions[0].interval if content.sessions else None
    return [
        Offered(
            value=f"{slot.interval.start.isoformat()}/{slot.interval.end.isoformat()}",
            interval=slot.interval,
            why=slot_words.why(slot, is_first=place == 0, zone=zone, today=today),
            note=slot.note,
            is_chosen=slot.interval == taken,
        )
        for place, slot in enumerate(slots)
    ]


def _plan(content: Content, proposed: Proposal) -> Context:
    minutes = totals(content)
    sessions = [s for s in content.sessions if s.end and not s.is_reversed]
    first = min(sessions, key=lambda session: session.interval.minutes, default=None)
    return {
        "minutes": minutes,
        "total": total_minutes(content),
        "tightest": first,
        "turn_at": point_of_no_return(first, minutes[Phase.ROLLBACK]) if first else None,
        "bar": _bar(first, content, proposed.severity) if first and total_minutes(content) else None,
    }


def _bar(session: Session, content: Content, severity: Severity) -> Plan | None:
    if session.end is None:
        return None
    out, minutes = session.outage_interval, totals(content)
    return Plan(
        session.start,
        session.end,
        rollout=minutes[Phase.ROLLOUT],
        verification=minutes[Phase.VERIFICATION],
        rollback=minutes[Phase.ROLLBACK],
        severity=severity,
        outage_start=out.start if out else None,
        outage_end=out.end if out else None,
    )


def _lead(content: Content, rfc: RFC | None, proposed: Proposal) -> Context:
    return {
        "proposed": proposed,
        "route": Route(proposed.route),
        "is_assigned": bool(rfc and rfc.decision_id),
        "why_severity": _why_severity(content, proposed.severity),
        "meeting": proposed.meeting,
        "submit_word": _submit_word(proposed.route, proposed.meeting),
        "is_draft": rfc is None or rfc.state == State.DRAFT,
        "outage_words": _outage_words(content),
    }


def _why_severity(content: Content, severity: Severity) -> str:
    """The answers that lead to it, counted; the rule itself is the domain's."""
    answers = [answer.value for answer in content.impact.answers().values() if answer]
    above = {word: answers.count(word) for word in ("high", "medium") if word in answers}
    if not answers:
        return "nothing is answered yet"
    if severity != Severity.MAJOR or not above:
        return "by the change type" if severity != Severity.MINOR else "no answer asks for more"
    return " and ".join(f"{count} {'answer is' if count == 1 else 'answers are'} {word}" for word, count in above.items())


def _submit_word(route: Route, meeting: Meeting | None) -> str:
    """The button says where it goes (LOOK 7)."""
    if route == Route.BOARD:
        day = timezone.localtime(meeting.starts_at).date() if meeting else None
        return f"Submit to the board of {times.day(day, today=timezone.localdate())}" if day else "Submit to the board"
    words = {
        Route.MANAGER: "Submit to the change manager",
        Route.EMERGENCY: "Ask the approver rota now",
        Route.AUTOMATIC: "Submit: scheduled at once",
        Route.RECORD: "Submit: scheduled at once",
    }
    return words[Route(route)]


def _outage_words(content: Content) -> str:
    if not content.sessions:
        return "Not known until there is a session"
    planned = [s for s in content.sessions if s.outage == Outage.PLANNED]
    if planned:
        minutes = sum(s.outage_interval.minutes for s in planned if s.outage_interval)
        return f"{times.duration(minutes)} that users notice" if minutes else "Not known until it has times (see When)"
    return "None" if all(s.outage == Outage.NONE for s in content.sessions) else "Not answered yet (see When)"


def _record(record: Record, content: Content) -> Context | None:
    """The record of its type in words, and drawn with this plan against it."""
    if not record.count:
        return None
    return {
        "of": record,
        "outcomes": record_words.outcomes(record),
        "took": record_words.took(record),
        "drawn": record_words.drawn(record, plan=total_minutes(content)),
    }


def _type_name(entry: Entry) -> str:
    names = {kind.slug: kind.name for _, kinds in entry.menu.change_types for kind in kinds}
    return names.get(entry.data.get("change_type", ""), "")
