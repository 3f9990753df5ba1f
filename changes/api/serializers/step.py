"""A staged instruction, in and out (DESIGN 7, "A step")."""

from typing import Any

from rest_framework import serializers

from changes.api.serializers.fields import Flag, Instant, Strict, Text, Whole
from changes.domain import content
from changes.models import Step

#: Longer than a month nobody works on one step.
MAX_MINUTES = 60 * 24 * 31


class StepBody(Strict):
    """What people write of a step; `id` continues a stored one. Ticking off has its own path."""

    id = Whole(required=False, min_value=1, max_value=2**53)
    instruction = Text(allow_blank=False, trim_whitespace=False)
    command = Text(required=False, trim_whitespace=False)
    role = Text(required=False, max_length=80)
    minutes = Whole(required=False, allow_null=True, min_value=0, max_value=MAX_MINUTES)
    check = Text(required=False, trim_whitespace=False)
    if_not = Text(required=False, trim_whitespace=False)


class StepOut(serializers.Serializer):
    id = serializers.IntegerField()
    instruction = serializers.CharField()
    command = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    minutes = serializers.IntegerField(allow_null=True)
    check = serializers.CharField(allow_blank=True)
    if_not = serializers.CharField(allow_blank=True)
    done_at = Instant(allow_null=True)
    done_by = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class StepMark(Strict):
    """What is written of a step while the work is in progress."""

    done = Flag(required=False)
    note = Text(required=False, trim_whitespace=False)


class TemplateStepOut(serializers.Serializer):
    """A step of a known change type, to start from."""

    instruction = serializers.CharField()
    command = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    minutes = serializers.IntegerField(allow_null=True)
    check = serializers.CharField(allow_blank=True)
    if_not = serializers.CharField(allow_blank=True)


def step_data(step: Step) -> dict[str, Any]:
    return {
        "id": step.pk,
        "instruction": step.instruction,
        "command": step.command,
        "role": step.role,
        "minutes": step.minutes,
        "check": step.check_text,
        "if_not": step.if_not,
        "done_at": step.done_at,
        "done_by": step.done_by.username if step.done_by else None,
        "note": step.note,
    }


def template_step_data(step: content.Step) -> dict[str, Any]:
    return {name: getattr(step, name) for name in ("instruction", "command", "role", "minutes", "check", "if_not")}


def steps_of(bodies: list[dict[str, Any]]) -> tuple[content.Step, ...]:
    return tuple(content.Step(**body) for body in bodies)
