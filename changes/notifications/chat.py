"""Saying something in a chat, whichever it is, through apprise; and what may be shown of its address (DESIGN 4.9).

An address holds a secret: whoever knows it can write into that chat. It is never logged, nor shown whole.
"""

import logging
import re
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.result import AppriseResultStatus

from changes.notifications import chat_host

#: Seconds that a chat may take to let itself be reached, to answer, and for all of it.
CONNECT, ANSWER, PATIENCE = 4.0, 8.0, 12.0
#: How addresses of chats begin. Apprise knows many more ways to tell somebody something, some of them of this machine itself.
SCHEMES = frozenset(
    {
        "cliq",
        "discord",
        "feishu",
        "flock",
        "gchat",
        "lark",
        "matrix",
        "matrixs",
        "mmost",
        "mmosts",
        "nctalk",
        "nctalks",
        "ntfy",
        "ntfys",
        "revolt",
        "rocket",
        "rockets",
        "ryver",
        "signal",
        "signals",
        "slack",
        "synology",
        "synologys",
        "tgram",
        "twist",
        "webex",
        "workflow",
        "workflows",
        "wxteams",
        "zoom",
        "zulip",
    }
)
_ANSWERED = re.compile(r"error=(\d{3})")
# In detail, apprise and what it sends with name the address.
for _name, _least in (("apprise", logging.WARNING), ("urllib3", logging.ERROR)):
    logging.getLogger(_name).setLevel(_least)
logging.getLogger("apprise").propagate = False
logging.getLogger("apprise").addHandler(logging.NullHandler())


def why_not(url: str) -> str:
    """Why an address is that of no chat that can be written to, in a sentence; "" where it is one. Asks nobody."""
    chat = _chat(url)
    return chat_host.why_not_by_name(chat) if chat else "This is the address of no chat that is known here."


def masked(url: str) -> str:
    """What may be shown of an address: which chat it is of, and nothing of its secret; "" for no chat."""
    chat = _chat(url)
    return str(chat.service_name) if chat else ""


def say(url: str, title: str, body: str) -> str:
    """Write into a chat; gives back why it was not taken, or "" once it was. Never takes longer than `PATIENCE`."""
    chat = _chat(url)
    if chat is None:
        return "The address of the chat is not understood."
    if why := chat_host.why_not_by_name(chat) or chat_host.why_not_by_address(chat):
        return why
    chat.socket_connect_timeout, chat.socket_read_timeout = CONNECT, ANSWER
    sender = Apprise(asset=chat.asset)
    sender.add(chat)
    result = sender.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
    return "" if result else _problem(f"{chat.service_name}", result)


def _chat(url: str) -> Any:
    """The chat of an address as apprise knows it, or None. Redirects are not followed: they would carry the secret elsewhere."""
    asset = AppriseAsset(app_id="Forward schedule", service_timeout=PATIENCE, async_mode=False, secure_logging=True)
    asset.http_redirects = False
    asset.image_url_mask = ""
    chat = Apprise.instantiate(url.strip(), asset=asset, suppress_exceptions=True)
    return chat if chat and not SCHEMES.isdisjoint(_schemes(chat)) else None


def _schemes(chat: Any) -> set[str]:
    found: set[str] = set()
    for names in (chat.protocol, chat.secure_protocol):
        found |= {names} if isinstance(names, str) else set(names or ())
    return found


def _problem(name: str, result: Any) -> str:
    """In our own words: those of apprise could hold the address."""
    if getattr(result, "status", None) == AppriseResultStatus.TIMEOUT:
        return f"{name} did not answer within {PATIENCE:.0f} seconds."
    said = " ".join(str(entry.message) for one in getattr(result, "results", ()) for attempt in one.attempts for entry in attempt.logs)
    answered = _ANSWERED.search(said)
    return f"{name} answered {answered[1]}." if answered else f"{name} could not be reached."
