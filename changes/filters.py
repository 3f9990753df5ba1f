"""What lists can be narrowed by: the same names and meanings on the pages and on the API (DESIGN 7).

A repeated parameter means OR, different ones AND. An unknown value is an error of its field; a page
says so and leaves the filter out, the API answers 400.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ManyToManyField, Q, QuerySet
from django_filters.fields import IsoDateTimeField

from changes.choices import Channel, Delivery, Severity, State, Urgency
from changes.domain.ladder_words import Rule
from changes.models import RFC, ChangeType, ConfigurationItem, Environment, Reminder, Service, User
from changes.models.rfc import RFCQuerySet, key_of


class WordsFilter(django_filters.MultipleChoiceFilter):
    """Any of the words given."""

    def filter(self, qs: QuerySet[RFC], value: Iterable[str]) -> QuerySet[RFC]:
        return qs.filter(**{f"{self.field_name}__in": list(value)}) if value else qs


class RowsFilter(django_filters.ModelMultipleChoiceFilter):
    """Any of the rows named. Where an RFC can have several, by a list of keys, so that one over two of them comes once."""

    def filter(self, qs: QuerySet[RFC], value: Iterable[Any]) -> QuerySet[RFC]:
        if not value:
            return qs
        field = RFC._meta.get_field(self.field_name)
        if not isinstance(field, ManyToManyField):
            return qs.filter(**{f"{self.field_name}__in": list(value)})
        through: Any = field.remote_field.through
        rows = through.objects.filter(**{f"{field.m2m_reverse_field_name()}__in": list(value)})
        return qs.filter(pk__in=rows.values(field.m2m_field_name()))


class ServicesFilter(RowsFilter):
    """RFCs that name one of the services; with `dependents` also those that name what cannot work without it."""

    def filter(self, qs: QuerySet[RFC], value: Iterable[Service]) -> QuerySet[RFC]:
        chosen = list(value)
        if chosen and self.parent.form.cleaned_data.get("dependents"):
            chosen = list(Service.objects.filter(slug__in=with_dependents(service.slug for service in chosen)))
        return super().filter(qs, chosen)


def with_dependents(slugs: Iterable[str]) -> set[str]:
    """The services and, however far, all that depend on them."""
    edges = Service.depends_on.through.objects.values_list("to_service__slug", "from_service__slug")
    needed_by: dict[str, set[str]] = {}
    for needed, needs in edges:
        needed_by.setdefault(needed, set()).add(needs)
    found: set[str] = set()
    waiting = list(slugs)
    while waiting:
        slug = waiting.pop()
        if slug not in found:
            found.add(slug)
            waiting.extend(needed_by.get(slug, ()))
    return found


class SeveralField(forms.Field):
    """All values of a repeated parameter."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        return [text.strip() for text in value or () if text.strip()]


class NumberField(SeveralField):
    def validate(self, value: list[str]) -> None:
        super().validate(value)
        wrong = [number for number in value if key_of(number) is None]
        if wrong:
            raise forms.ValidationError(f"“{wrong[0]}” is no number; one looks like RFC-000123.")


class NumberFilter(django_filters.Filter):
    field_class = NumberField

    def filter(self, qs: QuerySet[RFC], value: list[str]) -> QuerySet[RFC]:
        return qs.filter(pk__in=[key_of(number) for number in value]) if value else qs


class SearchFilter(django_filters.CharFilter):
    """Each word has to stand in the title, the description, a service or an item; a number finds its RFC."""

    def filter(self, qs: QuerySet[RFC], value: str) -> QuerySet[RFC]:
        for word in (value or "").split()[:8]:
            qs = qs.filter(_says(word))
        return qs


def _says(word: str) -> Q:
    key = key_of(word) or (int(word) if word.isdecimal() and len(word) < 18 else None)
    number = Q(pk=key) if key is not None else Q()
    named = Q(name__icontains=word) | Q(slug__icontains=word)
    services = RFC.services.through.objects.filter(service__in=Service.objects.filter(named)).values("rfc_id")
    items = RFC.configuration_items.through.objects.filter(configurationitem__in=ConfigurationItem.objects.filter(named))
    rows = Q(pk__in=services) | Q(pk__in=items.values("rfc_id"))
    return number | Q(title__icontains=word) | Q(description__icontains=word) | rows


def _people(name: str) -> RowsFilter:
    return RowsFilter(field_name=name, queryset=User.objects.all(), to_field_name="username")


class KeysFilter(django_filters.ModelMultipleChoiceFilter):
    """Any of the people named, of a row that has one of them in its own column."""

    def filter(self, qs: QuerySet[Any], value: Iterable[Any]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__in": list(value)}) if value else qs


class OfRFCFilter(NumberFilter):
    """Rows about any of the RFCs named."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(rfc__in=[key_of(number) for number in value]) if value else qs


class InstantField(IsoDateTimeField):
    """An instant; at either end of the calendar there are some that no other zone can tell."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            instant: datetime | None = super().to_python(value)
            return instant.astimezone(UTC) if instant else None
        except OverflowError:
            raise ValidationError("The calendar does not reach that far.", code="too_far") from None


class InstantFilter(django_filters.IsoDateTimeFilter):
    field_class = InstantField


class ReminderFilter(django_filters.FilterSet):
    """The filters of the ledger of reminders (DESIGN 4.9)."""

    state = WordsFilter(choices=[(word.value, word.label) for word in Delivery])
    rule = WordsFilter(choices=Rule.choices())
    channel = WordsFilter(choices=Channel.choices())
    recipient = KeysFilter(queryset=User.objects.all(), to_field_name="username")
    rfc = OfRFCFilter()

    class Meta:
        model = Reminder
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """With `from` and `to`: due in the half-open `[from, to)`."""
        period = {
            "from": InstantFilter(field_name="due_at", lookup_expr="gte"),
            "to": InstantFilter(field_name="due_at", lookup_expr="lt"),
        }
        return {**super().get_filters(), **period}

    @property
    def in_force(self) -> dict[str, Any]:
        """The filters that narrow, by name; values that nobody knows have been left out."""
        self.errors  # noqa: B018 - reading it validates
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def narrowed(self, rows: QuerySet[Reminder]) -> QuerySet[Reminder]:
        """`rows` by every filter in force."""
        for name, value in self.in_force.items():
            rows = self.filters[name].filter(rows, value)
        return rows


class LastsBeyondFilter(django_filters.IsoDateTimeFilter):
    """Planned to end after an instant, or with an end that nobody wrote down."""

    def filter(self, qs: QuerySet[RFC], value: datetime | None) -> QuerySet[RFC]:
        if value is None:
            return qs
        return qs.filter(Q(planned_end__gt=value) | Q(planned_end=None, planned_start__isnull=False))


class RFCFilter(django_filters.FilterSet):
    """The filters of `rfcs/` (DESIGN 7), and `dependents`, which widens `service`."""

    state = WordsFilter(choices=State.choices())
    severity = WordsFilter(choices=Severity.choices())
    urgency = WordsFilter(choices=Urgency.choices())
    environment = RowsFilter(queryset=Environment.objects.all(), to_field_name="slug")
    service = ServicesFilter(field_name="services", queryset=Service.objects.all(), to_field_name="slug")
    dependents = django_filters.BooleanFilter(method="leave", widget=forms.CheckboxInput)
    configuration_item = RowsFilter(field_name="configuration_items", queryset=ConfigurationItem.objects.all(), to_field_name="slug")
    change_type = RowsFilter(queryset=ChangeType.objects.all(), to_field_name="slug")
    owner = _people("owner")
    requester = _people("requester")
    implementer = _people("implementer")
    number = NumberFilter()
    q = SearchFilter()

    class Meta:
        model = RFC
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """With `from` and `to`, which Python's grammar keeps from being attributes: planned times that overlap `[from, to)`."""
        period = {
            "from": LastsBeyondFilter(),
            "to": django_filters.IsoDateTimeFilter(field_name="planned_start", lookup_expr="lt"),
        }
        return {**super().get_filters(), **period}

    def leave(self, qs: QuerySet[RFC], name: str, value: object) -> QuerySet[RFC]:
        """What only says how another filter is meant narrows nothing by itself."""
        return qs


class ScheduleFilter(RFCFilter):
    """The same without `from` and `to`, which are the calendar's period; `mine` is what concerns the reader.

    It is what `selectors.schedule.forward_schedule` narrows by, the page's and the API's alike.
    """

    mine = django_filters.BooleanFilter(method="concerning", widget=forms.CheckboxInput)
    #: Known only once the rules have been asked, so the selector does it: it reads `conflicts_only`.
    conflicts = django_filters.BooleanFilter(method="leave", widget=forms.CheckboxInput)

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        return {name: one for name, one in super().get_filters().items() if name not in ("from", "to")}

    @classmethod
    def of(cls, data: Mapping[str, Any], viewer: User) -> "ScheduleFilter":
        """The filters in `data` (a QueryDict), for `viewer`; other parameters are none of its business."""
        made = cls(data, queryset=RFC.objects.all())
        made.viewer = viewer
        return made

    viewer: User

    @property
    def in_force(self) -> dict[str, Any]:
        """The filters that narrow, by name; values that nobody knows have been left out."""
        self.errors  # noqa: B018 - reading it validates
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def conflicts_only(self) -> bool:
        return bool(self.in_force.get("conflicts"))

    def narrowed(self, rfcs: RFCQuerySet, *, without: str = "") -> RFCQuerySet:
        """`rfcs` by every filter in force, but for the one named."""
        for name, value in self.in_force.items():
            if name != without:
                rfcs = self.filters[name].filter(rfcs, value)
        return rfcs

    def concerning(self, qs: RFCQuerySet, name: str, value: object) -> RFCQuerySet:
        return qs.concerning(self.viewer) if value else qs
