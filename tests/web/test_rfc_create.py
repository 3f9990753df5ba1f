"""Raising an RFC in the browser: everything that is typed is kept, and what is stored is what was meant."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from changes.choices import ImpactLevel, Outage, Route, Severity, State
from changes.models import RFC, RouteRule
from tests.factories import (
    NOW,
    ChangeTypeFactory,
    ItemFactory,
    MeetingFactory,
    RFCFactory,
    ServiceFactory,
    WindowFactory,
)
from tests.web.rfc_form import cell, step_fields, text, typed, value_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
URL = "/rfcs/new/"


def send(visitor, act, **other):
    return visitor.post(URL, {**typed(**other), "act": act})


# --- Storing ----------------------------------------------------------------------------------------------------------


def test_a_draft_needs_nothing(visitor, given):
    response = visitor.post(URL, {"act": "save"})
    rfc = RFC.objects.get()
    assert (response.status_code, response.url) == (302, f"/rfcs/{rfc.number}/edit/")
    assert (rfc.state, rfc.requester, rfc.owner) == (State.DRAFT, given.people.owner, given.people.owner)


def test_what_is_typed_is_what_is_stored(visitor, given):
    send(
        visitor,
        "save",
        **{
            "sessions-0-outage": "planned",
            "sessions-0-outage_start": "2026-11-24T22:30",
            "sessions-0-outage_end": "2026-11-24T23:00",
            "impact_security": "low",
            "contacts-0-name": "Service desk",
            "contacts-0-phone": "2000",
            "references-0-identifier": "INC-20417",
            "references-0-relation": "raised_by",
            "needed_by": "2026-12-01T08:00",
        },
    )
    content = RFC.objects.with_content().get().content()
    session = content.sessions[0]
    assert (session.start, session.end) == (datetime(2026, 11, 24, 21, tzinfo=UTC), datetime(2026, 11, 25, 1, tzinfo=UTC))
    assert (session.outage, session.outage_start) == (Outage.PLANNED, datetime(2026, 11, 24, 21, 30, tzinfo=UTC))
    assert [(s.instruction, s.minutes) for s in content.rollout] == [
        ("Drain the queues of HT-01", 30),
        ("Install rollup 8 and restart HT-01", 40),
    ]
    assert (content.services, content.configuration_items) == (("hub-transport",), ("ht-01",))
    assert (content.impact.security, content.contacts[0].phone) == (ImpactLevel.LOW, "2000")
    assert (content.references[0].system, content.references[0].relation) == ("incident", "raised_by")
    assert content.needed_by == datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert (content.environment, content.change_type, content.implementer) == ("production", "rollup", "implementer")


def test_a_time_is_read_on_the_readers_clock(visitor, given):
    given.people.owner.time_zone = "America/Chicago"
    given.people.owner.save()
    send(visitor, "save")
    assert RFC.objects.get().planned_start == datetime(2026, 11, 25, 4, tzinfo=UTC)


def test_the_order_of_the_rows_on_the_page_is_the_order_of_the_steps(visitor, given):
    rows = {**step_fields("rollout-7", "First", "5"), **step_fields("rollout-2", "Second", "5")}
    visitor.post(URL, {"act": "save", **rows})
    assert [step.instruction for step in RFC.objects.with_content().get().content().rollout] == ["First", "Second"]


def test_submitting_says_where_it_went(visitor, given):
    response = send(visitor, "submit")
    rfc = RFC.objects.get()
    assert (response.status_code, rfc.state, rfc.route) == (302, State.SUBMITTED, Route.MANAGER)
    assert response.url == f"/rfcs/{rfc.number}/"
    assert [event.action for event in rfc.events.all()] == ["created", "submitted"]


# --- Refusing ---------------------------------------------------------------------------------------------------------


def test_a_refused_submission_stores_nothing_and_keeps_all_that_was_typed(visitor, given):
    response = send(visitor, "submit", rollback_trigger="")
    assert (response.status_code, RFC.objects.count()) == (422, 0)
    assert "At the point of no return nobody can tell whether to turn back." in cell(response, "trigger")
    assert value_of(response, "title") == "Hub transport rollup 8, site A"
    assert value_of(response, "sessions-0-start") == "2026-11-24T22:00"
    assert "Drain the queues of HT-01" in response.content.decode()
    assert "Not submitted: 1 error to mend first." in text(response)


def test_a_reversed_session_is_refused_beside_its_field(visitor, given):
    response = send(visitor, "save", **{"sessions-0-end": "2026-11-24T21:00"})
    assert (response.status_code, RFC.objects.count()) == (422, 0)
    assert "The session ends at or before its start." in cell(response, "slots")
    assert value_of(response, "sessions-0-end") == "2026-11-24T21:00"


@pytest.mark.parametrize(
    ("other", "where", "sentence"),
    [
        ({"sessions-0-end": ""}, "slots", "The session has a start and no end."),
        ({"sessions-0-start": ""}, "slots", "The session has an end and no start."),
        ({"sessions-0-start": "soon"}, "slots", "Start: “soon” is no date and time"),
        ({"sessions-0-start": "20260-11-24T22:00"}, "slots", "is no date and time"),
        ({"sessions-0-start": "2026-11-24T22:00+01:00"}, "slots", "write it without an offset"),
        ({"sessions-0-start": "9998-11-24T22:00"}, "slots", "The year 9998 cannot be meant."),
        ({"rollout-0-minutes": "an hour"}, "plan", "Minutes: Minutes are a whole number."),
        ({"rollout-0-minutes": "-5"}, "plan", "Minutes:"),
        ({"services_add": "Nonsense"}, "where", "There is no service “Nonsense”."),
        ({"configuration_items_add": "ht-99"}, "items", "There is no item “ht-99”."),
        ({"predecessors_add": "RFC-999999"}, "predecessors", "There is no RFC “RFC-999999”."),
        ({"follows_up": "RFC-999999"}, "references", "There is no RFC-999999."),
        ({"environment": "moon"}, "where", "“moon” is not in the list."),
        ({"impact_sla": "huge"}, "impact", "“huge” is not in the list."),
        ({"owner": "nobody"}, "people", "“nobody” is not in the list."),
        ({"title": "x" * 201}, "title", "At most 200 characters; these are 201."),
        ({"contacts-0-name": "Desk", "contacts-0-url": "no link"}, "contacts", "A link begins with https://"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(visitor, given, other, where, sentence):
    response = send(visitor, "save", **other)
    assert (response.status_code, RFC.objects.count()) == (422, 0)
    assert sentence in cell(response, where)


def test_a_viewer_raises_nothing(given):
    client = Client()
    client.force_login(given.people.viewer)
    assert (client.get(URL).status_code, client.post(URL, {"act": "save"}).status_code, RFC.objects.count()) == (403, 403, 0)


# --- Clock changes ----------------------------------------------------------------------------------------------------


def test_a_time_that_the_clock_skips_is_told(visitor, given):
    response = send(visitor, "check", **{"sessions-0-start": "2027-03-28T02:30", "sessions-0-end": "2027-03-28T06:00"})
    assert "There is no 02:30 on Sun 28 Mar: the clocks go forward. It is taken as 03:30" in cell(response, "slots")


@pytest.mark.parametrize(("second", "hour"), [(None, 0), ("1", 1)])
def test_a_time_that_comes_twice_is_told_and_can_be_chosen(visitor, given, second, hour):
    times = {"sessions-0-start": "2027-10-31T02:30", "sessions-0-end": "2027-10-31T06:00", "sessions-0-start_second": second}
    told = cell(send(visitor, "check", **times), "slots")
    assert f"02:30 comes twice on Sun 31 Oct: the clocks go back. The {'second (CET)' if second else 'first (CEST)'} is meant." in told
    send(visitor, "save", **times)
    assert RFC.objects.get().planned_start == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)


# --- Without a script -------------------------------------------------------------------------------------------------


def instructions(response):
    page = response.content.decode()
    return [part.partition("</textarea>")[0].partition(">")[2].strip() for part in page.split("<textarea") if '-instruction"' in part[:200]]


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("down rollout-0", ["Install rollup 8 and restart HT-01", "Drain the queues of HT-01"]),
        ("up rollout-1", ["Install rollup 8 and restart HT-01", "Drain the queues of HT-01"]),
        ("up rollout-0", ["Drain the queues of HT-01", "Install rollup 8 and restart HT-01"]),
        ("remove rollout-0", ["Install rollup 8 and restart HT-01"]),
        ("add rollout", ["Drain the queues of HT-01", "Install rollup 8 and restart HT-01", ""]),
        ("up rollout-99", ["Drain the queues of HT-01", "Install rollup 8 and restart HT-01"]),
    ],
)
def test_steps_are_ordered_without_a_script(visitor, given, act, expected):
    response = send(visitor, act)
    assert (response.status_code, instructions(response)[: len(expected)]) == (200, expected)
    assert RFC.objects.count() == 0


def test_pasted_lines_become_steps_with_their_minutes(visitor, given):
    response = send(visitor, "paste", paste="1. Stop the service (5 min)\n\n- Copy the files, 25 minutes\nLook", paste_to="verification")
    assert instructions(response)[2:6] == ["Send the test mails of all six routes", "Stop the service", "Copy the files", "Look"]
    assert (value_of(response, "verification-1-minutes"), value_of(response, "verification-2-minutes")) == ("5", "25")


def test_choosing_a_type_fills_in_its_steps(visitor, given):
    response = visitor.post(URL, {"act": "check", "change_type": "rollup"})
    assert instructions(response)[:2] == ["Drain the queues of the server", "Install the rollup and restart the server"]
    assert "More than 200 messages wait after the restart." in response.content.decode()


def test_another_type_takes_the_place_of_steps_that_nobody_has_touched(visitor, given):
    ChangeTypeFactory(slug="driver", name="NIC driver", steps=[("rollout", "Install the driver", 5)])
    first = visitor.post(URL, {"act": "check", "change_type": "rollup"})
    rows = {
        f"{prefix}-{name}": value_of(first, f"{prefix}-{name}") or ""
        for prefix in ("rollout-0", "rollout-1", "verification-0", "rollback-0")
        for name in ("role", "minutes")
    }
    rows |= {f"{p}-check": "Fewer than 10 messages wait." for p in ("rollout-0", "rollout-1", "verification-0", "rollback-0")}
    rows |= {
        "rollout-0-instruction": "Drain the queues of the server",
        "rollout-1-instruction": "Install the rollup and restart the server",
    }
    rows |= {
        "verification-0-instruction": "Send the test mails of all routes",
        "rollback-0-instruction": "Remove the rollup and restart the server",
    }
    response = visitor.post(URL, {"act": "check", "change_type": "driver", "type_taken": "rollup", **rows})
    assert instructions(response)[0] == "Install the driver"


def test_typed_steps_are_never_replaced_unasked(visitor, given):
    ChangeTypeFactory(slug="driver", name="NIC driver", steps=[("rollout", "Install the driver", 5)])
    kept = send(visitor, "check", change_type="driver")
    assert instructions(kept)[0] == "Drain the queues of HT-01"
    assert "Take the steps of “NIC driver”" in text(kept)
    asked = send(visitor, "take-steps", change_type="driver")
    assert "Replace the steps that you typed by those of “NIC driver”?" in cell(asked, "plan")
    assert instructions(asked)[0] == "Drain the queues of HT-01"
    assert instructions(send(visitor, "take-steps-now", change_type="driver"))[0] == "Install the driver"


def test_a_picked_slot_fills_the_session_and_takes_the_outage_along(visitor, given):
    slot = "2026-11-28T21:00:00+00:00/2026-11-28T23:00:00+00:00"
    out = {"sessions-0-outage": "planned", "sessions-0-outage_start": "2026-11-24T22:30", "sessions-0-outage_end": "2026-11-24T23:00"}
    send(visitor, "save", slot=slot, **out)
    session = RFC.objects.with_content().get().content().sessions[0]
    assert (session.start, session.end) == (datetime(2026, 11, 28, 21, tzinfo=UTC), datetime(2026, 11, 28, 23, tzinfo=UTC))
    assert session.outage_start == datetime(2026, 11, 28, 21, 30, tzinfo=UTC)


def test_a_slot_taken_before_leaves_what_was_typed_since(visitor, given):
    slot = "2026-11-28T21:00:00+00:00/2026-11-28T23:00:00+00:00"
    send(visitor, "save", slot=slot, slot_taken=slot)
    assert RFC.objects.get().planned_start == datetime(2026, 11, 24, 21, tzinfo=UTC)


def test_names_typed_beside_the_chips_count_without_a_script(visitor, given):
    ServiceFactory(slug="relay", name="Relay")
    ItemFactory(slug="ht-02", name="HT-02")
    before = RFCFactory(state=State.SUBMITTED)
    send(visitor, "save", services_add="Relay", configuration_items_add="ht-02", predecessors_add=before.number.lower())
    content = RFC.objects.with_content().latest("pk").content()
    assert (content.services, content.configuration_items) == (("hub-transport", "relay"), ("ht-01", "ht-02"))
    assert content.predecessors == (before.number,)


# --- What the button says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "routes", "word"),
    [
        ({"impact_sla": "high"}, {}, "Submit to the board of Thu 26 Nov"),
        ({}, {}, "Submit to the change manager"),
        ({"urgency": "emergency"}, {}, "Ask the approver rota now"),
        ({}, {Severity.MINOR: Route.RECORD}, "Submit: scheduled at once"),
    ],
)
def test_the_button_says_where_it_goes(visitor, given, other, routes, word):
    MeetingFactory(board=given.board, starts_at=datetime(2026, 11, 26, 13, tzinfo=UTC))
    for severity, route in routes.items():
        RouteRule.objects.filter(environment=given.environment, severity=severity).update(route=route)
    assert word in text(send(visitor, "check", **other))


# --- Prefilled by links -----------------------------------------------------------------------------------------------


def test_a_link_fills_in_what_it_knows(visitor, given):
    query = "?start=2026-11-28T22:00&minutes=90&environment=production&service=hub-transport&reference=INC-20417&title=Restart"
    response = visitor.get(URL + query)
    assert (value_of(response, "sessions-0-start"), value_of(response, "sessions-0-end")) == ("2026-11-28T22:00", "2026-11-28T23:30")
    assert (value_of(response, "title"), value_of(response, "references-0-identifier")) == ("Restart", "INC-20417")
    assert value_of(response, "services") == "hub-transport"


@pytest.mark.parametrize("start", ["2026-11-28", "2026-11-28T21:00:00Z", "2026-11-28T22:00"])
def test_a_day_an_instant_and_a_wall_clock_time_are_all_taken(visitor, given, start):
    assert value_of(visitor.get(URL, {"start": start}), "sessions-0-start") == "2026-11-28T22:00"


@pytest.mark.parametrize("start", ["nonsense", "9999-12-31T23:59", "2026-02-30"])
def test_a_start_that_is_no_time_is_left_out(visitor, given, start):
    response = visitor.get(URL, {"start": start})
    assert (response.status_code, value_of(response, "sessions-0-start")) == (200, "")


def test_the_follow_up_of_an_emergency_is_about_the_same_things(visitor, given):
    fixed = RFCFactory(state=State.COMPLETED, environment=given.environment, services=[given.service], items=[given.item])
    response = visitor.get(URL, {"follows_up": fixed.number})
    assert (value_of(response, "follows_up"), value_of(response, "services")) == (fixed.number, "hub-transport")
    assert value_of(response, "configuration_items") == "ht-01"


def test_an_emergency_begins_with_the_short_form(visitor, given):
    page = text(visitor.get(URL, {"emergency": "1"}))
    assert page.index("Rollout and rollback") < page.index("The rest, within five days") < page.index("When do you turn back?")
    assert "Ask the approver rota now" in page


def test_an_emergency_is_submitted_with_the_short_form_alone(visitor, given):
    short = {"title": "Restart", "urgency": "emergency", "emergency": "1", "services": "hub-transport", "reason": "The queue stands still."}
    steps = {**step_fields("rollout-0", "Restart HT-01", "5"), **step_fields("rollback-0", "Start the old one", "5")}
    response = visitor.post(URL, {"act": "submit", **short, **steps})
    assert (response.status_code, RFC.objects.get().state, RFC.objects.get().route) == (302, State.SUBMITTED, Route.EMERGENCY)


# --- The page ---------------------------------------------------------------------------------------------------------


def test_an_empty_form_asks_and_blames_nobody(visitor, given):
    page = text(visitor.get(URL))
    assert "to fill in" in page
    assert "error" not in page.replace("Errors stop", "")


def test_free_nights_are_offered_with_why_others_were_passed_over(visitor, given):
    given.environment.needs_window = True
    given.environment.save()
    WindowFactory(environment=given.environment)
    given.change_type.notice_hours = 120
    given.change_type.save()
    page = text(send(visitor, "check"))
    assert "Sat 28 Nov 22:00 – 23:50" in page
    assert "First free night. Sat 21 Nov was passed over: the notice is too short: not before Thu 26 Nov 10:00." in page


def test_the_number_of_queries_does_not_grow_with_what_is_typed(visitor, given, django_assert_max_num_queries):
    counts = []
    for steps in (1, 3):
        rows = {name: value for n in range(steps) for name, value in step_fields(f"rollout-{n}", f"Step {n}", "5").items()}
        sessions = {
            f"sessions-{n}-{name}": f"2026-11-2{4 + n}T2{hour}:00" for n in range(steps) for name, hour in (("start", 1), ("end", 3))
        }
        with django_assert_max_num_queries(60) as asked:
            visitor.post(URL, {"act": "check", "environment": "production", "services": "hub-transport", **rows, **sessions})
        counts.append(len(asked))
    # A second session is offered no free time, and a page asks for nothing else by its rows.
    assert counts[1] <= counts[0]


def test_nothing_is_inline(visitor, given):
    page = send(visitor, "check").content.decode()
    assert " style=" not in page
    assert "onclick" not in page
    assert "<script>" not in page


def test_the_due_date_counts_from_the_creation(visitor, given):
    send(visitor, "save")
    assert RFC.objects.get().due_by == NOW + timedelta(days=28)


def test_an_outage_as_long_as_the_session_without_a_script(visitor, given):
    response = send(visitor, "outage sessions-0", **{"sessions-0-outage": "planned"})
    assert (value_of(response, "sessions-0-outage_start"), value_of(response, "sessions-0-outage_end")) == (
        "2026-11-24T22:00",
        "2026-11-25T02:00",
    )


def test_a_plan_of_two_hundred_steps_over_many_items_is_one_form(visitor, given):
    rows = {name: value for n in range(200) for name, value in step_fields(f"rollout-{n}", f"Step {n}", "1").items()}
    items = [ItemFactory(slug=f"many-{n}").slug for n in range(220)]
    assert send(visitor, "save", **rows, configuration_items=items).status_code == 302
    content = RFC.objects.with_content().get().content()
    assert (len(content.rollout), len(content.configuration_items)) == (200, 220)
