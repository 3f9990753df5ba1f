"""The shape of what is typed: types, lengths and known words. Not one of these says whether a change is a good one."""

from collections.abc import Iterable

from django import forms

from changes.choices import ImpactLevel, Outage, Relation, Urgency
from changes.domain.severity import QUESTIONS
from changes.web.forms.moment import MomentField

_CHOOSE = {"invalid_choice": "“%(value)s” is not in the list. Choose one of it."}
Options = Iterable[tuple[str, str]]


def _text(label: str, *, most: int | None = None, rows: int = 0, hint: str = "", example: str = "") -> forms.CharField:
    attributes: dict[str, object] = {"autocomplete": "off"}
    if example:
        attributes["placeholder"] = example
    widget = forms.Textarea({**attributes, "rows": rows}) if rows else forms.TextInput(attributes)
    too_long = {"max_length": f"At most {most} characters; these are %(show_value)s."}
    return forms.CharField(
        label=label, max_length=most, required=False, widget=widget, help_text=hint, error_messages=too_long if most else None
    )


def _choice(label: str, options: Options = (), *, hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=options, required=False, help_text=hint, error_messages=_CHOOSE)


def _link() -> forms.URLField:
    wrong = {"invalid": "A link begins with https:// and has no spaces."}
    widget = forms.URLInput({"placeholder": "https://", "autocomplete": "off"})
    return forms.URLField(label="Link", max_length=200, required=False, assume_scheme="https", widget=widget, error_messages=wrong)


class RFCForm(forms.Form):
    """All that stands in the form once; rows have forms of their own below."""

    title = _text("Title", most=200, hint="What is changed, and where.")
    change_type = _choice("Known change type", hint="Choosing one fills in its steps, its rollback trigger and its windows.")
    reason = _text("Why now, and what if we do not?", rows=2)
    description = _text("What is changed", rows=2, hint="Enough for somebody who was not there.")
    urgency = _choice("How soon?", Urgency.choices())
    environment = _choice("Environment")
    needed_by = MomentField(label="Needed by", required=False, help_text="Where there is no session yet, or it must not be later.")
    rollback_trigger = _text(
        "When do you turn back?",
        rows=1,
        hint="The rollback trigger: something one can see, with its limit.",
        example="For example: more than 500 messages wait after step 3",
    )
    impact_sla = _choice("Service level", ImpactLevel.choices(), hint="What users notice of it.")
    impact_capacity = _choice("Capacity", ImpactLevel.choices(), hint="What is missing while the work goes on.")
    impact_security = _choice("Security", ImpactLevel.choices(), hint="Rights, ports, certificates.")
    impact_disaster_recovery = _choice("Disaster recovery", ImpactLevel.choices(), hint="Whether the other site could take over.")
    owner = _choice("Owner", hint="Answers for it until it is closed.")
    implementer = _choice("Implementer", hint="Does the work.")
    follows_up = _text("Follows up", most=20, hint="The emergency whose permanent fix this is.", example="RFC-000123")

    def __init__(self, *args: object, environments: Options, change_types: Options, people: Options, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        lists = {"environment": environments, "change_type": change_types, "owner": people, "implementer": people}
        empty = {"environment": "Choose where", "change_type": "None that fits", "owner": "You", "implementer": "Nobody yet"}
        for name, listed in lists.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells mypy what stands above
            field.choices = [("", empty[name]), *listed]

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[f"impact_{name}"] for name in QUESTIONS]


class LineForm(forms.Form):
    """A row whose inputs have no label of their own on the page; readers of screens hear one."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = str(field.label)


class StepForm(LineForm):
    instruction = _text("What is done", rows=1, example="What is done")
    check = _text("How one sees that it worked", rows=1, example="How one sees that it worked")
    role = _text("Done by", most=80, example="Role")
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.NumberInput({"placeholder": "min"}),
        error_messages={"invalid": "Minutes are a whole number.", "max_value": "Minutes are at most %(limit_value)s."},
    )
    command = _text("Command to copy", rows=1, example="Command to copy")
    if_not = _text("What to do if not", rows=1, example="What to do if not")
    id = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class SessionForm(forms.Form):
    start = MomentField(label="Start", required=False)
    end = MomentField(label="End", required=False)
    outage = _choice("Will users notice an outage?", Outage.choices())
    outage_start = MomentField(label="Outage from", required=False)
    outage_end = MomentField(label="Outage to", required=False)
    actual_start = MomentField(label="Began", required=False)
    actual_end = MomentField(label="Ended", required=False)
    id = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class ContactForm(LineForm):
    name = _text("Name", most=120, example="Name, or desk")
    role = _text("Role", most=120, example="Role")
    phone = _text("Phone", most=40, example="Phone")
    url = _link()


class ReferenceForm(LineForm):
    system = _text("System", most=60, example="incident")
    identifier = _text("Number", most=120, example="INC-20417")
    relation = _choice("Relation", Relation.choices())
    url = _link()
