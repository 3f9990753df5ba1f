"""The buttons in a mail: what can be answered, and the page on which it is done after signing in (DESIGN 4.9)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from changes.domain.answer import Say
from changes.domain.ladder import PASSED_ON
from changes.domain.ladder_words import Rule
from changes.models import Reminder
from changes.notifications.unsubscribe import token_of
from changes.selectors.reminder_letter import Letter

#: What is asked has these answers, the likeliest first. Opening the page behind one changes nothing.
ANSWERS: Mapping[str, tuple[Say, ...]] = {
    Rule.BEGUN: (Say.BEGUN,),
    Rule.BEGUN_UNANSWERED: (Say.BEGUN,),
    Rule.OUTCOME: (Say.WELL, Say.HOUR),
    Rule.OUTCOME_MISSING: (Say.WELL,),
    Rule.OUTCOME_UNANSWERED: (Say.WELL, Say.HOUR),
    Rule.OVERRUNNING: (Say.HOUR, Say.WELL),
}


def answer_words(letter: Letter, moment: Callable[[datetime], str]) -> dict[str, Any]:
    """The answers as (words, link), where everything else is said, and who was asked before; nothing where nothing is asked."""
    row = letter.row
    if row.rule not in ANSWERS or row.rfc is None or row.session_id is None:
        return {}
    return {
        "answers": [(say.label, _link(row, say)) for say in ANSWERS[row.rule]],
        "otherwise": f"{settings.FSC_BASE_URL}{reverse('rfc-outcome', args=[row.rfc.number])}",
        "asked": [_asked(one, moment) for one in letter.asked] if row.rule in PASSED_ON else [],
    }


def _link(row: Reminder, say: Say) -> str:
    number = row.rfc.number if row.rfc else ""
    query = urlencode({"session": row.session_id, "say": say.value})
    return f"{settings.FSC_BASE_URL}{reverse('rfc-answer', args=[number])}?{query}"


def _asked(row: Reminder, moment: Callable[[datetime], str]) -> tuple[str, str]:
    """Who, and when; of a reminder that waits or did not arrive that it does."""
    name = f"{row.recipient} for {row.on_behalf_of}" if row.on_behalf_of else f"{row.recipient}"
    return name, moment(row.sent_at) if row.sent_at else f"not reached yet, to be asked {moment(row.send_at)}"


def off_link(letter: Letter) -> str:
    """Where this kind of mail is turned off without signing in; "" for what nobody turns off, or gets in another's stead."""
    token = "" if letter.row.on_behalf_of_id else token_of(letter.row.recipient_id, letter.row.rule)
    return f"{settings.FSC_BASE_URL}{reverse('unsubscribe', args=[token])}" if token else ""
