"""When a part counts as gone, and what is told of it."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.domain.heartbeat import Pulse, silences, silent

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def ago(**time):
    return AT - timedelta(**time)


@pytest.mark.parametrize(
    ("last_seen", "is_silent"),
    [
        (AT, False),
        (ago(minutes=1), False),
        (ago(minutes=4, seconds=59), False),
        (ago(minutes=5), True),
        (ago(days=3), True),
        (AT + timedelta(hours=1), False),  # its clock is ahead of ours, or went back an hour in the night
        (None, True),
    ],
)
def test_five_minutes_without_a_sign_are_silence(last_seen, is_silent):
    assert silent(last_seen, AT) is is_silent


OLD = ago(hours=1)


@pytest.mark.parametrize(
    ("beat", "worker", "call", "told"),
    [
        (AT, AT, AT, []),
        (OLD, AT, OLD, [(Pulse.BEAT, OLD)]),
        (AT, OLD, OLD, [(Pulse.WORKER, OLD)]),
        (OLD, OLD, OLD, [(Pulse.BEAT, OLD), (Pulse.WORKER, OLD)]),
        (AT, AT, OLD, [(Pulse.CALL, OLD)]),  # both live, and the one does not hear the other
        (AT, AT, None, [(Pulse.CALL, None)]),
        (None, None, None, [(Pulse.BEAT, None), (Pulse.WORKER, None)]),
        (AT, None, None, [(Pulse.WORKER, None)]),
    ],
)
def test_the_part_that_is_gone_is_named(beat, worker, call, told):
    given = {Pulse.BEAT: beat, Pulse.WORKER: worker, Pulse.CALL: call}
    found = silences({pulse.value: at for pulse, at in given.items() if at}, AT)
    assert [(one.pulse, one.since) for one in found] == told


def test_each_silence_says_what_to_do():
    assert [(one.fact, one.way_out.partition(" ")[0]) for one in silences({}, AT)] == [
        ("Beat has not been seen", "Start"),
        ("No worker has been seen", "Start"),
    ]
