"""What an emergency owes: what was left open when it could not wait, and may be written until it is closed (DESIGN 4.1, 4.2).

Filling in is no change of what was approved: there was nothing there. So before the work it costs no
approval, and from its begin on it is all that may still be written.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from changes.choices import Outage, Phase, State, Urgency
from changes.domain.completeness import asks, is_owed
from changes.domain.content import Content, Impact, Session, Step
from changes.domain.finding import Finding

#: Once the work has begun, the states in which an emergency still owes what it left open.
OWING_STATES = frozenset({State.IN_PROGRESS, State.COMPLETED})
_TEXTS = ("description", "reason", "rollback_trigger")
_CHOICES = ("environment", "change_type", "configuration_items")
_STEP_TEXTS = ("instruction", "command", "check", "if_not")
_STEP_DETAILS = ("role", "minutes", "check", "if_not")
#: What a step has to say; where it does not, its phase is still open.
_STEP_NEEDS = ("role", "minutes", "check")


def is_owing(urgency: str, state: str, *, imported: bool) -> bool:
    """Whether work that has begun or is over still owes what it left open. What was imported is taken as it was."""
    return urgency == Urgency.EMERGENCY and state in OWING_STATES and not imported


def still_owed(found: Iterable[Finding]) -> list[Finding]:
    """Of the findings on a content what is written later: neither what does not fit, nor the session that an approval gives it."""
    found = [finding for finding in found if is_owed(finding)]
    return [finding for finding in found if finding.code not in ("plan.exceeds_session", "turnaround.missing")]


def reopened(before: Content, after: Content) -> Content:
    """`after` with all that `before` had left open as `before` had it: what remains different was not just filled in.

    For anything but an emergency that stays one it is `after` itself.
    """
    if not (before.is_emergency and after.is_emergency):
        return after
    taken: dict[str, Any] = {name: getattr(before, name) for name in _CHOICES if not getattr(before, name)}
    taken |= {name: _text(getattr(before, name), getattr(after, name)) for name in _TEXTS}
    taken |= {phase.value: _steps(getattr(before, phase.value), getattr(after, phase.value)) for phase in Phase}
    taken["impact"] = _impact(before.impact, after.impact)
    taken["sessions"] = tuple(_session(before.sessions, place, session) for place, session in enumerate(after.sessions))
    return replace(after, **taken)


def beyond(before: Content, after: Content) -> tuple[str, ...]:
    """The fields in which `after` does more than fill in what `before` had left open."""
    kept = reopened(before, after)
    names = [item.name for item in fields(Content)]
    return tuple(name for name in names if _bare(getattr(before, name)) != _bare(getattr(kept, name)))


def open_fields(content: Content) -> tuple[str, ...]:
    """What `content` leaves open, as the fields are called; "outage" where a session does not answer for it."""
    found = [name for name in _TEXTS if _is_open(getattr(content, name))]
    found += [name for name in _CHOICES if not getattr(content, name)]
    found += ["outage"] if any(_lacks_outage(session) for session in content.sessions) else []
    found += [phase.value for phase in Phase if _is_phase_open(getattr(content, phase.value))]
    return (*found, *(["impact"] if None in content.impact.answers().values() else []))


def continued(before: Content, after: Content) -> Content:
    """`after` with its steps and sessions as those of `before`, by their places: what is done stays marked as done."""
    names = ("sessions", *(phase.value for phase in Phase))
    taken: dict[str, Any] = {name: _with_ids(getattr(before, name), getattr(after, name)) for name in names}
    return replace(after, **taken)


def words(found: Iterable[Finding]) -> str:
    """What the findings ask for, each once: "outage, verification, rollback trigger and impact"."""
    return listed(finding.field.partition("].")[2] or finding.field.partition(".")[0] for finding in found)


def listed(names: Iterable[str]) -> str:
    """Fields as a sentence names them, each once: "items, verification and impact"."""
    said = list(dict.fromkeys("items" if name == "configuration_items" else name.partition("[")[0].replace("_", " ") for name in names))
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def _text(before: str, after: str, *, is_command: bool = False) -> str:
    return before if _is_open(before, is_command=is_command) and _answers(before, after, is_command=is_command) else after


def _is_open(text: str, *, is_command: bool = False) -> bool:
    """Whether nothing is written, or what is written still asks for something."""
    return not text.strip() or bool(asks(is_command=is_command).search(text))


def _answers(asked: str, text: str, *, is_command: bool) -> bool:
    """Whether `text` says something in each place where `asked` asks for it, and is otherwise the same."""
    if not asked.strip():
        return True
    first, *between, last = asks(is_command=is_command).split(asked)
    place = len(first)
    if len(text) <= len("".join((first, *between, last))):
        return False
    for part in between:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return text.startswith(first) and text.endswith(last) and place + len(last) <= len(text)


def _steps(before: tuple[Step, ...], after: tuple[Step, ...]) -> tuple[Step, ...]:
    if not _are_written(before):
        return before
    if len(before) != len(after):
        return after
    return tuple(_step(was, now) for was, now in zip(before, after, strict=True))


def _are_written(steps: Iterable[Step]) -> bool:
    return any(step.instruction.strip() or step.command.strip() for step in steps)


def _step(was: Step, now: Step) -> Step:
    """What is done stands; who does it, for how long, and how one sees that it worked may be told later."""
    taken: dict[str, Any] = {name: getattr(was, name) for name in _STEP_DETAILS if getattr(was, name) in ("", None)}
    for name in _STEP_TEXTS:
        if getattr(was, name).strip():
            taken[name] = _text(getattr(was, name), getattr(now, name), is_command=name == "command")
    return replace(now, **taken)


def _is_phase_open(steps: tuple[Step, ...]) -> bool:
    lacks = any(getattr(step, name) in ("", None) for step in steps for name in _STEP_NEEDS)
    asked = any(_is_open(text, is_command=name == "command") for step in steps for name in _STEP_TEXTS if (text := getattr(step, name)))
    return not _are_written(steps) or lacks or asked


def _impact(before: Impact, after: Impact) -> Impact:
    return replace(after, **{name: None for name, answer in before.answers().items() if answer is None})


def _session(before: tuple[Session, ...], place: int, now: Session) -> Session:
    was = next((one for one in before if one.id is not None and one.id == now.id), None)
    if was is None and now.id is None and place < len(before):
        was = before[place]
    if was is None or not _lacks_outage(was) or (was.outage and now.outage != was.outage):
        return now
    return replace(now, outage=was.outage, outage_start=was.outage_start, outage_end=was.outage_end)


def _lacks_outage(session: Session) -> bool:
    return session.outage is None or (session.outage == Outage.PLANNED and session.outage_interval is None)


def _bare(value: Any) -> Any:
    """Without the rows that it is stored in, and without an order where none is meant."""
    if not isinstance(value, tuple):
        return value
    if all(isinstance(item, str) for item in value):
        return sorted(value)
    return [replace(item, id=None) if isinstance(item, Step | Session) else item for item in value]


def _with_ids(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(before) != len(after):
        return after
    return tuple(replace(now, id=was.id) for was, now in zip(before, after, strict=True))
