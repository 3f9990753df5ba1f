"""What an edit would mean for an approval, said before it is made (DESIGN 4.1, "Approval is of a content")."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from changes.choices import Route, State
from changes.domain.content import Content
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.judgement import stops_scheduling
from changes.domain.materiality import Difference, MoveVerdict, differences, is_material, move_verdict
from changes.domain.owed import OWING_STATES, reopened
from changes.domain.window import permitted
from changes.models import RFC
from changes.selectors.approval import approved_content
from changes.selectors.basis import SetUp, set_up, set_up_for
from changes.selectors.finding import findings, findings_of

#: So far around a session its window's occurrences are looked up.
AROUND = timedelta(days=35)


class Effect(StrEnum):
    """What an edit does to an approved RFC."""

    NONE = "none"
    CONFIRM = "confirm"
    RETURNS = "returns"
    #: Off the schedule until what blocks it is mended or waived, where nobody's approval can be lost.
    COMES_OFF = "comes_off"


@dataclass(frozen=True)
class Consequence:
    """The effect, the sentence that says it, every field that differs, and what blocks afterwards."""

    effect: Effect
    sentence: str
    differences: tuple[Difference, ...] = ()
    new_findings: tuple[Finding, ...] = ()


def consequence_of(
    rfc: RFC,
    content: Content,
    *,
    at: datetime,
    instead: Mapping[str, Content] | None = None,
    shared: SetUp | None = None,
) -> Consequence:
    """What writing `content` into a stored RFC would mean; it writes nothing.

    Give an RFC that was read `with_content()`. Only an approval can be lost, so before it nothing follows.
    `instead` gives other RFCs, by number, the contents that are written with it; `shared` is the set-up data, already read.
    """
    before = rfc.content()
    differing = tuple(differences(approved_content(rfc), content))
    if rfc.state in OWING_STATES:
        return Consequence(Effect.NONE, "Its work has begun, so nothing has to be asked again.", differing)
    if rfc.state not in (State.APPROVED, State.SCHEDULED):
        return Consequence(Effect.NONE, "It is not approved yet, so nothing has to be asked again.", differing)
    shared = set_up_for(shared or set_up(at), [before, content])
    gained = _gained(rfc, content, at, instead, shared)
    if rfc.route == Route.RECORD and content.environment == before.environment:
        return _of_record(differing, gained)
    if is_material(differing):
        fields = ", ".join(d.field.replace("_", " ") for d in differing if d.material)
        return Consequence(Effect.RETURNS, f"What was approved changes: {fields}.", differing, gained)
    if gained and reopened(before, content) != content:
        return Consequence(Effect.RETURNS, f"Its approval does not cover this: {gained[0].message}", differing, gained)
    return _of_moves(before, content, differing, gained, shared)


def _of_record(differing: tuple[Difference, ...], gained: tuple[Finding, ...]) -> Consequence:
    """Where changes are only recorded nobody has to be asked; what blocks still blocks."""
    if gained:
        return Consequence(Effect.COMES_OFF, f"It comes off the schedule until this is mended: {gained[0].message}", differing, gained)
    return Consequence(Effect.NONE, "Nobody has to be asked: changes are only recorded here.", differing)


def _gained(rfc: RFC, content: Content, at: datetime, instead: Mapping[str, Content] | None, shared: SetUp) -> tuple[Finding, ...]:
    """The blocking findings about time that it does not have now; a notice that the move makes too short is one."""
    before = rfc.content()
    had = {_about(f, before) for f in stops_scheduling(findings_of(rfc, at=at, shared=shared))}
    now = stops_scheduling(findings(content, rfc=rfc, at=at, instead=instead, shared=shared))
    return tuple(f for f in now if _about(f, content) not in had)


def _about(finding: Finding, content: Content) -> tuple[object, ...]:
    """What makes two findings the same one: another freeze or another session is another finding, another minute of one overlap is not."""
    when = finding.interval if finding.code == "freeze.active" else None
    return finding.code, finding.other, finding.about, _session_of(finding, content), when


def _session_of(finding: Finding, content: Content) -> object:
    """Which session it is about, wherever it stands now; None where it is about all of them."""
    if not finding.field.startswith("sessions[") or finding.code == "notice.too_short":
        return None
    place = int(finding.field.removeprefix("sessions[").partition("]")[0])
    return content.sessions[place].id or place


def _of_moves(
    before: Content, after: Content, differing: tuple[Difference, ...], gained: tuple[Finding, ...], shared: SetUp
) -> Consequence:
    verdicts = _verdicts(before, after, shared, blocked=bool(gained))
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
    if content.environment in shared.always_open:
        return [period]
    return permitted(shared.windows, content.environment, content.change_type, period)
