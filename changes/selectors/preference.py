"""How somebody wants to be told, as the page of it shows that, and for whom they stand in (DESIGN 4.9)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from changes.choices import Role
from changes.models import Preference, User
from changes.selectors.reminder_wishes import zone_of


def preference_of(user: User) -> Preference:
    """Theirs; a new one that is not stored where they never said anything: by mail and on the page, at once."""
    return Preference.objects.select_related("delegate").filter(user=user).first() or Preference(user=user)


def delegates_for(user: User) -> QuerySet[User]:
    """Who could stand in: everybody who signs in, but themselves."""
    people = User.objects.filter(is_active=True).exclude(pk=user.pk).exclude(role__in=(Role.TOOL, Role.VIEWER))
    return people.order_by("first_name", "last_name", "username")


def stands_in_now(preference: Preference, at: datetime) -> bool:
    """Whether the delegate of this preference gets its reminders at `at`; dates are its person's, both included."""
    today = at.astimezone(zone_of(preference.user)).date()
    since, until = preference.delegate_since or today, preference.delegate_until or today
    return preference.delegate_id is not None and since <= today <= until


def given_by(user: User) -> list[Preference]:
    """The preferences that name `user` as delegate, over or still to come among them."""
    return list(Preference.objects.filter(delegate=user).select_related("user").order_by("user__username"))


def stood_in_for(user: User, *, at: datetime) -> Sequence[int]:
    """The keys of the people for whom `user` stands in at `at`; one query."""
    return [one.user_id for one in given_by(user) if stands_in_now(one, at)]


def absent_delegate(delegate: User, since: date | None, until: date | None, *, at: datetime) -> Preference | None:
    """The preference by which a delegate hands on their own reminders on some of these days; None where they do not."""
    own = Preference.objects.select_related("delegate", "user").filter(user=delegate, delegate__isnull=False).first()
    if own is None:
        return None
    today = at.astimezone(zone_of(delegate)).date()
    first, last = max(since or today, own.delegate_since or today), min(until or date.max, own.delegate_until or date.max)
    return own if max(first, today) <= last else None
