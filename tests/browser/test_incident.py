"""Journey 6: the incident tool raises an emergency by REST, a person of the rota approves it in the browser, the tool ends it."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from changes.actions.reminder import send_due
from tests import factories as make
from tests.api.bodies import iso, step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Restart the queue broker in site A"


@pytest.fixture
def tool(given, site, playwright, capsys):
    """The incident tool as a program of its own, with the token that `manage.py token` prints."""
    call_command("token", given.people.tool.username)
    token = capsys.readouterr().out.strip()
    request = playwright.request.new_context(base_url=site, extra_http_headers={"Authorization": f"Token {token}"})
    yield request
    request.dispose()


@pytest.fixture
def emergency(given):
    return {
        "title": TITLE,
        "reason": "INC-4711: no mail has left site A since 02:10.",
        "urgency": "emergency",
        "environment": given.environment.slug,
        "services": [given.service.slug],
        "configuration_items": [given.item.slug],
        "owner": given.people.owner.username,
        "implementer": given.people.implementer.username,
        "rollout": [step("Restart the broker", 10)],
        "verification": [step("Send the test mails", 5)],
        "rollback": [step("Start the standby broker", 10)],
        "submit": True,
    }


def move(tool, number, **body):
    tag = tool.get(f"/api/v1/rfcs/{number}/").headers["etag"]
    return tool.post(f"/api/v1/rfcs/{number}/transitions/", data=body, headers={"If-Match": tag})


def test_from_the_incident_to_the_schedule(given, tool, emergency, clock, visit):
    created = tool.post("/api/v1/rfcs/", data=emergency)
    assert created.status == 201, created.text()
    number = created.json()["number"]
    refused = move(tool, number, to="approved")
    assert (refused.status, refused.headers["content-type"]) == (403, "application/problem+json")
    send_due(at=make.NOW)

    page = visit(given.people.chair)
    page.goto("/")
    needs = page.get_by_role("region", name=re.compile("Needs you"))
    expect(needs).to_contain_text(TITLE)
    needs.get_by_role("link", name=re.compile(TITLE)).click()
    page.get_by_role("button", name=re.compile("^Approve")).first.click()
    expect(page.get_by_role("status", name="News")).to_contain_text(number)

    assert tool.get(f"/api/v1/rfcs/{number}/").json()["state"] == "scheduled"
    clock.move_to(make.NOW + timedelta(minutes=5), tick=False)
    assert move(tool, number, to="in_progress").json()["state"] == "in_progress"
    page.goto("/schedule/")
    expect(page.get_by_role("complementary", name=re.compile("Tonight"))).to_contain_text(TITLE)

    ended = make.NOW + timedelta(minutes=20)
    clock.move_to(ended, tick=False)
    done = move(tool, number, to="completed", outcome="successful", reason="Mail leaves again.")
    assert (done.json()["state"], done.json()["outcome"]) == ("completed", "successful")
    read = tool.get("/api/v1/schedule/", params={"from": iso(make.NOW), "to": iso(make.NOW + timedelta(days=1))}).json()
    assert [(one["number"], one["title"], one["outcome"]) for one in read["changes"]] == [(number, TITLE, "successful")]
    assert read["changes"][0]["sessions"][0]["actual_end"] == iso(ended)
    page.goto(f"/rfcs/{number}/history/")
    for words in ("Approved by Chair", "Mail leaves again."):
        expect(page.get_by_role("region", name="Events")).to_contain_text(words)


def test_a_program_is_told_what_it_did_wrong(tool, playwright, site):
    nobody = playwright.request.new_context(base_url=site)
    assert nobody.get("/api/v1/rfcs/").status == 401
    nobody.dispose()
    unknown = tool.get("/api/v1/rfcs/", params={"status": "open"})
    assert (unknown.status, unknown.headers["content-type"]) == (400, "application/problem+json")
    assert "state" in unknown.json()["detail"] + str(unknown.json().get("errors"))
