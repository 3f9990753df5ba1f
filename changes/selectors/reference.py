"""RFCs by what another system calls them."""

from changes.choices import Relation
from changes.domain.content import Reference
from changes.models import RFC, User
from changes.models import Reference as References


def raised_for(reference: Reference, requester: User) -> list[RFC]:
    """Those that `requester` raised for the record, the oldest first; more than one where they were raised without its name."""
    named = References.objects.filter(system=reference.system, identifier=reference.identifier)
    return list(RFC.objects.filter(requester=requester, pk__in=named.filter(relation=Relation.RAISED_BY).values("rfc")).order_by("pk"))
