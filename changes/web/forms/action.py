"""An action as it is typed: its shape alone; the rules judge it."""

from typing import Any

from django import forms
from django.db.models import Q

from changes.choices import Role
from changes.models import User
from changes.web.forms.move import PlainForm, moment_field


class ActionForm(PlainForm):
    """What is to be done, by whom, until when; a row that is left empty is none."""

    text = forms.CharField(label="What is to be done", max_length=2000, widget=forms.TextInput)
    owner = forms.ModelChoiceField(User.objects.none(), label="By whom", empty_label="Choose somebody")
    due_at = moment_field("Until")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["due_at"].required = True
        self.fields["due_at"].error_messages["required"] = "Say until when."
        people = User.objects.filter(~Q(role__in=(Role.VIEWER, Role.TOOL)), is_active=True)
        self.fields["owner"].queryset = people.order_by("first_name", "username")  # type: ignore[attr-defined]


#: Two empty rows; what is kept brings two more.
ActionRows = forms.formset_factory(ActionForm, extra=2, max_num=20)
