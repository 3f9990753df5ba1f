"""The demo: believable, consistent with what the actions write, and with something for everybody to do."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Count, F
from django.test import override_settings

from changes.actions.demo import make_demo
from changes.choices import Severity, State, Verdict
from changes.domain.judgement import stops_scheduling, stops_submission
from changes.domain.lifecycle import move_between
from changes.domain.materiality import before_the_work, digest
from changes.models import RFC, AgendaItem, ChangeType, Decision, Event, Meeting, Service, User, WorkSession
from changes.selectors.finding import findings_for
from changes.selectors.told import told_to

#: A Saturday, between two boards.
AT = datetime(2026, 11, 21, 9, 20, tzinfo=UTC)
PASSWORD = "a word for the demo"


pytestmark = [pytest.mark.once, pytest.mark.xdist_group("demo")]  # the demo is made once, not once in each process


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """One demo for all tests of this module, taken back at its end."""
    mailbox = override_settings(EMAIL_BACKEND="changes.notifications.MailboxBackend")
    with django_db_blocker.unblock(), transaction.atomic(), mailbox:
        make_demo(at=AT, password=PASSWORD)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def house(made, db):
    return RFC.objects.all()


def shares(values):
    counted = Counter(values)
    return {value: count / sum(counted.values()) for value, count in counted.items()}


def test_a_house_of_the_promised_size(house):
    assert 380 <= house.count() <= 460
    assert ChangeType.objects.count() == 15
    assert 12 <= Service.objects.count() <= 15
    assert set(house.values_list("state", flat=True)) == set(State)


def test_the_figures_of_a_mid_size_firm(house):
    lengths = sorted((r.planned_end - r.planned_start).total_seconds() / 3600 for r in house.exclude(planned_end=None))
    weekdays = [r.planned_start.astimezone(ZoneInfo("Europe/Amsterdam")).weekday() < 5 for r in house.exclude(planned_start=None)]
    items = shares(min(3, n) for n in house.annotate(n=Count("configuration_items")).values_list("n", flat=True) if n)
    ended = shares(outcome != "successful" for outcome in house.exclude(outcome="").values_list("outcome", flat=True))

    assert [lengths[int(len(lengths) * part)] for part in (0.25, 0.5, 0.75)] == [pytest.approx(h, abs=1) for h in (1, 3, 5)]
    assert 10 <= lengths[int(len(lengths) * 0.9)] <= 30
    assert shares(weekdays)[True] == pytest.approx(0.93, abs=0.04)
    assert (items[1], items[2], items[3]) == (pytest.approx(0.77, abs=0.08), pytest.approx(0.11, abs=0.05), pytest.approx(0.12, abs=0.05))
    assert shares(house.values_list("state", flat=True))["cancelled"] == pytest.approx(0.14, abs=0.04)
    assert 0.015 <= ended[True] <= 0.07


def test_numbers_ascend_with_time(house):
    created = list(house.order_by("pk").values_list("created_at", flat=True))

    assert created == sorted(created)


def test_nothing_lies_in_the_future_that_has_happened(house):
    assert not Event.objects.filter(at__gt=AT).exists()
    assert not WorkSession.objects.filter(actual_end__gt=AT).exists()
    assert not Decision.objects.filter(at__gt=AT).exists()


def test_each_history_is_one_that_the_moves_allow(house):
    for rfc in house.prefetch_related("events"):
        states = [event.changes["state"] for event in rfc.events.all() if "state" in event.changes]
        walked = [state for pair in states for state in pair]
        assert walked[1:-1:2] == walked[2::2], rfc
        assert (walked or [State.DRAFT])[-1] == rfc.state, rfc
        assert all(move_between(*pair) for pair in states), rfc


def test_the_version_counts_the_events_and_the_history_is_in_order(house):
    for rfc in house.prefetch_related("events"):
        events = sorted(rfc.events.all(), key=lambda event: event.pk)
        times = [event.at for event in events]
        # What the board does around an RFC stands in its history and leaves the RFC as it was read.
        own = [event for event in events if event.action not in ("voted", "admitted", "put_to_the_vote")]
        assert (rfc.version, times) == (len(own), sorted(times)), rfc


def test_an_approval_keeps_the_content_it_was_about(house):
    approved = house.with_content().filter(state__in=(State.APPROVED, State.SCHEDULED, State.IN_PROGRESS, State.CLOSED))

    assert all(rfc.decision and rfc.decision.digest == digest(before_the_work(rfc.content())) for rfc in approved)


def test_what_is_submitted_is_complete_and_what_is_scheduled_was_free_to_be(house):
    open_ones = list(house.with_content().prefetch_related("waivers__other", "waivers__by").unended())
    found = findings_for(open_ones, at=AT)
    incomplete = [rfc.title for rfc in open_ones if rfc.state != State.DRAFT and stops_submission(found[rfc.pk])]
    waiting = [rfc for rfc in open_ones if rfc.state == State.APPROVED and rfc.planned_start and not rfc.is_move_unconfirmed]
    free = [rfc.title for rfc in waiting if not stops_scheduling(found[rfc.pk])]

    assert incomplete == []
    assert free == []


def test_some_clash_one_is_waived_and_some_drafts_lack_something(house):
    open_ones = list(house.with_content().prefetch_related("waivers__other", "waivers__by").unended())
    found = [(rfc.state, finding) for rfc in open_ones for finding in findings_for([rfc], at=AT).get(rfc.pk, [])]
    codes = {finding.code for _, finding in found}

    assert {"conflict.same_item", "conflict.same_implementer", "window.misses", "freeze.active", "rollback.missing"} <= codes
    assert any(finding.waived for _, finding in found if finding.code == "conflict.same_item")


def test_work_runs_now_and_one_is_past_its_end(house):
    running = WorkSession.objects.filter(rfc__state=State.IN_PROGRESS, actual_start__isnull=False, actual_end=None)

    assert running.count() >= 3
    assert running.filter(planned_end__lt=AT).exists()
    assert house.filter(state=State.SCHEDULED, planned_start__range=(AT, AT + timedelta(hours=4))).exists()


def test_something_waits_for_each_role(house):
    waiting = house.filter(state=State.SUBMITTED)

    assert {"board", "manager", "emergency"} <= set(waiting.values_list("route", flat=True))
    assert house.filter(ratification="owed").exists()
    assert house.filter(state=State.COMPLETED, review__isnull=True, severity=Severity.MAJOR).exists()
    assert house.filter(decision__conditions__met_at=None, decision__verdict=Verdict.APPROVE_WITH_CONDITIONS).exists()
    assert house.filter(state=State.DRAFT, owner__username="service-manager").count() >= 3
    assert house.filter(planned_start=None, needed_by__isnull=False, state=State.APPROVED).exists()


def test_some_sessions_have_moved_since_the_last_board_and_one_move_waits(house):
    held = Meeting.objects.filter(starts_at__lt=AT).latest("starts_at")
    moved = Event.objects.filter(action="moved", at__gte=held.ends_at)

    assert moved.count() == 4
    assert [rfc.state for rfc in house.filter(is_move_unconfirmed=True)] == [State.APPROVED]
    assert set(house.filter(events__in=moved, is_move_unconfirmed=False).values_list("state", flat=True)) == {State.SCHEDULED}


def test_a_rollout_over_six_nights(house):
    nights = house.annotate(n=Count("sessions")).filter(n=6)

    assert nights.filter(state=State.IN_PROGRESS).exists()
    assert all(rfc.planned_start == rfc.sessions.first().planned_start for rfc in nights)


@pytest.mark.parametrize(
    "account", ["service-manager", "implementer", "change-manager", "chair", "member", "viewer", "admin", "incident-tool"]
)
def test_the_accounts_of_the_design_sign_in(house, account):
    assert User.objects.get(username=account).check_password(PASSWORD)


def test_people_are_named_by_their_part(house):
    assert str(User.objects.get(username="service-manager-storage")) == "Service manager, storage"
    assert str(User.objects.get(username="member-network")) == "Member, network"


def test_a_frozen_agenda_of_a_coming_meeting_has_something_to_decide(house):
    meeting = Meeting.objects.get(state="frozen")

    assert meeting.starts_at > AT
    assert meeting.items.filter(section="new", is_late=False, decision=None).count() >= 4
    assert meeting.items.filter(section="deferred").exists()
    assert AgendaItem.objects.filter(meeting=meeting, votes__isnull=False).exists()


def test_the_frozen_agenda_froze_at_its_cut_off_and_knows_nothing_later(house):
    meeting = Meeting.objects.get(state="frozen")
    revision = meeting.revisions.get(number=1)
    told = [item["reason"] for part in revision.snapshot["sections"] for item in part["items"]]

    assert revision.frozen_at == meeting.cut_off_at == meeting.published_at
    assert told
    assert not [reason for reason in told if "Sat 21 Nov" in reason]


def test_planned_intervals_span_their_sessions(house):
    spans = house.exclude(planned_start=None).annotate(first=F("planned_start"))

    assert all(rfc.first == min(s.planned_start for s in rfc.sessions.all()) for rfc in spans.prefetch_related("sessions"))


def test_what_each_person_is_told_is_their_part_of_what_everybody_is(house):
    """One's own page reads only what could tell one anything, and leaves nothing of it out."""
    everybody = told_to(User.objects.get(username="admin"), at=AT, everybody=True)
    assert len(everybody) > 100
    for person in User.objects.filter(is_active=True):
        own = [_line(one) for one in told_to(person, at=AT)]
        assert own == [_line(one) for one in everybody if person in (one.recipient, one.on_behalf_of)], person.username


def _line(one):
    return one.rule, one.subject, one.due_at, one.recipient, one.ways, one.on_behalf_of, one.why_not, one.is_written
