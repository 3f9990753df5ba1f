"""The link by which one kind of mail is turned off without signing in (RFC 2369, RFC 8058): signed, good for nothing else."""

from django.core import signing

from changes.domain.haste import MAY_BE_OFF
from changes.domain.ladder_words import Rule

_SALT = "changes.reminders.off"


def token_of(person: int, rule: str) -> str:
    """What the link holds for somebody, by key, and a rule; "" for a rule that nobody turns off."""
    return signing.dumps([person, rule], salt=_SALT, compress=False) if rule in MAY_BE_OFF else ""


def read_token(token: str) -> tuple[int, Rule] | None:
    """Whom it is about and which rule; None for what was never given out, or is about a rule that is no more."""
    try:
        person, rule = signing.loads(token, salt=_SALT)
        return int(person), Rule(rule)
    except (signing.BadSignature, ValueError, TypeError):
        return None
