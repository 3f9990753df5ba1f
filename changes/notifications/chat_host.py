"""Which machines a chat may stand on: anything of the world, and inside the house only what FSC_CHAT_HOSTS names.

Whoever has an account types the address that the worker then writes to; without this it would knock at doors inside the house for them.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from django.conf import settings

#: Chats whose host is part of the address; all others are reached at their makers', whatever the address says.
HOSTED = frozenset({
    "matrix", "matrixs", "mmost", "mmosts", "nctalk", "nctalks", "ntfy", "ntfys", "rocket", "rockets", "signal", "signals",
    "synology", "synologys", "workflow", "workflows",
})  # fmt: skip
#: Modes in which those, too, are reached at their makers'; the host is then a secret, or a topic.
_AT_THE_MAKERS = ("cloud", "t2bot")
_INSIDE = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
REFUSED = "The host of this chat stands inside the house. Have it named in FSC_CHAT_HOSTS first."


def why_not_by_name(chat: Any) -> str:
    """Why the host of a chat may not be written to, as far as its name tells; "" where it may. Asks nobody."""
    host = _host(chat)
    return REFUSED if host and not _is_named(host) and _is_inside_by_name(host) else ""


def why_not_by_address(chat: Any) -> str:
    """The same by the addresses that its name leads to now. A name that leads nowhere is left to the sending to find out."""
    host = _host(chat)
    if not host or _is_named(host):
        return ""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return ""
    return REFUSED if any(_is_inside(address) for address in found) else ""


def _host(chat: Any) -> str:
    """Where it is sent, in small letters; "" where the address has no say in that."""
    schemes = {name for names in (chat.protocol, chat.secure_protocol) if names for name in ([names] if isinstance(names, str) else names)}
    if schemes.isdisjoint(HOSTED) or getattr(chat, "mode", None) in _AT_THE_MAKERS:
        return ""
    return str(chat.host or "").lower().strip("[]").rstrip(".")


def _is_named(host: str) -> bool:
    """Whether the house allows it: by its whole name, or by a domain with a dot before it."""
    return any(
        host == allowed.lower() or (allowed.startswith(".") and host.endswith(allowed.lower())) for allowed in settings.FSC_CHAT_HOSTS
    )


def _is_inside_by_name(host: str) -> bool:
    if _address(host):
        return _is_inside(host)
    return "." not in host or host.endswith(_INSIDE)


def _is_inside(text: str) -> bool:
    address = _address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address is None or not address.is_global or address.is_multicast


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
