"""Severity from the impact answers, and the automatic lane (DESIGN 4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from changes.choices import Ground, ImpactLevel, Severity
from changes.domain.content import Content, Impact
from changes.domain.finding import Finding

#: What each impact question is called in a sentence.
QUESTIONS = {
    "sla": "service level",
    "capacity": "capacity",
    "security": "security",
    "disaster_recovery": "disaster recovery",
}
#: What restoring a service does not wait for: neither a window nor notice.
_NOT_ASKED_TO_RESTORE = ("window.", "notice.")


def proposed_severity(impact: Impact) -> Severity:
    """Major for any high or two medium answers, else minor; an open question counts as none."""
    answers = list(impact.answers().values())
    if ImpactLevel.HIGH in answers or answers.count(ImpactLevel.MEDIUM) >= 2:
        return Severity.MAJOR
    return Severity.MINOR


@dataclass(frozen=True)
class Lane:
    """What the automatic lane is judged by, besides the content.

    `restores_service` says that the change is critical to performance or availability, and
    `named_approver` that the service's named approver has agreed. `blocking` are the findings that
    block; `inside_window` holds for every session.
    """

    type_pre_approved: bool = False
    inside_window: bool = False
    blocking: Sequence[Finding] = ()
    restores_service: bool = False
    named_approver: bool = False


def automatic_grounds(
    content: Content,
    *,
    type_pre_approved: bool,
    inside_window: bool,
    blocking: Sequence[Finding],
    restores_service: bool = False,
    named_approver: bool = False,
) -> Ground | None:
    """The ground on which the content may take the automatic lane, or None (DESIGN 4.3).

    No significant risk is tried first; `restores_service` claims the second ground, which needs the
    service's named approver and no window.
    """
    lane = Lane(type_pre_approved, inside_window, blocking, restores_service, named_approver)
    if content.is_emergency:
        return None
    if not _against_no_risk(content, lane):
        return Ground.NO_RISK
    if restores_service and not _against_restoring(lane):
        return Ground.RESTORES_SERVICE
    return None


def why_not_automatic(
    content: Content,
    *,
    type_pre_approved: bool,
    inside_window: bool,
    blocking: Sequence[Finding],
    restores_service: bool = False,
    named_approver: bool = False,
) -> list[str]:
    """One sentence per reason that keeps the content off the automatic lane; empty if it may take it.

    Where restoring a service is claimed, the reasons are of that ground.
    """
    lane = Lane(type_pre_approved, inside_window, blocking, restores_service, named_approver)
    if content.is_emergency:
        return ["An emergency is never automatic; the approver rota decides it."]
    against_no_risk = _against_no_risk(content, lane)
    if not against_no_risk:
        return []
    return _against_restoring(lane) if restores_service else against_no_risk


def _against_no_risk(content: Content, lane: Lane) -> list[str]:
    reasons = []
    if not lane.type_pre_approved:
        reasons.append("The change type is not pre-approved.")
    reasons += _against_impact(content.impact)
    if not content.sessions:
        reasons.append("There is no session yet.")
    elif not lane.inside_window:
        reasons.append("Not every session is inside its change window.")
    return reasons + _against_findings(lane.blocking)


def _against_restoring(lane: Lane) -> list[str]:
    reasons = [] if lane.named_approver else ["The service's named approver has not agreed."]
    return reasons + _against_findings([finding for finding in lane.blocking if not finding.code.startswith(_NOT_ASKED_TO_RESTORE)])


def _against_impact(impact: Impact) -> list[str]:
    reasons = []
    for name, answer in impact.answers().items():
        if answer is None:
            reasons.append(f"The impact on {QUESTIONS[name]} is not answered.")
        elif answer in (ImpactLevel.MEDIUM, ImpactLevel.HIGH):
            reasons.append(f"The impact on {QUESTIONS[name]} is {answer.value}; nothing above low is automatic.")
    return reasons


def _against_findings(blocking: Sequence[Finding]) -> list[str]:
    return [finding.message for finding in blocking if finding.blocks]


def proposal(content: Content, *, type_severity: Severity | None, type_pre_approved: bool) -> Severity:
    """The severity that an RFC stands under until somebody assigns one.

    A pre-approved type asks for the automatic lane as long as no answer is above low; whether it gets
    it is judged at the submission. A type that is usually major keeps small answers from making it minor.
    """
    above_low = any(answer in (ImpactLevel.MEDIUM, ImpactLevel.HIGH) for answer in content.impact.answers().values())
    if type_pre_approved and not above_low and not content.is_emergency:
        return Severity.AUTOMATIC
    usually_major = type_severity == Severity.MAJOR
    return Severity.MAJOR if usually_major else proposed_severity(content.impact)
