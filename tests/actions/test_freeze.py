"""Owners are told of a freeze once: what it means is what the preview said, and nobody's work is unscheduled (DESIGN 4.5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from changes.actions import lifecycle, reminder, set_up
from changes.actions.lifecycle import Request
from changes.actions.session import reschedule
from changes.choices import Delivery, Role, State, Urgency
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import RFC, Event, Freeze, FreezeNotice, Reminder
from changes.selectors.finding import findings_for, findings_of
from changes.selectors.freeze import NOTICES, freeze_effect, told_of
from changes.selectors.history import latest
from changes.selectors.reminder import written_about
from tests.factories import (
    NOW,
    EnvironmentFactory,
    FreezeFactory,
    RFCFactory,
    ServiceFactory,
    SessionFactory,
    UserFactory,
    hours,
    rfc_in,
)

DAY = timedelta(days=1)
#: Covers the sessions that the factories plan, three days ahead.
CLOSE = {"name": "Month-end close", "reason": "The books are closed.", "start": NOW + 2 * DAY, "end": NOW + 5 * DAY}
pytestmark = pytest.mark.django_db


def declared(given, at=NOW, **changed):
    return set_up.add(Freeze, {**CLOSE, **changed}, actor=given.people.administrator, at=at)


def told(at):
    """Who got a mail of a freeze in a sweep, with its subject."""
    mail.outbox.clear()
    reminder.send_due(at=at)
    return sorted((m.to[0].partition("@")[0], m.subject) for m in mail.outbox if m.subject.startswith("Freeze"))


def planned(owner, *starts, **rfc):
    """A scheduled RFC of `owner` as rows, with a session of four hours at each start."""
    made = RFCFactory(**{"state": State.SCHEDULED, "owner": owner, **rfc})
    for start in starts or (NOW + 3 * DAY,):
        SessionFactory(rfc=made, planned_start=start)
    return made


def test_each_owner_has_one_mail_with_all_that_is_hit(given):
    other = UserFactory(username="other")
    mine = [planned(given.people.owner, title=f"Rollup {number}") for number in (1, 2)]
    theirs = planned(other)
    planned(given.people.owner, NOW + 9 * DAY)
    declared(given)
    assert told(NOW) == [
        ("other", "Freeze “Month-end close” declared: 1 RFC of yours hit"),
        ("owner", "Freeze “Month-end close” declared: 2 RFCs of yours hit"),
    ]
    body = next(m.body for m in mail.outbox if m.to == ["owner@example.org"])
    for words in (
        "Administrator has declared the freeze “Month-end close”. It holds for everything: Mon 23 Nov 10:00 – Thu 26 Nov 10:00.",
        "The books are closed. Nothing was taken off the schedule: move what lies in the freeze, or ask the change manager for a waiver.",
        f"- {mine[0].number} Rollup 1\n  Tue 24 Nov 10:00–14:00: 240 min of it",
        f"- {mine[1].number} Rollup 2",
        f"?number={mine[0].number}&number={mine[1].number}",
    ):
        assert words in body
    assert theirs.number not in body
    assert told(NOW + hours(1)) == []


def test_a_change_tells_those_it_means_something_for_and_saving_again_nobody(given):
    near, far = planned(given.people.owner), planned(UserFactory(username="far"), NOW + 9 * DAY)
    freeze = declared(given)
    told(NOW)
    administrator, later = given.people.administrator, NOW + hours(1)
    set_up.change(freeze, {"reason": "The auditors are in the house."}, actor=administrator, at=later)
    set_up.change(freeze, CLOSE, actor=administrator, at=later)
    assert told(later) == []
    later += hours(1)
    set_up.change(freeze, {"end": NOW + 10 * DAY}, actor=administrator, at=later)
    assert told(later) == [("far", "Freeze “Month-end close” changed: 1 RFC of yours hit")]
    later += hours(1)
    set_up.change(freeze, {"start": NOW + 8 * DAY}, actor=administrator, at=later)
    assert told(later) == [("owner", "Freeze “Month-end close” changed: 1 RFC of yours freed")]
    set_up.remove(freeze, actor=administrator, at=later)
    assert told(later) == [("far", "Freeze “Month-end close” lifted: 1 RFC of yours freed")]
    assert "Administrator has lifted the freeze “Month-end close”, which held for everything:" in mail.outbox[-1].body
    assert Reminder.objects.filter(rule="freeze", channel="mail", state=Delivery.SENT).count() == 4
    assert {near.state, far.state} == {State.SCHEDULED}


def test_a_rollout_over_several_nights_can_be_hit_and_freed_at_once(given):
    rfc = planned(given.people.owner, NOW + 3 * DAY, NOW + 9 * DAY)
    freeze = declared(given)
    assert told(NOW) == [("owner", "Freeze “Month-end close” declared: 1 RFC of yours hit")]
    later = NOW + hours(1)
    moved = {"start": NOW + 8 * DAY, "end": NOW + 10 * DAY}
    set_up.change(freeze, moved, actor=given.people.administrator, at=later)
    assert told(later) == [("owner", "Freeze “Month-end close” changed: 1 RFC of yours hit, 1 freed")]
    assert latest(rfc, time_zone="Europe/Amsterdam", count=1)[0][0].sentence == (
        "Freeze changed by Administrator: “Month-end close”; "
        "session Mon 30 Nov 10:00–14:00 now in it; session Tue 24 Nov 10:00–14:00 free of it"
    )


def test_what_is_scheduled_stays_so_and_shows_the_finding(given):
    rfc = rfc_in(State.SCHEDULED, given)
    version = rfc.version
    declared(given)
    rfc.refresh_from_db()
    assert (rfc.state, rfc.version) == (State.SCHEDULED, version)
    assert [finding.code for finding in findings_of(rfc, at=NOW)] == ["freeze.active"]
    event = Event.objects.filter(rfc=rfc).last()
    assert (event.action, event.actor, event.note) == ("freeze_declared", given.people.administrator, "The books are closed.")
    assert latest(rfc, time_zone="Europe/Amsterdam", count=1)[0][0].sentence == (
        "Freeze declared by Administrator: “Month-end close”; session Tue 24 Nov 10:00–14:00 now in it"
    )


@pytest.mark.parametrize(
    "passing",
    [
        {"urgency": Urgency.EMERGENCY},
        {"state": State.IN_PROGRESS},
        {"state": State.COMPLETED, "outcome": "successful"},
        {"state": State.CANCELLED},
        {"state": State.REJECTED},
    ],
)
def test_emergencies_pass_and_begun_or_ended_work_is_left_alone(given, passing):
    planned(given.people.owner, **passing)
    declared(given)
    assert not FreezeNotice.objects.exists()
    assert not Event.objects.filter(action__startswith="freeze_").exists()


def test_a_session_that_is_over_is_neither_hit_nor_freed_nor_news(given):
    rfc = planned(given.people.owner, NOW - DAY, NOW + 2 * DAY)
    planned(given.people.owner, NOW - DAY)
    freeze = declared(given, start=NOW - 2 * DAY, end=NOW)
    effect = freeze_effect(None, before=freeze.as_rule(), viewer=None, at=NOW)
    assert (effect.is_empty, effect.standing, effect.owners) == (True, (), [])
    longer = replace(freeze.as_rule(), end=NOW + 9 * DAY)
    (hit,) = freeze_effect(longer, viewer=None, at=NOW).hit
    assert (hit.rfc, [touch.place for touch in hit.touches]) == (rfc, [1])
    assert not FreezeNotice.objects.exists()


def test_drafts_of_others_are_listed_to_nobody_else_but_their_owners_are_told(given):
    planned(given.people.owner, state=State.DRAFT)
    rule = FreezeFactory.build(**CLOSE).as_rule()
    seen = {
        name: len(freeze_effect(rule, viewer=getattr(given.people, name), at=NOW).hit)
        for name in ("owner", "outsider", "viewer", "administrator")
    }
    assert seen == {"owner": 1, "outsider": 0, "viewer": 0, "administrator": 1}
    declared(given)
    assert [name for name, _ in told(NOW)] == ["owner"]


def test_who_declares_it_is_told_of_their_own_like_everybody(given):
    planned(given.people.administrator)
    declared(given)
    assert [name for name, _ in told(NOW)] == ["administrator"]


def test_an_owner_without_an_account_stands_in_the_ledger_as_not_reached(given):
    rfc = planned(UserFactory(username="gone", is_active=False))
    declared(given)
    assert told(NOW) == []
    (entry,) = written_about(rfc, at=NOW).filter(rule="freeze")
    assert (entry.state, entry.detail) == (Delivery.SKIPPED, "Gone has no account any more.")


def test_the_ledger_of_an_rfc_shows_its_own_owner_alone(given):
    mine, theirs = planned(given.people.owner), planned(UserFactory(username="other"))
    declared(given)
    reminder.write_due(at=NOW)
    for state in (Delivery.DUE, Delivery.SENT):
        rows = {
            rfc: [(e.recipient, e.state) for e in written_about(rfc, at=NOW).filter(rule="freeze", channel="mail")]
            for rfc in (mine, theirs)
        }
        assert rows == {mine: [(mine.owner, state)], theirs: [(theirs.owner, state)]}
        reminder.send_due(at=NOW)


def test_what_was_moved_away_before_the_mail_went_out_is_no_news(given):
    rfc = rfc_in(State.SCHEDULED, given)
    declared(given)
    reminder.write_due(at=NOW)
    reschedule(rfc.sessions.get(), NOW + 9 * DAY, NOW + 9 * DAY + hours(4), actor=given.people.owner, at=NOW)
    assert told(NOW) == []
    assert Reminder.objects.get(rule="freeze", channel="mail").state == Delivery.DROPPED


def test_what_was_cancelled_before_the_mail_went_out_is_no_news(given):
    rfc = rfc_in(State.SCHEDULED, given)
    declared(given)
    lifecycle.move(rfc, State.CANCELLED, actor=given.people.owner, at=NOW, request=Request(reason="No longer needed."))
    assert told(NOW) == []


def test_a_freeze_of_a_service_that_others_depend_on_hits_its_own_rfcs_alone(given):
    directory = ServiceFactory(slug="directory")
    dependent = ServiceFactory(slug="relay", depends_on=[directory])
    mine, _ = planned(given.people.owner, services=[directory]), planned(given.people.owner, services=[dependent])
    rule = replace(FreezeFactory.build(**CLOSE).as_rule(), service="directory")
    assert [one.rfc for one in freeze_effect(rule, viewer=None, at=NOW).hit] == [mine]


def test_nothing_is_told_of_a_freeze_that_was_refused(given):
    planned(given.people.owner)
    with pytest.raises(NotAllowed):
        set_up.add(Freeze, CLOSE, actor=given.people.change_manager, at=NOW)
    with pytest.raises(Unacceptable), transaction.atomic():
        set_up.add(Freeze, {**CLOSE, "end": CLOSE["start"]}, actor=given.people.administrator, at=NOW)
    assert not FreezeNotice.objects.exists()


@pytest.mark.parametrize("act", ["preview", "declare", "tell"])
def test_three_cost_as_many_queries_as_one(given, act):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            planned(UserFactory(), services=[given.service])
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            if act == "preview":
                freeze_effect(FreezeFactory.build(**CLOSE).as_rule(), viewer=given.people.administrator, at=NOW)
            else:
                declared(given)
            if act == "tell":
                reminder.write_due(at=NOW)
            transaction.set_rollback(True)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TOOL])
def test_who_may_never_waive_is_not_named_by_a_freeze(given, role):
    with pytest.raises(Unacceptable) as refused:
        set_up.add(Freeze, {**CLOSE, "waivable_by": UserFactory(role=role).username}, actor=given.people.administrator, at=NOW)
    assert refused.value.field == "waivable_by"
    assert not Freeze.objects.exists()


def test_of_what_a_freeze_has_told_the_latest_is_listed(given):
    planned(given.people.owner)
    freeze = declared(given)
    for place in range(1, NOTICES + 2):
        other = (
            {"end": CLOSE["end"]} if place % 2 == 0 else {"end": CLOSE["start"] + timedelta(minutes=1), "start": CLOSE["start"] - 9 * DAY}
        )
        freeze = set_up.change(
            freeze, {"start": CLOSE["start"], **other}, actor=given.people.administrator, at=NOW + timedelta(minutes=place)
        )
    assert freeze.notices.count() > NOTICES
    listed = [one.notice.at for one in told_of(freeze.pk)]
    assert (len(listed), listed) == (NOTICES, sorted(listed, reverse=True))


# --- Previews equal saves ---------------------------------------------------------------------------------------------

_HOURS = st.integers(0, 24 * 12)
_SCOPES = st.fixed_dictionaries({}, optional={"environment": st.just("production"), "service": st.just("hub-transport")})
_RULES = st.sampled_from(["", "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=2", "FREQ=DAILY;INTERVAL=3"])


@st.composite
def freezes(draw):
    """A freeze that begins within twelve days of now, lasts up to two days, and may repeat and be narrowed."""
    start = NOW + hours(draw(_HOURS))
    end = start + hours(draw(st.integers(1, 48)))
    return {"name": "Any", "start": start, "end": end, "rrule": draw(_RULES), "time_zone": "Europe/Amsterdam", **draw(_SCOPES)}


def _found():
    """By RFC, the sessions on which a freeze blocks."""
    rfcs = RFC.objects.with_content().prefetch_related("waivers")
    found = findings_for(rfcs, at=NOW)
    return {key: {f.field for f in findings if f.code == "freeze.active" and f.blocks} for key, findings in found.items()}


@settings(max_examples=15)
@given_any(
    nights=st.lists(st.lists(_HOURS, min_size=1, max_size=3), min_size=1, max_size=3),
    emergency=st.booleans(),
    first=freezes(),
    second=freezes(),
)
def test_a_preview_is_what_saving_does(nights, emergency, first, second):
    """Declared, changed and lifted: those that gain or lose the finding are those that were previewed, and those told."""
    with transaction.atomic():
        environment, service = EnvironmentFactory(slug="production"), ServiceFactory(slug="hub-transport")
        administrator, owner = UserFactory(role=Role.ADMINISTRATOR), UserFactory()
        for place, starts in enumerate(nights):
            urgency = Urgency.EMERGENCY if emergency and not place else Urgency.NORMAL
            services = [service] if place else []
            planned(owner, *(NOW + hours(h) for h in starts), urgency=urgency, services=services, environment=environment)
        row = None
        for minute, values in enumerate((first, {"environment": None, "service": None, **second}, None)):
            at, before, was = NOW + timedelta(seconds=minute), row.as_rule() if row else None, _found()
            after = _rule(values) if values else None
            effect = freeze_effect(after, before=before, viewer=administrator, at=at)
            if values is None:
                set_up.remove(row, actor=administrator, at=at)
            else:
                saved = {"actor": administrator, "at": at}
                row = set_up.change(row, values, **saved) if row else set_up.add(Freeze, values, **saved)
            now = _found()
            assert {one.rfc.pk for one in effect.hit} == {key for key in now if now[key] - was[key]}
            assert {one.rfc.pk for one in effect.freed} == {key for key in now if was[key] - now[key]}
            assert {one.rfc.pk for one in effect.standing} == {key for key in now if was[key] & now[key]}
            notice = FreezeNotice.objects.filter(at=at).first()
            lines = notice.lines.all() if notice else []
            assert {line.rfc_id for line in lines} == {one.rfc.pk for one in (*effect.hit, *effect.freed)}
        transaction.set_rollback(True)


def _rule(values):
    kept = {name: value for name, value in values.items() if name not in ("environment", "service")}
    return replace(Freeze(**kept).as_rule(), environment=values.get("environment"), service=values.get("service"))
