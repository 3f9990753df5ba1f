"""RFCs: listing, raising, reading, writing, trying out."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from changes import filters
from changes.actions import lifecycle as moves
from changes.actions import rfc as actions
from changes.api.door import Door
from changes.api.idempotency import once
from changes.api.pagination import page
from changes.api.schema import page_of
from changes.api.serializers.approval import approval_data
from changes.api.serializers.fields import Instant
from changes.api.serializers.finding import FindingOut, finding_data
from changes.api.serializers.rfc import (
    NewRFCBody,
    RFCAnswerOut,
    RFCBody,
    RFCSparseOut,
    content_of,
    emergency_data,
    is_short,
    presentable,
    rfc_data,
)
from changes.api.serializers.rfc_query import RFCQuery, Sparse, filter_data, told
from changes.api.version import expected_version, tagged, tagged_about
from changes.choices import Outcome, Route, Scope, Severity, State
from changes.domain.content import Content
from changes.domain.finding import Finding
from changes.domain.lifecycle import is_retrospective
from changes.exceptions import Unacceptable
from changes.models import RFC, User
from changes.selectors.approval import approval_of
from changes.selectors.emergency import emergency_of
from changes.selectors.finding import findings
from changes.selectors.proposal import Proposal, proposal_for


def visible_rfc(user: User, number: str) -> RFC:
    """The RFC with all that is shown of it. Raises 404 for one that the caller may not see."""
    rfc: RFC = get_object_or_404(presentable(RFC.objects.visible_to(user).numbered(number)))
    return rfc


def rfc_answer(door: Door, rfc: RFC, *, code: int = status.HTTP_200_OK) -> Response:
    """The RFC as it is stored now, with its version."""
    shown = presentable(RFC.objects.all()).get(pk=rfc.pk)
    return tagged(Response(whole(door, shown), status=code), shown)


def shown_of(door: Door, rfc: RFC) -> Response:
    """One RFC to a GET, narrowed to the fields asked for. Who is called for an emergency changes without a new version."""
    data = told(whole(door, rfc), door.query)
    tag = tagged_about if data.get("emergency") else tagged
    return tag(Response(data), rfc)


def whole(door: Door, rfc: RFC) -> dict[str, Any]:
    """One RFC with all that is told of it; of an emergency, with who can approve it and what it owes."""
    emergency = emergency_of(rfc, at=door.at, time_zone=door.time_zone)
    return {**rfc_data(rfc), "emergency": emergency_data(emergency), "approval": approval_data(approval_of(rfc))}


class RFCList(Door):
    """The RFCs that the caller may see, and raising one."""

    queries = {"GET": RFCQuery}
    bodies = {"POST": NewRFCBody}
    tagged = ("POST",)
    answers = {"GET": (200, page_of(RFCSparseOut)), "POST": (201, RFCAnswerOut)}
    scopes = {"POST": (Scope.RAISE,)}

    def get(self, request: Request) -> Response:
        query = self.query
        narrowed = filters.RFCFilter(filter_data(query), queryset=RFC.objects.visible_to(self.user))
        return page(request, presentable(narrowed.qs), lambda rfc: told(rfc_data(rfc), query), ordering=query["ordering"], query=query)

    @once
    def post(self, request: Request) -> Response:
        """Raise an RFC as a draft; with `submit` it is submitted too, or nothing is written."""
        data = self.body()
        return new_rfc_answer(self, raised(self, data, content_of(data)))


def raised(door: Door, data: dict[str, Any], content: Content) -> RFC:
    """A new RFC of this content; with `submit` in the body it is submitted too, or nothing is written."""
    outcome = check_outcome(data, content)
    with transaction.atomic(), short_names(data):
        rfc = actions.create(content, actor=door.user, at=door.at, outcome=outcome)
        if data["submit"]:
            rfc = moves.move(rfc, State.SUBMITTED, actor=door.user, at=door.at, request=moves.Request(outcome=outcome))
    return rfc


def new_rfc_answer(door: Door, rfc: RFC) -> Response:
    """The RFC that has been raised, with its address."""
    response = rfc_answer(door, rfc, code=status.HTTP_201_CREATED)
    response["Location"] = door.located(f"/api/v1/rfcs/{rfc.number}/")
    return response


def check_outcome(data: dict[str, Any], content: Content) -> Outcome | None:
    """The outcome that a body gives. Raises `Unacceptable` where nothing has been done."""
    outcome: Outcome | None = data.get("outcome")
    if outcome and not is_retrospective(content):
        raise Unacceptable("What has not been done has no outcome.", mend="Give actual_start and actual_end.", field="outcome")
    return outcome


@contextmanager
def short_names(data: dict[str, Any]) -> Iterator[None]:
    """Within it, a refusal of the only session names the field as the body did: at the top."""
    try:
        yield
    except Unacceptable as error:
        if is_short(data):
            error.field = error.field.removeprefix("sessions[0].")
        raise


class RFCDetail(Door):
    """One RFC."""

    queries = {"GET": Sparse}
    bodies = {"PATCH": RFCBody}
    answers = {"GET": (200, RFCSparseOut), "PATCH": (200, RFCAnswerOut)}
    scopes = {"PATCH": (Scope.RAISE,)}
    versioned = ("PATCH",)

    def get(self, request: Request, number: str) -> Response:
        rfc = visible_rfc(self.user, number)
        return shown_of(self, rfc)

    def patch(self, request: Request, number: str) -> Response:
        """Write in an RFC whose work has not begun. A material edit of an approved one returns it to *submitted*.

        What an emergency still owes is filled in until it is closed, and costs no approval.
        """
        rfc = visible_rfc(self.user, number)
        version = expected_version(request, rfc)
        before = rfc.content()
        data = self.body(partial=True, stored=before)
        with short_names(data):
            rfc = actions.update(rfc, content_of(data, before), actor=self.user, at=self.at, version=version)
        return rfc_answer(self, rfc)


class PreviewOut(serializers.Serializer):
    findings = FindingOut(many=True)
    proposed_severity = serializers.ChoiceField(Severity.choices())
    route = serializers.ChoiceField(Route.choices())
    due_by = Instant(allow_null=True)


class RFCPreview(Door):
    """What raising an RFC would answer."""

    bodies = {"POST": NewRFCBody}
    answers = {"POST": (200, PreviewOut)}
    scopes = {"POST": (Scope.READ,)}

    def post(self, request: Request) -> Response:
        """Every finding, and what would follow; writes nothing. What is odd or reversed is a finding here.

        Who may not raise it, or gives an outcome to what has not been done, hears so as from raising it.
        """
        data = self.body()
        content = content_of(data)
        check_outcome(data, content)
        actions.check_may_raise(self.user, content)
        proposal = proposal_for(content, created_at=self.at)
        found = findings(content, at=self.at, time_zone=self.time_zone)
        return Response(preview_data(found, proposal))


def preview_data(found: Iterable[Finding], proposal: Proposal) -> dict[str, Any]:
    return {
        "findings": [finding_data(finding) for finding in found],
        "proposed_severity": proposal.severity,
        "route": proposal.route,
        "due_by": proposal.due_by,
    }
