"""Moving an RFC, and what stands against it."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from changes.actions import condition as conditions
from changes.actions import lifecycle as moves
from changes.actions import step as steps
from changes.actions import waiver as waivers
from changes.actions.content import reread
from changes.actions.state import check_version
from changes.api import token
from changes.api.door import Door
from changes.api.idempotency import once
from changes.api.serializers.finding import FindingOut, finding_data
from changes.api.serializers.rfc import ConditionOut, RFCAnswerOut, condition_data
from changes.api.serializers.step import StepMark, StepOut, step_data
from changes.api.serializers.transition import (
    ConditionMark,
    TransitionBody,
    TransitionOut,
    WaiverBody,
    WaiverOut,
    transition_data,
    waiver_data,
)
from changes.api.version import expected_version, tagged, tagged_about
from changes.api.views.rfc import rfc_answer, visible_rfc
from changes.choices import Scope, State
from changes.models import RFC, Condition, Step
from changes.selectors.finding import findings_of
from changes.selectors.lifecycle import moves_of

#: The moves of whoever raises an RFC; all others operate on it.
RAISING = frozenset({State.SUBMITTED, State.CANCELLED})


class Transitions(Door):
    """The moves that lead on from where the RFC is."""

    bodies = {"POST": TransitionBody}
    answers = {"GET": (200, TransitionOut(many=True)), "POST": (200, RFCAnswerOut)}
    scopes = {"POST": (Scope.RAISE, Scope.OPERATE)}
    versioned = ("POST",)
    tagged = ("POST",)

    def get(self, request: Request, number: str) -> Response:
        rfc = visible_rfc(self.user, number)
        return tagged_about(Response([transition_data(offer) for offer in moves_of(rfc, self.user, at=self.at)]), rfc)

    @once
    def post(self, request: Request, number: str) -> Response:
        """Move the RFC, and do all that belongs to the move. Refused: 409 with the findings, nothing written."""
        rfc = visible_rfc(self.user, number)
        version = expected_version(request, rfc)
        data = self.body()
        after = data.pop("to")
        if after not in RAISING:
            token.check(request, (Scope.OPERATE,))
        asked = moves.Request(**data)
        return rfc_answer(self, moves.move(rfc, after, actor=self.user, at=self.at, version=version, request=asked))


class Findings(Door):
    """What every rule says of the RFC now."""

    answers = {"GET": (200, FindingOut(many=True))}

    def get(self, request: Request, number: str) -> Response:
        rfc = visible_rfc(self.user, number)
        found = findings_of(rfc, at=self.at, time_zone=self.time_zone)
        return tagged_about(Response([finding_data(finding) for finding in found]), rfc)


class Waivers(Door):
    """Recorded acceptances of blocking findings."""

    bodies = {"POST": WaiverBody}
    answers = {"GET": (200, WaiverOut(many=True)), "POST": (201, WaiverOut)}

    def get(self, request: Request, number: str) -> Response:
        rfc = visible_rfc(self.user, number)
        return tagged_about(Response([waiver_data(waiver) for waiver in rfc.waivers.select_related("other", "by")]), rfc)

    @once
    def post(self, request: Request, number: str) -> Response:
        """Accept a finding that the RFC has now, as large as it is now."""
        rfc = visible_rfc(self.user, number)
        data = self.body()
        other = RFC.objects.numbered(data["other"]).first() if data.get("other") else None
        named = {"about": data.get("about", ""), "freeze": data.get("freeze")}
        until, reason = data["until"], data["reason"]
        waiver = waivers.waive(rfc, data["code"], other=other, **named, reason=reason, until=until, actor=self.user, at=self.at)
        return Response(waiver_data(waiver), status=status.HTTP_201_CREATED)


class ConditionDetail(Door):
    """A condition of the approval in force."""

    bodies = {"PATCH": ConditionMark}
    answers = {"PATCH": (200, ConditionOut)}
    versioned = ("PATCH",)

    def patch(self, request: Request, number: str, pk: int) -> Response:
        """Say that a condition is met, or is not after all."""
        rfc = visible_rfc(self.user, number)
        condition = get_object_or_404(Condition, pk=pk, decision__rfc=rfc)
        version = expected_version(request, rfc)
        data = self.body()
        with transaction.atomic():
            check_version(reread(rfc), version)
            condition = conditions.meet(condition, met=data["met"], note=data.get("note", ""), actor=self.user, at=self.at)
        return tagged(Response(condition_data(condition)), RFC.objects.get(pk=rfc.pk))


class StepDetail(Door):
    """A step, while the work is in progress."""

    bodies = {"PATCH": StepMark}
    answers = {"PATCH": (200, StepOut)}
    versioned = ("PATCH",)

    def patch(self, request: Request, number: str, pk: int) -> Response:
        """Tick a step off or open it again, and note what happened."""
        rfc = visible_rfc(self.user, number)
        step = next((one for one in rfc.steps.all() if one.pk == pk), None)
        if step is None:
            raise Http404
        version = expected_version(request, rfc)
        data = self.body()
        with transaction.atomic():
            check_version(reread(rfc), version)
            step = steps.mark(step, done=data.get("done"), note=data.get("note"), actor=self.user, at=self.at)
        return tagged(Response(step_data(Step.objects.select_related("done_by").get(pk=step.pk))), RFC.objects.get(pk=rfc.pk))
