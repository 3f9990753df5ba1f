"""The rules, for everybody to read: made from the code that judges, so that the page cannot say something else."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from changes.choices import ImpactLevel
from changes.domain import rulebook
from changes.domain.lifecycle import APPROVAL_GOOD_FOR
from changes.domain.severity import QUESTIONS
from changes.selectors.proposal import limits
from changes.web.request import Request


@require_safe
def rules(request: Request) -> HttpResponse:
    """Every finding code with its level, meaning, mend and an example; then limits, routes and moves."""
    parts = rulebook.parts(time_zone=settings.FSC_TIME_ZONE)
    context = {
        "parts": parts,
        "time_zone": settings.FSC_TIME_ZONE.replace("_", " "),
        "count": sum(len(part.entries) for part in parts),
        "limits": list(limits().items()),
        "questions": list(QUESTIONS.values()),
        "answers": [level.label.lower() for level in ImpactLevel],
        "approvers": rulebook.approvers(),
        "approval_days": APPROVAL_GOOD_FOR.days,
        "moves": rulebook.moves(),
    }
    return render(request, "changes/rules.html", context)
