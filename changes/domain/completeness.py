"""Whether an RFC says all that somebody else needs in order to judge and to follow it (DESIGN 4.2)."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from changes.choices import Level, Outage, Phase, Relation, Severity
from changes.domain.code import RULES
from changes.domain.content import Content, Session, Step
from changes.domain.finding import Finding
from changes.domain.severity import QUESTIONS

#: Codes that stop an emergency at once; everything else it has five days for.
_EMERGENCY_AT_ONCE = frozenset(
    {"title.missing", "service.missing", "reason.missing", "rollout.missing", "rollback.missing", "incident.missing"}
)
#: How long after it was created an emergency may owe the rest.
OWED_WITHIN = timedelta(days=5)
_FIVE_DAYS = "An emergency has five days for it."
#: A text that still asks for something: "[name of the server]", "<user>", "{site}", "more than xxx", "Tell …".
_ASKS = re.compile(r"\[[^\]]+\]|<[^<>]+>|\{\w[^{}]*\}|\b[Xx]{3,}\b|\?\?+|…$")
#: A command may hold brackets and braces of its own, so there only "<user>" asks.
_COMMAND_ASKS = re.compile(r"<[A-Za-z](?:[^<>]*[A-Za-z0-9])?>")
_VERBS = (
    "do|perform|make|run|execute|carry out|implement|apply|deploy|install|start|finish|roll ?back|revert|undo|test|check|"
    "verify|upgrade|update"
)
_OBJECTS = (
    "upgrade|update|changes?|work|deployment|release|patch|patches|migration|rollout|rollback|roll back|it|everything|"
    "steps|necessary steps|fix|maintenance|system|things?|installation"
)
_NOTHING = "as usual|the usual|same as before|see above|see (the )?(documentation|docs|wiki)|tbd|to be (done|defined)|n/?a"
#: Instructions that say no more than that the change is made: "do the upgrade", "as usual".
_VAGUE = re.compile(
    rf"(({_VERBS})( (the|this|all|any|every))?( ({_OBJECTS}))?|{_NOTHING})"
    r"( (back|as usual|as needed|if needed|if necessary|accordingly))?"
)
#: One step that is many: "Repeat for HT-02, HT-03 and HT-04".
_SEVERAL = re.compile(r"\b(repeat|same)\b.{0,20}?\b(for|on)\b.+(,|\band\b|\beach\b|\ball\b)", re.IGNORECASE)


def completeness(
    content: Content,
    *,
    severity: Severity | None,
    template_steps: Collection[str] = (),
    knows_types: bool = True,
) -> list[Finding]:
    """What is missing from `content`, in the order of the form (DESIGN 4.2).

    `severity` is the assigned or else the proposed one: gaps in single steps are errors for major.
    `template_steps` are the texts of the known change type, or of all where it follows none; `knows_types` is whether there are any
    types to choose from. For an emergency all but the first necessities is a warning.
    """
    found = [
        *_what(content, knows_types=knows_types),
        *_when(content),
        *_steps(content, severity),
        *_untouched(content, template_steps),
        *_impact(content),
    ]
    return [eased(finding) for finding in found] if content.is_emergency else found


def eased(finding: Finding) -> Finding:
    """The finding as an emergency has it: an error that can wait five days becomes a warning."""
    if finding.level != Level.ERROR or finding.code in _EMERGENCY_AT_ONCE:
        return finding
    return replace(finding, level=Level.WARNING, mend=f"{finding.mend} {_FIVE_DAYS}")


def is_owed(finding: Finding) -> bool:
    """Whether it is one of those that an emergency still has to mend within `OWED_WITHIN`."""
    return finding.level == Level.WARNING and finding.mend.endswith(_FIVE_DAYS)


def asks(*, is_command: bool = False) -> re.Pattern[str]:
    """The pattern, without groups, of what a text still asks for: "[name of the server]", "more than xxx"."""
    return _COMMAND_ASKS if is_command else _ASKS


def _missing(code: str, field: str, message: str, level: Level = Level.ERROR) -> Finding:
    return Finding(code, level, field, message, RULES[code].mend)


def _what(content: Content, *, knows_types: bool) -> Iterator[Finding]:
    if not content.title.strip():
        yield _missing("title.missing", "title", "The RFC has no title.")
    if not content.change_type and knows_types:
        message = "No known change type is chosen, so the environment's windows apply."
        yield _missing("change_type.missing", "change_type", message, Level.ADVICE)
    yield from _why(content)
    if not content.urgency:
        yield _missing("urgency.missing", "urgency", "Nobody has said how soon this has to be done.")
    if not content.environment:
        yield _missing("environment.missing", "environment", "No environment is chosen.")
    if not content.services:
        yield _missing("service.missing", "services", "No service is named.")


def _why(content: Content) -> Iterator[Finding]:
    """An incident or a threat suffices as an emergency's reason (DESIGN 4.1)."""
    has_reason = bool(content.reason.strip())
    # A tool that only says "related" means the incident too; what the change caused is no reason for it.
    has_incident = content.is_emergency and any(r.relation != Relation.CAUSED for r in content.references)
    if not has_reason and not has_incident:
        yield _missing("reason.missing", "reason", "Nobody has said why this is done now.")
    if content.is_emergency and not has_incident:
        level = Level.ADVICE if has_reason else Level.ERROR
        yield _missing("incident.missing", "references", "The emergency names no incident.", level)


def _when(content: Content) -> Iterator[Finding]:
    if not content.sessions and not content.needed_by:
        message = "There is neither a session nor a date by which this is needed."
        yield _missing("turnaround.missing", "sessions", message)
    for index, session in enumerate(content.sessions):
        if message := _outage_gap(session):
            where = f"Session {index + 1}: " if len(content.sessions) > 1 else ""
            text = where + (message[0].lower() + message[1:] if where else message)
            yield _missing("outage.missing", f"sessions[{index}].outage", text)


def _outage_gap(session: Session) -> str:
    if session.outage is None:
        return "Nobody has said whether users will notice an outage."
    if session.outage == Outage.PLANNED and session.outage_interval is None:
        if session.outage_start and session.outage_end:
            return "The outage ends at or before its start."
        return "An outage is planned, but it has no times."
    return ""


def _steps(content: Content, severity: Severity | None) -> Iterator[Finding]:
    level = Level.ERROR if severity == Severity.MAJOR else Level.ADVICE
    for phase in Phase:
        steps: tuple[Step, ...] = getattr(content, phase.value)
        if not any(step.instruction.strip() or step.command.strip() for step in steps):
            yield _missing(f"{phase}.missing", phase.value, f"There are no {phase} steps.")
            continue
        for number, step in enumerate(steps, start=1):
            yield from _unclear(phase, number, step, level)


def _unclear(phase: Phase, number: int, step: Step, level: Level) -> Iterator[Finding]:
    code, place = f"{phase}.step_unclear", f"{phase}[{number - 1}]"
    name = f"Step {number} of the {phase}"
    if gaps := list(_gaps(step)):
        yield _missing(code, place, f"{name} does not say {_listed(gaps)}.", level)
    if _is_vague(step):
        message = f"{name} says “{step.instruction.strip()}”, which somebody else cannot follow."
        mend = "Say what is done, on what, and with which command."
        yield Finding(code, Level.ADVICE, place, message, mend)
    if _SEVERAL.search(step.instruction):
        mend = "Give each its own step, so that whoever takes over sees how far you are."
        yield Finding(code, Level.ADVICE, place, f"{name} stands for several.", mend)


def _gaps(step: Step) -> Iterator[str]:
    if not step.instruction.strip() and not step.command.strip():
        yield "what is done"
    if not step.role.strip():
        yield "who does it"
    if step.minutes is None:
        yield "how long it takes"
    if not step.check.strip():
        yield "how one sees that it worked"


def _is_vague(step: Step) -> bool:
    """Whether the instruction only names the change; a command to copy makes any instruction clear."""
    plain = " ".join(re.sub(r"[^\w/ ]", " ", step.instruction.lower()).split())
    return not step.command.strip() and bool(_VAGUE.fullmatch(plain))


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _untouched(content: Content, template_steps: Collection[str]) -> Iterator[Finding]:
    template = {_plain(text) for text in template_steps}
    for phase in Phase:
        for index, step in enumerate(getattr(content, phase.value)):
            if asked := next((text for text in _asking(step) if _plain(text) in template), None):
                message = f"Step {index + 1} of the {phase} still asks for something: “{_plain(asked)}”."
                yield _missing("plan.template_unchanged", f"{phase}[{index}]", message)
    trigger = content.rollback_trigger
    if _ASKS.search(trigger) and _plain(trigger) in template:
        message = f"The rollback trigger still asks for something: “{_plain(trigger)}”."
        yield _missing("plan.template_unchanged", "rollback_trigger", message)


def _asking(step: Step) -> Iterator[str]:
    yield from (text for text in (step.instruction, step.check, step.if_not) if _ASKS.search(text))
    if _COMMAND_ASKS.search(step.command):
        yield step.command


def _plain(text: str) -> str:
    return " ".join(text.split())


def _impact(content: Content) -> Iterator[Finding]:
    for name, answer in content.impact.answers().items():
        if answer is None:
            yield _missing("impact.missing", f"impact.{name}", f"The impact on {QUESTIONS[name]} is not answered.")
