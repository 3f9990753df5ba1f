"""An RFC by the record of the caller's own system that it was raised for."""

from typing import Any

from django.db import transaction
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from changes.actions import lifecycle as moves
from changes.actions import rfc as actions
from changes.actions.content import reread, take_turn
from changes.api.door import Door
from changes.api.problems import QueryError
from changes.api.serializers.rfc import NewRFCBody, ReferenceShape, RFCAnswerOut, RFCSparseOut, content_of
from changes.api.serializers.rfc_query import Sparse
from changes.api.version import expected_version
from changes.api.views.rfc import check_outcome, new_rfc_answer, raised, rfc_answer, short_names, shown_of, visible_rfc
from changes.choices import Relation, Scope, State
from changes.domain.content import Reference
from changes.domain.materiality import differences
from changes.exceptions import MoveRefused, Stale, Unacceptable
from changes.models import RFC, User
from changes.selectors.reference import raised_for


class RFCByReference(Door):
    """The RFC that the caller raised for a record of another system: an incident, a job, a row of a plan.

    `identifier` may hold slashes. It and `system` are compared to the letter.
    """

    queries = {"GET": Sparse}
    bodies = {"PUT": NewRFCBody}
    answers = {"GET": (200, RFCSparseOut), "PUT": (200, RFCAnswerOut)}
    scopes = {"PUT": (Scope.RAISE,)}
    version_heeded = ("PUT",)
    refusals = {"GET": (409,)}

    def get(self, request: Request, system: str, identifier: str) -> Response:
        rfc = the_one(read_reference(system, identifier), self.user)
        if rfc is None:
            raise Http404
        shown = visible_rfc(self.user, rfc.number)
        return shown_of(self, shown)

    def put(self, request: Request, system: str, identifier: str) -> Response:
        """Raise it (201), or write what is given into it (200); the same call again changes nothing.

        What the body leaves out stays as it is. The reference is added by itself. `submit` submits what is a draft.
        """
        reference = read_reference(system, identifier)
        stored = the_one(reference, self.user)
        data = self.body(stored=stored.content() if stored else None)  # before anybody has to wait for its turn
        with transaction.atomic():
            take_turn()  # so that two at once raise one
            rfc = the_one(reference, self.user)
            self._check_conditions(request, rfc)
            if rfc is None:
                return new_rfc_answer(self, raised(self, data, content_of(data).carrying(reference)))
            return rfc_answer(self, self._written(reread(rfc), data, reference))

    def _check_conditions(self, request: Request, rfc: RFC | None) -> None:
        """If-Match where it is sent; `If-None-Match: *` raises and never writes over."""
        if rfc and "If-Match" in request.headers:
            expected_version(request, rfc)
        if rfc is None and "If-Match" in request.headers:
            raise Stale("There is no RFC for it yet.", mend="Send it without If-Match.")
        if rfc and request.headers.get("If-None-Match", "").strip() == "*":
            raise Stale(f"{rfc.number} is there already.", mend="Send it without If-None-Match to write in it.")

    def _written(self, rfc: RFC, data: dict[str, Any], reference: Reference) -> RFC:
        content = content_of(data, rfc.content()).carrying(reference)
        if check_outcome(data, content) not in (None, rfc.outcome):
            raise Unacceptable(f"{rfc.number} is there already.", mend="Give its outcome by a transition.", field="outcome")
        with short_names(data):
            if differences(rfc.content(), content):
                rfc = actions.update(rfc, content, actor=self.user, at=self.at)
            if data["submit"] and rfc.state == State.DRAFT:
                rfc = moves.move(rfc, State.SUBMITTED, actor=self.user, at=self.at)
        return rfc


def read_reference(system: str, identifier: str) -> Reference:
    """What the path names. Raises `QueryError` for what no reference can hold."""
    shape = ReferenceShape(data={"system": system, "identifier": identifier})
    if not shape.is_valid():
        raise QueryError(shape.errors)
    return Reference(shape.validated_data["system"], shape.validated_data["identifier"], relation=Relation.RAISED_BY)


def the_one(reference: Reference, user: User) -> RFC | None:
    """The caller's RFC for a record. Raises `MoveRefused` where several of them were raised for it."""
    found = raised_for(reference, user)
    if len(found) > 1:
        numbers = ", ".join(rfc.number for rfc in found)
        raise MoveRefused(
            f"You raised more than one RFC for {reference.system} {reference.identifier}: {numbers}.", mend="Name it by number."
        )
    return found[0] if found else None
