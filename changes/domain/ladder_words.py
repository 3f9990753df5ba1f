"""What the ladder of reminders is told in: subjects, instants, people, signs, rules and hastes by name (DESIGN 4.9)."""

from changes.choices import Word


class About(Word):
    """What a reminder is about; with the key of its row it is the subject in the ledger, "session:12"."""

    SESSION = "session"
    NIGHT = "night"
    DRAFT = "draft"
    APPROVAL = "approval"
    DECISION = "decision"
    WORD = "word"
    MOVE = "move"
    RETURN = "return"
    OFF = "off", "Off, or at another time"
    CLASH = "clash"
    CONDITION = "condition"
    ACTION = "action"
    REVIEW = "review"
    FOLLOW_UP = "follow_up", "Permanent follow-up"
    EMERGENCY = "emergency"
    MEETING = "meeting"
    ITEM = "item"
    ELECTRONIC = "electronic", "Put to the vote"
    ASKING = "asking", "Somebody asks for votes"
    FREEZE = "freeze"
    MINUTES = "minutes"
    DELEGATE = "delegate", "Who stands in"
    CALL = "call"
    WITHDRAWAL = "withdrawal"
    STATUS = "status"


class Moment(Word):
    """An instant that a reminder is counted from or ends with."""

    START = "start"
    END = "end"
    CUT_OFF = "cut_off", "Cut-off"
    LAPSES = "lapses", "The approval lapses"
    DECIDED = "decided"
    DUE = "due"
    SUBMITTED = "submitted"
    MOVED = "moved"
    RETURNED = "returned"
    SENT_BACK = "sent_back", "Sent back"
    PUBLISHED = "published"
    SAVED = "saved"
    MORNING = "morning", "Monday morning"
    CALLED = "called"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    LAST_CALL = "last_call", "Last call"
    CLOSES = "closes"
    ASKED = "asked"


class Part(Word):
    """For whom."""

    OWNER = "owner"
    IMPLEMENTER = "implementer"
    MEMBERS = "members", "Chair and members"
    UNDECIDED = "undecided", "Members whose vote is missing"
    APPROVER = "approver"
    CHANGE_MANAGERS = "change_managers", "Change managers"
    DELEGATE = "delegate"
    SERVICE_MANAGERS = "service_managers", "Service managers"
    CHAIR = "chair", "Chair of its board"
    ROTA = "rota", "On the approver rota, one after the other"
    REMINDED = "reminded", "Whoever was reminded of it"
    TOLD = "told", "Members, and owners of what was on the agenda"


class Sign(Word):
    """What has happened to the subject so far."""

    BEGUN = "begun", "It has begun"
    ENDED = "ended", "It has ended"
    DONE = "done", "What was asked for is done"


class Rule(Word):
    """The reminders by name, each with the words it is known by."""

    BEFORE_72H = "before_72h", "Three days before the start"
    BEFORE_24H = "before_24h", "A day before the start"
    BEFORE_1H = "before_1h", "An hour before the start"
    BEGUN = "begun", "Has it begun?"
    OUTCOME = "outcome", "How did it go?"
    OUTCOME_MISSING = "outcome_missing", "The outcome is missing"
    BEGUN_UNANSWERED = "begun_unanswered", "Nobody has said whether it has begun"
    OUTCOME_UNANSWERED = "outcome_unanswered", "Nobody has said how it went"
    OVERRUNNING = "overrunning", "Past its end"
    OUTCOMES_OF_THE_NIGHT = "outcomes_of_the_night", "How did they go?"
    INCOMPLETE = "incomplete_before_cut_off", "Still a draft before the cut-off"
    ON_AGENDA = "on_agenda", "On the agenda"
    DECIDED = "decided", "Decided"
    CONDITION_DUE = "condition_due", "A condition is due"
    ACTION_DUE = "action_due", "What was promised to the board is due"
    APPROVAL_LAPSING = "approval_lapsing", "The approval is about to lapse"
    APPROVAL_GONE = "approval_gone", "The approval is gone"
    WORK_OFF = "work_off", "Not when you were told"
    RETURNED = "returned", "Returned to its owner"
    IN_THE_WAY = "in_the_way", "Another RFC has come into its time"
    REVIEW_DUE = "review_due", "Post-implementation review due"
    FOLLOW_UP_OWED = "follow_up_owed", "Emergency without its permanent follow-up"
    STATUS_ASKED = "status_asked", "How does it stand?"
    AGENDA_PUBLISHED = "agenda_published", "The agenda"
    VOTE_MISSING = "vote_missing", "Vote missing"
    VOTE_ASKED = "vote_asked", "Asked for a vote"
    ELECTRONIC_VOTE = "electronic_vote", "Put to the vote"
    ELECTRONIC_LAST_CALL = "electronic_last_call", "The vote closes soon"
    EMERGENCY_WAITING = "emergency_waiting", "An emergency waits"
    EMERGENCY_UNANSWERED = "emergency_unanswered", "Nobody has answered for an emergency"
    MOVE_TO_CONFIRM = "move_to_confirm", "A move waits to be confirmed"
    WORD_TO_CONFIRM = "word_to_confirm", "An approval by word waits to be confirmed"
    WORD_UNCONFIRMED = "word_unconfirmed", "An approval by word was not confirmed"
    FREEZE = "freeze", "A freeze hits or frees it"
    MINUTES_PUBLISHED = "minutes_published", "The minutes"
    DELEGATE_NAMED = "delegate_named", "You stand in for somebody"
    NEXT_BUT_ONE = "next_but_one", "Next but one in the meeting"
    DECISION_WITHDRAWN = "decision_withdrawn", "A decision was taken back"


class Haste(Word):
    """How long a reminder may be held for its recipient's quiet hours and digest."""

    AT_ONCE = "at_once", "At once, in quiet hours too"
    SOON = "soon", "At once outside of quiet hours"
    CAN_WAIT = "can_wait", "With the day’s digest"
