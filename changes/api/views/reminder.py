"""The ledger of everybody's reminders."""

from django.utils.datastructures import MultiValueDict
from rest_framework.request import Request
from rest_framework.response import Response

from changes import permissions
from changes.api.door import Door
from changes.api.pagination import page
from changes.api.schema import page_of
from changes.api.serializers.reminder import LedgerFilters, LedgerOut, LedgerQuery, ledger_data
from changes.exceptions import NotAllowed
from changes.filters import ReminderFilter
from changes.models import Reminder


class Ledger(Door):
    """What was due to whom by which channel, and what came of it. For administrators and change managers."""

    queries = {"GET": LedgerQuery}
    answers = {"GET": (200, page_of(LedgerOut))}
    refusals = {"GET": (403,)}

    def get(self, request: Request) -> Response:
        if not permissions.can_see_ledger(self.user):
            raise NotAllowed("Administrators and change managers read the ledger.", mend="Read that of one RFC: rfcs/{number}/reminders/.")
        given = {name: self.query[name] for name in (*LedgerFilters().fields, "from", "to") if name in self.query}
        data = MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in given.items()})
        rows = ReminderFilter(data, queryset=Reminder.objects.select_related("recipient", "on_behalf_of", "rfc")).qs
        return page(request, rows, ledger_data, ordering=self.query["ordering"], query=self.query)
