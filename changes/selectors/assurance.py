"""What is right about the times of a content: the answers beside the fields that no finding gives (LOOK 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.choices import Urgency
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.freeze import concerns, frozen
from changes.domain.interval import Interval
from changes.domain.recurrence import describe
from changes.domain.window import fit, permitted, serving
from changes.domain.wording import day_time, length, place_of, when
from changes.selectors.basis import SetUp

#: So far ahead the next freeze is told of.
_AHEAD = timedelta(weeks=13)


@dataclass(frozen=True)
class Assurance:
    """One "yes": `message` is what it is about, `why` the sentence."""

    message: str
    why: str
    level: str = "ok"


def assurances(content: Content, found: Iterable[Finding], shared: SetUp, *, at: datetime, time_zone: str) -> list[Assurance]:
    """Window, freeze and notice of the sessions, each only where nothing speaks against it. Reads nothing.

    `found` are the content's findings, `shared` the set-up that they were judged by; sentences are in `time_zone`.
    """
    sessions = [session for session in content.sessions if session.end and not session.is_reversed]
    if not sessions or not content.environment or content.urgency == Urgency.EMERGENCY:
        return []
    families = {finding.code.partition(".")[0] for finding in found}
    answers = (
        _window(content, sessions, shared, time_zone) if "window" not in families else None,
        _freeze(content, sessions, shared, time_zone) if "freeze" not in families else None,
        _notice(content, sessions, shared, at) if "notice" not in families else None,
    )
    return [answer for answer in answers if answer]


def windows_in_words(content: Content, shared: SetUp) -> str:
    """The windows that serve this environment and type, "every other Saturday 22:00–04:00", with the zone where it is their own."""
    serve = serving(shared.windows, content.environment, content.change_type)
    return "; ".join(dict.fromkeys(f"{describe(w.recurrence)} {place_of(w.recurrence.time_zone)}" for w in serve))


def _window(content: Content, sessions: Sequence[Session], shared: SetUp, zone: str) -> Assurance | None:
    if content.environment in shared.always_open:
        return Assurance("Window", "This environment is open at any time.")
    if len(sessions) > 1:
        return Assurance("Window", f"All {len(sessions)} sessions are inside.")
    whole = sessions[0].interval
    occurrence = fit(whole, permitted(shared.windows, content.environment, content.change_type, whole)).occurrence
    if occurrence is None:
        return None
    left = (occurrence.end - occurrence.start - (whole.end - whole.start)) // timedelta(minutes=1)
    free = f"you leave {length(left)} of it free" if left else "you use all of it"
    return Assurance("Window", f"{when(occurrence, zone)}; {free}.")


def _freeze(content: Content, sessions: Sequence[Session], shared: SetUp, zone: str) -> Assurance:
    end = max(session.interval.end for session in sessions)
    concerned = (freeze for freeze in shared.freezes if concerns(freeze, content))
    ahead = sorted(interval for freeze in concerned for interval in frozen(freeze, Interval(end, end + _AHEAD)))
    until = f"None until {day_time(ahead[0].start, zone)}." if ahead else "None in the 13 weeks after it."
    return Assurance("Freeze", until)


def _notice(content: Content, sessions: Sequence[Session], shared: SetUp, at: datetime) -> Assurance | None:
    kind = shared.change_types.get(content.change_type or "")
    start = min(session.start for session in sessions)
    if kind is None or not kind.notice_hours or start <= at:
        return None
    return Assurance("Notice", f"{_days(start - at)}; this type needs {_days(timedelta(hours=kind.notice_hours))}.")


def _days(given: timedelta) -> str:
    if given >= timedelta(days=2):
        return f"{given.days} days"
    return f"{given // timedelta(hours=1)} h"
