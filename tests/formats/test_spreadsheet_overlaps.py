"""Pairs of changes in a file that share an item and overlap: a table of cases, and the real file counted by other means."""

import csv
from collections import defaultdict
from datetime import datetime
from itertools import combinations
from pathlib import Path

import pytest

from changes.formats.spreadsheet import read
from changes.formats.spreadsheet_dates import odd_dates
from changes.formats.spreadsheet_map import load_map
from changes.formats.spreadsheet_overlaps import counted, overlaps

MAP = Path("docs/import/osg-downtimes.toml")
REAL = Path("../shared/data/osg-downtimes-2016-2024.csv")
COLUMNS = "id,cls,severity,start_utc,end_utc,created_utc,resource,services,description,site\n"
FIRST = ("10:00", "12:00", "HOST-1", "One")

needs_the_file = pytest.mark.skipif(not REAL.exists(), reason="the file with real downtimes is not beside this repository")


def found_in(tmp_path, *changes):
    """Each change as (start, end, item, description), on one day."""
    rows = [f"{n},SCHEDULED,Outage,2016-05-18T{a}Z,2016-05-18T{b}Z,,{item},CE,{text},S\n" for n, (a, b, item, text) in enumerate(changes)]
    file = tmp_path / "changes.csv"
    file.write_text(COLUMNS + "".join(rows), encoding="utf-8")
    return overlaps(read(file, load_map(MAP)).entries, item_of=str.lower, time_zone="UTC")


@pytest.mark.parametrize(
    ("others", "pairs"),
    [
        ([("11:00", "13:00", "HOST-1", "Two")], [(2, 3)]),
        ([("11:00", "13:00", "host-1", "Two")], [(2, 3)]),  # one item, written in two ways
        ([("12:00", "13:00", "HOST-1", "Two")], []),  # touching
        ([("11:00", "13:00", "HOST-2", "Two")], []),
        ([("11:00", "13:00", "HOST-1", "Two"), ("11:00", "13:00", "HOST-1", "Three")], [(2, 3), (2, 4), (3, 4)]),
        ([("10:00", "12:00", "HOST-2", "One")], []),  # a second row of the same change
        ([("10:00", "12:00", "HOST-2", "One"), ("09:00", "11:00", "HOST-1", "Two"), ("09:00", "11:00", "HOST-2", "Two")], [(2, 4)]),
    ],
)
def test_a_pair_is_told_once(tmp_path, others, pairs):
    found = found_in(tmp_path, FIRST, *others)

    assert sorted(tuple(sorted((one.line, one.other))) for one in found) == pairs
    assert counted(found) == (len(pairs), 0)


def test_the_sentence_names_the_other_by_its_line_and_the_item_as_the_file_does(tmp_path):
    found = found_in(tmp_path, FIRST, ("11:00", "13:00", "HOST-1", "Two"))

    assert found[0].sentence == (
        "Line 2 “One” changes HOST-1 as well, Wed 18 May 10:00–12:00; this session is Wed 18 May 11:00–13:00, and both overlap for 60 min."
    )


def test_a_pair_that_lacks_an_end_is_counted_apart(tmp_path):
    reversed_end = ("09:00", "08:00", "HOST-1", "Two")

    found = found_in(tmp_path, FIRST, reversed_end, ("11:00", "11:30", "HOST-1", "Three"))

    assert counted(found) == (1, 2)


def test_work_without_an_end_is_in_nobodys_way_before_it_begins(tmp_path):
    assert found_in(tmp_path, FIRST, ("12:00", "08:00", "HOST-1", "Two")) == []


@needs_the_file
def test_the_real_file_has_as_many_pairs_as_comparing_each_with_each_gives():
    found = overlaps(read(REAL, load_map(MAP)).entries, item_of=str.lower, time_zone="UTC")

    assert counted(found) == _pairs_by_hand() == (33, 41)


@needs_the_file
def test_the_real_files_odd_dates():
    odd = odd_dates(read(REAL, load_map(MAP)).entries, time_zone="UTC")

    assert [(one.label, one.rows, one.changes) for one in odd] == [
        ("Past when it was written down", 777, 311),
        ("Without an end", 17, 9),
        ("Ends more than a year after its start", 6, 5),
        ("From midnight to midnight", 5, 5),
        ("More than a year away", 1, 1),
    ]


def _pairs_by_hand():
    """The same counts from the file alone: no map, no rule and no interval of the product."""
    items = defaultdict(set)
    with REAL.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            items[row["description"], row["start_utc"], row["end_utc"], row["cls"]].add(row["resource"])
    changes = [(_minute(key[1]), _minute(key[2]), hosts) for key, hosts in items.items()]
    whole = lacking = 0
    for one, other in combinations(changes, 2):
        if one[2] & other[2] and one[0] < _close(other) and other[0] < _close(one):
            if one[1] > one[0] and other[1] > other[0]:
                whole += 1
            else:
                lacking += 1
    return whole, lacking


def _minute(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ")  # noqa: DTZ007 - all of the file is in UTC


def _close(change):
    return change[1] if change[1] > change[0] else datetime(9999, 1, 1)  # noqa: DTZ001 - the same
