"""What waits for an RFC that moves, as pages: shown before, moved along or left, and told afterwards."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from changes.choices import State
from changes.models import RFC
from tests.factories import NOW, ItemFactory, hours, raised, rfc_in, session
from tests.web.rfc_form import cell, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
NIGHT = NOW + timedelta(days=3, hours=12)
DAY = timedelta(days=1)


@pytest.fixture
def owner(client, given):
    client.force_login(given.people.owner)
    return client


@pytest.fixture
def chain(given):
    """Two nights, the second waiting for the first."""

    def planned(days, **other):
        item = ItemFactory(service=given.service)
        sessions = (session(NIGHT + days * DAY),)
        return rfc_in(State.SCHEDULED, given, sessions=sessions, configuration_items=(item.slug,), implementer=None, **other)

    first = planned(0, title="Schema extension")
    return first, planned(1, title="Index rebuild", predecessors=(first.number,))


def start(rfc):
    return RFC.objects.get(pk=rfc.pk).sessions.get().planned_start


def preview(client, rfc, days, **headers):
    address = reverse("session-move-preview", args=[rfc.sessions.get().pk])
    return client.get(address, {"day": f"2026-11-{24 + days}"}, headers=headers)


def agreed(response):
    return re.search(r'name="along" value="(\w+)"', response.content.decode())[1]


def move(client, rfc, days, **more):
    to = NIGHT + days * DAY
    data = {"start_at": to.isoformat(), "end_at": (to + hours(4)).isoformat(), "version": rfc.version, **more}
    return client.post(reverse("session-move", args=[rfc.sessions.get().pk]), data, follow=True)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "dialog"])
def test_the_question_shows_what_waits_with_old_and_new_times(owner, chain, headers):
    first, second = chain
    told = text(preview(owner, first, 4, **headers))
    assert "1 RFC that waits for it would start before it is done" in told
    times = "Wed 25 Nov 22:00 – Thu 26 Nov 02:00 → to Sun 29 Nov 22:00 – Mon 30 Nov 02:00"
    assert f"{second.number} Index rebuild {times} Its approval stays good. Its owner is Owner." in told
    assert "Move it, and what waits for it" in told
    assert start(second) == NIGHT + DAY


def test_moved_along_both_stand_where_they_were_shown(owner, chain):
    first, second = chain
    done = text(move(owner, first, 4, along=agreed(preview(owner, first, 4))))
    assert [start(one) for one in chain] == [NIGHT + 4 * DAY, NIGHT + 5 * DAY]
    assert f"Moved along: {second.number} ." in done


def test_moved_alone_it_is_said_and_the_way_to_the_others_is_a_link(owner, chain):
    first, second = chain
    response = move(owner, first, 4)
    assert [start(one) for one in chain] == [NIGHT + 4 * DAY, NIGHT + DAY]
    assert "1 RFC that waits for it starts before it is done" in text(response)
    address = reverse("rfc-waiting", args=[first.number])
    assert address in response.content.decode()
    page = owner.get(address)
    assert "Move it behind" in text(page)
    owner.post(address, {"along": agreed(page)})
    assert start(second) >= NIGHT + 4 * DAY + hours(4)
    assert "Nothing starts too early" in text(owner.get(address))


def test_what_is_not_ones_own_stays_and_is_told(owner, given, chain):
    first, second = chain
    RFC.objects.filter(pk=second.pk).update(owner=given.people.outsider, requester=given.people.outsider)
    told = text(preview(owner, first, 4))
    assert f"{second.number} Index rebuild Wed 25 Nov 22:00 – Thu 26 Nov 02:00 stays Outsider moves it" in told
    assert "Outsider moves it, or the change manager." in told
    assert "Move it, and what waits for it" not in told


def test_a_line_that_is_another_by_now_moves_nothing_and_is_shown_again(owner, chain):
    first = chain[0]
    response = move(owner, first, 4, along="0" * 16)
    assert response.status_code == 409
    assert [start(one) for one in chain] == [NIGHT, NIGHT + DAY]
    assert "What waits for it has changed meanwhile." in text(response)
    assert "Index rebuild" in text(response)


@pytest.mark.parametrize("along", ["", "nonsense"])
def test_the_page_moves_only_what_it_has_shown(owner, chain, along):
    first, second = chain
    move(owner, first, 4)
    response = owner.post(reverse("rfc-waiting", args=[first.number]), {"along": along})
    assert (response.status_code, start(second)) == (412, NIGHT + DAY)
    assert "Look at it once more." in text(response)


def test_both_pages_name_one_another(owner, chain):
    first, second = chain
    assert f"Is waited for by {second.number} Index rebuild (scheduled)" in text(owner.get(first.get_absolute_url()))
    assert f"Waits for {first.number} Schema extension (scheduled)" in text(owner.get(second.get_absolute_url()))


def edited(rfc, **other):
    whole = rfc.content()
    one = whole.sessions[0]
    times = {
        "sessions-0-id": one.id,
        "sessions-0-start": "2026-11-24T22:00",
        "sessions-0-end": "2026-11-25T02:00",
        "sessions-0-outage": "none",
    }
    fields = {"title": whole.title, "reason": whole.reason, "environment": whole.environment, "number": rfc.number, "version": rfc.version}
    return {**fields, **times, "owner": "owner", "urgency": "normal", **other}


def test_the_form_says_it_while_the_end_is_typed(owner, chain):
    first, second = chain
    data = edited(first, **{"sessions-0-end": "2026-11-26T02:00"})
    assert f"{second.number} “Index rebuild” waits for this, and starts 240 min before it is done." in cell(
        owner.post("/rfcs/check/", data), "slots"
    )


def test_the_form_tells_a_circle_before_saving_refuses_it(owner, chain):
    first, second = chain
    sentence = f"{first.number} cannot wait for {second.number}: {second.number} waits for {first.number}."
    data = edited(first, predecessors=second.number)
    assert sentence in cell(owner.post("/rfcs/check/", data), "predecessors")
    response = owner.post(f"/rfcs/{first.number}/edit/", {**data, "act": "save-confirmed"})
    assert cell(response, "predecessors").count(sentence) == 1
    assert not RFC.objects.get(pk=first.pk).predecessors.exists()


def test_a_predecessor_that_is_somebody_elses_draft_is_kept_by_its_number(owner, given):
    hidden = raised(given, by=given.people.outsider, owner="outsider", implementer=None, title="Not to be read")
    mine = raised(given, predecessors=(hidden.number,))
    data = edited(mine, predecessors=hidden.number, title="Another title")
    response = owner.post(f"/rfcs/{mine.number}/edit/", {**data, "act": "save"})
    assert response.status_code == 302
    stored = RFC.objects.get(pk=mine.pk)
    assert (stored.title, [one.number for one in stored.predecessors.all()]) == ("Another title", [hidden.number])
    page = text(owner.get(f"/rfcs/{mine.number}/edit/"))
    assert f"{hidden.number} a draft of somebody else" in page
    assert "Not to be read" not in page


def test_a_draft_of_somebody_else_is_not_newly_named(owner, given):
    hidden = raised(given, by=given.people.outsider, owner="outsider", implementer=None)
    mine = raised(given)
    response = owner.post(f"/rfcs/{mine.number}/edit/", {**edited(mine, predecessors=hidden.number), "act": "save"})
    assert (response.status_code, mine.predecessors.count()) == (422, 0)
    assert f"There is no RFC “{hidden.number}”." in cell(response, "predecessors")


def test_by_rest_the_one_that_waits_carries_the_conflict_and_the_other_is_told(client, given, chain):
    first, second = chain
    client.force_login(given.people.owner)
    move(client, first, 4)
    told = {
        rfc: [(f["code"], f["other"]) for f in client.get(f"/api/v1/rfcs/{rfc.number}/findings/").json() if f["code"].endswith("cessor")]
        for rfc in chain
    }
    assert told == {first: [("conflict.successor", second.number)], second: [("conflict.predecessor", first.number)]}
