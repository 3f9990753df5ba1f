"""When a reminder goes, by what and to whom, in tables: quiet hours, digests, nights in which the clock changes, delegates."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.choices import Channel, Hold
from changes.domain.delivery import RETRIES, Useful, Wishes, copies, next_digest, next_try, quiet_until, send_at, stand_in
from changes.domain.haste import AT_ONCE, AT_ONCE_IN_AN_EMERGENCY, CAN_WAIT, MAY_BE_OFF, PERSONAL, haste_of
from changes.domain.ladder import LADDER
from changes.domain.ladder_words import Haste, Rule

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
QUIET = Wishes(AMSTERDAM, quiet_from=time(22), quiet_until=time(7))
DIGEST = Wishes(AMSTERDAM, digest_at=time(8))
NOON = Wishes(AMSTERDAM, quiet_from=time(12), quiet_until=time(13))
BOTH = replace(QUIET, digest_at=time(6))
DAYS = timedelta(days=1)


def wall(text, zone=AMSTERDAM, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def shown(instant):
    return f"{instant.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("wishes", "haste", "due", "helps_until", "goes", "held"),
    [
        # Without wishes everything comes at once, in the night too.
        (Wishes(AMSTERDAM), Haste.CAN_WAIT, "2026-11-24 03:00", "2026-11-25 03:00", "2026-11-24 03:00", None),
        # Quiet hours over midnight are half-open: their end is no part of them.
        (QUIET, Haste.SOON, "2026-11-24 21:59", "2026-11-26 00:00", "2026-11-24 21:59", None),
        (QUIET, Haste.SOON, "2026-11-24 22:00", "2026-11-26 00:00", "2026-11-25 07:00", Hold.QUIET),
        (QUIET, Haste.SOON, "2026-11-25 03:00", "2026-11-26 00:00", "2026-11-25 07:00", Hold.QUIET),
        (QUIET, Haste.CAN_WAIT, "2026-11-25 06:59", "2026-11-26 00:00", "2026-11-25 07:00", Hold.QUIET),
        (QUIET, Haste.SOON, "2026-11-25 07:00", "2026-11-26 00:00", "2026-11-25 07:00", None),
        # Emergencies pass.
        (QUIET, Haste.AT_ONCE, "2026-11-25 03:00", "2026-11-26 00:00", "2026-11-25 03:00", None),
        (BOTH, Haste.AT_ONCE, "2026-11-25 03:00", "2026-11-26 00:00", "2026-11-25 03:00", None),
        # Held to no use is not held: an hour before a session of the night, "has it begun?".
        (QUIET, Haste.SOON, "2026-11-24 22:30", "2026-11-24 23:30", "2026-11-24 22:30", None),
        (QUIET, Haste.SOON, "2026-11-24 23:00", "2026-11-25 07:00", "2026-11-24 23:00", None),
        (QUIET, Haste.SOON, "2026-11-24 23:00", "2026-11-25 07:01", "2026-11-25 07:00", Hold.QUIET),
        # Within one day, and hours that are none.
        (NOON, Haste.SOON, "2026-11-24 12:30", "2026-11-26 00:00", "2026-11-24 13:00", Hold.QUIET),
        (replace(NOON, quiet_until=time(12)), Haste.SOON, "2026-11-24 12:00", "2026-11-26 00:00", "2026-11-24 12:00", None),
        # A digest takes what can wait, and only that.
        (DIGEST, Haste.CAN_WAIT, "2026-11-24 09:00", "2026-11-26 00:00", "2026-11-25 08:00", Hold.DIGEST),
        (DIGEST, Haste.CAN_WAIT, "2026-11-24 08:00", "2026-11-26 00:00", "2026-11-24 08:00", Hold.DIGEST),
        (DIGEST, Haste.SOON, "2026-11-24 09:00", "2026-11-26 00:00", "2026-11-24 09:00", None),
        (DIGEST, Haste.CAN_WAIT, "2026-11-24 09:00", "2026-11-25 08:00", "2026-11-24 09:00", None),
        # And only what leaves eight hours to act on it.
        (DIGEST, Haste.CAN_WAIT, "2026-11-24 09:00", "2026-11-25 08:01", "2026-11-24 09:00", None),
        (DIGEST, Haste.CAN_WAIT, "2026-11-24 09:00", "2026-11-25 15:59", "2026-11-24 09:00", None),
        (DIGEST, Haste.CAN_WAIT, "2026-11-24 09:00", "2026-11-25 16:00", "2026-11-25 08:00", Hold.DIGEST),
        # A digest in quiet hours comes at their end; one that is too late leaves the quiet hours to hold it.
        (BOTH, Haste.CAN_WAIT, "2026-11-24 09:00", "2026-11-26 00:00", "2026-11-25 07:00", Hold.DIGEST),
        (replace(QUIET, digest_at=time(18)), Haste.CAN_WAIT, "2026-11-24 23:00", "2026-11-25 12:00", "2026-11-25 07:00", Hold.QUIET),
    ],
)  # fmt: skip
def test_what_is_held_and_until_when(wishes, haste, due, helps_until, goes, held):
    useful = Useful(wall(due), wall(helps_until))
    when, hold = send_at(useful, useful.due_at, wishes, haste)
    assert (shown(when), hold) == (goes, held)


@pytest.mark.parametrize(
    ("rule", "due", "helps_until", "at", "is_emergency", "silent"),
    [
        # Passed on at night: held while it helps in the morning, and else not sent at all.
        (Rule.BEGUN_UNANSWERED, "2026-11-25 02:00", "2026-11-25 05:00", None, False, True),
        (Rule.BEGUN_UNANSWERED, "2026-11-25 02:00", "2026-11-25 07:00", None, False, True),
        (Rule.BEGUN_UNANSWERED, "2026-11-25 02:00", "2026-11-25 07:01", None, False, False),
        (Rule.BEGUN_UNANSWERED, "2026-11-24 21:00", "2026-11-25 01:00", None, False, False),
        # Written, or tried again, when it is quiet by now.
        (Rule.BEGUN_UNANSWERED, "2026-11-24 21:00", "2026-11-25 01:00", "2026-11-24 22:00", False, True),
        (Rule.BEGUN_UNANSWERED, "2026-11-25 02:00", "2026-11-25 05:00", None, True, False),
        # What the session's own people are asked passes.
        (Rule.BEGUN, "2026-11-25 02:00", "2026-11-25 05:00", None, False, False),
        (Rule.BEFORE_1H, "2026-11-25 02:00", "2026-11-25 03:00", None, False, False),
        (Rule.OUTCOME, "2026-11-25 02:00", "2026-11-25 05:00", None, False, False),
    ],
)  # fmt: skip
def test_what_others_did_not_answer_wakes_nobody(rule, due, helps_until, at, is_emergency, silent):
    useful = Useful(wall(due), wall(helps_until), is_emergency)
    made = list(copies(1, rule, useful, {1: QUIET}, wall(at or due)))
    why = "Quiet until 07:00, too late by then." if silent else ""
    assert [(one.channel, one.why_not) for one in made] == [(Channel.MAIL, why), (Channel.BELL, "")]


@pytest.mark.parametrize(
    ("wishes", "due", "at", "goes", "held"),
    [
        # After a standstill: late since the hour at which it would have gone.
        (Wishes(AMSTERDAM), "2026-11-24 09:00", "2026-11-24 10:30", "2026-11-24 09:00", None),
        (QUIET, "2026-11-24 03:00", "2026-11-24 07:20", "2026-11-24 07:00", Hold.QUIET),
        (QUIET, "2026-11-24 03:00", "2026-11-24 05:00", "2026-11-24 07:00", Hold.QUIET),
        (DIGEST, "2026-11-24 05:00", "2026-11-24 09:00", "2026-11-24 08:00", Hold.DIGEST),
        # It was to go before the quiet hours, and it is quiet by now.
        (QUIET, "2026-11-24 21:30", "2026-11-24 22:40", "2026-11-25 07:00", Hold.QUIET),
        (replace(QUIET, digest_at=time(18)), "2026-11-24 17:00", "2026-11-24 22:40", "2026-11-25 07:00", Hold.QUIET),
    ],
)
def test_what_is_written_late(wishes, due, at, goes, held):
    when, hold = send_at(Useful(wall(due), wall("2026-11-27 00:00")), wall(at), wishes, Haste.CAN_WAIT)
    assert (shown(when), hold) == (goes, held)


@pytest.mark.parametrize(
    ("wishes", "at", "ends"),
    [
        # 28 March 2027 skips 02:00-03:00: what would end in the gap ends an hour further on the clock, at 03:30.
        (Wishes(AMSTERDAM, quiet_from=time(22), quiet_until=time(2, 30)), wall("2027-03-28 01:30"), wall("2027-03-28 03:30")),
        (Wishes(AMSTERDAM, quiet_from=time(2, 30), quiet_until=time(7)), wall("2027-03-28 03:10"), None),
        (Wishes(AMSTERDAM, quiet_from=time(2, 30), quiet_until=time(7)), wall("2027-03-28 03:30"), wall("2027-03-28 07:00")),
        (Wishes(AMSTERDAM, quiet_from=time(2, 10), quiet_until=time(2, 50)), wall("2027-03-28 03:20"), wall("2027-03-28 03:50")),
        # 25 October 2026 has 02:00-03:00 twice; the first of them is meant.
        (Wishes(AMSTERDAM, quiet_from=time(22), quiet_until=time(2, 30)), wall("2026-10-25 02:15"), wall("2026-10-25 02:30")),
        (Wishes(AMSTERDAM, quiet_from=time(22), quiet_until=time(2, 30)), wall("2026-10-25 02:15", fold=1), None),
        (Wishes(AMSTERDAM, quiet_from=time(22), quiet_until=time(7)), wall("2026-10-25 02:15", fold=1), wall("2026-10-25 07:00")),
    ],
)
def test_quiet_hours_through_a_night_in_which_the_clock_changes(wishes, at, ends):
    assert quiet_until(wishes, at) == ends


@pytest.mark.parametrize(
    ("hour", "at", "comes"),
    [
        (time(2, 30), wall("2027-03-28 01:59"), wall("2027-03-28 03:30")),
        (time(2, 30), wall("2027-03-28 03:31"), wall("2027-03-29 02:30")),
        (time(2, 30), wall("2026-10-25 02:31"), wall("2026-10-26 02:30")),
        (time(0), wall("2026-11-24 23:59"), wall("2026-11-25 00:00")),
    ],
)
def test_a_digest_comes_once_a_day_whatever_the_clock_does(hour, at, comes):
    assert next_digest(Wishes(AMSTERDAM, digest_at=hour), at) == comes


@pytest.mark.parametrize(
    ("attempts", "haste", "minutes"),
    [
        (0, Haste.SOON, None),
        *(
            (number, haste, wait)
            for haste in (Haste.SOON, Haste.CAN_WAIT)
            for number, wait in enumerate((1, 5, 15, 60, 240, None), start=1)
        ),
        # Each minute for ten of them, and each five until two hours are over; the sweep of that minute may come early.
        (0, Haste.AT_ONCE, None),
        (1, Haste.AT_ONCE, 1),
        (10, Haste.AT_ONCE, 1),
        (11, Haste.AT_ONCE, 5),
        (32, Haste.AT_ONCE, 5),
        (33, Haste.AT_ONCE, None),
    ],
)
def test_when_what_failed_is_tried_again(attempts, haste, minutes):
    early = timedelta(seconds=10) if haste == Haste.AT_ONCE else timedelta()
    assert next_try(attempts, AT, haste) == (minutes and AT + timedelta(minutes=minutes) - early)
    assert next_try(attempts, None, haste) is None


def test_what_cannot_wait_waits_nowhere_longer_than_the_rest():
    assert all(soon <= later for soon, later in zip(RETRIES[Haste.AT_ONCE], RETRIES[Haste.SOON], strict=False))


# --- Who, and by what -------------------------------------------------------------------------------------------------

AT = wall("2026-11-24 12:00")
USEFUL = Useful(AT, AT + 2 * DAYS)
ON_LEAVE = Wishes(AMSTERDAM, delegate=2, delegate_since=date(2026, 11, 23), delegate_until=date(2026, 11, 27))


def made(people, rule=Rule.CONDITION_DUE, at=AT):
    return [(one.recipient, one.channel.value, one.on_behalf_of) for one in copies(1, rule, USEFUL, people, at)]


@pytest.mark.parametrize(
    ("wishes", "channels"),
    [
        (Wishes(), ["mail", "bell"]),
        (Wishes(by_chat=True), ["mail", "chat", "bell"]),
        (Wishes(by_mail=False, by_chat=True, on_page=False), ["chat"]),
        (Wishes(on_page=False), ["mail"]),
        (Wishes(by_mail=False, on_page=False), ["bell"]),
        (Wishes(by_chat=True, is_there=False), ["mail"]),
    ],
)
def test_one_row_for_each_channel_and_always_one(wishes, channels):
    assert made({1: wishes}) == [(1, channel, None) for channel in channels]


@pytest.mark.parametrize(
    ("wishes", "channels"),
    [
        (Wishes(), ["mail", "bell"]),
        (Wishes(by_mail=False), ["mail", "bell"]),
        (Wishes(by_mail=False, by_chat=True, on_page=False), ["mail", "chat"]),
        (Wishes(by_mail=False, on_page=False), ["mail"]),
    ],
)
def test_who_is_called_for_an_emergency_gets_a_mail_whatever_they_wish(wishes, channels):
    assert made({1: wishes}, Rule.EMERGENCY_WAITING) == [(1, channel, None) for channel in channels]


@pytest.mark.parametrize(
    ("mine", "other", "at", "who"),
    [
        (ON_LEAVE, Wishes(), AT, 2),
        (ON_LEAVE, Wishes(), wall("2026-11-22 23:59"), None),
        (ON_LEAVE, Wishes(), wall("2026-11-23 00:00"), 2),
        (ON_LEAVE, Wishes(), wall("2026-11-27 23:59"), 2),
        (ON_LEAVE, Wishes(), wall("2026-11-28 00:00"), None),
        (replace(ON_LEAVE, delegate_until=None), Wishes(), AT + 300 * DAYS, 2),
        (replace(ON_LEAVE, delegate=1), Wishes(), AT, None),
        # Who has left, or is away too, stands in for nobody.
        (ON_LEAVE, Wishes(is_there=False), AT, None),
        (ON_LEAVE, Wishes(delegate=3), AT, None),
        (ON_LEAVE, Wishes(delegate=3, delegate_until=date(2026, 11, 23)), AT, 2),
    ],
)
def test_who_stands_in(mine, other, at, who):
    assert stand_in(1, {1: mine, 2: other}, at) == who


def test_a_delegate_gets_it_as_they_wish_and_it_stays_on_the_persons_page():
    assert made({1: ON_LEAVE, 2: Wishes(on_page=False)}) == [(2, "mail", 1), (1, "bell", None)]
    held = list(copies(1, Rule.CONDITION_DUE, USEFUL, {1: ON_LEAVE, 2: DIGEST}, AT))
    assert [(one.recipient, one.channel, one.held_for) for one in held] == [
        (2, Channel.MAIL, Hold.DIGEST),
        (2, Channel.BELL, None),
        (1, Channel.BELL, None),
    ]


_GONE = Wishes(AMSTERDAM, is_there=False)
_OWN = [(1, "mail", None), (1, "bell", None)]
_BY_DELEGATE = [(2, "mail", 1), (2, "bell", 1), (1, "bell", None)]


@pytest.mark.parametrize("rule", sorted(Rule))
@pytest.mark.parametrize(
    ("people", "gets_it", "gets_what_is_personal"),
    [
        # Gone: one row, by which the ledger says so. Who has named somebody before still has them.
        ({1: _GONE}, [(1, "mail", None)], [(1, "mail", None)]),
        ({1: replace(ON_LEAVE, is_there=False), 2: Wishes()}, _BY_DELEGATE, [(1, "mail", None)]),
        # On leave: the delegate gets it, and it stays on the person's page; what only the person can do stays theirs.
        ({1: ON_LEAVE, 2: Wishes()}, _BY_DELEGATE, _OWN),
        # On leave, and the delegate is gone or away too.
        ({1: ON_LEAVE, 2: _GONE}, _OWN, _OWN),
        ({1: ON_LEAVE, 2: Wishes(delegate=3)}, _OWN, _OWN),
    ],
    ids=["gone", "gone with a delegate", "on leave", "on leave, delegate gone", "on leave, delegate away"],
)
def test_whose_each_rule_is_where_its_recipient_is_gone_or_on_leave(rule, people, gets_it, gets_what_is_personal):
    assert made(people, rule) == (gets_what_is_personal if rule in PERSONAL else gets_it)


@pytest.mark.parametrize("rule", sorted(Rule))
def test_what_is_turned_off_is_written_down_and_nothing_that_asks_can_be(rule):
    written = list(copies(1, rule, USEFUL, {1: Wishes(muted=frozenset({rule.value}))}, AT))
    off = [one.channel for one in written if one.why_not]
    assert off == ([Channel.MAIL] if rule in MAY_BE_OFF else [])
    assert len(written) == (1 if off else 2)


def test_every_rule_that_is_named_has_a_rung_and_nothing_is_both_urgent_and_patient():
    standing = {rung.rule for rung in LADDER}
    assert standing >= AT_ONCE | CAN_WAIT | MAY_BE_OFF | PERSONAL
    assert not AT_ONCE & CAN_WAIT
    assert not MAY_BE_OFF & AT_ONCE
    assert [haste_of(rule) for rule in ("emergency_waiting", "decided", "begun", "long_gone")] == [
        Haste.AT_ONCE,
        Haste.CAN_WAIT,
        Haste.AT_ONCE,
        Haste.SOON,
    ]


@pytest.mark.parametrize("rule", sorted(Rule))
def test_what_an_emergency_asks_and_decides_is_never_held_and_what_it_owes_afterwards_is(rule):
    held = haste_of(rule, is_emergency=True) != Haste.AT_ONCE
    assert held is (rule not in AT_ONCE | AT_ONCE_IN_AN_EMERGENCY)
    assert not {Rule.REVIEW_DUE, Rule.FOLLOW_UP_OWED, Rule.STATUS_ASKED, Rule.MINUTES_PUBLISHED} & AT_ONCE_IN_AN_EMERGENCY
    asleep = replace(QUIET, digest_at=time(8))
    night, useful = wall("2026-11-25 03:00"), Useful(wall("2026-11-25 03:00"), wall("2026-11-27 03:00"), is_emergency=True)
    by_mail = next(iter(copies(1, rule, useful, {1: asleep}, night)))
    assert (by_mail.send_at > night) is held
