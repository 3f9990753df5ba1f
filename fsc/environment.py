"""Reading the environment so that a bad value stops the start and says how to mend it.

Every reader takes the variable's name and raises `ImproperlyConfigured` with the name, what was given and a hint.
"""

import re
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False, "": False}
#: Who sets one of these means a production, not the demo that somebody once started in the same folder.
OF_PRODUCTION = ("ALLOWED_HOSTS", "FSC_BASE_URL", "EMAIL_URL")
#: What Django's own check asks of a key.
KEY_LENGTH, KEY_SIGNS = 50, 5
#: A host by name, a whole domain with a dot before it, or an address; neither scheme nor port.
HOST = re.compile(r"\.?[\w-]+(\.[\w-]+)*|\[[0-9A-Fa-f:.]+\]")

env = environ.Env()


def refuse(name: str, value: object, hint: str) -> NoReturn:
    given = "is not set" if value in (None, "") else f"is {value!r}"
    raise ImproperlyConfigured(f"{name} {given}. {hint}")


def text(name: str, default: str) -> str:
    return str(env.ENVIRON.get(name) or default)


def demo(kept: Path) -> bool:
    """Whether this is a demo: DEMO says so, or `kept`, the file that `run.py` writes; a demo reads its other values from it too."""
    if env.ENVIRON.get("DEMO") is None and kept.is_file():
        given = [name for name in OF_PRODUCTION if text(name, "")]
        if given:
            raise ImproperlyConfigured(
                f"{kept} makes this a demo, but {', '.join(given)} {'is' if len(given) == 1 else 'are'} set as for production."
                " Remove that file, or set DEMO=1 or DEMO=0 to say which it is."
            )
    if flag("DEMO", default=kept.is_file()):
        environ.Env.read_env(kept, overwrite=False)
    return flag("DEMO")


def secret(name: str, hint: str, *, strong: bool) -> str:
    """A secret; a `strong` one is long and varied enough that nobody guesses it. It is never shown."""
    value = required(name, hint)
    if strong and (len(value) < KEY_LENGTH or len(set(value)) < KEY_SIGNS or value.startswith("django-insecure-")):
        raise ImproperlyConfigured(f"{name} is too short or too plain. {hint}")
    return value


def token(name: str, hint: str) -> str:
    """A secret that programs send in a header, or "" for none. It is never shown."""
    value = text(name, "")
    if value and not re.fullmatch(r"[\w.~+/=-]{20,}", value, re.ASCII):
        raise ImproperlyConfigured(f"{name} is too short, or has signs that do not fit into a header. {hint}")
    return value


def hosts(name: str, hint: str) -> list[str]:
    """The hosts that a site answers to; at least one, and not just any."""
    given = words(name, [])
    if not given or any(HOST.fullmatch(host) is None for host in given):
        refuse(name, ",".join(given), hint)
    return given


def hosts_or_none(name: str, hint: str) -> list[str]:
    """Hosts as `hosts` reads them, of which there may be none."""
    return hosts(name, hint) if words(name, []) else []


def mailbox(name: str, default: str, hint: str) -> str:
    """An address that mail comes from, with or without a name before it."""
    value = text(name, default)
    _, address = parseaddr(value)
    return value if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", address) else refuse(name, value, hint)


def required(name: str, hint: str) -> str:
    """A value that has no sensible default."""
    value = text(name, "")
    return value or refuse(name, value, hint)


def words(name: str, default: list[str]) -> list[str]:
    """A list separated by commas; blanks around the commas do not count."""
    given = [word.strip() for word in text(name, "").split(",")]
    return [word for word in given if word] or default


def flag(name: str, *, default: bool = False) -> bool:
    value = env.ENVIRON.get(name)
    if value is None:
        return default
    if value.strip().lower() not in FLAGS:
        refuse(name, value, "Set it to 1 or 0.")
    return FLAGS[value.strip().lower()]


def choice(name: str, default: str, known: tuple[str, ...]) -> str:
    value = text(name, default)
    return value if value in known else refuse(name, value, f"Use {', '.join(known)}.")


def positive(name: str, default: int, hint: str) -> int:
    return _parsed(name, text(name, str(default)), _positive, hint)


def time_zone(name: str, default: str) -> str:
    return _parsed(name, text(name, default), _zone, 'Name a zone of the IANA time zone database, for example "Europe/Amsterdam".')


def time_zones(name: str, default: list[str]) -> list[str]:
    hint = 'Name zones of the IANA time zone database, separated by commas, for example "Europe/Amsterdam,UTC".'
    return [_parsed(name, zone, _zone, hint) for zone in words(name, default)]


def hours_by_word(name: str, default: Mapping[str, int]) -> dict[str, int]:
    """Hours for each of the words of `default`, rising in their order: `emergency=24,high=168`."""
    hint = "Give whole hours for each, rising: " + ",".join(f"{word}={hours}" for word, hours in default.items()) + "."
    pairs = [f"{word}={hours}" for word, hours in default.items()]
    given = words(name, pairs)
    hours = {word: _parsed(name, number, _positive, hint) for word, _, number in (pair.partition("=") for pair in given)}
    if list(hours) != list(default) or list(hours.values()) != sorted(set(hours.values())):
        refuse(name, text(name, ""), hint)
    return hours


def url(name: str, default: str, hint: str, *, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """An address without the slash at its end, or "" where neither it nor a default is given."""
    value = text(name, default)
    scheme, mark, rest = value.partition("://")
    if value and (not mark or not rest.strip("/") or scheme not in schemes):
        refuse(name, value, hint)
    return value.rstrip("/")


def database(name: str, default: Path) -> dict[str, Any]:
    """Django's description of the database behind an address; a new SQLite file is made at `default`."""
    hint = "Use postgres://user:password@host:5432/name or sqlite:////absolute/path/to/file.sqlite3."
    value = text(name, f"sqlite:///{default}")
    if value.partition("://")[0] not in ("sqlite", "postgres", "postgresql"):
        refuse(name, value, hint)
    described: dict[str, Any] = _parsed(name, value, environ.Env.db_url_config, hint)
    if described.get("NAME") in ("", ":memory:"):
        refuse(name, value, hint)
    return described


def mail(name: str, *, needed: bool) -> dict[str, Any]:
    """Django's mail settings behind an address; empty where none is given and none is needed."""
    hint = "Use smtp://user:password@host:25, smtp+tls://user:password@host:587, or consolemail:// to print mails."
    value = required(name, hint) if needed else text(name, "")
    if not value:
        return {}
    if value.partition("://")[0] not in environ.Env.EMAIL_SCHEMES:
        refuse(name, value, hint)
    described: dict[str, Any] = _parsed(name, value, environ.Env.email_url_config, hint)
    if value.startswith("smtp") and not described.get("EMAIL_HOST"):
        refuse(name, value, hint)
    return {key: setting for key, setting in described.items() if key.startswith("EMAIL_")}


def _parsed(name: str, value: str, parse: Callable[[str], Value], hint: str) -> Value:
    try:
        return parse(value)
    except (ValueError, KeyError, OSError):
        return refuse(name, value, hint)


def _positive(value: str) -> int:
    number = int(value)
    if number <= 0:
        raise ValueError(value)
    return number


def _zone(value: str) -> str:
    return ZoneInfo(value).key
