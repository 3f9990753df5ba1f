"""The gallery: every component of the look on one page, light and dark, for those who build pages and for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from changes.choices import Ballot, Level, Outcome, Severity, State
from changes.formats.charts import Part, Record, Stretch
from changes.formats.session_bar import Plan

EVENING = datetime(2026, 12, 5, 21, 0, tzinfo=UTC)
FINDINGS = (
    {
        "level": Level.ERROR,
        "message": "Two outages on one service",
        "why": "RFC-001281 takes Relay down 22:30–23:10.",
        "mend": "First free night: Thu 3 Dec 21:00.",
        "code": "conflict.outage",
        "other": "RFC-001281",
    },
    {
        "level": Level.WARNING,
        "message": "Another owner’s change needs this service",
        "why": "Journal → Relay, both Sat 5 Dec.",
        "code": "conflict.dependency",
    },
    {"level": Level.ADVICE, "message": "No reserve", "why": "Plan and session are both 260 minutes."},
    {"level": "ok", "message": "Window", "why": "Sat 5 Dec 22:00–04:00, 100 minutes free."},
)
PARTS = (
    Part("Actions", 4),
    Part("Emergency", 6, "soft"),
    Part("Failed", 8),
    Part("New", 24, "heavy"),
    Part("Deferred", 5),
    Part("Ongoing", 3, "soft"),
    Part("Consent", 4),
)
SEVERITIES = (Severity.MAJOR, Severity.MINOR, Severity.AUTOMATIC)
DRAWN = (
    (State.SUBMITTED, "Not yet approved"),
    (State.SCHEDULED, "Scheduled"),
    (State.IN_PROGRESS, "In progress"),
    (State.COMPLETED, "Completed"),
)


@login_not_required
@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Only where somebody develops or demonstrates; `?theme=dark` shows the page around it dark as well."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    theme = request.GET.get("theme", "")
    return render(request, "look.html", {**components(), "theme": theme if theme in ("light", "dark") else ""})


def components() -> dict[str, Any]:
    """Made data for each component; no row of the database."""
    return {
        "themes": ("light", "dark"),
        "severities": SEVERITIES,
        "drawn": DRAWN,
        "states": list(State),
        "findings": FINDINGS,
        "evening": EVENING,
        "rolled_back": Outcome.ROLLED_BACK,
        "plan": Plan(EVENING, EVENING + timedelta(minutes=260), rollout=150, verification=20, rollback=65, severity=Severity.MAJOR),
        "plan_now": EVENING + timedelta(minutes=96),
        "running": running(),
        "running_now": EVENING + timedelta(minutes=304),
        "record": Record([*((m, True) for m in (105, 118, 120, 131, 150, 151, 170)), (232, False)], plan=150, session=240, nine=232),
        "parts": PARTS,
        "this": Stretch("this change", EVENING, EVENING + timedelta(hours=4), Severity.MAJOR),
        "other": Stretch("RFC-001233", EVENING + timedelta(minutes=30), EVENING + timedelta(hours=2), Severity.MINOR),
        "ballots": [Ballot.APPROVE, Ballot.APPROVE, "", Ballot.REJECT, Ballot.ABSTAIN, "barred"],
    }


def running() -> Plan:
    """A session late in its night: eight steps are behind, the turn is near, users noticed an outage."""
    return Plan(
        EVENING,
        EVENING + timedelta(minutes=360),
        rollout=310,
        verification=10,
        rollback=35,
        severity=Severity.MINOR,
        done=281,
        done_label="8 steps done",
        outage_start=EVENING + timedelta(minutes=60),
        outage_end=EVENING + timedelta(minutes=130),
    )
