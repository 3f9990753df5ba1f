"""The page "the rules": made from the code, so that nothing on it can be forgotten (issue 3)."""

import re

import pytest
from django.test import Client

from changes.choices import Level, Route, Urgency
from changes.domain import rulebook
from changes.domain.code import RULES
from changes.domain.lifecycle import MOVES
from changes.domain.odd_date import WAYS_OUT, Odd
from changes.domain.specimen import SPECIMENS, example_of
from tests.factories import UserFactory
from tests.web.rfc_form import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(client: Client):
    client.force_login(UserFactory())
    return client.get("/rules/")


def test_every_code_stands_on_it_once_with_its_meaning_and_what_mends_it(shown):
    html, read = shown.content.decode(), text(shown)
    assert sorted(re.findall(r'<article class="rule" id="([^"]+)"', html)) == sorted(RULES)
    for rule in RULES.values():
        assert f'href="#{rule.code}"' in html
        assert rule.meaning in read
        assert rule.mend in read


def test_the_kinds_of_a_code_are_told_with_what_mends_each(shown):
    read = text(shown)
    for odd in Odd:
        assert f"{odd.value} {odd.label}. {WAYS_OUT[odd]}" in read
    assert {kind.word for code in RULES for kind in rulebook.kinds_of(code)} == {*Odd, "carried"}


def test_an_example_can_be_reckoned_again_on_the_clock_of_the_house(client, settings):
    settings.FSC_TIME_ZONE = "America/Los_Angeles"
    client.force_login(UserFactory())
    read = text(client.get("/rules/"))
    assert "with times in America/Los Angeles" in read
    assert (
        "A session Sat 28 Nov 14:00 to Sat 28 Nov 18:00, with an outage Sat 28 Nov 14:00–17:00, asked for Mon 23 Nov 01:00: "
        "RFC-000118 “Certificates of the relay” takes Relay out as well, Sat 28 Nov 16:00–18:00; "
        "this session’s outage is Sat 28 Nov 14:00–17:00, and the outages overlap for 60 min."
    ) in read


@pytest.mark.parametrize("code", [code for code in RULES if code.startswith("conflict.")])
def test_an_example_of_two_rfcs_adds_up(code):
    found = example_of(code)
    if found.own_interval:
        shared = found.own_interval.intersection(found.other_interval)
        assert (shared, shared.minutes) == (found.interval, found.minutes)


@pytest.mark.parametrize("code", RULES)
def test_an_example_is_said_by_the_rule_itself_at_the_level_of_the_table(code):
    found = example_of(code)
    assert found, "a new code needs a specimen in domain/specimen.py, and a family a place in domain/rulebook.py"
    assert (found.code, found.level) == (code, RULES[code].level)
    assert [other.code for other in SPECIMENS[code].findings() if other.level == Level.ERROR and other.code != code] in (
        [],
        ["reason.missing"],  # an emergency without an incident has no reason either
    )


def test_nothing_is_explained_twice_and_a_new_family_finds_its_place(monkeypatch):
    entries = [entry.rule.code for part in rulebook.parts() for entry in part.entries]
    assert sorted(entries) == sorted(RULES)
    shelves = {name: families for name, families in rulebook._PARTS.items() if name[0] != "freezes"}
    monkeypatch.setattr(rulebook, "_PARTS", shelves)
    last = rulebook.parts()[-1]
    assert (last.title, [entry.rule.code for entry in last.entries]) == ("Freeze", ["freeze.active"])


@pytest.mark.parametrize(
    ("code", "stops", "waived_by"),
    [
        ("title.missing", "being submitted", "nobody; it has to be mended"),
        ("interval.reversed", "being submitted", "nobody; it has to be mended"),
        ("conflict.same_item", "being scheduled", "the change manager"),
        ("freeze.active", "being scheduled", "whom the freeze names, else the change manager"),
        ("window.undefined", "nothing; it is told", ""),
        ("plan.no_reserve", "nothing; it is told", ""),
    ],
)
def test_it_says_what_a_finding_stops_and_who_may_accept_it(code, stops, waived_by):
    entry = next(entry for part in rulebook.parts() for entry in part.entries if entry.rule.code == code)
    assert (entry.stops, entry.waived_by) == (stops, waived_by)


def test_limits_routes_and_moves_are_those_that_hold(shown, settings):
    read = text(shown)
    assert "Emergency done within 24 h of being raised" in read
    assert "Low no date" in read
    assert all(word.label in read for word in (*Urgency, *Route))
    rows = re.findall(r"<tr><td data-label=\"From\">", shown.content.decode())
    assert len(rows) == len(MOVES)
    settings.FSC_URGENCY_HOURS = {**settings.FSC_URGENCY_HOURS, "high": 48}
    assert "High done within 2 days of being raised" in text(shown.client.get("/rules/"))


def test_set_up_and_the_account_menu_lead_to_it(shown):
    assert 'href="/rules/"' in shown.client.get("/setup/").content.decode()
    assert 'href="/rules/"' in shown.client.get("/rfcs/").content.decode()
