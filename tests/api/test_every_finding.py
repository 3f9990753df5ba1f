"""Every finding code reached over REST: tried out, then stored and read back (DESIGN 7, issue 3)."""

import pytest
from django.apps import apps

from changes.domain.code import RULES
from changes.domain.rulebook import kinds_of
from changes.models import RFC
from tests.findings_table import CASES, NEVER_STORED, STORED, body_of, built


def rows() -> dict[str, int]:
    """How many rows every table of the product holds."""
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("changes").get_models()}


def test_no_code_is_without_a_case():
    assert {*CASES, *STORED} == set(RULES)


@pytest.mark.parametrize("code", CASES)
def test_a_preview_reaches_it_at_its_usual_level_and_writes_nothing(code, given, owner):
    body = body_of(built(code, given))
    before = rows()
    response = owner.post("/api/v1/rfcs/preview/", body, format="json")
    assert response.status_code == 200, response.json()
    found = {finding["code"]: finding for finding in response.json()["findings"]}
    assert found[code]["level"] == RULES[code].level
    assert found[code]["message"]
    assert found[code]["mend"]
    assert rows() == before


@pytest.mark.parametrize("code", CASES)
def test_what_is_stored_has_the_findings_that_its_preview_had(code, given, owner):
    body = body_of(built(code, given))
    preview = owner.post("/api/v1/rfcs/preview/", body, format="json").json()
    made = owner.post("/api/v1/rfcs/", body, format="json")
    if code in NEVER_STORED:
        assert made.status_code == 400
        assert not RFC.objects.filter(title=body["title"]).exists()
        return
    number = made.json()["number"]
    assert owner.get(f"/api/v1/rfcs/{number}/findings/").json() == preview["findings"]
    assert [made.json()[name] for name in ("proposed_severity", "route", "due_by")] == [
        preview[name] for name in ("proposed_severity", "route", "due_by")
    ]


@pytest.mark.parametrize("code", STORED)
def test_what_only_a_stored_rfc_can_have_is_among_its_findings(code, given, owner):
    rfc = STORED[code](given)
    found = {finding["code"]: finding for finding in owner.get(f"/api/v1/rfcs/{rfc.number}/findings/").json()}
    assert found[code]["level"] == RULES[code].level


@pytest.mark.parametrize("code", CASES)
def test_a_conflict_says_both_times_that_overlap_and_what_stands_for_several_things_its_kind(code, given, owner):
    body = body_of(built(code, given))
    found = {finding["code"]: finding for finding in owner.post("/api/v1/rfcs/preview/", body, format="json").json()["findings"]}[code]
    both = found["own_interval"], found["other_interval"]
    if code.startswith("conflict.") and code not in ("conflict.predecessor", "conflict.successor"):
        starts, ends = zip(*((one["start"], one["end"]) for one in both), strict=True)
        assert found["interval"] == {"start": max(starts), "end": min(ends)}
    else:
        assert both == (None, None)
    assert found["kind"] in [kind.word for kind in kinds_of(code)] if code == "interval.unusual" else found["kind"] == ""
