"""The board's week: meetings, their agendas, votes and decisions."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from changes import permissions
from changes.actions import agenda as agendas
from changes.actions import meeting as meetings
from changes.actions import meeting_plan, sitting, vote
from changes.actions.agenda import locked
from changes.actions.ruling import Promise, Ruling
from changes.api.door import Door
from changes.api.idempotency import once
from changes.api.pagination import PageQuery, page
from changes.api.schema import page_of
from changes.api.serializers.agenda import (
    AdmitBody,
    AgendaOut,
    AgendaQuery,
    DecisionBody,
    DecisionOut,
    MeetingBody,
    MeetingChange,
    Nothing,
    VoteBody,
    VoteOut,
    vote_data,
)
from changes.api.serializers.schedule import MeetingOut, meeting_data
from changes.api.version import check_unchanged, etag_of, expected_version
from changes.domain.meeting import Sitting
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import RFC, AgendaItem, AgendaRevision, Board, Decision, Meeting, User
from changes.selectors.agenda import agenda_of
from changes.selectors.agenda_data import as_data, decision_data
from changes.selectors.revision import frozen_data


def seen_meeting(user: User, pk: int) -> Meeting:
    """The meeting with its board. Raises 404, or `NotAllowed` for whom the board is not for."""
    if not permissions.can_see_board(user):
        raise NotAllowed("The board's papers are for people.")
    meeting: Meeting = get_object_or_404(Meeting.objects.select_related("board__chair"), pk=pk)
    return meeting


class MeetingList(Door):
    """The meetings of a board, by their start."""

    queries = {"GET": PageQuery}
    bodies = {"POST": MeetingBody}
    tagged = ("POST",)
    answers = {"GET": (200, page_of(MeetingOut)), "POST": (201, MeetingOut)}

    def get(self, request: Request, slug: str) -> Response:
        board = get_object_or_404(Board, slug=slug)
        return page(request, board.meetings.select_related("board"), meeting_data, ordering="starts_at", query=self.query)

    @once
    def post(self, request: Request, slug: str) -> Response:
        """Plan a meeting besides the board's week. Chair and change manager only."""
        board = get_object_or_404(Board, slug=slug)
        meeting = meeting_plan.plan(board, Sitting(**self.body()), actor=self.user, at=self.at)
        data = meeting_data(meeting)
        there = {"Location": self.located(f"/api/v1/meetings/{meeting.pk}/"), "ETag": etag_of(data)}
        return Response(data, status=status.HTTP_201_CREATED, headers=there)


class MeetingDetail(Door):
    """One meeting."""

    bodies = {"PATCH": MeetingChange}
    answers = {"GET": (200, MeetingOut), "PATCH": (200, MeetingOut)}
    versioned = ("PATCH",)

    def get(self, request: Request, pk: int) -> Response:
        return Response(meeting_data(get_object_or_404(Meeting.objects.select_related("board"), pk=pk)))

    def patch(self, request: Request, pk: int) -> Response:
        """Other times while it is planned; or begin it, hold it, cancel it. Chair and change manager only."""
        meeting = get_object_or_404(Meeting, pk=pk)
        change = self.body(partial=True)
        with transaction.atomic():
            before = etag_of(meeting_data(locked(meeting)))
            data = meeting_data(meeting_plan.rearrange(meeting, change, actor=self.user, at=self.at))
            check_unchanged(request, before)
        return Response(data, headers={"ETag": etag_of(data)})


class AgendaDetail(Door):
    """The agenda of a meeting, at its current revision or an earlier one."""

    queries = {"GET": AgendaQuery}
    bodies = {"POST": Nothing}
    answers = {"GET": (200, AgendaOut), "POST": (200, AgendaOut)}

    def get(self, request: Request, pk: int) -> Response:
        meeting = seen_meeting(self.user, pk)
        asked = self.query.get("revision")
        if asked in (None, meeting.revision):
            return self._current(meeting)
        return Response(frozen_data(get_object_or_404(AgendaRevision, meeting=meeting, number=asked)))

    @once
    def post(self, request: Request, pk: int) -> Response:
        """Bring the agenda up to date. Doing it again changes nothing. Chair and change manager only."""
        meeting = seen_meeting(self.user, pk)
        self.body()
        return self._current(agendas.generate(meeting, actor=self.user, at=self.at).meeting)

    def _current(self, meeting: Meeting) -> Response:
        return Response(as_data(agenda_of(meeting, at=self.at, viewer=self.user, time_zone=self.time_zone)))


class AgendaPublish(AgendaDetail):
    """Sending the agenda to the members."""

    queries = {}
    answers = {"POST": (200, AgendaOut)}
    http_method_names = ["post", "options"]

    @once
    def post(self, request: Request, pk: int) -> Response:
        """Send the frozen agenda to the members, once per revision. Chair and change manager only."""
        meeting = seen_meeting(self.user, pk)
        self.body()
        return self._current(meetings.publish(meeting, actor=self.user, at=self.at))


class AgendaAdmit(AgendaDetail):
    """Letting a late RFC in."""

    queries = {}
    bodies = {"POST": AdmitBody}
    answers = {"POST": (200, AgendaOut)}
    http_method_names = ["post", "options"]

    @once
    def post(self, request: Request, pk: int) -> Response:
        """Admit a late RFC with a reason; that makes the next revision. Chair only."""
        meeting = seen_meeting(self.user, pk)
        data = self.body()
        rfc = RFC.objects.numbered(data["rfc"]).get()
        return self._current(agendas.admit(meeting, rfc, reason=data["reason"], actor=self.user, at=self.at).meeting)


def seen_item(user: User, pk: int, item: int) -> AgendaItem:
    """An item of a meeting. Raises 404."""
    found: AgendaItem = get_object_or_404(AgendaItem.objects.select_related("rfc"), pk=item, meeting=seen_meeting(user, pk))
    return found


class Votes(Door):
    """What members say ahead of the decision."""

    bodies = {"POST": VoteBody}
    answers = {"POST": (201, VoteOut)}

    @once
    def post(self, request: Request, pk: int, item: int) -> Response:
        """Vote on an item; the last word counts. Members only, never on an own RFC."""
        row = seen_item(self.user, pk, item)
        data = self.body()
        cast = vote.cast(row, data["vote"], comment=data.get("comment", ""), actor=self.user, at=self.at)
        return Response(vote_data(cast), status=status.HTTP_201_CREATED)


class DecisionDetail(Door):
    """What the board decides on an item."""

    bodies = {"POST": DecisionBody}
    answers = {"POST": (201, DecisionOut)}
    version_heeded = ("POST",)

    @once
    def post(self, request: Request, pk: int, item: int) -> Response:
        """Decide on an item, which moves its RFC. The chair, or a delegate, never on an own RFC.

        With If-Match it is refused where the RFC has been changed since it was read.
        """
        row = seen_item(self.user, pk, item)
        data = self.body()
        version = expected_version(request, row.rfc) if row.rfc and "If-Match" in request.headers else None
        made = sitting.decide_on(row, _ruling(data), actor=self.user, at=self.at, version=version)
        stored = Decision.objects.select_related("by").prefetch_related("conditions__owner").get(pk=made.pk)
        return Response(decision_data(stored), status=status.HTTP_201_CREATED)


def _ruling(data: dict[str, Any]) -> Ruling:
    people = {user.username: user for user in User.objects.filter(username__in={c["owner"] for c in data.get("conditions", ())})}
    meeting = Meeting.objects.filter(pk=data["meeting"]).first() if data.get("meeting") else None
    if data.get("meeting") and meeting is None:
        raise Unacceptable("There is no such meeting.", mend="Name a later meeting of this board.", field="meeting")
    return Ruling(
        data["decision"],
        reason=data.get("reason", ""),
        severity=data.get("severity"),
        conditions=[Promise(**{**promise, "owner": people[promise["owner"]]}) for promise in data.get("conditions", ())],
        defer_to=meeting,
    )
