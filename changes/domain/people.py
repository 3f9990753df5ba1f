"""What there is to say of the people whom an RFC names."""

from collections.abc import Collection

from changes.choices import Level
from changes.domain.clash import Names
from changes.domain.code import RULES
from changes.domain.content import Content
from changes.domain.finding import Finding


def people_findings(content: Content, left: Collection[str], names: Names) -> list[Finding]:
    """Owner and implementer who cannot sign in any more: told, and in nobody's way. `left` are their usernames."""
    named = {"owner": content.owner, "implementer": content.implementer}
    return [_told(role, name, names) for role, name in named.items() if name in left]


def _told(role: str, name: str | None, names: Names) -> Finding:
    word = names.get(("person", name or ""), name or "")
    return Finding(
        code="people.left",
        level=Level.WARNING,
        field=role,
        message=f"{word}, its {role}, cannot sign in any more.",
        mend=RULES["people.left"].mend,
    )
