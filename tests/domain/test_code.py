"""The table of finding codes against DESIGN 7 and against the rules themselves."""

import ast
import re
from pathlib import Path

import pytest

import changes.domain
from changes.domain.code import RULES, is_scheduling

#: The codes that DESIGN 7 promises.
PROMISED = [
    "title.missing",
    "reason.missing",
    "service.missing",
    "environment.missing",
    "change_type.missing",
    "urgency.missing",
    "impact.missing",
    "turnaround.missing",
    "outage.missing",
    "rollout.missing",
    "rollout.step_unclear",
    "verification.missing",
    "rollback.missing",
    "rollback.step_unclear",
    "rollback.no_trigger",
    "plan.exceeds_session",
    "plan.template_unchanged",
    "incident.missing",
    "interval.reversed",
    "interval.in_past",
    "interval.unusual",
    "window.misses",
    "window.exceeds",
    "window.undefined",
    "freeze.active",
    "notice.too_short",
    "conflict.same_item",
    "conflict.same_implementer",
    "conflict.outage",
    "conflict.same_service",
    "conflict.dependency",
    "conflict.predecessor",
]
JOINED = {"verification.step_unclear", "plan.no_total", "plan.no_reserve", "conflict.successor", "people.left"}
FAMILIES = "|".join({code.partition(".")[0] for code in RULES})


def _written_codes() -> set[str]:
    """Every string in the domain that reads like a finding code, except in the table itself."""
    found = set()
    for path in Path(changes.domain.__file__).parent.glob("*.py"):
        if path.name != "code.py":
            literals = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
            found |= {text for text in literals if isinstance(text, str) and re.fullmatch(rf"({FAMILIES})\.[a-z_]+", text)}
    return found


def test_the_table_holds_what_is_promised_and_what_joined():
    assert set(RULES) == set(PROMISED) | JOINED


def test_every_code_that_a_rule_writes_is_in_the_table():
    assert len(_written_codes()) > 20
    assert _written_codes() - set(RULES) == set()


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_is_told_in_sentences_that_follow_the_house(rule):
    for sentence in (rule.meaning, rule.mend):
        assert sentence.endswith(".")
        assert not re.search(r"!|\b(please|invalid|ticket|workflow|entity|resource)\b", sentence, re.IGNORECASE)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("window.misses", True),
        ("freeze.active", True),
        ("notice.too_short", True),
        ("conflict.outage", True),
        ("interval.reversed", False),
        ("rollback.missing", False),
        ("plan.exceeds_session", False),
        ("outage.missing", False),
    ],
)
def test_what_scheduling_asks_and_what_submission_asks(code, expected):
    assert is_scheduling(code) is expected
