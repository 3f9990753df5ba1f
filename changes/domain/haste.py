"""What belongs to a rule of the ladder whatever its rungs: how long it may wait, who may turn it off, whom it is for alone (DESIGN 4.9).

`domain.delivery` makes rows of it.
"""

from changes.domain.ladder_words import Haste, Rule

#: These pass quiet hours and digests: somebody waits for the answer this minute, or it is about work that they planned for that hour.
AT_ONCE = frozenset({Rule.WORK_OFF, Rule.EMERGENCY_WAITING, Rule.EMERGENCY_UNANSWERED, Rule.NEXT_BUT_ONE, Rule.BEGUN})
#: Of an emergency these pass as well: what is asked and told about its work and its decision.
AT_ONCE_IN_AN_EMERGENCY = frozenset(
    {
        Rule.BEFORE_72H,
        Rule.BEFORE_24H,
        Rule.BEFORE_1H,
        Rule.OUTCOME,
        Rule.BEGUN_UNANSWERED,
        Rule.OUTCOME_UNANSWERED,
        Rule.OVERRUNNING,
        Rule.DECIDED,
        Rule.DECISION_WITHDRAWN,
        Rule.APPROVAL_GONE,
        Rule.RETURNED,
        Rule.MOVE_TO_CONFIRM,
        Rule.WORD_TO_CONFIRM,
    }
)
#: These may come with the day's digest, where they still help then.
CAN_WAIT = frozenset(
    {
        Rule.BEFORE_72H,
        Rule.BEFORE_24H,
        Rule.OUTCOMES_OF_THE_NIGHT,
        Rule.OUTCOMES_UNANSWERED,
        Rule.OUTCOMES_STILL_UNANSWERED,
        Rule.INCOMPLETE,
        Rule.ON_AGENDA,
        Rule.DECIDED,
        Rule.ACTION_DUE,
        Rule.CONDITION_DUE,
        Rule.APPROVAL_LAPSING,
        Rule.IN_THE_WAY,
        Rule.REVIEW_DUE,
        Rule.FOLLOW_UP_OWED,
        Rule.OUTCOME_MISSING,
        Rule.STATUS_ASKED,
        Rule.AGENDA_PUBLISHED,
        Rule.MINUTES_PUBLISHED,
        Rule.GROUND_WITHDRAWN,
        Rule.VOTE_MISSING,
    }
)
#: These tell what the product shows anyhow; whoever does not want them turns them off. Nobody turns off what asks for something.
MAY_BE_OFF = frozenset(
    {
        Rule.BEFORE_72H,
        Rule.BEFORE_24H,
        Rule.INCOMPLETE,
        Rule.ON_AGENDA,
        Rule.ANOTHER_MEETING,
        Rule.DECIDED,
        Rule.IN_THE_WAY,
        Rule.AGENDA_PUBLISHED,
    }
)
#: These only the recipient can answer, so that no delegate gets them in their stead.
PERSONAL = frozenset(
    {
        Rule.EMERGENCY_WAITING,
        Rule.VOTE_MISSING,
        Rule.VOTE_ASKED,
        Rule.ELECTRONIC_VOTE,
        Rule.ELECTRONIC_LAST_CALL,
        Rule.WORD_TO_CONFIRM,
        Rule.DELEGATE_NAMED,
    }
)

#: These go by mail too, whatever their recipient wishes, for they are called and somebody waits for them to come.
ALWAYS_BY_MAIL = frozenset({Rule.EMERGENCY_WAITING})


def haste_of(rule: str, *, is_emergency: bool = False) -> Haste:
    """How long a rule may be held, about an emergency or any other RFC; one that is named nowhere comes soon."""
    if rule in AT_ONCE or (is_emergency and rule in AT_ONCE_IN_AN_EMERGENCY):
        return Haste.AT_ONCE
    return Haste.CAN_WAIT if rule in CAN_WAIT else Haste.SOON
