"""The history in words: a sentence for everything that an action records."""

import re
from pathlib import Path

import pytest

from changes.choices import DECIDED_AS, Outcome, State, Verdict
from changes.domain.lifecycle import MOVES
from changes.models import RFC
from changes.selectors.history import WORDS, approved_against_now, latest, whole
from tests.factories import NOW, EventFactory, RFCFactory, UserFactory, rfc_in, world

ACTIONS = Path(__file__).parents[2] / "changes" / "actions"


def test_whatever_an_action_records_has_its_words():
    written = {name for file in ACTIONS.glob("*.py") for name in re.findall(r"record\(\s*rfc, \"(\w+)\"", file.read_text())}
    assert written > {"created", "waived", "session_begun"}
    assert written - set(WORDS) == set()
    assert {move.action for move in MOVES.values()} - set(WORDS) == set()
    assert set(DECIDED_AS) == set(Verdict)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "changes", "sentence"),
    [
        ("created", {"title": ["", "Rollup"]}, "Raised by Ada"),
        ("edited", {"rollout": [[], []], "configuration_items": [[], []]}, "Edited by Ada: rollout, configuration items"),
        (
            "moved",
            {"sessions": [[], [{"start": "2026-11-21T21:00:00+00:00", "end": "2026-11-22T03:00:00+00:00"}]]},
            "Moved by Ada to Sat 21 Nov 22:00–04:00",
        ),
        ("voted", {"vote": ["", "reject"]}, "Voted by Ada: against"),
        ("extended", {"planned_end": ["", "2026-11-22T03:30:00+00:00"]}, "Extended by Ada to Sun 22 Nov 04:30"),
        ("completed", {"state": ["", ""], "outcome": ["", Outcome.ROLLED_BACK]}, "Completed by Ada, rolled back"),
        ("something_new", {}, "Something new by Ada"),
    ],
)
def test_an_event_is_one_sentence(action, changes, sentence):
    event = EventFactory(action=action, changes=changes, actor=UserFactory(username="ada"), note="As told.")
    lines, count = latest(event.rfc, time_zone="Europe/Amsterdam", count=5)
    assert [(line.at, line.sentence, line.note) for line in lines] == [(NOW, sentence, "As told.")]
    assert count == 1


@pytest.mark.django_db
def test_what_the_product_did_has_nobody_in_it():
    event = EventFactory(action="scheduled", actor=None)
    assert whole(event.rfc, time_zone="UTC")[0].sentence == "Scheduled by itself"


@pytest.mark.django_db
def test_work_that_has_begun_differs_in_nothing_from_what_was_approved():
    rfc = rfc_in(State.COMPLETED, world())
    assert approved_against_now(RFC.objects.with_content().get(pk=rfc.pk), time_zone="UTC") == []


@pytest.mark.django_db
def test_what_nobody_has_approved_is_compared_with_nothing():
    assert approved_against_now(RFC.objects.with_content().get(pk=RFCFactory().pk), time_zone="UTC") == []


@pytest.mark.django_db
def test_three_events_cost_as_many_queries_as_one(django_assert_num_queries):
    rfc = RFCFactory()
    EventFactory(rfc=rfc, actor=UserFactory())
    with django_assert_num_queries(6):
        whole(rfc, time_zone="UTC")
    EventFactory(rfc=rfc, actor=UserFactory())
    EventFactory(rfc=rfc, actor=UserFactory())
    with django_assert_num_queries(6):
        whole(rfc, time_zone="UTC")
