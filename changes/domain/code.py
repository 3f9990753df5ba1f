"""The finding codes: which there are, what each means, and what mends it (DESIGN 7).

The page "the rules" and the API's documentation are made from this table. Codes are promises: a new
one may join, none is renamed. `level` is the usual one; a rule may lower it (an emergency, a draft).
"""

from dataclasses import dataclass

from changes.choices import Level


@dataclass(frozen=True)
class Rule:
    """One finding code, as people read it."""

    code: str
    level: Level
    meaning: str
    mend: str

    @property
    def family(self) -> str:
        """The part before the dot: `window` of `window.misses`."""
        return self.code.partition(".")[0]

    @property
    def fault(self) -> str:
        """The part after the dot: `misses` of `window.misses`."""
        return self.code.partition(".")[2]


_ERRORS = {
    "title.missing": ("The RFC has no title.", "Say in one line what is changed, and where."),
    "reason.missing": (
        "Nobody has said why this is done now, and what happens if it is not.",
        "Give the reason, and what it costs not to do it.",
    ),
    "service.missing": ("No service is named.", "Name the services that are changed."),
    "environment.missing": ("No environment is named.", "Choose where the change is made."),
    "urgency.missing": ("The urgency is not stated.", "Choose how soon it has to be done."),
    "impact.missing": ("One of the four impact questions has no answer.", "Answer it; “none” is an answer."),
    "turnaround.missing": (
        "There is neither a session nor a date by which it is needed.",
        "Choose a session, or say by when it is needed.",
    ),
    "outage.missing": (
        "A session does not say whether users will notice, or names an outage without times.",
        "Say “none”, or from when to when users will notice.",
    ),
    "rollout.missing": ("There are no rollout steps.", "Write the steps that make the change."),
    "rollout.step_unclear": (
        "A rollout step lacks a role, minutes or a check (an error for major, else advice), or is vague (advice).",
        "Say who does it, how long it takes, and how one sees that it worked.",
    ),
    "verification.missing": ("There are no verification steps.", "Write how one sees that the change worked."),
    "verification.step_unclear": (
        "A verification step cannot be followed by somebody else; judged as the rollout's steps are.",
        "Say who looks, how long it takes, and what there is to see.",
    ),
    "rollback.missing": ("There are no rollback steps.", "Write how one gets back to what was before."),
    "rollback.step_unclear": (
        "A rollback step cannot be followed by somebody else; judged as the rollout's steps are.",
        "Say who does it, how long it takes, and how one sees that it worked.",
    ),
    "rollback.no_trigger": (
        "At the point of no return nobody can tell whether to turn back.",
        "Name one thing that can be seen, and its limit.",
    ),
    "plan.no_total": (
        "No step of the rollout, or none of the rollback, says how long it takes.",
        "Give the steps their minutes.",
    ),
    "plan.exceeds_session": (
        "Rollout, verification and rollback together take longer than a session.",
        "Make the session longer, or the plan shorter.",
    ),
    "plan.template_unchanged": (
        "A text of the known change type still asks for something that nobody has filled in.",
        "Put your own values where it asks for them.",
    ),
    "incident.missing": (
        "An emergency names neither an incident nor a threat. With a reason, it is advice to name the incident too.",
        "Refer to the incident, or state the threat as the reason.",
    ),
    "interval.reversed": ("A session ends at or before its start.", "Put the end after the start."),
    "window.misses": ("No minute of a session is inside a change window.", "Choose a time inside a window."),
    "window.exceeds": (
        "A session is partly outside of its change window.",
        "Make it shorter, or move it until it fits.",
    ),
    "freeze.active": (
        "A session lies in a freeze.",
        "Choose a time after the freeze, or have the freeze waived by whom it names.",
    ),
    "notice.too_short": (
        "The change type needs more notice than is left.",
        "Choose a later session, or have the change manager accept the short notice.",
    ),
    "conflict.same_item": (
        "Another RFC changes the same configuration item at the same time.",
        "Move one of the two, or have the change manager waive it.",
    ),
    "conflict.same_implementer": (
        "The implementer has another session at the same time.",
        "Move one of the two, or name another implementer.",
    ),
    "conflict.outage": (
        "Two planned outages of one service overlap.",
        "Agree on one outage for both with a waiver, or move one of the two.",
    ),
    "conflict.predecessor": (
        "An RFC that has to be done before is not done by then, or will not be done at all.",
        "Move this session behind it, or take it off the predecessors.",
    ),
}
_WARNINGS = {
    "window.undefined": (
        "No change window is defined for this environment and change type.",
        "Have an administrator define one, or choose another environment.",
    ),
    "interval.in_past": (
        "A session began before the RFC was submitted or moved.",
        "Choose a time ahead; if the work is done already, raise it with its actual times.",
    ),
    "interval.unusual": (
        "A date is odd: a year away, far longer than usual, midnight to midnight, when the clocks change, or over another session.",
        "Look at it once more; if it is meant, leave it.",
    ),
    "people.left": (
        "Its owner or its implementer cannot sign in any more.",
        "Name somebody else, who answers for it or does the work.",
    ),
    "conflict.same_service": (
        "Another RFC works on the same service at the same time.",
        "Agree with its owner who goes first, or choose another time.",
    ),
    "conflict.successor": (
        "An RFC that waits for this one starts before it is done.",
        "Move what waits for it as well, or have this one done sooner.",
    ),
    "conflict.dependency": (
        "One of two services is out while work is done on the other, and one depends on the other.",
        "Agree with its owner who goes first, or choose another time.",
    ),
}
_ADVICE = {
    "change_type.missing": (
        "The RFC follows no known change type, so the environment's windows apply.",
        "Choose a type, and its steps, severity and windows are filled in.",
    ),
    "plan.no_reserve": (
        "The plan fills a session almost to the minute.",
        "Make the session longer, or know which step can be left out.",
    ),
}

#: Every code that a finding may carry, in the order in which they are explained.
RULES: dict[str, Rule] = {
    code: Rule(code, level, meaning, mend)
    for level, table in ((Level.ERROR, _ERRORS), (Level.WARNING, _WARNINGS), (Level.ADVICE, _ADVICE))
    for code, (meaning, mend) in table.items()
}

#: Families that are judged for *scheduled* (DESIGN 4.4 to 4.6) and that a waiver can accept; all
#: others belong to completeness (4.2), which *submitted* needs and which nobody can waive.
SCHEDULING = frozenset({"window", "freeze", "notice", "conflict"})


def can_be_waived(code: str) -> bool:
    """Whether a person may accept what blocks under this code; what is missing has to be written instead."""
    return is_scheduling(code)


def is_scheduling(code: str) -> bool:
    """Whether a code is about when (DESIGN 4.4 to 4.6), not about what is written (4.2)."""
    return code.partition(".")[0] in SCHEDULING
