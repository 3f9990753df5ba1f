"""What an edit would mean for an approval, said before it is made (DESIGN 4.1, "Approval is of a content")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from changes.choices import State
from changes.domain.content import Content
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.judgement import stops_scheduling
from changes.domain.materiality import Difference, MoveVerdict, differences, is_material, move_verdict
from changes.domain.window import permitted
from changes.models import RFC
from changes.selectors.finding import SetUp, findings, findings_of, set_up

#: So far around a session its window's occurrences are looked up.
AROUND = timedelta(days=35)


class Effect(StrEnum):
    """What an edit does to an approved RFC."""

    NONE = "none"
    CONFIRM = "confirm"
    RETURNS = "returns"


@dataclass(frozen=True)
class Consequence:
    """The effect, the sentence that says it, every field that differs, and what blocks afterwards."""

    effect: Effect
    sentence: str
    differences: tuple[Difference, ...] = ()
    new_findings: tuple[Finding, ...] = ()


def consequence_of(rfc: RFC, content: Content, *, at: datetime) -> Consequence:
    """What writing `content` into a stored RFC would mean; it writes nothing.

    Give an RFC that was read `with_content()`. Only an approval can be lost, so before it nothing follows.
    """
    before = rfc.content()
    differing = tuple(differences(before, content))
    if rfc.state not in (State.APPROVED, State.SCHEDULED):
        return Consequence(Effect.NONE, "It is not approved yet, so nothing has to be asked again.", differing)
    gained = _gained(rfc, content, at)
    if is_material(differing):
        fields = ", ".join(d.field.replace("_", " ") for d in differing if d.material)
        return Consequence(Effect.RETURNS, f"What was approved changes: {fields}.", differing, gained)
    return _of_moves(before, content, differing, gained)


def _gained(rfc: RFC, content: Content, at: datetime) -> tuple[Finding, ...]:
    """The blocking findings about time that it does not have now."""
    had = {(f.code, f.other) for f in stops_scheduling(findings_of(rfc, at=at))}
    now = stops_scheduling(findings(content, rfc=rfc, at=at))
    return tuple(f for f in now if (f.code, f.other) not in had and f.code != "notice.too_short")


def _of_moves(before: Content, after: Content, differing: tuple[Difference, ...], gained: tuple[Finding, ...]) -> Consequence:
    verdicts = _verdicts(before, after, set_up(), blocked=bool(gained))
    if MoveVerdict.LEAVES in verdicts:
        why = gained[0].message if gained else "It leaves its change window."
        return Consequence(Effect.RETURNS, f"It needs approval again. {why}", differing, gained)
    if MoveVerdict.OTHER_OCCURRENCE in verdicts:
        sentence = "It moves to another permitted night; the change manager confirms that, and the approval stays good."
        return Consequence(Effect.CONFIRM, sentence, differing, gained)
    return Consequence(Effect.NONE, "Its approval stays good.", differing, gained)


def _verdicts(before: Content, after: Content, shared: SetUp, *, blocked: bool) -> set[MoveVerdict]:
    old = {session.id: session.interval for session in before.sessions}
    return {
        move_verdict(
            old.get(session.id),
            session.interval,
            _occurrences(after, session.interval, old.get(session.id), shared),
            new_blocking=blocked,
        )
        for session in after.sessions
        if not session.is_reversed and old.get(session.id) != session.interval
    }


def _occurrences(content: Content, now: Interval, was: Interval | None, shared: SetUp) -> list[Interval]:
    first = min(i.start for i in (now, was) if i)
    last = max(i.start if i.is_open else i.end for i in (now, was) if i)
    period = Interval(first - AROUND, last + AROUND)
    return permitted(shared.windows, content.environment, content.change_type, period)
