"""What the ladder of reminders has to know of drafts that a meeting would not see (see `reminder_facts`)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from changes.choices import MeetingState, State
from changes.domain.finding import Finding
from changes.domain.judgement import stops_submission
from changes.domain.ladder_words import About, Moment, Part
from changes.domain.reminder import Facts
from changes.models import RFC, Meeting
from changes.selectors.candidate import drafts_for, remits_of_boards
from changes.selectors.finding import findings_for
from changes.selectors.reminder_facts import AHEAD, Keys


def of_drafts(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Those that the agenda of a board's next meeting lists as left off, complete ones too; the meeting is the revision.

    A fixed number of queries for each board that meets soon.
    """
    ahead = Meeting.objects.filter(state=MeetingState.PLANNED, cut_off_at__gt=at, cut_off_at__lte=at + AHEAD)
    next_of = {meeting.board_id: meeting for meeting in ahead.select_related("board").order_by("-cut_off_at")}
    remits = remits_of_boards() if next_of else []
    for board, meeting in next_of.items():
        rows = RFC.objects.filter(drafts_for(meeting), **({} if keys is None else {"pk__in": keys}))
        for rfc in rows.select_related("environment").prefetch_related("services").order_by("planned_start", "pk"):
            if rfc.board_among(remits) == board:
                yield _draft(rfc, meeting)


def _draft(rfc: RFC, meeting: Meeting) -> Facts:
    """Its last edit may be what brought it on the list, so that it is not late before that."""
    moments, owner = {Moment.CUT_OFF: meeting.cut_off_at}, {Part.OWNER: (rfc.owner_id,)}
    return Facts(About.DRAFT, rfc.pk, meeting.pk, moments, owner, State(rfc.state), since=rfc.updated_at, rfc=rfc.pk, meeting=meeting.pk)


def lacking(rfcs: Iterable[int], at: datetime) -> dict[int, list[Finding]]:
    """What keeps each of them from being submitted, by key; an empty list where it is complete."""
    keys = set(rfcs)
    rows = list(RFC.objects.filter(pk__in=keys).with_content().prefetch_related("waivers__other", "waivers__by")) if keys else []
    found = findings_for(rows, at=at) if rows else {}
    return {rfc.pk: stops_submission(found.get(rfc.pk, [])) for rfc in rows}
