"""Conflicts between sessions (DESIGN 4.6)."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.choices import Outage, Outcome, State
from changes.domain.conflict import (
    Booking,
    Predecessor,
    _candidates,
    bookings,
    conflicts,
    conflicts_among,
    dependency_path,
    end_of,
    predecessor_findings,
)
from changes.domain.interval import FOREVER, Interval
from tests.domain.given import at, between, content, session, told

#: journal needs relay, relay needs transport; nobody needs archive.
CHAIN = {"journal": frozenset({"relay"}), "relay": frozenset({"transport"}), "archive": frozenset()}

#: Allen's thirteen relations of an interval to [100, 200), and the minutes that they share.
ALLEN = {
    "before": (0, 50, 0),
    "meets": (50, 100, 0),
    "overlaps": (50, 150, 50),
    "finished by": (50, 200, 100),
    "contains": (50, 250, 100),
    "starts": (100, 150, 50),
    "equals": (100, 200, 100),
    "started by": (100, 250, 100),
    "during": (120, 180, 60),
    "finishes": (150, 200, 50),
    "overlapped by": (150, 250, 50),
    "met by": (200, 250, 0),
    "after": (250, 300, 0),
}


def booking(number: str, start: int = 0, end: int = 100, **other) -> Booking:
    other = {name: frozenset(value) if name in ("services", "items") else value for name, value in other.items()}
    return Booking(number, f"Title of {number}", between(start, end), **other)


def codes(mine: Booking, other: Booking, dependencies=CHAIN) -> list[tuple[str, str]]:
    return [(finding.code, finding.level.value) for finding in conflicts([mine], [other], dependencies)]


@pytest.mark.parametrize("relation", ALLEN)
@pytest.mark.parametrize("common", [{"items": {"HT-01"}}, {"implementer": "ann"}, {"services": {"mail"}}])
def test_every_relation_of_two_sessions(relation, common):
    start, end, shared = ALLEN[relation]
    mine, other = booking("RFC-000001", 100, 200, **common), booking("RFC-000002", start, end, **common)
    assert [finding.minutes for finding in conflicts([mine], [other], {})] == ([shared] if shared else [])
    assert set(conflicts_among([mine, other], {})) == ({"RFC-000001", "RFC-000002"} if shared else set())


@pytest.mark.parametrize("relation", ALLEN)
def test_every_relation_of_two_outages_inside_equal_sessions(relation):
    start, end, shared = ALLEN[relation]
    mine = booking("RFC-000001", 0, 300, services={"mail"}, outage=between(100, 200))
    other = booking("RFC-000002", 0, 300, services={"mail"}, outage=between(start, end))
    (found,) = conflicts([mine], [other], {})
    assert (found.code, found.minutes) == (("conflict.outage", shared) if shared else ("conflict.same_service", 300))


@pytest.mark.parametrize("relation", ALLEN)
def test_every_relation_of_an_outage_and_work_on_what_it_needs(relation):
    start, end, shared = ALLEN[relation]
    mine = booking("RFC-000001", 100, 200, services={"journal"})
    other = booking("RFC-000002", start, end, services={"transport"}, outage=between(start, end))
    found = conflicts([mine], [other], CHAIN)
    assert [(f.code, f.minutes) for f in found] == ([("conflict.dependency", shared)] if shared else [])


E, W = "error", "warning"


@pytest.mark.parametrize(
    ("mine", "other", "expected"),
    [
        ({"items": {"A", "B"}}, {"items": {"B", "C"}}, [("conflict.same_item", E)]),
        ({"items": {"A"}}, {"items": {"B"}}, []),
        ({"implementer": "ann"}, {"implementer": "ann"}, [("conflict.same_implementer", E)]),
        ({"implementer": None}, {"implementer": None}, []),
        ({"services": {"mail"}}, {"services": {"mail"}}, [("conflict.same_service", W)]),
        ({"services": {"mail"}, "items": {"A"}}, {"services": {"mail"}, "items": {"A"}}, [("conflict.same_item", E)]),
        (
            {"services": {"mail"}, "implementer": "ann"},
            {"services": {"mail"}, "implementer": "ann"},
            [("conflict.same_implementer", E), ("conflict.same_service", W)],
        ),
        (
            {"services": {"mail"}, "items": {"A"}, "implementer": "ann", "outage": between(0, 60)},
            {"services": {"mail"}, "items": {"A"}, "implementer": "ann", "outage": between(30, 90)},
            [("conflict.same_item", E), ("conflict.same_implementer", E), ("conflict.outage", E)],
        ),
        ({"services": {"mail"}, "outage": between(0, 60)}, {"services": {"mail"}}, [("conflict.same_service", W)]),
        ({"services": {"a"}, "outage": between(0, 60)}, {"services": {"b"}, "outage": between(0, 60)}, []),
        ({"services": {"journal"}}, {"services": {"transport"}}, []),
        ({"services": {"journal"}, "outage": between(0, 9)}, {"services": {"transport"}}, [("conflict.dependency", W)]),
        ({"services": {"journal"}}, {"services": {"transport"}, "outage": between(0, 9)}, [("conflict.dependency", W)]),
        ({"services": {"transport"}}, {"services": {"journal"}, "outage": between(0, 9)}, [("conflict.dependency", W)]),
        ({"services": {"archive"}}, {"services": {"journal"}, "outage": between(0, 9)}, []),
        ({"environment": "pre", "items": {"A"}}, {"environment": "prod", "items": {"A"}}, [("conflict.same_item", E)]),
    ],
)
def test_what_two_sessions_have_in_common(mine, other, expected):
    assert codes(booking("RFC-000001", **mine), booking("RFC-000002", **other)) == expected


def test_a_conflict_names_both_sessions_the_overlap_and_the_way_out():
    mine = booking("RFC-000001", 0, 240, items={"HT-01"}, session=2)
    (found,) = conflicts([mine], [booking("RFC-000002", 60, 300, items={"HT-01"})], {}, names={("item", "HT-01"): "Hub 1"})
    assert found.message == (
        "RFC-000002 “Title of RFC-000002” changes Hub 1 as well, Sat 28 Nov 23:00–03:00; "
        "this session is Sat 28 Nov 22:00–02:00, and both overlap for 180 min."
    )
    assert (found.field, found.other, found.interval, found.minutes) == (
        "sessions[2]", "RFC-000002", between(60, 240), 180,
    )  # fmt: skip
    assert (found.own_interval, found.other_interval) == (between(0, 240), between(60, 300))
    assert found.mend


@pytest.mark.parametrize(
    ("mine", "other", "words"),
    [
        (
            {"services": {"transport"}},
            {"services": {"journal"}, "outage": between(-30, 30), "start": -30},
            (
                "Journal is out Sat 28 Nov 21:30–22:30 (RFC-000002 “Title of RFC-000002”), and this session works on transport, "
                "which it depends on (Journal → relay → transport), Sat 28 Nov 22:00–00:00; they overlap for 30 min."
            ),
        ),
        (
            {"services": {"journal"}},
            {"services": {"transport"}, "outage": between(-30, 30), "start": -30},
            (
                "Transport is out Sat 28 Nov 21:30–22:30 (RFC-000002 “Title of RFC-000002”), and this session works on Journal, "
                "which depends on it (Journal → relay → transport), Sat 28 Nov 22:00–00:00; they overlap for 30 min."
            ),
        ),
        (
            {"services": {"transport"}, "outage": between(0, 60)},
            {"services": {"journal"}, "start": 30},
            (
                "This session takes transport out Sat 28 Nov 22:00–23:00, and RFC-000002 “Title of RFC-000002” works on Journal, "
                "which depends on it (Journal → relay → transport), Sat 28 Nov 22:30–00:00; they overlap for 30 min."
            ),
        ),
        (
            {"services": {"journal"}, "outage": between(0, 60)},
            {"services": {"transport"}, "start": 30, "is_possible": True},
            (
                "Possible: this session takes Journal out Sat 28 Nov 22:00–23:00, and the draft RFC-000002 works on transport, "
                "which it depends on (Journal → relay → transport), Sat 28 Nov 22:30–00:00; they overlap for 30 min."
            ),
        ),
        (  # each is out beside the other's work: the longer overlap is told
            {"services": {"journal"}, "outage": between(0, 60)},
            {"services": {"transport"}, "outage": between(40, 50)},
            (
                "This session takes Journal out Sat 28 Nov 22:00–23:00, and RFC-000002 “Title of RFC-000002” works on transport, "
                "which it depends on (Journal → relay → transport), Sat 28 Nov 22:00–00:00; they overlap for 60 min."
            ),
        ),
    ],
)
def test_a_dependency_says_which_is_out_who_works_meanwhile_and_the_path(mine, other, words):
    one, two = booking("RFC-000001", 0, 120, **mine), booking("RFC-000002", other.pop("start", 0), 120, **other)
    (found,) = conflicts([one], [two], CHAIN, names={("service", "journal"): "Journal"})
    assert found.message == words
    assert found.own_interval.intersection(found.other_interval) == found.interval
    (theirs,) = conflicts([two], [one], CHAIN)
    assert (theirs.own_interval, theirs.other_interval) == (found.other_interval, found.own_interval)


def test_two_outages_are_both_named():
    one, two = (booking(f"RFC-00000{n}", 0, 60 * n, services={"mail"}, outage=between(0, 20 * n)) for n in (1, 2))
    (found,) = conflicts([one], [two], {})
    assert found.message == (
        "RFC-000002 “Title of RFC-000002” takes mail out as well, Sat 28 Nov 22:00–22:40; "
        "this session’s outage is Sat 28 Nov 22:00–22:20, and the outages overlap for 20 min."
    )
    assert (found.own_interval, found.other_interval, found.interval) == (between(0, 20), between(0, 40), between(0, 20))


def test_a_draft_is_possible_and_never_blocks():
    draft = booking("RFC-000002", items={"A"}, implementer="ann", is_possible=True)
    found = conflicts([booking("RFC-000001", items={"A"}, implementer="ann")], [draft], {})
    assert [(f.code, f.level.value, f.possible) for f in found] == [
        ("conflict.same_item", "warning", True),
        ("conflict.same_implementer", "warning", True),
    ]
    assert all(f.message.startswith("Possible: the draft RFC-000002") for f in found)


def test_two_sessions_without_an_end_overlap_without_a_measure():
    mine, other = (replace(booking(n, items={"A"}), interval=Interval(at(0))) for n in ("RFC-000001", "RFC-000002"))
    (found,) = conflicts([mine], [other], {})
    assert found.minutes is None
    assert found.interval.is_open


def test_each_pair_of_sessions_is_told_once_in_order():
    mine = [booking("RFC-000001", start, start + 100, items={"A"}, session=i) for i, start in enumerate((0, 1000))]
    others = [booking(n, s, s + 100, items={"A"}) for n, s in (("RFC-000003", 1050), ("RFC-000002", 1020), ("RFC-000004", 20))]
    found = conflicts(mine, others, {})
    assert [(f.field, f.other) for f in found] == [
        ("sessions[0]", "RFC-000004"), ("sessions[1]", "RFC-000002"), ("sessions[1]", "RFC-000003"),
    ]  # fmt: skip


def test_bookings_of_a_content_leave_out_reversed_sessions_and_unusable_outages():
    planned = session(60, 120, outage=Outage.PLANNED, outage_start=at(70), outage_end=at(80))
    without_times = session(200, 260, outage=Outage.PLANNED)
    made = bookings(content(sessions=(session(10, 5), planned, without_times)), number="RFC-000001")
    assert [(b.session, b.interval, b.outage) for b in made] == [
        (1, between(60, 120), between(70, 80)), (2, between(200, 260), None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        ("journal", "transport", ("journal", "relay", "transport")),
        ("transport", "journal", None),
        ("journal", "journal", None),
        ("nobody", "journal", None),
        ("a", "d", ("a", "b", "d")),
    ],
)
def test_dependency_paths(one, other, path):
    circles = {"a": frozenset("bc"), "b": frozenset("ad"), "c": frozenset("d"), "d": frozenset("a")}
    assert dependency_path({**CHAIN, **circles}, one, other) == path


@st.composite
def made_bookings(draw, number=None):
    start, minutes = draw(st.integers(0, 300)), draw(st.integers(0, 120))
    few = st.sampled_from("abcd")
    return booking(
        number or f"RFC-{draw(st.integers(1, 6)):06}",
        start,
        start + minutes,
        services=draw(st.frozensets(few)),
        items=draw(st.frozensets(few)),
        implementer=draw(st.none() | few),
        outage=draw(st.none() | st.just(between(start, start + minutes // 2))),
        is_possible=draw(st.booleans()),
        session=draw(st.integers(0, 3)),
        since=draw(st.none() | st.sampled_from([at(-100), at(-50)])),
    )


@given(made_bookings())
def test_a_booking_is_never_in_conflict_with_itself(one):
    assert conflicts([one], [one], {"a": frozenset("b"), "b": frozenset("a")}) == []
    assert conflicts_among([one, one], {"a": frozenset("b"), "b": frozenset("a")}) == {}


@given(st.lists(made_bookings(), max_size=8))
def test_the_bulk_agrees_with_every_pair_by_itself(some):
    dependencies = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a")}
    bulk = conflicts_among(some, dependencies)
    pairs = {frozenset({x, y}) for x, y in combinations(some, 2) if x.number != y.number}
    singly: dict[str, list] = {}
    for pair in pairs:
        for mine in pair:
            for finding in conflicts([mine], pair - {mine}, dependencies):
                singly.setdefault(mine.number, []).append(finding)
    assert {number: sorted(map(repr, found)) for number, found in bulk.items()} == {
        number: sorted(map(repr, found)) for number, found in singly.items()
    }


@given(made_bookings(), made_bookings())
def test_a_conflict_is_the_same_from_either_side(one, other):
    """Who came later decides the level alone."""
    seen = lambda found: sorted((f.code, f.interval, f.minutes, f.scope, f.own_interval.intersection(f.other_interval)) for f in found)  # noqa: E731
    dependencies = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a")}
    assert seen(conflicts([one], [other], dependencies)) == seen(conflicts([other], [one], dependencies))


@given(made_bookings("RFC-000001"), made_bookings("RFC-000002"))
def test_touching_is_never_a_conflict(one, other):
    later = replace(other, interval=Interval(one.interval.end, one.interval.end + (other.interval.end - other.interval.start)), outage=None)
    assert conflicts([one], [later], {"a": frozenset("b"), "b": frozenset("a")}) == []


@given(made_bookings("RFC-000001"), st.lists(made_bookings("RFC-000002"), max_size=5))
def test_taking_something_away_never_adds_a_conflict(mine, others):
    """Fewer RFCs, or fewer items in one: never one more that blocks, nor one more RFC in the way."""
    before = conflicts([mine], others, {})
    fewer = others[1:]
    assert set(map(repr, conflicts([mine], fewer, {}))) <= set(map(repr, before))
    less = replace(mine, items=frozenset(sorted(mine.items)[1:]))
    after = conflicts([less], others, {})
    blocking = lambda found: {(f.code, f.other, f.interval) for f in found if f.blocks}  # noqa: E731
    assert blocking(after) <= blocking(before)
    assert {f.other for f in after} <= {f.other for f in before}


@pytest.mark.parametrize(
    ("mine", "other", "expected"),
    [
        (None, None, ("error", "")),  # both only being written
        (None, 0, ("error", "")),  # what is being written comes later than what is there
        (0, 0, ("error", "")),  # at the same moment: both
        (60, 0, ("error", "")),
        (0, 60, ("warning", "carried")),
    ],
)
def test_who_comes_later_carries_the_conflict_and_the_other_is_told(mine, other, expected):
    since = lambda minutes: None if minutes is None else at(minutes)  # noqa: E731
    one = booking("RFC-000001", items={"A"}, since=since(mine))
    two = booking("RFC-000002", items={"A"}, since=since(other))
    (found,) = conflicts([one], [two], {})
    assert (found.level, found.kind) == expected
    assert (found.mend == "RFC-000002 came later, so it gives way; nothing has to be done here.") == (expected[1] == "carried")
    assert repr(conflicts_among([one, two], {})["RFC-000001"]) == repr([found])


@pytest.mark.parametrize(
    ("actual", "now", "expected"),
    [
        ((None, None), 200, (60, 120)),  # not begun
        ((60, None), 200, (60, 200)),  # it runs over its end
        ((60, None), 100, (60, 120)),
        ((60, 150), 200, (60, 150)),
        ((60, 90), 100, (60, 90)),  # ended early: the rest of the night is free again
        ((0, None), 30, (0, 120)),  # begun early
        ((0, 30), 60, (0, 30)),  # begun early, and over before its time
        ((None, 30), 60, (30, 30)),  # only its end has been written down
        ((0, 30), None, (60, 120)),  # what was planned
    ],
)
def test_what_was_begun_or_has_ended_is_in_the_way_as_it_was(actual, now, expected):
    begun, ended = (None if moment is None else at(moment) for moment in actual)
    rfc = content(sessions=(session(60, 120, actual_start=begun, actual_end=ended),))
    assert [one.interval for one in bookings(rfc, at=None if now is None else at(now))] == [between(*expected)]


def test_the_bulk_looks_only_at_pairs_that_overlap():
    """20,000 sessions over ten years on 12 services: of 200 million pairs some ten thousands are looked at."""
    chance = Random(1)  # noqa: S311 - the same sessions every time
    many = [
        booking(f"RFC-{n:06}", start, start + 180, items={f"i{chance.randrange(2000)}"}, services={f"s{n % 12}"})
        for n, start in enumerate(chance.randrange(5_000_000) for _ in range(20_000))
    ]
    pairs = _candidates(many, {})
    assert len(pairs) < 20_000
    assert all(one.interval.overlaps(other.interval) for one, other in pairs)


def predecessor(state=State.SCHEDULED, end=None, outcome=None) -> Predecessor:
    return Predecessor("RFC-000007", "Prepare the disks", end, state, outcome)


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (predecessor(end=at(0)), None),
        (predecessor(end=at(-60)), None),
        (predecessor(end=at(60)), "ends 60 min after this starts"),
        (predecessor(), "has no dates yet"),
        (predecessor(end=at(-91)), "was to end Sat 28 Nov 20:29 and is not done"),
        (predecessor(State.IN_PROGRESS, at(-91)), "was to end Sat 28 Nov 20:29 and is not done"),
        (predecessor(State.IN_PROGRESS, at(60)), "ends 60 min after this starts"),
        (predecessor(State.IN_PROGRESS, FOREVER), "has no end yet"),
        (predecessor(State.COMPLETED, FOREVER, Outcome.SUCCESSFUL), None),
        (predecessor(State.COMPLETED, at(-91), Outcome.SUCCESSFUL), None),
        (predecessor(State.REJECTED, at(-60)), "is rejected"),
        (predecessor(State.CANCELLED), "is cancelled"),
        (predecessor(State.COMPLETED, at(-60), Outcome.SUCCESSFUL), None),
        (predecessor(State.COMPLETED, at(60), Outcome.WITH_ISSUES), None),
        (predecessor(State.CLOSED, at(-60), Outcome.ROLLED_BACK), "ended as “rolled back”"),
    ],
)
def test_a_predecessor_is_done_before(before, says):
    found = predecessor_findings(content(), [before], at=at(-90))
    assert told(found) == ([("conflict.predecessor", "error", "predecessors")] if says else [])
    if says:
        assert found[0].message == f"RFC-000007 “Prepare the disks” has to be done before, but {says}."
        assert found[0].other == "RFC-000007"


@pytest.mark.parametrize(("end", "says"), [(None, "has no dates yet"), (at(60), "ends 60 min after this starts")])
def test_a_draft_that_comes_before_is_told_without_its_title(end, says):
    (found,) = predecessor_findings(content(), [predecessor(State.DRAFT, end)], at=at(-90))
    assert found.message == f"The draft RFC-000007 has to be done before, but {says}."


@pytest.mark.parametrize(
    ("before", "is_found"),
    [(predecessor(), False), (predecessor(end=at(60)), False), (predecessor(State.CANCELLED), True)],
)
def test_without_a_session_only_a_predecessor_that_never_comes_is_told(before, is_found):
    assert bool(predecessor_findings(content(sessions=()), [before], at=at(-90))) == is_found


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        ((), None),
        ((session(0, 60), session(1440, 1500)), at(1500)),
        ((session(0, 60), session(-1440, None)), FOREVER),
        ((session(0, 240, actual_start=at(0), actual_end=at(90)),), at(90)),
        ((session(0, None, actual_start=at(0), actual_end=at(90)),), at(90)),
        ((session(60, 0),), None),
    ],
)
def test_a_content_ends_with_its_last_session_as_it_was_or_is_planned(sessions, expected):
    assert end_of(content(sessions=sessions)) == expected
