"""What people are told, in words: {{ row.rule|rule_words }}."""

from django import template

from changes.domain.ladder_words import Rule

register = template.Library()

_WORDS = {rule.value: rule.label for rule in Rule}


@register.filter
def rule_words(rule: str) -> str:
    """A reminder's rule as people know it; one that is no longer in the ladder by its name."""
    return _WORDS.get(rule, rule.replace("_", " "))
