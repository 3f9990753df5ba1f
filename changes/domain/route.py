"""Which routes may be chosen for a severity of an environment (DESIGN 4.1, 4.3).

The emergency route follows from the urgency, whatever the environment, and is never chosen; the automatic lane belongs to
what is automatic, and nobody approves there. So minor and major are recorded, or decided by the change manager or the board;
automatic ones go their lane, or are recorded like all else where an environment only records.
"""

from collections.abc import Mapping

from changes.choices import Route, Severity

#: What may be chosen, the lightest first.
OFFERED: Mapping[Severity, tuple[Route, ...]] = {
    Severity.MINOR: (Route.RECORD, Route.MANAGER, Route.BOARD),
    Severity.MAJOR: (Route.RECORD, Route.MANAGER, Route.BOARD),
    Severity.AUTOMATIC: (Route.RECORD, Route.AUTOMATIC),
}


def default_for(severity: Severity) -> Route:
    """The route where nobody has chosen one."""
    return Route.AUTOMATIC if severity == Severity.AUTOMATIC else Route.BOARD


def refused(severity: Severity, route: Route) -> tuple[str, str] | None:
    """Why this route cannot be chosen for this severity, and the way out; None where it can."""
    if route in OFFERED[severity]:
        return None
    words = {
        Route.EMERGENCY: "The emergency route follows from the urgency, so it is not chosen for a severity.",
        Route.AUTOMATIC: f"On the automatic lane nobody approves, so {severity.label.lower()} changes cannot take it.",
    }
    others = " or ".join(f"“{one.label.lower()}”" for one in OFFERED[severity])
    told = f"Automatic changes wait for nobody, so “{route.label.lower()}” would never be asked."
    return words.get(route, told), f"Choose {others}."
