from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from changes.formats import minutes, pack
from changes.formats.paper_markdown import escaped, markdown_of
from tests.formats import paper_specimen as specimen

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain words", "plain words"),
        ("*bold* _x_ `code`", r"\*bold\* \_x\_ \`code\`"),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("+ no list", r"\+ no list"),
        ("1. no list", r"1\. no list"),
        ("1) no list", r"1\) no list"),
        ("a | b", r"a \| b"),
        ("<script>", r"\<script\>"),
        ("[x](http://e)", r"\[x\](http://e)"),
        ("&lt;", r"\&lt;"),
        ("$x$ ~y~", r"\$x\$ \~y\~"),
        ("back\\slash", r"back\\slash"),
        ("two\nlines", "two  \nlines"),
        ("two\n# lines", "two  \n\\# lines"),
        ("山田 太郎", "山田 太郎"),
    ],
)
def test_what_people_write_stays_what_it_was(typed, kept):
    assert escaped(typed) == kept


def test_a_pack_in_markdown_has_its_headings_tables_and_links():
    text = markdown_of(pack.paper_of(specimen.pack(specimen.page(1, title="a | b\nc")), zone=ZONE, at=AT), base="https://e.org")
    assert text.startswith("# Agenda for Thursday 26 November 2026, 14:00–15:00\n")
    assert "| No | Item | Findings | Votes | Min |\n| ---: | --- | --- | --- | ---: |\n| 1 | **a \\| b c**" in text
    assert "[RFC-000001](<https://e.org/rfcs/RFC-000001/>)" in text
    assert "\n## 1. a \\| b c\n" in text
    assert "> Decide: may" in text


def test_minutes_in_markdown():
    text = markdown_of(minutes.paper_of(specimen.minutes(), [], published=None, zone=ZONE, at=AT), base="")
    assert "**Draft** as of now" in text
    assert "- Show a restore: Ben, until Mon 30 Nov 14:00" in text
    assert "What still waits for the board goes to the meeting of Thu 3 Dec 14:00." in text
