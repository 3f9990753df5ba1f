"""What comes back while somebody types: the parts beside the fields, each swapped on its own, and nothing written."""

import pytest
from django.test import Client

from changes.choices import Outage, State
from changes.models import RFC
from tests.factories import NOW, ChangeTypeFactory, RFCFactory, SessionFactory, raised, rfc_in, session
from tests.web.rfc_form import cell, step_fields, text, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
URL = "/rfcs/check/"


def test_nothing_is_written_and_every_part_swaps_itself(visitor, given):
    response = visitor.post(URL, typed(), headers={"HX-Request": "true"})
    page = response.content.decode()
    assert (response.status_code, RFC.objects.count()) == (200, 0)
    for part in ("form-tally", "form-nav", "beside-title", "slots", "plan-facts", "submit-word-top", "items-list", "form-stale"):
        assert f'id="{part}"' in page
    assert "<form" not in page
    assert 'id="steps"' not in page


def test_findings_stand_beside_the_field_they_are_about(visitor, given):
    response = visitor.post(URL, typed(title="", rollback_trigger="", impact_security="", **{"sessions-0-outage": ""}))
    assert "The RFC has no title." in cell(response, "title")
    assert "At the point of no return nobody can tell" in cell(response, "trigger")
    assert "The impact on security is not answered." in cell(response, "impact")
    assert "Nobody has said whether users will notice an outage." in cell(response, "sessions-0")
    assert "4 errors" in text(response)


def test_a_section_that_nobody_has_begun_is_asked_for_and_not_counted_as_an_error(visitor, given):
    response = visitor.post(URL, {"title": "Hub transport rollup 8"})
    assert "Error: Nobody has said why this is done now." in cell(response, "reason")
    assert "Advice: No environment is chosen." in cell(response, "where")


def test_the_plan_is_totalled_against_the_session(visitor, given):
    response = visitor.post(URL, typed())
    assert "70 + 10 + 30 = 110 minutes of the session’s 240" in text(response)
    assert "Turn back by 01:30 , or it ends late" in text(response)


def test_a_plan_that_does_not_fit_says_by_how_much(visitor, given):
    response = visitor.post(URL, typed(**{"rollout-0-minutes": "300"}))
    assert "140 more than the 240 of the session" in cell(response, "slots")


def test_the_severity_follows_the_answers(visitor, given):
    response = visitor.post(URL, typed(impact_sla="medium", impact_capacity="medium"))
    assert "Major proposed: 2 answers are medium. The board assigns it." in cell(response, "impact")


def test_a_conflict_is_told_while_typing(visitor, given):
    rfc = RFCFactory(state=State.SCHEDULED, items=[given.item])
    SessionFactory(rfc=rfc, planned_start=session().start, planned_end=session().end)
    times = {"sessions-0-start": "2026-11-24T10:00", "sessions-0-end": "2026-11-24T14:00"}
    assert f"{rfc.number} “{rfc.title}” changes HT-01 as well" in cell(visitor.post(URL, typed(**times)), "slots")


def test_what_cannot_be_read_is_told_at_once(visitor, given):
    response = visitor.post(URL, typed(**{"rollout-0-minutes": "long"}, services_add="Nonsense"))
    assert "Minutes are a whole number." in cell(response, "plan")
    assert "There is no service “Nonsense”." in cell(response, "where")


def test_choosing_a_type_brings_its_steps_at_once(visitor, given):
    response = visitor.post(URL, {"change_type": "rollup", "rollout-0-instruction": ""})
    page = response.content.decode()
    assert 'id="steps" hx-swap-oob="true"' in page
    assert "Drain the queues of the server" in page
    assert 'id="trigger-field" hx-swap-oob="true"' in page


def test_choosing_a_type_leaves_typed_steps_and_a_typed_trigger_alone(visitor, given):
    ChangeTypeFactory(slug="driver", name="NIC driver", steps=[("rollout", "Install the driver", 5)])
    page = visitor.post(URL, typed(change_type="driver")).content.decode()
    assert 'id="steps"' not in page
    assert "Take the steps of “NIC driver”" in page


def test_the_record_of_the_type_is_shown(visitor, given):
    for days in (1, 2, 3):
        rfc = RFCFactory(change_type=given.change_type, state=State.CLOSED)
        start = NOW.replace(day=days)
        SessionFactory(rfc=rfc, planned_start=start, planned_end=start.replace(hour=11))
    assert "This type has been done 3 times 3 successful. Half were planned for up to 120 min, nine in ten" in cell(
        visitor.post(URL, typed()), "change_type"
    )


def test_a_stored_version_that_has_moved_on_is_told(visitor, given):
    rfc = raised(given)
    read = {"number": rfc.number, "version": str(rfc.version), "read_at": rfc.updated_at.isoformat()}
    assert "changed meanwhile" not in text(visitor.post(URL, typed(**read)))
    RFC.objects.filter(pk=rfc.pk).update(version=rfc.version + 1, title="Another title")
    page = text(visitor.post(URL, typed(**read)))
    assert f"{rfc.number} has been changed meanwhile" in page
    assert "Another title Hub transport rollup 8, site A" in page


@pytest.mark.parametrize(("person", "status"), [("owner", 200), ("outsider", 404), ("viewer", 404), ("change_manager", 403)])
def test_only_those_who_may_write_in_it_are_answered_about_a_draft(given, person, status):
    rfc = raised(given)
    client = Client()
    client.force_login(getattr(given.people, person))
    answer = client.post(URL, {"number": rfc.number})
    assert (answer.status_code, "The RFC has no title." in text(answer)) == (status, status == 200)


def test_work_that_has_begun_is_written_in_no_more(visitor, given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    answer = visitor.post(URL, {"number": rfc.number})
    assert (answer.status_code, "The RFC has no title." in text(answer)) == (403, False)


@pytest.mark.parametrize(
    "odd",
    [
        {"act": "up nonsense"},
        {"act": "remove sessions-0"},
        {"rollout-99999999-instruction": "x"},
        {"slot": "a/b"},
        {"slot": "2026-11-28T21:00/2026-11-28T22:00"},
        {"version": "²", "read_at": "later"},
        {"paste": "x" * 5000, "paste_to": "moon", "act": "paste"},
        {"contacts-0-name": "\x00", "configuration_items_add": "\x00", "services": "\x00"},
        {"configuration_items_add": ",".join(f"item {n}" for n in range(2000))},
        {"configuration_items": ["', --"]},
    ],
)
def test_odd_input_is_answered_and_never_a_fault(visitor, given, odd):
    answer = visitor.post(URL, odd)
    assert (answer.status_code, "The RFC has no title." in text(answer)) == (200, True)


@pytest.mark.parametrize("number", ["RFC-999999999999999999999", "nonsense"])
def test_a_number_that_nobody_bears_is_not_found(visitor, number):
    answer = visitor.post(URL, {"number": number})
    assert (answer.status_code, "There is nothing at this address" in text(answer)) == (404, True)


def test_the_number_of_queries_is_the_same_for_one_and_for_three_steps_items_and_sessions(visitor, given, django_assert_max_num_queries):
    rfc = raised(given)
    read = {"number": rfc.number, "version": str(rfc.version)}
    counts = []
    for rows in (1, 3):
        more = {name: value for n in range(rows) for name, value in step_fields(f"rollout-{n}", f"Step {n}", "5").items()}
        more |= {f"contacts-{n}-name": f"Desk {n}" for n in range(rows)}
        with django_assert_max_num_queries(70) as asked:
            visitor.post(URL, typed(**read, **more))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_outage_that_is_taken_back_has_no_times(visitor, given):
    times = {"sessions-0-outage_start": "2026-11-24T23:00", "sessions-0-outage_end": "2026-11-24T22:00"}
    response = visitor.post(URL, typed(**times, **{"sessions-0-outage": Outage.NONE.value}))
    assert "outage ends" not in cell(response, "slots")
