from dataclasses import replace

import pytest

from changes.domain.revision import Change, Entry, Frozen, Kind, compare, frozen_from, in_words

A, B, C = (Entry(key, f"RFC-{key:06d}", title, "new", key, 5) for key, title in ((1, "Rollup"), (2, "Firmware"), (3, "Relay")))
FOUND = ("freeze.active", "The month-end freeze holds.")


def revision(*entries, late=()):
    return Frozen(1, tuple(replace(entry, number=number) for number, entry in enumerate(entries, start=1)), tuple(late))


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (revision(A, B), revision(A, B), []),
        (revision(A), revision(A, C), [Change(Kind.ADDED, C.rfc, C.title, "", "New, no 2, 5 min")]),
        (revision(A, B), revision(B), [Change(Kind.REMOVED, A.rfc, A.title, "New, no 1, 5 min", "")]),
        (revision(A), revision(replace(A, section="deferred")), [Change(Kind.MOVED, A.rfc, A.title, "New", "Deferred")]),
        (revision(A, B, C), revision(B, C, A), [Change(Kind.NUMBERED, A.rfc, A.title, "No 1", "No 3")]),
        (revision(A), revision(replace(A, minutes=8)), [Change(Kind.MINUTES, A.rfc, A.title, "5 min", "8 min")]),
        (revision(A), revision(replace(A, title="Other")), [Change(Kind.RETITLED, A.rfc, "Other", "Rollup", "Other")]),
        (revision(A), revision(replace(A, findings=(FOUND,))), [Change(Kind.FOUND, A.rfc, A.title, "", FOUND[1])]),
        (revision(replace(A, findings=(FOUND,))), revision(A), [Change(Kind.MENDED, A.rfc, A.title, FOUND[1], "")]),
        (revision(A), revision(A, late=[replace(B, reason="Tue")]), [Change(Kind.CAME_LATE, B.rfc, B.title, "", "Tue")]),
        (
            revision(A, late=[replace(B, reason="Tue")]),
            revision(A, B),
            [Change(Kind.ADDED, B.rfc, B.title, "", "New, no 2, 5 min"), Change(Kind.LEFT_LATE, B.rfc, B.title, "Tue", "")],
        ),
    ],
)
def test_what_is_different_between_two_revisions(before, after, changes):
    assert compare(before, after) == changes


def test_items_that_only_shift_down_have_not_been_renumbered_by_anybody():
    assert [one.kind for one in compare(revision(B, C), revision(A, B, C))] == [Kind.ADDED]


def test_the_whole_in_a_sentence():
    before, after = revision(A), revision(replace(A, minutes=8), B)
    assert in_words(compare(before, after), before, after) == "1 added, 1 minutes; 13 minutes instead of 5."
    assert in_words([], before, before) == "Nothing is different; 5 minutes in both."


def test_a_revision_is_read_from_what_it_froze():
    item = {"id": 1, "rfc": None, "title": "The room", "minutes": 2, "findings": [{"code": "x", "message": "y", "level": "error"}]}
    late = {**item, "id": 2, "reason": "Tue"}
    frozen = frozen_from(2, {"sections": [{"code": "new", "items": [item]}], "late": [late]}, "admitted")
    assert frozen.entries == (Entry(1, "", "The room", "new", 1, 2, "", (("x", "y"),)),)
    assert [(one.id, one.number, one.reason) for one in frozen.late] == [(2, 0, "Tue")]
