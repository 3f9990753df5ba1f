from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import State
from tests.api.bodies import iso
from tests.factories import (
    NOW,
    EnvironmentFactory,
    FreezeFactory,
    MeetingFactory,
    RFCFactory,
    ServiceFactory,
    SessionFactory,
    WindowFactory,
    hours,
    raised,
    rfc_in,
)

WEEK = f"from={iso(NOW)}&to={iso(NOW + timedelta(days=7))}"


class TestSchedule:
    def test_everything_that_stands_in_the_period(self, given, owner):
        rfc = rfc_in(State.SUBMITTED, given)
        undated = raised(given, sessions=())
        window = WindowFactory(environment=given.environment)
        freeze = FreezeFactory()
        meeting = MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5))
        told = owner.get(f"/api/v1/schedule/?{WEEK}").json()
        assert set(told) == {"changes", "windows", "freezes", "meetings", "undated", "hidden"}
        assert [one["number"] for one in told["changes"]] == [rfc.number]
        assert [(one["id"], one["start"]) for one in told["windows"]] == [(window.pk, "2026-11-21T21:00:00Z")]
        assert [(one["id"], one["start"], one["end"]) for one in told["freezes"]] == [(freeze.pk, iso(freeze.start), iso(freeze.end))]
        assert told["meetings"] == [
            {
                "id": meeting.pk,
                "board": "cab",
                "starts_at": iso(meeting.starts_at),
                "ends_at": iso(meeting.ends_at),
                "cut_off_at": iso(meeting.cut_off_at),
                "state": "planned",
            }
        ]
        assert ([one["number"] for one in told["undated"]], told["hidden"]) == ([undated.number], 0)

    def test_filters_hide_and_say_how_many(self, given, owner):
        rfc_in(State.SUBMITTED, given)
        told = owner.get(f"/api/v1/schedule/?{WEEK}&state=scheduled").json()
        assert (told["changes"], told["hidden"]) == ([], 1)

    def test_what_clashes_says_so(self, given, owner):
        one, other = rfc_in(State.SUBMITTED, given), rfc_in(State.SUBMITTED, given)
        changes = owner.get(f"/api/v1/schedule/?{WEEK}").json()["changes"]
        clashes = {(c["number"], f["other"]) for c in changes for f in c["findings"] if f["code"] == "conflict.same_item"}
        assert clashes == {(one.number, other.number), (other.number, one.number)}

    def test_the_same_number_of_queries_for_one_and_for_three(self, given, owner):
        def asked():
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(f"/api/v1/schedule/?{WEEK}").status_code == 200
            return len(queries)

        rfc_in(State.SUBMITTED, given)
        first = asked()
        rfc_in(State.SUBMITTED, given), rfc_in(State.SUBMITTED, given)
        assert asked() == first

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            (f"from={iso(NOW)}&to={iso(NOW)}", "to"),
            ("from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z", "to"),
            ("from=2026-11-21", "from"),
            ("day=today", "day"),
            ("service=moon", "service"),
        ],
    )
    def test_what_cannot_be_asked(self, given, owner, query, parameter):
        response = owner.get(f"/api/v1/schedule/?{query}")
        assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, parameter)


class TestSlots:
    def test_the_next_ones_in_the_window_and_why_not_the_first(self, given, owner):
        environment = EnvironmentFactory(slug="managed")
        WindowFactory(environment=environment)
        FreezeFactory(start=NOW, end=NOW + timedelta(days=2))
        told = owner.get("/api/v1/slots/?environment=managed&minutes=120&count=2").json()
        assert [(one["start"], one["end"]) for one in told] == [
            ("2026-11-28T21:00:00Z", "2026-11-28T23:00:00Z"),
            ("2026-12-05T21:00:00Z", "2026-12-05T23:00:00Z"),
        ]
        assert [(one["code"], one["start"]) for one in told[0]["passed_over"]] == [("freeze.active", "2026-11-21T21:00:00Z")]

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [("minutes=60", "environment"), ("environment=production", "minutes"), ("environment=production&minutes=0", "minutes")],
    )
    def test_what_has_to_be_said(self, given, owner, query, parameter):
        response = owner.get(f"/api/v1/slots/?{query}")
        assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


class TestGate:
    @pytest.fixture
    def managed(self, given):
        environment = EnvironmentFactory(slug="managed")
        WindowFactory(environment=environment)
        return environment

    @pytest.mark.parametrize(
        ("at", "state", "codes", "changes"),
        [
            (datetime(2026, 11, 21, 20, 59, tzinfo=UTC), "closed", ["window.misses"], "2026-11-21T21:00:00Z"),
            (datetime(2026, 11, 21, 21, 0, tzinfo=UTC), "open", [], "2026-11-22T03:00:00Z"),
            (datetime(2026, 11, 22, 3, 0, tzinfo=UTC), "closed", ["window.misses"], "2026-12-05T21:00:00Z"),
            (datetime(2026, 11, 28, 22, 0, tzinfo=UTC), "closed", ["freeze.active"], "2026-12-05T21:00:00Z"),
        ],
    )
    def test_open_or_closed_why_and_until_when(self, managed, owner, at, state, codes, changes):
        FreezeFactory()
        told = owner.get(f"/api/v1/gate/?environment=managed&at={iso(at)}").json()
        assert (told["state"], [reason["code"] for reason in told["reasons"]], told["next_change_at"]) == (state, codes, changes)

    def test_an_environment_that_is_always_open_closes_for_a_freeze_alone(self, given, owner):
        FreezeFactory(service=given.service)
        address = f"/api/v1/gate/?environment=production&at={iso(NOW + timedelta(days=7))}"
        assert owner.get(address).json() == {"state": "open", "reasons": [], "next_change_at": None}
        told = owner.get(f"{address}&service=hub-transport").json()
        assert (told["state"], told["next_change_at"]) == ("closed", "2026-11-30T07:00:00Z")

    def test_it_asks_for_the_environment(self, given, owner):
        response = owner.get("/api/v1/gate/?service=hub-transport")
        assert [error["parameter"] for error in response.json()["errors"]] == ["environment"]


class TestChangesNear:
    @pytest.fixture
    def night(self, given):
        """One of each kind around now, all on one service."""

        def made(state, start, end, **actual):
            rfc = RFCFactory(state=state, owner=given.people.owner, services=[given.service])
            SessionFactory(rfc=rfc, planned_start=NOW + hours(start), planned_end=NOW + hours(end), **actual)
            return rfc.number

        return {
            "starting": made(State.SCHEDULED, 1, 3),
            "ended": made(State.COMPLETED, -5, -2, actual_start=NOW - hours(5), actual_end=NOW - hours(3)),
            "in_progress": made(State.IN_PROGRESS, -1, 3, actual_start=NOW - hours(1)),
            "overrunning": made(State.IN_PROGRESS, -6, -1, actual_start=NOW - hours(6)),
            "due_now": made(State.SCHEDULED, -0.5, 1),
            "submitted": made(State.SUBMITTED, 1, 3),
            "far": made(State.SCHEDULED, 5, 6),
            "long ago": made(State.COMPLETED, -50, -49, actual_start=NOW - hours(50), actual_end=NOW - hours(49)),
        }

    def test_the_likeliest_cause_first_each_with_its_reason(self, night, owner):
        told = owner.get("/api/v1/changes-near/").json()
        order = ["overrunning", "in_progress", "ended", "due_now", "starting"]
        assert [(one["reason"], one["number"], one["minutes"]) for one in told] == [
            (reason, night[reason], minutes) for reason, minutes in zip(order, (0, 0, 180, 0, 60), strict=True)
        ]
        assert told[0]["message"] == "It runs, 60 min past its planned end."

    def test_how_far_one_looks(self, night, owner):
        told = owner.get("/api/v1/changes-near/?lookback=PT1H&lookahead=PT6H").json()
        assert [one["reason"] for one in told] == ["overrunning", "in_progress", "due_now", "starting", "starting"]

    def test_a_service_and_what_it_needs_with_the_way_to_it(self, night, given, owner):
        webmail = ServiceFactory(slug="webmail", depends_on=[ServiceFactory(slug="cache", depends_on=[given.service])])
        told = owner.get(f"/api/v1/changes-near/?service={webmail.slug}").json()
        assert {tuple(one["path"]) for one in told} == {("webmail", "cache", "hub-transport")}
        assert owner.get(f"/api/v1/changes-near/?service={ServiceFactory().slug}").json() == []

    @pytest.mark.parametrize("text", ["24H", "PT", "P", "-PT1H", "PT1.5H", "P40D", "86400", ""])
    def test_lengths_are_written_as_iso_8601(self, owner, text):
        response = owner.get(f"/api/v1/changes-near/?lookback={text}")
        assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, "lookback")
