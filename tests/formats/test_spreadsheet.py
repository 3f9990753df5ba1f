"""Reading a spreadsheet by its map: every oddity with its line, and one clear sentence for a file that cannot be used."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from changes.choices import Outage, Severity, Urgency
from changes.exceptions import Unacceptable
from changes.formats.spreadsheet import read, title_of
from changes.formats.spreadsheet_map import load_map

EXAMPLE = Path("docs/import/osg-downtimes.toml")
REAL = Path("../shared/data/osg-downtimes-2016-2024.csv")
COLUMNS = "id,cls,severity,start_utc,end_utc,created_utc,resource,services,description,site"
PLAIN = "7,SCHEDULED,Outage,2016-05-18T11:00Z,2016-05-18T23:00Z,2016-05-01T08:00Z,HOST-1,CE|SE,LFS upgrade,Site A"


def reading(tmp_path, *rows, columns=COLUMNS):
    file = tmp_path / "changes.csv"
    file.write_text("\n".join((columns, *rows)) + "\n", encoding="utf-8")
    return read(file, load_map(EXAMPLE))


def told(found):
    return [(note.line, note.odd, note.is_refused) for note in found.notes]


def test_a_plain_row_is_read_whole_and_leaves_no_note(tmp_path):
    found = reading(tmp_path, PLAIN)

    entry = found.entries[0]
    assert found.notes == []
    assert (entry.title, entry.items, entry.services, entry.sites) == ("LFS upgrade", ("HOST-1",), ("CE", "SE"), ("Site A",))
    assert (entry.start, entry.end) == (datetime(2016, 5, 18, 11, tzinfo=UTC), datetime(2016, 5, 18, 23, tzinfo=UTC))
    assert (entry.urgency, entry.severity, entry.outage) == (Urgency.NORMAL, Severity.MAJOR, Outage.PLANNED)
    assert (entry.identifiers, entry.lines, entry.is_retrospective) == (("7",), (2,), False)


def test_rows_that_agree_are_one_change_over_several_items(tmp_path):
    found = reading(tmp_path, PLAIN, PLAIN.replace("HOST-1", "HOST-2").replace("7,", "8,", 1), PLAIN.replace("LFS", "Other"))

    assert [entry.items for entry in found.entries] == [("HOST-1", "HOST-2"), ("HOST-1",)]
    assert found.entries[0].identifiers == ("7", "8")


ODD = {
    "reversed": (PLAIN.replace("2016-05-18T23", "2016-05-18T10"), "It ends at or before its start (2016-05-18T10:00Z)."),
    "empty": (PLAIN.replace("2016-05-18T23", "2016-05-18T11"), "It ends at or before its start (2016-05-18T11:00Z)."),
    "no end": (PLAIN.replace("2016-05-18T23:00Z", ""), "It has no end."),
    "end unreadable": (PLAIN.replace("2016-05-18T23:00Z", "open"), "Its end, “open”, is no date and time."),
    "2100": (PLAIN.replace("2016-05-18T23", "2100-01-01T00"), "It ends 2100, 83 years after its start."),
    "two years": (PLAIN.replace("2016-05-18T23", "2018-05-18T23"), "It lasts 730 days."),
    "no creation": (PLAIN.replace("2016-05-01T08:00Z", ""), "It does not say when it was created."),
    "a year off": (PLAIN.replace("2016-05-01T08", "2015-05-17T08"), "Its start is 367 days after it was created."),
    "afterwards": (PLAIN.replace("2016-05-01T08", "2016-05-18T14"), "It was written down 3.0 h after its start."),
    "no description": (PLAIN.replace("LFS upgrade", ""), "It has no description."),
}


@pytest.mark.parametrize(("row", "odd"), ODD.values(), ids=ODD)
def test_an_odd_row_is_kept_and_told_by_its_line(tmp_path, row, odd):
    found = reading(tmp_path, row)

    assert told(found) == [(2, odd, False)]
    assert len(found.entries) == 1


REFUSED = {
    "no start": (PLAIN.replace("2016-05-18T11:00Z", ""), "It has no start."),
    "start unreadable": (PLAIN.replace("2016-05-18T11:00Z", "soon"), "Its start, “soon”, is no date and time."),
    "unknown word": (PLAIN.replace("SCHEDULED", "MAYBE"), "Its urgency, “MAYBE”, is not in the map."),
    "too many cells": (PLAIN + ",more", "It has more or fewer cells than there are columns."),
    "too few cells": ("7,SCHEDULED", "It has more or fewer cells than there are columns."),
}


@pytest.mark.parametrize(("row", "odd"), REFUSED.values(), ids=REFUSED)
def test_a_row_without_a_time_or_with_an_unknown_word_is_refused(tmp_path, row, odd):
    found = reading(tmp_path, row, PLAIN)

    assert told(found) == [(2, odd, True)]
    assert len(found.entries) == 1


def test_the_same_item_twice_is_counted_once(tmp_path):
    found = reading(tmp_path, PLAIN, PLAIN)

    assert told(found) == [(3, "HOST-1 stands in line 2 of the same change already.", False)]
    assert found.entries[0].items == ("HOST-1",)


def test_an_emergency_written_down_afterwards_is_retrospective(tmp_path):
    row = PLAIN.replace("SCHEDULED", "UNSCHEDULED").replace("2016-05-01T08", "2016-05-18T14")

    assert reading(tmp_path, row).entries[0].is_retrospective


def test_a_line_is_where_its_row_begins_in_the_file(tmp_path):
    several = PLAIN.replace("LFS upgrade", '"One\n\ntwo"')

    found = reading(tmp_path, several, PLAIN.replace("2016-05-01T08:00Z", ""))

    assert [note.line for note in found.notes] == [5]
    assert found.entries[0].title == "One"


@pytest.mark.parametrize(
    ("text", "title"),
    [("  One \n two", "One"), ("\n\n  a   b", "a b"), ("x" * 161, "x" * 159 + "…"), ("維護 – Ærø", "維護 – Ærø"), ("  ", "")],
)
def test_a_title_is_one_line_of_at_most_160_characters(text, title):
    assert title_of(text) == title


def refused(call):
    with pytest.raises(Unacceptable) as caught:
        call()
    return caught.value.sentence


def test_a_file_that_cannot_be_used_is_told_in_one_sentence(tmp_path):
    mapping = load_map(EXAMPLE)
    empty, latin = tmp_path / "empty.csv", tmp_path / "latin.csv"
    empty.write_text("")
    latin.write_bytes(f"{COLUMNS}\n{PLAIN}é".encode("latin-1"))

    assert "is empty" in refused(lambda: read(empty, mapping))
    assert "is not utf-8" in refused(lambda: read(latin, mapping))
    assert "No such file" in refused(lambda: read(tmp_path / "none.csv", mapping))
    assert "has no column description; it has a, b" in refused(lambda: reading(tmp_path, columns="a,b"))


MAPS = {
    "not TOML": ("[file", "is not TOML"),
    "unknown section": ("[columns]\n", "there is no section [columns]"),
    "no source": ('[fields]\ntitle="a"\nstart="b"\nend="c"\n', "[file] needs a source"),
    "no start": ('[file]\nsource="x"\n[fields]\ntitle="a"\nend="c"\n', "[fields] does not say which column is the start"),
    "unknown field": ('[file]\nsource="x"\n[fields]\ntitle="a"\nstart="b"\nend="c"\nfinish="d"\n', "[fields] names finish"),
    "unknown word": (
        '[file]\nsource="x"\n[fields]\ntitle="a"\nstart="b"\nend="c"\n[values.severity]\nBig="huge"\n',
        "huge is no severity; it is one of minor, major, automatic",
    ),
    "unknown zone": ('[file]\nsource="x"\ntime_zone="Moon"\n[fields]\ntitle="a"\nstart="b"\nend="c"\n', "time_zone Moon is not known"),
    "unknown encoding": ('[file]\nsource="x"\nencoding="abc"\n[fields]\ntitle="a"\nstart="b"\nend="c"\n', "encoding abc is not known"),
}


@pytest.mark.parametrize(("text", "sentence"), MAPS.values(), ids=MAPS)
def test_a_bad_map_is_told_in_one_sentence(tmp_path, text, sentence):
    file = tmp_path / "map.toml"
    file.write_text(text)

    assert sentence in refused(lambda: load_map(file))


@pytest.mark.skipif(not REAL.exists(), reason="The real downtimes lie beside the repository only where it is developed.")
def test_the_real_file_becomes_as_many_changes_as_there_are():
    found = read(REAL, load_map(EXAMPLE))

    assert (found.rows, len(found.entries), sum(note.is_refused for note in found.notes)) == (2864, 1090, 0)
    assert sum(note.odd.startswith("It ends at or before") for note in found.notes) == 17
    assert sum(note.odd.startswith("It does not say when it was created") for note in found.notes) == 561
