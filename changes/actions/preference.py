"""Saying how one wants to be told: by what, when, of what, and who stands in (DESIGN 4.9)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.admin.models import CHANGE
from django.db import transaction

from changes.actions.event import columns_between, columns_of, log
from changes.actions.held import tell_anew
from changes.choices import Role
from changes.domain.haste import MAY_BE_OFF
from changes.domain.ladder_words import Rule
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import Preference, User
from changes.notifications import chat
from changes.selectors.preference import absent_delegate
from changes.selectors.reminder_wishes import zone_of


@dataclass(frozen=True)
class Wish:
    """All that somebody can wish for. Hours and dates are those of their zone; dates are both included.

    `chat_url` is None where the stored one stays, and empty where there is none any more.
    """

    by_mail: bool = True
    on_page: bool = True
    chat_url: str | None = None
    digest_at: time | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    muted: Collection[str] = ()
    delegate: User | None = None
    delegate_since: date | None = None
    delegate_until: date | None = None


@transaction.atomic
def save(user: User, wish: Wish, *, actor: User, at: datetime) -> Preference:
    """Keep the wishes of `user`; a delegate who is named anew is told. They hold for what is held and unsent, too.

    Raises `NotAllowed` for anybody else, `Unacceptable` for what cannot be, with the field that it is about.
    """
    if actor.pk != user.pk:
        raise NotAllowed("How somebody is told is theirs to say.")
    row, _ = Preference.objects.select_for_update().get_or_create(user=user)
    before = columns_of(row)
    _check_hours(wish)
    _check_muted(wish.muted)
    _check_delegate(user, wish, at)
    if wish.chat_url:
        if why := chat.why_not(wish.chat_url):
            raise Unacceptable(why, mend="Write it as apprise does, for example slack://… or mmosts://….", field="chat_url")
        row.chat_url = wish.chat_url.strip()
    elif wish.chat_url is not None:
        row.chat_url = ""
    if not (wish.by_mail or wish.on_page or row.chat_url):
        raise Unacceptable("You would be told by nothing at all.", mend="Leave at least one way.", field="by_mail")
    _fill(row, wish, at)
    row.save()
    tell_anew(user, at=at)
    _log(row, before, actor, at)
    return row


def _log(row: Preference, before: Mapping[str, Any], actor: User, at: datetime) -> None:
    """What was changed, where set-up data has its log; of a chat no more than that it is another one, for its address is a secret."""
    after = columns_of(row)
    shown = [{name: value for name, value in columns.items() if name != "chat_url"} for columns in (before, after)]
    chat_words = "chat_url" if before["chat_url"] != after["chat_url"] else ""
    if changed := "; ".join(filter(None, [columns_between(*shown), chat_words])):
        log(row, CHANGE, actor=actor, at=at, message=changed)


def _fill(row: Preference, wish: Wish, at: datetime) -> None:
    before = row.delegate_id, row.delegate_since, row.delegate_until
    for name in ("by_mail", "on_page", "digest_at", "quiet_from", "quiet_until", "delegate_since", "delegate_until"):
        setattr(row, name, getattr(wish, name))
    row.muted, row.delegate = sorted(set(wish.muted)), wish.delegate
    if row.delegate is None:
        row.delegate_since = row.delegate_until = row.delegate_named_at = None
    elif (row.delegate_id, row.delegate_since, row.delegate_until) != before:
        row.delegate_named_at = at


def _check_hours(wish: Wish) -> None:
    if (wish.quiet_from is None) != (wish.quiet_until is None):
        field = "quiet_from" if wish.quiet_from is None else "quiet_until"
        raise Unacceptable("Quiet hours have a begin and an end.", mend="Give both, or neither.", field=field)
    if wish.quiet_from is not None and wish.quiet_from == wish.quiet_until:
        raise Unacceptable("They would begin and end at the same minute.", mend="Give two different times, or none.", field="quiet_until")


def _check_muted(muted: Collection[str]) -> None:
    asked = sorted(set(muted) - {rule.value for rule in MAY_BE_OFF})
    if asked:
        words = Rule(asked[0]).label if asked[0] in list(Rule) else asked[0]
        raise Unacceptable(f"“{words}” asks for something, so nobody turns it off.", mend="Leave it on.", field="muted")


def _check_delegate(user: User, wish: Wish, at: datetime) -> None:
    """Chains are refused: what came to a delegate who is away would reach nobody whom its owner chose."""
    delegate = wish.delegate
    if delegate is None:
        return
    if delegate.pk == user.pk or not delegate.is_active or delegate.role in (Role.TOOL, Role.VIEWER):
        raise Unacceptable(f"{delegate} cannot stand in for you.", mend="Name somebody else who does changes.", field="delegate")
    if wish.delegate_since and wish.delegate_until and wish.delegate_until < wish.delegate_since:
        raise Unacceptable("The last day lies before the first.", mend="Give a later one.", field="delegate_until")
    if wish.delegate_until and wish.delegate_until < at.astimezone(zone_of(user)).date():
        raise Unacceptable("These days are over.", mend="Give days to come, or name nobody.", field="delegate_until")
    if other := absent_delegate(delegate, wish.delegate_since, wish.delegate_until, at=at):
        sentence = f"{delegate} has named {other.delegate} for some of these days, and reminders are not passed on twice."
        raise Unacceptable(sentence, mend=f"Name {other.delegate}, or other days.", field="delegate")


@transaction.atomic
def mute(user: User, rule: str, *, actor: User, at: datetime) -> Preference:
    """Turn one rule off, as the link in a mail does. Raises `NotAllowed`, or `Unacceptable` for one that nobody turns off."""
    if actor.pk != user.pk:
        raise NotAllowed("How somebody is told is theirs to say.")
    _check_muted([rule])
    row, _ = Preference.objects.select_for_update().get_or_create(user=user)
    before = columns_of(row)
    row.muted = sorted({*row.muted, rule})
    row.save(update_fields=["muted"])
    tell_anew(user, at=at)
    _log(row, before, actor, at)
    return row
