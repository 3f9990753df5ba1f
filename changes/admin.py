"""Set-up data in Django's admin, for administrators; RFCs are written on their own pages alone."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from changes import models, permissions
from changes.domain import recurrence
from changes.models.fields import wall_clock


def _may(request: HttpRequest) -> bool:
    return isinstance(request.user, models.User) and permissions.can_set_up(request.user)


class SetUpAdmin(admin.ModelAdmin):
    """Asks the one place that answers "may they?"."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may(request)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The slug stays, as in the API: what was approved and imported names the row by it."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "slug") if obj is not None and hasattr(obj, "slug") else fields


class StepInline(admin.StackedInline):
    model = models.ChangeTypeStep
    extra = 0


class RecurrenceForm(forms.ModelForm):
    """A rule that does not hold together is refused beside its field, by the same check as everywhere."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                recurrence.check(self.recurrence(data))
            except recurrence.RecurrenceError as error:
                field = error.field if error.field in self.fields else None
                raise ValidationError({field: error.sentence} if field else error.sentence) from error
        return data

    def recurrence(self, data: dict[str, Any]) -> recurrence.Recurrence:
        raise NotImplementedError


class ChangeWindowForm(RecurrenceForm):
    def recurrence(self, data: dict[str, Any]) -> recurrence.Recurrence:
        first, last = wall_clock(data["first_start"]), wall_clock(data["first_end"])
        exdates = tuple(wall_clock(text) for text in data["exdates"])
        return recurrence.Recurrence(data["rrule"], first, last, data["time_zone"], exdates)


@admin.register(models.Environment)
class EnvironmentAdmin(SetUpAdmin):
    list_display = ["name", "slug", "needs_window", "position"]


@admin.register(models.Service)
class ServiceAdmin(SetUpAdmin):
    list_display = ["name", "slug", "manager", "approver"]
    filter_horizontal = ["depends_on"]


@admin.register(models.ConfigurationItem)
class ConfigurationItemAdmin(SetUpAdmin):
    list_display = ["name", "slug", "service"]
    list_filter = ["service"]
    search_fields = ["name", "slug"]


@admin.register(models.ChangeType)
class ChangeTypeAdmin(SetUpAdmin):
    list_display = ["name", "category", "severity", "pre_approved", "is_active"]
    list_filter = ["category"]
    inlines = [StepInline]


@admin.register(models.ChangeWindow)
class ChangeWindowAdmin(SetUpAdmin):
    form = ChangeWindowForm
    list_display = ["name", "environment", "time_zone", "rrule"]
    filter_horizontal = ["change_types"]


@admin.register(models.Freeze)
class FreezeAdmin(SetUpAdmin):
    """To look at, with who did what to it: its own page shows what it hits before it is saved, and tells the owners."""

    list_display = ["name", "start", "end", "environment", "service", "change_type"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_change_permission


@admin.register(models.User)
class PersonAdmin(SetUpAdmin, UserAdmin):
    list_display = ["username", "first_name", "last_name", "role", "is_active"]
    fieldsets = [*(UserAdmin.fieldsets or ()), ("In this product", {"fields": ["role", "time_zone", "phone", "follows"]})]
    filter_horizontal = ["follows"]
