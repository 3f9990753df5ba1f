"""One button where one click mends a finding: with a script and without, and all that was typed is kept."""

import re

import pytest

from tests.factories import WindowFactory
from tests.web.rfc_form import cell, text, typed, value_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
FORM, CHECK = "/rfcs/new/", "/rfcs/check/"
BUTTON = re.compile(r'name="act" value="(mend [^"]*)"[^>]*>([^<]*)<')


def offered(answer):
    """The buttons of an answer: value by verb."""
    return {words: value for value, words in BUTTON.findall(answer.content.decode())}


MENDS = [
    ({"sessions-0-end": "2026-11-24T23:10"}, "Make the session 40 minutes longer", {"end": "2026-11-24T23:50"}),
    ({"sessions-0-end": "2026-11-24T23:50"}, "Make the session 15 minutes longer", {"end": "2026-11-25T00:05"}),
    ({"sessions-0-end": "2026-11-24T02:00"}, "End it on Wed 25 Nov 02:00", {"end": "2026-11-25T02:00"}),
    ({"sessions-0-outage": None}, "Users will not notice", {"outage_start": "", "end": "2026-11-25T02:00"}),
    (
        {"sessions-0-outage": "planned"},
        "Out for the whole session",
        {"outage_start": "2026-11-24T22:00", "outage_end": "2026-11-25T02:00"},
    ),
]


@pytest.mark.parametrize(("change", "words", "after"), MENDS)
@pytest.mark.parametrize("url", [FORM, CHECK])
def test_the_button_beside_a_finding_mends_it_and_keeps_what_was_typed(visitor, url, change, words, after):
    data = typed(title="Half a tit", **change)
    value = offered(visitor.post(url, data | {"act": "check"}))[words]
    mended = visitor.post(url, data | {"act": value})
    assert mended.status_code == 200
    assert {name: value_of(mended, f"sessions-0-{name}") for name in after} == after
    assert words not in offered(mended)
    if url == FORM:
        assert value_of(mended, "title") == "Half a tit"
        assert "Drain the queues of HT-01" in text(mended)


def test_the_outage_that_was_clicked_is_chosen(visitor):
    data = typed(**{"sessions-0-outage": None})
    answer = visitor.post(FORM, data | {"act": "check"})
    chosen = {words: visitor.post(FORM, data | {"act": value}).content.decode() for words, value in offered(answer).items()}
    assert re.search(r'value="none" checked', chosen["Users will not notice"])
    assert re.search(r'value="planned" checked', chosen["Out for the whole session"])


def test_a_session_at_the_end_of_its_window_begins_earlier_instead(given, visitor):
    hours = {"first_start": "2026-11-01T20:00:00", "first_end": "2026-11-01T23:30:00"}
    WindowFactory(environment=given.environment, rrule="FREQ=DAILY", **hours)
    given.environment.needs_window = True
    given.environment.save(update_fields=["needs_window"])
    answer = visitor.post(CHECK, typed(**{"sessions-0-start": "2026-11-24T22:00", "sessions-0-end": "2026-11-24T23:30"}))
    assert list(offered(answer)) == ["Begin 20 minutes earlier"]


def test_of_several_sessions_the_one_that_is_meant_is_mended(visitor):
    second = {"sessions-7-start": "2026-11-26T22:00", "sessions-7-end": "2026-11-26T23:00", "sessions-7-outage": "none"}
    answer = visitor.post(CHECK, typed(**second))
    (value,) = offered(answer).values()
    mended = visitor.post(CHECK, typed(**second) | {"act": value})
    assert (value_of(mended, "sessions-7-end"), value_of(mended, "sessions-0-end")) == ("2026-11-26T23:50", "2026-11-25T02:00")


@pytest.mark.parametrize(
    "act",
    [
        "mend sessions-9 2026-11-24T22:00:00+00:00 - - - none",
        "mend sessions-0 2026-11-24T22:00:00 - - - none",
        "mend sessions-0 tomorrow - - - none",
        "mend sessions-0 - - - - perhaps",
        "mend sessions-0",
        "mend",
    ],
)
def test_what_is_no_button_of_ours_changes_nothing(visitor, act):
    kept = visitor.post(FORM, typed() | {"act": act})
    assert [value_of(kept, f"sessions-0-{name}") for name in ("start", "end")] == ["2026-11-24T22:00", "2026-11-25T02:00"]


def test_what_is_not_begun_is_asked_for_without_a_button(visitor):
    answer = visitor.post(CHECK, {"title": "Rollup"})
    assert offered(answer) == {}
    assert "There are no rollout steps." in cell(answer, "plan")
