"""What was approved against what stands there, and what an edit would mean for it."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from changes.domain.materiality import Difference
from changes.selectors.approval import Approval
from changes.selectors.consequence import Effect


@extend_schema_field(OpenApiTypes.ANY)
class Anything(serializers.JSONField):
    """The value of a field, whatever its type."""


class DifferenceOut(serializers.Serializer):
    """One field, before and after; what is not material asks nobody again."""

    field = serializers.CharField()
    before = Anything()
    after = Anything()
    material = serializers.BooleanField()


class ApprovalOut(serializers.Serializer):
    """The approval in force: the digest of what was approved, whether that still stands, and what differs from it now."""

    digest = serializers.CharField()
    stands = serializers.BooleanField()
    differences = DifferenceOut(many=True)


class EffectOut(serializers.Serializer):
    """What an edit would do: `none`, `confirm` (the change manager does), `returns` to submitted, `comes_off` the schedule."""

    effect = serializers.ChoiceField([(one.value, one.value) for one in Effect])
    message = serializers.CharField()
    differences = DifferenceOut(many=True, help_text="From what was approved, or else from what stands there.")


def approval_data(approval: Approval | None) -> dict[str, Any] | None:
    if approval is None:
        return None
    told = differences_data(approval.differences)
    return {"digest": approval.decision.digest, "stands": approval.is_unchanged, "differences": told}


def differences_data(differing: Iterable[Difference]) -> list[dict[str, Any]]:
    return [{"field": one.field, "before": one.before, "after": one.after, "material": one.material} for one in differing]
