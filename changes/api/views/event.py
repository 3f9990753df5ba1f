"""The history of an RFC and of a meeting, and the reminders that were sent about an RFC."""

from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.door import Door
from changes.api.pagination import PageQuery, page
from changes.api.schema import page_of
from changes.api.serializers.event import EventOut, ReminderOut, event_data, reminder_data
from changes.api.views.agenda import seen_meeting
from changes.api.views.rfc import visible_rfc
from changes.selectors.reminder import written_about


class Events(Door):
    """Who did what, when, and what changed; the oldest first."""

    queries = {"GET": PageQuery}
    answers = {"GET": (200, page_of(EventOut))}

    def get(self, request: Request, number: str) -> Response:
        rows = visible_rfc(self.user, number).events.select_related("actor")
        return page(request, rows, event_data, ordering="at", query=self.query)


class MeetingEvents(Door):
    """What was done to a meeting and its agenda, by whom and when; the oldest first. Decisions and revisions stand on the agenda."""

    queries = {"GET": PageQuery}
    answers = {"GET": (200, page_of(EventOut))}

    def get(self, request: Request, pk: int) -> Response:
        rows = seen_meeting(self.user, pk).events.select_related("actor")
        return page(request, rows, event_data, ordering="at", query=self.query)


class Reminders(Door):
    """The ledger: what was sent to whom, when, and with what result. What is still to come stands in no ledger yet."""

    queries = {"GET": PageQuery}
    answers = {"GET": (200, page_of(ReminderOut))}

    def get(self, request: Request, number: str) -> Response:
        rows = written_about(visible_rfc(self.user, number), at=self.at)
        return page(request, rows, reminder_data, ordering="due_at", query=self.query)
