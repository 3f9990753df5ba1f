"""Where a mail leads, and the words on its button."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from changes.domain.ladder_words import About, Rule
from changes.models import FreezeNoticeLine
from changes.selectors.reminder_letter import Letter

#: Where a mail leads, and the words on its button.
_LEADS_TO: dict[str, tuple[str, str]] = {
    Rule.BEFORE_72H: ("rfc-detail", "Read the plan"),
    Rule.BEFORE_24H: ("rfc-detail", "Read the plan"),
    Rule.BEFORE_1H: ("rfc-detail", "Open the plan"),
    Rule.INCOMPLETE: ("rfc-edit", "Finish the draft"),
    Rule.DECIDED: ("rfc-detail", "Read the decision"),
    Rule.APPROVAL_GONE: ("rfc-history", "Compare approved with now"),
    Rule.WORK_OFF: ("rfc-detail", "Open the RFC"),
    Rule.RETURNED: ("rfc-edit", "Mend the draft"),
    Rule.ACTION_DUE: ("action-list", "Say that it is done"),
    Rule.CONDITION_DUE: ("rfc-detail", "Open the RFC"),
    Rule.STATUS_ASKED: ("rfc-status", "Say in one line how it stands"),
    Rule.REVIEW_DUE: ("rfc-review", "Write the review"),
    Rule.EMERGENCY_WAITING: ("rfc-detail", "Decide now"),
    Rule.MOVE_TO_CONFIRM: ("rfc-detail", "Confirm the move"),
    Rule.WORD_TO_CONFIRM: ("rfc-detail", "Say that it was your word"),
    Rule.WORD_UNCONFIRMED: ("rfc-detail", "Look at it"),
    Rule.AGENDA_PUBLISHED: ("meeting-detail", "Open the agenda"),
    Rule.VOTE_MISSING: ("meeting-detail", "Vote"),
    Rule.MINUTES_PUBLISHED: ("meeting-minutes", "Read the minutes"),
    Rule.NEXT_BUT_ONE: ("sitting-detail", "Follow the meeting"),
    Rule.DECISION_WITHDRAWN: ("rfc-history", "Read what happened"),
    Rule.GROUND_WITHDRAWN: ("rfc-history", "Read what the board said"),
    Rule.VOTE_ASKED: ("meeting-detail", "Vote"),
}


def page(name: str, *arguments: object) -> str:
    """The whole address of a page, for a mail."""
    return f"{settings.FSC_BASE_URL}{reverse(name, args=arguments)}"


def leads_to(letter: Letter) -> tuple[str, str]:
    """The address behind the first button of a mail, and its words."""
    row = letter.row
    if row.rule == Rule.FOLLOW_UP_OWED and row.rfc:
        return f"{page('rfc-create')}?follows_up={row.rfc.number}", "Raise the permanent RFC"
    if letter.notice:
        return _freeze_leads_to(letter.notice_lines)
    if row.subject.startswith(f"{About.NIGHT}:"):
        return page("night-outcomes", row.subject.partition(":")[2]), "Report all of them"
    name, verb = _LEADS_TO.get(row.rule, ("rfc-detail", "Open the RFC"))
    if name.startswith(("meeting", "sitting")):
        return page(name, row.meeting_id), verb
    return _other_page(letter, name, verb)


def _other_page(letter: Letter, name: str, verb: str) -> tuple[str, str]:
    if letter.poll:
        return page("item-detail", letter.poll.item.meeting_id, letter.poll.item_id), "Read it and vote"
    if letter.row.rule == Rule.DELEGATE_NAMED:
        return page("preference"), "See for whom, and until when"
    if letter.action:
        return f"{page('action-list')}?board={letter.action.board.slug}#action-{letter.action.pk}", verb
    return (page(name, letter.row.rfc.number), verb) if letter.row.rfc else (page("home"), "Open the schedule")


def _freeze_leads_to(lines: list[FreezeNoticeLine]) -> tuple[str, str]:
    """To the one RFC, or to the list of them."""
    numbers = [line.rfc.number for line in lines]
    if len(numbers) == 1:
        return page("rfc-detail", numbers[0]), f"Open {numbers[0]}"
    return f"{page('rfc-list')}?{urlencode({'number': numbers}, doseq=True)}", f"See these {len(numbers)} RFCs"
