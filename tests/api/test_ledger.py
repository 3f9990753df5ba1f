"""The ledger of everybody's reminders by REST: for those who answer for it, strict, by keyset (DESIGN 4.9, 4.10)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import Channel, Delivery
from changes.domain.ladder_words import Rule
from tests.factories import NOW, ReminderFactory, RFCFactory, hours

PATH = "/api/v1/reminders/"


@pytest.fixture
def manager(given, client_of):
    return client_of(given.people.change_manager)


def told(given, **more):
    return ReminderFactory(**{"recipient": given.people.owner, "rule": Rule.DECIDED, "state": Delivery.SENT, **more})


def test_a_row_says_what_it_is_about_and_what_came_of_it(given, manager):
    row = told(given, rfc=RFCFactory(), state=Delivery.FAILED, detail="550 no such box", attempts=3)
    (shown,) = manager.get(PATH).json()["results"]
    known = {name: shown[name] for name in ("id", "rule", "recipient", "channel", "state", "detail", "rfc", "attempts", "on_behalf_of")}
    assert known == {
        "id": row.pk,
        "rule": "decided",
        "recipient": "owner",
        "channel": "mail",
        "state": "failed",
        "detail": "550 no such box",
        "rfc": row.rfc.number,
        "attempts": 3,
        "on_behalf_of": None,
    }


def test_others_are_told_where_to_read_theirs(owner):
    answer = owner.get(PATH)
    assert answer.status_code == 403
    assert "rfcs/{number}/reminders/" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("", ["mail", "chat"]),
        ("?ordering=due_at", ["chat", "mail"]),
        ("?channel=chat", ["chat"]),
        ("?state=sent&state=failed", ["mail", "chat"]),
        ("?state=failed", ["chat"]),
        ("?recipient=member", ["chat"]),
        ("?from=2026-11-21T08:30:00Z", ["mail"]),
        ("?to=2026-11-21T08:30:00Z", ["chat"]),
        ("?rule=vote_missing", []),
    ],
)
def test_it_is_narrowed(given, manager, query, details):
    told(given, detail="mail")
    other = {"channel": Channel.CHAT, "state": Delivery.FAILED, "recipient": given.people.member}
    told(given, detail="chat", due_at=NOW - hours(1), **other)
    assert [row["detail"] for row in manager.get(PATH + query).json()["results"]] == details


@pytest.mark.parametrize(
    "query", ["?state=planned", "?who=me", "?rule=nonsense", "?recipient=nobody", "?from=2026-11-21", "?ordering=rule"]
)
def test_what_it_does_not_know_is_refused(manager, query):
    assert manager.get(PATH + query).status_code == 400


def test_it_is_paged_by_key_in_as_many_queries_for_three_as_for_one(given, manager):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            told(given, rfc=RFCFactory())
        with CaptureQueriesContext(connection) as asked:
            manager.get(PATH)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    page = manager.get(f"{PATH}?page_size=2").json()
    rest = manager.get(page["next"]).json()["results"]
    assert len({row["id"] for row in [*page["results"], *rest]}) == 3
