"""One item of the pack as blocks: the decision asked, who is affected, what it costs not to do it, the plan, findings, record, votes."""

from collections.abc import Iterable, Sequence

from changes.choices import Level, Outcome
from changes.domain.content import Step
from changes.domain.finding import Finding
from changes.domain.pack import Matter, Page, Plan
from changes.formats import record, session_bar, times
from changes.formats.paper import Bar, Block, Break, Bullets, Facts, Found, Heading, Line, Run, Table, Text, line, strong
from changes.formats.paper_words import Reader, promised, rfc, said, severity, vote

#: So many findings of an item are printed, the gravest first; two or three decide.
FINDINGS_SHOWN = 8
_LEVELS = {Level.ERROR: "Blocks", Level.WARNING: "Warning", Level.ADVICE: "Advice"}


def page_of(page: Page, reader: Reader, *, after: Page | None = None) -> list[Block]:
    """The item; on a page of its own where it was or is decided. Others are brief, and run on after one another."""
    matter = page.matter
    runs_on = after is not None and not _is_decision(after) and not _is_decision(page)
    blocks: list[Block] = [
        *([] if runs_on else [Break()]),
        Heading(f"{page.number}. {page.title}", anchor=f"item-{page.id}", under=_kicker(page)),
        Text(_asked(page, reader), "ask"),
        *_why_here(page, reader),
    ]
    if matter and _is_decision(page):
        blocks += [*_facts(matter, reader), *_plan(matter, reader), *_findings(matter.findings), *_record(matter)]
    elif matter:
        blocks += [*_facts(matter, reader), *(_findings(matter.findings) if matter.findings else ())]
    return [*blocks, *_votes(page), *_note(page)]


def _is_decision(page: Page) -> bool:
    """Whether the board decides on it, or has: then all of its plan is printed."""
    return bool(page.asked or page.said)


def _kicker(page: Page) -> Line:
    """Section, number, severity, whose it is, minutes."""
    matter, minutes = page.matter, f"{page.minutes} min"
    if matter is None:
        return line(" · ".join(part for part in (page.section.label, page.owner, minutes) if part))
    weight = severity(matter.severity) + ("" if matter.is_approved else ", proposed")
    return line(f"{page.section.label} · ", rfc(matter.number), f" · {weight} · {matter.owner} · {minutes}")


def _asked(page: Page, reader: Reader) -> Line:
    """The decision asked, the decision made, or why it is here."""
    matter = page.matter
    if page.said:
        return said(page.said, reader)
    if matter and page.asked == "approve":
        session = matter.plan.session
        when = reader.interval(session.start, session.end) if session else "at a time still to be found"
        nights = f", the first of {len(matter.sessions)} sessions" if len(matter.sessions) > 1 else ""
        article = "an" if matter.severity == "automatic" else "a"
        who = matter.implementer or matter.owner
        return line(f"Decide: may {who} do this ", strong(when), f"{nights}, as {article} {severity(matter.severity).lower()} change?")
    if page.asked == "ratify":
        return line("Decide: was it right not to wait for the board? Ratify it, or call it unauthorised.")
    return line(page.reason)


def _why_here(page: Page, reader: Reader) -> Iterable[Block]:
    if page.asked or page.said:
        late = f" Admitted late: {page.admitted}" if page.admitted else ""
        yield Text(line(f"{page.reason}{late}"), "quiet")
    if page.said and page.said.conditions:
        yield Bullets(tuple(promised(one, reader) for one in page.said.conditions))


# --- What it is -------------------------------------------------------------------------------------------------------
def outage(matter: Matter) -> str:
    """What users will notice, in words."""
    minutes = matter.outage_minutes
    if minutes is None:
        return "nobody has said whether users notice"
    return f"outage {times.duration(minutes)}" if minutes else "no outage"


def _facts(matter: Matter, reader: Reader) -> Iterable[Block]:
    services = ", ".join(matter.services) or "No service is named"
    where = f" in {matter.environment}" if matter.environment else ""
    rows = [
        ("Who is affected", line(f"{services}{where}: ", strong(outage(matter)), f"{_outage_times(matter, reader)}.")),
        ("What it costs not to do it", line(matter.cost or "Nobody has said.")),
    ]
    if matter.description:
        rows.append(("What is done", line(matter.description)))
    if matter.outcome:
        went = f"{Outcome(matter.outcome).label}. {matter.outcome_note}".strip()
        rows.append(("How it went", line(f"{went}{f' Owed: {matter.owes}.' if matter.owes else ''}")))
    yield Facts(tuple(rows))


def _outage_times(matter: Matter, reader: Reader) -> str:
    spans = [span for session in matter.sessions if (span := session.outage_interval)]
    return f", {', '.join(reader.interval(span.start, span.end) for span in spans)}" if spans else ""


def _plan(matter: Matter, reader: Reader) -> Iterable[Block]:
    plan = matter.plan
    yield Heading(f"Plan: {times.duration(plan.total)}", 3)
    turn = f"Point of no return {reader.moment(plan.turn_at)}; turn back when: " if plan.turn_at else "Turn back when: "
    yield Text(line(strong(turn) if plan.trigger else "", plan.trigger or "Nobody has said when to turn back."))
    if drawing := _drawing(matter, plan, reader):
        yield Bar(drawing)
    if len(matter.sessions) > 1:
        yield Bullets(tuple(line(reader.interval(one.start, one.end), ", done" if one.actual_end else "") for one in matter.sessions))
    phases: Sequence[tuple[str, tuple[Step, ...]]] = [
        ("Rollout", plan.rollout),
        ("Verification", plan.verification),
        ("Rollback", plan.rollback),
    ]
    rows = tuple(_step(place, name, step) for name, steps in phases for place, step in enumerate(steps, start=1))
    if rows:
        yield Table(("", "Step", "How one sees that it worked", "Role", "Min"), rows, (0, 5, 4, 2, 0), numbers=(4,))


def _step(place: int, phase: str, step: Step) -> tuple[Line, ...]:
    minutes = "" if step.minutes is None else str(step.minutes)
    return line(f"{phase} {place}"), line(step.instruction), line(step.check), line(step.role), line(minutes)


def _drawing(matter: Matter, plan: Plan, reader: Reader) -> session_bar.Drawing | None:
    session = plan.session
    if session is None or session.end is None:
        return None
    span = session.outage_interval
    lengths = {phase: plan.minutes(phase) for phase in ("rollout", "verification", "rollback")}
    ends = {"outage_start": span.start, "outage_end": span.end} if span else {}
    drawn = session_bar.Plan(session.start, session.end, severity=matter.severity, **lengths, **ends)  # type: ignore[arg-type]
    return session_bar.draw(drawn, zone=reader.zone)


# --- What speaks for and against it -------------------------------------------------------------------------------------
def _findings(findings: Sequence[Finding]) -> Iterable[Block]:
    yield Heading("Findings", 3)
    if not findings:
        yield Found("ok", "Fine", "Nothing stands against it.")
    gravest = sorted(findings, key=lambda one: (not one.blocks, bool(one.waived), one.level == Level.ADVICE))
    for one in gravest[:FINDINGS_SHOWN]:
        level, word = ("advice", "Waived") if one.waived else (one.level.value, _LEVELS[one.level])
        yield Found(level, word, one.message, " ".join(part for part in (one.mend, one.waived, one.lapsed) if part), one.code)

    if len(findings) > FINDINGS_SHOWN:
        yield Text(line(f"{len(findings) - FINDINGS_SHOWN} more stand on the page of the RFC."), "quiet")


def _record(matter: Matter) -> Iterable[Block]:
    if not matter.change_type:
        return
    given = matter.record
    yield Heading(f"Record of “{matter.change_type}”", 3)
    if not given.count:
        yield Text(line("This would be the first."))
        return
    last = "The last " if given.is_capped else ""
    failed = sum(1 for run in given.runs if not run.is_successful)
    counted = f"{last}{given.count} done, {failed} not successful ({record.outcomes(given)})."
    yield Text(line(strong(counted), f" {record.took(given)} This plan takes {times.duration(matter.plan.total)}."))


def _votes(page: Page) -> Iterable[Block]:
    if not page.squares:
        return
    told: list[str | Run] = [strong(f"Votes: {page.tally or 'none'}. ")]
    for place, one in enumerate(page.squares):
        told += ["; " if place else "", f"{one.name} ", strong(vote(one.vote)), f" (“{one.comment}”)" if one.comment else ""]
    yield Text(line(*told, "."))


def _note(page: Page) -> Iterable[Block]:
    if page.note:
        yield Heading("Note", 3)
        yield Text(line(page.note))
