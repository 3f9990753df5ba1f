import logging
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from changes.formats import fonts, minutes, pack
from changes.formats.paper import Heading, Paper, Text, line
from changes.formats.paper_pdf import pdf_of
from tests.formats import paper_specimen as specimen

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
BASE = "https://changes.example.org"


def read(made):
    return PdfReader(BytesIO(made))


def pack_pdf(*pages, **other):
    return read(pdf_of(pack.paper_of(specimen.pack(*pages, **other), zone=ZONE, at=AT), base=BASE, at=AT))


def text_of(reader):
    return normalize("NFKC", "\n".join(page.extract_text() for page in reader.pages))


def outline_of(reader, level=1, entries=None):
    """The bookmarks as (level, title)."""
    for entry in reader.outline if entries is None else entries:
        if isinstance(entry, list):
            yield from outline_of(reader, level + 1, entry)
        else:
            yield level, entry.title


def headings_of(node):
    """The heading tags of the structure tree in reading order, as levels."""
    node = node.get_object()
    if isinstance(node, dict):
        tag = node.get("/S")
        if tag and tag[1:2] == "H" and tag[2:].isdigit():
            yield int(tag[2:])
        yield from headings_of(node.get("/K", ())) if hasattr(node.get("/K", ()), "get_object") else ()
    elif isinstance(node, list):
        for child in node:
            yield from headings_of(child)


def in_order(levels):
    """Whether the title comes first and alone, and none skips a level on the way down."""
    return levels[0] == 1 and levels.count(1) == 1 and all(after <= before + 1 for before, after in pairwise(levels))


def test_the_structure_tree_tells_the_headings_in_order_to_whoever_listens():
    levels = list(headings_of(pack_pdf(specimen.page(1), specimen.page(2)).trailer["/Root"]["/StructTreeRoot"]))
    assert in_order(levels)
    assert levels.count(2) == 8
    assert 3 in levels


@pytest.mark.once
def test_200_items_open_tagged_with_headings_in_order():
    paper = pack.paper_of(specimen.pack(*(specimen.page(number) for number in range(1, 201))), zone=ZONE, at=AT)
    reader = read(pdf_of(paper, base=BASE, at=AT))
    root = reader.trailer["/Root"]
    assert len(reader.pages) > 200
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Agenda for Thursday 26 November 2026, 14:00–15:00"
    entries = list(outline_of(reader))
    assert in_order([level for level, _ in entries])
    assert [title for _, title in entries if title[0].isdigit()] == [f"{number}. Rollup {number}" for number in range(1, 201)]


@pytest.mark.parametrize("name", [*specimen.NAMES, "李小龍", "தமிழ்", "తెలుగు", "বাংলা", "Հայերեն", "ქართული", "አማርኛ", "✓ ◆ ●"])
def test_a_name_in_any_script_is_set_in_a_font_that_has_its_letters(name):
    """PDF/UA does not allow a letter without its picture, so that a box would cost the standard."""
    paper = Paper("Names", "", (), "", (Text(line(name)),))
    made = pdf_of(paper, base=BASE, at=AT)
    assert b"pdfuaid:part" in made
    letters = {letter for letter in normalize("NFKC", name) if letter.isalpha()}
    assert letters <= set(text_of(read(made)))


def test_what_people_write_is_never_markup():
    reader = pack_pdf(specimen.page(1, title=specimen.MARKUP))
    assert f"1. {specimen.MARKUP}" in [title for _, title in outline_of(reader)]
    assert "#emph[x] $y$" in text_of(reader)


def test_an_item_begins_a_page_and_is_bookmarked_with_its_parts():
    reader = pack_pdf(specimen.page(1), specimen.page(2))
    assert len(reader.pages) == 3
    entries = list(outline_of(reader))
    assert entries[0] == (1, "Agenda for Thursday 26 November 2026, 14:00–15:00")
    assert (2, "1. Rollup 1") in entries
    assert (3, "Plan: 120 min") in entries
    assert "Decide: may" in reader.pages[1].extract_text()
    assert "2 of 3" in reader.pages[1].extract_text()


@pytest.mark.parametrize("count", [1, 12, 30])
def test_about_how_many_pages_it_has_is_about_right(count):
    given = specimen.pack(*(specimen.page(number) for number in range(1, count + 1)))
    pages = len(read(pdf_of(pack.paper_of(given, zone=ZONE, at=AT), base=BASE, at=AT)).pages)
    assert abs(given.about_pages - pages) <= max(2, pages // 6)


def test_no_page_holds_only_the_tail_of_an_item():
    """However long an item is, its last page has at least its findings, its record and its votes together."""
    last = []
    for count in range(27, 48, 3):
        lines = "\n".join(f"Line {number} of what is done" for number in range(count))
        matter = replace(specimen.page(1).matter, description=lines)
        last.append(pack_pdf(replace(specimen.page(1), matter=matter)).pages[-1].extract_text())
    assert all("Findings" in page and "Votes:" in page for page in last)


def test_numbers_of_rfcs_are_links_to_the_site():
    reader = pack_pdf(specimen.page(1))
    targets = {
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", ())
        if "/URI" in note.get_object().get("/A", {})
    }
    assert f"{BASE}/rfcs/RFC-000001/" in targets


def test_an_empty_agenda_is_a_pack_too():
    assert "Nothing stands on this agenda." in text_of(pack_pdf())


def test_minutes_come_from_the_same_press():
    paper = minutes.paper_of(specimen.minutes(), [], published=(AT, "Anna"), zone=ZONE, at=AT)
    text = text_of(read(pdf_of(paper, base=BASE, at=AT)))
    assert "Approved with conditions by Anna" in text
    assert "Show a restore" in text


def test_a_letter_that_no_font_has_costs_the_standard_and_not_the_paper(caplog):
    paper = Paper("Odd", "", (), "", (Heading("Odd"), Text(line("private \U000f1234 use"))))
    with caplog.at_level(logging.WARNING):
        made = pdf_of(paper, base=BASE, at=AT)
    assert "private" in text_of(read(made))
    assert "is no PDF/UA" in caplog.text


def test_a_missing_font_is_a_line_in_the_log_and_not_a_failed_paper(monkeypatch, caplog):
    monkeypatch.setattr(fonts, "PACKAGES", (*fonts.PACKAGES, ("no_such_package", "No Such Sans")))
    fonts.fonts.cache_clear()
    fonts.families.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert pdf_of(Paper("Plain", "", (), ""), base=BASE, at=AT)
    assert "PDFs are set without No Such Sans" in caplog.text
    fonts.fonts.cache_clear()
    fonts.families.cache_clear()


def test_the_last_font_is_unpacked_as_it_was_packed():
    with pytest.raises(ValueError, match="no WOFF"):
        fonts.sfnt_of(b"wOF2" + bytes(40))
